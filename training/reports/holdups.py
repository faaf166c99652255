"""What holds people up besides themselves, read for any number of assignments at once."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import CharField, DateTimeField, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast

from training.holding import HoldUps
from training.models import Assignment, SignOff
from training.models.assignments import AssignmentQuerySet, Zones
from training.reports.offers import left_to_sessions
from training.reports.waits import needs_of


def hold_ups_of(
    rows: AssignmentQuerySet,
    *,
    at: datetime,
    zones: Zones,
    theirs: AssignmentQuerySet | None = None,
    sessions: bool = True,
    waits: bool = True,
) -> HoldUps:
    """Of these, and of all that has to be done before them. `theirs`: all that their people have open, and perhaps
    others; `sessions`: whether these are asked about; `waits`: False where none of the rows can wait for anything. One
    query, and those of `left_to_sessions`."""
    rows = rows.order_by()
    if theirs is None:
        theirs = Assignment.objects.open().filter(person__in=rows.values("person"))
    if not waits:
        return HoldUps(asked_of(theirs), left_to_sessions(rows) if sessions else {})
    nothing = (Cast(Value(None), DateTimeField()), Value(None, CharField()))  # PostgreSQL has to be told the type
    needed, steps = (each.values_list("pk", "before", *nothing) for each in needs_of(theirs, at=at, zones=zones))
    asked_for = _holding_up(theirs).values_list(
        "record__assignment", Value(None, IntegerField()), "asked_at", "learner__time_zone"
    )
    needs: dict[int, list[int | None]] = {}
    asked: dict[int, date] = {}
    for key, before, asked_at, zone in needed.union(steps, asked_for, all=True):
        if asked_at is None:
            needs.setdefault(key, []).append(before)
        else:
            asked[key] = asked_at.astimezone(ZoneInfo(zone)).date()
    first = {key for found in needs.values() for key in found if key is not None}
    chain = Assignment.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=first))
    return HoldUps(asked, left_to_sessions(chain) if sessions else {}, needs)


def asked_of(assignments: AssignmentQuerySet) -> dict[int, date]:
    """Of those that wait on an observer with all that is left: since which day, where the learner is. One query."""
    rows = _holding_up(assignments).values_list("record__assignment", "asked_at", "learner__time_zone")
    return {key: asked_at.astimezone(ZoneInfo(zone)).date() for key, asked_at, zone in rows}


def _holding_up(assignments: AssignmentQuerySet) -> QuerySet[SignOff]:
    return SignOff.objects.holding_up().filter(record__assignment__in=assignments.values("pk"))
