"""Openings, their stages and the rule that combines their scores."""

import builtins
from typing import Any

import django_filters
from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hiring import policies
from hiring import rule as rules
from hiring.actions import openings as actions
from hiring.api.serializers.openings import (
    OpeningIn,
    OpeningOut,
    ReasonIn,
    RuleIn,
    RuleOut,
    StageOut,
    StagesIn,
)
from hiring.models import CombinationRule, Opening, Stage
from hiring.models.openings import OpeningQuerySet
from hiring.reports.openings import with_counts
from people.api.fields import IdFilter, WordsFilter, choice
from people.api.resources import Resource, must
from people.models import Person, Team


class OpeningFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    q = WordsFilter(method="filter_q", help_text="Words of the title or the team.")
    state = choice(Opening.State.choices, field_name="state")
    team = IdFilter(method="filter_team", help_text="Of this team or one below it.")
    hiring_manager = IdFilter(field_name="hiring_manager")

    def filter_q(self, found: OpeningQuerySet, _name: str, value: str) -> OpeningQuerySet:
        return found.matching(value)

    def filter_team(self, found: OpeningQuerySet, _name: str, value: int) -> OpeningQuerySet:
        return found.filter(team__in=Team.objects.below([value]))


class Openings(Resource):
    """Jobs to fill."""

    queryset = Opening.objects.none()
    serializer_class = OpeningOut
    filterset_class = OpeningFilter
    orderings = {"newest": ("-created_at", "-pk"), "oldest": ("created_at", "pk")}
    required_scope = "hiring"

    def list(self, request: Request) -> Response:
        """The openings that you run or decide on."""
        must(policies.can_view_openings(self.person))
        return self.page(_whole(Opening.objects.visible_to(self.person)))

    def paginate_queryset(self, queryset: Any) -> "builtins.list[Any] | None":
        return with_counts(super().paginate_queryset(queryset) or [])

    @extend_schema(request=OpeningIn, responses={201: OpeningOut})
    def create(self, request: Request) -> Response:
        """Prepare an opening with the usual stages. It takes candidates once it is open."""
        must(policies.can_create_openings(self.person))
        given = self.given(OpeningIn)
        return self.once(
            lambda: actions.create_opening(**given, by=self.person, at=timezone.now()).pk,
            lambda pk: self._told(pk, made=True),
        )

    def retrieve(self, request: Request, pk: int) -> Response:
        """One opening."""
        return self._written(self.find(_whole(Opening.objects.visible_to(self.person)), pk))

    @extend_schema(request=OpeningIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what the opening says; what you leave out stays."""
        opening = to_recruit_for(self, pk)
        actions.edit_opening(opening=opening, by=self.person, at=timezone.now(), **self.given(OpeningIn, partial=True))
        return self._told(pk)

    @extend_schema(request=None)
    def open(self, request: Request, pk: int) -> Response:
        """Open it for applications; one of its stages needs a kit."""
        actions.open_opening(opening=to_recruit_for(self, pk), by=self.person, at=timezone.now())
        return self._told(pk)

    @extend_schema(request=ReasonIn)
    def close(self, request: Request, pk: int) -> Response:
        """Take no more applications; those in play can still be decided."""
        opening = to_recruit_for(self, pk)
        actions.close_opening(opening=opening, by=self.person, at=timezone.now(), **self.given(ReasonIn))
        return self._told(pk)

    def _told(self, pk: int, *, made: bool = False) -> Response:
        # Not by visible_to: who takes themselves off an opening is still told what they made of it.
        return self._written(self.reread(_whole(Opening.objects.all()), pk), made=made)

    def _written(self, opening: Opening, *, made: bool = False) -> Response:
        with_counts([opening])
        return self.answer(opening, made=made)


class Stages(Resource):
    """The steps of an opening's pipeline, in order."""

    queryset = Stage.objects.none()
    serializer_class = StageOut
    pagination_class = None
    required_scope = "hiring"

    def list(self, request: Request, pk: int) -> Response:
        """All stages of the opening."""
        return self._told(self.find(Opening.objects.visible_to(self.person), pk))

    @extend_schema(request=StagesIn, responses=StageOut(many=True))
    def replace(self, request: Request, pk: int) -> Response:
        """Make the opening's stages exactly these, in this order, and bring the rule in step."""
        opening = to_recruit_for(self, pk)
        actions.set_stages(opening=opening, by=self.person, at=timezone.now(), **self.given(StagesIn))
        return self._told(opening)

    def _told(self, opening: Opening) -> Response:
        return self.everything(opening.stages.select_related("kit_version__kit").order_by("position"))


class Rules(Resource):
    """Versions of an opening's combination rule."""

    queryset = CombinationRule.objects.none()
    serializer_class = RuleOut
    orderings = {"newest": ("-number", "-pk")}
    required_scope = "hiring"

    def list(self, request: Request, pk: int) -> Response:
        """All versions, the one in force first."""
        opening = self.find(Opening.objects.visible_to(self.person), pk)
        return self.page(opening.rules.select_related("set_by"))

    @extend_schema(request=RuleIn, responses={201: RuleOut})
    def create(self, request: Request, pk: int) -> Response:
        """Set the rule. Until the first interview it is rewritten; from then on this makes a new version with a
        reason, and every score of the opening is computed anew by it."""
        opening = to_recruit_for(self, pk)
        given = self.given(RuleIn)
        rule, reason = _rule(given), given["reason"]
        return self.once(
            lambda: actions.set_rule(opening=opening, rule=rule, reason=reason, by=self.person, at=timezone.now()).pk,
            lambda made: self.answer(self.reread(opening.rules.select_related("set_by"), made), made=True),
        )


def to_recruit_for(resource: Resource, pk: int) -> Opening:
    """The opening for somebody who runs it: 404 for whoever may not know of it, 403 for whoever may only look."""
    opening = resource.find(Opening.objects.visible_to(resource.person), pk)
    must(policies.can_recruit_for(resource.person, opening))
    return opening


def _whole(openings: OpeningQuerySet) -> OpeningQuerySet:
    recruiters = Prefetch("recruiters", Person.objects.order_by("full_name", "pk"))
    return openings.select_related("team", "site", "hiring_manager").prefetch_related(recruiters)


def _rule(given: dict[str, Any]) -> rules.Rule:
    """Raises InvalidRule, which says what is wrong where."""
    return rules.parse(
        {
            "format": rules.FORMAT,
            "within": rules.MEAN_OF_PANELLISTS,
            "compensatory": given["compensatory"],
            "stages": [
                {"stage": str(part["stage"]), "terms": [{"minimum": None, **term} for term in part["terms"]]}
                for part in given["stages"]
            ],
        }
    )
