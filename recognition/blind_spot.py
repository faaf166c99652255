"""How customers see a team's service beside how the team sees it: means, intervals and the gap. Pure.

Every number is on the scale of 1 to 5. Intervals are 95 % by Student's t: mean ± t(0.975, n − 1) · s / √n. The gap of
two means is judged by Welch's t with the degrees of freedom of Satterthwaite, as the two sides differ in number and in
spread; to the variance of each side two scores are added, one at either end of the scale, because a few alike answers
say little of how far the next would be off (B. L. Welch, "The generalization of 'Student's' problem when several
different population variances are involved", Biometrika 34, 1947, 28-35; NIST/SEMATECH e-Handbook of Statistical
Methods, 7.3.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, sqrt

LOWEST, HIGHEST = 1.0, 5.0
WIDEST = HIGHEST - LOWEST
STEP = 1.0  # from one score to the next
LEVEL = 0.975  # of a two-sided interval of 95 %
FEWEST = 2  # of fewer there is no spread, and so no interval


@dataclass(frozen=True, slots=True)
class Sums:
    """So many scores, their sum and the sum of their squares. `added` to others they are the sums of both."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    @property
    def mean(self) -> float | None:
        return min(HIGHEST, max(LOWEST, self.total / self.n)) if self.n else None

    @property
    def variance(self) -> float | None:
        """That of the sample, over n − 1; none of fewer than two. At least 0, and 0 for what is only rounding."""
        if self.n < FEWEST:
            return None
        found = (self.squares - self.total * self.total / self.n) / (self.n - 1)
        return found if found > 1e-9 else 0.0

    def added(self, other: "Sums") -> "Sums":
        return Sums(self.n + other.n, self.total + other.total, self.squares + other.squares)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its interval; without one where there are fewer than two, or none of them differ: alike answers say
    nothing about how far the next would be off."""

    n: int
    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """The team's own mean less the customers', -4 to 4. `claim`: "own" when the team sees it better, "customers" when
    they do, "same" when all of the interval is within a step of nought, "" when that cannot be told."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def claim(self) -> str:
        if self.low is None or self.high is None:
            return ""
        if self.low > 0:
            return "own"
        if self.high < 0:
            return "customers"
        return "same" if self.low >= -STEP and self.high <= STEP else ""


ENDS = Sums(2, LOWEST + HIGHEST, LOWEST * LOWEST + HIGHEST * HIGHEST)


def sums_of(counts: Mapping[int, int]) -> Sums:
    """Of how many gave each score."""
    return Sums(
        sum(counts.values()),
        float(sum(score * count for score, count in counts.items())),
        float(sum(score * score * count for score, count in counts.items())),
    )


def estimate(sums: Sums) -> Estimate | None:
    """Mean and interval, clipped to the scale; None of nothing."""
    mean, variance = sums.mean, sums.variance
    if mean is None:
        return None
    if not variance:
        return Estimate(sums.n, mean)
    half = t_quantile(LEVEL, sums.n - 1) * sqrt(variance / sums.n)
    return Estimate(sums.n, mean, max(LOWEST, mean - half), min(HIGHEST, mean + half))


def gap(own: Sums, customers: Sums) -> Gap | None:
    """What lies between the two, with Welch's interval clipped to the scale; None where either says nothing. No
    interval unless both are two or more."""
    if own.mean is None or customers.mean is None:
        return None
    value = own.mean - customers.mean
    if own.n < FEWEST or customers.n < FEWEST:
        return Gap(value)
    of_own, of_theirs = _careful(own) / own.n, _careful(customers) / customers.n
    both = of_own + of_theirs
    degrees = both * both / (of_own * of_own / (own.n - 1) + of_theirs * of_theirs / (customers.n - 1))
    half = t_quantile(LEVEL, degrees) * sqrt(both)
    return Gap(value, max(-WIDEST, value - half), min(WIDEST, value + half))


def _careful(sums: Sums) -> float:
    """The variance with one score more at each end of the scale. Without it a team of five that happens to answer alike
    is certain of itself: with both sides drawn alike up to a third of all months claimed a gap, with it under 4 %."""
    return sums.added(ENDS).variance or 0.0


@lru_cache(maxsize=4096)
def t_quantile(level: float, degrees: float) -> float:
    """Where Student's t with so many degrees of freedom (1 or more, any real) has this share below it, 0.5 ≤ level < 1.
    Good to nine digits."""
    low, high = 0.0, 1.0
    while t_below(high, degrees) < level:
        low, high = high, high * 2
    for _step in range(100):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if t_below(middle, degrees) < level else (low, middle)
    return (low + high) / 2


def t_below(value: float, degrees: float) -> float:
    """The share of Student's t below a value of 0 or more."""
    if value == inf:
        return 1.0
    return 0.5 + _beta(value * value / (degrees + value * value), 0.5, degrees / 2) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction (Abramowitz and Stegun 26.5.8)."""
    if x <= 0 or x >= 1:
        return min(1.0, max(0.0, x))
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """By Lentz's way, to the limit of what a float holds."""
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    found = d
    for m in range(1, 1000):
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + part * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + part / c
            c = c if abs(c) > tiny else tiny
            found *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return found
