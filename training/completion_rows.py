"""What an import of completions would do: rows of a file against what is known, and every reason against a row.

Pure: a table and a picture of people, modules and what they completed go in, a plan comes out. The rules, in words:
docs/domain/assignment.md.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from foundation.spreadsheets import Columns, RowError, Table, Wanted, map_columns
from foundation.text import clean_line, flaw, fold
from people.import_cells import RowRefused, read_address, read_date
from training.recurrence import Term, Validity, term_of

COLUMNS = (
    Wanted("email", ("e-mail", "mail", "e-mail address", "work e-mail", "person", "learner"), required=True),
    Wanted("module", ("course", "training", "module key", "title"), required=True),
    Wanted("completed_on", ("completed", "completion date", "date", "passed on", "done on"), required=True),
    Wanted("expires_on", ("expires", "expiry", "expiry date", "valid until", "valid to")),
    Wanted("source", ("where", "provider", "system", "place", "done at"), required=True),
    Wanted("evidence", ("proof", "certificate number", "link")),
)
Value = TypeVar("Value")
LONGEST = {"module": 120, "source": 200, "evidence": 500}


@dataclass(frozen=True, slots=True)
class PersonKnown:
    """Somebody for whom the importer may bring something in. `today` is where they are."""

    pk: int
    name: str
    today: date
    has_left: bool = False
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class ModuleKnown:
    pk: int
    key: str
    name: str
    validity: Validity


@dataclass(frozen=True, slots=True)
class Held:
    """A completion there is; one with a source was imported."""

    completed_on: date
    term: Term | None
    source: str = ""
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows are judged against: people by address, modules by key, what they completed by both keys. `own` is the
    importer's address."""

    people: Mapping[str, PersonKnown]
    modules: Mapping[str, ModuleKnown]
    held: Mapping[tuple[int, int], Sequence[Held]]
    own: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A row as understood."""

    line: int
    person: PersonKnown
    module: ModuleKnown
    completed_on: date
    expires_on: date | None
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class New:
    """A completion to write."""

    row: Incoming
    term: Term | None

    def holds_until_its_window(self) -> bool:
        """Whether it holds today, and its renewal is not open yet."""
        return self.term is None or (self.term.ends - self.row.person.today).days > self.row.module.validity.window_days


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that changes nothing, and why."""

    row: Incoming
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; with any error, nothing. `unchanged` counts rows that were imported before."""

    new: list[New]
    skipped: list[Skipped]
    unchanged: int
    errors: list[RowError]
    ignored: tuple[str, ...]


def plan_import(table: Table, around: Surroundings, progress: Callable[[int], None] = lambda done: None) -> Plan:
    """Check every row and work out what would come of it. `progress` hears the number of rows done now and then."""
    columns = map_columns(table, COLUMNS)
    errors = list(table.errors)
    if columns.missing:
        missing = [RowError(1, name, _("the file has no such column")) for name in columns.missing]
        return Plan([], [], 0, [*missing, *errors], columns.unknown)
    reader = _Reader(columns, around)
    rows: list[Incoming] = []
    step = max(500, len(table.rows) // 10)
    for count, row in enumerate(table.rows, start=1):
        incoming, found = reader.read(row.line, columns.read(row))
        errors.extend(found)
        if incoming is not None:
            rows.append(incoming)
        if count % step == 0:
            progress(count)
    new, skipped, unchanged = judge(rows, around.held)
    return Plan(new, skipped, unchanged, sorted(errors), columns.unknown)


def addresses_of(table: Table) -> set[str]:
    """Whom the file is about, as far as it can be said."""
    columns = map_columns(table, COLUMNS)
    found: set[str] = set()
    for row in table.rows:
        with suppress(RowRefused):
            found.add(read_address(columns.read(row).get("email", ""), "email"))
    return found


def judge(
    rows: Sequence[Incoming], held: Mapping[tuple[int, int], Sequence[Held]]
) -> tuple[list[New], list[Skipped], int]:
    """What becomes of rows that are right in themselves, each person's of a module in the order of their days."""
    new: list[New] = []
    skipped: list[Skipped] = []
    unchanged = 0
    written: dict[tuple[int, int], list[Held]] = {}
    for row in sorted(rows, key=lambda one: (one.completed_on, one.line)):
        key = row.person.pk, row.module.pk
        known = [*held.get(key, ()), *written.get(key, ())]
        if any(one.source == row.source and one.completed_on == row.completed_on for one in known):
            unchanged += 1
        elif reason := _reason_against(row, [one for one in known if not one.revoked]):
            skipped.append(Skipped(row, reason))
        else:
            term = _term(row, [one for one in known if not one.revoked])
            new.append(New(row, term))
            written.setdefault(key, []).append(Held(row.completed_on, term, row.source))
    new.sort(key=lambda one: one.row.line)
    skipped.sort(key=lambda one: one.row.line)
    return new, skipped, unchanged


