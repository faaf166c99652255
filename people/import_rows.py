"""What an import of people would do: rows of a file against what is known, and every reason against a row.

Pure: a table, a picture of the people there are, and the day go in; a plan comes out. The rules, in words:
docs/domain/people.md.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from foundation.spreadsheets import Columns, RowError, Table, Wanted, map_columns
from foundation.text import fold
from foundation.trees import find_cycles
from people.import_cells import (
    LONGEST,
    RowRefused,
    read_address,
    read_choice,
    read_date,
    read_line,
    read_time,
    read_work_days,
)

COLUMNS = (
    Wanted("email", ("e-mail", "mail", "e-mail address", "work e-mail"), required=True),
    Wanted("full_name", ("name", "full name")),
    Wanted("preferred_name", ("known as", "nickname")),
    Wanted("job_title", ("title", "position", "role")),
    Wanted("team", ("department", "unit")),
    Wanted("manager_email", ("manager", "reports to", "line manager")),
    Wanted("site", ("location", "office")),
    Wanted("time_zone", ("timezone", "zone")),
    Wanted("language", ("lang",)),
    Wanted("work_days", ("working days", "days")),
    Wanted("work_starts", ("work starts at", "from")),
    Wanted("work_ends", ("work ends at", "until")),
    Wanted("started_on", ("started", "start date", "joined on")),
    Wanted("left_on", ("left", "leaving date", "last day")),
)
FIELDS = tuple(column.name for column in COLUMNS)
LONGEST_TEAM_NAME = 100
# An empty cell of these columns leaves the value as it is, for nobody is without one; of the others it empties it.
NEVER_EMPTY = frozenset({"time_zone", "language", "work_days", "work_starts", "work_ends"})
DEFAULTS: dict[str, Any] = {
    "preferred_name": "",
    "job_title": "",
    "team": "",
    "manager_email": "",
    "site": "",
    "time_zone": "UTC",
    "language": "en-gb",
    "work_days": "mon,tue,wed,thu,fri",
    "work_starts": time(9),
    "work_ends": time(17, 30),
    "started_on": None,
    "left_on": None,
}


@dataclass(frozen=True, slots=True)
class Known:
    """A person there is: `values` by field, with paths for teams and addresses for managers."""

    pk: int
    is_active: bool
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows are judged against. `protected` are addresses that an import must not deactivate."""

    people: Mapping[str, Known]
    teams: Collection[str]
    sites: Collection[str]
    zones: Collection[str]
    languages: Collection[str]
    today: date
    protected: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One person to add (`pk` is None) or to change. `before` and `after` hold the fields that differ, and no other."""

    line: int
    email: str
    name: str
    pk: int | None
    after: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; with any error, nothing."""

    new: list[Change]
    changed: list[Change]
    unchanged: int
    new_teams: list[str]
    new_sites: list[str]
    errors: list[RowError]
    ignored_columns: tuple[str, ...]

    @property
    def leavers(self) -> list[Change]:
        return [change for change in self.changed if change.leaves]


