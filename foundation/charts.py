"""Geometry of the charts: plain numbers in, a frozen figure out, drawn by `templates/charts/<kind>.html`.

Nothing here knows HTML, the database or a colour. Places along a scale are percentages of the plot's width, so that a
drawing fits a phone and a wall without its marks or letters being stretched; what must not overlap is set apart in
pixels. Every figure carries its title, a description in words, and the table that says the same as the drawing: a chart
is never the only way to a number.
Long because the kinds of chart share one scale, one way of words and one way of tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, isfinite
from typing import Final, Literal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LOWEST: Final = 1
HIGHEST: Final = 5
EDGE: Final = 7.0  # per cent kept free at both ends, so that a mark on the end of the scale is whole
APART: Final = 24  # pixels between dots of one rating: the smallest target a finger may be given
CROWD: Final = 64  # pixels for all the dots of one rating, short of its neighbours on a phone

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
    """A candidate: the combined score with its interval and the number of scorecards behind it.

    `tied`: cannot be told apart from the first row.
    """

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
    """One cell of a matrix: a number for its shade, a text to read. None is empty, and the text says why."""

    value: float | None
    text: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A row of a matrix, with one cell per column."""

    label: str
    cells: Sequence[Cell]
    href: str = ""


# What the template draws


@dataclass(frozen=True, slots=True)
class Tick:
    """A gridline, at a percentage of the plot's width."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """A dot: at a percentage of the plot's width, moved aside by some pixels where others share its value."""

    at: float
    aside: float
    label: str
    value: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a drawing; places are percentages of the plot's width, None where there is nothing to draw."""

    label: str
    href: str = ""
    points: tuple[Point, ...] = ()
    at: float | None = None
    start: float | None = None
    end: float | None = None
    minimum: float | None = None
    value: str = ""
    note: str = ""
    said: str = ""
    tied: bool = False

    @property
    def span(self) -> float:
        """The length from start to end, 0 when either is missing."""
        return 0.0 if self.start is None or self.end is None else round(max(0.0, self.end - self.start), 2)


