"""Rules: who is to have a module, and by when."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from foundation.api.serializers import LineField, StrictSerializer
from people.api.fields import MomentField, RowField
from people.api.serializers import PersonRef, SiteRef, TeamRef
from people.models import Role, Site, Team
from training.api.serializers.modules import ModuleRef
from training.models import Module, Rule, Skill
from training.reports.rules import Preview

MOST_DAYS = 3660


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


def _days(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MOST_DAYS, required=False, **kwargs)


class TrainingRuleChangeIn(StrictSerializer):
    """Everything that it asks for must hold; null or empty asks for nothing."""

    name = LineField(max_length=120)
    why = LineField(max_length=300, help_text="Whoever is given the module reads it.")
    team = RowField(lambda _person: Team.objects.all(), allow_null=True, required=False)
    site = RowField(lambda _person: Site.objects.all(), allow_null=True, required=False)
    job_title = LineField(max_length=120, allow_blank=True, required=False)
    role = serializers.ChoiceField(choices=Role.choices, allow_blank=True, required=False)
    leads_people = serializers.BooleanField(required=False)
    joined_within_days = _days(allow_null=True)
    joined_before_days = _days(allow_null=True)
    skill = RowField(lambda _person: Skill.objects.in_use(), allow_null=True, required=False)
    due = serializers.ChoiceField(choices=Rule.Due.choices, required=False)
    due_days = _days()
    due_on = serializers.DateField(allow_null=True, required=False, help_text="Needed for a fixed day.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A fixed day is named, now or before."""
        rule: Rule | None = self.context.get("rule")
        due = attrs.get("due", rule.due if rule else Rule.Due.GIVEN)
        if due == Rule.Due.FIXED and not attrs.get("due_on", rule.due_on if rule else None):
            raise ValidationError({"due_on": [_("Name the day.")]}, code="required")
        return attrs


class TrainingRuleIn(TrainingRuleChangeIn):
    module = RowField(lambda _person: Module.objects.in_use(), help_text="It stays: make another rule for another one.")


class PreviewOut(serializers.Serializer[Preview]):
    """What would happen if the rule were on and were applied now."""

    matching = serializers.IntegerField(help_text="How many people match.")
    gains = serializers.IntegerField(help_text="How many would be given the module.")
    loses = serializers.IntegerField(help_text="From how many it would be taken back, as they have not started.")
    gaining = PersonRef(many=True, help_text="The first fifty by name.")
    losing = PersonRef(many=True)
