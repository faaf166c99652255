"""Geometry of the charts: plain numbers in, a frozen figure out, drawn by `templates/charts/<kind>.html`.

Nothing here knows HTML, the database or a colour. Coordinates are user units of an SVG whose width is always `WIDTH`; it
scales with its container. Every figure carries its title, a description in words, and the table that says the same as the
drawing, so that a chart is never the only way to a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, isfinite
from typing import Final, Literal

from django.utils.formats import number_format as localised
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WIDTH: Final = 720
LABEL: Final = 216  # where the plot begins: names stand to the left of it
RIGHT: Final = 96  # numbers stand to the right of it
ROW: Final = 40
PROFILE_ROW: Final = 48  # dots above, their mean and interval below
TOP: Final = 28
BOTTOM: Final = 12
DOT: Final = 7
CROWD: Final = 76  # room for all the dots of one rating, short of its neighbours
APART: Final = 24  # between dots of one rating: the smallest target a finger may be given
FUNNEL_END: Final = 500  # the number and the remark stand to the right of a bar's track
LONGEST_LABEL: Final = 28  # characters that fit the label column at the chart's type size

Kind = Literal["profile", "intervals", "funnel", "durations", "matrix"]


# What the caller gives


@dataclass(frozen=True, slots=True)
class Dot:
    """One panellist's rating, 1 to 5."""

    label: str
    value: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A competency: its dots, their mean with an interval where there is one, and how many had no evidence."""

    label: str
    dots: Sequence[Dot]
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    href: str = ""
    must_have: float | None = None
    no_evidence: int = 0


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """A candidate: the combined score with its interval and the number of scorecards behind it."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    count: int
    href: str = ""
    note: str = ""
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the pipeline and how many have reached it."""

    label: str
    count: int
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Duration:
    """Days spent somewhere: the median, and the middle half of the cases."""

    label: str
    median: float
    low: float
    high: float
    count: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a matrix: a number for its shade, a text to read. None is empty, and says so."""

    value: float | None
    text: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    label: str
    cells: Sequence[Cell]
    href: str = ""


