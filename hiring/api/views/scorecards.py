"""Scorecards: one's own as it is written and sealed, others' after reveal. Whoever reads another's is in the trail."""

from typing import Any

import django_filters
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.versions import Versioned
from foundation.errors import Conflict, Invalid
from hiring import policies
from hiring.actions import scorecards as actions
from hiring.actions.scorecards import ScorecardInput
from hiring.api.serializers.scorecards import (
    LaterViewIn,
    LaterViewOut,
    ScorecardIn,
    ScorecardOut,
    ScorecardRef,
)
from hiring.api.views.stale import stale
from hiring.models import Interview, LaterView, Panellist, Scorecard
from hiring.reports import interviews as interview_reports
from hiring.reports import scorecards as reports
from people.api.fields import IdFilter
from people.api.resources import Resource, must

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the version that you looked over.",
)


class ScorecardFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    interview = IdFilter(field_name="panellist__interview")
    application = IdFilter(field_name="panellist__interview__application")
    opening = IdFilter(field_name="panellist__interview__application__opening")
    is_own = django_filters.BooleanFilter(method="filter_own")

    def filter_own(self, found: Any, _name: str, value: bool) -> Any:
        return getattr(found, "filter" if value else "exclude")(panellist__person=self.request.user)


class Scorecards(Resource):
    """Your own scorecards, and others' once they are revealed and you owe none on the application."""

    queryset = Scorecard.objects.none()
    serializer_class = ScorecardRef
    filterset_class = ScorecardFilter
    orderings = {"newest": ("-pk",), "oldest": ("pk",)}
    required_scope = "hiring"

    def list(self, request: Request) -> Response:
        """Scorecards that you may read, without what they say: who reads one is recorded one by one."""
        return self.page(_readable(self))

    @extend_schema(responses=ScorecardOut)
    def retrieve(self, request: Request, pk: int) -> Response:
        """A whole scorecard. The audit trail keeps that you read it, unless it is yours."""
        scorecard = self.find(_readable(self), pk)
        actions.note_reading(scorecard=scorecard, by=self.person, at=timezone.now())
        return self.answer(laid_out(scorecard.panellist, scorecard), ScorecardOut)


class LaterViews(Resource):
    """What the panellist thinks after reveal, beside what was sealed."""

    queryset = LaterView.objects.none()
    serializer_class = LaterViewOut
    required_scope = "hiring"

    @extend_schema(request=LaterViewIn, responses={201: LaterViewOut})
    def create(self, request: Request, pk: int) -> Response:
        """Add a later view to your own scorecard, with its cause. Scores by the rule do not change."""
        scorecard = self.find(_readable(self), pk)
        must(policies.can_add_later_view(self.person, scorecard))
        given = self.given(LaterViewIn)
        competencies = scorecard.panellist.interview.kit_version.competencies
        if given.get("competency") is not None:
            known = competencies.filter(pk=given["competency"]).first()
            if known is None:
                reason = _("This competency is not part of the interview.")
                raise Invalid(reason, errors={"competency": [reason]})
            given["competency"] = known
        return self.once(
            lambda: actions.add_later_view(scorecard=scorecard, by=self.person, at=timezone.now(), **given).pk,
            lambda made: self.answer(self.reread(scorecard.later_views.all(), made), made=True),
        )


