"""Invitations to live sessions: what whoever has a seat, whoever waits for one and whoever holds it is told, with what
their calendars need to follow (iTIP). And what comes of it: the day before, and who was there.

What to tell is worked out when it leaves, from the session as it stands and from what was told before:
notifications/steps.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.http import address_of
from notifications.kinds import Channel, Content, Due, Invite, Kind, Skip
from notifications.steps import Past, hour_of
from training import policies, samples
from training.models import Booking, Session
from training.reports.calendars import session_event

Told = Mapping[int, Content | Skip]


def _each(due: Sequence[Due]) -> Iterator[tuple[Due, Session | None, Booking | None]]:
    """Each with its session, and its reader's last booking there. Two queries."""
    keys = {one.subject_id for one in due}
    sessions = Session.objects.with_title().in_bulk(list(keys))
    rows = Booking.objects.filter(session__in=keys, person__in=[one.recipient.pk for one in due if one.recipient])
    last = {(row.session_id, row.person_id): row for row in rows.order_by("pk")}
    for one in due:
        with one.voice():
            reader = one.recipient.pk if one.recipient else 0
            yield one, sessions.get(one.subject_id), last.get((one.subject_id, reader))


def _holds(one: Due, session: Session) -> bool:
    return one.recipient is not None and session.trainer_id == one.recipient.pk


# --- booked, moved up, moved, cancelled ------------------------------------------------------------------------------


def _changes(due: Sequence[Due]) -> Told:
    told: dict[int, Content | Skip] = {}
    for one, session, booking in _each(due):
        if session is None or one.recipient is None or not (booking or _knew(one, session)):
            told[one.pk] = Skip("not visible")
        else:
            told[one.pk] = _of_change(one, session, booking)
    return told


def _knew(one: Due, session: Session) -> bool:
    """Whether the session is or was theirs to hold."""
    return _holds(one, session) or any(one.beside.values())


def _of_change(one: Due, session: Session, booking: Booking | None) -> Content | Skip:
    past = Past.of(one.occurrence, one.beside)
    invited = not session.is_cancelled and (_holds(one, session) or (booking is not None and booking.is_seat))
    waits = booking is not None and booking.state == Booking.State.WAITING
    if reason := _against(one, session, past, invited=invited, waits=waits):
        return Skip(reason)
    return Content(
        title=_title(one, session, booking, past, invited=invited) % _names(session),
        text=_text(one, session, past, invited=invited, waits=waits),
        href=session.get_absolute_url(),
        action=_("See the session"),
        next=_("We remind you the day before.") if invited and session.starts_at - timedelta(days=1) > one.at else "",
        thread=f"session-{session.pk}",
        invite=Invite(session_event(session, cancelled=not invited), one.at) if invited or past.stands else None,
    )


def _against(one: Due, session: Session, past: Past, *, invited: bool, waits: bool) -> str:
    """Why there is nothing to tell; "" when there is."""
    if past.is_overtaken:
        return "a later one goes"
    ends = [session.ends_at, *([past.stands.starts_at] if past.stands else [])]
    if max(ends) <= one.at:
        return "over"
    return "" if invited or waits or past.stands or session.is_cancelled else "never invited"


def _title(one: Due, session: Session, booking: Booking | None, past: Past, *, invited: bool) -> str:
    if session.is_cancelled:
        return _("Cancelled: %(title)s, %(when)s")
    if not invited:
        waits = booking is not None and booking.state == Booking.State.WAITING
        return _("New time of what you wait for: %(title)s, %(when)s") if waits else _("Off: %(title)s, %(when)s")
    if past.moved(session.starts_at):
        return _("New time: %(title)s, %(when)s")
    if past.stands is not None:
        return _("Changed: %(title)s, %(when)s")
    if _holds(one, session):
        return _("You hold: %(title)s, %(when)s")
    came_free = booking is not None and booking.was_waited_for
    return _("A seat came free for you: %(title)s, %(when)s") if came_free else _("Your seat: %(title)s, %(when)s")


def _text(one: Due, session: Session, past: Past, *, invited: bool, waits: bool) -> list[str]:
    lines = [str(session.module)]
    if session.is_cancelled:
        lines.append(session.reason)
        if not _holds(one, session):
            lines.append(_("Choose another date on the page of the module."))
    elif invited or waits:
        lines += _when_and_where(session, past, link=invited)
        if waits:
            lines.append(_("You are on the waiting list: whoever waits longest moves up by themselves."))
        elif not _holds(one, session):
            lines.append(_("If you can't come, give your seat up on its page: somebody else gets it."))
    else:
        lines.append(_("You have no seat there any more."))
    gone = past.stands and not invited and one.channel == Channel.MAIL
    return [*lines, _("Your calendar program takes it out, or asks whether it may.")] if gone else lines


