"""What the clock does for ideas: whoever is to answer is reminded, and once it is late, the stewards are told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from notifications.actions import notices as telling
from notifications.actions.notices import Notice
from people.models import Person
from recognition import idea_notices
from recognition.models import Idea
from recognition.reports.ideas import answerers_of

AHEAD, BEHIND = timedelta(days=6), timedelta(days=4)  # of the day on which the clock ticks
MOST = 500  # ideas at a time


def remind_of_ideas(*, at: datetime) -> None:
    """Plan what is to be told around now, to whoever may answer now. Safe to call at any time and as often as one
    likes: the ledger knows what was told. A few queries for each five hundred ideas."""
    days = (at.date() - BEHIND, at.date() + AHEAD)
    due = Q(state=Idea.State.PROPOSED, answer_by__range=days)
    due |= Q(state=Idea.State.LATER, look_again_on__range=days)
    keys = list(Idea.objects.filter(due).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), MOST):
        rows = list(Idea.objects.filter(pk__in=keys[start : start + MOST]))
        telling.plan(notices=_planned(rows, at), at=at)


def _planned(rows: Sequence[Idea], at: datetime) -> list[Notice]:
    to = answerers_of(rows, at=at)
    keys = {key for one in to.values() for key in (*one.leads, *one.stewards)}
    people = Person.objects.only("work_starts", "time_zone").in_bulk(keys)
    planned: list[Notice] = []
    for row in rows:
        said = idea_notices.reminders if row.is_waiting else idea_notices.look_again
        planned += said(row, to[row.pk], people)
    return planned
