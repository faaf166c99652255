"""Judging an award over the API: the panel, sealed ballots on nominees without names, and what came of them."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.serializers import StrictSerializer, TextField
from people.api.fields import LARGEST_ID, RowField, several
from people.api.resources import Resource, must
from people.api.serializers import PersonRef
from people.models import Person
from recognition import policies
from recognition.actions import announcing, counting, panels
from recognition.api.awards import ArgumentOut, RoundOut, rounds_for
from recognition.models import Candidacy, Judge, Round
from recognition.models.awards import MOST_CRITERIA
from recognition.reports import panels as reports
from recognition.reports import winners

LONGEST = 2000


class JudgeSeatOut(serializers.Serializer[Any]):
    """One judge: how many ballots are in of how many, and nothing of what they say."""

    id = serializers.IntegerField(source="judge.pk")
    person = PersonRef(source="judge.person")
    is_released = serializers.SerializerMethodField()
    cast = serializers.IntegerField()
    owed = serializers.IntegerField()

    def get_is_released(self, seat: reports.Seat) -> bool:
        return seat.judge.released_at is not None


class AppointIn(StrictSerializer):
    person = RowField(lambda _person: Person.objects.active())


class SaidOut(serializers.Serializer[Any]):
    criterion = serializers.IntegerField()
    name = serializers.CharField()
    words = serializers.ListField(child=serializers.CharField())


class NomineeCaseOut(serializers.Serializer[reports.Case]):
    """What you read of one nominee before reveal: neither a name nor who nominated them."""

    id = serializers.IntegerField(source="candidacy.pk")
    number = serializers.IntegerField(source="candidacy.number")
    is_done = serializers.BooleanField(help_text="Whether your ballot is in.")
    said = serializers.SerializerMethodField()

    @extend_schema_field(SaidOut(many=True))
    def get_said(self, case: reports.Case) -> Any:
        return [{"criterion": one.pk, "name": one.name, "words": words} for one, words in case.said]


class BallotMarkIn(StrictSerializer):
    criterion = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    score = serializers.IntegerField(min_value=1, max_value=5)


class BallotIn(StrictSerializer):
    scores = several(BallotMarkIn, min_length=1, max_length=MOST_CRITERIA)
    reason = TextField(max_length=LONGEST, help_text="A sentence at least. Sealed with the scores until all are in.")


class RecuseIn(StrictSerializer):
    reason = TextField(max_length=500, help_text="The panel reads it after reveal.")


class BallotOut(serializers.Serializer[Any]):
    judge = PersonRef()
    scores = serializers.ListField(child=serializers.IntegerField(), help_text="In the order of the criteria.")
    reason = serializers.CharField()


class NomineeResultOut(serializers.Serializer[reports.Result]):
    """One nominee once it is revealed."""

    id = serializers.IntegerField(source="candidacy.pk")
    nominee = PersonRef(source="candidacy.nominee")
    nominators = PersonRef(many=True)
    mean = serializers.FloatField(source="candidacy.mean", allow_null=True, help_text="1 to 5, over all ballots.")
    ballots = serializers.SerializerMethodField()
    is_winner = serializers.BooleanField(source="candidacy.is_winner")
    is_tied = serializers.BooleanField(source="candidacy.is_tied")
    citation = serializers.CharField(source="candidacy.citation")

    @extend_schema_field(BallotOut(many=True))
    def get_ballots(self, result: reports.Result) -> Any:
        return [
            {"judge": PersonRef(one.judge.person).data, "scores": scores, "reason": one.reason}
            for one, scores in result.ballots
        ]


class TieIn(StrictSerializer):
    winners = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), max_length=10,
        help_text="As many as there are places left, by their ids in the results.",
    )  # fmt: skip
    reason = TextField(max_length=LONGEST, help_text="A sentence at least. It stands beside the result.")


class CitationIn(StrictSerializer):
    words = TextField(max_length=LONGEST, help_text="Why they win; announced with them.")


class WinnerOut(serializers.Serializer[Candidacy]):
    id = serializers.IntegerField()
    person = PersonRef(source="nominee")
    citation = serializers.CharField()


class WinnersOut(serializers.Serializer[winners.Announced]):
    """Those who wish that you know of it, and how many others there are."""

    winners = WinnerOut(many=True)
    unnamed = serializers.IntegerField()


class SaidOfOut(serializers.Serializer[Any]):
    nominator = PersonRef()
    arguments = ArgumentOut(many=True)


class CandidacyOut(WinnerOut):
    """Somebody of an announced round: a winner, or yourself."""

    round = serializers.IntegerField(source="round_id")
    is_winner = serializers.BooleanField()
    said = serializers.SerializerMethodField(help_text="What was said of you, and by whom; of others empty.")

    @extend_schema_field(SaidOfOut(many=True))
    def get_said(self, candidacy: Candidacy) -> Any:
        is_own = candidacy.nominee_id == self.context["request"].user.pk
        said = winners.said_of(candidacy) if is_own else []
        return [SaidOfOut({"nominator": person, "arguments": words}).data for person, words in said]


class _OfARound(Resource):
    """Beneath one round."""

    queryset: QuerySet[Any] = Round.objects.none()
    pagination_class = None
    required_scope = "recognition"

    def round(self, pk: int) -> Round:
        return self.find(rounds_for(self.person), pk)

    def revealed(self, pk: int) -> Round:
        """404 for whoever may not see what came of it."""
        return self.find(rounds_for(self.person).filter(pk__in=Round.objects.with_results_for(self.person)), pk)


class Panels(_OfARound):
    """Who judges a round, for stewards."""

    serializer_class = JudgeSeatOut

    def list(self, request: Request, pk: int) -> Response:
        """The panel, and how many ballots are in."""
        round_ = self.round(pk)
        must(policies.can_run_awards(self.person))
        return self.everything(reports.seats(round_))

    @extend_schema(request=AppointIn, responses=JudgeSeatOut(many=True))
    def appoint(self, request: Request, pk: int) -> Response:
        """One more judge, until the round is decided. Twice is once."""
        round_ = self.round(pk)
        must(policies.can_run_awards(self.person))
        panels.appoint(round_=round_, by=self.person, at=timezone.now(), **self.given(AppointIn))
        return self.everything(reports.seats(round_))

    @extend_schema(request=None, responses={204: None})
    def release(self, request: Request, pk: int) -> Response:
        """Wait for nothing more from a judge; what they scored counts."""
        must(policies.can_run_awards(self.person))
        judge = self.find(Judge.objects.select_related("round"), pk)
        panels.release(judge=judge, by=self.person, at=timezone.now())
        return Response(status=204)


class Judging(_OfARound):
    """What you judge."""

    serializer_class = NomineeCaseOut

    def list(self, request: Request, pk: int) -> Response:
        """The nominees that you judge, by number. 404 without a seat on its panel while it is judged."""
        return self.everything(reports.cases_for(self._seat(pk)))

    @extend_schema(request=BallotIn, responses={204: None})
    def ballot(self, request: Request, pk: int) -> Response:
        """Your scores for one nominee: final, and sealed until all are in."""
        judge, case = self._case(pk)
        must(not case.is_done)
        given = self.given(BallotIn)
        scores = {each["criterion"]: each["score"] for each in given["scores"]}
        counting.cast_ballot(
            judge=judge, candidacy=case.candidacy, scores=scores, reason=given["reason"], by=self.person,
            at=timezone.now(),
        )  # fmt: skip
        return Response(status=204)

    @extend_schema(request=RecuseIn, responses={204: None})
    def recuse(self, request: Request, pk: int) -> Response:
        """Not judge this nominee, with the reason."""
        judge, case = self._case(pk)
        must(not case.is_done)
        panels.recuse_oneself(
            judge=judge, candidacy=case.candidacy, by=self.person, at=timezone.now(), **self.given(RecuseIn)
        )
        return Response(status=204)

    def _seat(self, round_id: int) -> Judge:
        judge = reports.seat(self.person, self.round(round_id))
        if judge is None or judge.round.state != Round.State.JUDGING:
            raise Http404
        return judge

    def _case(self, pk: int) -> tuple[Judge, reports.Case]:
        candidacy = self.find(Candidacy.objects.all(), pk)
        judge = self._seat(candidacy.round_id)
        found = reports.cases_for(judge, only=pk)
        if not found:
            raise Http404
        return judge, found[0]


class Results(_OfARound):
    """What came of a round, for its panel, its owner and stewards, but for whoever is nominated in it."""

    serializer_class = NomineeResultOut

    def list(self, request: Request, pk: int) -> Response:
        """Names, scores and reasons, the best first."""
        return self.everything(reports.results(self.revealed(pk)))

    @extend_schema(request=None, responses=RoundOut)
    def reveal(self, request: Request, pk: int) -> Response:
        """Reveal without judges who are late, once the last day to judge is over everywhere."""
        round_ = self.round(pk)
        must(policies.can_reveal_late(self.person, round_, timezone.now()))
        counting.reveal_late(round_=round_, by=self.person, at=timezone.now())
        return self.answer(self.reread(rounds_for(self.person), pk), RoundOut)

    @extend_schema(request=TieIn, responses=RoundOut)
    def tie(self, request: Request, pk: int) -> Response:
        """The panel's decision in writing between those who are tied."""
        round_ = self.revealed(pk)
        must(policies.can_decide_tie(self.person, round_))
        counting.decide_tie(round_=round_, by=self.person, at=timezone.now(), **self.given(TieIn))
        return self.answer(self.reread(rounds_for(self.person), pk), RoundOut)

    @extend_schema(request=CitationIn, responses={204: None})
    def cite(self, request: Request, pk: int) -> Response:
        """Why somebody wins; until it is approved it can be changed."""
        decided = Round.objects.with_results_for(self.person).filter(state=Round.State.DECIDED)
        rows = Candidacy.objects.filter(is_winner=True, round__in=decided).select_related("round__programme")
        winner = self.find(rows, pk)
        announcing.cite(candidacy=winner, by=self.person, at=timezone.now(), **self.given(CitationIn))
        return Response(status=204)

    @extend_schema(request=None, responses=RoundOut)
    def approve(self, request: Request, pk: int) -> Response:
        """By a steward or the owner, who has no part in it. It is announced at its hour."""
        round_ = self.revealed(pk)
        must(policies.can_approve(self.person, round_))
        announcing.approve(round_=round_, by=self.person, at=timezone.now())
        return self.answer(self.reread(rounds_for(self.person), pk), RoundOut)


class Winners(_OfARound):
    """Who won, as far as they wish."""

    serializer_class = WinnersOut

    def retrieve(self, request: Request, pk: int) -> Response:
        """Of an announced round; 404 before."""
        round_ = self.find(rounds_for(self.person).filter(state=Round.State.ANNOUNCED), pk)
        return self.answer(winners.announced([round_], self.person)[0])


class Nominees(_OfARound):
    """Winners, and yourself."""

    queryset = Candidacy.objects.none()
    serializer_class = CandidacyOut

    def retrieve(self, request: Request, pk: int) -> Response:
        """A winner with the citation; of yourself, what was said of you."""
        return self.answer(self.find(winners.with_wishes(Candidacy.objects.visible_to(self.person)), pk))
