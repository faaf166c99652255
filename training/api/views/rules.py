"""Rules: written, looked at beforehand, switched on and off."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from people.api.fields import IdFilter, choice
from people.api.resources import Resource, must
from training import policies
from training.actions import rules as actions
from training.api.serializers.rules import (
    PreviewOut,
    TrainingRuleChangeIn,
    TrainingRuleIn,
    TrainingRuleOut,
)
from training.models import Rule
from training.reports import rules as reports


class RuleFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    module = IdFilter(field_name="module")
    state = choice(Rule.State.choices, field_name="state")


class Rules(Resource):
    """Who is to have a module, for trainers."""

    queryset = Rule.objects.none()
    serializer_class = TrainingRuleOut
    filterset_class = RuleFilter
    orderings = {"module": ("module__name", "name", "pk"), "newest": ("-created_at", "-pk")}
    required_scope = "training"

    def list(self, request: Request) -> Response:
        """All rules, on and off."""
        must(policies.can_view_rules(self.person))
        return self.page(_all())

    def retrieve(self, request: Request, pk: int) -> Response:
        """One rule."""
        must(policies.can_view_rules(self.person))
        return self.answer(self.find(_all(), pk))

    @extend_schema(request=TrainingRuleIn, responses={201: TrainingRuleOut})
    def create(self, request: Request) -> Response:
        """Write a rule. It is off: look at what it would do, then switch it on."""
        must(policies.can_edit_rules(self.person))
        given = self.given(TrainingRuleIn)
        return self.once(
            lambda: actions.create_rule(by=self.person, at=timezone.now(), **given).pk,
            lambda pk: self.answer(self.reread(_all(), pk), made=True),
        )

    @extend_schema(request=TrainingRuleChangeIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what it asks; what you leave out stays. A rule that is on is applied at once."""
        self.rule = self._to_switch(pk)
        given = self.given(TrainingRuleChangeIn, partial=True)
        actions.edit_rule(rule=self.rule, by=self.person, at=timezone.now(), **given)
        return self.answer(self.reread(_all(), pk))

    def get_serializer_context(self) -> dict[str, Any]:
        # What a change leaves out is as it stands.
        return {**super().get_serializer_context(), "rule": getattr(self, "rule", None)}

    @extend_schema(responses=PreviewOut)
    def preview(self, request: Request, pk: int) -> Response:
        """Who would gain and who would lose if it were on and applied now. Changes nothing."""
        must(policies.can_view_rules(self.person))
        return self.answer(reports.preview(self.find(_all(), pk), at=timezone.now()), PreviewOut)

    @extend_schema(request=None)
    def switch_on(self, request: Request, pk: int) -> Response:
        """Apply it now and from now on. Twice is once."""
        actions.switch_on(rule=self._to_switch(pk), by=self.person, at=timezone.now())
        return self.answer(self.reread(_all(), pk))

    @extend_schema(request=None)
    def switch_off(self, request: Request, pk: int) -> Response:
        """Give it to nobody new; what nobody has started is taken back. Twice is once."""
        actions.switch_off(rule=self._to_switch(pk), by=self.person, at=timezone.now())
        return self.answer(self.reread(_all(), pk))

    def _to_switch(self, pk: int) -> Rule:
        must(policies.can_edit_rules(self.person))
        return self.find(_all(), pk)


def _all() -> "QuerySet[Rule]":
    return Rule.objects.select_related("module", "path", "team", "site", "skill", "created_by")
