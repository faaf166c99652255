"""The ledger remembers for a while what it told, not for ever."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from notifications.models import Delivery

BATCH = 1000


def forget_settled(*, at: datetime) -> int:
    """Delete what came to an end and was due longer ago than settings.DELIVERIES_KEPT_DAYS; how many rows.

    In batches, each in a transaction of its own: nothing waits long for it, and a run that is cut short is resumed by
    the next. What is open stays, however old.
    """
    before, count = at - timedelta(days=settings.DELIVERIES_KEPT_DAYS), 0
    while found := _forget_some(before):
        count += found
    return count


@transaction.atomic
def _forget_some(before: datetime) -> int:
    settled = Delivery.objects.exclude(state__in=Delivery.OPEN).filter(due_at__lt=before)
    pks = list(settled.order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH])
    Delivery.objects.filter(pk__in=pks).delete()
    return len(pks)
