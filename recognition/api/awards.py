"""Awards over the API: programmes and their rounds, nominating, and who won."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.serializers import LineField, StrictSerializer, TextField
from people.api.fields import LARGEST_ID, IdFilter, MomentField, PlannedMomentField, RowField, RowsField, several
from people.api.resources import Resource, must
from people.api.serializers import PersonRef, SiteRef, TeamRef
from people.models import Person, Site, Team
from recognition import policies
from recognition.actions import awards, nominations
from recognition.api.serializers import ValueRef
from recognition.models import Argument, Criterion, Nomination, Programme, Round, TieRule, Value
from recognition.models.awards import ANCHORS, FEWEST_CRITERIA, MOST_CRITERIA

LONGEST = 2000
MOST_TEAMS, MOST_SITES = 3, 50


class AwardCriterionBase(serializers.Serializer[Any]):
    """What nominees are judged by."""

    name = serializers.CharField()
    anchors = serializers.ListField(child=serializers.CharField(), help_text="What 1, 2, 3, 4 and 5 mean.")


class AwardCriterionOut(AwardCriterionBase):
    id = serializers.IntegerField()


class AwardCriterionIn(StrictSerializer):
    name = LineField(max_length=100)
    anchors = serializers.ListField(
        child=LineField(max_length=300), min_length=ANCHORS, max_length=ANCHORS,
        help_text="What 1, 2, 3, 4 and 5 mean, each something that one can see.",
    )  # fmt: skip


class ProgrammeRef(serializers.Serializer[Programme]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ProgrammeOut(ProgrammeRef):
    """What is awarded, to whom it can go, and how it is decided."""

    purpose = serializers.CharField()
    prize = serializers.CharField(help_text="What comes with it; may be empty.")
    value = ValueRef(allow_null=True)
    owner = PersonRef()
    criteria = AwardCriterionBase(many=True, source="rubric")
    quorum = serializers.IntegerField(help_text="So many judges for each nominee, at least.")
    tie_rule = serializers.ChoiceField(choices=TieRule.choices)
    places = serializers.IntegerField(help_text="Winners of a round.")
    most = serializers.IntegerField(help_text="Nominations of each person in a round.")
    cool_off = serializers.IntegerField(help_text="Rounds that a winner sits out.")
    months = serializers.IntegerField(help_text="Months with us, at least, to be nominated.")
    teams = TeamRef(many=True, help_text="Only people of these and those below; none: all.")
    sites = SiteRef(many=True, help_text="Only people of these; none: all.")
    archived_at = MomentField(allow_null=True)


class ProgrammeIn(StrictSerializer):
    name = LineField(max_length=100)
    purpose = TextField(max_length=1000, help_text="Something more than what the contract asks.")
    prize = LineField(max_length=200, required=False, allow_blank=True)
    value = RowField(lambda _person: Value.objects.in_use(), required=False, allow_null=True)
    owner = RowField(lambda _person: Person.objects.active())
    criteria = several(AwardCriterionIn, min_length=FEWEST_CRITERIA, max_length=MOST_CRITERIA, source="rubric")
    quorum = serializers.IntegerField(min_value=1, max_value=9, required=False)
    tie_rule = serializers.ChoiceField(choices=TieRule.choices, required=False)
    places = serializers.IntegerField(min_value=1, max_value=10, required=False)
    most = serializers.IntegerField(min_value=1, max_value=20, required=False)
    cool_off = serializers.IntegerField(min_value=0, max_value=24, required=False)
    months = serializers.IntegerField(min_value=0, max_value=120, required=False)
    teams = RowsField(lambda _person: Team.objects.all(), required=False, max_length=MOST_TEAMS)
    sites = RowsField(lambda _person: Site.objects.all(), required=False, max_length=MOST_SITES)


class ArchiveProgrammeIn(StrictSerializer):
    archived = serializers.BooleanField(help_text="True: begin no more rounds of it; false: some again.")


class Programmes(Resource):
    """What is awarded."""

    queryset = Programme.objects.none()
    serializer_class = ProgrammeOut
    orderings = {"name": ("name", "pk")}
    required_scope = "recognition"

    def list(self, request: Request) -> Response:
        """All of them, archived ones too."""
        return self.page(_programmes())

    def retrieve(self, request: Request, pk: int) -> Response:
        """One programme."""
        return self.answer(self.find(_programmes(), pk))

    @extend_schema(request=ProgrammeIn, responses={201: ProgrammeOut})
    def create(self, request: Request) -> Response:
        """A programme, for stewards of the whole organisation."""
        must(policies.can_run_awards(self.person))
        given = self.given(ProgrammeIn)
        return self.once(
            lambda: awards.create_programme(by=self.person, at=timezone.now(), **given).pk,
            lambda pk: self.answer(self.reread(_programmes(), pk), made=True),
        )

    @extend_schema(request=ProgrammeIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change it for rounds to come; refused while one of its rounds runs. What you leave out stays."""
        programme = self.find(_programmes(), pk)
        must(policies.can_run_awards(self.person))
        given = self.given(ProgrammeIn, partial=True)
        awards.edit_programme(programme=programme, by=self.person, at=timezone.now(), **given)
        return self.answer(self.reread(_programmes(), pk))

    @extend_schema(request=ArchiveProgrammeIn)
    def archive(self, request: Request, pk: int) -> Response:
        """Archive it, or use it again. Twice is once."""
        programme = self.find(_programmes(), pk)
        must(policies.can_run_awards(self.person))
        awards.archive_programme(
            programme=programme, by=self.person, at=timezone.now(), **self.given(ArchiveProgrammeIn)
        )
        return self.answer(self.reread(_programmes(), pk))


