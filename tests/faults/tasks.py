"""What beat starts each second in the scenario of two beats."""

import os
import time
from pathlib import Path

from celery import shared_task
from django.utils import timezone

from notifications.actions import notices
from people.models import Person
from tests.faults.notices import ONCE

PERIOD = 2  # seconds


@shared_task(ignore_result=True)
def plan_periods() -> None:
    """One thing to tell in each period, however many beats there are. Keeps a history of what it was asked for."""
    at = timezone.now()
    period = str(int(at.timestamp()) // PERIOD)
    notices.notify(kind=ONCE, subject_id=1, to=[Person.objects.order_by("pk")[0]], at=at, occurrence=period)
    with Path(os.environ["FAULTS_PERIODS"]).open("a") as history:
        history.write(f"{period}\n")


@shared_task(ignore_result=True)
def nap(*, seconds: float) -> None:
    """Work that takes long."""
    time.sleep(seconds)
