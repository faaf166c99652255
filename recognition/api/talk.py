"""What readers add to a recognition over the API: reactions, comments, reports."""

from typing import Any

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
from recognition.actions import comments, moderation, reactions
from recognition.models import Comment, Reaction, Recognition, Report
from recognition.reports.comments import comments_of
from recognition.reports.reactions import tallies_of
from recognition.reports.wall import with_people

LONGEST = 1000


class CommentOut(serializers.Serializer[Comment]):
    """Plain text under a recognition. Of a leaver there is no name."""

    id = serializers.IntegerField()
    recognition = serializers.IntegerField(source="recognition_id")
    author = serializers.SerializerMethodField()
    words = serializers.CharField()
    mentions = serializers.ListField(child=serializers.IntegerField(), help_text="The ids of people whom it mentions.")
    at = MomentField()

    @extend_schema_field(PersonRef(allow_null=True))
    def get_author(self, comment: Comment) -> Any:
        return PersonRef(comment.author).data if comment.author.is_active else None


class CommentIn(StrictSerializer):
    words = TextField(max_length=LONGEST)


class ReportIn(StrictSerializer):
    kind = serializers.ChoiceField(choices=Report.Kind.choices)
    words = TextField(max_length=LONGEST, required=False, allow_blank=True, help_text="Needed for “other”.")


class TallyOut(serializers.Serializer[Any]):
    """How many reacted so; nobody is named."""

    kind = serializers.ChoiceField(choices=Reaction.Kind.choices)
    count = serializers.IntegerField()
    mine = serializers.BooleanField(help_text="Whether yours is among them.")


class ReactIn(StrictSerializer):
    kind = serializers.ChoiceField(choices=Reaction.Kind.choices)
    on = serializers.BooleanField(help_text="True: react so; false: take it back.")


class _Talk(Resource):
    """Under a recognition that the caller may see."""

    queryset: QuerySet[Any] = Recognition.objects.none()
    required_scope = "recognition"

    def found(self, pk: int) -> Recognition:
        return self.find(with_people(Recognition.objects.visible_to(self.person).shown()), pk)


class Reactions(_Talk):
    """Reactions with a tap."""

    serializer_class = TallyOut
    pagination_class = None

    def list(self, request: Request, pk: int) -> Response:
        """How many of each kind."""
        return self._told(self.found(pk))

    @extend_schema(request=ReactIn, responses=TallyOut(many=True))
    def replace(self, request: Request, pk: int) -> Response:
        """React, or take it back. Twice is once."""
        one, given = self.found(pk), self.given(ReactIn)
        reactions.react(recognition=one, by=self.person, at=timezone.now(), **given)
        return self._told(one)

    def _told(self, one: Recognition) -> Response:
        return self.everything(tallies_of([one], self.person)[one.pk])


class Comments(_Talk):
    """Comments under a recognition."""

    serializer_class = CommentOut
    orderings = {"oldest": ("at", "pk"), "newest": ("-at", "-pk")}

    def list(self, request: Request, pk: int) -> Response:
        """Those that are shown."""
        return self.page(comments_of(self.found(pk), self.person).shown())

    @extend_schema(request=CommentIn, responses={201: CommentOut})
    def create(self, request: Request, pk: int) -> Response:
        """Write one. An @ and a name mentions a colleague."""
        one, given = self.found(pk), self.given(CommentIn)
        return self.once(
            lambda: comments.comment(recognition=one, by=self.person, at=timezone.now(), **given).pk,
            lambda made: self.answer(self.reread(self._visible(), made), made=True),
        )

    def retrieve(self, request: Request, pk: int) -> Response:
        """One of them."""
        return self.answer(self.find(self._visible(), pk))

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Withdraw yours: nobody sees it any more."""
        comment = self.find(self._visible(), pk)
        must(policies.can_withdraw_comment(self.person, comment))
        comments.withdraw_comment(comment=comment, by=self.person, at=timezone.now())
        return Response(status=204)

    @extend_schema(request=ReportIn, responses={204: None})
    def report(self, request: Request, pk: int) -> Response:
        """Report somebody else's: it is hidden until a steward decides. Twice is once."""
        comment = self.find(self._visible(), pk)
        must(comment.author_id != self.person.pk)
        given, at = self.given(ReportIn), timezone.now()
        moderation.report(recognition=comment.recognition, comment=comment, by=self.person, at=at, **given)
        return Response(status=204)

    def _visible(self) -> QuerySet[Comment]:
        return Comment.objects.visible_to(self.person).shown().select_related("author", "recognition")


class Reports(_Talk):
    """Reports of a recognition."""

    @extend_schema(request=ReportIn, responses={204: None})
    def report(self, request: Request, pk: int) -> Response:
        """Report it: it is hidden until a steward decides. Twice is once."""
        one = self.found(pk)
        must(policies.can_report_recognition(self.person, one))
        moderation.report(recognition=one, by=self.person, at=timezone.now(), **self.given(ReportIn))
        return Response(status=204)
