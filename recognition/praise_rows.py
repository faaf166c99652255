"""What an import of customers' words would do: rows of a file against what is known, and every reason against a row.

Pure: a table and a picture of people, teams, sites and what came before go in, a plan comes out. No reason repeats what
stands in a cell, for it may tell who the customer is.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from foundation.spreadsheets import Columns, RowError, Table, Wanted, map_columns
from foundation.text import clean_text, flaw, fold
from people.import_cells import RowRefused, read_address, read_choice, read_date, read_line
from recognition.masking import mask, names_in

COLUMNS = (
    Wanted("said", ("words", "comment", "what was said", "text", "feedback"), required=True),
    Wanted("said_on", ("date", "when", "day"), required=True),
    Wanted("source", ("where", "system", "survey"), required=True),
    Wanted("reference", ("id", "number", "outer reference", "response id"), required=True),
    Wanted("consent", ("may be shown", "agrees")),
    Wanted("kind", ("type",)),
    Wanted("channel", ("how", "way")),
    Wanted("about", ("email", "e-mail", "about whom", "people", "employee")),
    Wanted("team", ("department", "unit")),
    Wanted("site", ("location", "branch")),
    Wanted("customer", ("customer's name", "name", "names")),
)
# What stands in these may tell who the customer is: a report repeats none of it.
TELLING = frozenset({"said", "source", "reference", "customer"})
LONGEST, LONGEST_LINE, MOST_ABOUT = 4000, 200, 50
KINDS = ("praise", "complaint")
CHANNELS = ("call", "person", "mail", "chat", "survey", "online")
ANSWERS = {"": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True}
Value = TypeVar("Value")
_ORIGINS = UUID("6b1d4b5c-7a55-5f0e-9d3b-5d2f4b1c8e70")


def token_of(source: str, reference: str) -> UUID:
    """What makes the same words from elsewhere the same, whichever way they come in. The reference cannot be read from
    it, and so is kept nowhere."""
    return uuid5(_ORIGINS, f"{fold(source)}\n{reference}")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows are judged against: people by address, teams by path, sites by name (both folded); each with its key
    and name. `taken`: the tokens of what came before."""

    people: Mapping[str, tuple[int, str]]
    teams: Mapping[str, tuple[int, str]]
    sites: Mapping[str, tuple[int, str]]
    taken: Collection[UUID]
    today: date


