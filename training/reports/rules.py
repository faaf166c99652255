"""What a rule would do, before it does it; and why it gives what it gives."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from people.models import Person
from people.models.person import PersonQuerySet
from training.models import Assignment, Completion, Module, PathAssignment, Rule
from training.models.assignments import AssignmentQuerySet
from training.models.paths import PathAssignmentQuerySet
from training.reports.waits import needed_by

Rows = TypeVar("Rows", bound=QuerySet[Any])
FEW = 50


def gaining(rule: Rule, at: datetime) -> PersonQuerySet:
    """Who would be given the module now: whoever matches, but for those of whom it is asked already, who hold a
    completion that has not run out, or from whom somebody took it back or waived it, which is remembered. What was done
    elsewhere is renewed by the rule alone, so it holds until its window opens. Of a path: whoever neither is on it nor
    has completed it, nor was taken off it by hand."""
    if rule.module is None:
        ever = PathAssignment.objects.filter(person=OuterRef("pk"), path=rule.path_id)
        stays = Q(ended_by__isnull=False) | ~Q(state=PathAssignment.State.WITHDRAWN)
        return rule.matching(at).filter(~Exists(ever.filter(stays)))
    of_person = Assignment.objects.filter(person=OuterRef("pk"), module=rule.module_id)
    asked = of_person.open().exclude(reason=Assignment.Reason.SELF)
    held = Completion.objects.counting().filter(person=OuterRef("pk"), module=rule.module_id)
    today, opens = at.date(), at.date() + timedelta(days=rule.module.window_days)
    valid = held.filter(Q(expires_on__isnull=True) | Q(expires_on__gt=opens) | Q(source="", expires_on__gte=today))
    ended_by_hand = of_person.filter(ended_by__isnull=False)
    return rule.matching(at).filter(~Exists(asked), ~Exists(valid), ~Exists(ended_by_hand))


def losing(rule: Rule, at: datetime, people: Collection[int] | None = None) -> AssignmentQuerySet:
    """What the rule gave or renewed, that nobody has started, to people who match no longer, or while it is off; with
    `people`, of these alone, and nobody else is looked at."""
    given = Assignment.objects.filter(rule=rule, state=Assignment.State.ASSIGNED)
    return _of_no_match(given, rule, at, people)


def losing_paths(rule: Rule, at: datetime, people: Collection[int] | None = None) -> PathAssignmentQuerySet:
    """Whom the rule put on its path, and who match no longer, or while it is off; with `people`, of these alone."""
    return _of_no_match(PathAssignment.objects.open().filter(rule=rule), rule, at, people)


def _of_no_match(given: Rows, rule: Rule, at: datetime, people: Collection[int] | None) -> Rows:
    matching = rule.still_matching(at)
    if people is not None:
        given, matching = given.filter(person__in=people), matching.filter(pk__in=people)
    return given.exclude(person__in=matching.values("pk")) if rule.is_on else given


@dataclass(frozen=True)
class Preview:
    """How many people match, gain and lose; the first fifty of the latter two by name. `needed`: what else is given,
    because it has to be done before, and to how many of those who gain."""

    matching: int
    gains: int
    loses: int
    gaining: list[Person]
    losing: list[Person]
    needed: list[tuple[Module, int]]


def preview(rule: Rule, *, at: datetime) -> Preview:
    """What would happen if the rule were on and were applied now. Writes nothing."""
    on = Rule(**{field.attname: getattr(rule, field.attname) for field in Rule._meta.concrete_fields})
    on.state = Rule.State.ON
    gains = gaining(on, at)
    lost = Q(pk__in=losing(on, at).values("person"))
    if on.path is not None:
        lost |= Q(pk__in=losing_paths(on, at).values("person"))
    loses = Person.objects.filter(lost)
    return Preview(
        matching=on.matching(at).count(),
        gains=gains.count(),
        loses=loses.count(),
        gaining=list(gains.select_related("team").order_by("full_name", "pk")[:FEW]),
        losing=list(loses.select_related("team").order_by("full_name", "pk")[:FEW]),
        needed=needed_by(gains, on.module, at=at) if on.module else [],
    )