def _programmes() -> QuerySet[Programme]:
    found = Programme.objects.select_related("owner", "value")
    return found.prefetch_related(Prefetch("teams", Team.objects.order_by("path")), "sites")


# --- rounds -----------------------------------------------------------------------------------------------------------


class RoundOut(serializers.Serializer[Round]):
    """One time that a programme is awarded. Days are whole days where each nominator works."""

    id = serializers.IntegerField()
    programme = ProgrammeRef()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=Round.State.choices)
    opens_on = serializers.DateField()
    closes_on = serializers.DateField()
    judge_by = serializers.DateField()
    announce_at = MomentField(help_text="If it is approved by then; else as soon as it is.")
    criteria = AwardCriterionOut(many=True, help_text="As they were when it was published; empty before.")
    cancel_reason = serializers.CharField(help_text="Of a cancelled round; else empty.")
    published_at = MomentField(allow_null=True)
    announced_at = MomentField(allow_null=True)


class RoundDaysIn(StrictSerializer):
    name = LineField(max_length=100)
    opens_on = serializers.DateField(help_text="From everybody's own midnight.")
    closes_on = serializers.DateField(help_text="Until everybody's own midnight.")
    judge_by = serializers.DateField()
    announce_at = PlannedMomentField()


class RoundIn(RoundDaysIn):
    programme = RowField(lambda _person: Programme.objects.filter(archived_at=None))


class CancelRoundIn(StrictSerializer):
    reason = TextField(max_length=1000, help_text="Everybody who sees the round reads it.")


class RoundFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    programme = IdFilter(field_name="programme")
    state = django_filters.ChoiceFilter(choices=Round.State.choices)


class Rounds(Resource):
    """Rounds of awards: published ones, and for stewards those being prepared."""

    queryset = Round.objects.none()
    serializer_class = RoundOut
    filterset_class = RoundFilter
    orderings = {"latest": ("-announce_at", "-pk"), "closing": ("closes_on", "pk")}
    required_scope = "recognition"

    def list(self, request: Request) -> Response:
        """Those that you may see."""
        return self.page(rounds_for(self.person))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One round."""
        return self.answer(self.find(rounds_for(self.person), pk))

    @extend_schema(request=RoundIn, responses={201: RoundOut})
    def create(self, request: Request) -> Response:
        """A round as a draft that only stewards see."""
        must(policies.can_run_awards(self.person))
        given = self.given(RoundIn)
        return self.once(
            lambda: awards.create_round(by=self.person, at=timezone.now(), **given).pk,
            lambda pk: self.answer(self.reread(rounds_for(self.person), pk), made=True),
        )

    @extend_schema(request=RoundDaysIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change name and days of a draft; once published they stay."""
        round_ = self._to_run(pk)
        given = self.given(RoundDaysIn, partial=True)
        awards.edit_round(round_=round_, by=self.person, at=timezone.now(), **given)
        return self.answer(self.reread(rounds_for(self.person), pk))

    @extend_schema(request=None)
    def publish(self, request: Request, pk: int) -> Response:
        """From now on everybody sees it, and it opens on its day."""
        awards.publish_round(round_=self._to_run(pk), by=self.person, at=timezone.now())
        return self.answer(self.reread(rounds_for(self.person), pk))

    @extend_schema(request=CancelRoundIn)
    def cancel(self, request: Request, pk: int) -> Response:
        """It is not awarded, for a reason that everybody reads."""
        awards.cancel_round(round_=self._to_run(pk), by=self.person, at=timezone.now(), **self.given(CancelRoundIn))
        return self.answer(self.reread(rounds_for(self.person), pk))

    def _to_run(self, pk: int) -> Round:
        round_ = self.find(rounds_for(self.person), pk)
        must(policies.can_run_awards(self.person))
        return round_


