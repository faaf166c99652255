"""What the demo's people were told in the last days: as its planners and workers would have left the ledger."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from hiring import notices as kinds
from hiring.models import Interview
from notifications.actions import inbox, ledger, notices
from notifications.actions.notices import Notice, Outsider
from notifications.models import Channel, Delivery
from people.models import Person

DAYS, READ_AFTER = timedelta(days=6), timedelta(days=1)


def load_deliveries(*, at: datetime) -> None:
    """Reminders of the interviews of the last days, sent but for one that was refused and one that is in doubt."""
    notices.plan(notices=_told(at), at=at - DAYS)
    mails = 0
    for row in Delivery.objects.filter(due_at__lt=at).order_by("due_at", "pk"):
        token = uuid4()
        ledger.claim(pks=[row.pk], token=token, at=row.due_at)
        if row.channel == Channel.PORTAL:
            ledger.show(pks=[row.pk], token=token, at=row.due_at)
        elif row.kind == kinds.INTERVIEW_SOON.key:
            ledger.skip(pk=row.pk, token=token, reason="switched off")
        else:
            mails += 1
            _mail(row, mails, token)
    _read(at - READ_AFTER)


def _read(before: datetime) -> None:
    """What is a day old people have read, so that the bell counts what is worth a look."""
    told = Delivery.objects.filter(channel=Channel.PORTAL, sent_at__lt=before)
    for reader in Person.objects.filter(pk__in=told.values("recipient")):
        for row in Delivery.objects.shown_to(reader).unread().filter(sent_at__lt=before):
            inbox.mark_read(person=reader, pk=row.pk, at=before)


def _mail(row: Delivery, number: int, token: UUID) -> None:
    sent_at = row.due_at + timedelta(seconds=40)
    ledger.begin(pk=row.pk, token=token, at=sent_at)
    if number == 3:
        ledger.fail(pk=row.pk, token=token, reason="refused")
    elif row.kind == kinds.SCORECARD_DUE.key and not Delivery.objects.filter(state=Delivery.State.UNKNOWN).exists():
        ledger.doubt(delivery=row, token=token, at=sent_at)
    else:
        ledger.finish(pk=row.pk, token=token, at=sent_at)


def _told(at: datetime) -> Iterator[Notice]:
    past = Interview.objects.live().filter(starts_at__gt=at - DAYS + timedelta(days=1), ends_at__lt=at)
    for interview in past.select_related("application").prefetch_related("panellists").order_by("starts_at", "pk"):
        tomorrow, period = interview.starts_at - timedelta(days=1), kinds.period_of(interview)
        outsider = Outsider(kinds.outsider_of(interview))
        yield Notice(kinds.CANDIDATE_TOMORROW, interview.pk, outsider, tomorrow, period)
        for seat in interview.panellists.all():
            yield Notice(kinds.INTERVIEW_TOMORROW, interview.pk, seat.person_id, tomorrow, period)
            soon = interview.starts_at - timedelta(hours=1)
            yield Notice(kinds.INTERVIEW_SOON, interview.pk, seat.person_id, soon, period)
            yield Notice(kinds.SCORECARD_DUE, interview.pk, seat.person_id, interview.ends_at, "1")
