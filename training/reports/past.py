"""How it stood on a day that is over: computed from what is on record, not from a picture taken then."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from people.models import Leave, Person
from people.models.person import PersonQuerySet
from training.models import Assignment, Completion, Extension, Module, ModulePart, PartRecord, SignOff
from training.models.modules import asked
from training.reports.offers import unoffered
from training.reports.teams import seen_by
from training.standing import Cause, cause_of, is_overdue

Key = tuple[int, int]  # person, module
State = Assignment.State


@dataclass
class Line:
    """One module: pairs with a person of whom it was asked then, waived ones left out unless they held it; those who
    held it; those of whom it was waived; what was late by cause."""

    name: str
    asked: int = 0
    held: int = 0
    waived: int = 0
    late: Counter[Cause] = field(default_factory=Counter)

    @property
    def percent(self) -> int | None:
        """Rounded down, so that only all of it is 100."""
        return self.held * 100 // self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked of somebody, as it stood then."""

    pk: int
    state: str
    due_on: date | None
    zone: ZoneInfo


def people_at(reader: Person, moment: datetime, *, at: datetime) -> PersonQuerySet:
    """Whose training the reader sees, who worked here then: whoever does now, and whoever has left since. Whose line
    and team somebody is of is what it is now."""
    here = Q(is_active=True)
    if moment < at:
        here |= Q(left_on__gt=moment.date())
    return Person.objects.filter(seen_by(reader), here).exclude(pk=reader.pk)


def compliance_at(people: PersonQuerySet, moment: datetime) -> list[Line]:
    """By module, those with most that is late first. From what was asked by then and not taken back, the days as they
    had been moved by then, completions with their terms, waivers, observers asked, and leave. A fixed number of
    queries."""
    asked = dict(_asked(people, moment))
    held = _held(people, moment)
    causes = _causes(asked, moment)
    names = dict(Module.objects.filter(pk__in={module for _person, module in asked}).values_list("pk", "name"))
    lines = {module: Line(name) for module, name in names.items()}
    for key, one in asked.items():
        line, holds = lines[key[1]], key in held
        line.held += holds
        line.waived += one.state == State.WAIVED
        line.asked += one.state != State.WAIVED or holds
        if cause := causes.get(one.pk):
            line.late[cause] += 1
    return sorted(lines.values(), key=lambda line: (-line.late["own"], line.name.lower()))


def _asked(people: PersonQuerySet, moment: datetime) -> Iterator[tuple[Key, _Asked]]:
    """Of each person and module what was asked last by then: in the order of cycles, so that the last one stays."""
    rows = Assignment.objects.filter(person__in=people.order_by().values("pk"), assigned_at__lte=moment)
    rows = rows.exclude(reason=Assignment.Reason.SELF).exclude(state=State.WITHDRAWN, ended_at__lte=moment)
    moves = _moves(people)
    for pk, person, module, state, ended_at, due_on, zone in rows.order_by("cycle").values_list(
        "pk", "person", "module", "state", "ended_at", "due_on", "person__time_zone"
    ):
        then = str(State.STARTED) if ended_at is not None and ended_at > moment else state
        day = _day_then(moves.get(pk, []), due_on, moment)
        yield (person, module), _Asked(pk, then, day, ZoneInfo(zone))


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


def _held(people: PersonQuerySet, moment: datetime) -> set[Key]:
    """Whose last completion by then that was not revoked by then had not run out where they are."""
    expires: dict[Key, tuple[date | None, str]] = {}
    rows = Completion.objects.filter(person__in=people.order_by().values("pk"), completed_at__lte=moment)
    rows = rows.exclude(revocation__at__lte=moment)
    for person, module, expires_on, zone in rows.order_by("completed_at", "pk").values_list(
        "person", "module", "expires_on", "person__time_zone"
    ):
        expires[person, module] = (expires_on, zone)
    return {
        key for key, (ends, zone) in expires.items() if not is_overdue(ends, moment.astimezone(ZoneInfo(zone)).date())
    }


def _causes(asked: dict[Key, _Asked], moment: datetime) -> dict[int, Cause]:
    """By assignment, why it was late."""
    late = {
        one.pk: (person, one)
        for (person, _module), one in asked.items()
        if one.state in Assignment.OPEN and is_overdue(one.due_on, moment.astimezone(one.zone).date())
    }
    waiting = _waiting(set(late), moment)
    away = _away({person for person, _one in late.values()}, moment)
    days = {pk: one.due_on for pk, (_person, one) in late.items()}
    excused = unoffered(Assignment.objects.filter(pk__in=days), by=moment, days=days) if days else set()
    found = {}
    for pk, (person, one) in late.items():
        since = waiting.get(pk)
        cause = cause_of(
            due_on=one.due_on,
            today=moment.astimezone(one.zone).date(),
            waiting_since=since.astimezone(one.zone).date() if since else None,
            away=person in away,
            unoffered=pk in excused,
        )
        if cause is not None:
            found[pk] = cause
    return found


def _waiting(late: set[int], moment: datetime) -> dict[int, datetime]:
    """By assignment, since when an observer had been asked for all that was left."""
    waiting = SignOff.objects.waiting_at(moment).filter(record__assignment__in=late)
    since: dict[int, datetime] = {}
    handed: dict[int, set[int]] = {}
    for pk, part, asked_at in waiting.order_by("pk").values_list("record__assignment", "record__part", "asked_at"):
        since[pk] = asked_at
        handed.setdefault(pk, set()).add(part)
    done = PartRecord.objects.filter(assignment__in=since, done_at__lte=moment)
    for pk, part in done.values_list("assignment", "part"):
        handed[pk].add(part)
    left: dict[int, set[int]] = {}
    wanted = ModulePart.objects.filter(asked(whole=F("version__assignments__is_whole")), version__assignments__in=since)
    for pk, part in wanted.values_list("version__assignments", "pk"):
        left.setdefault(pk, set()).add(part)
    return {pk: moment for pk, moment in since.items() if left.get(pk, set()) <= handed[pk]}


def _away(people: set[int], moment: datetime) -> set[int]:
    """Who was on leave then, by the leave that was on record then and has the days it has now."""
    day = moment.date()
    near = Leave.objects.filter(
        Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=moment),
        person__in=people,
        recorded_at__lte=moment,
        from_on__lte=day + timedelta(days=1),
        until_on__gte=day - timedelta(days=1),
    )
    return {
        person
        for person, zone, first, last in near.values_list("person", "person__time_zone", "from_on", "until_on")
        if first <= moment.astimezone(ZoneInfo(zone)).date() <= last
    }