@dataclass(frozen=True, slots=True)
class Incoming:
    """A row as understood."""

    line: int
    token: UUID
    kind: str
    channel: str
    original: str
    words: str
    customer: str
    source: str
    said_on: date
    consent: bool
    about: tuple[tuple[int, str], ...]
    team: tuple[int, str] | None
    site: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; with any error, nothing. `unchanged` counts rows that came before."""

    new: list[Incoming]
    unchanged: int
    errors: list[RowError]
    ignored: tuple[str, ...]


def plan_import(table: Table, around: Surroundings, progress: Callable[[int], None] = lambda done: None) -> Plan:
    """Check every row and work out what would come of it. `progress` hears the number of rows done now and then."""
    columns = map_columns(table, COLUMNS)
    errors = list(table.errors)
    if columns.missing:
        missing = [RowError(1, name, _("the file has no such column")) for name in columns.missing]
        return Plan([], 0, [*missing, *errors], columns.unknown)
    reader = _Reader(columns, around)
    new: list[Incoming] = []
    unchanged, step = 0, max(200, len(table.rows) // 10)
    for count, row in enumerate(table.rows, start=1):
        incoming, found = reader.read(row.line, columns.read(row))
        errors.extend(found)
        if incoming is not None and incoming.token in around.taken:
            unchanged += 1
        elif incoming is not None:
            new.append(incoming)
        if count % step == 0:
            progress(count)
    return Plan(new, unchanged, sorted(errors), columns.unknown)


def addresses_of(table: Table) -> set[str]:
    """Whom the file is about, as far as it can be said."""
    return {address for cells in _cells(table) for address in _addresses(cells.get("about", ""))}


def tokens_of(table: Table) -> set[UUID]:
    """Of what the file holds, as far as it can be said."""
    return {token_of(cells.get("source", "").strip(), cells.get("reference", "").strip()) for cells in _cells(table)}


def telling_headings(table: Table) -> set[str]:
    """The columns of the file of which nothing is repeated: those that may tell, and those nobody knows."""
    columns = map_columns(table, COLUMNS)
    return {heading for name, heading in columns.headings.items() if name in TELLING} | set(columns.unknown)


def _cells(table: Table) -> Iterator[Mapping[str, str]]:
    columns = map_columns(table, COLUMNS)
    return (columns.read(row) for row in table.rows)


def _addresses(cell: str) -> list[str]:
    """Several are parted by semicolons, commas or spaces. One that is none stands for itself, and nobody has it."""
    found = []
    for word in cell.replace(";", " ").replace(",", " ").split():
        try:
            found.append(read_address(word, "about"))
        except RowRefused:
            found.append(word)
    return list(dict.fromkeys(found))


class _Reader:
    """Reads rows; remembers each reference, to find the same one twice."""

    def __init__(self, columns: Columns, around: Surroundings) -> None:
        self.columns, self.around = columns, around
        self.seen: dict[UUID, int] = {}

    def read(self, line: int, cells: Mapping[str, str]) -> tuple[Incoming | None, list[RowError]]:
        """The row, or every reason against it."""
        errors: list[RowError] = []

        def cell(name: str, parse: Callable[[str], Value]) -> Value | None:
            try:
                return parse(cells.get(name, ""))
            except RowRefused as refusal:
                errors.append(RowError(line, self.columns.heading(name), str(refusal)))
                return None

        said, day = cell("said", _said), cell("said_on", self._day)
        source = cell("source", lambda text: _line(text, "source", required=True))
        reference = cell("reference", lambda text: _line(text, "reference", required=True))
        customer, consent = cell("customer", lambda text: _line(text, "customer")), cell("consent", _consent)
        kind, channel = cell("kind", _kind), cell("channel", _channel)
        about, team = cell("about", self._about), cell("team", lambda text: _known(text, self.around.teams, "team"))
        site = cell("site", lambda text: _known(text, self.around.sites, "site"))
        token = token_of(source or "", reference or "")
        if not errors and (first := self.seen.setdefault(token, line)) != line:
            reason = _("the same source and reference are on line %(line)d already") % {"line": first}
            errors.append(RowError(line, self.columns.heading("reference"), reason))
        if errors or said is None or day is None:
            return None, errors
        names = names_in(customer or "")
        words, masked = mask(said, names=names), mask(source or "", names=names)
        return Incoming(
            line, token, kind or KINDS[0], channel or CHANNELS[0], said, words, customer or "", masked, day,
            bool(consent), about or (), team, site,
        ), []  # fmt: skip

    def _day(self, text: str) -> date:
        day = read_date(text, "said_on")
        if day is None:
            raise RowRefused(_("%(field)s is required") % {"field": "said_on"})
        if day > self.around.today:
            raise RowRefused(_("is in the future"))
        return day

    def _about(self, text: str) -> tuple[tuple[int, str], ...]:
        found = _addresses(text)
        if len(found) > MOST_ABOUT:
            raise RowRefused(_("more than fifty people; name the team instead"))
        if any(address not in self.around.people for address in found):
            raise RowRefused(_("nobody who works here has this address; part several by semicolons"))
        return tuple(self.around.people[address] for address in found)


def _said(text: str) -> str:
    if found := flaw(text.strip(), lines=True):
        raise RowRefused(f"said {found.reason}")
    if len(text) > LONGEST:
        raise RowRefused(_("%(field)s is longer than %(limit)d characters") % {"field": "said", "limit": LONGEST})
    words = clean_text(text.strip())
    if not words:
        raise RowRefused(_("%(field)s is required") % {"field": "said"})
    return words


def _line(text: str, name: str, *, required: bool = False) -> str:
    return read_line(text, name, required=required, longest=LONGEST_LINE)


def _consent(text: str) -> bool:
    answer = text.strip().lower()
    if answer not in ANSWERS:
        raise RowRefused(_("is yes or no; empty is no"))
    return ANSWERS[answer]


def _kind(text: str) -> str:
    return read_choice(text.strip().lower() or "praise", KINDS, _("is praise or complaint; empty is praise"))


def _channel(text: str) -> str:
    reason = _("is one of %(list)s; empty is survey") % {"list": ", ".join(CHANNELS)}
    return read_choice(text.strip().lower() or "survey", CHANNELS, reason)


def _known(text: str, among: Mapping[str, tuple[int, str]], name: str) -> tuple[int, str] | None:
    if not text.strip():
        return None
    if (key := fold(text)) not in among:
        raise RowRefused(_("there is no such %(name)s") % {"name": name})
    return among[key]
