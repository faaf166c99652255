"""What has to be done before something can be started: told to whoever takes it, leads them, or gives it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from foundation.http import address_of
from people.models.person import PersonQuerySet
from training.models import Assignment, Module, PathAssignment, PathStep, Prerequisite
from training.models.assignments import AssignmentQuerySet, Zones, zones_at, zones_of
from training.models.prerequisites import is_done


@dataclass(frozen=True, slots=True)
class Wait:
    """A module to be done first. `assignment`: the key of what its person has open of it, if anything."""

    module: int
    name: str
    assignment: int | None

    @property
    def href(self) -> str:
        if self.assignment is not None:
            return address_of("training:assignment-detail", self.assignment)
        return address_of("training:module-detail", self.module)


def first_before(at: datetime, zones: Zones) -> Case:
    """Of assignments: the name of what has to be done before one that nobody has started can be; None when nothing has.
    Of several that it needs the first by name, then of the steps before it the first. Costs no query of its own."""
    needed = Prerequisite.objects.filter(module=OuterRef("module"), needed__in=Module.objects.published().values("pk"))
    unmet = needed.filter(~is_done(OuterRef(OuterRef("person")), OuterRef("needed"), at=at, zones=zones))
    names = unmet.order_by("needed__name").values("needed__name")[:1]
    steps = _steps_before(at, zones).order_by("position").values("module__name")[:1]
    first = Coalesce(Subquery(names), Subquery(steps))
    return Case(When(state=Assignment.State.ASSIGNED, then=first), output_field=CharField())


def can_wait() -> Case:
    """Of assignments: whether anything could have to be done before this one. Cheap, where `first_before` is not."""
    needs = Exists(Prerequisite.objects.filter(module=OuterRef("module")))
    return Case(When(state=Assignment.State.ASSIGNED, then=Q(path__isnull=False) | needs), default=False)


def firsts_of(assignments: Collection[int], *, at: datetime, zones: Zones) -> dict[int, str | None]:
    """`first_before` of each of these, by key. One query, none without any."""
    if not assignments:
        return {}  # Putting the question takes longer than many an answer.
    rows = Assignment.objects.filter(pk__in=assignments).annotate(first=first_before(at, zones))
    return dict(rows.values_list("pk", "first"))


def _steps_before(at: datetime, zones: Zones) -> QuerySet[PathStep]:
    """Of an assignment that is a step of a path in order, and of its person: the steps before it that are still to be
    done. What nobody asks of them (any more) holds nobody up, nor does what another path gave."""
    person = OuterRef(OuterRef("person"))
    here = PathStep.objects.filter(path=OuterRef("path"), module=OuterRef(OuterRef("module"))).values("position")
    asked = Assignment.objects.open().filter(person=person, module=OuterRef("module"))
    asked = asked.filter(Q(path__isnull=True) | Q(path=OuterRef(OuterRef("path"))))
    steps = PathStep.objects.filter(path=OuterRef("path__path"), path__in_order=True, position__lt=Subquery(here))
    under_way = PathAssignment.objects.open().filter(pk=OuterRef(OuterRef("path")))
    return steps.filter(Exists(under_way), Exists(asked), ~is_done(person, OuterRef("module"), at=at, zones=zones))


def waits_of(assignment: Assignment, *, at: datetime) -> list[Wait]:
    """What has to be done before this one can be started, by name; nothing once it was started. What is not offered
    any more holds nobody up. One query."""
    if assignment.state != Assignment.State.ASSIGNED:
        return []
    zones, this = zones_of([assignment.person], at), Assignment.objects.filter(pk=assignment.pk)
    needed = _unmet(this, at, zones).values("needs")  # type: ignore[misc]
    steps = _steps_before(at, zones).order_by("position").values("module")[:1]
    step = this.annotate(first=Subquery(steps)).filter(first__isnull=False).values("first")
    open_now = Assignment.objects.open().filter(person=assignment.person_id, module=OuterRef("pk")).values("pk")
    found = Module.objects.filter(Q(pk__in=needed) | Q(pk__in=step)).annotate(open=Subquery(open_now))
    return [Wait(*row) for row in found.order_by("name").values_list("pk", "name", "open")]


def needs_of(rows: AssignmentQuerySet, *, at: datetime, zones: Zones) -> tuple[AssignmentQuerySet, AssignmentQuerySet]:
    """Of those among the rows that cannot be started yet, twin of `first_before`: each once for every module that it
    needs, then each once for every step before it; `before` is the key of what its person has open of that one."""
    open_now = Assignment.objects.open().filter(person=OuterRef("person"), module=OuterRef("needs")).values("pk")
    needed, steps = _unmet(rows, at, zones), _unmet_steps(rows, at, zones)
    return needed.annotate(before=Subquery(open_now)), steps.annotate(before=Subquery(open_now))


@dataclass(frozen=True, slots=True)
class Lacking:
    """A module that is needed for another and asked of nobody yet of those who have that one to take."""

    needed: Module
    rows: list[Assignment]


def lacking_among(assignments: AssignmentQuerySet, *, at: datetime, by_hand: bool) -> Iterator[Lacking]:
    """Of those that nobody has started: what is needed for them and was neither done nor asked for, by module and by
    what gave them. What somebody took back from a person is given to them `by_hand` alone. Three queries."""
    of_person = Assignment.objects.filter(person=OuterRef("person"), module=OuterRef("needs"))
    open_now = of_person.open()
    rows = _unmet(assignments, at, zones_at(at)).filter(
        ~Exists(open_now.exclude(reason=Assignment.Reason.SELF)),
        # What somebody chose stays their choice as long as nobody asks for what needs it.
        ~Exists(open_now.filter(reason=OuterRef("reason"))),
    )
    if not by_hand:
        rows = rows.filter(~Exists(of_person.filter(ended_by__isnull=False)))
    groups: dict[tuple[int, int, int | None, bool], list[Assignment]] = {}
    for row in rows.select_related("person", "module", "rule", "path").order_by("pk"):
        key = (row.needs, row.module_id, row.rule_id, row.reason == Assignment.Reason.SELF)  # type: ignore[attr-defined]
        groups.setdefault(key, []).append(row)
    modules = Module.objects.in_bulk({key[0] for key in groups}) if groups else {}
    for (needed, *_rest), found in groups.items():
        yield Lacking(modules[needed], found)


def needed_by(people: PersonQuerySet, module: Module, *, at: datetime) -> list[tuple[Module, int]]:
    """What a rule would give these people besides the module, because it has to be done before, and to how many. A few
    queries for each module that is needed, directly or not; one when none is."""
    lack: dict[Module, Q] = {}  # of each needed module, who would be given it
    zones: Zones | None = None
    left: list[tuple[Module, Q]] = [(module, Q())]
    while left:
        wanting, who = left.pop()
        for needed in Module.objects.published().filter(needed_by__module=wanting).order_by("name", "pk"):
            zones = zones_at(at) if zones is None else zones
            here = who & _lacks(needed, at, zones)
            lack[needed] = lack.get(needed, Q(pk__in=[])) | here
            left.append((needed, here))
    counted = [(needed, people.filter(who).count()) for needed, who in lack.items()]
    return [(needed, count) for needed, count in counted if count]


def _lacks(needed: Module, at: datetime, zones: Zones) -> Q:
    """Of people: those who have neither done it nor have it to take, and from whom nobody took it back."""
    of_person = Assignment.objects.filter(person=OuterRef("pk"), module=needed)
    asked = of_person.open().exclude(reason=Assignment.Reason.SELF) | of_person.filter(ended_by__isnull=False)
    return ~Exists(asked) & ~is_done(OuterRef("pk"), needed, at=at, zones=zones)


def _unmet(assignments: AssignmentQuerySet, at: datetime, zones: Zones) -> AssignmentQuerySet:
    """Each row once for every module that it `needs` and that was not done."""
    waiting = assignments.filter(state=Assignment.State.ASSIGNED).annotate(needs=F("module__prerequisites__needed"))
    offered = Module.objects.published().filter(pk=OuterRef("needs"))
    return waiting.filter(Exists(offered), ~is_done(OuterRef("person"), OuterRef("needs"), at=at, zones=zones))


def _unmet_steps(assignments: AssignmentQuerySet, at: datetime, zones: Zones) -> AssignmentQuerySet:
    """Each row once for every step before it on its path that it `needs`: twin of `_steps_before`."""
    own = PathStep.objects.filter(path=OuterRef("path__path"), module=OuterRef("module")).values("position")
    on_path = assignments.filter(
        state=Assignment.State.ASSIGNED, path__state=PathAssignment.State.OPEN, path__path__in_order=True
    ).annotate(needs=F("path__path__steps__module"), place=F("path__path__steps__position"))
    asked = Assignment.objects.open().filter(person=OuterRef("person"), module=OuterRef("needs"))
    asked = asked.filter(Q(path__isnull=True) | Q(path=OuterRef("path")))
    undone = ~is_done(OuterRef("person"), OuterRef("needs"), at=at, zones=zones)
    return on_path.filter(Exists(asked), undone, place__lt=Subquery(own))


def first_of(module: Module) -> list[Module]:
    """What has to be done before the module, by name; of that, what is still offered. One query."""
    return list(Module.objects.published().filter(needed_by__module=module).order_by("name", "pk"))
