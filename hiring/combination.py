"""One candidate at one stage: ratings in, score out, with what the score stands on and how far it may be off.

Pure: no tables, no clock. Scores are exact fractions, so a stored total can be compared with its recomputation by
equality; only `shown` rounds. Definitions, reasons and an example worked by hand are in docs/domain/combination.md.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from statistics import stdev
from typing import Any, Literal, NamedTuple

from hiring.quantiles import student_t
from hiring.rule import HIGHEST_SCORE, LOWEST_SCORE, StageRule, Term, written

# How far one panellist's score of a candidate lies from another's, before a stage has ratings of its own to tell.
# Separate interviewers agree at .44 (Huffcutt et al. 2013), so 56 % of the variance of one panellist's scores is
# between panellists. For the whole of it we plan with a standard deviation of 1 point, a quarter of the scale's range.
PLANNED_RELIABILITY = Fraction(44, 100)
PLANNED_VARIANCE = (1 - PLANNED_RELIABILITY) * Fraction(HIGHEST_SCORE - LOWEST_SCORE, 4) ** 2
# The plan weighs as much as this many second opinions of the stage's own and never vanishes: no interval has width 0.
PLANNED_DEGREES = 4
LEVEL = Fraction(95, 100)

MustHave = Literal["met", "missed", "not shown"]


class Rating(NamedTuple):
    """What one panellist said about one competency: 1 to 5, or None for *no evidence*, which is never a low score."""

    rater: Hashable
    competency: str
    score: int | None


class Interval(NamedTuple):
    """Where the score may lie, in points, 1 <= low <= score <= high <= 5, at the confidence level LEVEL."""

    low: float
    high: float


_spread_of = lru_cache(maxsize=4096)(stdev)  # exact, and so slow; panels are small, so few different scores come in


@dataclass(frozen=True)
class CompetencyScore:
    """One competency of one candidate at one stage.

    `scores`: the given scores, lowest first. `no_evidence`: how many raters found none. `must_have`: None where the
    rule asks for no minimum; "not shown" where nobody found evidence, which is not a miss.
    """

    term: Term
    scores: tuple[int, ...]
    no_evidence: int

    @property
    def mean(self) -> Fraction | None:
        """Mean of the given scores, 1 to 5, exact; None without any."""
        return Fraction(sum(self.scores), len(self.scores)) if self.scores else None

    @property
    def deviation(self) -> float | None:
        """Standard deviation of the scores in points, n - 1 in the denominator; None below two raters."""
        return _spread_of(self.scores) if len(self.scores) > 1 else None

    @property
    def span(self) -> int | None:
        """Highest minus lowest score, 0 to 4; None below two raters."""
        return self.scores[-1] - self.scores[0] if len(self.scores) > 1 else None

    @property
    def must_have(self) -> MustHave | None:
        if self.term.minimum is None:
            return None
        if self.mean is None:
            return "not shown"
        return "missed" if self.mean < self.term.minimum else "met"


@dataclass(frozen=True)
class Score:
    """What the rule makes of one candidate's ratings at one stage.

    `value`: 1 to 5, exact; None without any score. To store a score whole, see `parts`.
    `coverage`: share of the weights with evidence, 0 to 1. `raters`: panellists who gave at least one score.
    `outside`: competencies that were rated although the rule leaves them out; they count for nothing.
    `concentration`: sum of the squared shares that each rater has in the value; 1/3 for three raters who scored all.
    `squares` and `degrees` carry the disagreement between this candidate's raters into `pool`.
    """

    value: Fraction | None
    coverage: Fraction
    competencies: tuple[CompetencyScore, ...]
    raters: int
    outside: tuple[str, ...]
    concentration: Fraction
    squares: Fraction
    degrees: Fraction

    @property
    def ratings(self) -> int:
        """How many scores the value stands on; *no evidence* is not among them."""
        return sum(len(each.scores) for each in self.competencies)

    @property
    def no_evidence(self) -> int:
        return sum(each.no_evidence for each in self.competencies)

    @cached_property
    def missed(self) -> tuple[str, ...]:
        """Must-haves whose mean is below the minimum."""
        return tuple(each.term.competency for each in self.competencies if each.must_have == "missed")

    @cached_property
    def not_shown(self) -> tuple[str, ...]:
        """Must-haves for which nobody found evidence: to be asked again, not held against the candidate."""
        return tuple(each.term.competency for each in self.competencies if each.must_have == "not shown")

    @property
    def disagreements(self) -> tuple[CompetencyScore, ...]:
        """Where raters differ, the agenda of the debrief; agreement and single scores are left out.

        Greatest deviation first, then the widest span, the heaviest weight, the key.
        """
        differing = [(each.deviation, each.span, each) for each in self.competencies if each.deviation and each.span]
        differing.sort(key=lambda row: (-row[0], -row[1], -row[2].term.weight, row[2].term.competency))
        return tuple(each for _deviation, _span, each in differing)


@dataclass(frozen=True)
class Spread:
    """How far one rater's score of a candidate lies from another's: all candidates of a stage and the plan together.

    `variance`: of a single rater, points squared. `degrees`: second opinions of this stage that went into it (degrees
    of freedom, rounded down); 0 means it is the plan alone. `candidates`: how many had two raters or more to compare.
    """

    variance: Fraction
    degrees: int
    candidates: int

    @cached_property
    def multiplier(self) -> float:
        """Student's t for a two-sided interval at LEVEL; 2.776 on the plan alone, towards 1.960 with many ratings."""
        return student_t(float((1 + LEVEL) / 2), PLANNED_DEGREES + self.degrees)


