"""Modules with what may be taken now. Titles and kinds of parts alone: never what a part holds."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from people.api.fields import MomentField
from training.models import Module, ModulePart


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
