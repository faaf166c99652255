"""Practices that an observer judges: for the two alone."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.api.serializers import LineField, StrictSerializer, TextField
from people.api.fields import MomentField, several
from people.api.serializers import PersonRef
from training.api.serializers.modules import ModuleRef
from training.contents import LEVELS, Practice
from training.models import SignOff

LONGEST_COMMENT = 4000
MOST_LINES = 40


class LineOut(serializers.Serializer[Any]):
    """One behaviour of the rubric, what one sees at each level from 1, and the level that was chosen."""

    behaviour = serializers.CharField(help_text="Its key.")
    name = serializers.CharField()
    anchors = serializers.ListField(child=serializers.CharField())
    level = serializers.IntegerField(allow_null=True, help_text="Null until it is judged.")


class SignOffOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    learner = PersonRef()
    observer = PersonRef()
    module = ModuleRef(source="record.assignment.module")
    assignment = serializers.IntegerField(source="record.assignment_id")
    practice = serializers.CharField(source="record.part.title")
    state = serializers.ChoiceField(choices=SignOff.State.choices)
    note = serializers.CharField(help_text="What the learner did, and when.")
    asked_at = MomentField()
    due_on = serializers.DateField(help_text="Until when the observer is to judge it.")
    pass_level = serializers.SerializerMethodField(help_text="It is signed off when each behaviour reaches this.")
    rubric = serializers.SerializerMethodField()
    comment = serializers.CharField(help_text="The observer's.")
    judged_at = MomentField(allow_null=True)

    def get_pass_level(self, sign_off: SignOff) -> int:
        return _practice(sign_off).pass_level

    @extend_schema_field(LineOut(many=True))
    def get_rubric(self, sign_off: SignOff) -> Any:
        return [
            {
                "behaviour": line.key,
                "name": line.behaviour,
                "anchors": list(line.anchors),
                "level": sign_off.levels.get(line.key),
            }
            for line in _practice(sign_off).rubric
        ]


def _practice(sign_off: SignOff) -> Practice:
    content = sign_off.record.part.content
    if not isinstance(content, Practice):
        raise TypeError(f"Sign-off {sign_off.pk} is of no practice.")
    return content


class LevelIn(StrictSerializer):
    behaviour = LineField(max_length=60, help_text="The key of a line of the rubric.")
    level = serializers.ChoiceField(choices=[(level, str(level)) for level in LEVELS])


class JudgeIn(StrictSerializer):
    levels = several(LevelIn, min_length=1, max_length=MOST_LINES)
    comment = TextField(
        max_length=LONGEST_COMMENT, allow_blank=True, required=False, help_text="Needed when it is to be tried again."
    )
