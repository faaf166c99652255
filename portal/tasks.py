"""What beat asks of the portal itself."""

from celery import shared_task
from django.utils import timezone

from portal import invitations


@shared_task(ignore_result=True)
def plan_reminders() -> None:
    """Every five minutes."""
    invitations.plan_reminders(at=timezone.now())
