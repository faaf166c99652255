"""How long a completion is valid and when its renewal opens: calendar days, no clock, no zone.

Month arithmetic keeps the day of the first date and falls back to the month's last day where there is none: terms that
follow one another are counted from where they began, so that a completion of 31 January or 29 February does not creep
towards the 28th from one term to the next.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Anchor = Literal["completion", "expiry", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """What a module says of its completions. `months` (1 to 120) is None when they are valid for good.

    `anchor`: from when the next term counts: "completion" (the day it was done), "expiry" (the end of the term before,
    when it was renewed in time: early renewal loses no day), "date" (until the next `month`/`day`, at least
    `minimum_days` away, and after that of the term before when it was renewed in time). `window_days`: how long before
    the end renewal opens.
    """

    months: int | None
    anchor: Anchor = "expiry"
    month: int = 1
    day: int = 1
    minimum_days: int = 0
    window_days: int = 60


@dataclass(frozen=True, slots=True)
class Term:
    """How long one completion holds. `base` and `months` say where the count began: `ends` is that many months on."""

    base: date
    months: int
    ends: date


def add_months(day: date, months: int) -> date:
    """The same day so many months later (or earlier), or that month's last. OverflowError past the year 9999."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"There is no year {year}.")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_of(validity: Validity, completed_on: date, previous: Term | None = None) -> Term | None:
    """The term that a completion begins; None when it is valid for good. It ends after the day of the completion.

    `previous` is the term that was running, or had run out, when it was completed. By the same rule, no completion ends
    before the one it follows.
    """
    if validity.months is None:
        return None
    if previous is not None and window_opens_on(validity, previous.ends) <= completed_on <= previous.ends:
        return _renewed(validity, validity.months, completed_on, previous)
    term = _begun(validity, validity.months, completed_on)
    if (
        previous is not None
        and term.ends < previous.ends
        and _was_renewed_early(validity, validity.months, completed_on, previous)
    ):
        return previous
    return term


def _begun(validity: Validity, months: int, completed_on: date) -> Term:
    """Counted from the completion alone."""
    if validity.anchor == "date":
        earliest = completed_on + timedelta(days=max(validity.minimum_days, 1))
        return Term(completed_on, 0, _next(validity.month, validity.day, earliest))
    return Term(completed_on, months, add_months(completed_on, months))


def _renewed(validity: Validity, months: int, completed_on: date, previous: Term) -> Term:
    """Completed within the window, its first and last day included: the next term follows the one before."""
    if validity.anchor == "completion":
        return _begun(validity, months, completed_on)
    if validity.anchor == "date":
        earliest = max(completed_on + timedelta(days=validity.minimum_days), previous.ends + timedelta(days=1))
        return Term(completed_on, 0, _next(validity.month, validity.day, earliest))
    if previous.months and previous.months % months == 0:
        count = previous.months + months
        return Term(previous.base, count, add_months(previous.base, count))
    # The length of a term was changed in between: the count begins anew where the last one ended.
    return Term(previous.ends, months, add_months(previous.ends, months))


def _was_renewed_early(validity: Validity, months: int, completed_on: date, previous: Term) -> bool:
    """Whether the term follows one that ends within the window from now: then days were won by renewing early, and
    taking the module once more must not lose them. What ends later still was counted by a rule that is no more."""
    before = add_months(previous.ends, -12 if validity.anchor == "date" else -months)
    return validity.anchor != "completion" and window_opens_on(validity, before) <= completed_on


def window_opens_on(validity: Validity, ends: date) -> date:
    """The first day on which a completion that is valid until `ends` may be renewed."""
    return ends - timedelta(days=validity.window_days)


def can_be_refreshed(validity: Validity, ends: date | None, today: date) -> bool:
    """Whether what was completed is fresh enough to be taken again by the shorter path: it holds (for good, when `ends`
    is None), or ran out no longer ago than its window is long."""
    return ends is None or (today - ends).days <= validity.window_days


def _next(month: int, day: int, earliest: date) -> date:
    """The first such day of the year that is not before the earliest; 29 February is the 28th where there is none."""
    for year in (earliest.year, earliest.year + 1):
        found = date(year, month, min(day, monthrange(year, month)[1]))
        if found >= earliest:
            return found
    raise AssertionError("A year has every month.")
