"""Live sessions: which there are, seats, planning, and who was there."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.errors import Invalid
from people.api.fields import IdFilter, choice
from people.api.resources import Resource, must
from people.models import Person, Role
from training import policies
from training.actions import bookings
from training.actions import sessions as actions
from training.api.serializers.sessions import (
    AttendanceIn,
    BookIn,
    BookingOut,
    CancelSessionIn,
    ChangeSessionIn,
    CorrectIn,
    PlanSessionIn,
    SessionOut,
)
from training.models import Booking, Session
from training.models.sessions import BookingQuerySet, SessionQuerySet
from training.reports import sessions as reports

SHOWS = [(one, one) for one in ("coming", "mine", "mark")]


class SessionFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    module = IdFilter(field_name="module")
    state = choice(Session.State.choices, field_name="state")
    show = choice(
        SHOWS,
        method="filter_show",
        help_text="Those to come; your own, attended or held; or those of which you are to say who was there.",
    )

    def filter_show(self, found: SessionQuerySet, _name: str, value: str) -> "QuerySet[Session]":
        shown = reports.listed(self.request.user, "" if value == "coming" else value, at=timezone.now())
        return found.filter(pk__in=shown.values("pk"))


class Sessions(Resource):
    """Dates on which a part of a module can be attended."""

    queryset = Session.objects.none()
    serializer_class = SessionOut
    filterset_class = SessionFilter
    orderings = {"soonest": ("starts_at", "pk"), "latest": ("-starts_at", "-pk")}
    required_scope = "training"

    def list(self, request: Request) -> Response:
        """Sessions of the modules that you may take or have, over and to come."""
        return self.page(_visible(self.person))

    def paginate_queryset(self, queryset: Any) -> Any:
        return reports.lines_of(super().paginate_queryset(queryset) or [], self.person)

    def retrieve(self, request: Request, pk: int) -> Response:
        """One session."""
        return self._line(self.find(_visible(self.person), pk))

    @extend_schema(request=PlanSessionIn, responses={201: SessionOut})
    def create(self, request: Request) -> Response:
        """Plan a date. Whoever holds it is told; whoever has the module open can book a seat."""
        must(policies.can_plan_sessions(self.person))
        given = self.given(PlanSessionIn)
        return self.once(
            lambda: actions.plan_session(by=self.person, at=timezone.now(), **given).pk,
            lambda pk: self._line(self.reread(_visible(self.person), pk), made=True),
        )

    @extend_schema(request=ChangeSessionIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Move or change it; what you leave out stays. New seats go to those who wait, and who has to know is told."""
        session = self._to_run(pk)
        given = self.given(ChangeSessionIn, partial=True)
        actions.change_session(session=session, by=self.person, at=timezone.now(), **given)
        return self._told(pk)

    @extend_schema(request=CancelSessionIn)
    def cancel(self, request: Request, pk: int) -> Response:
        """Call it off, with a reason for everybody who had a seat or waited."""
        session = self._to_run(pk)
        actions.cancel_session(session=session, by=self.person, at=timezone.now(), **self.given(CancelSessionIn))
        return self._told(pk)

    @extend_schema(request=AttendanceIn)
    def attendance(self, request: Request, pk: int) -> Response:
        """Say of these bookings whether their people were there, once it has begun. The same again is no error."""
        session = self._to_run(pk)
        there = _marks(self.given(AttendanceIn)["marks"], reports.sheet_of(session, self.person))
        bookings.mark(session=session, there=there, by=self.person, at=timezone.now())
        return self._told(pk)

    def _to_run(self, pk: int) -> Session:
        session = self.find(_visible(self.person), pk)
        must(policies.can_run_session(self.person, session))
        return session

    def _told(self, pk: int) -> Response:
        return self._line(self.reread(_visible(self.person), pk))

    def _line(self, session: Session, *, made: bool = False) -> Response:
        (line,) = reports.lines_of([session], self.person)
        return self.answer(line, made=made)


def _visible(person: Person) -> SessionQuerySet:
    return Session.objects.visible_to(person).with_title().with_seats()


def _marks(given: Any, sheet: "QuerySet[Booking]") -> dict[int, bool]:
    """By booking, of those on the sheet of whoever marks."""
    there = {one["booking"]: one["was_there"] for one in given}
    if len(there) < len(given) or set(there) - set(sheet.values_list("pk", flat=True)):
        message = _("Name each booking once, and only those of which you say who was there.")
        raise Invalid(message, errors={"marks": [message]})
    return there


class Seats(Resource):
    """Who has a seat in a session, and who waits for one."""

    queryset = Booking.objects.none()
    serializer_class = BookingOut
    pagination_class = None
    required_scope = "training"

    def list(self, request: Request, pk: int) -> Response:
        """Those of whom you may know: seats first, then the waiting list in the order in which it moves up."""
        session = self.find(_visible(self.person), pk)
        return self.everything([row for row, _may in reports.seats_seen(session, self.person)])

    @extend_schema(request=BookIn, responses=BookingOut(many=True))
    def book(self, request: Request, pk: int) -> Response:
        """Take a seat, or a place on the waiting list when it is full; trainers for people of their scope. Twice is
        once."""
        session = self.find(_visible(self.person), pk)
        people = self.given(BookIn).get("people")
        must(people is None or self.person.holds(Role.TRAINER))
        made = bookings.book(session=session, people=people or [self.person], by=self.person, at=timezone.now())
        rows = session.bookings.filter(pk__in=[one.pk for one in made]).select_related("person")
        return self.everything(rows.order_by("booked_at", "pk"))


class Bookings(Resource):
    """One seat, or one place on a waiting list."""

    queryset = Booking.objects.none()
    serializer_class = BookingOut
    required_scope = "training"

    @extend_schema(request=None)
    def give_up(self, request: Request, pk: int) -> Response:
        """Give it up, until the session begins: whoever waits longest moves up. Your own, or of whom you may mark."""
        booking = self.find(_bookings(self.person), pk)
        must(booking.person_id == self.person.pk or policies.can_mark(self.person, booking))
        bookings.give_up(booking=booking, by=self.person, at=timezone.now())
        return self.answer(self.reread(_bookings(self.person), pk))

    @extend_schema(request=CorrectIn)
    def correct(self, request: Request, pk: int) -> Response:
        """Say otherwise than before whether they were there, and why."""
        booking = self.find(_bookings(self.person), pk)
        must(policies.can_mark(self.person, booking))
        given = self.given(CorrectIn)
        bookings.correct(
            booking=booking, there=given["was_there"], reason=given["reason"], by=self.person, at=timezone.now()
        )
        return self.answer(self.reread(_bookings(self.person), pk))


def _bookings(person: Person) -> BookingQuerySet:
    return Booking.objects.visible_to(person).select_related("person", "session__module")
