"""Candidates of one stage beside each other: the order the rule gives, and how much of it the ratings can carry.

Pure: no tables, no clock. Give every function here only scores that the reader may see: order, ranks, spread and groups
say something about each of them. Reasons and an example worked by hand are in docs/domain/comparison.md.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hiring.combination import LEVEL, Interval, Score, Spread, interval, pool, shown
from hiring.rule import written

Key = TypeVar("Key", bound=Hashable)

# Below this share of the weights with evidence a reader is warned: the score says little about the rest.
THIN_COVERAGE = Fraction(1, 2)
_FORWARD = frozenset({"advance", "offer", "hire"})


class RankRange(NamedTuple):
    """Best and worst rank the ratings leave open, 1 <= best <= rank <= worst <= candidates."""

    best: int
    worst: int


@dataclass(frozen=True)
class Standing(Generic[Key]):
    """One candidate in the comparison.

    `rank`: 1 for the first; equal scores share a rank and the next one is skipped (1, 1, 3). None without a score.
    `interval`: of the score, None without one. `ranks`: None where withheld. `group`: 1 for the first of
    Comparison.groups; None where withheld. `ahead`: who is clearly ahead of this candidate, best first, by the ratings
    or because this one misses a must-have and they miss none. `below_line`: a missed must-have puts this one below all
    who miss none; the page marks it "does not meet".
    """

    key: Key
    score: Score
    rank: int | None
    interval: Interval | None
    ranks: RankRange | None
    group: int | None
    ahead: tuple[Key, ...]
    below_line: bool

    @property
    def cautions(self) -> list[str]:
        """What to keep in mind about this score, in sentences; often empty."""
        lines = []
        if self.score.raters == 1:
            lines.append(_("Scored by one panellist only."))
        if self.score.value is not None and self.score.coverage < THIN_COVERAGE:
            percent = math.floor(self.score.coverage * 100)
            lines.append(_("There is evidence for only %(percent)s %% of the weights.") % {"percent": percent})
        if self.score.not_shown:
            lines.append(
                ngettext(
                    "One must-have was not shown: nobody found evidence.",
                    "%(count)s must-haves were not shown: nobody found evidence.",
                    len(self.score.not_shown),
                )
                % {"count": len(self.score.not_shown)}
            )
        return lines


@dataclass(frozen=True)
class Comparison(Generic[Key]):
    """Candidates of one stage in the order of the rule; those without a score stand last.

    `candidates`: how many have a score. `groups`: the candidates parted so that nobody in a group is clearly ahead of
    another in it, and everybody in a later group is clearly behind somebody in the group before. `withheld`: why there
    are no rank ranges and groups; None if there are. `pairs`: pairs compared by their ratings; `told_apart`: how many
    of them differ by more than raters differ.
    """

    standings: tuple[Standing[Key], ...]
    spread: Spread
    candidates: int
    groups: tuple[tuple[Key, ...], ...]
    withheld: str | None
    pairs: int
    told_apart: int

    @property
    def leading(self) -> tuple[Key, ...]:
        """The first group: nobody is clearly ahead of them. Empty where withheld, or if they too are below the line."""
        if not self.groups or any(each.below_line for each in self.standings if each.group == 1):
            return ()
        return self.groups[0]

    @property
    def by_luck(self) -> Fraction:
        """How many pairs luck alone would tell apart, on average, if all were alike: nothing here corrects for it."""
        return self.pairs * (1 - LEVEL)

    def standing(self, key: Key) -> Standing[Key] | None:
        """Where this candidate stands; None if the comparison does not hold them."""
        return next((each for each in self.standings if each.key == key), None)


def compare(scores: Iterable[tuple[Key, Score]], *, compensatory: bool) -> Comparison[Key]:
    """Put the candidates of one stage in the order of its rule and say who can be told apart.

    Two candidates can be told apart if the interval of their difference, at LEVEL and from the spread of the whole
    stage, leaves out zero. Not compensatory: whoever misses a must-have stands below all who miss none, whatever the
    score. The order in which the scores come does not matter but among equals, who keep it.
    """
    entries = list(scores)
    spread = pool(score for _key, score in entries)
    ranked = _in_order(entries, compensatory=compensatory)
    withheld = _reason_to_withhold(len(ranked), spread)
    relations = _relations(ranked, None if withheld else spread)
    layers = _layers(relations.ahead)
    standings = [
        Standing(
            key=entry.key,
            score=entry.score,
            rank=entry.rank,
            interval=interval(entry.score, spread),
            ranks=None if withheld else RankRange(1 + len(ahead), len(ranked) - behind),
            group=None if withheld else layer,
            ahead=tuple(ranked[index].key for index in ahead),
            below_line=entry.below_line,
        )
        for entry, ahead, behind, layer in zip(ranked, relations.ahead, relations.behind, layers, strict=True)
    ]
    unscored = [
        Standing(key, score, None, None, None, None, (), False) for key, score in entries if score.value is None
    ]
    return Comparison(
        standings=(*standings, *unscored),
        spread=spread,
        candidates=len(ranked),
        groups=() if withheld else _groups(standings),
        withheld=withheld,
        pairs=relations.pairs,
        told_apart=relations.told_apart,
    )


def standing_alone(key: Key, score: Score, spread: Spread, *, compensatory: bool) -> Standing[Key]:
    """One candidate as `compare` would tell of them, but for what it takes the others to know: no rank, no group."""
    return Standing(
        key=key,
        score=score,
        rank=None,
        interval=interval(score, spread),
        ranks=None,
        group=None,
        ahead=(),
        below_line=not compensatory and score.value is not None and bool(score.missed),
    )


def departs(
    outcome: str,
    key: Key,
    comparison: Comparison[Key],
    outcomes: Mapping[Key, str | None],
    *,
    compensatory: bool,
    competencies: Mapping[str, str] | None = None,
) -> str | None:
    """Why this decision departs from the rule, in sentences for the page; None if it does not.

    Whoever is advanced, made an offer or hired departs from it if they have no score, if they miss a must-have that
    nothing makes up for, or if somebody clearly ahead of them was rejected or is still waiting. Whoever is rejected
    departs from it if they are clearly ahead of somebody who went forward. A departure is allowed; it is marked.

    `comparison`: of a stage that the rule combines, with all its candidates, not only those that the decider sees.
    `outcome` and `outcomes` (the latest decision about each of the others at this stage) are the words advance, hold,
    reject, offer, hire, withdraw; whoever is absent, on hold or reconsidered is still waiting.
    `competencies`: names for keys. The sentences name no other candidate: not every reader of this decision may know
    how the others were judged.
    """
    if outcome == "reject":
        forward = [each for each in comparison.standings if outcomes.get(each.key) in _FORWARD and key in each.ahead]
        return _rejected_while_behind_went_on(len(forward)) if forward else None
    if outcome not in _FORWARD:
        return None
    standing = comparison.standing(key)
    if standing is None or standing.rank is None:
        return _("There is no score, so the rule could not be applied.")
    reasons = []
    if not compensatory and standing.score.missed:
        reasons.append(_missed_must_haves(standing.score, competencies or {}))
    passed_over = [other for other in standing.ahead if outcomes.get(other) not in {*_FORWARD, "withdraw"}]
    if passed_over:
        reasons.append(_passed_over(len(passed_over)))
    return " ".join(reasons) or None


@dataclass(frozen=True)
class _Entry(Generic[Key]):
    key: Key
    score: Score
    rank: int
    below_line: bool
    value: float
    concentration: float


class _Relations(NamedTuple):
    """By place in the order: the places clearly ahead of it and the number clearly behind it; and the pairs counted."""

    ahead: list[list[int]]
    behind: list[int]
    pairs: int
    told_apart: int


def _in_order(entries: list[tuple[Key, Score]], *, compensatory: bool) -> list[_Entry[Key]]:
    placed = [
        ((not compensatory and bool(score.missed), -score.value), key, score)
        for key, score in entries
        if score.value is not None
    ]
    placed.sort(key=lambda row: row[0])
    first_of_equals: dict[tuple[bool, Fraction], int] = {}
    return [
        _Entry(
            key=key,
            score=score,
            rank=first_of_equals.setdefault(place, position),
            below_line=place[0],
            value=float(-place[1]),
            concentration=float(score.concentration),
        )
        for position, (place, key, score) in enumerate(placed, start=1)
    ]


def _reason_to_withhold(candidates: int, spread: Spread) -> str | None:
    if candidates == 0:
        return _("Nobody has been scored yet.")
    if candidates == 1:
        return _("Only one candidate has been scored: there is nobody to compare with.")
    if spread.candidates == 0:
        return _("No candidate has been scored by two panellists yet, so how far panellists differ here is not known.")
    return None


def _relations(ranked: list[_Entry[Key]], spread: Spread | None) -> _Relations:
    """Compare every pair once; without a spread only the line of the must-haves parts candidates.

    Clearly ahead: the difference is greater than t times its standard error, both squared to spare the root.
    """
    limit = float(spread.multiplier**2 * spread.variance) if spread else math.inf
    ahead: list[list[int]] = [[] for _entry in ranked]
    behind = [0] * len(ranked)
    pairs = told_apart = 0
    for lower, entry in enumerate(ranked):
        for upper, other in enumerate(ranked[:lower]):
            by_line = entry.below_line and not other.below_line
            clear = (other.value - entry.value) ** 2 > limit * (other.concentration + entry.concentration)
            if spread and not by_line:
                pairs += 1
                told_apart += clear
            if by_line or clear:
                ahead[lower].append(upper)
                behind[upper] += 1
    return _Relations(ahead, behind, pairs, told_apart)


def _layers(ahead: list[list[int]]) -> list[int]:
    """The group of each place: one more than the last group of anybody clearly ahead. Those ahead come first in order.

    "Clearly ahead" is transitive (standard errors obey the triangle inequality), so the groups are the layers of a
    partial order: within one nobody is ahead of anybody, and each is as early as it can be.
    """
    layers: list[int] = []
    for places in ahead:
        layers.append(1 + max((layers[place] for place in places), default=0))
    return layers


def _groups(standings: list[Standing[Key]]) -> tuple[tuple[Key, ...], ...]:
    groups: dict[int, list[Key]] = {}
    for standing in standings:
        groups.setdefault(standing.group or 0, []).append(standing.key)
    return tuple(tuple(groups[number]) for number in sorted(groups))


def _missed_must_haves(score: Score, names: Mapping[str, str]) -> str:
    missed = [
        _("%(competency)s %(mean)s, at least %(minimum)s was asked")
        % {
            "competency": names.get(each.term.competency, each.term.competency),
            "mean": shown(each.mean or 0),
            "minimum": written(each.term.minimum or 0),
        }
        for each in score.competencies
        if each.must_have == "missed"
    ]
    sentence = ngettext("A must-have is missed: %(missed)s.", "Must-haves are missed: %(missed)s.", len(missed))
    return sentence % {"missed": "; ".join(missed)}


def _passed_over(count: int) -> str:
    return ngettext(
        "One candidate who is clearly ahead under the rule was rejected or is still waiting.",
        "%(count)s candidates who are clearly ahead under the rule were rejected or are still waiting.",
        count,
    ) % {"count": count}


def _rejected_while_behind_went_on(count: int) -> str:
    return ngettext(
        "One candidate who is clearly behind under the rule went forward.",
        "%(count)s candidates who are clearly behind under the rule went forward.",
        count,
    ) % {"count": count}