# What the template draws


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    label: str
    value: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a drawing. `label` may be cut to fit; `name` is whole."""

    name: str
    label: str
    y: float
    middle: float
    href: str = ""
    points: tuple[Point, ...] = ()
    at: float | None = None
    start: float | None = None
    end: float | None = None
    minimum: float | None = None
    value: str = ""
    note: str = ""
    tied: bool = False

    @property
    def top(self) -> float:
        """Where a bar within the row begins."""
        return self.y + 10

    @property
    def foot(self) -> float:
        """The level of the mean and its interval, below the dots."""
        return self.y + 36

    @property
    def bottom(self) -> float:
        return self.y + 48

    @property
    def span(self) -> float:
        """The length from start to end, 0 when either is missing."""
        return 0.0 if self.start is None or self.end is None else round(max(0.0, self.end - self.start), 1)


@dataclass(frozen=True, slots=True)
class Square:
    x: float
    width: float
    text: str
    said: str
    step: int
    href: str = ""

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class SquareLine:
    name: str
    label: str
    y: float
    href: str
    squares: tuple[Square, ...]

    @property
    def middle(self) -> float:
        return self.y + (ROW - 3) / 2


@dataclass(frozen=True, slots=True)
class Figure:
    """Everything a template needs to draw a chart and to say it in words."""

    kind: Kind
    title: str
    description: str
    height: float
    head: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]
    ticks: tuple[Tick, ...] = ()
    lines: tuple[Line, ...] = ()
    squares: tuple[SquareLine, ...] = ()
    columns: tuple[Tick, ...] = ()
    width: float = WIDTH
    left: float = LABEL
    top: float = TOP
    bottom: float = 0.0
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to user units; values outside are held at the ends."""

    low: float
    high: float
    start: float = LABEL
    end: float = WIDTH - RIGHT

    def __call__(self, value: float) -> float:
        if not isfinite(value):
            raise ValueError(f"{value!r} has no place on a scale.")
        if self.high <= self.low:
            return round(self.start, 1)
        share = (min(self.high, max(self.low, value)) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def shown(value: float, digits: int = 0) -> str:
    """The number as it is read: halves rounded up, as people do and binary fractions do not; thousands grouped."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return localised(exact, digits, force_grouping=True)


def shade(value: float, low: float, high: float) -> int:
    """The step of the five-step ramp, 1 to 5, for a value between low and high."""
    if high <= low:
        return 3
    share = (min(high, max(low, value)) - low) / (high - low)
    return min(5, 1 + int(share * 5))


def profile(title: str, rows: Sequence[ProfileRow], *, slug: str = "profile") -> Figure:
    """A candidate's profile: per competency a dot per panellist, the mean and its interval, the must-have minimum."""
    scale = Scale(1, 5, LABEL + 44, WIDTH - RIGHT - 44)
    lines = tuple(_profile_line(row, index, scale) for index, row in enumerate(rows))
    bottom = TOP + PROFILE_ROW * len(rows)
    return Figure(
        kind="profile",
        title=title,
        description=_profile_description(rows),
        height=bottom + BOTTOM,
        bottom=bottom,
        head=(_("Competency"), _("Ratings"), _("Mean"), _("Interval"), _("No evidence")),
        body=tuple(_profile_words(row) for row in rows),
        ticks=tuple(Tick(scale(value), str(value)) for value in range(1, 6)),
        lines=lines,
        slug=slug,
    )


def _profile_line(row: ProfileRow, index: int, scale: Scale) -> Line:
    y = TOP + PROFILE_ROW * index
    return Line(
        name=row.label,
        label=_cut(row.label),
        y=y,
        middle=y + PROFILE_ROW / 2,
        href=row.href,
        points=_spread(row.dots, y + 17, scale),
        at=None if row.mean is None else scale(row.mean),
        start=None if row.low is None else scale(row.low),
        end=None if row.high is None else scale(row.high),
        minimum=None if row.must_have is None else scale(row.must_have),
        value="" if row.mean is None else shown(row.mean, 1),
        note=_("no evidence: %(n)d") % {"n": row.no_evidence} if row.no_evidence else "",
    )


def _spread(dots: Sequence[Dot], middle: float, scale: Scale) -> tuple[Point, ...]:
    """Dots of the same rating stand beside each other, never on top of each other."""
    placed: list[Point] = []
    for value in range(1, 6):
        same = [dot for dot in dots if dot.value == value]
        gap = min(APART, CROWD / max(1, len(same)))
        for number, dot in enumerate(same):
            x = scale(value) + (number - (len(same) - 1) / 2) * gap
            placed.append(Point(round(x, 1), middle, dot.label, dot.value, dot.href))
    return tuple(placed)


def _profile_words(row: ProfileRow) -> tuple[str, ...]:
    ratings = ", ".join(f"{dot.label} {dot.value}" for dot in row.dots)
    mean = "" if row.mean is None else shown(row.mean, 1)
    return row.label, ratings or _("none"), mean or "–", _interval(row.low, row.high), str(row.no_evidence)


def _profile_description(rows: Sequence[ProfileRow]) -> str:
    rated = [row for row in rows if row.mean is not None]
    if not rated:
        return _("No ratings yet.")
    best = max(rated, key=lambda row: row.mean or 0)
    least = min(rated, key=lambda row: row.mean or 0)
    return _("Highest mean: %(best)s, %(high)s of 5. Lowest mean: %(least)s, %(low)s of 5.") % {
        "best": best.label,
        "high": shown(best.mean, 1),
        "least": least.label,
        "low": shown(least.mean, 1),
    }


def intervals(title: str, rows: Sequence[IntervalRow], *, slug: str = "intervals") -> Figure:
    """Candidates compared: each score with its interval, best first, so that overlapping ones are seen to overlap."""
    scale = Scale(1, 5)
    bottom = TOP + ROW * len(rows)
    return Figure(
        kind="intervals",
        title=title,
        description=_intervals_description(rows),
        height=bottom + BOTTOM,
        bottom=bottom,
        head=(_("Candidate"), _("Score"), _("Interval"), _("Scorecards"), _("Remark")),
        body=tuple(
            (
                row.label,
                "–" if row.value is None else shown(row.value, 2),
                _interval(row.low, row.high, 2),
                shown(row.count),
                row.note or (_("cannot be told apart from the first") if row.tied else ""),
            )
            for row in rows
        ),
        ticks=tuple(Tick(scale(value), str(value)) for value in range(1, 6)),
        lines=tuple(_interval_line(row, index, scale, tied=_in_band(rows, index)) for index, row in enumerate(rows)),
        slug=slug,
    )


def _in_band(rows: Sequence[IntervalRow], index: int) -> bool:
    """The first stands in the band of those that cannot be told apart from it."""
    return rows[index].tied or (index == 0 and any(row.tied for row in rows))


def _interval_line(row: IntervalRow, index: int, scale: Scale, *, tied: bool) -> Line:
    y = TOP + ROW * index
    return Line(
        name=row.label,
        label=_cut(row.label),
        y=y,
        middle=y + ROW / 2,
        href=row.href,
        at=None if row.value is None else scale(row.value),
        start=None if row.low is None else scale(row.low),
        end=None if row.high is None else scale(row.high),
        value=_("not scored") if row.value is None else shown(row.value, 2),
        note=ngettext("%(n)d scorecard", "%(n)d scorecards", row.count) % {"n": row.count},
        tied=tied,
    )


def _intervals_description(rows: Sequence[IntervalRow]) -> str:
    scored = [row for row in rows if row.value is not None]
    if not scored:
        return _("No scores yet.")
    first = scored[0]
    tied = [row.label for row in scored[1:] if row.tied]
    text = _("%(name)s has the highest score, %(score)s of 5.") % {
        "name": first.label,
        "score": shown(first.value, 2),
    }
    if tied:
        text += " " + _("Cannot be told apart from it: %(names)s.") % {"names": ", ".join(tied)}
    return text


def funnel(title: str, stages: Sequence[Stage], *, slug: str = "funnel") -> Figure:
    """How many have reached each stage of the pipeline, and what share of those before it."""
    most = max((stage.count for stage in stages), default=0)
    scale = Scale(0, most, LABEL, FUNNEL_END)
    head = 4
    lines, body = [], []
    for index, stage in enumerate(stages):
        before = stages[index - 1].count if index else 0
        share = (
            _("%(n)s % of the stage before").replace("% of", "%% of") % {"n": shown(round(100 * stage.count / before))}
            if before
            else ""
        )
        y = head + ROW * index
        lines.append(
            Line(
                name=stage.label,
                label=_cut(stage.label),
                y=y,
                middle=y + ROW / 2,
                href=stage.href,
                start=LABEL,
                end=scale(stage.count) if most else LABEL,
                value=shown(stage.count),
                note=stage.note or share,
            )
        )
        body.append((stage.label, shown(stage.count), stage.note or share or "–"))
    bottom = head + ROW * len(stages)
    return Figure(
        kind="funnel",
        title=title,
        description=_("From %(first)s to %(last)s.") % {"first": _counted(stages[0]), "last": _counted(stages[-1])}
        if stages
        else _("No stages yet."),
        height=bottom + BOTTOM,
        bottom=bottom,
        head=(_("Stage"), _("Applications"), _("Remark")),
        body=tuple(body),
        lines=tuple(lines),
        slug=slug,
    )


def _counted(stage: Stage) -> str:
    return f"{stage.label} ({shown(stage.count)})"


def durations(title: str, rows: Sequence[Duration], *, slug: str = "durations") -> Figure:
    """Days in each stage: a bar to the median, a line over the middle half of the cases."""
    longest = max((max(row.high, row.median) for row in rows), default=0)
    step = _tidy_step(longest)
    end = max(step, ceil(longest / step) * step)
    scale = Scale(0, end)
    bottom = TOP + ROW * len(rows)
    ticks = [Tick(scale(step * n), shown(step * n)) for n in range(int(end / step) + 1)]
    slowest = max(rows, key=lambda row: row.median, default=None)
    return Figure(
        kind="durations",
        title=title,
        description=_("Longest: %(label)s, %(days)s days at the median.")
        % {"label": slowest.label, "days": shown(slowest.median, 1)}
        if slowest
        else _("Nothing measured yet."),
        height=bottom + BOTTOM,
        bottom=bottom,
        head=(_("Stage"), _("Median, days"), _("Middle half, days"), _("Applications")),
        body=tuple((row.label, shown(row.median, 1), _interval(row.low, row.high), shown(row.count)) for row in rows),
        ticks=tuple(ticks),
        lines=tuple(
            Line(
                name=row.label,
                label=_cut(row.label),
                y=TOP + ROW * index,
                middle=TOP + ROW * (index + 0.5),
                href=row.href,
                at=scale(row.median),
                start=scale(row.low),
                end=scale(row.high),
                value=_("%(n)s d") % {"n": shown(row.median, 1)},
                note=_("of %(n)s") % {"n": shown(row.count)},
            )
            for index, row in enumerate(rows)
        ),
        slug=slug,
    )


def _tidy_step(longest: float) -> int:
    """The distance of gridlines, so that there are three to six of them: 1, 2, 5, 7, 14, 30 days and so on."""
    for step in (1, 2, 5, 7, 14, 30, 60, 90, 180, 365):
        if longest / step <= 6:
            return step
    return ceil(longest / 5)


def matrix(
    title: str,
    columns: Sequence[str],
    rows: Sequence[MatrixRow],
    *,
    low: float = 1,
    high: float = 5,
    slug: str = "matrix",
) -> Figure:
    """A heat map in which every cell also says its number; raises ValueError when a row has not a cell per column."""
    if any(len(row.cells) != len(columns) for row in rows):
        raise ValueError("Every row needs one cell per column.")
    wide = (WIDTH - LABEL) / max(1, len(columns))
    head = 28
    lines = tuple(
        SquareLine(
            name=row.label,
            label=_cut(row.label),
            y=head + ROW * index,
            href=row.href,
            squares=tuple(
                _square(cell, round(LABEL + wide * number, 1), wide, columns[number], row.label, low, high)
                for number, cell in enumerate(row.cells)
            ),
        )
        for index, row in enumerate(rows)
    )
    bottom = head + ROW * len(rows)
    fits = max(4, int(wide / 7.2))
    return Figure(
        kind="matrix",
        title=title,
        description=_("%(rows)d rows by %(columns)d columns; the darker a cell, the higher its number.")
        % {"rows": len(rows), "columns": len(columns)},
        height=bottom + 4,
        bottom=bottom,
        top=head,
        head=("", *columns),
        body=tuple((row.label, *(_cell_text(cell) for cell in row.cells)) for row in rows),
        columns=tuple(Tick(round(LABEL + wide * (n + 0.5), 1), _cut(name, fits)) for n, name in enumerate(columns)),
        squares=lines,
        slug=slug,
    )


def _square(cell: Cell, x: float, wide: float, column: str, row: str, low: float, high: float) -> Square:
    text = _cell_text(cell)
    return Square(
        x=x,
        width=round(wide - 3, 1),
        text=text,
        said=f"{row}, {column}: {text}",
        step=0 if cell.value is None else shade(cell.value, low, high),
        href=cell.href,
    )


def _cell_text(cell: Cell) -> str:
    if cell.text:
        return cell.text
    return "–" if cell.value is None else shown(cell.value, 1)


def _interval(low: float | None, high: float | None, digits: int = 1) -> str:
    if low is None or high is None:
        return "–"
    return _("%(low)s to %(high)s") % {"low": shown(low, digits), "high": shown(high, digits)}


def _cut(text: str, longest: int = LONGEST_LABEL) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
