"""What an import of customers' scores would do: rows of a file against what is known, and every reason against a row.

Pure, as praise_rows. A file may hold these columns and no others: none has room for a customer.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from foundation.spreadsheets import Columns, RowError, Table, Wanted, map_columns
from foundation.text import fold
from people.import_cells import RowRefused, read_date, read_line
from recognition.praise_rows import token_of

COLUMNS = (
    Wanted("team", ("department", "unit"), required=True),
    Wanted("date", ("scored on", "when", "day"), required=True),
    Wanted("score", ("rating", "mark"), required=True),
    Wanted("scale", (), required=True),
    Wanted("source", ("where", "system", "survey"), required=True),
    Wanted("reference", ("id", "number", "outer reference", "response id"), required=True),
)
SCALES: dict[str, tuple[int, int]] = {"1-5": (1, 5), "0-10": (0, 10), "0-100": (0, 100)}
LONGEST_LINE, LONGEST_SCORE = 200, 6
# The name of a survey or a system, and too short for a person, an address or a remark.
SOURCE, LONGEST_SOURCE, MOST_WORDS = re.compile(r"[^\W_][\w .&+/-]*"), 40, 3
# A score says nothing of a customer, but a cell that went astray may: none of these is repeated in a report.
TELLING = frozenset({"score", "source", "reference"})
Value = TypeVar("Value")


class NotOnScale(ValueError):
    """Says why a score is none."""


class NoSource(ValueError):
    """Says why this is not the name of a source."""


def read_source(text: str) -> str:
    """The short name of a survey or system. Raises NoSource for what has room for a customer."""
    text = text.strip()
    if not SOURCE.fullmatch(text) or len(text) > LONGEST_SOURCE or len(text.split()) > MOST_WORDS:
        raise NoSource(
            _("is the short name of a survey or system, such as csat-2026: at most %(n)d characters and three words")
            % {"n": LONGEST_SOURCE}
        )
    return text


def normal(score: Decimal, scale: str) -> float:
    """A score of a scale on that of 1 to 5, straight: its lowest is 1, its highest 5. Raises NotOnScale."""
    low, high = SCALES[scale]
    if not (score.is_finite() and low <= score <= high):
        raise NotOnScale(_("is not between %(low)d and %(high)d") % {"low": low, "high": high})
    return float(1 + 4 * (score - low) / (high - low))


def read_score(text: str) -> Decimal:
    """A number with at most two decimals, with a point or a comma. Raises NotOnScale."""
    text = text.strip().replace(",", ".")
    try:
        plain = bool(text) and len(text) <= LONGEST_SCORE and text.isascii() and text.replace(".", "", 1).isdigit()
        score = Decimal(text if plain else "x")
    except InvalidOperation:
        raise NotOnScale(_("is a number such as 4 or 8.5")) from None
    if score != score.quantize(Decimal("0.01")):
        raise NotOnScale(_("has more than two decimals"))
    return score


def read_scale(text: str) -> str:
    """One of SCALES, however its dash is written. Raises NotOnScale."""
    scale = text.strip().replace("–", "-").replace(" ", "")
    if scale not in SCALES:
        raise NotOnScale(_("is one of %(list)s") % {"list": ", ".join(SCALES)})
    return scale


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows are judged against: teams by folded path; `taken`: the tokens of what came before; `scales`: the scale
    of each folded source that is known."""

    teams: Mapping[str, tuple[int, str]]
    taken: Collection[UUID]
    scales: Mapping[str, str]
    today: date


