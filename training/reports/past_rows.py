"""What was on record at a past moment: what people had, what they had done, and what waited for what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from people.models.person import PersonQuerySet
from training.models import Assignment, Completion, Extension, Module, PathAssignment, Prerequisite
from training.standing import is_overdue

Key = tuple[int, int]  # person, module
State = Assignment.State


@dataclass(frozen=True, slots=True)
class Taken:
    """What was asked of somebody, or chosen by them, as it stood then. `path`: the row of the path of which it is."""

    pk: int
    state: str
    due_on: date | None
    zone: ZoneInfo
    ended_at: datetime | None
    is_chosen: bool
    path: int | None

    @property
    def is_open(self) -> bool:
        return self.state in Assignment.OPEN


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody had completed last: when, and whether it had not run out."""

    at: datetime
    holds: bool


def taken_by(people: PersonQuerySet, moment: datetime) -> Iterator[tuple[Key, Taken]]:
    """Of each person and module what they had by then: in the order of cycles, so that the last one stays."""
    rows = Assignment.objects.filter(person__in=people.order_by().values("pk"), assigned_at__lte=moment)
    rows = rows.exclude(state=State.WITHDRAWN, ended_at__lte=moment)
    moves = _moves(people)
    columns = (
        "pk",
        "person",
        "module",
        "state",
        "started_at",
        "ended_at",
        "due_on",
        "person__time_zone",
        "reason",
        "path",
    )
    for pk, person, module, state, started_at, ended_at, due_on, zone, reason, path in rows.order_by(
        "cycle"
    ).values_list(*columns):
        then = state
        if ended_at is None or ended_at > moment:
            then = str(State.STARTED if started_at is not None and started_at <= moment else State.ASSIGNED)
        day = _day_then(moves.get(pk, []), due_on, moment)
        chosen = reason == Assignment.Reason.SELF
        yield (person, module), Taken(pk, then, day, ZoneInfo(zone), ended_at, chosen, path)


def _moves(people: PersonQuerySet) -> dict[int, list[tuple[datetime, date | None, date]]]:
    """By assignment, how its day was moved: when, from, until."""
    moves: dict[int, list[tuple[datetime, date | None, date]]] = {}
    rows = Extension.objects.filter(assignment__person__in=people.order_by().values("pk")).order_by("pk")
    for assignment, at, from_on, until_on in rows.values_list("assignment", "at", "from_on", "until_on"):
        moves.setdefault(assignment, []).append((at, from_on, until_on))
    return moves


def _day_then(moves: list[tuple[datetime, date | None, date]], due_on: date | None, moment: datetime) -> date | None:
    made = [until_on for at, _from_on, until_on in moves if at <= moment]
    return made[-1] if made else (moves[0][1] if moves else due_on)


def done_by(people: PersonQuerySet, moment: datetime) -> dict[Key, Done]:
    """The last completion by then that was not revoked by then, and whether it had not run out where they are."""
    done: dict[Key, Done] = {}
    rows = Completion.objects.filter(person__in=people.order_by().values("pk"), completed_at__lte=moment)
    rows = rows.exclude(revocation__at__lte=moment)
    for person, module, completed_at, ends, zone in rows.order_by("completed_at", "pk").values_list(
        "person", "module", "completed_at", "expires_on", "person__time_zone"
    ):
        holds = not is_overdue(ends, moment.astimezone(ZoneInfo(zone)).date())
        done[person, module] = Done(completed_at, holds)
    return done


@dataclass(frozen=True, slots=True)
class Order:
    """What has to be done first: by module what it needs, by somebody's being on a path the places of its modules."""

    needed: Mapping[int, list[int]]
    places: Mapping[int, Mapping[int, int]]


def order_at(people: PersonQuerySet, moment: datetime) -> Order:
    """What needs what, and the order of a path, is what it is now; who was on a path, what it was then. Two queries."""
    needed: dict[int, list[int]] = {}
    offered = Prerequisite.objects.filter(needed__in=Module.objects.published().values("pk"))
    for module, first in offered.values_list("module", "needed"):
        needed.setdefault(module, []).append(first)
    return Order(needed, _places(people, moment))


def needs_at(taken: Mapping[Key, Taken], done: Mapping[Key, Done], order: Order) -> dict[int, list[int | None]]:
    """By what nobody had started and could start, what was open of each module that had to be done first, None where
    nothing was: as waits.needs_of says it of now. No query."""
    found: dict[int, list[int | None]] = {}
    for (person, module), one in taken.items():
        if one.state == State.ASSIGNED:
            first = [(person, needed) for needed in order.needed.get(module, ())]
            before = [_open(taken.get(key)) for key in first if not _is_done(taken.get(key), done.get(key))]
            before += _steps_before(person, module, one, taken, done, order)
            if before:
                found[one.pk] = before
    return found


def _steps_before(
    person: int, module: int, one: Taken, taken: Mapping[Key, Taken], done: Mapping[Key, Done], order: Order
) -> Iterator[int]:
    places = order.places.get(one.path or 0, {})
    for step, place in places.items():
        row = taken.get((person, step))
        if row is None or not row.is_open or row.path not in {None, one.path} or place >= places.get(module, 0):
            continue
        if not _is_done(row, done.get((person, step))):
            yield row.pk


def _open(row: Taken | None) -> int | None:
    return row.pk if row is not None and row.is_open else None


def _is_done(had: Taken | None, last: Done | None) -> bool:
    """As models.prerequisites.is_done: it was held, or waived when it was last asked for."""
    if had is not None and had.state == State.WAIVED and had.ended_at is not None:
        return last is None or last.at <= had.ended_at or last.holds
    return last is not None and last.holds


def _places(people: PersonQuerySet, moment: datetime) -> dict[int, dict[int, int]]:
    """By somebody's being on a path in order then: its modules and their places."""
    on_path = PathAssignment.objects.filter(person__in=people.order_by().values("pk"), assigned_at__lte=moment)
    on_path = on_path.exclude(ended_at__lte=moment).filter(path__in_order=True)
    places: dict[int, dict[int, int]] = {}
    for pk, module, place in on_path.values_list("pk", "path__steps__module", "path__steps__position"):
        places.setdefault(pk, {})[module] = place
    return places
