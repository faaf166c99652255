"""Skills: what they are, who has them at which level, what jobs need."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from foundation.api.serializers import LineField, StrictSerializer, TextField
from people.api.fields import LARGEST_ID, MomentField, RowField, rows_by_id, several
from people.api.serializers import PersonRef
from people.models import Person
from training.api.serializers.modules import ModuleRef
from training.api.serializers.rules import SkillRef
from training.models import Module, Skill
from training.reports.skills import Job, Line
from training.skill_levels import LEVELS, NONE

LONGEST = 300
LONGEST_EVIDENCE = 4000
MOST_SKILLS = 100
FROM_NONE = [(level, str(level)) for level in (NONE, *LEVELS)]


class ModuleLevelOut(serializers.Serializer[Any]):
    """A module that gives it, at which level."""

    module = ModuleRef()
    level = serializers.IntegerField()


class SkillOut(SkillRef):
    key = serializers.CharField(help_text="Its name in files; it never changes.")
    level_1 = serializers.CharField(help_text="What one sees at this level.")
    level_2 = serializers.CharField()
    level_3 = serializers.CharField()
    level_4 = serializers.CharField()
    archived_at = MomentField(allow_null=True)
    given_by = ModuleLevelOut(many=True, source="modules.all", help_text="Whoever holds one of these has the skill.")


class SkillIn(StrictSerializer):
    name = LineField(max_length=120)
    level_1 = LineField(max_length=LONGEST)
    level_2 = LineField(max_length=LONGEST)
    level_3 = LineField(max_length=LONGEST)
    level_4 = LineField(max_length=LONGEST)


class GiveSkillIn(StrictSerializer):
    module = RowField(lambda _person: Module.objects.in_use())
    level = serializers.ChoiceField(choices=FROM_NONE, help_text="0: the module does not give it.")


# --- of people --------------------------------------------------------------------------------------------------------


class SkillSignOffOut(serializers.Serializer[Any]):
    """A judgement, with its words."""

    id = serializers.IntegerField()
    person = PersonRef()
    skill = SkillRef()
    level = serializers.IntegerField()
    evidence = serializers.CharField(help_text="What was seen, and when.")
    valid_until = serializers.DateField(allow_null=True)
    by = PersonRef()
    at = MomentField()


class JudgeSkillIn(StrictSerializer):
    person = RowField(Person.objects.visible_to)
    skill = RowField(lambda _person: Skill.objects.in_use())
    level = serializers.ChoiceField(choices=FROM_NONE, help_text="0: not yet.")
    evidence = TextField(max_length=LONGEST_EVIDENCE, help_text="What you saw, and when. They read it.")
    valid_until = serializers.DateField(required=False, allow_null=True)


class HeldOut(serializers.Serializer[Line]):
    """How somebody stands with a skill, and what would close the gap."""

    skill = SkillRef()
    level = serializers.IntegerField(source="held.level")
    need = serializers.IntegerField(source="held.need", help_text="What their job asks for; 0: nothing.")
    gap = serializers.IntegerField(source="held.gap")
    until = serializers.DateField(source="held.source.until", allow_null=True, default=None)
    module = ModuleRef(allow_null=True, help_text="The module that the level comes from.")
    judgement = serializers.IntegerField(
        source="sign_off.pk", allow_null=True, default=None, help_text="The judgement that it comes from."
    )
    closing = ModuleLevelOut(many=True, help_text="The modules that close the gap, or lift furthest.")


class NeedOut(serializers.Serializer[Any]):
    skill = SkillRef()
    level = serializers.IntegerField()


class JobOut(serializers.Serializer[Job]):
    """What a job title needs. Titles that differ by case alone are one."""

    title = serializers.CharField()
    people = serializers.IntegerField(help_text="How many have it.")
    needs = serializers.SerializerMethodField()

    @extend_schema_field(NeedOut(many=True))
    def get_needs(self, job: Job) -> Any:
        return [{"skill": SkillRef(skill).data, "level": level} for skill, level in job.needs]


class NeedIn(StrictSerializer):
    skill = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    level = serializers.ChoiceField(choices=FROM_NONE, help_text="0: not needed.")


class NeedsIn(StrictSerializer):
    """Skills that are not named stay as they are."""

    title = LineField(max_length=120)
    needs = several(NeedIn, min_length=1, max_length=MOST_SKILLS)

    def validate_needs(self, needs: list[dict[str, Any]]) -> dict[Skill, int]:
        """Levels by skill, in one query; each skill once."""
        ids = [need["skill"] for need in needs]
        if len(set(ids)) < len(ids):
            raise ValidationError(_("A skill is named twice."), code="twice")
        rows = rows_by_id(ids, Skill.objects.in_use().in_bulk(ids), "skill")
        return {skill: need["level"] for skill, need in zip(rows, needs, strict=True)}
