"""The library: competencies and their questions."""

from typing import Any

import django_filters
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.versions import Versioned
from foundation.errors import Conflict
from hiring import policies
from hiring.actions import library as actions
from hiring.api.serializers.library import GROUPS, CompetencyIn, CompetencyOut, QuestionIn, QuestionOut
from hiring.api.views.stale import stale
from hiring.models import Competency, Question
from hiring.reports.library import fingerprint, in_groups
from people.api.fields import WordsFilter, choice
from people.api.resources import Resource, must


def version_of(record: Competency | Question) -> int:
    """The content's fingerprint as a number, for an ETag."""
    return int(fingerprint(record), 16)


class CompetencyFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    q = WordsFilter(method="filter_q", help_text="In the name or the definition.")
    group = choice(GROUPS, field_name="group")
    archived = django_filters.BooleanFilter(field_name="archived_at", lookup_expr="isnull", exclude=True)

    def filter_q(self, found: "QuerySet[Competency]", _name: str, value: str) -> "QuerySet[Competency]":
        return found.filter(Q(name__icontains=value) | Q(definition__icontains=value))


class Competencies(Versioned, Resource):
    """Competencies of the library. Kits hold copies, so no change here changes a kit."""

    queryset = Competency.objects.none()
    serializer_class = CompetencyOut
    filterset_class = CompetencyFilter
    orderings = {"group": ("place", "name", "pk"), "name": ("name", "pk")}
    required_scope = "hiring"

    def list(self, request: Request) -> Response:
        """Competencies with their questions."""
        must(policies.can_view_library(self.person))
        return self.page(_with_questions(in_groups(Competency.objects.all())))

    @extend_schema(request=CompetencyIn, responses={201: CompetencyOut})
    def create(self, request: Request) -> Response:
        """Add a competency."""
        must(policies.can_edit_library(self.person))
        given = self.given(CompetencyIn)
        return self.once(
            lambda: actions.create_competency(by=self.person, at=timezone.now(), **given).pk,
            lambda pk: self._told(pk, made=True),
        )

    def retrieve(self, request: Request, pk: int) -> Response:
        """One competency with its questions, archived ones too."""
        must(policies.can_view_library(self.person))
        return self._written(self.find(_with_questions(Competency.objects.all()), pk))

    @extend_schema(request=CompetencyIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what the library says; what you leave out stays."""
        competency = self._to_edit(pk)
        self.require_version(version_of(competency))
        given, seen = self.given(CompetencyIn, partial=True), fingerprint(competency)
        with stale(Conflict):
            actions.edit_competency(competency=competency, by=self.person, at=timezone.now(), seen=seen, **given)
        return self._told(pk)

    @extend_schema(request=None)
    def archive(self, request: Request, pk: int) -> Response:
        """Take it out of what kits are offered. Twice is once."""
        actions.archive_competency(competency=self._to_edit(pk), by=self.person, at=timezone.now())
        return self._told(pk)

    @extend_schema(request=None)
    def restore(self, request: Request, pk: int) -> Response:
        """Offer it to kits again. Twice is once."""
        actions.restore_competency(competency=self._to_edit(pk), by=self.person, at=timezone.now())
        return self._told(pk)

    def _to_edit(self, pk: int) -> Competency:
        must(policies.can_edit_library(self.person))
        return self.find(Competency.objects.all(), pk)

    def _told(self, pk: int, *, made: bool = False) -> Response:
        return self._written(self.reread(_with_questions(Competency.objects.all()), pk), made=made)

    def _written(self, competency: Competency, *, made: bool = False) -> Response:
        return self.versioned(self.answer(competency, made=made), version_of(competency))


class Questions(Versioned, Resource):
    """Questions of the library; each belongs to a competency, where they are listed."""

    queryset = Question.objects.none()
    serializer_class = QuestionOut
    required_scope = "hiring"

    @extend_schema(request=QuestionIn, responses={201: QuestionOut})
    def create(self, request: Request, pk: int) -> Response:
        """Add a question to the competency."""
        must(policies.can_edit_library(self.person))
        competency = self.find(Competency.objects.all(), pk)
        given = self.given(QuestionIn)
        return self.once(
            lambda: actions.create_question(competency=competency, by=self.person, at=timezone.now(), **given).pk,
            lambda made: self._told(self.reread(Question.objects.all(), made), made=True),
        )

    def retrieve(self, request: Request, pk: int) -> Response:
        """One question."""
        must(policies.can_view_library(self.person))
        return self._told(self.find(Question.objects.all(), pk))

    @extend_schema(request=QuestionIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change a question; what you leave out stays."""
        question = self._to_edit(pk)
        self.require_version(version_of(question))
        given, seen = self.given(QuestionIn, partial=True), fingerprint(question)
        with stale(Conflict):
            question = actions.edit_question(question=question, by=self.person, at=timezone.now(), seen=seen, **given)
        return self._told(question)

    @extend_schema(request=None)
    def archive(self, request: Request, pk: int) -> Response:
        """Take it out of what kits are offered. Twice is once."""
        actions.archive_question(question=self._to_edit(pk), by=self.person, at=timezone.now())
        return self._told(self.reread(Question.objects.all(), pk))

    @extend_schema(request=None)
    def restore(self, request: Request, pk: int) -> Response:
        """Offer it to kits again. Twice is once."""
        actions.restore_question(question=self._to_edit(pk), by=self.person, at=timezone.now())
        return self._told(self.reread(Question.objects.all(), pk))

    def _to_edit(self, pk: int) -> Question:
        must(policies.can_edit_library(self.person))
        return self.find(Question.objects.all(), pk)

    def _told(self, question: Question, **options: Any) -> Response:
        return self.versioned(self.answer(question, **options), version_of(question))


def _with_questions(competencies: "QuerySet[Competency]") -> "QuerySet[Competency]":
    return competencies.prefetch_related(Prefetch("questions", Question.objects.order_by("pk")))
