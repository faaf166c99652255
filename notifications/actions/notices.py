"""What features call: tell somebody something, or take it back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.errors import Refused
from notifications import signals
from notifications.kinds import Channel, Kind
from notifications.models import Delivery
from people.models import Person

BATCH = 2000
AHEAD = timedelta(minutes=15)  # how far planners look ahead: well over the time to their next tick


@dataclass(frozen=True)
class Outsider:
    """Somebody without an account, by a name of the feature's own that it knows again when asked to compose: what they
    are to it, a colon, which of them ("candidate:3")."""

    name: str

    def __post_init__(self) -> None:
        if ":" not in self.name or not self.name.isprintable() or len(self.name) > 80:
            raise Refused(_("That is no name of somebody without an account."))


@dataclass(frozen=True)
class Notice:
    """One thing to tell one reader. Told once for each (kind, subject, occurrence, reader), whoever asks how often."""

    kind: Kind
    subject_id: int
    reader: Person | Outsider | int  # the key of a person does
    due_at: datetime
    occurrence: str = ""


@transaction.atomic
def plan(*, notices: Iterable[Notice], at: datetime) -> None:
    """Write the notices into the ledger, in the caller's transaction: rolled back, they were never planned.

    What the ledger knows already is left as it is, unless it was cancelled: moved back to where it was, it is planned
    again. What is too late by now is not planned. Set-based: a few statements for each two thousand rows.
    """
    rows: list[Delivery] = []
    earliest: datetime | None = None
    for notice in notices:
        if notice.due_at + notice.kind.keeps < at:
            continue
        rows += _rows(notice, at)
        earliest = min(earliest or notice.due_at, notice.due_at)
        if len(rows) >= BATCH:
            _store(rows)
            rows = []
    _store(rows)
    if earliest is not None:
        signals.notices_planned.send(sender=Delivery, due_at=earliest, at=at)


def notify(
    *,
    kind: Kind,
    subject_id: int,
    to: Iterable[Person | Outsider | int],
    at: datetime,
    due_at: datetime | None = None,
    occurrence: str = "",
) -> None:
    """Tell each reader, now or when it is due."""
    plan(notices=[Notice(kind, subject_id, reader, due_at or at, occurrence) for reader in to], at=at)


@transaction.atomic
def notify_instead(
    *,
    kind: Kind,
    subject_id: int,
    to: Sequence[Person | Outsider | int],
    at: datetime,
    due_at: datetime | None = None,
    occurrence: str = "",
) -> None:
    """Tell each reader, and take back what they were to be told of the same matter before and has not left: of several
    changes in a row the latest goes. Whether one has left is settled here: what is taken back cannot leave any more."""
    cancel(kinds=[kind], subject_id=subject_id, reason="a later one goes", keep=occurrence, to=to)
    notify(kind=kind, subject_id=subject_id, to=to, at=at, due_at=due_at, occurrence=occurrence)


@transaction.atomic
def cancel(
    *,
    kinds: Sequence[Kind],
    subject_id: int,
    reason: str,
    keep: str | None = None,
    to: Iterable[Person | Outsider | int] | None = None,
) -> int:
    """Take back what has not left yet, but for the occurrence `keep`, and for all readers unless `to` names them; how
    many. What is being sent right now goes."""
    rows = Delivery.objects.of_subject([kind.key for kind in kinds], subject_id)
    if to is not None:
        rows = rows.filter(reader__in=[_name(reader)[0] for reader in to])
    if keep is not None:
        rows = rows.exclude(occurrence=keep)
    return rows.filter(state__in=(Delivery.State.PLANNED, Delivery.State.CLAIMED)).update(
        state=Delivery.State.CANCELLED, reason=reason, token=None, lease_until=None
    )


def _store(rows: Sequence[Delivery]) -> None:
    if not rows:
        return
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    keys = {row.key for row in rows}
    cancelled = Delivery.objects.filter(
        state=Delivery.State.CANCELLED,
        kind__in={row.kind for row in rows},
        subject_id__in={row.subject_id for row in rows},
    )
    if again := [row.pk for row in cancelled if row.key in keys]:
        cancelled.filter(pk__in=again).update(state=Delivery.State.PLANNED, reason="", queued_at=None)


def _rows(notice: Notice, at: datetime) -> list[Delivery]:
    name, person_id = _name(notice.reader)
    return [
        Delivery(
            kind=notice.kind.key,
            subject_id=notice.subject_id,
            occurrence=notice.occurrence,
            reader=name,
            recipient_id=person_id,
            channel=channel,
            due_at=notice.due_at,
            not_after=notice.due_at + notice.kind.keeps,
            planned_at=at,
        )
        for channel in notice.kind.cadence
        if person_id is not None or channel != Channel.PORTAL
    ]


def _name(reader: Person | Outsider | int) -> tuple[str, int | None]:
    """How the ledger calls the reader, and the key of a person."""
    if isinstance(reader, Outsider):
        return reader.name, None
    person_id = reader.pk if isinstance(reader, Person) else reader
    return f"p{person_id}", person_id
