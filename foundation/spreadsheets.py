"""Tables that people bring and take away as CSV. The rules, in words: docs/domain/imports.md.

Reading finds out encoding and separator by itself and remembers on which line of the file each row starts, so that a
complaint can say where. Writing makes cells that no spreadsheet program runs as a formula; reading takes that back.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import chain, islice
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.errors import Refused
from foundation.text import fold

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
SEPARATORS = (",", ";", "\t", "|")
Encoding = Literal["UTF-8", "UTF-16", "Windows-1252"]


class Unreadable(Refused):
    """The file as a whole cannot be used. `line` and `column` (in characters, from 1) say where, if that is known."""

    code = "unreadable"

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        if line is not None and column is not None:
            message = _("Line %(line)d, column %(column)d: %(message)s") % {
                "line": line,
                "column": column,
                "message": message,
            }
        elif line is not None:
            message = _("Line %(line)d: %(message)s") % {"line": line, "message": message}
        super().__init__(message)
        self.line, self.column = line, column


@dataclass(frozen=True, slots=True, order=True)
class RowError:
    """One reason why one row cannot be taken. `line` is a line of the file; `column` a heading, or "" for the row."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = _("Line %(line)d") % {"line": self.line}
        return f"{place}, {self.column}: {self.reason}" if self.column else f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells under the headings, as many as there are headings. `line` is where the row starts in the file."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as read. Rows of the wrong length are not among `rows` but named in `errors`; empty rows are left out."""

    headings: tuple[str, ...]
    rows: list[Row]
    errors: list[RowError]
    encoding: Encoding
    separator: str

    @property
    def encoding_was_guessed(self) -> bool:
        """True when the bytes are not Unicode: names with accents deserve a look before they are imported."""
        return self.encoding == "Windows-1252"