def combine(stage: StageRule, ratings: Iterable[tuple[Hashable, str, int | None]]) -> Score:
    """Combine one candidate's ratings at one stage by its rule; the order of the ratings does not matter.

    Per competency the mean of the raters who gave a score; then the mean of these means by weight, over the
    competencies that have one. *No evidence* takes part in no mean. Leave out shadows: their ratings never count.
    Raises ValueError for a score that is not 1 to 5 and for a rater who rates a competency twice.
    """
    given = _by_competency(ratings)
    judged = [_Judged.of(term, given.pop(term.competency, {})) for term in stage.terms]
    evident = [each for each in judged if each.scores]
    total, evident_total = _weight(judged), _weight(evident)
    squares, degrees = _disagreement([each for each in evident if len(each.scores) > 1])
    return Score(
        value=_weighted_mean(evident) if evident else None,
        coverage=Fraction(evident_total, total),
        competencies=tuple(each.told for each in judged),
        raters=len({rater for each in evident for rater in each.scores}),
        outside=tuple(sorted(given)),
        concentration=_concentration(evident),
        squares=squares,
        degrees=degrees,
    )


class Disagreement(NamedTuple):
    """What a score adds to the spread between raters: all of it that `pool` looks at."""

    squares: Fraction
    degrees: Fraction


def disagreement_from_parts(stored: Mapping[str, Any]) -> Disagreement:
    """As `from_parts`, where the score itself is not wanted."""
    return Disagreement(Fraction(stored["squares"]), Fraction(stored["degrees"]))


def pool(scores: Iterable[Score | Disagreement]) -> Spread:
    """The spread between raters at one stage, from all its candidates.

    Give it only scores that the reader may see: the spread is made of their ratings.
    """
    differing = [score for score in scores if score.degrees]
    squares = sum((score.squares for score in differing), Fraction(0))
    degrees = sum((score.degrees for score in differing), Fraction(0))
    variance = (PLANNED_DEGREES * PLANNED_VARIANCE + squares) / (PLANNED_DEGREES + degrees)
    return Spread(variance, math.floor(degrees), len(differing))


def standard_error(score: Score, spread: Spread) -> float:
    """Standard error of the score in points: how far other raters of the same house would have landed from it.

    Means nothing (and is 0) for a Score without a value.
    """
    return math.sqrt(spread.variance * score.concentration)


def interval(score: Score, spread: Spread) -> Interval | None:
    """Where the score may lie, kept within the scale; None without a score. Never of width zero."""
    if score.value is None:
        return None
    margin = spread.multiplier * standard_error(score, spread)
    return Interval(max(float(LOWEST_SCORE), score.value - margin), min(float(HIGHEST_SCORE), score.value + margin))


@lru_cache(maxsize=4096)  # few panels, few scores: a comparison rounds the same fractions again and again
def shown(number: Fraction | Decimal | float, places: int = 2) -> Decimal:
    """The one rounding, halves up: two decimals wherever a score, bound or deviation is printed."""
    return Decimal(math.floor(Fraction(number) * 10**places + Fraction(1, 2))).scaleb(-places)


def parts(score: Score) -> dict[str, Any]:
    """The whole score as plain data for a JSON column, exact: fractions are text ("7/2"); `from_parts` reads it."""
    return {
        "value": None if score.value is None else str(score.value),
        "coverage": str(score.coverage),
        "competencies": [
            {
                "competency": each.term.competency,
                "weight": written(each.term.weight),
                "minimum": None if each.term.minimum is None else written(each.term.minimum),
                "scores": list(each.scores),
                "no_evidence": each.no_evidence,
            }
            for each in score.competencies
        ],
        "raters": score.raters,
        "outside": list(score.outside),
        "concentration": str(score.concentration),
        "squares": str(score.squares),
        "degrees": str(score.degrees),
    }


# The scores of a stage share their terms, and checking what a term is made of takes longer than all the rest.
_term = lru_cache(maxsize=4096)(Term)


