"""An interview as a calendar file (RFC 5545). Pure: values in, bytes out.

Times are written as instants (UTC), so that every calendar shows them in its owner's zone, on both sides of a change of
the clocks. What the file says is for the panel: nobody's judgement, and no name that the reader must not know.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

PRODUCT = "-//Rapport//Interviews//EN"
BEFORE = timedelta(minutes=15)


@dataclass(frozen=True)
class Sitting:
    """One interview as one person's calendar may know it. `uid` never changes; `sequence` rises with every change."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    place: str
    url: str
    cancelled: bool


def calendar_file(sitting: Sitting, *, alarm: str, at: datetime) -> bytes:
    """The file: one event, published, with an alarm a quarter of an hour before (none once cancelled)."""
    event = Event()
    event.add("uid", sitting.uid)
    event.add("sequence", sitting.sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", sitting.starts_at.astimezone(UTC))
    event.add("dtend", sitting.ends_at.astimezone(UTC))
    event.add("summary", sitting.summary)
    event.add("description", sitting.description)
    if sitting.place:
        event.add("location", sitting.place)
    event.add("url", sitting.url)
    event.add("status", "CANCELLED" if sitting.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    if not sitting.cancelled:
        reminder = Alarm()
        reminder.add("action", "DISPLAY")
        reminder.add("trigger", -BEFORE)
        reminder.add("description", alarm)
        event.add_component(reminder)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if sitting.cancelled else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
