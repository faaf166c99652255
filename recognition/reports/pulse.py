"""How somebody stands to the pulse of the month."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from people.models import Person
from recognition.models import Pulse, PulsePart
from recognition.pulse_groups import DAYS, first_of, last_of


@dataclass(frozen=True)
class Standing:
    """`pulse` while the person may answer; `answered` when they have; `opens_on` is the first day, theirs, of the
    month's days."""

    pulse: Pulse | None
    answered: bool
    opens_on: date


def standing(person: Person, at: datetime) -> Standing:
    """For the person themselves alone: nobody else is told whether they have answered. At most two queries."""
    today = at.astimezone(person.zone).date()
    opens_on = last_of(today) - timedelta(days=DAYS - 1)
    if person.team_id is None or today < opens_on:
        return Standing(None, False, opens_on)
    pulse = Pulse.objects.filter(month=first_of(today)).first()
    if pulse is None or not pulse.is_open_to(person, at):
        return Standing(None, False, opens_on)
    return Standing(pulse, PulsePart.objects.filter(pulse=pulse, person=person).exists(), opens_on)
