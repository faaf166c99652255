"""What somebody completed or was waived, over all the years."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from training.api.serializers.assignments import WaiverOut
from training.reports.transcripts import Entry


class EntryOut(serializers.Serializer[Entry]):
    day = serializers.DateField()
    module = serializers.CharField(help_text="As it was called then.")
    state = serializers.SerializerMethodField(help_text="Whether it counts now.")
    completion = serializers.IntegerField(source="completion.pk", allow_null=True, default=None)
    expires_on = serializers.DateField(source="completion.expires_on", allow_null=True, default=None)
    percent = serializers.SerializerMethodField(help_text="To whoever took it; null for everybody else.")
    done_at = serializers.CharField(
        source="completion.source", default="", help_text="Where; empty for what was done here."
    )
    evidence = serializers.CharField(source="completion.evidence", default="")
    certificate = serializers.UUIDField(
        source="certificate.token", allow_null=True, default=None, help_text="By it anybody may check the certificate."
    )
    revoked_because = serializers.CharField(source="completion.revocation.reason", allow_null=True, default=None)
    waiver = WaiverOut(allow_null=True)

    @extend_schema_field(
        serializers.ChoiceField(choices=[(one, one) for one in ("valid", "expired", "revoked", "waived")])
    )
    def get_state(self, entry: Entry) -> str:
        if entry.waiver is not None:
            return "waived"
        return "revoked" if entry.is_revoked else "valid" if entry.holds else "expired"

    @extend_schema_field(serializers.IntegerField(allow_null=True, min_value=0, max_value=100))
    def get_percent(self, entry: Entry) -> Any:
        done = entry.completion
        return done.percent if done and done.person_id == self.context["request"].user.pk else None
