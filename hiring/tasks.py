"""Work for the background: one action each, safe to run at any time."""

from celery import shared_task
from django.utils import timezone

from hiring import events
from hiring.actions import reminders
from notifications.actions import announcements


@shared_task(ignore_result=True)
def plan_reminders() -> None:
    """Every five minutes: what one is reminded of, and what teams hear each morning."""
    at = timezone.now()
    reminders.plan_reminders(at=at)
    announcements.announce_daily(event=events.INTERVIEWS_TODAY, hour=events.MORNING, at=at)
