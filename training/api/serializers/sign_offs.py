"""What somebody else judges, a practice or evidence that was handed in: for the two alone."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.api.serializers import LineField, StrictSerializer, TextField
from foundation.http import address_of
from people.api.fields import MomentField, several
from people.api.serializers import PersonRef
from training.api.serializers.modules import ModuleRef
from training.contents import LEVELS, Practice
from training.models import Evidence, SignOff

LONGEST_COMMENT = 4000
MOST_LINES = 40


class LineOut(serializers.Serializer[Any]):
    """One behaviour of the rubric, what one sees at each level from 1, and the level that was chosen."""

    behaviour = serializers.CharField(help_text="Its key.")
    name = serializers.CharField()
    anchors = serializers.ListField(child=serializers.CharField())
    level = serializers.IntegerField(allow_null=True, help_text="Null until it is judged.")


class EvidenceOut(serializers.Serializer[Any]):
    """What was handed in."""

    title = serializers.CharField()
    done_on = serializers.DateField()
    link = serializers.CharField(allow_blank=True)
    file = serializers.SerializerMethodField(help_text="The page where it is read; nothing without one.")

    def get_file(self, evidence: Evidence) -> str:
        return address_of("training:evidence-file", evidence.pk) if evidence.file else ""


class SignOffOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    learner = PersonRef()
    observer = PersonRef()
    module = ModuleRef(source="record.assignment.module")
    assignment = serializers.IntegerField(source="record.assignment_id")
    kind = serializers.ChoiceField(choices=["practice", "evidence"], source="record.part.kind")
    practice = serializers.CharField(source="record.part.title", help_text="The title of the part.")
    state = serializers.ChoiceField(choices=SignOff.State.choices)
    note = serializers.CharField(help_text="What the learner did, and when.")
    asked_at = MomentField()
    due_on = serializers.DateField(help_text="Until when the observer is to judge it.")
    pass_level = serializers.SerializerMethodField(
        help_text="It is signed off when each behaviour reaches this; null of evidence, which is accepted or not."
    )
    rubric = serializers.SerializerMethodField(help_text="Of evidence, nothing.")
    evidence = serializers.SerializerMethodField(help_text="Of a practice, null.")
    comment = serializers.CharField(help_text="The observer's.")
    judged_at = MomentField(allow_null=True)

    def get_pass_level(self, sign_off: SignOff) -> int | None:
        content = sign_off.record.part.content
        return content.pass_level if isinstance(content, Practice) else None

    @extend_schema_field(EvidenceOut(allow_null=True))
    def get_evidence(self, sign_off: SignOff) -> Any:
        evidence = getattr(sign_off, "evidence", None)
        return EvidenceOut(evidence).data if evidence else None

    @extend_schema_field(LineOut(many=True))
    def get_rubric(self, sign_off: SignOff) -> Any:
        content = sign_off.record.part.content
        return [
            {
                "behaviour": line.key,
                "name": line.behaviour,
                "anchors": list(line.anchors),
                "level": sign_off.levels.get(line.key),
            }
            for line in (content.rubric if isinstance(content, Practice) else ())
        ]


class LevelIn(StrictSerializer):
    behaviour = LineField(max_length=60, help_text="The key of a line of the rubric.")
    level = serializers.ChoiceField(choices=[(level, str(level)) for level in LEVELS])


class JudgeIn(StrictSerializer):
    levels = several(LevelIn, required=False, max_length=MOST_LINES)
    accepted = serializers.BooleanField(required=False, help_text="Of evidence, instead of levels.")
    comment = TextField(
        max_length=LONGEST_COMMENT, allow_blank=True, required=False, help_text="Needed when it is to be tried again."
    )
