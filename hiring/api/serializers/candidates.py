"""Candidates and applications. Of a masked application nothing is written that leads to the human behind it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from foundation.api.serializers import LineField, StrictSerializer, TextField
from hiring.api.serializers.refs import ApplicationRef, OpeningRef, StageRef
from hiring.models import Application, Opening, Stage
from people.api.fields import AddressField, MomentField, RowField, ZoneField
from people.api.serializers import PersonRef

EARLIEST_YEAR = 1990
LONGEST_NOTE = 5000


class CandidateRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    full_name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()


class CandidateOut(CandidateRef):
    time_zone = serializers.CharField()
    hired_as = PersonRef(allow_null=True)
    created_at = MomentField()
    applications = ApplicationRef(many=True, source="known_applications", help_text="Those that you may know of.")


class CandidateIn(StrictSerializer):
    full_name = LineField(max_length=150)
    email = AddressField(max_length=254, allow_blank=True, help_text="Blank only where there is a phone number.")
    phone = LineField(max_length=40, allow_blank=True)
    time_zone = ZoneField(max_length=64, allow_blank=True)


class FileOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes.")
    uploaded_at = MomentField()


class ApplicationOut(ApplicationRef):
    number = serializers.IntegerField(help_text="Of the opening, from 1.")
    candidate = serializers.SerializerMethodField(help_text="Null where the identity is hidden from you.")
    opening = OpeningRef()
    stage = StageRef()
    state = serializers.ChoiceField(choices=Application.State.choices)
    source = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text="Null where the identity is hidden from you."
    )
    applied_on = serializers.DateField()
    in_stage_since = MomentField(source="entered_stage_at")
    owes_scorecard = serializers.BooleanField(
        help_text="Whether you owe a scorecard on this application: until it is in, all judgement is closed to you."
    )

    @extend_schema_field(CandidateRef(allow_null=True))
    def get_candidate(self, application: Application) -> Any:
        return None if application.is_masked else CandidateRef(application.candidate).data

    @extend_schema_field(serializers.ChoiceField(choices=Application.Source.choices, allow_null=True))
    def get_source(self, application: Application) -> str | None:
        return None if application.is_masked else application.source


class ApplicationIn(StrictSerializer):
    """Whoever has applied before, here or elsewhere, is the same candidate."""

    opening = RowField(Opening.objects.visible_to)
    full_name = LineField(max_length=150)
    email = AddressField(max_length=254, allow_blank=True, required=False)
    phone = LineField(max_length=40, allow_blank=True, required=False)
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=Application.Source.choices, required=False
    )
    applied_on = serializers.DateField(required=False, help_text="Today unless given; never in the future.")
    note = TextField(max_length=LONGEST_NOTE, allow_blank=True, required=False, help_text="Panels never see notes.")

    def validate_applied_on(self, day: Any) -> Any:
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."), code="future")
        if day.year < EARLIEST_YEAR:
            raise ValidationError(_("That is very long ago. Check the year."), code="past")
        return day


class MoveIn(StrictSerializer):
    stage = RowField(lambda person: Stage.objects.filter(opening__in=Opening.objects.visible_to(person)))


class NoteOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    author = PersonRef(allow_null=True)
    text = serializers.CharField()
    written_at = MomentField()


class NoteIn(StrictSerializer):
    text = TextField(max_length=LONGEST_NOTE)