def rounds_for(person: Person) -> QuerySet[Round]:
    """With all that an answer says of each."""
    criteria = Prefetch("criteria", Criterion.objects.order_by("position"))
    return Round.objects.visible_to(person).select_related("programme__owner").prefetch_related(criteria)


# --- nominations ------------------------------------------------------------------------------------------------------


class ArgumentOut(serializers.Serializer[Argument]):
    criterion = serializers.IntegerField(source="criterion_id")
    name = serializers.CharField(source="criterion.name")
    words = serializers.CharField()


class NominationOut(serializers.Serializer[Nomination]):
    """A case for somebody: your own, or what was said of you, once the round is announced."""

    id = serializers.IntegerField()
    round = serializers.IntegerField(source="round_id")
    state = serializers.ChoiceField(choices=Nomination.State.choices)
    nominator = PersonRef()
    nominee = PersonRef(allow_null=True)
    arguments = ArgumentOut(many=True)
    handed_in_at = MomentField(allow_null=True)


class ArgumentIn(StrictSerializer):
    criterion = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    words = TextField(max_length=LONGEST)


class DraftIn(StrictSerializer):
    """Whatever there is: handing it in says what is missing."""

    nominee = RowField(lambda _person: Person.objects.active(), required=False, allow_null=True)
    arguments = several(ArgumentIn, required=False, max_length=MOST_CRITERIA)


class NominateIn(DraftIn):
    round = RowField(lambda person: Round.objects.visible_to(person).select_related("programme"))


class NominationFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    round = IdFilter(field_name="round")
    state = django_filters.ChoiceFilter(choices=Nomination.State.choices)


class Nominations(Resource):
    """Yours, and what was said of you."""

    queryset = Nomination.objects.none()
    serializer_class = NominationOut
    filterset_class = NominationFilter
    orderings = {"newest": ("-created_at", "-pk"), "oldest": ("created_at", "pk")}
    required_scope = "recognition"

    def list(self, request: Request) -> Response:
        """Your drafts, what you handed in, and what was said of you."""
        return self.page(self._visible())

    def retrieve(self, request: Request, pk: int) -> Response:
        """One of them."""
        return self.answer(self.find(self._visible(), pk))

    @extend_schema(request=NominateIn, responses={201: NominationOut})
    def create(self, request: Request) -> Response:
        """Begin one, as a draft that nobody else reads."""
        given, at = self.given(NominateIn), timezone.now()
        must(policies.can_nominate(self.person, given["round"], at))
        return self.once(
            lambda: (
                nominations.save_draft(
                    round_=given["round"], nominee=given.get("nominee"), words=_words(given), by=self.person, at=at
                ).pk
            ),
            lambda pk: self.answer(self.reread(self._visible(), pk), made=True),
        )

    @extend_schema(request=DraftIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change a draft; what you leave out stays, and arguments are taken as a whole."""
        one, at = self.find(self._visible(), pk), timezone.now()
        must(policies.can_edit_nomination(self.person, one, at))
        given = self.given(DraftIn, partial=True)
        words = _words(given) if "arguments" in given else {each.criterion_id: each.words for each in _said(one)}
        nominee = given.get("nominee", one.nominee)
        nominations.save_draft(round_=one.round, nomination=one, nominee=nominee, words=words, by=self.person, at=at)
        return self.answer(self.reread(self._visible(), pk))

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a draft with all that it says."""
        one = self.find(self._visible(), pk)
        must(policies.can_discard_nomination(self.person, one))
        nominations.discard(nomination=one, by=self.person, at=timezone.now())
        return Response(status=204)

    @extend_schema(request=None)
    def hand_in(self, request: Request, pk: int) -> Response:
        """To the panel; until your own midnight of the last day you can take it back."""
        one, at = self.find(self._visible(), pk), timezone.now()
        must(policies.can_edit_nomination(self.person, one, at))
        nominations.hand_in(nomination=one, by=self.person, at=at)
        return self.answer(self.reread(self._visible(), pk))

    @extend_schema(request=None)
    def take_back(self, request: Request, pk: int) -> Response:
        """A draft again, while your days to nominate last."""
        one, at = self.find(self._visible(), pk), timezone.now()
        must(policies.can_take_back(self.person, one, at))
        nominations.take_back(nomination=one, by=self.person, at=at)
        return self.answer(self.reread(self._visible(), pk))

    def _visible(self) -> QuerySet[Nomination]:
        said = Prefetch("arguments", Argument.objects.select_related("criterion").order_by("criterion__position"))
        found = Nomination.objects.visible_to(self.person).select_related("round__programme", "nominator", "nominee")
        return found.prefetch_related(said)


def _said(one: Nomination) -> list[Argument]:
    return list(one.arguments.all())


def _words(given: Mapping[str, Any]) -> dict[int, str]:
    return {each["criterion"]: each["words"] for each in given.get("arguments", ())}
