"""What sealing and blindness rest on: on which applications a person still sits before reveal, or owes a scorecard."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from people.models import Person

NEVER = models.Value(value=False, output_field=models.BooleanField())


@dataclass(frozen=True)
class OpenSeats:
    """The keys of applications on whose live panels a person sits: `owing` without having submitted, revealed or not;
    `unrevealed` before reveal, submitted or not. `owed` are the interviews behind `owing`."""

    owing: frozenset[int]
    unrevealed: frozenset[int]
    owed: frozenset[int]


def open_seats(person: "Person") -> OpenSeats | None:
    """The person's open seats, read once, where they only read (Person.only_reads). Nearly always they are few or none,
    and then the guards that all rows of a page go through cost nothing. None where seats may change under our hands:
    the database is asked each time."""
    if not person.only_reads:
        return None
    known: dict[str, OpenSeats] = person.__dict__
    if "open_seats" not in known:
        known["open_seats"] = _read(person)
    return known["open_seats"]


def _read(person: "Person") -> OpenSeats:
    from hiring.models.interviews import Panellist

    seats = Panellist.objects.filter(person=person).live()
    still_open = models.Q(scorecard__submitted_at__isnull=True) | models.Q(interview__revealed_at__isnull=True)
    found = seats.filter(still_open).values_list(
        "interview", "interview__application", "interview__revealed_at", "scorecard__submitted_at"
    )
    rows = list(found)
    owed = [(interview, application) for interview, application, _revealed, submitted in rows if submitted is None]
    return OpenSeats(
        owing=frozenset(application for _interview, application in owed),
        unrevealed=frozenset(application for _, application, revealed, _submitted in rows if revealed is None),
        owed=frozenset(interview for interview, _application in owed),
    )


def seats_before_reveal(person: "Person", outer: str, *, owing: bool) -> models.Exists | models.Expression:
    """Whether the person sits on a live, unrevealed panel (`owing`: has not submitted yet, revealed or not) of the
    application at `outer`. The one statement on which sealing and blindness rest."""
    from hiring.models.interviews import Panellist

    if (known := open_seats(person)) is not None:
        return _is_one_of(outer, known.owing if owing else known.unrevealed)
    seats = Panellist.objects.filter(interview__application=models.OuterRef(outer), person=person).live()
    return models.Exists(seats.owing() if owing else seats.filter(interview__revealed_at__isnull=True))


def masking(person: "Person", blind: str, application: str) -> models.Expression:
    """Whether the identity behind the application is hidden from the person; `blind` is the path to the opening's."""
    hidden = seats_before_reveal(person, application, owing=False)
    if hidden is NEVER:
        return NEVER
    return models.Case(
        models.When(**{blind: True}, then=hidden),
        default=models.Value(value=False),
        output_field=models.BooleanField(),
    )


def _is_one_of(outer: str, keys: Collection[int]) -> models.Expression:
    if not keys:
        return NEVER
    return models.ExpressionWrapper(models.Q(**{f"{outer}__in": sorted(keys)}), output_field=models.BooleanField())
