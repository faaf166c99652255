"""Paths: modules in an order, and who is on one."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from foundation.api.serializers import LineField, StrictSerializer, TextField
from people.api.fields import LARGEST_ID, MomentField, RowField, RowsField, rows_by_id, several
from people.api.serializers import PersonRef
from people.models import Person
from training.api.serializers.assignments import LONGEST_REASON, MOST_PEOPLE
from training.api.serializers.modules import ModuleRef
from training.api.serializers.rules import PathRef
from training.models import Assignment, Module, Path, PathAssignment
from training.path_files import LANGUAGE_LENGTH, MOST_DAYS, MOST_STEPS, NAME_LENGTH, TEXT_LENGTH
from training.reports.teams import people_given_by


class StepOut(serializers.Serializer[Any]):
    module = ModuleRef()
    days = serializers.IntegerField(
        source="due_days",
        allow_null=True,
        help_text="From where somebody's path begins; null without a day.",
    )


class PathOut(PathRef):
    key = serializers.CharField(help_text="Its name in files; it never changes.")
    description = serializers.CharField(help_text="What one can do after it.")
    language = serializers.CharField()
    state = serializers.ChoiceField(choices=Path.State.choices)
    in_order = serializers.BooleanField(help_text="A module can be started when those before it are done.")
    owner = PersonRef(allow_null=True)
    created_at = MomentField()
    steps = StepOut(many=True, source="steps_in_order")


class StepIn(StrictSerializer):
    module = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    days = serializers.IntegerField(min_value=0, max_value=MOST_DAYS, required=False, allow_null=True)


class PathIn(StrictSerializer):
    """The steps are replaced as a whole, in this order."""

    name = LineField(max_length=NAME_LENGTH)
    description = TextField(max_length=TEXT_LENGTH, help_text="What one can do after it.")
    language = LineField(max_length=LANGUAGE_LENGTH)
    in_order = serializers.BooleanField(required=False)
    owner = RowField(lambda _person: Person.objects.active(), required=False, allow_null=True)
    steps = several(StepIn, required=False, max_length=MOST_STEPS)

    def validate_steps(self, given: list[dict[str, Any]]) -> list[tuple[Module, int | None]]:
        """Modules in use, in one query; each once."""
        found = [step["module"] for step in given]
        twice = [ErrorDetail(_("This module is in the path already."), code="twice")]
        wrong: Any = {str(at): {"module": twice} for at, pk in enumerate(found) if pk in found[:at]}
        if wrong:
            raise ValidationError(wrong)
        modules = rows_by_id(found, Module.objects.in_use().in_bulk(found), "module")
        return [(module, step.get("days")) for module, step in zip(modules, given, strict=True)]


class PathAssignmentOut(serializers.Serializer[PathAssignment]):
    """Somebody is or was on a path; each module of it that they had not done is an assignment of its own."""

    id = serializers.IntegerField()
    person = PersonRef()
    path = PathRef()
    state = serializers.ChoiceField(choices=PathAssignment.State.choices)
    reason = serializers.ChoiceField(choices=Assignment.Reason.choices)
    rule = serializers.IntegerField(source="rule_id", allow_null=True, help_text="The rule that gave it.")
    note = serializers.CharField()
    assigned_at = MomentField()
    assigned_by = PersonRef(allow_null=True, help_text="Null for a rule.")
    starts_on = serializers.DateField(help_text="The days of its modules count from here.")
    due_on = serializers.DateField(allow_null=True, help_text="One day for all of it; null: each module has its own.")
    ended_at = MomentField(allow_null=True)
    ended_by = PersonRef(allow_null=True, help_text="Who took it back; null for a rule, and when it was completed.")


class PathGivenOut(serializers.Serializer[Any]):
    path_assignments = PathAssignmentOut(many=True, help_text="What each of the people has of it, new or not.")


class GivePathIn(StrictSerializer):
    """Whoever is on the path already stays as they are."""

    path = RowField(Path.objects.visible_to)
    people = RowsField(people_given_by, min_length=1, max_length=MOST_PEOPLE, help_text="All of them, or nobody.")
    due_on = serializers.DateField(required=False, allow_null=True, help_text="All of it; else each has its own.")
    note = LineField(max_length=LONGEST_REASON, help_text="Why. They read it beside the path.")
