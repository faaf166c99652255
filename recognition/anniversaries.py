"""Which days are anniversaries. Pure."""

from calendar import isleap
from collections.abc import Iterable
from datetime import date


def years_on(day: date, *, since: date) -> int | None:
    """How many whole years are reached on this day: 0 on the first day itself, None on any other and before it. Who
    began on 29 February has the 28th in other years."""
    if day < since:
        return None
    return day.year - since.year if (day.month, day.day) in _days_of(since, day.year) else None


def first_days(days: Iterable[date]) -> set[tuple[int, int]]:
    """Month and day on which whoever has an anniversary on one of these days began."""
    days = list(days)
    found = {(day.month, day.day) for day in days}
    return found | {(2, 29) for day in days if (day.month, day.day) == (2, 28) and not isleap(day.year)}


def _days_of(since: date, year: int) -> set[tuple[int, int]]:
    if (since.month, since.day) == (2, 29) and not isleap(year):
        return {(2, 28)}
    return {(since.month, since.day)}
