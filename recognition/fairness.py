"""Who was nominated and who won, beside who could have: by groups, the small ones together. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from recognition.withholding import small_ones

LEAST = 5  # smaller groups are never shown by themselves


@dataclass(frozen=True)
class Member:
    """One of those who could be nominated, by the group they are in."""

    group: str
    nominated: bool
    won: bool


@dataclass(frozen=True)
class Row:
    """One group; `joined` are several small ones together, whose names are not told."""

    group: str
    eligible: int
    nominated: int
    won: int
    joined: bool = False


def spread(members: Iterable[Member]) -> list[Row]:
    """By group, the largest first. Groups under five stand together in one row; if that row is under five itself, the
    smallest of the others joins it, so that no subtraction from the sum tells of fewer than five. Of fewer than five
    in all, nothing."""
    everybody = list(members)
    if len(everybody) < LEAST:
        return []
    sizes = Counter(one.group for one in everybody)
    small = small_ones(sizes, LEAST)
    others = sorted(set(sizes) - small, key=lambda group: (sizes[group], group))
    rows = [_row(group, [one for one in everybody if one.group == group]) for group in reversed(others)]
    if small:
        rows.append(_row("", [one for one in everybody if one.group in small], joined=True))
    return rows


def _row(group: str, members: Sequence[Member], *, joined: bool = False) -> Row:
    nominated, won = sum(one.nominated for one in members), sum(one.won for one in members)
    return Row(group, len(members), nominated, won, joined)


BANDS = ((1, "under a year"), (3, "1 to 3 years"), (6, "3 to 6 years"))


def tenure(started_on: date | None, day: date) -> str:
    """The band of years with us on a day."""
    if started_on is None:
        return "not known"
    years = day.year - started_on.year - ((day.month, day.day) < (started_on.month, started_on.day))
    return next((name for most, name in BANDS if years < most), "6 years and more")
