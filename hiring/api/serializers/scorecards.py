"""Scorecards: one's own while it is written, and what may be read of others' after reveal."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from foundation.api.serializers import StrictSerializer, TextField
from hiring.actions.scorecards import QuestionInput, RatingInput
from hiring.api.serializers.library import ANCHORS
from hiring.models import Panellist, QuestionRecord
from hiring.models.scorecards import Recommendation
from people.api.fields import LARGEST_ID, MomentField, several
from people.api.serializers import PersonRef

LONGEST = 20_000
LONGEST_CAUSE = 4000
LEAST, MOST = 1, 5


class ScorecardRef(serializers.Serializer[Any]):
    """That a scorecard is there, and nothing of what it says."""

    id = serializers.IntegerField()
    interview = serializers.IntegerField(source="panellist.interview_id")
    panellist = PersonRef(source="panellist.person")
    role = serializers.ChoiceField(choices=Panellist.Role.choices, source="panellist.role")
    is_own = serializers.SerializerMethodField()
    submitted_at = MomentField(allow_null=True, help_text="Null for your own while you write it.")

    def get_is_own(self, scorecard: Any) -> bool:
        return bool(scorecard.panellist.person_id == self.context["request"].user.pk)


class JudgedCompetencyOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField()
    anchors = serializers.ListField(child=serializers.CharField(), source="anchor_texts", help_text=ANCHORS)
    no_evidence = serializers.CharField()


class RatingOut(serializers.Serializer[Any]):
    competency = JudgedCompetencyOut()
    score = serializers.IntegerField(allow_null=True, min_value=LEAST, max_value=MOST)
    no_evidence = serializers.BooleanField(help_text="Nothing was heard; never a low score.")
    evidence = serializers.CharField()


class AskedQuestionOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    competency = serializers.IntegerField(source="competency_id")
    text = serializers.CharField()
    probes = serializers.ListField(child=serializers.CharField())
    minutes = serializers.IntegerField()


class AnswerOut(serializers.Serializer[Any]):
    question = AskedQuestionOut()
    state = serializers.ChoiceField(
        choices=["", *QuestionRecord.State.choices], help_text="Empty while nothing is said."
    )
    notes = serializers.CharField()


class LaterViewOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    competency = serializers.IntegerField(
        source="competency_id", allow_null=True, help_text="Null for a later view of the recommendation."
    )
    score = serializers.IntegerField(allow_null=True)
    no_evidence = serializers.BooleanField()
    recommendation = serializers.IntegerField(allow_null=True)
    cause = serializers.CharField()
    at = MomentField()


class ScorecardOut(serializers.Serializer[Any]):
    """A whole scorecard, as hiring.api.views.scorecards lays it out: every competency and question of the kit, in the
    kit's order, rated or not."""

    id = serializers.IntegerField(allow_null=True, help_text="Null while nothing was saved.")
    interview = serializers.IntegerField()
    panellist = PersonRef()
    role = serializers.ChoiceField(choices=Panellist.Role.choices)
    recommendation = serializers.ChoiceField(
        choices=Recommendation.choices, allow_null=True, help_text="1 strong no, 2 no, 3 yes, 4 strong yes."
    )
    summary = serializers.CharField()
    ratings = RatingOut(many=True)
    questions = AnswerOut(many=True)
    later_views = LaterViewOut(many=True)
    revision = serializers.IntegerField(help_text="Counts saves; its ETag goes into If-Match.")
    seconds_spent = serializers.IntegerField()
    started_at = MomentField(allow_null=True)
    saved_at = MomentField(allow_null=True)
    submitted_at = MomentField(allow_null=True)


# --- writing --------------------------------------------------------------------------------------------------------


class RatingIn(StrictSerializer):
    competency = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text="Id as `ratings` has it.")
    score = serializers.IntegerField(min_value=LEAST, max_value=MOST, allow_null=True, required=False)
    no_evidence = serializers.BooleanField(required=False)
    evidence = TextField(max_length=LONGEST, allow_blank=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("no_evidence") and attrs.get("score") is not None:
            both = _("Either a score or no evidence.")
            raise ValidationError({"no_evidence": [ErrorDetail(both, code="both")]})
        return attrs


class AnswerIn(StrictSerializer):
    question = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text="Id as `questions` has it.")
    state = serializers.ChoiceField(choices=QuestionRecord.State.choices, allow_blank=True, required=False)
    notes = TextField(max_length=LONGEST, allow_blank=True, required=False)


class ScorecardIn(StrictSerializer):
    """What to save. Ratings and answers that are not named stay as they are; those that are become exactly that."""

    recommendation = serializers.ChoiceField(choices=Recommendation.choices, required=False)
    summary = TextField(max_length=LONGEST, allow_blank=True, required=False)
    ratings = several(RatingIn, required=False, max_length=100)
    questions = several(AnswerIn, required=False, max_length=200)
    seconds = serializers.IntegerField(
        min_value=0, max_value=24 * 3600, required=False, help_text="Time spent since the last save."
    )

    def validate_ratings(self, ratings: list[dict[str, Any]]) -> dict[int, RatingInput]:
        """By competency, as the action takes them."""
        _check_named_once(ratings, "competency")
        return {rating.pop("competency"): RatingInput(**rating) for rating in ratings}

    def validate_questions(self, answers: list[dict[str, Any]]) -> dict[int, QuestionInput]:
        """By question, as the action takes them."""
        _check_named_once(answers, "question")
        return {answer.pop("question"): QuestionInput(**answer) for answer in answers}


def _check_named_once(given: list[dict[str, Any]], name: str) -> None:
    ids = [each[name] for each in given]
    twice = ErrorDetail(_("This is named twice."), code="twice")
    errors = [{name: [twice]} if pk in ids[:place] else {} for place, pk in enumerate(ids)]
    if any(errors):
        raise ValidationError(errors)


class LaterViewIn(StrictSerializer):
    """Of one competency (score or no_evidence) or, without, of the recommendation."""

    competency = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    score = serializers.IntegerField(min_value=LEAST, max_value=MOST, allow_null=True, required=False)
    no_evidence = serializers.BooleanField(required=False)
    recommendation = serializers.ChoiceField(choices=Recommendation.choices, allow_null=True, required=False)
    cause = TextField(max_length=LONGEST_CAUSE, help_text="What changed your mind: something you heard or saw.")
