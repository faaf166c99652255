"""Work for the background: one action each, safe to run at any time."""

from celery import shared_task
from django.utils import timezone

from recognition.actions import forgetting, turning


@shared_task(ignore_result=True)
def forget_originals() -> None:
    """Each night: what customers wrote that has waited too long; and a word before that."""
    forgetting.forget_originals(at=timezone.now())


@shared_task(ignore_result=True)
def turn_rounds() -> None:
    """Every five minutes: rounds of awards whose hour has come."""
    turning.turn_rounds(at=timezone.now())
