"""Work for the background: one action each, safe to run at any time."""

from celery import shared_task
from django.utils import timezone

from training.actions import assignments, evidence, files, leaves, paths, prerequisites, reminders, rules, seats


@shared_task(ignore_result=True)
def open_renewals() -> None:
    """Each hour: whose completion enters its window gets the next cycle; days stand where leave puts them."""
    assignments.open_renewals(at=timezone.now())
    leaves.catch_up(at=timezone.now())


@shared_task(ignore_result=True)
def apply_rules(*, people: list[int] | None = None) -> None:
    """Each hour for everybody, and at once for whoever was added or changed."""
    rules.apply_all(at=timezone.now(), people=people)
    if people is None:
        prerequisites.give_missing(at=timezone.now())
        paths.close_done(at=timezone.now())


@shared_task(ignore_result=True)
def plan_reminders() -> None:
    """Every five minutes: what is due, overdue, to be judged, or to be attended; and seats that nobody will take."""
    at = timezone.now()
    seats.tidy(at=at)
    reminders.plan_reminders(at=at)


@shared_task(ignore_result=True)
def forget_files() -> None:
    """Each night: files of lessons that no version has any more, and evidence that nobody needs."""
    files.forget_unused(at=timezone.now())
    evidence.forget_outlived(at=timezone.now())
