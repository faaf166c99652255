"""What customers wrote is not kept for ever, whether or not somebody has looked at it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from notifications.actions import notices as telling
from people.actions import audit, imports
from people.models import ImportRun
from recognition import notices
from recognition.models import Praise
from recognition.reports.praise import stewards_of

MOST = 1000  # rows in one transaction; a night takes as many of these as it needs


def forget_originals(*, at: datetime) -> int:
    """Delete what came of praise that has waited too long, and put aside files of it that nobody applied; how many.
    The masked words go on waiting. Then say of what is next that it is. Twice is once."""
    before = at - timedelta(days=settings.PRAISE_ORIGINALS_DAYS)
    count = 0
    while found := _forget(before, at):
        count += found
    _put_aside(before, at)
    _warn(before, at)
    return count


@transaction.atomic
def _forget(before: datetime, at: datetime) -> int:
    rows = list(Praise.objects.with_original_since(before).select_for_update(of=("self",))[:MOST])
    Praise.objects.filter(pk__in=[row.pk for row in rows]).update(original="", customer="", whom="", forgotten_at=at)
    deeds = [audit.Deed("recognition.praise_original_forgotten", row, team=row.team_id) for row in rows]
    if deeds:
        audit.record_many(by=None, deeds=deeds, at=at)
    return len(rows)


def _put_aside(before: datetime, at: datetime) -> None:
    runs = ImportRun.objects.of_kind(ImportRun.Kind.PRAISE).filter(state=ImportRun.State.READY, moved_at__lte=before)
    for run in runs:
        imports.cancel_import(run=run, by=None, at=at)


@transaction.atomic
def _warn(before: datetime, at: datetime) -> None:
    """Once for the one that has waited longest; when it is checked, the next has its turn."""
    early = timedelta(days=min(7, settings.PRAISE_ORIGINALS_DAYS // 2))
    if (oldest := Praise.objects.with_original_since(before + early).first()) is None:
        return
    to = sorted(stewards_of(oldest, at=at))
    telling.notify(kind=notices.PRAISE_AGES, subject_id=oldest.pk, to=to, at=at)
