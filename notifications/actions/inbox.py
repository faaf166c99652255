"""Reading one's notices."""

from datetime import datetime

from django.db import transaction

from notifications.models import Delivery
from people.models import Person


@transaction.atomic
def mark_read(*, person: Person, at: datetime, pk: int | None = None) -> int:
    """One notice, or all of the person's; how many were unread."""
    unread = Delivery.objects.shown_to(person).unread()
    return (unread if pk is None else unread.filter(pk=pk)).update(read_at=at)
