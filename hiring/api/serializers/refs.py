"""References: the id of another resource, with as much as a reader needs to recognise it."""

from typing import Any

from rest_framework import serializers


class OpeningRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()


class StageRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    name = serializers.CharField()


class ApplicationRef(serializers.Serializer[Any]):
    """For rows loaded `with_mask`: the label of a masked application is its alias, "Candidate 14"."""

    id = serializers.IntegerField()
    label = serializers.CharField(  # type: ignore[assignment]
        help_text="The candidate's name, or “Candidate 14” where you may not know it."
    )
    is_masked = serializers.BooleanField(help_text="Whether the candidate's identity is hidden from you.")


class KitVersionRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kit = serializers.IntegerField(source="kit_id")
    name = serializers.CharField(source="kit.name")
    number = serializers.IntegerField()
