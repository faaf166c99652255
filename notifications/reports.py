"""Notices as their readers may see them now, composed anew since the ledger keeps no words; and how they want them."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Literal

from django.db.models import Count

from notifications.kinds import (
    PERSONAL_DIGEST,
    Cadence,
    Channel,
    Content,
    Due,
    Kind,
    Skip,
    UnknownKind,
    kind_of,
    name_of,
)  # fmt: skip
from notifications.models import Delivery, OutsiderWish, Preference, QuietHours, Suppression
from notifications.occurrences import Quiet, Rhythm, instant
from notifications.switches import Switch, mark_of
from people.models import Person
from people.models.person import WEEKDAYS

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """One notice of an inbox. Without `is_open` its matter is over, and `title` says only of what kind it was."""

    pk: int
    kind: str
    title: str
    text: Sequence[str]
    action: str
    at: datetime
    is_read: bool
    is_open: bool


def lines_of(deliveries: Iterable[Delivery]) -> list[Line]:
    """The rows with words around them, in their order; each kind is asked once."""
    rows = list(deliveries)
    told = _told(rows)
    return [_line(row, told.get(row.pk)) for row in rows]


def gathered(deliveries: Iterable[Delivery], at: datetime) -> list[tuple[Delivery, Content]]:
    """The rows that are still to be told at the moment, with their words; each kind is asked once."""
    rows = list(deliveries)
    told = _told(rows, at)
    found = ((row, told.get(row.pk)) for row in rows)
    return [(row, content) for row, content in found if isinstance(content, Content)]


def open_href(delivery: Delivery) -> str:
    """Where the notice leads now; "" when its matter is over."""
    outcome = _told([delivery]).get(delivery.pk)
    return outcome.href if isinstance(outcome, Content) else ""


def dues_of(kind: Kind, rows: Sequence[Delivery], at: datetime | None = None) -> list[Due]:
    """The rows as their kind is asked about them: at the moment, or at that at which each was told."""
    beside = _beside(kind, rows) if kind.follows else {}
    return [due_of(row, at or row.sent_at or row.due_at, beside.get(row.key[:2] + row.key[3:])) for row in rows]


def due_of(row: Delivery, at: datetime, beside: Mapping[str, bool] | None = None) -> Due:
    """One row as its kind is asked about it."""
    others = {occurrence: told for occurrence, told in (beside or {}).items() if occurrence != row.occurrence}
    return Due(row.pk, row.subject_id, row.occurrence, Channel(row.channel), at, row.recipient, row.reader, others)


def _beside(kind: Kind, rows: Sequence[Delivery]) -> Mapping[tuple[str, int, str, str], Mapping[str, bool]]:
    """What the ledger knows of the subjects of these rows, by reader and channel. One query."""
    known = Delivery.objects.of_subjects(kind.key, {row.subject_id for row in rows}).standing()
    found: dict[tuple[str, int, str, str], dict[str, bool]] = {}
    for other in known.filter(reader__in={row.reader for row in rows}).select_related("carried_by"):
        state = other.carried_by.state if other.carried_by else other.state  # told by the digest that carries it
        found.setdefault(other.key[:2] + other.key[3:], {})[other.occurrence] = state in Delivery.TOLD
    return found


def _told(rows: Sequence[Delivery], at: datetime | None = None) -> Mapping[int, Content | Skip]:
    told: dict[int, Content | Skip] = {}
    for key in {row.kind for row in rows}:
        told |= _told_of(key, [row for row in rows if row.kind == key], at)
    return told


def _told_of(key: str, rows: Sequence[Delivery], at: datetime | None) -> Mapping[int, Content | Skip]:
    try:
        kind = kind_of(key)
        return kind.compose(dues_of(kind, rows, at))
    except UnknownKind:
        return {}
    except Exception:
        # One feature's mistake shall not close an inbox that holds those of all.
        log.exception("Notices of kind %s could not be composed", key)
        return {}


def _line(row: Delivery, outcome: Content | Skip | None) -> Line:
    content = outcome if isinstance(outcome, Content) else None
    return Line(
        pk=row.pk,
        kind=name_of(row.kind),
        title=content.title if content else name_of(row.kind),
        text=content.text if content else (),
        action=content.action if content else "",
        at=row.sent_at or row.due_at,
        is_read=row.read_at is not None,
        is_open=content is not None and bool(content.href),
    )


# --- how readers want to be told ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wishes:
    """Of the readers of a chunk: what they want how often, and when they are to be left alone. Two queries, and one
    more for who asks how many mails they had."""

    readers: Collection[int]
    at: datetime
    cadences: Mapping[tuple[int, str, str], str]
    hours: Mapping[int, QuietHours]

    @cached_property
    def mails(self) -> Mapping[int, int]:
        """How many mails each had had within a day, when this was asked for."""
        within = {"sent_at__gt": self.at - timedelta(days=1), "sent_at__lt": self.at}
        sent = Delivery.objects.filter(recipient__in=self.readers, channel=Channel.MAIL, **within)
        return dict(sent.values_list("recipient").annotate(number=Count("pk")).order_by())

    def cadence(self, person: Person, kind: Kind, channel: Channel) -> str:
        """What the person chose, else what the kind does by itself; a kind that is fixed is not asked about."""
        own = kind.cadence.get(channel, Cadence.NEVER)
        return own if kind.fixed else self.cadences.get((person.pk, kind.key, channel), own)

    def has_digest(self, person: Person) -> bool:
        """Whether the person gets the digest that gathers notices."""
        return self.cadence(person, kind_of(PERSONAL_DIGEST), Channel.MAIL) != Cadence.NEVER

    def rhythm(self, person: Person, kind: Kind) -> Rhythm | None:
        """When the person wants this digest; None for never."""
        every = self.cadence(person, kind, Channel.MAIL)
        if every not in {Cadence.DAILY, Cadence.WEEKLY}:
            return None
        hours = self.hours.get(person.pk) or QuietHours()
        return Rhythm(
            "daily" if every == Cadence.DAILY else "weekly", hours.digest_at, person.zone, weekdays(person.work_days)
        )

    def quiet_until(self, person: Person, at: datetime) -> datetime:
        """The moment itself, or when the person's quiet hours, days off and pause are over."""
        hours = self.hours.get(person.pk) or QuietHours()
        if hours.paused_until:
            at = max(at, instant(hours.paused_until, time(0), person.zone))
        return Quiet(hours.since, hours.until, person.zone, weekdays(person.work_days)).over(at)


