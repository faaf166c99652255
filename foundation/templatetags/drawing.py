"""The lines of charts and the numbers behind them, written in Python: a chart of thirty candidates drawn by the nodes
of a template cost as much as the comparison behind it. What stands around the lines is `templates/charts/<kind>.html`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.html import conditional_escape as escaped
from django.utils.safestring import SafeString, mark_safe

from foundation.charts import Figure, Line, Point


def lines(figure: Figure) -> SafeString:
    """A row a line: its name, its marks over the grid, its number in words."""
    if figure.kind not in MARKS:
        return mark_safe("")
    height, marks = MARKS[figure.kind]
    grid = "".join(
        f'<line class="chart-grid" x1="{tick.at}%" x2="{tick.at}%" y1="0" y2="100%"/>' for tick in figure.ticks
    )
    return mark_safe("\n".join(_line(line, height, grid + marks(line)) for line in figure.lines))  # noqa: S308


def numbers(figure: Figure) -> SafeString:
    """The body of the table behind the drawing: a head and its cells in each row."""
    return mark_safe(  # noqa: S308  every value is escaped
        "\n".join(
            f'<tr><th scope="row">{escaped(head)}</th>{"".join(f"<td>{escaped(value)}</td>" for value in values)}</tr>'
            for head, *values in figure.body
        )
    )


def _line(line: Line, height: int, drawn: str) -> str:
    label, said = escaped(line.label), escaped(line.said)
    named = f'<a href="{escaped(line.href)}">{label}</a>' if line.href else label
    note = f' <span class="chart-note">{escaped(line.note)}</span>' if line.note else ""
    return (
        f'<li class="chart-row{" chart-tied" if line.tied else ""}"><span class="chart-label">{named}</span>'
        f'<svg class="chart-plot" width="100%" height="{height}" role="group" aria-label="{said}">'
        f"<title>{said}</title>{drawn}</svg>"
        f'<span class="chart-number"><span class="chart-value">{escaped(line.value)}</span>{note}</span></li>'
    )


def _upright(css: str, at: float | None, top: int, bottom: int) -> str:
    return f'<line class="{css}" x1="{at}%" x2="{at}%" y1="{top}" y2="{bottom}"/>'


def _mean(line: Line, y: int) -> str:
    """The score as a diamond on its interval."""
    interval = ""
    if line.start is not None:
        interval = f'<line class="chart-interval" x1="{line.start}%" x2="{line.end}%" y1="{y}" y2="{y}"/>'
    if line.at is None:
        return interval
    diamond = '<path class="chart-mean" d="M0-6 6 0 0 6-6 0z"/>'
    return f'{interval}<svg x="{line.at}%" y="{y}" overflow="visible">{diamond}</svg>'


def _dot(point: Point) -> str:
    said = f"{escaped(point.label)}: {point.value}"
    dot = f'<circle class="chart-dot" cx="{point.aside}" r="7"><title>{said}</title></circle>'
    if point.href:
        hit = f'<circle class="chart-hit" cx="{point.aside}" r="12"/>'
        dot = f'<a href="{escaped(point.href)}" aria-label="{said}">{hit}{dot}</a>'
    return f'<svg x="{point.at}%" y="16" overflow="visible">{dot}</svg>'


def _intervals(line: Line) -> str:
    return _mean(line, 20)


def _profile(line: Line) -> str:
    minimum = "" if line.minimum is None else _upright("chart-minimum", line.minimum, 1, 49)
    return minimum + _mean(line, 38) + "".join(map(_dot, line.points))


def _funnel(line: Line) -> str:
    return (
        '<rect class="chart-track" width="100%" y="8" height="20" rx="4"/>'
        f'<rect class="chart-bar" width="{line.span}%" y="8" height="20" rx="4"/>'
    )


def _durations(line: Line) -> str:
    half = f'<rect class="chart-bar-soft" x="{line.start}%" width="{line.span}%" y="11" height="18" rx="3"/>'
    return half + _upright("chart-median", line.at, 7, 33)


# The height of a line in pixels, and what is drawn on it. A matrix has no lines: it is a table.
MARKS: Final[Mapping[str, tuple[int, Callable[[Line], str]]]] = {
    "intervals": (40, _intervals),
    "profile": (50, _profile),
    "funnel": (36, _funnel),
    "durations": (40, _durations),
}