@dataclass(frozen=True, slots=True)
class Shaded:
    """A cell of a heat map: its text, and the step of the ramp, 0 for none."""

    text: str
    step: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class ShadedLine:
    """A row of a heat map."""

    label: str
    href: str
    cells: tuple[Shaded, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """Everything a template needs to draw a chart and to say it in words. `slug` names it within its page."""

    kind: Kind
    title: str
    description: str
    slug: str
    head: tuple[str, ...]
    body: tuple[tuple[str, ...], ...] = ()
    ticks: tuple[Tick, ...] = ()
    lines: tuple[Line, ...] = ()
    shaded: tuple[ShadedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to percentages; values outside are held at the ends.

    Raises ValueError for what is not a finite number.
    """

    low: float
    high: float
    edge: float = EDGE

    def __call__(self, value: float) -> float:
        if not isfinite(value):
            raise ValueError(f"{value!r} has no place on a scale.")
        if self.high <= self.low:
            return self.edge
        share = (min(self.high, max(self.low, value)) - self.low) / (self.high - self.low)
        return round(self.edge + share * (100 - 2 * self.edge), 2)

    def maybe(self, value: float | None) -> float | None:
        return None if value is None else self(value)


SCORES: Final = Scale(LOWEST, HIGHEST)


def shown(value: float, digits: int = 0) -> str:
    """The number as it is read: halves rounded up, as people do and binary fractions do not; thousands grouped."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return number_format(exact, digits, force_grouping=True)


def shade(value: float, low: float, high: float) -> int:
    """The step of the five-step ramp, 1 to 5, for a value between low and high; 3 where there is no range."""
    if high <= low:
        return 3
    share = (min(high, max(low, value)) - low) / (high - low)
    return min(5, 1 + int(share * 5))


def profile(title: str, rows: Sequence[ProfileRow], *, slug: str = "profile") -> Figure:
    """A candidate's profile: per competency a dot per panellist, the mean and its interval, the must-have minimum."""
    return Figure(
        kind="profile",
        title=title,
        description=_profile_description(rows),
        slug=slug,
        head=(_("Competency"), _("Ratings"), _("Mean"), _("Interval"), _("No evidence")),
        body=tuple(_profile_words(row) for row in rows),
        ticks=_score_ticks(),
        lines=tuple(_profile_line(row) for row in rows),
    )


def _score_ticks() -> tuple[Tick, ...]:
    return tuple(Tick(SCORES(value), str(value)) for value in range(LOWEST, HIGHEST + 1))


def _profile_line(row: ProfileRow) -> Line:
    __, ratings, mean, interval, ___ = _profile_words(row)
    said = ratings if row.mean is None else f"{ratings}; {_('mean')} {mean} ({interval})"
    return Line(
        label=row.label,
        href=row.href,
        points=_spread(row.dots),
        at=SCORES.maybe(row.mean),
        start=SCORES.maybe(row.low),
        end=SCORES.maybe(row.high),
        minimum=SCORES.maybe(row.must_have),
        value=mean,
        note=_("no evidence: %(n)d") % {"n": row.no_evidence} if row.no_evidence else "",
        said=f"{row.label}: {said}",
    )


def _spread(dots: Sequence[Dot]) -> tuple[Point, ...]:
    """Dots of the same rating stand beside each other, never on top of each other."""
    placed: list[Point] = []
    for value in range(LOWEST, HIGHEST + 1):
        same = [dot for dot in dots if dot.value == value]
        gap = min(APART, CROWD / max(1, len(same) - 1))
        for number, dot in enumerate(same):
            aside = round((number - (len(same) - 1) / 2) * gap, 1)
            placed.append(Point(SCORES(value), aside, dot.label, dot.value, dot.href))
    return tuple(placed)


def _profile_words(row: ProfileRow) -> tuple[str, str, str, str, str]:
    ratings = ", ".join(f"{dot.label} {dot.value}" for dot in row.dots)
    mean = "–" if row.mean is None else shown(row.mean, 1)
    return row.label, ratings or _("no ratings"), mean, _interval(row.low, row.high), str(row.no_evidence)


def _profile_description(rows: Sequence[ProfileRow]) -> str:
    rated = [(row.mean, row.label) for row in rows if row.mean is not None]
    if not rated:
        return _("No ratings yet.")
    (high, best), (low, least) = max(rated), min(rated)
    return _("Highest mean: %(best)s, %(high)s of 5. Lowest mean: %(least)s, %(low)s of 5.") % {
        "best": best,
        "high": shown(high, 1),
        "least": least,
        "low": shown(low, 1),
    }


def intervals(title: str, rows: Sequence[IntervalRow], *, slug: str = "intervals") -> Figure:
    """Candidates compared, best first: each score with its interval, so that those that overlap are seen to."""
    words = [_interval_words(row) for row in rows]
    return Figure(
        kind="intervals",
        title=title,
        description=_intervals_description(rows),
        slug=slug,
        head=(_("Candidate"), _("Score"), _("Interval"), _("Scorecards"), _("Remark")),
        body=tuple(words),
        ticks=_score_ticks(),
        lines=tuple(
            _interval_line(row, said, tied=_in_band(rows, index))
            for index, (row, said) in enumerate(zip(rows, words, strict=True))
        ),
    )


def _in_band(rows: Sequence[IntervalRow], index: int) -> bool:
    """The first stands in the band of those that cannot be told apart from it."""
    return rows[index].tied or (index == 0 and any(row.tied for row in rows))


def _interval_line(row: IntervalRow, words: tuple[str, str, str, str, str], *, tied: bool) -> Line:
    counted = ngettext("%(n)d scorecard", "%(n)d scorecards", row.count) % {"n": row.count}
    __, value, interval, ___, remark = words
    return Line(
        label=row.label,
        href=row.href,
        at=SCORES.maybe(row.value),
        start=SCORES.maybe(row.low),
        end=SCORES.maybe(row.high),
        value=_("not scored") if row.value is None else value,
        note=counted,
        said=f"{row.label}: {value} ({interval}), {counted}{f', {remark}' if remark else ''}",
        tied=tied,
    )


def _interval_words(row: IntervalRow) -> tuple[str, str, str, str, str]:
    remark = row.note or (_("cannot be told apart from the first") if row.tied else "")
    value = "–" if row.value is None else shown(row.value, 2)
    return row.label, value, _interval(row.low, row.high, 2), shown(row.count), remark


def _intervals_description(rows: Sequence[IntervalRow]) -> str:
    scored = [row for row in rows if row.value is not None]
    if not scored or scored[0].value is None:
        return _("No scores yet.")
    text = _("%(name)s has the highest score, %(score)s of 5.") % {
        "name": scored[0].label,
        "score": shown(scored[0].value, 2),
    }
    tied = [row.label for row in scored[1:] if row.tied]
    if tied:
        text += " " + _("Cannot be told apart from it: %(names)s.") % {"names": ", ".join(tied)}
    return text


def funnel(title: str, stages: Sequence[Stage], *, slug: str = "funnel") -> Figure:
    """How many have reached each stage of the pipeline, and what share of those before it."""
    scale = Scale(0, max((stage.count for stage in stages), default=0), edge=0)
    notes = [_funnel_note(stages, index) for index in range(len(stages))]
    return Figure(
        kind="funnel",
        title=title,
        description=_funnel_description(stages),
        slug=slug,
        head=(_("Stage"), _("Applications"), _("Remark")),
        body=tuple((stage.label, shown(stage.count), note) for stage, note in zip(stages, notes, strict=True)),
        lines=tuple(
            Line(
                label=stage.label,
                href=stage.href,
                start=0,
                end=scale(stage.count),
                value=shown(stage.count),
                note=note,
                said=f"{stage.label}: {shown(stage.count)}",
            )
            for stage, note in zip(stages, notes, strict=True)
        ),
    )


def _funnel_note(stages: Sequence[Stage], index: int) -> str:
    before = stages[index - 1].count if index else 0
    if stages[index].note or not before:
        return stages[index].note
    return _("%(n)s%% of the stage before") % {"n": shown(100 * stages[index].count / before)}


def _funnel_description(stages: Sequence[Stage]) -> str:
    if not stages:
        return _("No stages yet.")
    first, last = (f"{stage.label} ({shown(stage.count)})" for stage in (stages[0], stages[-1]))
    return _("From %(first)s to %(last)s.") % {"first": first, "last": last}


def durations(title: str, rows: Sequence[Duration], *, slug: str = "durations") -> Figure:
    """Days in each stage: a bar over the middle half of the cases, a line at the median."""
    longest = max((max(row.high, row.median) for row in rows), default=0)
    step = _tidy_step(longest)
    end = max(step, ceil(longest / step) * step)
    scale = Scale(0, end, edge=2)
    slowest = max(rows, key=lambda row: row.median, default=None)
    description = _("Nothing measured yet.")
    if slowest is not None:
        description = _("Longest: %(label)s, %(days)s days at the median.") % {
            "label": slowest.label,
            "days": shown(slowest.median, 1),
        }
    return Figure(
        kind="durations",
        title=title,
        description=description,
        slug=slug,
        head=(_("Stage"), _("Median, days"), _("Middle half, days"), _("Applications")),
        body=tuple((row.label, shown(row.median, 1), _interval(row.low, row.high), shown(row.count)) for row in rows),
        ticks=tuple(Tick(scale(step * n), shown(step * n)) for n in range(end // step + 1)),
        lines=tuple(_duration_line(row, scale) for row in rows),
    )


def _duration_line(row: Duration, scale: Scale) -> Line:
    days = _("%(n)s days") % {"n": shown(row.median, 1)}
    counted = ngettext("%(n)s application", "%(n)s applications", row.count) % {"n": shown(row.count)}
    return Line(
        label=row.label,
        href=row.href,
        at=scale(row.median),
        start=scale(row.low),
        end=scale(row.high),
        value=days,
        note=counted,
        said=f"{row.label}: {days} ({_interval(row.low, row.high)}), {counted}",
    )


def _tidy_step(longest: float) -> int:
    """The distance of gridlines, so that there are at most six steps: 1, 2, 5, 7, 14, 30 days and so on."""
    for step in (1, 2, 5, 7, 14, 30, 60, 90, 180, 365):
        if longest / step <= 6:
            return step
    return ceil(longest / 5)


def matrix(
    title: str,
    columns: Sequence[str],
    rows: Sequence[MatrixRow],
    *,
    low: float = LOWEST,
    high: float = HIGHEST,
    slug: str = "matrix",
) -> Figure:
    """A heat map in which every cell also says its number; raises ValueError when a row has not a cell per column."""
    if any(len(row.cells) != len(columns) for row in rows):
        raise ValueError("Every row needs one cell per column.")
    return Figure(
        kind="matrix",
        title=title,
        description=_("The stronger the shade of a cell, the higher its number."),
        slug=slug,
        head=tuple(columns),
        shaded=tuple(
            ShadedLine(row.label, row.href, tuple(_shaded(cell, low, high) for cell in row.cells)) for row in rows
        ),
    )


def _shaded(cell: Cell, low: float, high: float) -> Shaded:
    if cell.value is None:
        return Shaded(cell.text or "–", 0, cell.href)
    return Shaded(cell.text or shown(cell.value, 1), shade(cell.value, low, high), cell.href)


def _interval(low: float | None, high: float | None, digits: int = 1) -> str:
    if low is None or high is None:
        return "–"
    return _("%(low)s to %(high)s") % {"low": shown(low, digits), "high": shown(high, digits)}
