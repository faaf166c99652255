"""Seats of sessions: the one place that gives a free one to whoever waits, with the session's row locked.

Locks are taken in one order everywhere: people, assignments, sessions by their keys, and the audit trail's head last.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from people.models import Person
from training import signals
from training.models import Booking, Session
from training.models.sessions import BookingQuerySet

State = Booking.State


def lock(*, sessions: Iterable[int]) -> Mapping[int, Session]:
    """These sessions as they are now, by their keys, locked until the transaction ends."""
    rows = Session.objects.select_for_update(no_key=True).filter(pk__in=set(sessions)).order_by("pk")
    return {row.pk: row for row in rows}


def free_of(*, session: Session) -> int:
    """How many seats nobody has. The caller has locked it."""
    return session.seats - session.bookings.seated().count()


@transaction.atomic
def fill(*, session: Session, at: datetime) -> list[int]:
    """Give its free seats to those who wait, first come first; whom. Nobody moves up once it has
    begun, and nobody who has left. The caller has locked it, and announces it.
    """
    free = free_of(session=session) if session.is_open(at) else 0
    if free <= 0:
        return []
    moving = list(session.bookings.waiting().filter(person__is_active=True)[:free])
    Booking.objects.filter(pk__in=[one.pk for one in moving]).update(state=State.BOOKED, seated_at=at)
    return [one.person_id for one in moving]


@transaction.atomic
def release(*, bookings: BookingQuerySet, at: datetime) -> int:
    """Give up those of these that are open, fill the seats, and tell whom it concerns; how many."""
    sessions = lock(sessions=bookings.open().values_list("session", flat=True))
    count = 0
    for session in sessions.values():
        rows = list(bookings.open().filter(session=session))
        Booking.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.CANCELLED, ended_at=at)
        left = {row.person_id for row in rows if row.state == State.BOOKED}
        announce(session=session, people={*left, *fill(session=session, at=at)}, at=at)
        count += len(rows)
    return count


@transaction.atomic
def tidy(*, at: datetime) -> int:
    """End what waits for a session that has begun, and tell who waited; give up the seats of who has left; how many."""
    begun = Booking.objects.filter(state=State.WAITING, session__starts_at__lte=at)
    in_vain = list(begun)
    gone = Booking.objects.filter(
        Exists(Person.objects.filter(pk=OuterRef("person"), is_active=False)), session__starts_at__gt=at
    )
    ended = release(bookings=begun, at=at)
    signals.waited_in_vain.send(sender=Booking, bookings=in_vain, at=at)
    return ended + release(bookings=gone, at=at)


def announce(*, session: Session, people: Collection[int], at: datetime) -> None:
    """Calendars of these people follow: the session's sequence rises, once for all of them."""
    if people:
        session.sequence += 1
        session.save(update_fields=["sequence"])
        signals.session_changed.send(sender=Session, session=session, people=frozenset(people), at=at)
