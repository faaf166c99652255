"""What follows from what happened: invitations and what becomes of them, and reminders that hold no longer."""

from collections.abc import Set
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from hiring import events, notices, signals
from hiring.actions import invitations
from hiring.models import Interview, Opening
from notifications.actions import announcements
from notifications.actions import notices as telling
from notifications.events import Event
from notifications.occurrences import named

OF_ITS_HOUR = (notices.INTERVIEW_TOMORROW, notices.INTERVIEW_SOON, notices.CANDIDATE_TOMORROW)


@receiver([signals.interview_changed, signals.interview_cancelled])
def take_reminders_back(interview: Interview, **_kwargs: Any) -> None:
    """Of an interview that was moved, those of its old hour; of one that does not take place, all."""
    keep = notices.period_of(interview) if interview.is_live else None
    telling.cancel(kinds=OF_ITS_HOUR, subject_id=interview.pk, reason="moved" if keep else "cancelled", keep=keep)


@receiver(signals.interview_scheduled)
def invite(interview: Interview, at: datetime, **_kwargs: Any) -> None:
    invitations.announce(interview=interview, people=_panel(interview), candidate=True, at=at)


@receiver(signals.interview_changed)
def tell_of_change(interview: Interview, people: Set[int], candidate: bool, at: datetime, **_kwargs: Any) -> None:
    invitations.announce(interview=interview, people=people, candidate=candidate, at=at)


@receiver(signals.interview_cancelled)
def call_off(interview: Interview, at: datetime, **_kwargs: Any) -> None:
    """Not when the candidate did not come: what everybody waited for in vain stays in their calendars."""
    if interview.state == Interview.State.CANCELLED:
        invitations.announce(interview=interview, people=_panel(interview), candidate=True, at=at)


def _panel(interview: Interview) -> Set[int]:
    return frozenset(interview.panellists.values_list("person_id", flat=True))


@receiver(signals.opening_opened)
def announce_opening(opening: Opening, at: datetime, **_kwargs: Any) -> None:
    _announce(events.OPENING_OPENED, opening, at)


@receiver(signals.opening_closed)
def announce_closing(opening: Opening, at: datetime, **_kwargs: Any) -> None:
    _announce(events.OPENING_CLOSED, opening, at)


def _announce(event: Event, opening: Opening, at: datetime) -> None:
    announcements.announce(event=event, subject_id=opening.pk, teams=[opening.team_id], at=at, occurrence=named(at))
