"""From the ledger to the queue: due rows, in chunks of ids."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from notifications.models import Channel, Delivery
from notifications.models.deliveries import DeliveryQuerySet

CHUNK = 100
MOST = 20_000
QUEUED_FOR = timedelta(minutes=5)  # a message that was lost by then is queued again; a second one finds nothing to do


def take_due(*, at: datetime) -> list[list[int]]:
    """The due rows for people that are not queued yet, marked as queued: chunks of ids, the longest due first."""
    return _take(Delivery.objects.exclude(channel=Channel.CHAT), at, MOST)


def take_due_of_chat(*, at: datetime) -> list[list[int]]:
    """The next chunk for chats of teams, or none while one is under way.

    So receivers that are slow never hold more than one worker; whoever has delivered a chunk asks for the next.
    """
    chat = Delivery.objects.of_chat()
    return [] if chat.queued(since=at - QUEUED_FOR).exists() else _take(chat, at, CHUNK)


@transaction.atomic
def _take(rows: DeliveryQuerySet, at: datetime, most: int) -> list[list[int]]:
    waiting = Q(queued_at__isnull=True) | Q(queued_at__lt=at - QUEUED_FOR)
    # Two ticks at once share the work rather than wait for each other.
    due = rows.due(at).filter(waiting).select_for_update(skip_locked=True)
    pks = list(due.values_list("pk", flat=True)[:most])
    chunks = [pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK)]
    for chunk in chunks:
        Delivery.objects.filter(pk__in=chunk).update(queued_at=at)
    return chunks
