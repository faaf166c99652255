"""What calendars may know: due days, at the end of the person's working day and half an hour long; live sessions."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from notifications.calendars import Event
from people.models import Person
from training.models import Assignment, Booking, Extension, Session

LONG = timedelta(minutes=30)


def due_days_of(person: Person, since: datetime, until: datetime) -> list[Event]:
    """For the person's feed: what they have open and when it is due. What is done or taken back is there no more; what
    was moved stands at its new day. Two queries."""
    # A day is due where the person is: a day more on both sides holds it, wherever that is.
    days = (since.date() - timedelta(days=1), until.date() + timedelta(days=1))
    rows = Assignment.objects.open().filter(person=person, due_on__range=days).select_related("module", "version")
    moved: dict[int, int] = {}
    for key in Extension.objects.filter(assignment__in=rows).values_list("assignment", flat=True):
        moved[key] = moved.get(key, 0) + 1
    events = (_event(row, person, moved.get(row.pk, 0)) for row in rows.order_by("due_on", "pk"))
    return [event for event in events if event.ends_at > since and event.starts_at < until]


def _event(row: Assignment, person: Person, moved: int) -> Event:
    address = f"{settings.PUBLIC_URL}{row.get_absolute_url()}"
    if row.due_on is None:
        raise ValueError(f"Assignment {row.pk} has no day.")
    ends_at = datetime.combine(row.due_on, person.work_ends, tzinfo=person.zone)
    return Event(
        uid=f"assignment-{row.pk}@{urlsplit(settings.PUBLIC_URL).hostname}",
        sequence=moved,
        starts_at=ends_at - LONG,
        ends_at=ends_at,
        summary=_("Due: %(module)s") % {"module": row.module.name},
        description="\n".join([_("It takes about %(n)d minutes.") % {"n": row.minutes}, address]),
        url=address,
    )


def sessions_of(person: Person, since: datetime, until: datetime) -> list[Event]:
    """For the person's feed: sessions in which they have a seat, and those they hold, the cancelled ones marked. One
    query."""
    seat = Booking.objects.seated().filter(session=OuterRef("pk"), person=person)
    rows = Session.objects.filter(Q(trainer=person) | Exists(seat), ends_at__gt=since, starts_at__lt=until)
    return [session_event(row) for row in rows.with_title().order_by("starts_at", "pk")]


def session_event(session: Session, *, cancelled: bool | None = None) -> Event:
    """The session, of a row `with_title`, for somebody with a seat or who holds it. Left alone, it is `cancelled` when
    the session is."""
    address = f"{settings.PUBLIC_URL}{session.get_absolute_url()}"
    title: str = session.title  # type: ignore[attr-defined]
    return Event(
        uid=f"session-{session.pk}@{urlsplit(settings.PUBLIC_URL).hostname}",
        sequence=session.sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=title,
        description="\n".join(filter(None, [session.module.name, session.link, address])),
        place=session.place or session.link,
        url=address,
        cancelled=session.is_cancelled if cancelled is None else cancelled,
    )
