"""Live sessions: when, where, by whom, for how many; and who has a seat."""

from typing import Any

from django.core.validators import URLValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.api.serializers import LineField, StrictSerializer
from people.api.fields import LARGEST_ID, MomentField, PlannedMomentField, RowField, RowsField, several
from people.api.serializers import PersonRef
from people.models import Person
from training.api.serializers.modules import ModuleRef
from training.models import Booking, Module, Session
from training.models.sessions import MOST_SEATS
from training.reports.sessions import Line
from training.reports.teams import people_given_by

MOST_PEOPLE = 100
LONGEST_REASON = 300


class BookingOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    person = PersonRef()
    state = serializers.ChoiceField(choices=Booking.State.choices)
    booked_at = MomentField()
    seated_at = MomentField(allow_null=True, help_text="Since when it is a seat; null on the waiting list.")


class OwnBookingOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Booking.State.choices)


class SessionOut(serializers.Serializer[Line]):
    """A session, and your own booking there."""

    id = serializers.IntegerField(source="session.pk")
    module = ModuleRef(source="session.module")
    part = serializers.CharField(source="session.part_key", help_text="The key of the part that it is of.")
    title = serializers.CharField(source="session.title")
    starts_at = MomentField(source="session.starts_at")
    ends_at = MomentField(source="session.ends_at")
    place = serializers.CharField(source="session.place")
    link = serializers.SerializerMethodField(help_text="Of a call: for whoever has a seat or runs it, else empty.")
    trainer = PersonRef(source="session.trainer")
    seats = serializers.IntegerField(source="session.seats")
    free = serializers.IntegerField(source="session.free")
    waiting = serializers.IntegerField(source="session.waiting", help_text="How many are on the waiting list.")
    state = serializers.ChoiceField(choices=Session.State.choices, source="session.state")
    reason = serializers.CharField(source="session.reason", help_text="Why it is cancelled.")
    mine = serializers.SerializerMethodField(help_text="Null without a seat or a place on the list.")

    @extend_schema_field(serializers.CharField())
    def get_link(self, line: Line) -> str:
        return line.session.link if line.shows_link_to(self.context["request"].user) else ""

    @extend_schema_field(OwnBookingOut(allow_null=True))
    def get_mine(self, line: Line) -> Any:
        return OwnBookingOut(line.booking).data if line.booking else None


class ChangeSessionIn(StrictSerializer):
    starts_at = PlannedMomentField()
    ends_at = PlannedMomentField()
    place = LineField(max_length=200, allow_blank=True, required=False)
    link = LineField(
        max_length=400, allow_blank=True, required=False, validators=[URLValidator(schemes=["https", "http"])]
    )
    trainer = RowField(lambda _person: Person.objects.active(), help_text="Who holds it.")
    seats = serializers.IntegerField(min_value=1, max_value=MOST_SEATS)


class PlanSessionIn(ChangeSessionIn):
    module = RowField(lambda _person: Module.objects.published())
    part_key = LineField(max_length=60, help_text="The key of a part that is a live session.")


class CancelSessionIn(StrictSerializer):
    reason = LineField(max_length=LONGEST_REASON, help_text="Everybody who had a seat or waited reads it.")


class BookIn(StrictSerializer):
    people = RowsField(
        people_given_by,
        min_length=1,
        max_length=MOST_PEOPLE,
        required=False,
        help_text="All of them, or nobody; for trainers. Left out: yourself.",
    )


class MarkIn(StrictSerializer):
    booking = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    was_there = serializers.BooleanField()


class AttendanceIn(StrictSerializer):
    marks = several(MarkIn, min_length=1, max_length=MOST_SEATS)


class CorrectIn(StrictSerializer):
    was_there = serializers.BooleanField()
    reason = LineField(max_length=LONGEST_REASON, help_text="It stays with the session.")
