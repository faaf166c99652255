"""What was reported, over the API: decided by a steward without a part in it, appealed by whoever wrote it."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.serializers import StrictSerializer, TextField
from people.api.fields import MomentField
from people.api.resources import Resource, must
from people.api.serializers import PersonRef
from recognition import policies
from recognition.actions import moderation
from recognition.models import Case, Report
from recognition.reports.cases import with_words

LONGEST = 1000


class ReportOut(serializers.Serializer[Report]):
    reporter = PersonRef()
    kind = serializers.ChoiceField(choices=Report.Kind.choices)
    words = serializers.CharField()
    at = MomentField()


class ReportedOut(serializers.Serializer[Case]):
    """Words that are hidden until a steward decides. Who reported them is told to those who may decide alone."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Case.State.choices)
    recognition = serializers.IntegerField(source="recognition_id")
    comment = serializers.IntegerField(source="comment_id", allow_null=True, help_text="When it is about a comment.")
    author = PersonRef()
    words = serializers.SerializerMethodField()
    opened_at = MomentField()
    decided_at = MomentField(allow_null=True)
    reason = serializers.CharField(help_text="Of the decision; empty before.")
    appeal = serializers.CharField()
    appeal_ends_at = MomentField(allow_null=True, help_text="Until then its author can appeal.")
    answer = serializers.CharField(help_text="To the appeal; empty before.")
    reports = serializers.SerializerMethodField(help_text="For whoever may decide; for its author empty.")

    def get_words(self, case: Case) -> list[str]:
        return [case.comment.words] if case.comment else case.recognition.story

    @extend_schema_field(ReportOut(many=True))
    def get_reports(self, case: Case) -> Any:
        may_review = policies.can_review_case(self.context["request"].user, case)
        return [ReportOut(one).data for one in case.reports.all()] if may_review else []


class DecideCaseIn(StrictSerializer):
    restore = serializers.BooleanField(help_text="True: show it again; false: remove it.")
    reason = TextField(max_length=LONGEST, help_text="Whoever wrote it reads this.")


class AppealIn(StrictSerializer):
    words = TextField(max_length=LONGEST, help_text="Why it should be shown. You can ask once.")


class CaseFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    state = django_filters.ChoiceFilter(choices=Case.State.choices)


class Cases(Resource):
    """What was reported, for stewards without a part in it, and for whoever wrote it."""

    queryset = Case.objects.none()
    serializer_class = ReportedOut
    filterset_class = CaseFilter
    orderings = {"newest": ("-opened_at", "-pk"), "oldest": ("opened_at", "pk")}
    required_scope = "recognition"

    def list(self, request: Request) -> Response:
        """Those that you may see."""
        return self.page(self._visible())

    def retrieve(self, request: Request, pk: int) -> Response:
        """One case."""
        return self.answer(self.find(self._visible(), pk))

    @extend_schema(request=DecideCaseIn)
    def decide(self, request: Request, pk: int) -> Response:
        """Show it again or remove it, with the reason."""
        case = self.find(self._visible(), pk)
        must(policies.can_decide_case(self.person, case))
        moderation.decide(case=case, by=self.person, at=timezone.now(), **self.given(DecideCaseIn))
        return self.answer(self.reread(self._visible(), pk))

    @extend_schema(request=AppealIn)
    def appeal(self, request: Request, pk: int) -> Response:
        """Ask for another look at what you wrote."""
        case, at = self.find(self._visible(), pk), timezone.now()
        must(policies.can_appeal(self.person, case, at))
        moderation.appeal(case=case, by=self.person, at=at, **self.given(AppealIn))
        return self.answer(self.reread(self._visible(), pk))

    @extend_schema(request=DecideCaseIn)
    def answer_appeal(self, request: Request, pk: int) -> Response:
        """The last word, by another steward than the one who decided, if there is another."""
        case, at = self.find(self._visible(), pk), timezone.now()
        must(policies.can_answer_appeal(self.person, case, at))
        moderation.answer_appeal(case=case, by=self.person, at=at, **self.given(DecideCaseIn))
        return self.answer(self.reread(self._visible(), pk))

    def _visible(self) -> QuerySet[Case]:
        return with_words(Case.objects.visible_to(self.person)).prefetch_related("reports__reporter")
