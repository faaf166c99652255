"""Work for the background: one action each, safe to run at any time."""

from celery import shared_task
from django.utils import timezone

from recognition.actions import forgetting


@shared_task(ignore_result=True)
def forget_originals() -> None:
    """Each night: what customers wrote that has waited too long; and a word before that."""
    forgetting.forget_originals(at=timezone.now())