def _when_and_where(session: Session, past: Past, *, link: bool) -> list[str]:
    hours = {"when": _day_and_hour(session.starts_at), "until": _hour(session.ends_at)}
    lines = [_("When: %(when)s to %(until)s") % hours]
    if past.stands and past.moved(session.starts_at):
        lines.insert(0, _("Was: %(when)s") % {"when": _day_and_hour(past.stands.starts_at)})
    where = [session.place, session.link if link else ""]
    return [*lines, *(_("Where: %(place)s") % {"place": one} for one in where if one)]


def _names(session: Session) -> dict[str, str]:
    title: str = session.title  # type: ignore[attr-defined]
    return {"title": title, "when": _day_and_hour(session.starts_at)}


def _day_and_hour(moment: datetime) -> str:
    """The day by its name: unlike a reminder, an invitation is read for weeks."""
    return date_format(timezone.localtime(moment), "l j F, H:i")


def _hour(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")


# --- tomorrow --------------------------------------------------------------------------------------------------------


def _tomorrow(due: Sequence[Due]) -> Told:
    told: dict[int, Content | Skip] = {}
    for one, session, booking in _each(due):
        if session is None or not (_holds(one, session) or (booking is not None and booking.is_seat)):
            told[one.pk] = Skip("no seat")
        elif session.is_cancelled or session.has_begun(one.at):
            told[one.pk] = Skip("cancelled" if session.is_cancelled else "begun")
        elif one.occurrence != hour_of(session.starts_at):
            told[one.pk] = Skip("moved")
        else:
            told[one.pk] = _of_tomorrow(session)
    return told


def _of_tomorrow(session: Session) -> Content:
    return Content(
        title=_("Soon: %(title)s, %(when)s") % _names(session),
        text=[str(session.module), *_when_and_where(session, Past(None, is_overtaken=False), link=True)],
        href=session.get_absolute_url(),
        action=_("See the session"),
        thread=f"session-{session.pk}",
    )


# --- who was there ---------------------------------------------------------------------------------------------------


def _to_mark(due: Sequence[Due]) -> Told:
    told: dict[int, Content | Skip] = {}
    unmarked = Booking.objects.filter(session__in=[one.subject_id for one in due], state=Booking.State.BOOKED)
    open_now = set(unmarked.values_list("session", flat=True))
    for one, session, _booking in _each(due):
        if session is None or one.recipient is None or not policies.can_run_session(one.recipient, session):
            told[one.pk] = Skip("not visible")
        elif session.is_cancelled or session.pk not in open_now:
            told[one.pk] = Skip("cancelled" if session.is_cancelled else "marked")
        else:
            told[one.pk] = Content(
                title=_("Who was there: %(title)s, %(when)s") % _names(session),
                text=[str(session.module), _("They have done the part when you say that they were there.")],
                href=address_of("training:session-attendance", session.pk),
                action=_("Mark who was there"),
                thread=f"session-{session.pk}",
            )
    return told


# --- kinds -----------------------------------------------------------------------------------------------------------

# Told as long as there is something to come to. A mail in doubt is not repeated but stays one that may have arrived: so
# a cancellation that follows it goes out.
SESSION = Kind(
    key="training.session",
    name=gettext_lazy("Invitations to live sessions"),
    about=gettext_lazy(
        "When you have a seat, when one comes free for you, and when a session is moved, changed or cancelled. Your"
        " calendar follows by it."
    ),
    compose=_changes,
    keeps=timedelta(days=60),
    follows=True,
    sample=samples.session,
)
SESSION_TOMORROW = Kind(
    key="training.session_tomorrow",
    name=gettext_lazy("Session tomorrow"),
    about=gettext_lazy("A day before a live session in which you have a seat, or which you hold."),
    compose=_tomorrow,
    keeps=timedelta(hours=23),
    repeats=True,
    sample=samples.session_tomorrow,
)
ATTENDANCE = Kind(
    key="training.attendance",
    name=gettext_lazy("Attendance to mark"),
    about=gettext_lazy("When a session that you held is over, and two days later if nobody has said who was there."),
    compose=_to_mark,
    keeps=timedelta(days=2),
    sample=samples.attendance,
)
KINDS = (SESSION, SESSION_TOMORROW, ATTENDANCE)
