"""Paths as pages show them: what is in one, who is on it, how far they have come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Sum, When

from people.models import Person
from training import policies
from training.models import Assignment, Module, Path, PathAssignment, PathStep
from training.models.assignments import zones_at, zones_of
from training.models.paths import PathAssignmentQuerySet
from training.models.prerequisites import is_done
from training.reports.standings import standings_of
from training.reports.teams import people_given_by
from training.standing import Standing


@dataclass(frozen=True)
class StepLine:
    """A step of somebody's path. `is_asked`: it is done, or they have it to take; else it is left out."""

    module: Module
    standing: Standing
    is_done: bool
    is_asked: bool


@dataclass(frozen=True)
class PathLine:
    """A path that somebody is or was on, with its steps in order."""

    given: PathAssignment
    steps: list[StepLine]

    @property
    def parts(self) -> int:
        return sum(step.is_asked for step in self.steps)

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def next(self) -> StepLine | None:
        """What to take now: the first that is neither done nor waits."""
        left = [step for step in self.steps if step.is_asked and not step.is_done]
        return next((step for step in left if not step.standing.first), left[0] if left else None)

    @property
    def late(self) -> int:
        return sum(step.standing.late is not None for step in self.steps if not step.is_done)


Standings = Mapping[tuple[int, int], Standing]


@dataclass(frozen=True)
class Read:
    """Paths of people as they were read: of each the modules in order, and whether each is done."""

    given: list[PathAssignment]
    steps: Mapping[int, list[tuple[int, bool]]]
    modules: Mapping[int, Module]

    def lines(self, standings: Standings) -> list[PathLine]:
        """With where each person stands with each of the modules."""
        return [PathLine(one, [self._step(one, *step, standings) for step in self.steps[one.pk]]) for one in self.given]

    def _step(self, given: PathAssignment, module: int, done: bool, standings: Standings) -> StepLine:
        standing = standings[given.person_id, module]
        return StepLine(self.modules[module], standing, done, done or standing.code in OPEN)


OF_MODULE = [(field.attname, f"path__steps__module__{field.attname}") for field in Module._meta.concrete_fields]
OPEN = {"assigned", "blocked", "under_way", "waiting", "no_session", "overdue", "away"}


def read(rows: PathAssignmentQuerySet, *, at: datetime, people: Sequence[Person] | None = None) -> Read:
    """The rows in their order, with path and person, and each step with its module. One query, and one to learn the
    zones unless whose they are is known."""
    zones = zones_at(at) if people is None else zones_of(people, at)
    done = Case(When(is_done(OuterRef("person"), OuterRef("module"), at=at, zones=zones), then=True), default=False)
    found = rows.annotate(place=F("path__steps__position"), **{f"module_{name}": F(where) for name, where in OF_MODULE})
    modules: dict[int, Module] = {}
    given: dict[int, PathAssignment] = {}
    steps: dict[int, list[tuple[int, int, bool]]] = {}
    for row in found.annotate(module=F("path__steps__module"), done=done).select_related("path", "person__team"):
        given.setdefault(row.pk, row)
        step: Any = row
        if step.module is not None:
            steps.setdefault(row.pk, []).append((step.place, step.module, step.done))
            modules.setdefault(step.module, _module_of(row))
    ordered = {key: [step[1:] for step in sorted(steps.get(key, []))] for key in given}
    return Read(list(given.values()), ordered, modules)


def _module_of(row: PathAssignment) -> Module:
    """As it was read beside the row: a query of its own would be one more on every page."""
    names = [name for name, _where in OF_MODULE]
    return Module.from_db(row._state.db, names, [getattr(row, f"module_{name}") for name in names])


def lines_of(rows: PathAssignmentQuerySet, *, at: datetime, people: Sequence[Person] | None = None) -> list[PathLine]:
    """Each with its steps. A fixed number of queries for any number."""
    found = read(rows, at=at, people=people)
    theirs = list({one.person_id: one.person for one in found.given}.values())
    return found.lines(standings_of(theirs, found.modules.values(), at=at) if found.given else {})


def paths_of(person: Person, *, at: datetime) -> list[PathLine]:
    """The paths that the person is on, the first begun at the top."""
    return lines_of(open_paths(person), at=at, people=[person])


def open_paths(person: Person) -> PathAssignmentQuerySet:
    return PathAssignment.objects.open().filter(person=person).order_by("assigned_at", "pk")


def listed(reader: Person) -> QuerySet[Path]:
    """Paths with how many modules they have and how long these take; how many people the reader sees are on them."""
    current = Q(steps__module__versions__state="published")
    return (
        Path.objects.visible_to(reader)
        .annotate(count=Count("steps", distinct=True), minutes=Sum("steps__module__versions__minutes", filter=current))
        .select_related("owner")
        .order_by("name", "pk")
    )


def known_modules() -> set[str]:
    """The keys of the modules that a path may have: what is in use, published or not."""
    return set(Module.objects.in_use().values_list("key", flat=True))


def steps_of(path: Path) -> list[PathStep]:
    return list(path.steps.select_related("module").order_by("position"))


@dataclass(frozen=True)
class OnIt:
    """Whom the reader sees on a path: how many are under way and have completed it, the first hundred by name; and the
    keys of those whom they may take off it."""

    under_way: int
    completed: int
    lines: list[PathLine]
    may_take_off: set[int]


MOST = 100


def on_it(path: Path, reader: Person, *, at: datetime) -> OnIt:
    """People under way first. A fixed number of queries."""
    rows = PathAssignment.objects.visible_to(reader).filter(path=path, person__is_active=True)
    rows = rows.exclude(person=reader).exclude(state=PathAssignment.State.WITHDRAWN)
    counts = dict(rows.values_list("state").annotate(count=Count("pk")).order_by())
    order = ("-state", "person__full_name", "pk")
    first = list(rows.order_by(*order).values_list("pk", flat=True)[:MOST])
    lines = lines_of(PathAssignment.objects.filter(pk__in=first).order_by(*order), at=at)
    mine = people_given_by(reader).filter(pk__in=[line.given.person_id for line in lines])
    off = set(mine.values_list("pk", flat=True)) if policies.can_assign(reader) else set()
    return OnIt(counts.get("open", 0), counts.get("completed", 0), lines, off)


def name_of(assignment: Assignment) -> tuple[PathAssignment, int, int] | None:
    """Of a step of a path: the path, its place and how many there are. One query, none when it is of no path."""
    if assignment.path is None:
        return None
    modules = list(assignment.path.path.steps.order_by("position").values_list("module", flat=True))
    if assignment.module_id not in modules:
        return None
    return assignment.path, modules.index(assignment.module_id) + 1, len(modules)
