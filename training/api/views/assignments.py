"""Assignments: given, moved, waived, taken back."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from people.api.fields import IdFilter, choice
from people.api.resources import Resource, must
from people.models import Person
from training import policies
from training.actions import assignments as actions
from training.api.serializers.assignments import AssignmentOut, ExtendIn, GiveIn, GivenOut, WaiveIn, WithdrawIn
from training.models import Assignment, Module
from training.models.assignments import AssignmentQuerySet
from training.reports.standings import standings_by


class AssignmentFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    person = IdFilter(field_name="person")
    module = IdFilter(field_name="module")
    state = choice(Assignment.State.choices, field_name="state")
    overdue = django_filters.BooleanFilter(
        method="filter_overdue", help_text="Whether it is open and late, whatever the cause."
    )

    def filter_overdue(self, found: AssignmentQuerySet, _name: str, value: bool) -> AssignmentQuerySet:
        late = found.overdue(timezone.now())
        return late if value else found.exclude(pk__in=late.values("pk"))


class Assignments(Resource):
    """Person × module × cycle: your own, and those of the people whose training you may see."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentOut
    filterset_class = AssignmentFilter
    orderings = {"newest": ("-assigned_at", "-pk"), "oldest": ("assigned_at", "pk"), "due": ("due_on", "pk")}
    required_scope = "training"

    def list(self, request: Request) -> Response:
        """Assignments, open and over."""
        found = self.paginate_queryset(self.filter_queryset(_visible(self.person))) or []
        return self.get_paginated_response(self._told(found))

    @extend_schema(request=GiveIn, responses={201: GivenOut})
    def create(self, request: Request) -> Response:
        """Give a module to people, all at once or to none. Safe to repeat: nobody is given it twice."""
        must(policies.can_assign(self.person))
        given = self.given(GiveIn)
        return self.once(lambda: self._give(**given), lambda _pk: self._has_now(given["module"], given["people"]))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One assignment."""
        return self._one(self.find(_visible(self.person), pk))

    @extend_schema(request=ExtendIn)
    def extend(self, request: Request, pk: int) -> Response:
        """Move the day it is due to a later one; of a day of leave, to the first one back."""
        assignment = self._to_change(pk)
        actions.extend(assignment=assignment, by=self.person, at=timezone.now(), **self.given(ExtendIn))
        return self._one(self.reread(_visible(self.person), pk))

    @extend_schema(request=WaiveIn)
    def waive(self, request: Request, pk: int) -> Response:
        """The person need not take it, this cycle."""
        assignment = self._to_change(pk)
        actions.waive(assignment=assignment, by=self.person, at=timezone.now(), **self.given(WaiveIn))
        return self._one(self.reread(_visible(self.person), pk))

    @extend_schema(request=WithdrawIn)
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take it back. What was done stays on record."""
        assignment = self._to_change(pk)
        actions.withdraw(assignment=assignment, by=self.person, at=timezone.now(), **self.given(WithdrawIn))
        return self._one(self.reread(_visible(self.person), pk))

    def _to_change(self, pk: int) -> Assignment:
        assignment = self.find(_visible(self.person), pk)
        must(policies.can_change_assignment(self.person, assignment))
        return assignment

    def _give(self, *, module: Module, **given: Any) -> int:
        actions.assign(module=module, by=self.person, at=timezone.now(), **given)
        # Several were made; what tells of them again is the module, with the people whom the request names.
        return module.pk

    def _has_now(self, module: Module, people: Sequence[Person]) -> Response:
        rows = _visible(self.person).filter(module=module, person__in=people).order_by("cycle", "pk")
        last = {row.person_id: row for row in rows}
        told = self._told([last[person.pk] for person in people])
        return Response({"assignments": told}, status=201)

    def _one(self, assignment: Assignment) -> Response:
        return Response(self._told([assignment])[0])

    def _told(self, rows: Sequence[Assignment]) -> Sequence[Any]:
        """The rows as they are written, each with how its person stands."""
        context = {**self.get_serializer_context(), "standings": standings_by(rows, at=timezone.now())}
        return [AssignmentOut(row, context=context).data for row in rows]


def _visible(person: Person) -> AssignmentQuerySet:
    rows = Assignment.objects.visible_to(person)
    return rows.select_related("person", "module", "version", "assigned_by", "waiver__by")
