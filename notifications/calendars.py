"""Calendar files (RFC 5545) and invitations by mail (iTIP, RFC 5546). Pure: values in, bytes out.

The one place that makes a VEVENT: for a file to download, an invitation and a feed. Times are written as instants
(UTC), so that every calendar shows them in its owner's zone, on both sides of a change of the clocks. Whatever the
texts hold, they stay text: none of them can end its line and begin a property of its own.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from icalendar import Alarm, Calendar, vCalAddress, vText
from icalendar import Event as VEvent

# The number rises when files of the same events come to look different, so that feeds are fetched anew.
PRODUCT = "-//Rapport//Calendar 1//EN"
BEFORE = timedelta(minutes=15)
REFRESH = timedelta(hours=1)
# Ends of lines and what some programs take for one; and controls, which RFC 5545 forbids.
_BREAKS = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x09\x0e-\x1f\x7f-\x9f]")


class Method(StrEnum):
    """What a file asks a calendar program to do."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Party:
    """Who invites, or is invited."""

    name: str
    address: str


@dataclass(frozen=True)
class Event:
    """One event as one reader's calendar may know it. `uid` never changes; `sequence` rises with every change that the
    reader is told of. `private`: others who may look into the reader's calendar see that there is something, not what.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str = ""
    place: str = ""
    url: str = ""
    cancelled: bool = False
    private: bool = True


@dataclass(frozen=True)
class Invite:
    """An event to be offered to its reader's calendar, or taken out of it when it is cancelled: what a mail carries.
    `at` is the moment for which this holds; `optional`: the reader may be missing."""

    event: Event
    at: datetime
    optional: bool = False

    @property
    def method(self) -> Method:
        return Method.CANCEL if self.event.cancelled else Method.REQUEST


def file_of(event: Event, *, at: datetime, alarm: str = "") -> bytes:
    """A file to download. With `alarm`, its text comes up a quarter of an hour before; never once it is cancelled."""
    made = _vevent(event, at)
    if alarm and not event.cancelled:
        reminder = Alarm()
        reminder.add("action", "DISPLAY")
        reminder.add("trigger", -BEFORE)
        reminder.add("description", _text(alarm))
        made.add_component(reminder)
    return _bytes(_calendar(Method.CANCEL if event.cancelled else Method.PUBLISH), [made])


def invitation(invite: Invite, *, organizer: Party, attendee: Party) -> bytes:
    """The part of a mail that makes its program offer yes and no, or takes the event out of the calendar.

    The one attendee is whoever the mail goes to: who else is invited is not told.
    """
    made = _vevent(invite.event, invite.at)
    made.add("organizer", _party(organizer))
    invited = _party(attendee)
    invited.params["ROLE"] = vText("OPT-PARTICIPANT" if invite.optional else "REQ-PARTICIPANT")
    invited.params["PARTSTAT"] = vText("NEEDS-ACTION")
    invited.params["RSVP"] = vText("FALSE")  # nobody reads the answer: the panel is set in the portal
    made.add("attendee", invited)
    return _bytes(_calendar(invite.method), [made])


def feed(events: Iterable[Event], *, name: str, at: datetime) -> bytes:
    """A calendar to subscribe to."""
    calendar = _calendar(Method.PUBLISH)
    calendar.add("name", _line(name))
    calendar.add("x-wr-calname", _line(name))
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return _bytes(calendar, [_vevent(event, at) for event in events])


def fingerprint(events: Sequence[Event], *, name: str) -> str:
    """The same for the same events, whenever it is asked; another for any others."""
    return hashlib.sha256(repr((PRODUCT, name, events)).encode()).hexdigest()[:32]


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _vevent(event: Event, at: datetime) -> VEvent:
    made = VEvent()
    made.add("uid", event.uid)
    made.add("sequence", event.sequence)
    made.add("dtstamp", at.astimezone(UTC))
    made.add("dtstart", event.starts_at.astimezone(UTC))
    made.add("dtend", event.ends_at.astimezone(UTC))
    made.add("summary", _line(event.summary))
    for name, text in (("description", _text(event.description)), ("location", _line(event.place))):
        if text:
            made.add(name, text)
    if event.url:
        made.add("url", event.url)
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    if event.private:
        made.add("class", "PRIVATE")
    return made


def _party(party: Party) -> vCalAddress:
    made = vCalAddress(f"mailto:{party.address}")
    # Quotes cannot stand in a parameter; the way round them (RFC 6868) is shown as it is by some programs.
    made.params["CN"] = vText(_line(party.name).replace('"', "'"))
    return made


def _bytes(calendar: Calendar, events: Iterable[VEvent]) -> bytes:
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _text(text: str) -> str:
    return _CONTROLS.sub(" ", _BREAKS.sub("\n", text))


def _line(text: str) -> str:
    return " ".join(_text(text).split())
