"""Where people stand with modules: a fixed number of queries for any number of both."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from people.models import Leave, Person
from training.holding import HoldUps
from training.models import Assignment, Completion, Module
from training.models.assignments import zones_of
from training.reports.holdups import asked_of, hold_ups_of
from training.reports.waits import can_wait, firsts_of
from training.standing import NOTHING, Standing, is_overdue, standing_of_done, standing_of_open

Key = tuple[int, int]  # person, module


def standings_of(people: Sequence[Person], modules: Iterable[Module], *, at: datetime) -> Mapping[Key, Standing]:
    """For every person and module of these; the caller has made sure that the reader may know. Two queries; one more
    each when something was started, when something may have to wait for something else, and when somebody is late, then
    with those of `left_to_sessions`."""
    window = {module.pk: module.window_days for module in modules}
    today = {person.pk: at.astimezone(person.zone).date() for person in people}
    found = {(person, module): NOTHING for person in today for module in window}
    done_at: dict[Key, datetime] = {}
    for person, module, moment, expires_on, assignment, revoked in _completions(today, window):
        if revoked is None:
            found[person, module] = standing_of_done(
                expires_on=expires_on, window_days=window[module], today=today[person], key=assignment
            )
        elif found[person, module] is NOTHING:
            found[person, module] = Standing("revoked", "danger", None, assignment)
        done_at[person, module] = moment
    zones = zones_of(people, at)
    rows = list(_last_assignments(today, window))
    may_wait = {row[0] for row in rows if row[6]}
    firsts = firsts_of(may_wait, at=at, zones=zones)
    late = {row[0]: row[1] for row in rows if row[3] in Assignment.OPEN and is_overdue(row[4], today[row[1]])}
    away = Leave.objects.away(set(late.values()), at) if late else set()
    theirs, overdue = Assignment.objects.open().filter(person__in=today), Assignment.objects.filter(pk__in=late)
    if late:
        held_up = hold_ups_of(overdue, theirs=theirs, at=at, zones=zones, waits=not may_wait.isdisjoint(late))
    else:
        # What nobody has started waits on no observer.
        held_up = HoldUps(asked_of(theirs) if any(row[3] == Assignment.State.STARTED for row in rows) else {})
    for assignment, person, module, state, due_on, ended_at, _may in rows:
        if state in Assignment.OPEN:
            found[person, module] = standing_of_open(
                started=state == Assignment.State.STARTED,
                due_on=due_on,
                waiting_since=held_up.asked.get(assignment),
                today=today[person],
                held_up=held_up.by(assignment, due_on),
                away=person in away,
                key=assignment,
                first=firsts.get(assignment) or "",
            )
        elif _is_excused(found[person, module], done_at.get((person, module)), ended_at):
            found[person, module] = Standing("waived", "plain", None, assignment)
    return found


def _is_excused(standing: Standing, done_at: datetime | None, waived_at: datetime | None) -> bool:
    """By a waiver, the last one there is: who had nothing to show, or whose completion of an earlier day has run out or
    was revoked."""
    if standing.code in {"none", "waived"}:
        return True
    earlier = done_at is not None and waived_at is not None and done_at < waived_at
    return earlier and standing.code in {"expired", "revoked"}


def standing_of(assignment: Assignment, *, at: datetime) -> Standing:
    """Of one assignment's person and module, now."""
    person, module = assignment.person, assignment.module
    return standings_of([person], [module], at=at)[person.pk, module.pk]


def standings_by(assignments: Sequence[Assignment], *, at: datetime) -> Mapping[int, Standing]:
    """By the key of an assignment, where its person stands with its module, of those from which that is read: what is
    open, else what was completed last, else what was waived. As many queries as standings_of."""
    people = {row.person_id: row.person for row in assignments}
    modules = {row.module_id: row.module for row in assignments}
    found = standings_of(list(people.values()), modules.values(), at=at)
    return {standing.assignment: standing for standing in found.values() if standing.assignment is not None}


def _completions(
    people: Collection[int], modules: Collection[int]
) -> Iterable[tuple[int, int, datetime, date | None, int | None, int | None]]:
    """In their order, so that of each person and module the last one stays; what was imported has no assignment."""
    rows = Completion.objects.filter(person__in=people, module__in=modules).order_by("completed_at", "pk")
    return rows.values_list("person", "module", "completed_at", "expires_on", "assignment", "revocation")


def _last_assignments(
    people: Collection[int], modules: Collection[int]
) -> Iterable[tuple[int, int, int, str, date | None, datetime | None, bool]]:
    """With whether it may have to wait for something else."""
    rows = Assignment.objects.filter(
        person__in=people, module__in=modules, state__in=(*Assignment.OPEN, Assignment.State.WAIVED)
    )
    columns = ("pk", "person", "module", "state", "due_on", "ended_at", "can_wait")
    return rows.annotate(can_wait=can_wait()).order_by("cycle").values_list(*columns)
