"""Leave: recorded, given another end, taken back. What features make of it they hear from a signal, in the same
transaction."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people import signals
from people.actions import audit
from people.models import Leave, Person

LONGEST = timedelta(days=1100)
NEAR = timedelta(days=730)  # how far from today it may begin


@transaction.atomic
def record_leave(*, person: Person, from_on: date, until_on: date, by: Person | None, at: datetime) -> Leave:
    """The person is away on these days, both counted. Raises Refused for a leaver and where it overlaps another, and
    Invalid for days that cannot be."""
    person = _held(person)
    if not person.is_active:
        raise Refused(_("%(name)s has left.") % {"name": person.name})
    if abs(from_on - at.astimezone(person.zone).date()) > NEAR:
        _refuse("from_on", _("Choose a day within two years from today."))
    _refuse_days(person, from_on, until_on)
    leave = Leave.objects.create(person=person, from_on=from_on, until_on=until_on, recorded_by=by, recorded_at=at)
    _tell("people.leave_recorded", leave, by, at)
    return leave


@transaction.atomic
def end_leave(*, leave: Leave, until_on: date, by: Person | None, at: datetime) -> None:
    """Its last day is another one, earlier or later. Raises as record_leave does, and once it was taken back."""
    leave = _current(leave)
    if until_on == leave.until_on:
        return
    _refuse_days(leave.person, leave.from_on, until_on, leave)
    Leave.objects.filter(pk=leave.pk).update(until_on=until_on)
    leave.until_on = until_on
    _tell("people.leave_moved", leave, by, at)


@transaction.atomic
def cancel_leave(*, leave: Leave, by: Person | None, at: datetime) -> None:
    """As if it had not been. Raises Refused the second time."""
    leave = _current(leave)
    Leave.objects.filter(pk=leave.pk).update(cancelled_at=at)
    _tell("people.leave_cancelled", leave, by, at)


def _held(person: Person) -> Person:
    """Locked until the transaction ends, so that two leaves recorded at once see each other."""
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _current(leave: Leave) -> Leave:
    person = _held(leave.person)
    leave = Leave.objects.get(pk=leave.pk)
    leave.person = person
    if leave.cancelled_at is not None:
        raise Refused(_("This leave was taken back already."))
    return leave


def _refuse_days(person: Person, from_on: date, until_on: date, leave: Leave | None = None) -> None:
    if until_on < from_on:
        _refuse("until_on", _("It ends before it begins."))
    if until_on - from_on > LONGEST:
        _refuse("until_on", _("Record three years at most."))
    others = Leave.objects.touching(from_on, until_on).filter(person=person)
    if any(other != leave for other in others):
        raise Refused(_("Another leave is on record for some of these days. Change that one."))


def _refuse(name: str, message: str) -> None:
    raise Invalid(message, errors={name: [message]})


def _tell(did: str, leave: Leave, by: Person | None, at: datetime) -> None:
    signals.leave_changed.send(sender=Leave, person=leave.person, by=by, at=at)
    changes = {"from": leave.from_on, "until": leave.until_on}
    audit.record(by=by, did=did, thing=leave, changes=changes, team=leave.person.team_id, at=at)
