"""How far panellists agree: about one candidate, and as an instrument over many.

Pure: no tables, no clock. Sources: James, Demaree & Wolf (1984) for r_wg; Shrout & Fleiss (1979) for the intraclass
correlations and their intervals. Thresholds such as "good from .75" are conventions and belong on no page without the
interval. Candidates who are much alike lower every intraclass correlation without any change in the panel. See
docs/domain/agreement.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from foundation.errors import Refused
from hiring.combination import LEVEL, PLANNED_RELIABILITY, CompetencyScore
from hiring.quantiles import fisher_f
from hiring.rule import HIGHEST_SCORE, LOWEST_SCORE

Number = int | float | Fraction

# Below this an interval spans nearly the whole scale, and the number would only mislead.
FEWEST_CANDIDATES = 10

# Variance of scores given at random, each point of the scale alike: (A² - 1) / 12.
_RANDOM_VARIANCE = Fraction((HIGHEST_SCORE - LOWEST_SCORE + 1) ** 2 - 1, 12)


class TooFew(Refused):
    """The group is too small for a number about it; the text says how many there are and how many it takes."""


@dataclass(frozen=True)
class Coefficient:
    """One intraclass correlation.

    `form`: "1,1" "2,1" "3,1" for a single rater, "1,k" "2,k" "3,k" for the mean of k. `value`: at most 1, may be
    negative; None where undefined (nobody differs from anybody). `low`, `high`: interval at LEVEL, or None.
    `candidates` and `raters` (an average if candidates had different numbers of raters) belong wherever it is shown.
    """

    form: str
    value: float | None
    low: float | None
    high: float | None
    candidates: int
    raters: float


def within_group(scores: Sequence[int]) -> Fraction | None:
    """r_wg of one competency of one candidate: 1 all alike, 0 no better than chance; None below two scores.

    1 - variance / 2 on the scale from 1 to 5. More spread than chance counts as 0, as its authors advise.
    """
    variance = _variance(scores)
    return None if variance is None else max(Fraction(0), 1 - variance / _RANDOM_VARIANCE)


def within_group_overall(competencies: Sequence[CompetencyScore]) -> Fraction | None:
    """r_wg(J) of one candidate over all competencies that two raters or more scored; 0 to 1, None without any.

    It grows with the number of competencies, as a mean of many does: not to be compared with the single ones.
    """
    known = [variance for each in competencies if (variance := _variance(each.scores)) is not None]
    if not known:
        return None
    ratio = min(Fraction(1), sum(known, Fraction(0)) / len(known) / _RANDOM_VARIANCE)
    return len(known) * (1 - ratio) / (len(known) * (1 - ratio) + ratio)


def panel_reliability(raters: int, single: Fraction = PLANNED_RELIABILITY) -> Fraction:
    """What to expect of the mean of that many separate raters, 0 to 1, by Spearman-Brown from that of a single one.

    Without a figure of one's own, .44 for one interviewer: .61, .70, .76, .80 for two to five. `raters` is at least 1.
    """
    if raters < 1:
        raise ValueError("a panel has at least one rater")
    return raters * single / (1 + (raters - 1) * single)


def one_way(candidates: Sequence[Sequence[Number]], *, fewest: int = FEWEST_CANDIDATES) -> list[Coefficient]:
    """ICC(1,1) and ICC(1,k), for candidates who each had raters of their own: the usual case in hiring.

    One sequence of scores (one number per rater) per candidate; those with a single rater say nothing about agreement
    and are left out. With unequal numbers of raters k is their adjusted average and the interval an approximation.
    Raises TooFew below `fewest` candidates with two raters.
    """
    rows = [[Fraction(score) for score in row] for row in candidates if len(row) > 1]
    _enough(len(rows), fewest)
    total = sum(len(row) for row in rows)
    k = (total - Fraction(sum(len(row) ** 2 for row in rows), total)) / (len(rows) - 1)
    grand = _mean([score for row in rows for score in row])
    between = sum((len(row) * (_mean(row) - grand) ** 2 for row in rows), Fraction(0)) / (len(rows) - 1)
    within = sum((_squares(row) for row in rows), Fraction(0)) / (total - len(rows))
    return _consistency("1", between, within, (len(rows) - 1, total - len(rows)), (len(rows), k))


def two_way(table: Sequence[Sequence[Number]], *, fewest: int = FEWEST_CANDIDATES) -> list[Coefficient]:
    """ICC(2,1), ICC(2,k), ICC(3,1), ICC(3,k), for the same raters throughout: a row per candidate, a column per rater.

    The second form asks for the same scores, the third for the same order only: what lies between them is severity.
    Raises TooFew below `fewest` candidates, ValueError for one rater or for a table with gaps.
    """
    rows = [[Fraction(score) for score in row] for row in table]
    _enough(len(rows), fewest)
    n, k = len(rows), len(rows[0])
    if k < 2 or any(len(row) != k for row in rows):
        raise ValueError("a two-way table needs two raters or more and no gaps")
    everything = [score for row in rows for score in row]
    grand = _mean(everything)
    candidates = k * sum(((_mean(row) - grand) ** 2 for row in rows), Fraction(0))
    raters = n * sum(((_mean(column) - grand) ** 2 for column in zip(*rows, strict=True)), Fraction(0))
    error = _squares(everything) - candidates - raters
    degrees = (n - 1, (n - 1) * (k - 1))
    squares = _MeanSquares(candidates / degrees[0], raters / (k - 1), error / degrees[1], n, k)
    consistency = _consistency("3", squares.candidates, squares.error, degrees, (n, Fraction(k)))
    return [*_agreement(squares), *consistency]


@dataclass(frozen=True)
class _MeanSquares:
    """Mean squares of a table of n candidates by k raters, in the words of Shrout & Fleiss: BMS, JMS, EMS."""

    candidates: Fraction
    raters: Fraction
    error: Fraction
    n: int
    k: int


def _consistency(
    form: str, signal: Fraction, noise: Fraction, degrees: tuple[int, int], size: tuple[int, Fraction]
) -> list[Coefficient]:
    """The forms that compare two mean squares, single and mean of k, with their exact F intervals."""
    n, k = size
    single = _ratio(signal - noise, signal + (k - 1) * noise)
    mean = _ratio(signal - noise, signal)
    bounds: list[tuple[float, float]] | None = None
    if signal and noise:
        f = float(signal / noise)
        upper_tail = float((1 + LEVEL) / 2)
        ends = (f / fisher_f(upper_tail, *degrees), f * fisher_f(upper_tail, *reversed(degrees)))
        bounds = [((end - 1) / (end + float(k) - 1), 1 - 1 / end) for end in ends]
    (low, low_mean), (high, high_mean) = bounds or ((None, None), (None, None))
    return [
        Coefficient(f"{form},1", single, low, high, n, float(k)),
        Coefficient(f"{form},k", mean, low_mean, high_mean, n, float(k)),
    ]


def _agreement(squares: _MeanSquares) -> list[Coefficient]:
    """ICC(2,1) and ICC(2,k) with the approximate interval of Shrout & Fleiss (1979), p. 424."""
    n, k, signal, noise = squares.n, squares.k, squares.candidates, squares.error
    rest = k * squares.raters + (k * n - k - n) * noise
    single = _ratio(n * (signal - noise), n * signal + rest)
    mean = _ratio(n * (signal - noise), n * signal + squares.raters - noise)
    low = high = None
    if single is not None and signal and noise:
        # A correlation below 0 is 0 here: variances are not negative, and the degrees of freedom would not be either.
        floor = max(single, 0.0)
        f = float(squares.raters / noise)
        a, b = k * floor * f, n * (1 + (k - 1) * floor) - k * floor
        degrees = (k - 1) * (n - 1) * (a + b) ** 2 / ((n - 1) * a**2 + b**2)
        upper_tail = float((1 + LEVEL) / 2)
        below, above = fisher_f(upper_tail, n - 1, degrees), fisher_f(upper_tail, degrees, n - 1)
        low = n * (float(signal) - below * float(noise)) / (below * float(rest) + n * float(signal))
        high = n * (above * float(signal) - float(noise)) / (float(rest) + n * above * float(signal))
    return [
        Coefficient("2,1", single, low, high, n, float(k)),
        Coefficient("2,k", mean, _of_k(low, k), _of_k(high, k), n, float(k)),
    ]


def _of_k(single: float | None, k: int) -> float | None:
    """Spearman-Brown, where it has an answer."""
    return None if single is None or 1 + (k - 1) * single <= 0 else k * single / (1 + (k - 1) * single)


def _ratio(upper: Fraction, lower: Fraction) -> float | None:
    return float(upper / lower) if lower > 0 else None


def _enough(candidates: int, fewest: int) -> None:
    fewest = max(fewest, 2)
    if candidates < fewest:
        raise TooFew(
            _("Agreement needs at least %(fewest)s candidates with two panellists; there are %(candidates)s.")
            % {"fewest": fewest, "candidates": candidates}
        )


def _mean(numbers: Sequence[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0)) / len(numbers)


def _squares(numbers: Sequence[Fraction]) -> Fraction:
    mean = _mean(numbers)
    return sum(((number - mean) ** 2 for number in numbers), Fraction(0))


def _variance(scores: Sequence[int]) -> Fraction | None:
    return _squares([Fraction(score) for score in scores]) / (len(scores) - 1) if len(scores) > 1 else None
