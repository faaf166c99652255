"""Invitations to live sessions, planned in the transaction of what they tell of."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from notifications.actions import notices
from notifications.steps import Step, hour_of
from training.invitations import SESSION, SESSION_TOMORROW
from training.models import Session

# Who plans often mends something right after: calendars get it once, as it stands then.
SETTLES = timedelta(minutes=2)


def announce(*, session: Session, people: Iterable[int], at: datetime) -> None:
    """Tell these people how the session stands for their calendars, in a moment and once; reminders of another hour are
    taken back. What to tell (an invitation, a change, a cancellation, nothing) is worked out when it leaves."""
    seated: set[int] = set()
    if not session.is_cancelled:
        seated = {session.trainer_id, *session.bookings.seated().values_list("person_id", flat=True)}
    for invited in (True, False):
        notices.notify_instead(
            kind=SESSION,
            subject_id=session.pk,
            to=sorted(person for person in people if (person in seated) is invited),
            at=at,
            due_at=at + SETTLES,
            occurrence=str(Step.of(session, invited=invited)),
        )
    keep = None if session.is_cancelled else hour_of(session.starts_at)
    reason = "moved" if keep else "cancelled"
    notices.cancel(kinds=[SESSION_TOMORROW], subject_id=session.pk, reason=reason, keep=keep)
