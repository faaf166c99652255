"""What a feature puts into its people's calendars: declared at the start of the process, as kinds are. Pure.

    sources.declare("hiring.interviews", interviews_of)

A source is asked for one person and a span of time, and answers with events as that person may know them, in the
language and zone in force, in a number of queries that does not grow with the events.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from notifications.calendars import Event

if TYPE_CHECKING:
    from people.models import Person

Source = Callable[["Person", datetime, datetime], Iterable[Event]]

_sources: dict[str, Source] = {}


def declare(key: str, source: Source) -> None:
    """Make a source known; once each, from the app's ready()."""
    if _sources.setdefault(key, source) is not source:
        raise ValueError(f"Two sources are called {key}.")


def events_of(person: "Person", since: datetime, until: datetime) -> list[Event]:
    """Everything that touches the span, the earliest first. A source that fails fails the whole: a calendar that got
    less would take the rest for cancelled."""
    found = [event for key in sorted(_sources) for event in _sources[key](person, since, until)]
    return sorted(found, key=lambda event: (event.starts_at, event.uid))
