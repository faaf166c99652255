"""The windows of the fair spread: complete quarters, and four of them. Never free dates. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

QUARTER, YEAR = "quarter", "year"


@dataclass(frozen=True)
class Window:
    """From the first to the last day, both counted. `span`: a quarter, or four."""

    span: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def quarter_before(day: date) -> Window:
    """The last quarter that was over before this day."""
    last = date(day.year, day.month - (day.month - 1) % 3, 1) - timedelta(days=1)
    return Window(QUARTER, date(last.year, last.month - 2, 1), last)


def windows_before(day: date) -> list[Window]:
    """The last four complete quarters, the newest first, and the four together.

    Each thanks lies in one quarter alone: groups are told of by quarters, so that no two windows of groups overlap.
    """
    found = [quarter_before(day)]
    while len(found) < 4:
        found.append(quarter_before(found[-1].first))
    return [*found, Window(YEAR, found[-1].first, found[0].last)]
