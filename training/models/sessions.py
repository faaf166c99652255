"""Live sessions of a module: when, where, by whom, for how many; and who has a seat.

A session belongs to a module and the key of one of its parts, not to a version: it outlives what is edited around it,
and people under way with different versions sit in the same room.
"""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line
from people.models import Person, Role
from training.models.assignments import Assignment
from training.models.modules import Module, ModulePart

MOST_SEATS = 500


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_session: whoever may take the module or has it, and whoever holds it."""
        if not reader.is_active:
            return self.none()
        if reader.holds(Role.TRAINER):
            return self
        return self.filter(
            models.Q(trainer=reader)
            | models.Q(module__in=Module.objects.published())
            | models.Q(module__in=Assignment.objects.filter(person=reader).values("module"))
        )

    def to_come(self, at: datetime) -> Self:
        """Planned, and not begun."""
        return self.filter(state=Session.State.PLANNED, starts_at__gt=at)

    def unmarked(self) -> Self:
        """With somebody of whom nobody has said whether they were there."""
        seats = Booking.objects.filter(session=models.OuterRef("pk"), state=Booking.State.BOOKED)
        return self.exclude(state=Session.State.CANCELLED).filter(models.Exists(seats))

    def to_mark(self, at: datetime) -> Self:
        """Of these, those that have begun."""
        return self.unmarked().filter(starts_at__lte=at)

    def with_seats(self) -> Self:
        """Annotates `taken` and `waiting`, on which `free` and `is_full` rest."""
        return self.annotate(
            taken=models.Count("bookings", filter=models.Q(bookings__state__in=Booking.TAKEN)),
            waiting=models.Count("bookings", filter=models.Q(bookings__state=Booking.State.WAITING)),
        )

    def with_title(self) -> Self:
        """Annotates `title`: that of its part, in the last version that was published with it."""
        parts = ModulePart.objects.filter(
            version__module=models.OuterRef("module"), key=models.OuterRef("part_key"), kind=ModulePart.Kind.SESSION
        )
        last = parts.exclude(version__state="draft").order_by("-version__number").values("title")[:1]
        return self.select_related("module", "trainer").annotate(
            title=Coalesce(models.Subquery(last), "part_key", output_field=models.CharField())
        )


class Session(models.Model):
    """One date of a live session. `sequence` rises with every change that somebody's calendar has to follow."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        CANCELLED = "cancelled", _("Cancelled")

    module = models.ForeignKey(Module, models.PROTECT, related_name="sessions")
    part_key = models.SlugField(max_length=60)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(_("place"), max_length=200, blank=True, validators=[validate_line])
    link = models.CharField(_("link"), max_length=400, blank=True, validators=[URLValidator(schemes=["https", "http"])])
    trainer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sessions_held")
    seats = models.PositiveSmallIntegerField(_("seats"))
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    reason = models.CharField(_("why it is cancelled"), max_length=300, blank=True, validators=[validate_line])
    sequence = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="training_session_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=models.Q(seats__gte=1, seats__lte=MOST_SEATS), name="training_session_has_1_to_500_seats"
            ),
            models.CheckConstraint(
                condition=~models.Q(place="") | ~models.Q(link=""), name="training_session_says_where"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="cancelled") | ~models.Q(reason=""),
                name="training_cancelled_session_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["module", "part_key", "starts_at"], name="training_sessions_of_part"),
            models.Index(fields=["starts_at"], name="training_sessions_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.module} · {self.starts_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return address_of("training:session-detail", self.pk)

    @property
    def is_planned(self) -> bool:
        return self.state == self.State.PLANNED

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    def has_begun(self, at: datetime) -> bool:
        return self.starts_at <= at

    def is_open(self, at: datetime) -> bool:
        """Whether seats can be taken and given up: until it begins."""
        return self.is_planned and not self.has_begun(at)

    @property
    def free(self) -> int:
        """Seats that nobody has: of a row `with_seats`."""
        taken: int = self.taken  # type: ignore[attr-defined]
        return max(0, self.seats - taken)

    @property
    def is_full(self) -> bool:
        return self.free == 0


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_booking: whoever sees the person's training, and who holds it."""
        if not reader.is_active:
            return self.none()
        seen = models.Q(assignment__in=Assignment.objects.visible_to(reader))
        return self.filter(seen | models.Q(session__trainer=reader))

    def markable_by(self, person: Person) -> Self:
        """Row-level twin of policies.can_mark: others' bookings, of whoever holds the session and of a trainer in whose
        scope they are."""
        if not person.is_active:
            return self.none()
        others, scope = self.exclude(person=person), person.scope_of(Role.TRAINER)
        if scope.everywhere:
            return others
        held = models.Q(session__trainer=person)
        return others.filter(held if scope.nowhere else held | scope.rows("person__team"))

    def open(self) -> Self:
        """A seat, or a place on the waiting list, whose session nobody has marked."""
        return self.filter(state__in=Booking.OPEN)

    def seated(self) -> Self:
        return self.filter(state__in=Booking.TAKEN)

    def waiting(self) -> Self:
        """In the order in which they move up."""
        return self.filter(state=Booking.State.WAITING).order_by("booked_at", "pk")


class Booking(models.Model):
    """Somebody's seat in a session, or their place on its waiting list. `seated_at`: since when it is a seat.

    `part_key` repeats the session's, so that the database can hold the promise of one open booking for each part.
    """

    class State(models.TextChoices):
        BOOKED = "booked", _("Has a seat")
        WAITING = "waiting", _("On the waiting list")
        CANCELLED = "cancelled", _("Given up")
        ATTENDED = "attended", _("Was there")
        ABSENT = "absent", _("Was not there")

    OPEN = (State.BOOKED, State.WAITING)
    TAKEN = (State.BOOKED, State.ATTENDED, State.ABSENT)
    MARKED = (State.ATTENDED, State.ABSENT)

    session = models.ForeignKey(Session, models.PROTECT, related_name="bookings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bookings")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="bookings")
    part_key = models.SlugField(max_length=60)
    state = models.CharField(max_length=10, choices=State)
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    seated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    marked_at = models.DateTimeField(null=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("why it was corrected"), max_length=300, blank=True, validators=[validate_line])

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "part_key"],
                condition=models.Q(state__in=("booked", "waiting")),
                name="training_one_open_booking_per_part",
            ),
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=~models.Q(state="cancelled"),
                name="training_one_seat_per_person_and_session",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("booked", "attended", "absent")) | models.Q(seated_at__isnull=False),
                name="training_seat_says_since_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("attended", "absent"), marked_at__isnull=False, marked_by__isnull=False)
                | models.Q(~models.Q(state__in=("attended", "absent")), marked_at__isnull=True, marked_by__isnull=True),
                name="training_attendance_says_who_marked_it",
            ),
            models.CheckConstraint(
                condition=models.Q(marked_by__isnull=True) | ~models.Q(marked_by=models.F("person")),
                name="training_nobody_marks_themselves",
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="training_bookings_of_person")]

    def __str__(self) -> str:
        return f"{self.session}: {self.person}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_seat(self) -> bool:
        return self.state in self.TAKEN

    @property
    def was_waited_for(self) -> bool:
        """Whether it was a place on the waiting list before it was a seat."""
        return self.seated_at is not None and self.seated_at > self.booked_at
