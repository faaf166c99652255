"""Live sessions: planned, changed, called off."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person
from training.actions import seats as seating
from training.models import Booking, Module, ModulePart, Session

EDITABLE = ("starts_at", "ends_at", "place", "link", "trainer", "seats")
IN_CALENDARS = {"starts_at", "ends_at", "place", "link"}


@transaction.atomic
def plan_session(
    *,
    module: Module,
    part_key: str,
    starts_at: datetime,
    ends_at: datetime,
    trainer: Person,
    seats: int,
    by: Person,
    at: datetime,
    place: str = "",
    link: str = "",
) -> Session:
    """A date on which a part of the module can be attended; whoever holds it is told.

    Raises Invalid for a day that is over, Refused when no published version has such a part.
    """
    parts = ModulePart.objects.filter(version__module=module, key=part_key, kind=ModulePart.Kind.SESSION)
    if not parts.exclude(version__state="draft").exists():
        raise Refused(_("“%(name)s” has no such live session.") % {"name": module.name})
    session = Session(
        module=module, part_key=part_key, starts_at=starts_at, ends_at=ends_at, place=place, link=link, trainer=trainer,
        seats=seats, created_by=by, created_at=at,
    )  # fmt: skip
    _check(session, at)
    session.save()
    seating.announce(session=session, people={trainer.pk}, at=at)
    audit.record(by=by, did="training.session_planned", thing=session, changes={"starts_at": starts_at}, at=at)
    return session


@transaction.atomic
def change_session(*, session: Session, by: Person, at: datetime, **changes: Any) -> Session:
    """Move it, or change its place, its trainer, its seats. New seats go to those who wait, first come first; everybody
    who has a seat or waits is told of another hour or place.

    Raises Refused once it has begun or is cancelled, Invalid for fewer seats than are taken.
    """
    if unknown := set(changes) - set(EDITABLE):
        raise TypeError(f"change_session does not take {', '.join(sorted(unknown))}")
    session = _open(session, at)
    before = session.trainer_id
    changed = [name for name, value in changes.items() if getattr(session, name) != value]
    if not changed:
        return session
    for name in changed:
        setattr(session, name, changes[name])
    _check(session, at)
    _check_seats(session)
    session.save(update_fields=changed)
    told = set(seating.fill(session=session, at=at))
    if IN_CALENDARS.intersection(changed):
        told |= {session.trainer_id, *session.bookings.open().values_list("person_id", flat=True)}
    if session.trainer_id != before:
        told |= {before, session.trainer_id}
    seating.announce(session=session, people=told, at=at)
    audit.record(by=by, did="training.session_changed", thing=session, changes={"fields": changed}, at=at)
    return session


@transaction.atomic
def cancel_session(*, session: Session, reason: str, by: Person, at: datetime) -> Session:
    """It does not take place: seats and places on the waiting list are gone, and everybody who had one is told.

    It can be said of one that has begun, too, until somebody was marked. Raises Refused after that, Invalid without a
    reason. Twice is once.
    """
    session = seating.lock(sessions=[session.pk])[session.pk]
    if session.is_cancelled:
        return session
    if not session.is_planned:
        raise Refused(_("It was held: somebody has marked who was there."))
    if not reason.strip():
        raise Invalid(_("Write why it is cancelled."), errors={"reason": [_("Write why it is cancelled.")]})
    people = {session.trainer_id, *session.bookings.open().values_list("person_id", flat=True)}
    session.state, session.reason = Session.State.CANCELLED, reason
    session.save(update_fields=["state", "reason"])
    session.bookings.open().update(state=Booking.State.CANCELLED, ended_at=at)
    seating.announce(session=session, people=people, at=at)
    audit.record(by=by, did="training.session_cancelled", thing=session, reason=reason, at=at)
    return session


def _open(session: Session, at: datetime) -> Session:
    """As it is now, locked, if it can still be changed."""
    session = seating.lock(sessions=[session.pk])[session.pk]
    if not session.is_open(at):
        message = _("It is cancelled.") if session.is_cancelled else _("It has begun: plan another one.")
        raise Refused(message, code="begun")
    return session


def _check(session: Session, at: datetime) -> None:
    errors: dict[str, list[str]] = {}
    if session.has_begun(at):
        errors["date"] = [_("This moment is over. Choose a later one.")]
    if session.ends_at <= session.starts_at:
        errors["minutes"] = [_("It ends before it begins.")]
    if not session.place and not session.link:
        errors["place"] = [_("Say where it is: a place, a link, or both.")]
    if not session.trainer.is_active:
        errors["trainer"] = [_("%(name)s has left.") % {"name": session.trainer.name}]
    if errors:
        raise Invalid(next(iter(errors.values()))[0], errors=errors)


def _check_seats(session: Session) -> None:
    taken = session.bookings.seated().count()
    if session.seats < taken:
        message = ngettext("%(n)d seat is taken already.", "%(n)d seats are taken already.", taken) % {"n": taken}
        raise Invalid(message, errors={"seats": [message]})
    if session.bookings.open().filter(person=session.trainer_id).exists():
        message = _("They have a seat in it themselves: whoever holds it can't attend it.")
        raise Invalid(message, errors={"trainer": [message]})
