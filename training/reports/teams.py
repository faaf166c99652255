"""People × modules: who stands where, for those who lead them or train them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from people.models import Person, Role
from people.models.person import PersonQuerySet
from training import policies
from training.models import Assignment, Module
from training.reports.standings import standings_of
from training.standing import Standing

MOST_PEOPLE, MOST_MODULES = 200, 40


@dataclass(frozen=True)
class Matrix:
    """Rows in the order of `people`: those with most that is late first; cells in that of `modules`: what most have
    first. `counts` is by standing's code over all cells, `late` by the cause of what is late."""

    people: list[Person]
    modules: list[Module]
    cells: Mapping[tuple[int, int], Standing]
    counts: Mapping[str, int]
    late: Mapping[str, int]
    more_people: bool
    without: int

    def row(self, person: Person) -> list[Standing]:
        return [self.cells[person.pk, module.pk] for module in self.modules]

    @property
    def rows(self) -> list[tuple[Person, list[Standing]]]:
        return [(person, self.row(person)) for person in self.people]


def sees_training(reader: Person) -> bool:
    """Whether a role shows the reader others' training, wherever it does."""
    return any(reader.holds(role) for role in policies.SEES_TRAINING)


def people_given_by(reader: Person) -> PersonQuerySet:
    """Whom the reader may give something to take, as policies.can_assign_to says: their line, and as a trainer their
    scope."""
    return Person.objects.active().filter(_given_by(reader))


def _given_by(reader: Person) -> Q:
    if not reader.is_active:
        return Q(pk__in=[])
    scope = reader.scope_of(Role.TRAINER)
    if scope.everywhere:
        return Q(is_active=True)
    line = Q(pk__in=Person.objects.in_reporting_line_of(reader).values("pk"))
    return line if scope.nowhere else line | scope.rows("team")


def people_seen_by(reader: Person) -> PersonQuerySet:
    """Whose training the reader may see besides their own: their line; as trainer, people admin or auditor, their
    scope."""
    if not reader.is_active:
        return Person.objects.none()
    seen = Q(pk__in=Person.objects.in_reporting_line_of(reader).values("pk"))
    for role in policies.SEES_TRAINING:
        scope = reader.scope_of(role)
        if scope.everywhere:
            return Person.objects.active()
        if not scope.nowhere:
            seen |= scope.rows("team")
    return Person.objects.active().filter(seen)


def with_given_by(people: PersonQuerySet, reader: Person) -> PersonQuerySet:
    """The people, each knowing whether the reader may give them something to take: `is_given_by`."""
    return people.annotate(is_given_by=ExpressionWrapper(_given_by(reader), BooleanField()))


def matrix_of(people: QuerySet[Person], *, at: datetime) -> Matrix:
    """The first two hundred by name of those who have or had a module, against every module of theirs; `without` says
    how many have none. A fixed number of queries."""
    has = Q(Exists(Assignment.objects.filter(person=OuterRef("pk"))))
    rows = list(people.filter(has).select_related("team").order_by("full_name", "pk")[: MOST_PEOPLE + 1])
    shown = rows[:MOST_PEOPLE]
    keys = [person.pk for person in shown]
    asked = set(Assignment.objects.filter(person__in=keys).values_list("module", flat=True).distinct())
    modules = list(Module.objects.filter(pk__in=asked).order_by("name", "pk")[:MOST_MODULES])
    cells = standings_of(shown, modules, at=at)
    late = Counter(person for (person, _module), cell in cells.items() if cell.code in {"overdue", "expired"})
    used = Counter(module for (_person, module), cell in cells.items() if cell.assignment)
    shown.sort(key=lambda person: -late[person.pk])
    modules.sort(key=lambda module: -used[module.pk])
    return Matrix(
        shown,
        modules,
        cells,
        Counter(cell.code for cell in cells.values()),
        Counter(cell.late for cell in cells.values() if cell.late),
        len(rows) > MOST_PEOPLE,
        people.exclude(has).count(),
    )
