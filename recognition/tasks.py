"""Work for the background: one action each, safe to run at any time."""

from celery import shared_task
from django.utils import timezone

from recognition.actions import forgetting, idea_reminders, pictures, pulse, spreading, turning


@shared_task(ignore_result=True)
def forget_originals() -> None:
    """Each night: what customers wrote that has waited too long; and a word before that."""
    forgetting.forget_originals(at=timezone.now())


@shared_task(ignore_result=True)
def turn_rounds() -> None:
    """Every five minutes: rounds of awards whose hour has come."""
    turning.turn_rounds(at=timezone.now())


@shared_task(ignore_result=True)
def remind_of_ideas() -> None:
    """Every hour: who is to answer an idea is reminded on their morning."""
    idea_reminders.remind_of_ideas(at=timezone.now())


@shared_task(ignore_result=True)
def forget_pictures() -> None:
    """Each night: pictures of what a steward removed, once no appeal can bring it back."""
    pictures.forget_pictures(at=timezone.now())


@shared_task(ignore_result=True)
def work_out_spread() -> None:
    """Each night: how evenly thanks were spread in a quarter that is over, once for each."""
    spreading.work_out(at=timezone.now())


@shared_task(ignore_result=True)
def turn_pulses() -> None:
    """Each hour: the pulse of the month, when its days begin and when they are over."""
    pulse.turn_pulses(at=timezone.now())
