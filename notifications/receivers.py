"""What follows from what happened."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from notifications import signals, tasks
from notifications.actions import feeds
from people import signals as people_signals
from people.models import Person


@receiver(signals.notices_planned)
def send_what_is_due(due_at: datetime, at: datetime, **_kwargs: Any) -> None:
    """What is due at once need not wait for the minute's tick. `robust`: without a broker the tick finds it."""
    if due_at <= at:
        transaction.on_commit(tasks.tick.delay, robust=True)


@receiver([people_signals.person_deactivated, people_signals.person_reactivated])
def end_calendar(person: Person, at: datetime, **_kwargs: Any) -> None:
    """Whoever leaves takes no address along. An import ends nobody one by one, so it is asked again at coming back."""
    feeds.end_feed(person=person, by=None, at=at)
