"""Rules: who is to have a module, and by when."""

from typing import Any

from rest_framework import serializers

from people.api.fields import MomentField
from people.api.serializers import PersonRef, SiteRef, TeamRef
from people.models import Role
from training.api.serializers.modules import ModuleRef
from training.models import Rule


class SkillRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class PathRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class TrainingRuleOut(serializers.Serializer[Any]):
    """Everything that it asks for must hold; null or empty asks for nothing."""

    id = serializers.IntegerField()
    module = ModuleRef(allow_null=True, help_text="What it gives; null when that is a path.")
    path = PathRef(allow_null=True, help_text="What it gives, all of it; null when that is a module.")
    name = serializers.CharField()
    why = serializers.CharField(help_text="Whoever is given the module reads it.")
    state = serializers.ChoiceField(choices=Rule.State.choices)
    team = TeamRef(allow_null=True, help_text="This team or below it.")
    site = SiteRef(allow_null=True)
    job_title = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices, allow_blank=True)
    leads_people = serializers.BooleanField(help_text="Only whom somebody reports to.")
    joined_within_days = serializers.IntegerField(allow_null=True)
    joined_before_days = serializers.IntegerField(allow_null=True)
    skill = SkillRef(allow_null=True, help_text="Whoever is below what their job needs of it.")
    due = serializers.ChoiceField(choices=Rule.Due.choices, help_text="What the day counts from.")
    due_days = serializers.IntegerField()
    due_on = serializers.DateField(allow_null=True)
    created_by = PersonRef(allow_null=True)
    created_at = MomentField()
