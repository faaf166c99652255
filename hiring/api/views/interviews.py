"""Interviews: planned, moved, called off, revealed."""

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hiring import policies
from hiring.actions import interviews as actions
from hiring.api.serializers.interviews import (
    BreakSealIn,
    CancelIn,
    InterviewIn,
    InterviewOut,
    NoShowIn,
    PanelIn,
    RescheduleIn,
)
from hiring.models import Interview, Panellist
from hiring.models.interviews import InterviewQuerySet
from people.api.fields import IdFilter, MomentFilter, choice
from people.api.resources import Resource, must
from people.models import Person

WHEN = [("to_come", "To come or under way"), ("waiting", "Over, and scorecards are out"), ("past", "All others")]


class InterviewFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    opening = IdFilter(field_name="application__opening")
    application = IdFilter(field_name="application")
    stage = IdFilter(field_name="stage")
    sits = django_filters.BooleanFilter(method="filter_sits", help_text="Whether you are on the panel.")
    when = choice(WHEN, method="filter_when")
    starts_from = MomentFilter(field_name="starts_at", lookup_expr="gte")
    starts_before = MomentFilter(field_name="starts_at", lookup_expr="lt")

    def filter_sits(self, found: InterviewQuerySet, _name: str, value: bool) -> InterviewQuerySet:
        seating = found.seating(self.request.user)
        return seating if value else found.exclude(pk__in=seating.values("pk"))

    def filter_when(self, found: InterviewQuerySet, _name: str, value: str) -> InterviewQuerySet:
        person, now = self.request.user, timezone.now()
        if value == "to_come":
            return found.upcoming_for(person, now)
        return found.waiting_for(person, now) if value == "waiting" else found.past_for(person, now)


class Interviews(Resource):
    """Sittings of applications at stages, each with its panel. Panellists see theirs too."""

    queryset = Interview.objects.none()
    serializer_class = InterviewOut
    filterset_class = InterviewFilter
    orderings = {"soonest": ("starts_at", "pk"), "latest": ("-starts_at", "-pk")}
    required_scope = "hiring"

    def list(self, request: Request) -> Response:
        """Interviews that you may know of."""
        return self.page(listed(self.person))

    @extend_schema(request=InterviewIn, responses={201: InterviewOut})
    def create(self, request: Request) -> Response:
        """Schedule a sitting with the stage's kit and a panel. The opening's first one fixes its rule."""
        given = self.given(InterviewIn)
        must(policies.can_recruit_for(self.person, given["application"].opening))
        return self.once(
            lambda: actions.schedule_interview(**given, by=self.person, at=self.now).pk,
            lambda pk: self._told(pk, made=True),
        )

    def retrieve(self, request: Request, pk: int) -> Response:
        """One interview."""
        return self.answer(self._visible(pk))

    @extend_schema(request=RescheduleIn)
    def reschedule(self, request: Request, pk: int) -> Response:
        """Another time, and another place if you give one."""
        interview = self._visible(pk)
        must(policies.can_move_interview(self.person, interview, self.now))
        actions.reschedule_interview(interview=interview, by=self.person, at=self.now, **self.given(RescheduleIn))
        return self._told(pk)

    @extend_schema(request=PanelIn)
    def set_panel(self, request: Request, pk: int) -> Response:
        """Make the panel exactly this. Whoever has begun a scorecard keeps the seat."""
        interview = self._visible(pk)
        must(policies.can_set_panel(self.person, interview, self.now))
        actions.set_panel(interview=interview, by=self.person, at=self.now, **self.given(PanelIn))
        return self._told(pk)

    @extend_schema(request=CancelIn)
    def cancel(self, request: Request, pk: int) -> Response:
        """Call it off before anything was submitted."""
        interview = self._visible(pk)
        must(policies.can_cancel_interview(self.person, interview, self.now))
        actions.cancel_interview(interview=interview, by=self.person, at=self.now, **self.given(CancelIn))
        return self._told(pk)

    @extend_schema(request=NoShowIn)
    def no_show(self, request: Request, pk: int) -> Response:
        """The candidate did not come."""
        interview = self._visible(pk)
        must(policies.can_mark_no_show(self.person, interview, self.now))
        actions.mark_no_show(interview=interview, by=self.person, at=self.now, **self.given(NoShowIn))
        return self._told(pk)

    @extend_schema(request=None)
    def take_up(self, request: Request, pk: int) -> Response:
        """The candidate came after all: undo the no-show."""
        interview = self._visible(pk)
        must(policies.can_take_up_interview(self.person, interview))
        actions.take_up_interview(interview=interview, by=self.person, at=self.now)
        return self._told(pk)

    @extend_schema(request=BreakSealIn)
    def break_seal(self, request: Request, pk: int) -> Response:
        """Reveal before all required scorecards are in. The reason stays in view for good, with your name."""
        interview = self._visible(pk)
        must(policies.can_break_seal(self.person, interview))
        actions.break_seal(interview=interview, by=self.person, at=self.now, **self.given(BreakSealIn))
        return self._told(pk)

    @cached_property
    def now(self) -> datetime:
        """One moment for the whole request."""
        return timezone.now()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": self.now}

    def _visible(self, pk: int) -> Interview:
        return self.find(listed(self.person), pk)

    def _told(self, pk: int, *, made: bool = False) -> Response:
        return self.answer(self.reread(listed(self.person), pk), made=made)


def listed(person: Person) -> InterviewQuerySet:
    """Interviews that the person may know of, with what is written of each."""
    seats = Panellist.objects.select_related("person", "scorecard")
    related = ("application__candidate", "application__opening", "stage", "kit_version__kit", "revealed_by")
    return (
        Interview.objects.visible_to(person)
        .with_mask(person)
        .with_seat(person)
        .with_progress()
        .select_related(*related)
        .prefetch_related(Prefetch("panellists", seats, to_attr="seats"))
    )