def weekdays(work_days: str) -> list[int]:
    """A person's working days as numbers; Monday is 0."""
    return [WEEKDAYS.index(day) for day in work_days.split(",") if day in WEEKDAYS]


def wishes_of(people: Iterable[Person], *, at: datetime) -> Wishes:
    keys = {person.pk for person in people}
    chosen = Preference.objects.filter(person__in=keys).values_list("person", "kind", "channel", "cadence")
    return Wishes(
        readers=keys,
        at=at,
        cadences={(person, kind, channel): cadence for person, kind, channel, cadence in chosen},
        hours={hours.pk: hours for hours in QuietHours.objects.filter(person__in=keys)},
    )


# --- what stands against mail ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Closed:
    """Of the readers of a chunk: what those without an account have stopped, and whose address refuses mail."""

    stopped: frozenset[tuple[str, str, str]]
    refusing: frozenset[str]

    def against(self, row: Delivery) -> str:
        """Why this is not to be sent; "" when nothing stands against it. Of outsiders' addresses see refusing()."""
        if row.recipient is None:
            return "switched off" if (row.reader, row.kind, row.channel) in self.stopped else ""
        return "suppressed" if row.channel == Channel.MAIL and row.recipient.email.lower() in self.refusing else ""


def closed_to(rows: Sequence[Delivery]) -> Closed:
    """Two queries at most, whatever the number of rows."""
    outsiders = {row.reader for row in rows if row.recipient is None}
    wishes = OutsiderWish.objects.filter(reader__in=outsiders) if outsiders else OutsiderWish.objects.none()
    return Closed(
        stopped=frozenset(wishes.values_list("reader", "kind", "channel")),
        refusing=refusing(row.recipient.email for row in rows if row.recipient and row.channel == Channel.MAIL),
    )


def refusing(addresses: Iterable[str]) -> frozenset[str]:
    """Those of the addresses that refuse mail, in lower case."""
    wanted = [address for address in addresses if address]
    return frozenset(Suppression.objects.of(wanted).values_list("address", flat=True)) if wanted else frozenset()


def suppression_of(address: str) -> Suppression | None:
    return Suppression.objects.of([address]).first()


# --- the switch in a mail -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """What the switch of a mail is about and how it stands: "on", "off", "fixed" (this cannot be switched off any more)
    or "gone" (nothing of the kind goes to that reader at that address). `person` is None for outsiders."""

    state: Literal["on", "off", "fixed", "gone"]
    kind: Kind | None = None
    person: Person | None = None
    cadence: str = ""


def standing(switch: Switch) -> Standing:
    """As it is now. Whoever holds the link learns no name and no address."""
    try:
        kind, channel = kind_of(switch.kind), Channel(switch.channel)
    except (UnknownKind, ValueError):
        return Standing("gone")
    if channel not in kind.cadence:
        return Standing("gone", kind)
    if ":" in switch.reader:
        return _standing_of_outsider(switch, kind)
    person = Person.objects.active().filter(pk=int(switch.reader.removeprefix("p"))).first()
    if person is None or mark_of(person.email) != switch.mark:
        return Standing("gone", kind)
    wishes = Preference.objects.filter(person=person, kind=kind.key, channel=channel)
    chosen = wishes.values_list("cadence", flat=True).first()
    cadence = chosen or kind.cadence[channel]
    state: Literal["on", "off", "fixed"] = "fixed" if kind.fixed else "off" if cadence == Cadence.NEVER else "on"
    return Standing(state, kind, person, cadence)


def _standing_of_outsider(switch: Switch, kind: Kind) -> Standing:
    if not kind.stops:
        return Standing("fixed", kind)
    wishes = OutsiderWish.objects.filter(reader=switch.reader, kind=switch.kind, channel=switch.channel)
    return Standing("off" if wishes.exists() else "on", kind)
