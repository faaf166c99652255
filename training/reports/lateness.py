"""What is late, and why: for digests, totals and numbers alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from people.models import Leave
from training.models.assignments import AssignmentQuerySet, zones_at
from training.reports.holdups import hold_ups_of
from training.standing import Cause, cause_of


@dataclass(frozen=True, slots=True)
class Late:
    """An assignment that is late, whose, and why."""

    assignment: int
    person: int
    team: int | None
    cause: Cause


def late_among(assignments: AssignmentQuerySet, *, at: datetime) -> Iterator[Late]:
    """Those that are late, what was due first at the top. A fixed number of queries."""
    zones = zones_at(at)
    rows = assignments.overdue(at, zones).order_by("due_on", "pk")
    found = list(rows.values_list("pk", "person", "person__team", "person__time_zone", "due_on"))
    if not found:
        return
    away = Leave.objects.away({person for _key, person, *_rest in found}, at)
    held_up = hold_ups_of(rows, at=at, zones=zones)
    for key, person, team, name, due_on in found:
        today = at.astimezone(ZoneInfo(name)).date()
        cause = cause_of(due_on=due_on, today=today, held_up=held_up.by(key, due_on), away=person in away)
        if cause is not None:
            yield Late(key, person, team, cause)
