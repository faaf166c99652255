"""Assignments: what somebody is to take, and how they stand with it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.api.serializers import LineField, StrictSerializer
from people.api.fields import MomentField, RowField, RowsField
from people.api.serializers import PersonRef
from training.api.serializers.modules import ModuleRef, VersionRef
from training.models import Assignment, Module, Waiver
from training.reports.teams import people_given_by
from training.standing import CAUSES, LABELS, Standing

MOST_PEOPLE = 100
LONGEST_REASON = 300


class StandingOut(serializers.Serializer[Standing]):
    """As every page, digest and report says it."""

    code = serializers.ChoiceField(choices=list(LABELS.items()))
    label = serializers.CharField(  # type: ignore[assignment]
        help_text="The code in words, in your language."
    )
    day = serializers.DateField(allow_null=True, help_text="Due, or valid until, whichever the word is about.")
    late = serializers.ChoiceField(
        choices=list(CAUSES.items()), allow_null=True, help_text="Why it is late; null when it is not."
    )
    cause = serializers.CharField(help_text="The same in words; empty when it is not late.")


class WaiverOut(serializers.Serializer[Waiver]):
    kind = serializers.ChoiceField(choices=Waiver.Kind.choices)
    reason = serializers.CharField()
    by = PersonRef()
    at = MomentField()


class AssignmentOut(serializers.Serializer[Assignment]):
    """For rows with their `standings` in the context (training.reports.standings.standings_by)."""

    id = serializers.IntegerField()
    person = PersonRef()
    module = ModuleRef()
    version = VersionRef(help_text="The version that was assigned; progress counts against it.")
    cycle = serializers.IntegerField(help_text="The how manieth time they are to take it, from 1.")
    state = serializers.ChoiceField(choices=Assignment.State.choices)
    reason = serializers.ChoiceField(choices=Assignment.Reason.choices)
    rule = serializers.IntegerField(source="rule_id", allow_null=True, help_text="The rule that gave it.")
    note = serializers.CharField(help_text="Why, in the words of whoever or whatever gave it.")
    assigned_at = MomentField()
    assigned_by = PersonRef(allow_null=True, help_text="Null for a rule or a renewal.")
    due_on = serializers.DateField(allow_null=True, help_text="The last day in the person's own zone.")
    started_at = MomentField(allow_null=True)
    ended_at = MomentField(allow_null=True)
    waiver = serializers.SerializerMethodField(help_text="Null unless it was waived.")
    standing = serializers.SerializerMethodField(
        help_text="How the person stands with the module; null where a later assignment says so, or none does."
    )

    @extend_schema_field(WaiverOut(allow_null=True))
    def get_waiver(self, assignment: Assignment) -> Any:
        waiver = getattr(assignment, "waiver", None)
        return WaiverOut(waiver).data if waiver else None

    @extend_schema_field(StandingOut(allow_null=True))
    def get_standing(self, assignment: Assignment) -> Any:
        standing = self.context["standings"].get(assignment.pk)
        return StandingOut(standing).data if standing else None


class GivenOut(serializers.Serializer[Any]):
    assignments = AssignmentOut(many=True, help_text="What each of the people has of the module, new or not.")


class GiveIn(StrictSerializer):
    """Whoever has the module open already keeps what they have."""

    module = RowField(Module.objects.visible_to)
    people = RowsField(people_given_by, min_length=1, max_length=MOST_PEOPLE, help_text="All of them, or nobody.")
    due_on = serializers.DateField(required=False, allow_null=True, help_text="The last day where each of them is.")
    note = LineField(max_length=LONGEST_REASON, help_text="Why. They read it beside the module.")


class WithdrawIn(StrictSerializer):
    reason = LineField(max_length=LONGEST_REASON, help_text="It stays with the assignment.")


class ExtendIn(WithdrawIn):
    until_on = serializers.DateField(help_text="A later day than the one it is due.")


class WaiveIn(WithdrawIn):
    kind = serializers.ChoiceField(choices=Waiver.Kind.choices)
