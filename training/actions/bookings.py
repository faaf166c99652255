"""Booking seats, giving them up, and saying who was there."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from foundation.errors import Conflict, Invalid, Refused
from people.actions import audit
from people.models import Person
from training import signals
from training.actions import assignments, learning, seats
from training.models import Assignment, Booking, ModulePart, PartRecord, Session
from training.models.assignments import parts_of
from training.models.sessions import BookingQuerySet

State = Booking.State


@transaction.atomic
def book(*, session: Session, people: Collection[Person], by: Person, at: datetime) -> list[Booking]:
    """A seat for each, or a place on the waiting list when it is full; all of them or none. Twice is once.

    The first thing that is done in a module starts it. Raises Refused once it has begun, for whoever has not the module
    open, has done the part, has a seat in another session of it, or sits elsewhere at the same hour.
    """
    chosen = {person.pk: person for person in people}
    # One booking of a person at a time, so that no two of them overlap.
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=chosen).order_by("pk"))
    open_now = _assignments(session, chosen)
    if missing := [str(person) for pk, person in chosen.items() if pk not in open_now]:
        raise Refused(_not_open(missing, by, chosen))
    parts = {pk: _part(row, session) for pk, row in open_now.items()}
    for pk, part in parts.items():
        learning.open_part(assignment=open_now[pk], part=part, at=at)
    session = seats.lock(sessions=[session.pk])[session.pk]
    if not session.is_open(at):
        message = _("It is cancelled.") if session.is_cancelled else _("It has begun: seats can't be taken any more.")
        raise Refused(message, code="begun")
    made = [_seat(session, open_now[pk], parts[pk], by, at) for pk in chosen]
    new = [booking for booking, is_new in made if is_new]
    seats.announce(session=session, people={one.person_id for one in new if one.state == State.BOOKED}, at=at)
    deeds = [
        audit.Deed("training.seat_booked", one, changes={"state": one.state}, team=one.person.team_id) for one in new
    ]
    audit.record_many(by=by, deeds=deeds, at=at)
    return [booking for booking, _is_new in made]


def _assignments(session: Session, people: Iterable[int]) -> dict[int, Assignment]:
    """What the people have open of the module, by person, locked."""
    rows = Assignment.objects.open().filter(module=session.module_id, person__in=list(people))
    locked = rows.select_for_update(no_key=True, of=("self",)).select_related("person", "version").order_by("pk")
    return {row.person_id: row for row in locked}


def _not_open(missing: list[str], by: Person, chosen: Mapping[int, Person]) -> str:
    if set(chosen) == {by.pk}:
        return _("You have not this module open. Take it first, then choose a date.")
    return _("This module is not open for: %(names)s. Give it to them first.") % {"names": ", ".join(missing[:5])}


def _part(assignment: Assignment, session: Session) -> ModulePart:
    part = parts_of(assignment).filter(kind=ModulePart.Kind.SESSION, key=session.part_key).first()
    if part is None:
        raise Refused(_("The version that %(name)s takes has no such session.") % {"name": assignment.person.name})
    return part


def _seat(session: Session, assignment: Assignment, part: ModulePart, by: Person, at: datetime) -> tuple[Booking, bool]:
    """The booking, and whether it is new."""
    person = assignment.person
    before = assignment.bookings.open().filter(part_key=session.part_key).select_related("session").first()
    if before is not None and before.session_id == session.pk:
        return before, False
    if reason := _against(session, assignment, part, before, at):
        raise Refused(reason if by.pk == person.pk else f"{person.name}: {reason}")
    if before is not None:  # they waited for one that has begun
        Booking.objects.filter(pk=before.pk).update(state=State.CANCELLED, ended_at=at)
    has_seat = seats.free_of(session=session) > 0
    booking = session.bookings.create(
        person=person,
        assignment=assignment,
        part_key=session.part_key,
        state=State.BOOKED if has_seat else State.WAITING,
        booked_at=at,
        booked_by=by,
        seated_at=at if has_seat else None,
    )
    return booking, True


def _against(session: Session, assignment: Assignment, part: ModulePart, before: Booking | None, at: datetime) -> str:
    """Why there is no seat for them; "" when nothing speaks against it."""
    if session.trainer_id == assignment.person_id:
        return _("Whoever holds a session can't attend it.")
    if assignment.records.filter(part=part, done_at__isnull=False).exists():
        return _("This part is done already.")
    if before is not None and before.session.has_begun(at) and before.state == State.BOOKED:
        told = {"when": _when(before.session), "name": before.session.trainer.name}
        return _("Nobody has said yet who was there on %(when)s. Ask %(name)s to mark it.") % told
    if before is not None and not before.session.has_begun(at):
        return _("There is a booking for %(when)s already. Give that up first.") % {"when": _when(before.session)}
    others = Booking.objects.open().filter(
        person=assignment.person_id, session__starts_at__lt=session.ends_at, session__ends_at__gt=session.starts_at
    )
    if (other := others.select_related("session__module").first()) is not None:
        told = {"name": str(other.session.module), "when": _when(other.session)}
        return _("It overlaps with “%(name)s” on %(when)s, where there is a booking. Give that up first.") % told
    return ""


def _when(session: Session) -> str:
    return date_format(timezone.localtime(session.starts_at), "D j M, H:i")


@transaction.atomic
def give_up(*, booking: Booking, by: Person, at: datetime) -> None:
    """The seat, or the place on the waiting list, is free; whoever waits longest moves up. Twice is once.

    Raises Refused once the session has begun.
    """
    seats.lock(sessions=[booking.session_id])
    booking = Booking.objects.select_related("session", "person").get(pk=booking.pk)
    if booking.state == State.CANCELLED:
        return
    if booking.session.has_begun(at):
        raise Refused(_("It has begun: seats can't be given up any more."), code="begun")
    seats.release(bookings=Booking.objects.filter(pk=booking.pk), at=at)
    audit.record(by=by, did="training.seat_given_up", thing=booking, team=booking.person.team_id, at=at)


# --- who was there --------------------------------------------------------------------------------------------------


@transaction.atomic
def mark(*, session: Session, there: Mapping[int, bool], by: Person, at: datetime) -> int:
    """Say of each of these bookings whether its learner was there, once it has begun; how many were new. Who was there
    has done the part. The same again is no error.

    Raises Refused before it begins, when it is cancelled, and for oneself; Conflict when somebody else said otherwise.
    """
    rows = _locked(session.bookings.filter(pk__in=there))
    session = seats.lock(sessions=[session.pk])[session.pk]
    if session.is_cancelled or not session.has_begun(at):
        raise Refused(_("It is cancelled.") if session.is_cancelled else _("It has not begun yet."))
    new = [row for row in rows if row.state == State.BOOKED]
    for row in rows:
        if row.is_seat and row.state not in {State.BOOKED, _state(there[row.pk])}:
            raise Conflict(_("%(name)s is marked otherwise by now. Look again.") % {"name": row.person.name})
    if any(row.person_id == by.pk for row in new):
        raise Refused(_("Nobody says of themselves that they were there. Ask another trainer."))
    for row in new:
        _mark(row, there[row.pk], by, at)
    if new:
        Session.objects.filter(pk=session.pk).update(state=Session.State.HELD)
        deeds = [
            audit.Deed("training.attendance_marked", row, changes={"state": row.state}, team=row.person.team_id)
            for row in new
        ]
        audit.record_many(by=by, deeds=deeds, at=at)
    for row in new:
        _complete(row, at)
    return len(new)


@transaction.atomic
def correct(*, booking: Booking, there: bool, reason: str, by: Person, at: datetime) -> None:
    """Say otherwise than before, and why. Twice is once.

    Raises Refused for oneself, for what nobody has marked, and when the learner has completed the module by it; Invalid
    without a reason.
    """
    (row,) = _locked(Booking.objects.filter(pk=booking.pk))
    if row.state == _state(there):
        return
    if row.state not in Booking.MARKED:
        raise Refused(_("Nobody has said whether they were there. Mark it on the sheet of the session."))
    if row.person_id == by.pk:
        raise Refused(_("Nobody says of themselves that they were there. Ask another trainer."))
    if not row.assignment.is_open:
        message = _("The module is over for %(name)s, and what was completed stays. Give it to them again if need be.")
        raise Refused(message % {"name": row.person.name}, code="ended")
    if not reason.strip():
        raise Invalid(_("Write why."), errors={"reason": [_("Write why.")]})
    _mark(row, there, by, at, reason)
    if not there:
        records = PartRecord.objects.filter(assignment=row.assignment, part__key=row.part_key, part__kind="session")
        records.update(done_at=None)
    changes = {"state": row.state}
    audit.record(
        by=by, did="training.attendance_corrected", thing=row, changes=changes, reason=reason,
        team=row.person.team_id, at=at,
    )  # fmt: skip
    _complete(row, at)


def _locked(bookings: BookingQuerySet) -> list[Booking]:
    """These bookings as they are now. Their assignments are locked, then all sessions that may be touched."""
    keys = set(bookings.values_list("assignment", flat=True))
    list(Assignment.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    theirs = Booking.objects.open().filter(assignment__in=keys).values_list("session", flat=True)
    seats.lock(sessions=[*theirs, *bookings.values_list("session", flat=True)])
    return list(bookings.select_related("person", "assignment__version", "assignment__module").order_by("pk"))


def _state(there: bool) -> Booking.State:
    return State.ATTENDED if there else State.ABSENT


def _mark(row: Booking, there: bool, by: Person, at: datetime, reason: str = "") -> None:
    """Write it down; who was there has done the part, and keeps no seat in another session of it."""
    row.state, row.marked_at, row.marked_by, row.reason = _state(there), at, by, reason
    row.save(update_fields=["state", "marked_at", "marked_by", "reason"])
    signals.attendance_marked.send(sender=Booking, booking=row, at=at)
    if not there:
        return
    seats.release(bookings=Booking.objects.filter(assignment=row.assignment_id, part_key=row.part_key), at=at)
    part = row.assignment.version.parts.filter(kind=ModulePart.Kind.SESSION, key=row.part_key).first()
    if part is not None:
        record, _made = PartRecord.objects.get_or_create(
            assignment=row.assignment, part=part, defaults={"opened_at": at}
        )
        PartRecord.objects.filter(pk=record.pk, done_at__isnull=True).update(done_at=at)


def _complete(row: Booking, at: datetime) -> None:
    if row.state == State.ATTENDED:
        assignments.complete_if_done(assignment=row.assignment, at=at)
