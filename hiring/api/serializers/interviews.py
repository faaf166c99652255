"""Interviews and panels. What is sealed from the reader is null: who has submitted, and that anybody has."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.api.serializers import LineField, StrictSerializer, TextField
from hiring.actions.interviews import Seat
from hiring.api.serializers.refs import ApplicationRef, KitVersionRef, OpeningRef, StageRef
from hiring.models import Application, Interview, Opening, Panellist, Stage
from people.api.fields import LARGEST_ID, MomentField, PlannedMomentField, RowField, rows_by_id, several
from people.api.serializers import PersonRef
from people.models import Person

MOST_SEATS = 12
LONGEST_REASON = 1000
# The clock and what people decided, never what was submitted: "held" would tell that the first scorecard is in.
STANDINGS = [
    ("to_come", _("To come")),
    ("under_way", _("Under way")),
    ("over", _("Over")),
    ("cancelled", _("Cancelled")),
    ("no_show", _("Candidate did not come")),
]


class SeatOut(serializers.Serializer[Any]):
    person = PersonRef()
    role = serializers.ChoiceField(choices=Panellist.Role.choices)
    has_submitted = serializers.BooleanField(allow_null=True, help_text="Null where you may not know it.")


class ProgressOut(serializers.Serializer[Any]):
    required = serializers.IntegerField(  # type: ignore[assignment]
        help_text="Scorecards that reveal waits for: those of the lead and members."
    )
    submitted = serializers.IntegerField(help_text="Those of them that are in.")


class RevealOut(serializers.Serializer[Any]):
    at = MomentField(source="revealed_at")
    how = serializers.ChoiceField(choices=Interview.Reveal.choices, source="reveal")
    by = PersonRef(allow_null=True, source="revealed_by", help_text="Who broke the seal; null if nobody had to.")
    reason = serializers.CharField(source="reveal_reason", help_text="Why the seal was broken.")


def knows_progress(interview: Interview) -> bool:
    """policies.can_see_progress for rows of `visible_to` loaded `with_mask`, without asking the database."""
    return interview.is_live and not interview.owes_scorecard


class InterviewOut(serializers.Serializer[Any]):
    """For rows of hiring.reports.interviews.listed; others raise, so that nothing is told by oversight."""

    id = serializers.IntegerField()
    application = serializers.SerializerMethodField()
    opening = OpeningRef(source="application.opening")
    stage = StageRef()
    kit_version = KitVersionRef()
    starts_at = MomentField()
    ends_at = MomentField()
    place = serializers.CharField()
    standing = serializers.SerializerMethodField()
    reason = serializers.CharField(source="state_reason", help_text="Why it was called off, or what is known of it.")
    sits = serializers.BooleanField(help_text="Whether you are on the panel.")
    owes_scorecard = serializers.BooleanField(source="owes_seat", help_text="Whether your own scorecard is still out.")
    panel = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField(help_text="Null where you may not know it.")
    reveal = serializers.SerializerMethodField(help_text="Null before reveal, and where you may not know of it.")

    @extend_schema_field(ApplicationRef)
    def get_application(self, interview: Interview) -> Any:
        return {"id": interview.application_id, "label": interview.label, "is_masked": interview.is_masked}

    @extend_schema_field(serializers.ChoiceField(choices=STANDINGS))
    def get_standing(self, interview: Interview) -> str:
        if not interview.is_live:
            return str(interview.state)
        now: datetime = self.context["now"]
        return "over" if interview.is_over(now) else "under_way" if interview.starts_at <= now else "to_come"

    @extend_schema_field(SeatOut(many=True))
    def get_panel(self, interview: Interview) -> Any:
        told = knows_progress(interview)
        seats: list[Panellist] = interview.seats  # type: ignore[attr-defined]  # loaded by `listed`
        order = list(Panellist.Role.values)
        return [
            {
                "person": PersonRef(seat.person).data,
                "role": seat.role,
                "has_submitted": _has_submitted(seat) if told else None,
            }
            for seat in sorted(seats, key=lambda seat: (order.index(seat.role), seat.pk))
        ]

    @extend_schema_field(ProgressOut(allow_null=True))
    def get_progress(self, interview: Interview) -> Any:
        return ProgressOut(interview).data if knows_progress(interview) else None

    @extend_schema_field(RevealOut(allow_null=True))
    def get_reveal(self, interview: Interview) -> Any:
        return RevealOut(interview).data if interview.is_revealed and knows_progress(interview) else None


def _has_submitted(seat: Panellist) -> bool:
    return hasattr(seat, "scorecard") and seat.scorecard.is_submitted


# --- planning -------------------------------------------------------------------------------------------------------


class SeatIn(StrictSerializer):
    person = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    role = serializers.ChoiceField(choices=Panellist.Role.choices)


class PanelIn(StrictSerializer):
    panel = several(SeatIn, min_length=1, max_length=MOST_SEATS, help_text="Exactly one lead; shadows never count.")

    def validate_panel(self, seats: list[dict[str, Any]]) -> list[Seat]:
        """Seats with their people, in one query."""
        ids = [seat["person"] for seat in seats]
        visible = Person.objects.visible_to(self.context["request"].user).in_bulk(ids)
        people = rows_by_id(ids, visible, "person")
        return [Seat(person, seat["role"]) for person, seat in zip(people, seats, strict=True)]


class InterviewIn(PanelIn):
    application = RowField(lambda person: Application.objects.visible_to(person).select_related("opening", "stage"))
    stage = RowField(
        lambda person: Stage.objects.filter(opening__in=Opening.objects.visible_to(person)).select_related(
            "kit_version"
        ),
        help_text="A stage of the application's opening that has a kit.",
    )
    starts_at = PlannedMomentField(help_text="It lasts as long as the stage says.")
    place = LineField(max_length=300, allow_blank=True, required=False)


class RescheduleIn(StrictSerializer):
    starts_at = PlannedMomentField()
    place = LineField(max_length=300, allow_blank=True, required=False)


class CancelIn(StrictSerializer):
    reason = TextField(max_length=LONGEST_REASON, help_text="The panel sees this. It stays with the interview.")


class NoShowIn(StrictSerializer):
    reason = TextField(max_length=LONGEST_REASON, allow_blank=True, required=False)


class BreakSealIn(StrictSerializer):
    reason = TextField(max_length=LONGEST_REASON, help_text="It stays in view for good, with your name.")
