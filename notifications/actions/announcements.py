"""What features call to speak to whole teams. The one way into a team's chat."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time

from django.db import transaction

from notifications import signals
from notifications.events import Event
from notifications.models import Channel, Delivery, Webhook
from notifications.occurrences import Rhythm


@transaction.atomic
def announce(
    *,
    event: Event,
    subject_id: int,
    teams: Collection[int],
    at: datetime,
    occurrence: str = "",
    due_at: datetime | None = None,
) -> None:
    """Tell the chats that hear of this event in one of these teams, in the caller's transaction: rolled back, it never
    happened. At `due_at`, or now.

    Once for each chat, subject and occurrence, whoever asks how often.
    """
    listening = [each for each in Webhook.objects.hearing_of(teams) if event.key in each.events]
    _plan([_row(event, each, subject_id, occurrence, due_at=due_at or at, at=at) for each in listening], at)


@transaction.atomic
def announce_daily(*, event: Event, hour: time, at: datetime) -> None:
    """Tell each chat that wants it once a day, at that hour on its own wall, about its team: the subject is the team.

    Safe to call at any time and as often as one likes; after a day without any call, only the last turn is made up for.
    """
    rows = []
    for webhook in Webhook.objects.order_by("pk"):
        if event.key not in webhook.events:
            continue
        turn = Rhythm("daily", hour, webhook.zone).last(at)
        if turn and turn.due_at >= webhook.created_at and turn.due_at + event.keeps >= at:
            rows.append(_row(event, webhook, webhook.team_id, turn.period, due_at=turn.due_at, at=at))
    _plan(rows, at)


def _row(
    event: Event, webhook: Webhook, subject_id: int, occurrence: str, *, due_at: datetime, at: datetime
) -> Delivery:
    return Delivery(
        kind=event.key,
        subject_id=subject_id,
        occurrence=occurrence,
        reader=webhook.reader,
        channel=Channel.CHAT,
        due_at=due_at,
        not_after=due_at + event.keeps,
        planned_at=at,
    )


def _plan(rows: Sequence[Delivery], at: datetime) -> None:
    if new := _not_yet_known(rows):
        Delivery.objects.bulk_create(new, ignore_conflicts=True)
        signals.notices_planned.send(sender=Delivery, due_at=min(row.due_at for row in new), at=at)


def _not_yet_known(rows: Iterable[Delivery]) -> list[Delivery]:
    """What is called every few minutes shall not wake a worker each time."""
    rows = list(rows)
    known = Delivery.objects.of_chat().filter(
        kind__in={row.kind for row in rows}, occurrence__in={row.occurrence for row in rows}
    )
    keys = {row.key for row in known}
    return [row for row in rows if row.key not in keys]