def from_parts(stored: Mapping[str, Any]) -> Score:
    """The score that `parts` wrote; equal to the one it was given. Checks nothing: not for what users send."""
    return Score(
        value=None if stored["value"] is None else Fraction(stored["value"]),
        coverage=Fraction(stored["coverage"]),
        competencies=tuple(
            CompetencyScore(
                _term(each["competency"], each["weight"], each["minimum"]), tuple(each["scores"]), each["no_evidence"]
            )
            for each in stored["competencies"]
        ),
        raters=stored["raters"],
        outside=tuple(stored["outside"]),
        concentration=Fraction(stored["concentration"]),
        squares=Fraction(stored["squares"]),
        degrees=Fraction(stored["degrees"]),
    )


@dataclass(frozen=True)
class _Judged:
    """A term with who gave which score. Weights are whole thousandths here: sums of integers are exact, and quick."""

    term: Term
    scores: dict[Hashable, int]
    weight: int
    told: CompetencyScore

    @classmethod
    def of(cls, term: Term, given: dict[Hashable, int | None]) -> _Judged:
        scores = {rater: score for rater, score in given.items() if score is not None}
        told = CompetencyScore(term, tuple(sorted(scores.values())), len(given) - len(scores))
        return cls(term, scores, int(term.weight * 1000), told)


def _by_competency(ratings: Iterable[tuple[Hashable, str, int | None]]) -> dict[str, dict[Hashable, int | None]]:
    given: dict[str, dict[Hashable, int | None]] = {}
    for rater, competency, score in ratings:
        if score is not None and (type(score) is not int or not LOWEST_SCORE <= score <= HIGHEST_SCORE):
            raise ValueError(f"a score must be 1 to 5 or None, not {score!r}")
        by_rater = given.setdefault(competency, {})
        if rater in by_rater:
            raise ValueError(f"rater {rater!r} rates {competency!r} twice: give the view that counts")
        by_rater[rater] = score
    return given


def _weight(judged: Iterable[_Judged]) -> int:
    return sum(each.weight for each in judged)


def _common(judged: Iterable[_Judged]) -> int:
    """A number that every competency's count of scores divides: means times this are whole."""
    return math.lcm(*(len(each.scores) for each in judged))


def _weighted_mean(evident: list[_Judged]) -> Fraction:
    common = _common(evident)
    summed = sum(each.weight * sum(each.scores.values()) * (common // len(each.scores)) for each in evident)
    return Fraction(summed, common * _weight(evident))


def _concentration(evident: list[_Judged]) -> Fraction:
    """Sum of squares of the raters' shares in the value; 0 without scores.

    The value is a weighted mean of raters, so its variance is that of one rater times this: 1/k for k raters who scored
    everything, nearer to 1 the more it rests on one of them.
    """
    common = _common(evident)
    shares: Counter[Hashable] = Counter()
    for each in evident:
        for rater in each.scores:
            shares[rater] += each.weight * (common // len(each.scores))
    return Fraction(sum(share**2 for share in shares.values()), (common * _weight(evident)) ** 2 or 1)


def _disagreement(shared: list[_Judged]) -> tuple[Fraction, Fraction]:
    """How far the raters lie from their common means: the sum of squares, and the degrees of freedom it has.

    A rater's deviation is the mean, by weight, of score minus the competency's mean, over what others scored too; so a
    rater who skipped the hard questions is not taken for a lenient one. Severity and mood go through all of a rater's
    scores, which is why raters are compared as wholes and never rating by rater.
    """
    common = _common(shared)
    raters = {rater for each in shared for rater in each.scores}
    all_scored_all = all(len(each.scores) == len(raters) for each in shared)
    squares, degrees = Fraction(0), Fraction(max(len(raters) - 1, 0) if all_scored_all else 0)
    for rater in raters:
        own = [each for each in shared if rater in each.scores]
        above = 0
        for each in own:
            mean = sum(each.scores.values()) * (common // len(each.scores))
            above += each.weight * (each.scores[rater] * common - mean)
        squares += Fraction(above, common * _weight(own)) ** 2
        if not all_scored_all:
            degrees += _own_degrees(rater, own)
    return squares, degrees


def _own_degrees(rater: Hashable, own: list[_Judged]) -> Fraction:
    """What this rater's squared deviation amounts to on average, as a multiple of a single rater's variance.

    The deviation is a weighted sum over raters; with independent raters of equal variance the expectation of its square
    is the sum of the squared coefficients. Over the raters of a candidate these add up to k - 1 if all scored all.
    """
    common = _common(own)
    whole = common * _weight(own)
    coefficients: Counter[Hashable] = Counter({rater: whole})
    for each in own:
        for other in each.scores:
            coefficients[other] -= each.weight * (common // len(each.scores))
    return Fraction(sum(coefficient**2 for coefficient in coefficients.values()), whole**2)
