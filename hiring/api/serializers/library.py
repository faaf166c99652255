"""Competencies, questions and kits."""

from typing import Any

from rest_framework import serializers

from foundation.api.serializers import LineField, StrictSerializer, TextField
from hiring.kit_files import reading as limits
from hiring.models import Competency, KitVersion, Question
from hiring.models.library import SCORES
from people.api.fields import MomentField
from people.api.serializers import PersonRef

ANCHORS = "What the scores 1 to 5 look like, in this order."
GROUPS, KINDS, STATES = Competency.Group.choices, Question.Kind.choices, KitVersion.State.choices


class QuestionOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    text = serializers.CharField()
    probes = serializers.ListField(child=serializers.CharField())
    minutes = serializers.IntegerField()
    archived_at = MomentField(allow_null=True)


class CompetencyOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField(help_text="Kits know the competency by it; it never changes.")
    name = serializers.CharField()
    group = serializers.ChoiceField(choices=GROUPS)
    definition = serializers.CharField()
    why = serializers.CharField()
    anchors = serializers.ListField(child=serializers.CharField(), source="anchor_texts", help_text=ANCHORS)
    no_evidence = serializers.CharField()
    archived_at = MomentField(allow_null=True)
    questions = QuestionOut(many=True)


class CompetencyIn(StrictSerializer):
    name = LineField(max_length=limits.NAME_LENGTH)
    group = serializers.ChoiceField(choices=GROUPS)
    definition = TextField(max_length=limits.TEXT_LENGTH)
    why = TextField(max_length=limits.PAGE_LENGTH, allow_blank=True, required=False)
    anchors = serializers.ListField(
        child=TextField(max_length=limits.TEXT_LENGTH, allow_blank=True),
        min_length=len(SCORES),
        max_length=len(SCORES),
        required=False,
        help_text=ANCHORS,
    )
    no_evidence = TextField(max_length=limits.PAGE_LENGTH, allow_blank=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Anchors as the columns they are stored in."""
        anchors = attrs.pop("anchors", None)
        if anchors is None:
            return attrs
        return attrs | {f"anchor_{score}": text for score, text in zip(SCORES, anchors, strict=True)}


class QuestionIn(StrictSerializer):
    kind = serializers.ChoiceField(choices=KINDS)
    text = TextField(max_length=limits.TEXT_LENGTH)
    probes = serializers.ListField(
        child=LineField(max_length=limits.SENTENCE_LENGTH), max_length=limits.MOST_PROBES, required=False
    )
    minutes = serializers.IntegerField(min_value=1, max_value=limits.MOST_MINUTES_OF_ONE_QUESTION, required=False)


# --- kits -----------------------------------------------------------------------------------------------------------


class KitOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    archived_at = MomentField(allow_null=True)
    published_version = serializers.IntegerField(
        allow_null=True, help_text="Id of the version that openings are offered."
    )
    draft_version = serializers.IntegerField(allow_null=True, help_text="Id of the version that is being written.")


class KitVersionOut(serializers.Serializer[Any]):
    """A version without its content."""

    id = serializers.IntegerField()
    kit = serializers.IntegerField(source="kit_id")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)
    length_minutes = serializers.IntegerField()
    change_note = serializers.CharField()
    created_by = PersonRef(allow_null=True)
    created_at = MomentField()
    published_by = PersonRef(allow_null=True)
    published_at = MomentField(allow_null=True)


class KitCompetencyOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    group = serializers.ChoiceField(choices=GROUPS)
    definition = serializers.CharField()
    anchors = serializers.ListField(child=serializers.CharField(), source="anchor_texts", help_text=ANCHORS)
    no_evidence = serializers.CharField()
    weight = serializers.IntegerField()
    minimum = serializers.IntegerField(allow_null=True, help_text="The least mean that this must-have asks for.")


class KitQuestionOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    competency = serializers.IntegerField(source="competency_id")
    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    text = serializers.CharField()
    probes = serializers.ListField(child=serializers.CharField())
    minutes = serializers.IntegerField()


class KitContentOut(KitVersionOut):
    """A version with all that it says."""

    name = serializers.CharField(source="kit.name")
    basis = serializers.CharField()
    opening_text = serializers.CharField()
    opening_minutes = serializers.IntegerField()
    closing_text = serializers.CharField()
    closing_minutes = serializers.IntegerField()
    guidance = serializers.CharField()
    panel_size = serializers.IntegerField()
    panel_training = serializers.CharField()
    same_panel = serializers.BooleanField()
    application_hidden = serializers.BooleanField()
    competencies = KitCompetencyOut(many=True)
    questions = KitQuestionOut(many=True, help_text="In the order of asking.")
