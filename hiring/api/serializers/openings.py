"""Openings, stages and combination rules."""

from typing import Any

from rest_framework import serializers

from foundation.api.serializers import LineField, StrictSerializer, TextField
from hiring.actions.openings import StageInput
from hiring.api.serializers.refs import KitVersionRef
from hiring.models import KitVersion, Opening
from hiring.rule import HIGHEST_SCORE, LOWEST_SCORE, MOST_STAGES, MOST_TERMS
from people.api.fields import LARGEST_ID, MomentField, RowField, RowsField, rows_by_id, several
from people.api.serializers import PersonRef, SiteRef, TeamRef
from people.models import Person, Role, Site, Team

LONGEST_REASON = 2000
MOST_OF_OPENING = 20


class StageOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    name = serializers.CharField()
    kit_version = KitVersionRef(allow_null=True, help_text="Null for a stage without interviews.")
    panel_size = serializers.IntegerField()
    length_minutes = serializers.IntegerField()
    stalled_after_days = serializers.IntegerField()


class OpeningOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=Opening.State.choices)
    team = TeamRef()
    site = SiteRef(allow_null=True)
    headcount = serializers.IntegerField()
    description = serializers.CharField()
    hiring_manager = PersonRef()
    recruiters = PersonRef(many=True)
    blind = serializers.BooleanField(help_text="Panels know candidates by number only, until reveal.")
    in_play = serializers.IntegerField(source="in_play_count", help_text="Applications that are not decided.")
    hired = serializers.IntegerField(source="hired_count")
    created_at = MomentField()
    opened_at = MomentField(allow_null=True)
    closed_at = MomentField(allow_null=True)


def own_teams(person: Person) -> Any:
    """Teams for which the person may recruit."""
    return Team.objects.filter(person.scope_of(Role.RECRUITER).rows("pk"))


def recruiters(person: Person) -> Any:
    """Whoever may be named on an opening."""
    return Person.objects.active().filter(pk__in=Person.objects.filter(role_grants__role=Role.RECRUITER).values("pk"))


class OpeningIn(StrictSerializer):
    title = LineField(max_length=150)
    team = RowField(own_teams, help_text="A team for which you may recruit.")
    site = RowField(lambda person: Site.objects.all(), allow_null=True, required=False)
    headcount = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    description = TextField(max_length=10_000, allow_blank=True, required=False)
    hiring_manager = RowField(lambda person: Person.objects.active())
    recruiters = RowsField(recruiters, required=False)
    blind = serializers.BooleanField(required=False)


class ReasonIn(StrictSerializer):
    reason = TextField(max_length=LONGEST_REASON, allow_blank=True, required=False)


# --- stages ---------------------------------------------------------------------------------------------------------


class StageIn(StrictSerializer):
    id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, help_text="Of a stage that is there; left out for a new one."
    )
    name = LineField(max_length=80)
    kit_version = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_ID,
        allow_null=True,
        required=False,
        help_text="A published version. Whoever leaves it out or sends null gets a stage without interviews.",
    )
    panel_size = serializers.IntegerField(min_value=1, max_value=12, required=False)
    stalled_after_days = serializers.IntegerField(min_value=1, max_value=365, required=False)


class StagesIn(StrictSerializer):
    stages = several(StageIn, min_length=1, max_length=MOST_OF_OPENING)
    reason = TextField(
        max_length=LONGEST_REASON,
        allow_blank=True,
        required=False,
        help_text="Needed once the first interview has fixed the rule and the change touches it.",
    )

    def validate_stages(self, stages: list[dict[str, Any]]) -> list[StageInput]:
        """As the action takes them, their kit versions looked up in one query."""
        ids = [stage.pop("kit_version", None) for stage in stages]
        published = KitVersion.objects.exclude(state=KitVersion.State.DRAFT).select_related("kit")
        kits = rows_by_id(ids, {None: None, **published.in_bulk([pk for pk in ids if pk])}, "kit_version")
        return [
            StageInput(pk=stage.pop("id", None), kit_version=kit, **stage)
            for stage, kit in zip(stages, kits, strict=True)
        ]


# --- rules ----------------------------------------------------------------------------------------------------------

# hiring.rule has the same: at most 9999, with up to three decimals.
NUMBER = r"^(0|[1-9][0-9]{0,3})(\.[0-9]{1,3})?\Z"
AS_TEXT = "A number as text, such as “2.5”: no float can change it on the way."


class TermOut(serializers.Serializer[Any]):
    competency = serializers.CharField(help_text="Key of a competency of the stage's kit.")
    weight = serializers.CharField(help_text=AS_TEXT)
    minimum = serializers.CharField(allow_null=True, help_text="The least mean that this must-have asks for, as text.")


class StageRuleOut(serializers.Serializer[Any]):
    stage = serializers.IntegerField()
    terms = TermOut(many=True)


class RuleOut(serializers.Serializer[Any]):
    version = serializers.IntegerField(source="number")
    digest = serializers.CharField(
        help_text="SHA-256 of the rule's one spelling. Equal rules, and only they, share it."
    )
    compensatory = serializers.BooleanField(
        source="document.compensatory", help_text="Whether strength elsewhere may make up for a missed must-have."
    )
    stages = StageRuleOut(many=True, source="document.stages")
    reason = serializers.CharField()
    set_by = PersonRef(allow_null=True)
    set_at = MomentField()
    fixed_at = MomentField(
        allow_null=True, help_text="From now on a change is a new version. Null while nothing fixed it."
    )


class TermIn(StrictSerializer):
    competency = LineField(max_length=100)
    weight = serializers.RegexField(NUMBER, trim_whitespace=False, help_text=AS_TEXT + " Above 0, at most 1000.")
    minimum = serializers.RegexField(
        NUMBER,
        trim_whitespace=False,
        allow_null=True,
        required=False,
        help_text=f"{AS_TEXT} From {LOWEST_SCORE} to {HIGHEST_SCORE}; null for what is no must-have.",
    )


class StageRuleIn(StrictSerializer):
    stage = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    terms = several(TermIn, min_length=1, max_length=MOST_TERMS)


class RuleIn(StrictSerializer):
    compensatory = serializers.BooleanField(required=False, default=True)
    stages = several(StageRuleIn, min_length=1, max_length=MOST_STAGES)
    reason = TextField(
        max_length=LONGEST_REASON,
        allow_blank=True,
        required=False,
        default="",
        help_text="Needed once the first interview has fixed the rule.",
    )
