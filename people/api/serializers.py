"""People, teams and what is one's own, as the API writes and reads them."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from foundation.api.serializers import LineField, StrictSerializer
from people import policies
from people.api.fields import ClockField, MomentField, ZoneField
from people.models import Person, Role, Site, Team
from people.models.person import WEEKDAYS

DAYS = [(day, day) for day in WEEKDAYS]

# --- references: enough to show a name and to follow the id ---------------------------------------------------------


class PersonRef(serializers.Serializer[Person]):
    id = serializers.IntegerField()
    name = serializers.CharField(help_text="What colleagues call them.")


class TeamRef(serializers.Serializer[Team]):
    id = serializers.IntegerField()
    path = serializers.CharField(help_text="The names from the root down, as Service/Retail/Unit 1.")


class SiteRef(serializers.Serializer[Site]):
    id = serializers.IntegerField()
    name = serializers.CharField()


# --- people ---------------------------------------------------------------------------------------------------------


class PersonOut(serializers.Serializer[Person]):
    """What colleagues may know of each other. `left_on` of somebody who still works here is for their people admin."""

    id = serializers.IntegerField()
    name = serializers.CharField(help_text="What colleagues call them.")
    full_name = serializers.CharField()
    email = serializers.CharField()
    job_title = serializers.CharField()
    team = TeamRef(allow_null=True)
    manager = PersonRef(allow_null=True)
    site = SiteRef(allow_null=True)
    time_zone = serializers.CharField()
    work_days = serializers.ListField(child=serializers.ChoiceField(choices=DAYS), source="working_days")
    work_starts = ClockField()
    work_ends = ClockField(help_text="Earlier than it starts for a shift over midnight.")
    started_on = serializers.DateField(allow_null=True)
    left_on = serializers.SerializerMethodField()
    is_active = serializers.BooleanField(help_text="False for people who have left.")

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_left_on(self, person: Person) -> str | None:
        reader = self.context["request"].user
        if person.left_on is None or (person.is_active and not policies.can_edit_person(reader, person)):
            return None
        return person.left_on.isoformat()


class GrantOut(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Role.choices)
    team = TeamRef(allow_null=True, help_text="Null for the whole organisation.")
    starts_at = MomentField()
    ends_at = MomentField(allow_null=True)


class MeOut(PersonOut):
    """One's own profile, with the roles in force."""

    preferred_name = serializers.CharField()
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    roles = serializers.SerializerMethodField()

    @extend_schema_field(GrantOut(many=True))
    def get_roles(self, person: Person) -> Any:
        grants = person.role_grants.in_force(timezone.now()).select_related("team").order_by("role", "pk")
        return GrantOut(list(grants), many=True).data


class MeIn(StrictSerializer):
    """What is one's own to change; what is left out stays."""

    preferred_name = LineField(max_length=80, allow_blank=True, required=False)
    time_zone = ZoneField(max_length=64, required=False)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    work_days = serializers.ListField(
        child=serializers.ChoiceField(choices=DAYS), min_length=1, max_length=7, required=False
    )
    work_starts = ClockField(required=False)
    work_ends = ClockField(required=False)

    def validate_work_days(self, days: list[str]) -> str:
        """In the order of the week, each once."""
        if len(set(days)) != len(days):
            raise ValidationError(_("A day is named twice."), code="twice")
        return ",".join(day for day in WEEKDAYS if day in days)


# --- the organisation -----------------------------------------------------------------------------------------------


class TeamOut(serializers.Serializer[Team]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    path = serializers.CharField(help_text="The names from the root down, as Service/Retail/Unit 1.")
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    headcount = serializers.IntegerField(help_text="Active people of this very team, without those below it.")


class SiteOut(serializers.Serializer[Site]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    headcount = serializers.IntegerField(help_text="Active people there.")
