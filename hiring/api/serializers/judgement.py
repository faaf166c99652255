"""The comparison of a stage, and decisions."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.api.serializers import StrictSerializer, TextField
from hiring.api.serializers.refs import ApplicationRef, OpeningRef, StageRef
from hiring.comparison import Standing
from hiring.models import Application, Decision, Opening, Stage
from people.api.fields import MomentField, RowField
from people.api.serializers import PersonRef

OUTCOMES = Decision.Outcome.choices
LONGEST_REASON = 4000
POINTS = "In points of the scale, 1 to 5, as text."


class Points(serializers.DecimalField):
    """A number on the scale as text, with as many places as it has."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": None, "decimal_places": None, "help_text": POINTS, **kwargs})

    def to_representation(self, value: Decimal) -> str:
        return format(value, "f")


# --- comparison -----------------------------------------------------------------------------------------------------


class ColumnOut(serializers.Serializer[Any]):
    competency = serializers.CharField(source="key")
    name = serializers.CharField()
    weight = serializers.CharField(help_text="By the rule, as text.")
    minimum = serializers.SerializerMethodField(help_text="The least mean that this must-have asks for, as text.")

    def get_minimum(self, column: Any) -> str | None:
        return column.minimum or None


class CellOut(serializers.Serializer[Any]):
    mean = Points(allow_null=True, help_text="Null where nobody found evidence: that takes part in no mean.")
    count = serializers.IntegerField(help_text="Scores that the mean is made of.")
    no_evidence = serializers.IntegerField(help_text="Panellists who found none.")
    deviation = Points(allow_null=True, help_text="Standard deviation between panellists; null below two scores.")
    is_missed = serializers.BooleanField(source="missed", help_text="A must-have whose mean is below the minimum.")
    is_not_shown = serializers.BooleanField(source="not_shown", help_text="A must-have that nobody found evidence for.")


class RanksOut(serializers.Serializer[Any]):
    best = serializers.IntegerField()
    worst = serializers.IntegerField()


class RowOut(serializers.Serializer[Any]):
    application = ApplicationRef()
    score = Points(allow_null=True)
    low = Points(allow_null=True, help_text="Where the score may lie, from, at the confidence level.")
    high = Points(allow_null=True, help_text="Where the score may lie, to.")
    panellists = serializers.IntegerField(source="standing.score.raters")
    ratings = serializers.IntegerField(source="standing.score.ratings", help_text="Scores that the result stands on.")
    no_evidence = serializers.IntegerField(source="standing.score.no_evidence")
    rank = serializers.IntegerField(source="standing.rank", allow_null=True, help_text="Equal scores share a rank.")
    ranks = serializers.SerializerMethodField(help_text="Ranks that the ratings leave open. Null where withheld.")
    group = serializers.IntegerField(
        source="standing.group", allow_null=True, help_text="Nobody in a group is clearly ahead of another in it."
    )
    is_below_line = serializers.BooleanField(
        source="standing.below_line", help_text="A missed must-have that nothing makes up for."
    )
    cautions = serializers.ListField(child=serializers.CharField(), source="standing.cautions")
    cells = CellOut(many=True, help_text="In the order of `columns`.")
    decided = serializers.CharField(help_text="The latest decision at this stage, in words; empty where there is none.")
    rule_version = serializers.IntegerField(source="rule_number")

    @extend_schema_field(RanksOut(allow_null=True))
    def get_ranks(self, row: Any) -> Any:
        standing: Standing[int] = row.standing
        return None if standing.ranks is None else RanksOut(standing.ranks).data


class ComparisonOut(serializers.Serializer[Any]):
    opening = OpeningRef(source="stage.opening")
    stage = StageRef()
    rule_version = serializers.IntegerField()
    rule_digest = serializers.CharField()
    confidence = Points(help_text="Level of the intervals, as a share.")
    columns = ColumnOut(many=True)
    rows = RowOut(
        many=True, help_text="Best first. Only applications whose judgement is open to you go into any number."
    )
    candidates = serializers.IntegerField(source="comparison.candidates", help_text="Rows with a score.")
    withheld = serializers.CharField(
        source="comparison.withheld", allow_null=True, help_text="Why there are no rank ranges and groups."
    )
    pairs = serializers.IntegerField(source="comparison.pairs", help_text="Pairs that were compared.")
    told_apart = serializers.IntegerField(source="comparison.told_apart", help_text="Those that really differ.")
    owed = ApplicationRef(many=True, help_text="Left out because you owe a scorecard on them, whatever their state.")
    waiting = ApplicationRef(many=True, help_text="Not revealed yet.")


# --- decisions ------------------------------------------------------------------------------------------------------


class DecisionOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    application = ApplicationRef()
    stage = StageRef()
    to_stage = StageRef(allow_null=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    reason = serializers.SerializerMethodField(help_text="Null where the identity is hidden from you: it may name it.")
    rule_version = serializers.IntegerField(source="rule.number", allow_null=True, default=None)
    score = Points(allow_null=True)
    departure = serializers.SerializerMethodField(help_text="How it departs from the rule; null where it does not.")
    by = PersonRef(allow_null=True)
    at = MomentField()

    def get_reason(self, decision: Decision) -> str | None:
        return None if decision.application.is_masked else decision.reason

    def get_departure(self, decision: Decision) -> str | None:
        return decision.departure or None


class DecisionIn(StrictSerializer):
    application = RowField(lambda person: Application.objects.visible_to(person).select_related("opening", "stage"))
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    reason = TextField(max_length=LONGEST_REASON, help_text="What in the evidence led you here.")
    to_stage = RowField(
        lambda person: Stage.objects.filter(opening__in=Opening.objects.visible_to(person)),
        required=False,
        help_text="Where to advance to; the next stage unless given.",
    )