@dataclass(frozen=True, slots=True)
class Incoming:
    """A row as understood; `value` on the scale of 1 to 5."""

    line: int
    token: UUID
    team: tuple[int, str]
    scored_on: date
    scale: str
    original: Decimal
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; with any error, nothing. `unchanged` counts rows that came before."""

    new: list[Incoming]
    unchanged: int
    errors: list[RowError]


def plan_import(table: Table, around: Surroundings, progress: Callable[[int], None] = lambda done: None) -> Plan:
    """Check every row and work out what would come of it. `progress` hears the number of rows done now and then."""
    columns = map_columns(table, COLUMNS)
    refused = [RowError(1, name, _("the file has no such column")) for name in columns.missing]
    more = _("take this column out: a file of scores has no room for what may tell who a customer is")
    refused += [RowError(1, name, more) for name in columns.unknown]
    if refused:
        return Plan([], 0, [*refused, *table.errors])
    errors, new, unchanged = list(table.errors), [], 0
    reader, step = _Reader(columns, around), max(200, len(table.rows) // 10)
    for count, row in enumerate(table.rows, start=1):
        incoming, found = reader.read(row.line, columns.read(row))
        errors.extend(found)
        if incoming is not None and incoming.token in around.taken:
            unchanged += 1
        elif incoming is not None:
            new.append(incoming)
        if count % step == 0:
            progress(count)
    return Plan(new, unchanged, sorted(errors))


def tokens_of(table: Table) -> set[UUID]:
    """Of what the file holds, as far as it can be said."""
    columns = map_columns(table, COLUMNS)
    rows = (columns.read(row) for row in table.rows)
    return {token_of(cells.get("source", "").strip(), cells.get("reference", "").strip()) for cells in rows}


def telling_headings(table: Table) -> set[str]:
    """The columns of the file of which nothing is repeated: those that may tell, and those nobody knows."""
    columns = map_columns(table, COLUMNS)
    return {heading for name, heading in columns.headings.items() if name in TELLING} | set(columns.unknown)


class _Reader:
    """Reads rows; remembers each reference, to find the same one twice, and the scale of each source."""

    def __init__(self, columns: Columns, around: Surroundings) -> None:
        self.columns, self.around = columns, around
        self.seen: dict[UUID, int] = {}
        self.scales = dict(around.scales)

    def read(self, line: int, cells: Mapping[str, str]) -> tuple[Incoming | None, list[RowError]]:
        """The row, or every reason against it."""
        errors: list[RowError] = []

        def cell(name: str, parse: Callable[[str], Value]) -> Value | None:
            try:
                return parse(cells.get(name, ""))
            except (RowRefused, NotOnScale, NoSource) as refusal:
                errors.append(RowError(line, self.columns.heading(name), str(refusal)))
                return None

        team, day = cell("team", self._team), cell("date", self._day)
        scale, score = cell("scale", read_scale), cell("score", read_score)
        source, reference = (
            cell("source", lambda text: read_source(_line(text, "source"))),
            cell("reference", lambda text: _line(text, "reference")),
        )
        value = None if scale is None or score is None else cell("score", lambda _text: normal(score, scale))
        token = token_of(source or "", reference or "")
        if not errors and (first := self.seen.setdefault(token, line)) != line:
            reason = _("the same source and reference are on line %(line)d already") % {"line": first}
            errors.append(RowError(line, self.columns.heading("reference"), reason))
        if not errors and (known := self.scales.setdefault(fold(source or ""), scale or "")) != scale:
            errors.append(RowError(line, self.columns.heading("scale"), other_scale(known)))
        if errors or team is None or day is None or scale is None or score is None or value is None:
            return None, errors
        return Incoming(line, token, team, day, scale, score, value, source or ""), []

    def _team(self, text: str) -> tuple[int, str]:
        if not text.strip():
            raise RowRefused(_("%(field)s is required") % {"field": "team"})
        if (key := fold(text)) not in self.around.teams:
            raise RowRefused(_("there is no such %(name)s") % {"name": "team"})
        return self.around.teams[key]

    def _day(self, text: str) -> date:
        day = read_date(text, "date")
        if day is None:
            raise RowRefused(_("%(field)s is required") % {"field": "date"})
        if day > self.around.today:
            raise RowRefused(_("is in the future"))
        return day


def other_scale(known: str) -> str:
    """Why a score of this source is none on another scale."""
    return _("this source is scored on %(scale)s: give another scale another source") % {"scale": known}


def _line(text: str, name: str) -> str:
    return read_line(text, name, required=True, longest=LONGEST_LINE)
