"""What has to be done before something can be started: told to whoever takes it, leads them, or gives it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, When

from foundation.http import address_of
from people.models.person import PersonQuerySet
from training.models import Assignment, Module, Prerequisite
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
    """Of assignments: the name of what has to be done before one that nobody has started can be, the first by name;
    None when nothing has. Costs no query of its own."""
    needed = Prerequisite.objects.filter(module=OuterRef("module"), needed__in=Module.objects.published().values("pk"))
    unmet = needed.filter(~is_done(OuterRef(OuterRef("person")), OuterRef("needed"), at=at, zones=zones))
    names = unmet.order_by("needed__name").values("needed__name")
    return Case(When(state=Assignment.State.ASSIGNED, then=Subquery(names[:1])), output_field=CharField())


def waits_of(assignment: Assignment, *, at: datetime) -> list[Wait]:
    """What has to be done before this one can be started, by name; nothing once it was started. What is not offered
    any more holds nobody up. One query."""
    if assignment.state != Assignment.State.ASSIGNED:
        return []
    rows = _unmet(Assignment.objects.filter(pk=assignment.pk), at, zones_of([assignment.person], at))
    open_now = Assignment.objects.open().filter(person=OuterRef("person"), module=OuterRef("needs"))
    found = rows.annotate(name=F("module__prerequisites__needed__name"), open=Subquery(open_now.values("pk")))
    return [Wait(*row) for row in found.order_by("name").values_list("needs", "name", "open")]


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
    for row in rows.select_related("person", "module", "rule").order_by("pk"):
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


def first_of(module: Module) -> list[Module]:
    """What has to be done before the module, by name; of that, what is still offered. One query."""
    return list(Module.objects.published().filter(needed_by__module=module).order_by("name", "pk"))
