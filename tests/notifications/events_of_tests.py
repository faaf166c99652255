"""Events that tests may say and unsay at will, and a team that hears of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from notifications import events
from notifications.actions import webhooks
from notifications.events import Asked, Event, News, Skip
from notifications.models import Webhook
from people.models import Person, Team
from tests.cast import NOW, make_person


class Teller:
    """What a feature would know: `says` by subject id; a missing one is told plainly, an exception is raised."""

    def __init__(self) -> None:
        self.says: dict[int, News | Skip | Exception] = {}
        self.asked: list[list[Asked]] = []

    def compose(self, asked: Sequence[Asked]) -> Mapping[int, News | Skip]:
        self.asked.append(list(asked))
        told = {}
        for one in asked:
            said = self.says.get(one.subject_id, News(f"About {one.subject_id}", data={"thing": one.subject_id}))
            if isinstance(said, Exception):
                raise said
            told[one.pk] = said
        return told


@contextmanager
def declared(key: str = "tests.happened", **options: Any) -> Iterator[tuple[Event, Teller]]:
    """An event that exists within the block."""
    teller = Teller()
    options = {"keeps": timedelta(days=4), "compose": teller.compose, **options}
    event = Event(key=key, name="Happened", about="When it did.", **options)
    events.declare_event(event)
    try:
        yield event, teller
    finally:
        del events._events[key]


def make_webhook(team: Team, address: str, *, by: Person | None = None, **options: Any) -> tuple[Webhook, str]:
    """A webhook that is on, of the generic form unless told; and its secret."""
    options = {"name": "Receiver", "form": "generic", "teams_below": False, "at": NOW, **options}
    options.setdefault("events", [event.key for event in events.all_events()])
    return webhooks.add_webhook(
        team=team, address=address, time_zone="Europe/London", by=by or make_person("Mae Maker"), **options
    )
