"""Work for the background: ids in, one action each.

A lost message costs delay, never data: `resume_imports` sees to it.
"""

from celery import shared_task
from django.utils import timezone

from people.actions import imports, invitations, leavers, people_imports, sessions


@shared_task(ignore_result=True)
def check_import(*, run_id: int) -> None:
    imports.check_import(run_id=run_id, clock=timezone.now)


@shared_task(ignore_result=True)
def apply_import(*, run_id: int) -> None:
    imports.apply_import(run_id=run_id, clock=timezone.now)


@shared_task(ignore_result=True)
def invite_imported(*, run_id: int) -> None:
    people_imports.invite_added(run_id=run_id, clock=timezone.now)


@shared_task(ignore_result=True)
def resume_imports() -> None:
    """Each minute: queue again what stands still, and forget files of imports long over."""
    at = timezone.now()
    imports.resume_stuck(at=at)
    people_imports.resume_invitations(at=at)
    imports.forget_old_files(at=at)


@shared_task(ignore_result=True)
def deactivate_leavers() -> None:
    """Every quarter of an hour: end the access of those whose planned day has come where they work."""
    leavers.deactivate_due_leavers(at=timezone.now())


@shared_task(ignore_result=True)
def send_way_in(*, email: str) -> None:
    """An address instead of an id: the page must not look up whose it is, or its delay would tell."""
    invitations.send_way_in(email=email, at=timezone.now())


@shared_task(ignore_result=True)
def forget_ended_sessions() -> None:
    """Once a day."""
    sessions.forget_ended(at=timezone.now())
