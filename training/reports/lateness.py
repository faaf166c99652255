"""What is late, and why: for digests, totals and numbers alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from people.models import Leave
from training.models import SignOff
from training.models.assignments import AssignmentQuerySet
from training.reports.offers import unoffered
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
    rows = assignments.overdue(at).order_by("due_on", "pk")
    asked = asked_of(rows)
    found = list(rows.values_list("pk", "person", "person__team", "person__time_zone", "due_on"))
    away = Leave.objects.away({person for _key, person, *_rest in found}, at)
    excused = unoffered(rows.order_by()) if found else set()
    for key, person, team, name, due_on in found:
        zone = ZoneInfo(name)
        since = asked.get(key)
        cause = cause_of(
            due_on=due_on,
            today=at.astimezone(zone).date(),
            waiting_since=since.astimezone(zone).date() if since else None,
            away=person in away,
            unoffered=key in excused,
        )
        if cause is not None:
            yield Late(key, person, team, cause)


def asked_of(assignments: AssignmentQuerySet) -> dict[int, datetime]:
    """Of those that wait on an observer with all that is left: since when. One query."""
    rows = SignOff.objects.holding_up().filter(record__assignment__in=assignments.order_by().values("pk"))
    return dict(rows.values_list("record__assignment", "asked_at"))
