"""From the ledger to the queue: due rows, in chunks of ids."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from notifications.models import Delivery

CHUNK = 50
MOST = 20_000
QUEUED_FOR = timedelta(minutes=5)  # a message that was lost by then is queued again; a second one finds nothing to do


@transaction.atomic
def take_due(*, at: datetime) -> list[list[int]]:
    """The due rows that are not queued yet, marked as queued: chunks of ids, the longest due first."""
    waiting = Q(queued_at__isnull=True) | Q(queued_at__lt=at - QUEUED_FOR)
    # Two ticks at once share the work rather than wait for each other.
    due = Delivery.objects.due(at).filter(waiting).select_for_update(skip_locked=True)
    pks = list(due.values_list("pk", flat=True)[:MOST])
    chunks = [pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK)]
    for chunk in chunks:
        Delivery.objects.filter(pk__in=chunk).update(queued_at=at)
    return chunks
