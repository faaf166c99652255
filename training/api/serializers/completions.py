"""Completions, as they are on record."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from people.api.fields import MomentField
from people.api.serializers import PersonRef
from training.api.serializers.modules import ModuleRef, VersionRef
from training.models import Completion


class CompletionOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    person = PersonRef()
    module = ModuleRef()
    version = VersionRef(allow_null=True, help_text="Null for what was done elsewhere.")
    assignment = serializers.IntegerField(source="assignment_id", allow_null=True)
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="Where it was done; empty for what was done here."
    )
    is_revoked = serializers.SerializerMethodField(help_text="Whether it was taken back and counts no more.")
    completed_at = MomentField()
    completed_on = serializers.DateField(help_text="The day it was where the person is.")
    expires_on = serializers.DateField(allow_null=True, help_text="The last day it holds; null when it holds for good.")
    percent = serializers.SerializerMethodField(
        help_text="Of the quizzes, to whoever took them; null for everybody else, and without a quiz."
    )

    def get_is_revoked(self, completion: Completion) -> bool:
        return hasattr(completion, "revocation")

    @extend_schema_field(serializers.IntegerField(allow_null=True, min_value=0, max_value=100))
    def get_percent(self, completion: Completion) -> int | None:
        # As on the pages: that somebody passed is for those who lead them, by how much is their own.
        return completion.percent if completion.person_id == self.context["request"].user.pk else None
