"""Modules with what may be taken now. Titles and kinds of parts alone: never what a part holds."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.api.serializers import LineField, StrictSerializer, TextField
from foundation.yaml_files import MOST_BYTES
from people.api.fields import MomentField
from people.api.serializers import PersonRef
from training.models import Module, ModulePart, ModuleVersion


class ModuleRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class VersionRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    number = serializers.IntegerField()


class PartOut(serializers.Serializer[Any]):
    """A part by its cover. Answers, outcomes and rubrics stay with the player."""

    key = serializers.CharField(help_text="The same in every version that has this part.")
    kind = serializers.ChoiceField(choices=ModulePart.Kind.choices)
    title = serializers.CharField()
    minutes = serializers.IntegerField()


class VersionOut(VersionRef):
    minutes = serializers.IntegerField(help_text="Of all its parts.")
    published_at = MomentField()
    parts = PartOut(many=True, source="parts_in_order")


class ValidityOut(serializers.Serializer[Any]):
    """How long a completion holds, and from when the next term counts."""

    months = serializers.IntegerField(source="valid_months")
    counts_from = serializers.ChoiceField(choices=Module.Anchor.choices, source="anchor")
    month = serializers.IntegerField(source="anchor_month", help_text="Of the fixed day, where it counts to one.")
    day = serializers.IntegerField(source="anchor_day")
    minimum_days = serializers.IntegerField(help_text="To the first fixed day at least.")
    window_days = serializers.IntegerField(help_text="So long before the end the renewal opens.")


class ModuleOut(ModuleRef):
    key = serializers.CharField(help_text="Its name in files; it never changes.")
    summary = serializers.CharField(help_text="What one can do after it.")
    kind = serializers.ChoiceField(choices=Module.Kind.choices)
    manager_too = serializers.BooleanField(help_text="Line managers take it too.")
    archived_at = MomentField(allow_null=True)
    validity = serializers.SerializerMethodField(help_text="Null where a completion holds for good.")
    version = serializers.SerializerMethodField(help_text="What may be taken now; null where nothing is published.")

    @extend_schema_field(ValidityOut(allow_null=True))
    def get_validity(self, module: Module) -> Any:
        return ValidityOut(module).data if module.valid_months is not None else None

    @extend_schema_field(VersionOut(allow_null=True))
    def get_version(self, module: Any) -> Any:
        return VersionOut(module.published_now[0]).data if module.published_now else None


# --- written ----------------------------------------------------------------------------------------------------------


class ModuleVersionOut(VersionRef):
    """One version in the life of a module, without what it holds."""

    module = ModuleRef()
    state = serializers.ChoiceField(choices=ModuleVersion.State.choices)
    minutes = serializers.IntegerField(help_text="Of all its parts.")
    change_note = serializers.CharField()
    created_by = PersonRef(allow_null=True)
    created_at = MomentField()
    published_by = PersonRef(allow_null=True)
    published_at = MomentField(allow_null=True)


class ContentIn(StrictSerializer):
    text = TextField(
        max_length=MOST_BYTES,
        trim_whitespace=False,
        help_text="The module as a file: YAML, as an export gives it. What is wrong is named by its place in it.",
    )


class PublishIn(StrictSerializer):
    """What becomes of those who have the version before."""

    change_note = LineField(max_length=300, allow_blank=True, required=False)
    under_way = serializers.ChoiceField(
        choices=[("keep", "keep"), ("move", "move")],
        required=False,
        help_text="Who has started it goes on with it, or moves to this one; parts that did not change stay done.",
    )
    completed = serializers.ChoiceField(
        choices=[("keep", "keep"), ("again", "again")],
        required=False,
        help_text="Who has completed it has nothing to do, or takes this version as well, by `again_due_on`.",
    )
    again_due_on = serializers.DateField(required=False, allow_null=True)
