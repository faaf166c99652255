"""What a file of candidates would do: rows in, a plan out, no database (docs/domain/candidates.md has the rules)."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from foundation.spreadsheets import Columns, RowError, Table, Wanted, map_columns
from foundation.text import clean_line, clean_text, flaw, fold, strip_hidden
from people.import_cells import RowRefused, read_address, read_date

COLUMNS = (
    Wanted("full_name", ("name", "candidate", "candidate name", "applicant"), required=True),
    Wanted("email", ("e-mail", "mail", "e-mail address", "email address")),
    Wanted("phone", ("telephone", "phone number", "mobile", "tel")),
    Wanted("opening", ("job", "position", "vacancy", "role", "job title", "title")),
    Wanted("source", ("channel", "came from", "origin")),
    Wanted("applied_on", ("applied", "application date", "applied at", "date applied", "date")),
    Wanted("notes", ("note", "comment", "comments", "remarks")),
)
Value = TypeVar("Value")
LONGEST_NAME, LONGEST_PHONE, LONGEST_NOTE = 150, 40, 5000

# What people write for a source, folded, beside our own words for it.
SOURCES = {
    "careers page": ("career page", "careers site", "website", "web site", "our site", "homepage", "online"),
    "referral": ("employee referral", "referred", "recommendation", "colleague"),
    "agency": ("recruitment agency", "staffing agency", "recruiter", "temp agency"),
    "job board": ("jobboard", "job site", "indeed", "linkedin", "advert", "advertisement"),
    "walk-in": ("walk in", "walkin", "in person", "at the door"),
    "other": ("unknown", "misc", "-", "n/a"),
}
_SOURCE_OF = {fold(word): source for source, words in SOURCES.items() for word in (source, *words)}


@dataclass(frozen=True, slots=True)
class OpeningKnown:
    """An opening that the importer runs. `closed` and `without_stages` say why it takes nobody."""

    pk: int
    title: str
    closed: bool = False
    without_stages: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A candidate there is. `shown`: the importer may be told that we know them."""

    pk: int
    full_name: str
    email: str
    phone: str
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows are judged against. `fixed` is the one opening that the whole file is for, if there is one; `applied`
    are pairs of candidate and opening."""

    openings: Sequence[OpeningKnown]
    candidates: Sequence[Known]
    applied: Collection[tuple[int, int]]
    today: date
    fixed: OpeningKnown | None = None


@dataclass(eq=False, slots=True)
class Human:
    """One human of the file: `pk` of the candidate they are, or None for somebody new. Rows about the same human share
    one Human."""

    full_name: str
    email: str
    phone: str
    pk: int | None = None
    shown: bool = False
    openings: dict[int, int] = field(default_factory=dict)  # opening → line of the file


@dataclass(frozen=True, slots=True)
class NewApplication:
    """An application to add. Name, address and phone are those of the row: what we have stored of a known human may be
    nothing that the importer may see."""

    line: int
    human: Human
    full_name: str
    email: str
    phone: str
    opening: int
    title: str
    source: str
    applied_on: date
    note: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that changes nothing, and why."""

    line: int
    full_name: str
    opening: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; with any error, nothing."""

    applications: list[NewApplication]
    skipped: list[Skipped]
    errors: list[RowError]
    columns: dict[str, str]  # field → heading
    ignored: tuple[str, ...]
    unmapped: bool = False  # no row was looked at, for a column is missing or the opening takes nobody

    @property
    def new_humans(self) -> list[Human]:
        """Candidates to add, each once, in the order of the file."""
        return list({id(each.human): each.human for each in self.applications if each.human.pk is None}.values())


def columns_of(table: Table, chosen: Mapping[str, str]) -> Columns:
    """Which column feeds which field: by name, unless somebody chose. Raises Unreadable when two feed one."""
    return map_columns(table, COLUMNS, chosen)


def samples(table: Table) -> dict[str, str]:
    """The first thing that stands under each heading, cut short, to tell columns apart by."""
    found = {}
    for index, heading in enumerate(table.headings):
        first = next((row.cells[index] for row in table.rows[:50] if row.cells[index].strip()), "")
        found[heading] = " ".join(strip_hidden(first).split())[:60]
    return found


def contact_words(rows: Sequence[Mapping[str, str]]) -> tuple[set[str], set[str]]:
    """Addresses and phone numbers that the rows name, as far as they can be read: what to look up beforehand."""
    emails, phones = set(), set()
    for cells in rows:
        with suppress(RowRefused):
            emails |= {read_address(cells.get("email", ""), "email")}
        with suppress(RowRefused):
            phones |= {_line(cells.get("phone", ""), "phone", LONGEST_PHONE)}
    return emails, phones - {""}


def plan_import(
    table: Table,
    chosen: Mapping[str, str],
    around: Surroundings,
    progress: Callable[[int], None] = lambda done: None,
) -> Plan:
    """Check every row and work out what would be added. Raises Unreadable when two columns feed one field.

    `progress` hears the number of rows done every now and then.
    """
    columns = columns_of(table, chosen)
    missing = _missing(columns, around)
    if missing:
        return Plan([], [], [*missing, *table.errors], columns.headings, columns.unknown, unmapped=True)
    reader = _Reader(columns, around)
    for count, row in enumerate(table.rows, start=1):
        reader.take(row.line, columns.read(row))
        if count % 500 == 0:
            progress(count)
    return Plan(
        reader.applications, reader.skipped, sorted([*table.errors, *reader.errors]), columns.headings, columns.unknown
    )


def _missing(columns: Columns, around: Surroundings) -> list[RowError]:
    """Why no row at all can be taken: columns that are not there, or an opening that takes nobody."""
    found = []
    if around.fixed is not None and around.fixed.closed:
        found.append(RowError(1, "opening", _("this opening is closed")))
    if around.fixed is not None and around.fixed.without_stages:
        found.append(RowError(1, "opening", _("this opening has no stages yet")))
    if "full_name" in columns.missing:
        found.append(RowError(1, "full_name", _("no column holds the candidate's name; say which one does")))
    if not {"email", "phone"} & set(columns.headings):
        found.append(RowError(1, "email", _("no column holds an e-mail address or a phone number; say which one does")))
    if around.fixed is None and "opening" not in columns.headings:
        reason = _("no column names the opening; say which one does, or import from the opening's own page")
        found.append(RowError(1, "opening", reason))
    return found


class _Reader:
    """Reads row by row and remembers who was met, so that the same human in two rows is one candidate."""

    def __init__(self, columns: Columns, around: Surroundings) -> None:
        self.columns, self.around = columns, around
        self.applications: list[NewApplication] = []
        self.skipped: list[Skipped] = []
        self.errors: list[RowError] = []
        self.applied = set(around.applied)
        self.titles: dict[str, list[OpeningKnown]] = {}
        for opening in around.openings:
            self.titles.setdefault(_title_key(opening.title), []).append(opening)
        self.by_email: dict[str, Human] = {}
        self.by_phone: dict[tuple[str, str], Human] = {}
        for known in around.candidates:
            self._meet(Human(known.full_name, known.email.lower(), known.phone, known.pk, known.shown))

    def take(self, line: int, cells: Mapping[str, str]) -> None:
        """Read one row into an application, a skip or errors."""
        before = len(self.errors)
        name = self._cell(line, cells, "full_name", lambda cell: _line(cell, "full_name", LONGEST_NAME, required=True))
        email = self._cell(line, cells, "email", lambda cell: read_address(cell, "email") if cell.strip() else "")
        phone = self._cell(line, cells, "phone", lambda cell: _line(cell, "phone", LONGEST_PHONE))
        opening = self.around.fixed or self._cell(line, cells, "opening", self._opening)
        source = self._cell(line, cells, "source", _source)
        applied_on = self._cell(line, cells, "applied_on", self._applied_on)
        note = self._cell(line, cells, "notes", _note)
        if len(self.errors) == before and not email and not phone:
            reason = _("give an e-mail address or a phone number, so that somebody can answer them")
            self.errors.append(RowError(line, self.columns.heading("email"), reason))
        if len(self.errors) > before or opening is None:
            return
        given = Human(name or "", email or "", phone or "")
        self._add(line, given, opening, source or "other", applied_on or self.around.today, note or "")

    def _add(self, line: int, given: Human, opening: OpeningKnown, source: str, applied_on: date, note: str) -> None:
        human = self._find(given)
        if human is None:
            human = given
            self._meet(human)
        if human.pk is not None and (human.pk, opening.pk) in self.applied:
            reason = _("has applied for this opening already")
            self.skipped.append(Skipped(line, given.full_name, opening.title, reason))
        elif opening.pk in human.openings:
            reason = _("is on line %(line)d already") % {"line": human.openings[opening.pk]}
            self.skipped.append(Skipped(line, given.full_name, opening.title, reason))
        else:
            human.openings[opening.pk] = line
            self.applications.append(
                NewApplication(
                    line=line,
                    human=human,
                    full_name=given.full_name,
                    email=given.email,
                    phone=given.phone,
                    opening=opening.pk,
                    title=opening.title,
                    source=source,
                    applied_on=applied_on,
                    note=note,
                )
            )

    def _find(self, given: Human) -> Human | None:
        """The same address, or the same phone and name: as hiring.actions.candidates.find_candidate does."""
        if given.email and given.email in self.by_email:
            return self.by_email[given.email]
        return self.by_phone.get((given.phone, fold(given.full_name))) if given.phone else None

    def _meet(self, human: Human) -> None:
        if human.email:
            self.by_email.setdefault(human.email, human)
        if human.phone:
            self.by_phone.setdefault((human.phone, fold(human.full_name)), human)

    def _cell(self, line: int, cells: Mapping[str, str], name: str, read: Callable[[str], Value]) -> Value | None:
        try:
            return read(cells.get(name, ""))
        except RowRefused as refusal:
            self.errors.append(RowError(line, self.columns.heading(name), str(refusal)))
            return None

    def _opening(self, cell: str) -> OpeningKnown:
        found = self.titles.get(_title_key(cell), [])
        takes = [opening for opening in found if not opening.closed]
        if not cell.strip():
            raise RowRefused(_("opening is required"))
        if not found:
            raise RowRefused(_("no opening that you recruit for is called “%(title)s”") % {"title": cell.strip()[:80]})
        if not takes:
            raise RowRefused(_("this opening is closed"))
        if len(takes) > 1:
            raise RowRefused(_("two openings are called so; import from the page of the right one"))
        if takes[0].without_stages:
            raise RowRefused(_("this opening has no stages yet"))
        return takes[0]

    def _applied_on(self, cell: str) -> date:
        turned = re.fullmatch(r"\s*(\d{1,2})\.(\d{1,2})\.(\d{4})\s*", cell)
        text = f"{turned[3]}-{int(turned[2]):02}-{int(turned[1]):02}" if turned else cell
        day = read_date(text, "applied_on")
        if day is not None and day > self.around.today:
            raise RowRefused(_("applied_on lies in the future"))
        return day or self.around.today


def _title_key(title: str) -> str:
    """Openings are matched whatever case, accents and spacing."""
    return fold(title)


def _line(cell: str, name: str, longest: int, *, required: bool = False) -> str:
    stripped = cell.strip(" \t\r\n")
    found = flaw(stripped.replace("\t", " "))
    if found is not None:
        raise RowRefused(f"{name} {found.reason}")
    text = clean_line(stripped)
    if required and not text:
        raise RowRefused(_("%(field)s is required") % {"field": name})
    if len(text) > longest:
        raise RowRefused(_("%(field)s is longer than %(limit)d characters") % {"field": name, "limit": longest})
    return text


def _source(cell: str) -> str:
    text = fold(cell)
    if not text:
        return "other"
    if text not in _SOURCE_OF:
        known = ", ".join(SOURCES)
        raise RowRefused(_("unknown source; write one of %(sources)s, or leave it empty") % {"sources": known})
    return _SOURCE_OF[text]


def _note(cell: str) -> str:
    found = flaw(cell, lines=True)
    if found is not None:
        raise RowRefused(f"notes {found.reason}")
    text = clean_text(cell)
    if len(text) > LONGEST_NOTE:
        raise RowRefused(_("%(field)s is longer than %(limit)d characters") % {"field": "notes", "limit": LONGEST_NOTE})
    return text