def read_table(data: bytes, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> Table:
    """Read a CSV file whose first row is the headings; raises Unreadable and never anything else.

    Encoding: UTF-8 with or without byte-order mark, UTF-16 with one, otherwise Windows-1252. Separator: comma,
    semicolon, tab or bar, whichever gives the most even rows (a first line `sep=;` settles it). Cells come as they are,
    except that the quote which `write_csv` put before a formula is taken off.
    """
    if len(data) > max_bytes:
        raise Unreadable(
            _("The file is larger than %(limit)d MB. Split it into smaller ones.")
            % {"limit": max_bytes // 1024**2 or 1}
        )
    text, encoding = _decode(data)
    stated = re.match(r"sep=([,;\t|])\r?\n", text, re.IGNORECASE)
    skipped = 1 if stated else 0
    text = text[stated.end() :] if stated else text
    separator = stated[1] if stated else _find_separator(text)
    records = _records(text, separator, first_line=1 + skipped)
    first = next(records, None)
    if first is None:
        raise Unreadable(_("The file is empty."))
    rows, errors = _sort_out(records, width=len(first.cells), max_rows=max_rows)
    headings, rows = _name_columns(first, rows)
    return Table(headings=headings, rows=rows, errors=errors, encoding=encoding, separator=separator)


# --- reading: bytes to text -----------------------------------------------------------------------------------------


def _decode(data: bytes) -> tuple[str, Encoding]:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(
            _("This is a workbook, not a CSV file. In your spreadsheet program choose “Save as CSV UTF-8”.")
        )
    text, encoding = _decoded(data)
    nul = text.find("\x00")
    if nul >= 0:
        line, column = _place(text, nul)
        raise Unreadable(
            _("There is a NUL character here. Save the file again as “CSV UTF-8”."), line=line, column=column
        )
    return text, encoding


def _decoded(data: bytes) -> tuple[str, Encoding]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            raise Unreadable(_("The file is cut off in the middle of a character.")) from None
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode("cp1252", "replace") + " ", error.start)
        raise Unreadable(
            _("The characters here are in no encoding we know. Save the file again as “CSV UTF-8”."),
            line=line,
            column=column,
        ) from None


_BREAK = re.compile(r"\r\n|\r|\n")


def _place(text: str, index: int) -> tuple[int, int]:
    """Line and column, both from 1, of a position in the text."""
    start, line = 0, 1
    for found in _BREAK.finditer(text, 0, index):
        start, line = found.end(), line + 1
    return line, index - start + 1


# --- reading: text to rows ------------------------------------------------------------------------------------------


def _find_separator(text: str) -> str:
    """The separator under which the first rows are most alike, and then the widest."""
    sample = "".join(islice(io.StringIO(text, newline=""), 200))
    scores = {}
    for separator in SEPARATORS:
        widths = _widths(sample, separator)
        if widths and widths[0] > 1:
            scores[separator] = (widths.count(widths[0]) / len(widths), widths[0])
    return max(scores, key=scores.__getitem__, default=",")


def _widths(sample: str, separator: str) -> list[int]:
    try:
        # Not strict: the sample may end inside a quoted cell.
        return [len(cells) for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if cells]
    except csv.Error:
        return []


def _records(text: str, separator: str, *, first_line: int) -> Iterator[Row]:
    """Rows that hold anything, each with the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = first_line + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(_csv_reason(str(error)), line=line) from None
        if any(cell.strip() for cell in cells):
            yield Row(line=line, cells=tuple(map(_without_quote, cells)))


def _csv_reason(message: str) -> str:
    if "unexpected end of data" in message:
        return _("A quotation mark opens in this row and never closes.")
    if "field larger" in message:
        return _("A cell in this row is longer than %(limit)d characters. Is a quotation mark missing?") % {
            "limit": csv.field_size_limit()
        }
    return _("A quotation mark stands in the middle of a cell. Inside a quoted cell, write it twice.")


def _sort_out(records: Iterator[Row], *, width: int, max_rows: int) -> tuple[list[Row], list[RowError]]:
    rows: list[Row] = []
    errors: list[RowError] = []
    for count, row in enumerate(records, start=1):
        if count > max_rows:
            raise Unreadable(
                _("The file has more than %(limit)d rows. Split it into smaller ones.") % {"limit": max_rows},
                line=row.line,
            )
        if len(row.cells) == width:
            rows.append(row)
        elif len(row.cells) > width and not any(cell.strip() for cell in row.cells[width:]):
            # Spreadsheet programs write separators after the last column when they remember a wider sheet.
            rows.append(Row(line=row.line, cells=row.cells[:width]))
        else:
            errors.append(RowError(line=row.line, column="", reason=_length_reason(len(row.cells), width)))
    return rows, errors


def _length_reason(cells: int, width: int) -> str:
    return ngettext(
        "the row has %(cells)d cell where there are %(width)d headings",
        "the row has %(cells)d cells where there are %(width)d headings",
        cells,
    ) % {"cells": cells, "width": width}


def _name_columns(first: Row, rows: list[Row]) -> tuple[tuple[str, ...], list[Row]]:
    """The headings, without columns that are empty from top to bottom; refuses the same or no heading."""
    headings = tuple(heading.strip() for heading in first.cells)
    kept = []
    seen: dict[str, int] = {}
    for index, heading in enumerate(headings):
        if not heading:
            used = next((row for row in rows if row.cells[index].strip()), None)
            if used is None:
                continue
            raise Unreadable(
                _("Column %(number)d has no heading, yet line %(line)d has something in it.")
                % {"number": index + 1, "line": used.line},
                line=first.line,
            )
        if _key(heading) in seen:
            raise Unreadable(
                _("The heading “%(heading)s” stands twice: over columns %(first)d and %(second)d.")
                % {"heading": heading, "first": seen[_key(heading)] + 1, "second": index + 1},
                line=first.line,
            )
        seen[_key(heading)] = index
        kept.append(index)
    if len(kept) == len(headings):
        return headings, rows
    return (
        tuple(headings[index] for index in kept),
        [Row(line=row.line, cells=tuple(row.cells[index] for index in kept)) for row in rows],
    )


# --- columns --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column that an import understands: our name for it, and what else people call it."""

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Which heading feeds which field. `unknown` headings feed none; `missing` are required fields without one."""

    headings: dict[str, str]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    _indexes: dict[str, int] = field(repr=False)

    def read(self, row: Row) -> dict[str, str]:
        """The row's cells by field name; fields without a column are absent."""
        return {name: row.cells[index] for name, index in self._indexes.items()}

    def heading(self, name: str) -> str:
        """What the reader's file calls the field, for error messages; our own name when the file has no such column."""
        return self.headings.get(name, name)


def map_columns(table: Table, wanted: Sequence[Wanted], chosen: Mapping[str, str] | None = None) -> Columns:
    """Match headings to fields by name or alias (case, accents, spaces, hyphens and underscores do not count).

    `chosen` is what a person decided, heading → field name, "" to ignore the column; it wins over the names. Raises
    Unreadable when two columns would feed one field.
    """
    fields = {_key(name): want.name for want in wanted for name in (want.name, *want.aliases)}
    names = {want.name for want in wanted}
    headings: dict[str, str] = {}
    indexes: dict[str, int] = {}
    unknown = []
    for index, heading in enumerate(table.headings):
        name = (chosen or {}).get(heading, fields.get(_key(heading), ""))
        if name not in names:
            unknown.append(heading)
        elif name in headings:
            raise Unreadable(
                _("The columns “%(one)s” and “%(other)s” both mean %(name)s. Take one of them out.")
                % {"one": headings[name], "other": heading, "name": name}
            )
        else:
            headings[name], indexes[name] = heading, index
    missing = tuple(want.name for want in wanted if want.required and want.name not in headings)
    return Columns(headings=headings, unknown=tuple(unknown), missing=missing, _indexes=indexes)


def _key(heading: str) -> str:
    return " ".join(re.sub(r"[\s_.\-/]+", " ", fold(heading)).split())


# --- writing --------------------------------------------------------------------------------------------------------

# What makes a spreadsheet program run the cell; the wide forms do so in East Asian versions.
_RUNS = "=+\\-@\t\r\n\x00＝＋－＠"
_TO_QUOTE = re.compile(f"'*[{_RUNS}]")
_QUOTED = re.compile(f"'+[{_RUNS}]")


def write_csv(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], *, byte_order_mark: bool = True
) -> Iterator[bytes]:
    """The table as CSV in UTF-8, chunk by chunk, so that an export of any size costs no memory.

    Text that a spreadsheet program would run gets a leading quote, which `read_table` takes off again: what is exported
    comes back as it was. Numbers stay numbers, moments are ISO 8601, True and False are "true" and "false", None is
    empty. The byte-order mark makes Excel read it as UTF-8.
    """
    if byte_order_mark:
        yield codecs.BOM_UTF8
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for count, row in enumerate(chain([headings], rows), start=1):
        writer.writerow([_cell(value) for value in row])
        if count % 200 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if _TO_QUOTE.match(text) else text


def _without_quote(cell: str) -> str:
    return cell[1:] if _QUOTED.match(cell) else cell