def _reason_against(row: Incoming, known: Sequence[Held]) -> str:
    if row.person.has_left:
        return _("has left")
    here = max((one.completed_on for one in known if not one.source), default=None)
    if here is not None and here >= row.completed_on:
        return _("completed it here on %(day)s, which counts") % {"day": here.isoformat()}
    same = next((one for one in known if one.completed_on == row.completed_on), None)
    return _("is recorded for this day already, from “%(source)s”") % {"source": same.source} if same else ""


def _term(row: Incoming, known: Sequence[Held]) -> Term | None:
    """As the row says; else as the module does, following the completion before it."""
    if row.expires_on is not None:
        return Term(row.completed_on, 0, row.expires_on)
    before = max(
        (one for one in known if one.completed_on < row.completed_on), key=lambda one: one.completed_on, default=None
    )
    return term_of(row.module.validity, row.completed_on, before.term if before else None)


class _Reader:
    """Reads rows; remembers what each was about, to find the same one twice."""

    def __init__(self, columns: Columns, around: Surroundings) -> None:
        self.columns, self.around = columns, around
        self.seen: dict[tuple[int, int, date], int] = {}
        self.named: dict[str, list[ModuleKnown]] = {}
        for module in around.modules.values():
            self.named.setdefault(fold(module.name), []).append(module)

    def read(self, line: int, cells: Mapping[str, str]) -> tuple[Incoming | None, list[RowError]]:
        """The row, or every reason against it."""
        errors: list[RowError] = []

        def cell(name: str, parse: Callable[[str], Value]) -> Value | None:
            try:
                return parse(cells.get(name, ""))
            except RowRefused as refusal:
                errors.append(RowError(line, self.columns.heading(name), str(refusal)))
                return None

        person, module = cell("email", self._person), cell("module", self._module)
        done, ends = cell("completed_on", _day), cell("expires_on", lambda text: read_date(text, "expires_on"))
        source = cell("source", lambda text: _line(text, "source", required=True))
        evidence = cell("evidence", lambda text: _line(text, "evidence"))
        if done is not None and ends is not None and ends < done:
            errors.append(RowError(line, self.columns.heading("expires_on"), _("is before the day it was completed")))
        if person is not None and done is not None and done > person.today:
            errors.append(RowError(line, self.columns.heading("completed_on"), _("is in the future")))
        if errors or person is None or module is None or done is None:
            return None, errors
        first = self.seen.setdefault((person.pk, module.pk, done), line)
        if first != line:
            reason = _("the same person, module and day are on line %(line)d already") % {"line": first}
            return None, [RowError(line, self.columns.heading("completed_on"), reason)]
        return Incoming(line, person, module, done, ends, source or "", evidence or ""), []

    def _person(self, text: str) -> PersonKnown:
        address = read_address(text, "email")
        if address == self.around.own:
            raise RowRefused(_("this is you; nobody records their own training"))
        if address not in self.around.people:
            raise RowRefused(_("nobody whose training you may record has this address"))
        return self.around.people[address]

    def _module(self, text: str) -> ModuleKnown:
        name = _line(text, "module", required=True)
        if known := self.around.modules.get(name.lower()):
            return known
        found = self.named.get(fold(name), [])
        if len(found) > 1:
            raise RowRefused(_("several modules are called so; give the key of the right one"))
        if not found:
            raise RowRefused(_("no module has this key or name"))
        return found[0]


def _day(text: str) -> date:
    day = read_date(text, "completed_on")
    if day is None:
        raise RowRefused(_("%(field)s is required") % {"field": "completed_on"})
    return day


def _line(text: str, name: str, *, required: bool = False) -> str:
    stripped = text.strip(" \t\r\n").replace("\t", " ")
    if found := flaw(stripped):
        raise RowRefused(f"{name} {found.reason}")
    line = clean_line(stripped)
    if required and not line:
        raise RowRefused(_("%(field)s is required") % {"field": name})
    if len(line) > LONGEST[name]:
        raise RowRefused(_("%(field)s is longer than %(limit)d characters") % {"field": name, "limit": LONGEST[name]})
    return line
