"""Work for the background: ids in, one action each. A lost message costs delay, never data: `resume_imports`."""

from celery import shared_task
from django.utils import timezone

from hiring import events
from hiring.actions import candidate_imports, reminders
from notifications.actions import announcements
from people.actions import imports
from people.models import ImportRun

CANDIDATES = ImportRun.Kind.CANDIDATES


@shared_task(ignore_result=True)
def check_candidates(*, run_id: int) -> None:
    candidate_imports.check_import(run_id=run_id, clock=timezone.now)


@shared_task(ignore_result=True)
def apply_candidates(*, run_id: int) -> None:
    candidate_imports.apply_import(run_id=run_id, clock=timezone.now)


@shared_task(ignore_result=True)
def resume_imports() -> None:
    """Each minute: queue again what stands still, and forget files of imports long over."""
    at = timezone.now()
    imports.resume_stuck(kind=CANDIDATES, at=at)
    imports.forget_old_files(kind=CANDIDATES, at=at)


@shared_task(ignore_result=True)
def plan_reminders() -> None:
    """Every five minutes: what one is reminded of, and what teams hear each morning."""
    at = timezone.now()
    reminders.plan_reminders(at=at)
    announcements.announce_daily(event=events.INTERVIEWS_TODAY, hour=events.MORNING, at=at)
