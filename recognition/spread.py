"""How evenly thanks are spread, beside what chance alone gives. Pure; each formula is in docs/domain/fair-spread.md."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, sqrt

Z = 1.96  # of an interval that holds the truth 95 times in 100


def days_here(
    first: date,
    last: date,
    *,
    began: date | None = None,
    left: date | None = None,
    away: Iterable[tuple[date, date]] = (),
) -> int:
    """Days between the two, both counted, on which somebody was employed and not on leave. `began` or `left` of None:
    before, after. Times of leave do not overlap."""
    start, end = max(first, began or first), min(last, left or last)
    off = sum(max(0, (min(end, until) - max(start, since)).days + 1) for since, until in away)
    return max(0, (end - start).days + 1 - off)


def gini(counts: Sequence[int]) -> float | None:
    """0 when all have as many, near 1 when one has all; those who have none count. None without any."""
    total, number = sum(counts), len(counts)
    if not total:
        return None
    ranked = sum(rank * count for rank, count in enumerate(sorted(counts), start=1))
    return 2 * ranked / (number * total) - (number + 1) / number


@dataclass(frozen=True)
class Chance:
    """What chance alone gives: the Gini, and the share of those whom nobody thanks, both 0 to 1."""

    gini: float
    never: float


def by_chance(received: int, exposures: Mapping[int, int]) -> Chance | None:
    """Of so many thanks, falling on everybody by chance, on each as often as the days they were here. `exposures`: how
    many people by days. The Gini of a mixture of Poisson distributions, for many people: the sum of F(1 - F) over the
    counts, over the mean; with equal days it is e^(-2m) (I0(2m) + I1(2m)). None without thanks or days."""
    people, days = sum(exposures.values()), sum(day * number for day, number in exposures.items())
    if not received or not days:
        return None
    rates = {received * day / days: number / people for day, number in exposures.items()}
    terms = {rate: share * exp(-rate) for rate, share in rates.items()}
    never = below = sum(terms.values())
    mean, spread, count = received / people, 0.0, 0
    most = max(rates) + 12 * sqrt(max(rates)) + 30
    while count < most:
        spread += below * max(0.0, 1 - below)
        count += 1
        terms = {rate: term * rate / count for rate, term in terms.items()}
        below += sum(terms.values())
    return Chance(spread / mean, never)


@dataclass(frozen=True)
class Tally:
    """Of a group in a window: people, their days, thanks received, how many received any, and the days of those."""

    people: int
    days: int
    received: int
    recognised: int
    recognised_days: int

    @property
    def coverage(self) -> float | None:
        """The share of the days whose people were thanked at least once."""
        return self.recognised_days / self.days if self.days else None


@dataclass(frozen=True)
class Member:
    """One of those who were here: days, and thanks received."""

    days: int
    received: int


def tally(members: Iterable[Member]) -> Tally:
    people = list(members)
    thanked = [one for one in people if one.received]
    return Tally(
        len(people),
        sum(one.days for one in people),
        sum(one.received for one in people),
        len(thanked),
        sum(one.days for one in thanked),
    )


def exposures(members: Iterable[Member]) -> dict[int, int]:
    """How many people by days."""
    return dict(Counter(one.days for one in members))


@dataclass(frozen=True)
class Ratio:
    """A group's share of thanks over its share of days, with an interval: 1 is as much as its days."""

    value: float
    low: float
    high: float

    @property
    def is_apart(self) -> bool:
        """Whether even the interval leaves out 1."""
        return self.low > 1 or self.high < 1


def representation(group: Tally, whole: Tally) -> Ratio | None:
    """By Byar's approximation to the limits of a Poisson count (Breslow and Day, 1987, page 69). None without thanks or
    days to expect any from."""
    if not whole.days or not whole.received or not group.days:
        return None
    expected = whole.received * group.days / whole.days
    low, high = byar(group.received)
    return Ratio(group.received / expected, low / expected, high / expected)


def byar(count: int) -> tuple[float, float]:
    """The 95 % limits of the mean of a Poisson distribution of which this was seen."""
    low = count * max(0.0, 1 - 1 / (9 * count) - Z / (3 * sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    return low, more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3
