"""What is due at once need not wait for the minute's tick. `robust`: without a broker the tick finds it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from notifications import signals, tasks


@receiver(signals.notices_planned)
def send_what_is_due(due_at: datetime, at: datetime, **_kwargs: Any) -> None:
    if due_at <= at:
        transaction.on_commit(tasks.tick.delay, robust=True)
