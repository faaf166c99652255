"""Ideas over the API: read, proposed, answered."""

from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.serializers import LineField, StrictSerializer, TextField
from people.api.fields import IdFilter, MomentField, MomentFilter, RowField
from people.api.resources import Resource, must
from people.api.serializers import PersonRef, TeamRef
from people.models import Person, Team
from recognition import idea_policies
from recognition.actions import ideas
from recognition.actions.ideas import SHORTEST
from recognition.forms.ideas import LONGEST, LONGEST_TITLE
from recognition.models import Answer, Idea
from recognition.models.ideas import IdeaQuerySet
from recognition.reports import ideas as reports

VERDICTS = [(state.value, str(state.label)) for state in Idea.VERDICTS]
STATES = [(state.value, str(state.label)) for state in Idea.SHOWN]


class IdeaAnswerOut(serializers.Serializer[Answer]):
    """What becomes of it, and why. Of a leaver there is no name."""

    verdict = serializers.ChoiceField(choices=VERDICTS)
    reason = serializers.CharField()
    by = serializers.SerializerMethodField()
    at = MomentField()
    doer = serializers.SerializerMethodField(help_text="Who sees to it.")
    do_by = serializers.DateField(allow_null=True)
    look_again_on = serializers.DateField(allow_null=True)

    @extend_schema_field(PersonRef(allow_null=True))
    def get_by(self, answer: Answer) -> Any:
        return _ref(answer.by)

    @extend_schema_field(PersonRef(allow_null=True))
    def get_doer(self, answer: Answer) -> Any:
        return _ref(answer.doer)


def _ref(person: Person | None) -> Any:
    return PersonRef(person).data if person is not None and person.is_active else None


class IdeaOut(serializers.Serializer[Idea]):
    """An improvement that somebody proposes, with how it stands."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    obstacle = serializers.CharField(help_text="What gets in the way today?")
    instead = serializers.CharField(help_text="What could we do instead?")
    effect = serializers.CharField(help_text="Who would notice, and how? May be empty.")
    author = serializers.SerializerMethodField(help_text="None where you don't learn whose it is.")
    team = TeamRef(allow_null=True, help_text="Which it concerns; none: all of the organisation.")
    open = serializers.BooleanField(source="is_open", help_text="Whether everybody who works here reads it.")
    state = serializers.ChoiceField(choices=STATES)
    proposed_at = MomentField()
    answer_by = serializers.DateField(help_text="The last day for an answer.")
    answers = IdeaAnswerOut(many=True, help_text="The latest first: it counts.")
    outcome = serializers.CharField(help_text="What came of it, once it is done.")
    done_at = MomentField(allow_null=True)
    done_by = serializers.SerializerMethodField(help_text="Who did it and works here.")

    @extend_schema_field(PersonRef(allow_null=True))
    def get_author(self, idea: Idea) -> Any:
        return _ref(reports.author_of(idea))

    @extend_schema_field(PersonRef(many=True))
    def get_done_by(self, idea: Idea) -> Any:
        return [PersonRef(person).data for person in idea.doers.all() if person.is_active]


class IdeaIn(StrictSerializer):
    title = LineField(max_length=LONGEST_TITLE)
    obstacle = TextField(min_length=SHORTEST, max_length=LONGEST)
    instead = TextField(min_length=SHORTEST, max_length=LONGEST)
    effect = TextField(max_length=LONGEST, required=False, allow_blank=True)
    team = RowField(lambda _person: Team.objects.all(), required=False, allow_null=True)
    open = serializers.BooleanField(source="is_open", required=False, help_text="False: only who answers reads it.")
    named = serializers.BooleanField(
        source="is_named", required=False, help_text="False: only who answers learns that it is yours."
    )


class IdeaAnswerIn(StrictSerializer):
    verdict = serializers.ChoiceField(choices=VERDICTS)
    reason = TextField(min_length=SHORTEST, max_length=LONGEST)
    doer = RowField(
        lambda _person: Person.objects.active(), required=False, allow_null=True, help_text="Needed for “accepted”."
    )
    do_by = serializers.DateField(required=False, allow_null=True, help_text="Needed for “accepted”.")
    look_again_on = serializers.DateField(required=False, allow_null=True, help_text="Needed for “later”.")


class IdeaFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    state = django_filters.ChoiceFilter(choices=STATES)
    team = IdFilter(field_name="team")
    since = MomentFilter(field_name="proposed_at", lookup_expr="gte")


class _Ideas(Resource):
    queryset = Idea.objects.none()
    serializer_class = IdeaOut
    required_scope = "recognition"

    def visible(self) -> IdeaQuerySet:
        """What was taken down is read on the pages, where it says why."""
        found = Idea.objects.visible_to(self.person).shown().select_related("author", "team")
        return reports.with_answers(reports.with_who_knows(found, self.person))


class Ideas(_Ideas):
    """What somebody would do better, as far as you may read it."""

    filterset_class = IdeaFilter
    orderings = {"newest": ("-proposed_at", "-pk"), "oldest": ("proposed_at", "pk")}

    def list(self, request: Request) -> Response:
        """All of them."""
        return self.page(self.visible())

    def retrieve(self, request: Request, pk: int) -> Response:
        """One of them."""
        return self.answer(self.find(self.visible(), pk))

    @extend_schema(request=IdeaIn, responses={201: IdeaOut})
    def create(self, request: Request) -> Response:
        """Propose one. It says until when you have an answer."""
        given = self.given(IdeaIn)
        return self.once(
            lambda: ideas.propose(by=self.person, at=timezone.now(), **given).pk,
            lambda pk: self.answer(self.reread(self.visible(), pk), made=True),
        )


class Answers(_Ideas):
    """Answers to an idea."""

    @extend_schema(request=IdeaAnswerIn, responses={201: IdeaOut})
    def create(self, request: Request, pk: int) -> Response:
        """Answer it, or amend the answer: whoever leads the team that it concerns, or one of its stewards. Tells how
        the idea stands then."""
        idea = self.find(self.visible(), pk)
        must(idea_policies.can_answer_idea(self.person, idea))
        given = self.given(IdeaAnswerIn)
        before = next(iter(idea.answers.all()), None)
        return self.once(
            lambda: ideas.answer(idea=idea, before=before, by=self.person, at=timezone.now(), **given).idea_id,
            lambda pk: self.answer(self.reread(self.visible(), pk), made=True),
        )
