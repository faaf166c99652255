"""People × modules: who stands where, for those who lead them or train them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from people.models import Person, Role
from people.models.person import PersonQuerySet
from training import policies
from training.models import Assignment, Completion, Module, SignOff
from training.reports.standings import standings_of
from training.standing import NOTHING, SOON_DAYS, Standing

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


def people_recorded_by(by: Person) -> PersonQuerySet:
    """Those for whom the person may bring in what they completed elsewhere, as policies.can_record_for says; leavers
    too."""
    if not by.is_active:
        return Person.objects.none()
    allowed = Q(pk__in=[])
    for role in policies.KEEPS_RECORDS:
        scope = by.scope_of(role)
        if scope.everywhere:
            return Person.objects.exclude(pk=by.pk)
        if not scope.nowhere:
            allowed |= scope.rows("team")
    return Person.objects.filter(allowed).exclude(pk=by.pk)


def people_seen_by(reader: Person) -> PersonQuerySet:
    """Whose training the reader may see besides their own: their line; as trainer, people admin or auditor, their
    scope."""
    return Person.objects.active().filter(seen_by(reader))


def seen_by(reader: Person) -> Q:
    """The same, leavers among them."""
    if not reader.is_active:
        return Q(pk__in=[])
    seen = Q(pk__in=Person.objects.in_reporting_line_of(reader).values("pk"))
    for role in policies.SEES_TRAINING:
        scope = reader.scope_of(role)
        if scope.everywhere:
            return Q()
        if not scope.nowhere:
            seen |= scope.rows("team")
    return seen


def with_given_by(people: PersonQuerySet, reader: Person) -> PersonQuerySet:
    """The people, each knowing whether the reader may give them something to take: `is_given_by`."""
    return people.annotate(is_given_by=ExpressionWrapper(_given_by(reader), BooleanField()))


@dataclass(frozen=True)
class Wanted:
    """What the matrix is narrowed to: a team and all below it by path, one module, people of whom one thing at least
    stands so, direct reports of somebody."""

    team: str = ""
    module: int | None = None
    standing: str = ""
    manager: Person | None = None

    def __bool__(self) -> bool:
        return bool(self.team or self.module or self.standing or self.manager)


STANDINGS: Mapping[str, Callable[[Standing], bool]] = {
    "overdue": lambda cell: cell.code in {"overdue", "no_session", "away"},
    "soon": lambda cell: cell.code in {"assigned", "blocked", "under_way"} and cell.tone == "warning",
    "blocked": lambda cell: cell.code == "blocked",
    "waiting": lambda cell: cell.code == "waiting",
    "expired": lambda cell: cell.code == "expired",
    "revoked": lambda cell: cell.code == "revoked",
}


def narrowed(people: PersonQuerySet, wanted: Wanted) -> PersonQuerySet:
    """Those of the team and of the manager that are wanted."""
    if wanted.team:
        people = people.filter(Q(team__path__iexact=wanted.team) | Q(team__path__istartswith=f"{wanted.team}/"))
    return people.filter(manager=wanted.manager) if wanted.manager else people


def modules_of(people: QuerySet[Person]) -> list[Module]:
    """What they have or had, by name. One query."""
    keys = people.order_by().values("pk")
    asked = Assignment.objects.filter(person__in=keys).values("module")
    done = Completion.objects.filter(person__in=keys, assignment__isnull=True).values("module")
    return list(Module.objects.filter(Q(pk__in=asked) | Q(pk__in=done)).order_by("name", "pk"))


def matrix_of(
    people: PersonQuerySet, *, at: datetime, wanted: Wanted = Wanted(), modules: Sequence[Module] | None = None
) -> Matrix:
    """The first two hundred by name of those who have or had a module and are wanted, against the modules that most of
    them have; `without` says how many have none, unless they are narrowed down. `modules`: of modules_of, when the
    caller has them. A fixed number of queries."""
    of_module = {"module": wanted.module} if wanted.module else {}
    asked = Exists(Assignment.objects.filter(person=OuterRef("pk"), **of_module))
    has = asked | Exists(Completion.objects.filter(person=OuterRef("pk"), assignment__isnull=True, **of_module))
    found = narrowed(people, wanted).filter(has, _may_stand(wanted.standing, of_module, at))
    rows = list(found.select_related("team").order_by("full_name", "pk")[: MOST_PEOPLE + 1])
    shown = rows[:MOST_PEOPLE]
    columns = modules_of(people) if modules is None else modules
    columns = [module for module in columns if wanted.module in {None, module.pk}]
    cells = standings_of(shown, columns, at=at)
    if wanted.standing:
        stands = {person for (person, _module), cell in cells.items() if STANDINGS[wanted.standing](cell)}
        shown = [person for person in shown if person.pk in stands]
        cells = {key: cell for key, cell in cells.items() if key[0] in stands}
    without = 0 if wanted else people.exclude(has).count()
    return _arranged(shown, columns, cells, more_people=len(rows) > MOST_PEOPLE, without=without)


def _arranged(
    people: list[Person],
    modules: Sequence[Module],
    cells: Mapping[tuple[int, int], Standing],
    *,
    more_people: bool,
    without: int,
) -> Matrix:
    late = Counter(
        person for (person, _module), cell in cells.items() if cell.code in {"overdue", "expired", "revoked"}
    )
    used = Counter(module for (_person, module), cell in cells.items() if cell is not NOTHING)
    return Matrix(
        sorted(people, key=lambda person: -late[person.pk]),
        sorted((one for one in modules if used[one.pk]), key=lambda module: -used[module.pk])[:MOST_MODULES],
        cells,
        Counter(cell.code for cell in cells.values()),
        Counter(cell.late for cell in cells.values() if cell.late),
        more_people,
        without,
    )


def _may_stand(standing: str, of_module: Mapping[str, int], at: datetime) -> Q:
    """Of whom something may stand so, wherever they are; their own day decides in the cells."""
    day, open_now = at.date(), Assignment.objects.open().filter(person=OuterRef("pk"), **of_module)
    if standing == "overdue":
        return Q(Exists(open_now.filter(due_on__lte=day)))
    if standing == "soon":
        soon = (day - timedelta(days=1), day + timedelta(days=SOON_DAYS + 1))
        return Q(Exists(open_now.filter(due_on__range=soon)))
    if standing == "blocked":
        return Q(Exists(open_now.filter(state=Assignment.State.ASSIGNED)))
    if standing == "waiting":  # for the practice of another module, perhaps, that comes first
        return Q(Exists(SignOff.objects.waiting().filter(learner=OuterRef("pk"))))
    if standing == "expired":
        over = Completion.objects.filter(person=OuterRef("pk"), expires_on__lte=day, **of_module)
        return Q(Exists(over))
    if standing == "revoked":
        return Q(Exists(Completion.objects.filter(person=OuterRef("pk"), revocation__isnull=False, **of_module)))
    return Q()