def plan_import(table: Table, around: Surroundings, progress: Callable[[int], None] = lambda done: None) -> Plan:
    """Check every row and work out what would change. Raises Unreadable when the columns as a whole make no sense.

    `progress` hears the number of rows done every now and then.
    """
    columns = map_columns(table, COLUMNS)
    errors = list(table.errors)
    if columns.missing:
        first = RowError(1, "email", _("the file has no such column; it says who each row is about"))
        return Plan([], [], 0, [], [], [first, *errors], columns.unknown)
    reader = _Reader(columns, around)
    rows: list[_Incoming] = []
    seen: dict[str, int] = {}
    step = max(500, len(table.rows) // 10)
    for count, row in enumerate(table.rows, start=1):
        incoming, found = reader.read(row.line, columns.read(row), seen)
        errors.extend(found)
        if incoming is not None:
            rows.append(incoming)
        if count % step == 0:
            progress(count)
    errors.extend(_manager_errors(rows, around, columns.heading("manager_email")))
    changes = [change for incoming in rows if (change := _compare(incoming, around)) is not None]
    return Plan(
        new=[change for change in changes if change.pk is None],
        changed=[change for change in changes if change.pk is not None],
        unchanged=len(rows) - len(changes),
        new_teams=sorted(reader.new_teams.values()),
        new_sites=sorted(reader.new_sites.values()),
        errors=sorted(errors),
        ignored_columns=columns.unknown,
    )


# --- one row --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A row as understood: only the fields that the file has a say in."""

    line: int
    email: str
    values: Mapping[str, Any]


class _Reader:
    """Reads cells into values. Teams and sites go by one spelling, that of the database or of the first row to name
    them, so that "service/retail" does not grow beside "Service/Retail"."""

    def __init__(self, columns: Columns, around: Surroundings) -> None:
        self.columns, self.around = columns, around
        self.teams = {fold(path): path for path in around.teams}
        self.sites = {fold(name): name for name in around.sites}
        self.new_teams: dict[str, str] = {}
        self.new_sites: dict[str, str] = {}
        self.parse: dict[str, Callable[[str], Any]] = {
            "full_name": lambda cell: read_line(cell, "full_name", required=True),
            "preferred_name": lambda cell: read_line(cell, "preferred_name"),
            "job_title": lambda cell: read_line(cell, "job_title"),
            "team": self._team,
            "manager_email": lambda cell: read_address(cell, "manager_email") if cell.strip() else "",
            "site": self._site,
            "time_zone": lambda cell: read_choice(cell, around.zones, _("unknown time zone")),
            "language": self._language,
            "work_days": read_work_days,
            "work_starts": lambda cell: read_time(cell, "work_starts"),
            "work_ends": lambda cell: read_time(cell, "work_ends"),
            "started_on": lambda cell: read_date(cell, "started_on"),
            "left_on": lambda cell: read_date(cell, "left_on"),
        }

    def read(
        self, line: int, cells: Mapping[str, str], seen: dict[str, int]
    ) -> tuple[_Incoming | None, list[RowError]]:
        """The row, or None when it cannot be said whom it is about; and what is wrong with it."""
        try:
            email = read_address(cells["email"], "email")
        except RowRefused as refusal:
            # The other cells of the row are still looked at, so that one round of mending is enough.
            _values, errors = self._values(line, cells, None)
            return None, [RowError(line, self.columns.heading("email"), str(refusal)), *errors]
        if email in seen:
            reason = _("the same address twice in the file; it is on line %(line)d already") % {"line": seen[email]}
            return None, [RowError(line, self.columns.heading("email"), reason)]
        seen[email] = line
        known = self.around.people.get(email)
        values, errors = self._values(line, cells, known)
        errors += self._row_errors(line, email, values, known)
        return _Incoming(line, email, values), errors

    def _values(
        self, line: int, cells: Mapping[str, str], known: Known | None
    ) -> tuple[dict[str, Any], list[RowError]]:
        values: dict[str, Any] = {}
        errors = []
        for name, cell in cells.items():
            if name == "email" or (name in NEVER_EMPTY and not cell.strip()):
                continue
            try:
                values[name] = self.parse[name](cell)
            except RowRefused as refusal:
                errors.append(RowError(line, self.columns.heading(name), str(refusal)))
        if known is None and "full_name" not in cells:
            errors.append(RowError(line, "full_name", _("full_name is required for somebody new")))
        return values, errors

    def _row_errors(self, line: int, email: str, values: Mapping[str, Any], known: Known | None) -> list[RowError]:
        """What only shows when the cells are seen together, or beside the person as known."""
        errors = []
        before = known.values if known else DEFAULTS
        started, left = (values.get(name, before[name]) for name in ("started_on", "left_on"))
        if started and left and left < started:
            errors.append(RowError(line, self.columns.heading("left_on"), _("left_on is before started_on")))
        if known and not known.is_active and "left_on" in values and values["left_on"] is None:
            reason = _("this person has left; give left_on, or reactivate them on their page first")
            errors.append(RowError(line, self.columns.heading("left_on"), reason))
        if known is None and left and left <= self.around.today:
            reason = _("somebody who has already left cannot be added; take the row out")
            errors.append(RowError(line, self.columns.heading("left_on"), reason))
        if known and known.is_active and email in self.around.protected and left and left <= self.around.today:
            reason = _("an import cannot deactivate you, or the last people admin of the whole organisation")
            errors.append(RowError(line, self.columns.heading("left_on"), reason))
        return errors

    def _team(self, cell: str) -> str:
        if not cell.strip():
            return ""
        parts = [read_line(part, "team") for part in cell.split("/")]
        if not all(parts):
            raise RowRefused(_("team has an empty name between two slashes; write Service/Retail/Unit 1"))
        if max(map(len, parts)) > LONGEST_TEAM_NAME:
            raise RowRefused(_("a team's name is longer than %(limit)d characters") % {"limit": LONGEST_TEAM_NAME})
        path = ""
        for part in parts:
            path = self._known_path(f"{path}/{part}" if path else part)
        if len(path) > LONGEST["team"]:
            raise RowRefused(_("team is longer than %(limit)d characters") % {"limit": LONGEST["team"]})
        return path

    def _known_path(self, path: str) -> str:
        key = fold(path)
        if key not in self.teams:
            self.teams[key] = self.new_teams[key] = path
        return self.teams[key]

    def _site(self, cell: str) -> str:
        name = read_line(cell, "site")
        if not name:
            return ""
        key = fold(name)
        if key not in self.sites:
            self.sites[key] = self.new_sites[key] = name
        return self.sites[key]

    def _language(self, cell: str) -> str:
        wanted = cell.strip().lower().replace("_", "-")
        if wanted not in self.around.languages:
            known = ", ".join(sorted(self.around.languages))
            raise RowRefused(_("unknown language; this installation speaks %(languages)s") % {"languages": known})
        return wanted


# --- reporting line -------------------------------------------------------------------------------------------------


def _manager_errors(rows: Collection[_Incoming], around: Surroundings, heading: str) -> Iterator[RowError]:
    """Managers who do not exist, have left, are oneself, or close a circle over file and database."""
    in_file = {incoming.email: incoming.line for incoming in rows}
    rows = [incoming for incoming in rows if "manager_email" in incoming.values]
    parents: dict[str, str | None] = {
        email: known.values["manager_email"] or None for email, known in around.people.items()
    }
    for incoming in rows:
        manager = incoming.values["manager_email"]
        reason = _manager_flaw(incoming, manager, in_file, around)
        if reason:
            yield RowError(incoming.line, heading, reason)
        parents[incoming.email] = manager if manager and not reason else None
    for cycle in find_cycles(parents):
        reason = _cycle_reason(cycle)
        yield from (RowError(in_file[email], heading, reason) for email in cycle if email in in_file)


def _manager_flaw(incoming: _Incoming, manager: str, in_file: Mapping[str, int], around: Surroundings) -> str | None:
    if not manager:
        return None
    if manager == incoming.email:
        return _("a person cannot report to themselves")
    known = around.people.get(manager)
    if known is None and manager not in in_file:
        return _("manager_email names nobody, in this file or among the people here")
    mine = around.people.get(incoming.email)
    stays = mine is not None and mine.values["manager_email"] == manager
    if known is not None and not known.is_active and not stays:
        return _("manager_email names somebody who has left")
    return None


def _cycle_reason(cycle: list[str]) -> str:
    names = [email.partition("@")[0] for email in cycle]
    if len(set(names)) < len(names):
        names = list(cycle)
    names = sorted(names) if len(names) == 2 else names
    if len(names) == 2:
        return _("%(one)s and %(other)s report to each other") % {"one": names[0], "other": names[1]}
    shown = " → ".join([*names[:6], "…"] if len(names) > 6 else [*names, names[0]])
    return _("reports go round in a circle: %(people)s") % {"people": shown}


# --- against what is known ------------------------------------------------------------------------------------------


def _compare(incoming: _Incoming, around: Surroundings) -> Change | None:
    """The change that the row asks for; None when all is as it says."""
    known = around.people.get(incoming.email)
    name = str(incoming.values.get("full_name") or (known.values["full_name"] if known else ""))
    if known is None:
        return Change(incoming.line, incoming.email, name, None, {**DEFAULTS, **incoming.values})
    after = {field: value for field, value in incoming.values.items() if value != known.values[field]}
    if not after:
        return None
    left = after.get("left_on")
    return Change(
        line=incoming.line,
        email=incoming.email,
        name=name,
        pk=known.pk,
        after=after,
        before={field: known.values[field] for field in after},
        leaves=known.is_active and left is not None and left <= around.today,
    )


def count_fields(changes: Iterable[Change]) -> dict[str, int]:
    """How many of the changes touch each field, the most frequent first."""
    return dict(Counter(field for change in changes for field in change.after if change.pk is not None).most_common())
