"""The comparison of a stage, and decisions with their reasons."""

from decimal import Decimal

import django_filters
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hiring import policies
from hiring.actions import decisions as actions
from hiring.api.serializers.judgement import OUTCOMES, ComparisonOut, DecisionIn, DecisionOut
from hiring.combination import LEVEL
from hiring.models import Application, Decision, Opening, Stage
from hiring.reports.comparison import stage_table
from people.api.fields import IdFilter, choice
from people.api.resources import Resource, must
from people.models import Person


class Comparisons(Resource):
    """Candidates of a stage beside each other, by the fixed rule."""

    queryset = Stage.objects.none()
    serializer_class = ComparisonOut
    required_scope = "hiring"

    def retrieve(self, request: Request, pk: int) -> Response:
        """The comparison as you may see it. A stage that no rule combines has none."""
        openings = Opening.objects.visible_to(self.person)
        rows = Stage.objects.filter(opening__in=openings).select_related("opening", "kit_version__kit")
        stage = self.find(rows, pk)
        must(policies.can_compare(self.person, stage.opening))
        rule = stage.opening.rules.order_by("-number").first()
        if rule is None or stage.kit_version_id is None:
            raise Http404
        table = stage_table(self.person, stage, rule)
        told = {name: getattr(table, name) for name in ("stage", "columns", "rows", "comparison", "owed", "waiting")}
        about = {"rule_version": rule.number, "rule_digest": rule.digest, "confidence": _level()}
        return self.answer(told | about)


def _level() -> Decimal:
    return Decimal(LEVEL.numerator) / Decimal(LEVEL.denominator)


class DecisionFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    application = IdFilter(field_name="application")
    opening = IdFilter(field_name="application__opening")
    stage = IdFilter(field_name="stage")
    outcome = choice(OUTCOMES, field_name="outcome")


class Decisions(Resource):
    """What was decided, by whom, and why. Never changed; a later decision is another one."""

    queryset = Decision.objects.none()
    serializer_class = DecisionOut
    filterset_class = DecisionFilter
    orderings = {"newest": ("-at", "-pk"), "oldest": ("at", "pk")}
    required_scope = "hiring"

    def list(self, request: Request) -> Response:
        """Decisions whose reasons you may read: of applications on which you owe no scorecard."""
        return self.page(_visible(self.person))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One decision."""
        return self.answer(self.find(_visible(self.person), pk))

    @extend_schema(request=DecisionIn, responses={201: DecisionOut})
    def create(self, request: Request) -> Response:
        """Decide, and carry it out. A departure from the rule is allowed; the answer says that it is one."""
        given = self.given(DecisionIn)
        must(policies.can_decide(self.person, given["application"]))
        return self.once(
            lambda: actions.decide(**given, by=self.person, at=timezone.now()).pk,
            lambda pk: self.answer(self.reread(_visible(self.person), pk), made=True),
        )


def _visible(person: Person) -> "QuerySet[Decision]":
    applications = Application.objects.with_mask(person).select_related("candidate")
    return (
        Decision.objects.visible_to(person)
        .select_related("stage", "to_stage", "rule", "by")
        .prefetch_related(Prefetch("application", applications))
    )