class OwnScorecard(Versioned, Resource):
    """Your own scorecard of an interview, from the first word to the seal."""

    queryset = Interview.objects.none()
    serializer_class = ScorecardOut
    required_scope = "hiring"

    def retrieve(self, request: Request, pk: int) -> Response:
        """Your scorecard as it is stored, with every competency and question of the kit; blank before you save."""
        return self._told(self._seat(pk))

    @extend_schema(request=ScorecardIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Save; what you do not name stays as it is. It begins half an hour before the interview at the earliest."""
        seat = self._seat(pk)
        stored = reports.own_scorecard(seat)
        revision = stored.revision if stored else 0
        self.require_version(revision)
        given, now = _input(self.given(ScorecardIn)), timezone.now()
        with stale(Conflict):
            actions.write_scorecard(interview=seat.interview, person=self.person, revision=revision, data=given, at=now)
        return self._told(seat)

    @extend_schema(request=None, parameters=[IF_MATCH])
    def submit(self, request: Request, pk: int) -> Response:
        """Seal it for good. What is missing is named by its place in the scorecard as you read it."""
        seat = self._seat(pk)
        scorecard = reports.own_scorecard(seat)
        if scorecard is None:
            raise Http404
        self.require_version(scorecard.revision)
        try:
            with stale(Conflict):
                actions.submit_scorecard(
                    scorecard=scorecard, revision=scorecard.revision, by=self.person, at=timezone.now()
                )
        except Invalid as missing:
            raise _placed(missing, laid_out(seat, scorecard)) from missing
        return self._told(seat)

    def _seat(self, pk: int) -> Panellist:
        """The caller's seat: 404 for whoever may not know of the interview, 403 for whoever does not sit there."""
        interview = self.find(Interview.objects.visible_to(self.person), pk)
        seats = interview.panellists.select_related("person", "interview__kit_version")
        seat = seats.filter(person=self.person).first()
        must(seat is not None)
        assert seat is not None  # noqa: S101 (said above, for the type checker)
        return seat

    def _told(self, seat: Panellist) -> Response:
        scorecard = reports.own_scorecard(seat)
        return self.versioned(self.answer(laid_out(seat, scorecard)), scorecard.revision if scorecard else 0)


def laid_out(seat: Panellist, scorecard: Scorecard | None) -> dict[str, Any]:
    """The scorecard as ScorecardOut writes it: all that the kit asks and judges, with what was said of it."""
    sections = interview_reports.sections(seat.interview.kit_version_id)
    judged = reports.sheet(scorecard, sections).judged if scorecard else []
    ratings = {each.competency.pk: each.rating for each in judged}
    records = {answer.question.pk: answer.record for each in judged for answer in each.answers}
    blank = Scorecard(panellist=seat)
    stored = scorecard or blank
    return {
        "id": stored.pk,
        "interview": seat.interview_id,
        "panellist": seat.person,
        "role": seat.role,
        **{name: getattr(stored, name) for name in _PLAIN},
        "ratings": [_rated(section.competency, ratings.get(section.competency.pk)) for section in sections],
        "questions": [
            _answered(question, records.get(question.pk)) for section in sections for question in section.questions
        ],
        "later_views": list(scorecard.later_views.order_by("at", "pk")) if scorecard else [],
    }


_PLAIN = ("recommendation", "summary", "revision", "seconds_spent", "started_at", "saved_at", "submitted_at")


def _rated(competency: Any, rating: Any) -> dict[str, Any]:
    said = {name: getattr(rating, name, blank) for name, blank in _UNRATED.items()}
    return {"competency": competency, **said}


_UNRATED = {"score": None, "no_evidence": False, "evidence": ""}


def _answered(question: Any, record: Any) -> dict[str, Any]:
    return {"question": question, "state": getattr(record, "state", ""), "notes": getattr(record, "notes", "")}


def _input(given: dict[str, Any]) -> ScorecardInput:
    return ScorecardInput(**given)


def _placed(missing: Invalid, scorecard: dict[str, Any]) -> ValidationError:
    """The same refusal, with pointers into the scorecard as it is read: /ratings/2/score."""
    places = {str(rating["competency"].pk): place for place, rating in enumerate(scorecard["ratings"])}
    fields = {"rating": "score", "evidence": "evidence"}
    errors: dict[str, Any] = {}
    for name, reasons in missing.errors.items():
        kind, _dash, pk = name.partition("-")
        if pk in places:
            errors.setdefault("ratings", {}).setdefault(str(places[pk]), {})[fields[kind]] = reasons
        else:
            errors[name] = reasons
    return ValidationError(errors)


def _readable(resource: Resource) -> Any:
    related = ("panellist__person", "panellist__interview__kit_version", "panellist__interview__application__opening")
    return Scorecard.objects.visible_to(resource.person).select_related(*related)
