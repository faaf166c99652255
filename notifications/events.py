"""What a feature declares before it may speak to a whole team: its events, in its own app, at the start of the process.

An event is not a kind with another channel: a kind is composed for one reader and may say what that reader may know,
and an event for everybody in a chat. So each has a composer of its own, written for that audience, and nothing that is
told to a person gets into a chat by a setting.

OPENING_OPENED = Event(
    key="hiring.opening_opened",
    name=_("Opening opened"),
    about=_("When one of the team's openings takes applications."),
    compose=opening_opened,
)
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from notifications.cards import News
from notifications.kinds import Skip, Text, UnknownKind

__all__ = [
    "Asked", "Compose", "Event", "News", "Skip", "UnknownKind", "all_events", "declare_event", "event_of",
]  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One message that is about to be posted, at the moment `at`. `teams` are those whose facts its chat may hear."""

    pk: int
    subject_id: int
    occurrence: str
    at: datetime
    teams: frozenset[int]
    zone: ZoneInfo
    language: str

    @contextmanager
    def voice(self) -> Iterator[None]:
        """Within it, words and hours are in the chat's language and zone: compose what is read there inside."""
        with translation.override(self.language), timezone.override(self.zone):
            yield


Compose = Callable[[Sequence[Asked]], Mapping[int, News | Skip]]


@dataclass(frozen=True)
class Event:
    """One kind of fact that is fit for a chat of a team. `keeps`: how late is too late."""

    key: str
    name: Text
    about: Text
    compose: Compose
    keeps: timedelta = timedelta(days=4)


_events: dict[str, Event] = {}


def declare_event(*events: Event) -> None:
    """Make the events known; once each, from the app's ready()."""
    for event in events:
        if _events.setdefault(event.key, event) is not event:
            raise ValueError(f"Two events are called {event.key}.")


def event_of(key: str) -> Event:
    """Raises UnknownKind."""
    try:
        return _events[key]
    except KeyError:
        raise UnknownKind(key) from None


def all_events() -> list[Event]:
    """Every declared event, app by app."""
    return sorted(_events.values(), key=lambda event: event.key)
