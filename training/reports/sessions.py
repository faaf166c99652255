"""Live sessions as their pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from people.models import Person
from training import policies
from training.models import Assignment, Booking, Module, ModulePart, Session
from training.models.sessions import SessionQuerySet

MOST = 50


@dataclass(frozen=True)
class Line:
    """A session, of a row `with_title` and `with_seats`, and the reader's booking there, if any."""

    session: Session
    booking: Booking | None

    def shows_link_to(self, reader: Person) -> bool:
        """Of a call: whoever has a seat joins it, and whoever runs it."""
        return (self.booking is not None and self.booking.is_seat) or policies.can_run_session(reader, self.session)


def listed(reader: Person, show: str, *, at: datetime) -> SessionQuerySet:
    """Sessions to come; with "mine" those in which the reader has a seat, waits, or which they hold; with "mark" those
    of which they have to say who was there."""
    found = Session.objects.visible_to(reader)
    if show == "mark":
        mine = Booking.objects.markable_by(reader).filter(session=OuterRef("pk"), state=Booking.State.BOOKED)
        return found.to_mark(at).filter(Exists(mine))
    if show == "mine":
        own = Booking.objects.filter(session=OuterRef("pk"), person=reader).exclude(state=Booking.State.CANCELLED)
        return found.filter(Q(trainer=reader) | Exists(own))
    return found.to_come(at)


def lines_of(sessions: Iterable[Session], reader: Person) -> list[Line]:
    """With the reader's own booking of each. One query."""
    sessions = list(sessions)
    own = Booking.objects.filter(session__in=[one.pk for one in sessions], person=reader)
    by_session = {one.session_id: one for one in own.exclude(state=Booking.State.CANCELLED)}
    return [Line(one, by_session.get(one.pk)) for one in sessions]


def coming_of(module: Module, reader: Person, *, at: datetime, part_key: str | None = None) -> list[Line]:
    """The next sessions of the module, or of one part of it, soonest first. Two queries."""
    found = Session.objects.to_come(at).filter(module=module)
    if part_key is not None:
        found = found.filter(part_key=part_key)
    return lines_of(found.with_title().with_seats().order_by("starts_at", "pk")[:MOST], reader)


def parts_to_plan(module: Module) -> list[tuple[str, str]]:
    """Keys and titles of the parts of which sessions can be planned: of the published version, and of those with which
    somebody is still under way."""
    under_way = Assignment.objects.open().filter(version=OuterRef("version"))
    parts = ModulePart.objects.filter(version__module=module, kind=ModulePart.Kind.SESSION)
    parts = parts.filter(Q(version__state="published") | Exists(under_way)).exclude(version__state="draft")
    return list({part.key: (part.key, part.title) for part in parts.order_by("version__number", "position")}.values())


def seats_seen(session: Session, reader: Person) -> list[tuple[Booking, bool]]:
    """Who has a seat and who waits, of those whom the reader may know; and whether the reader may take them off."""
    rows = session.bookings.visible_to(reader).exclude(state=Booking.State.CANCELLED)
    rows = rows.select_related("person__team", "session").order_by("-state", "booked_at", "pk")
    seated = sorted(rows, key=lambda row: (row.state == Booking.State.WAITING, row.booked_at, row.pk))
    return [(row, policies.can_mark(reader, row)) for row in seated]


def sheet_of(session: Session, reader: Person) -> QuerySet[Booking]:
    """Of whom the reader says whether they were there, by name."""
    rows = session.bookings.markable_by(reader).seated()
    return rows.select_related("person__team", "assignment").order_by("person__full_name", "pk")
