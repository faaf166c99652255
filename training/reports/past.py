"""How it stood on a day that is over: computed from what is on record, not from a picture taken then."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from people.models import Leave, Person
from people.models.person import PersonQuerySet
from training.holding import HoldUps
from training.models import Assignment, Module, ModulePart, PartRecord, SignOff
from training.models.modules import asked
from training.reports.offers import left_to_sessions
from training.reports.past_rows import Key, State, Taken, done_by, needs_at, order_at, taken_by
from training.reports.teams import seen_by
from training.standing import Cause, cause_of, is_overdue


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
    taken = list(taken_by(people, moment))
    asked = {key: one for key, one in taken if not one.is_chosen}
    done = done_by(people, moment)
    held = {key for key, one in done.items() if one.holds}
    needs = needs_at(dict(taken), done, order_at(people, moment))
    causes = _causes(dict(taken), asked, needs, moment)
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


def _causes(
    taken: Mapping[Key, Taken], asked: Mapping[Key, Taken], needs: Mapping[int, list[int | None]], moment: datetime
) -> dict[int, Cause]:
    """By assignment, why it was late."""
    late = {
        one.pk: (person, one)
        for (person, _module), one in asked.items()
        if one.state in Assignment.OPEN and is_overdue(one.due_on, moment.astimezone(one.zone).date())
    }
    zones = {one.pk: one.zone for one in taken.values()}
    chain = {*late, *(key for found in needs.values() for key in found if key is not None)} if late else set()
    waiting = {pk: since.astimezone(zones[pk]).date() for pk, since in _waiting(chain, moment).items()}
    sessions = left_to_sessions(Assignment.objects.filter(pk__in=chain), by=moment) if chain else {}
    held_up = HoldUps(waiting, sessions, needs)
    away = _away({person for person, _one in late.values()}, moment)
    found = {}
    for pk, (person, one) in late.items():
        cause = cause_of(
            due_on=one.due_on,
            today=moment.astimezone(one.zone).date(),
            held_up=held_up.by(pk, one.due_on),
            away=person in away,
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
