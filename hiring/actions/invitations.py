"""Invitations to interviews, planned in the transaction of what they tell of."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hiring.invitations import CANDIDATE_INVITATION, INTERVIEW_INVITATION
from hiring.models import Interview
from hiring.notices import outsider_of
from notifications.actions import notices
from notifications.actions.notices import Outsider
from notifications.steps import Step

# Who schedules often mends something right after: calendars get it once, as it stands then.
SETTLES = timedelta(minutes=2)


def announce(*, interview: Interview, people: Iterable[int], candidate: bool, at: datetime) -> None:
    """Tell these people, and the candidate, how the interview stands for their calendars, in a moment and once.

    What to tell (an invitation, a change, a cancellation, nothing) is worked out when it leaves.
    """
    seated = set(interview.panellists.values_list("person_id", flat=True)) if interview.is_live else set()
    due_at = at + SETTLES
    for invited in (True, False):
        readers = sorted(person for person in people if (person in seated) is invited)
        step = str(Step.of(interview, invited=invited))
        notices.notify_instead(
            kind=INTERVIEW_INVITATION, subject_id=interview.pk, to=readers, at=at, due_at=due_at, occurrence=step
        )
    if candidate:
        notices.notify_instead(
            kind=CANDIDATE_INVITATION,
            subject_id=interview.pk,
            to=[Outsider(outsider_of(interview))],
            at=at,
            due_at=due_at,
            occurrence=str(Step.of(interview, invited=interview.is_live)),
        )
