"""Paths: written, published, retired; people put on them and taken off."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from people.api.fields import IdFilter, choice
from people.api.resources import Resource, must
from people.models import Person
from training import policies
from training.actions import paths as actions
from training.api.serializers.assignments import WithdrawIn
from training.api.serializers.paths import GivePathIn, PathAssignmentOut, PathGivenOut, PathIn, PathOut
from training.models import Path, PathAssignment, PathStep
from training.models.paths import PathAssignmentQuerySet, PathQuerySet


class PathFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    state = choice(Path.State.choices, field_name="state")


class Paths(Resource):
    """Modules in an order: what is published, and what one is or was on. Trainers find all."""

    queryset = Path.objects.none()
    serializer_class = PathOut
    filterset_class = PathFilter
    orderings = {"name": ("name", "pk")}
    required_scope = "training"

    def list(self, request: Request) -> Response:
        """Paths with their steps."""
        return self.page(_visible(self.person))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One path."""
        return self.answer(self.find(_visible(self.person), pk))

    @extend_schema(request=PathIn, responses={201: PathOut})
    def create(self, request: Request) -> Response:
        """A new path, as a draft. Nobody sees it but trainers, until it is published."""
        must(policies.can_edit_modules(self.person))
        given = {"owner": self.person, **self.given(PathIn)}
        return self.once(
            lambda: actions.create_path(by=self.person, at=timezone.now(), **given).pk,
            lambda pk: self.answer(self.reread(_visible(self.person), pk), made=True),
        )

    @extend_schema(request=PathIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change it; what you leave out stays. Whoever is on it and lacks a new step is given that."""
        path = self._to_edit(pk)
        steps = [(step.module, step.due_days) for step in path.steps_in_order]  # type: ignore[attr-defined]
        given = {"steps": steps, **self.given(PathIn, partial=True)}
        actions.edit_path(path=path, by=self.person, at=timezone.now(), **given)
        return self._told(pk)

    @extend_schema(request=None)
    def publish(self, request: Request, pk: int) -> Response:
        """From now on it can be given. Twice is once."""
        actions.publish_path(path=self._to_edit(pk), by=self.person, at=timezone.now())
        return self._told(pk)

    @extend_schema(request=None)
    def retire(self, request: Request, pk: int) -> Response:
        """Give it to nobody new; who is on it goes on. Twice is once."""
        actions.retire_path(path=self._to_edit(pk), by=self.person, at=timezone.now())
        return self._told(pk)

    def _to_edit(self, pk: int) -> Path:
        path = self.find(_visible(self.person), pk)
        must(policies.can_edit_modules(self.person))
        return path

    def _told(self, pk: int) -> Response:
        return self.answer(self.reread(_visible(self.person), pk))


def _visible(person: Person) -> PathQuerySet:
    steps = PathStep.objects.select_related("module").order_by("position")
    found = Path.objects.visible_to(person).select_related("owner")
    return found.prefetch_related(Prefetch("steps", steps, "steps_in_order"))


class PathAssignmentFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    person = IdFilter(field_name="person")
    path = IdFilter(field_name="path")
    state = choice(PathAssignment.State.choices, field_name="state")


class PathAssignments(Resource):
    """Who is on a path: yourself, and those whose training you may see."""

    queryset = PathAssignment.objects.none()
    serializer_class = PathAssignmentOut
    filterset_class = PathAssignmentFilter
    orderings = {"newest": ("-assigned_at", "-pk"), "oldest": ("assigned_at", "pk")}
    required_scope = "training"

    def list(self, request: Request) -> Response:
        """Under way, completed and withdrawn."""
        return self.page(_given_to(self.person))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One of them. Its modules are among the assignments of the person."""
        return self.answer(self.find(_given_to(self.person), pk))

    @extend_schema(request=GivePathIn, responses={201: PathGivenOut})
    def create(self, request: Request) -> Response:
        """Put people on a path, all at once or none. Safe to repeat: nobody is put on it twice."""
        must(policies.can_assign(self.person))
        given = self.given(GivePathIn)
        return self.once(lambda: self._give(**given), lambda _pk: self._has_now(given["path"], given["people"]))

    @extend_schema(request=WithdrawIn)
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take somebody off it, with all that they have not started."""
        given = self.find(_given_to(self.person), pk)
        must(policies.can_take_off(self.person, given))
        actions.withdraw_path(given=given, by=self.person, at=timezone.now(), **self.given(WithdrawIn))
        return self.answer(self.reread(_given_to(self.person), pk))

    def _give(self, *, path: Path, **given: Any) -> int:
        actions.assign_path(path=path, by=self.person, at=timezone.now(), **given)
        # Several were made; what tells of them again is the path, with the people whom the request names.
        return path.pk

    def _has_now(self, path: Path, people: Sequence[Person]) -> Response:
        rows = _given_to(self.person).filter(path=path, person__in=people).order_by("assigned_at", "pk")
        last = {row.person_id: row for row in rows}
        return self.answer({"path_assignments": [last[person.pk] for person in people]}, PathGivenOut, made=True)


def _given_to(person: Person) -> PathAssignmentQuerySet:
    rows = PathAssignment.objects.visible_to(person)
    return rows.select_related("person", "path", "assigned_by", "ended_by")
