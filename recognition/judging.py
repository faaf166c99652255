"""Who wins, from what the judges scored: totals, quorum, ties. Pure, exact, and never by chance."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Rule = Literal["lowest", "shared"]


@dataclass(frozen=True)
class Total:
    """What the ballots on one nominee come to: the mean of the judges' means, the lowest of these, and how many."""

    mean: Fraction
    lowest: Fraction
    ballots: int


@dataclass(frozen=True)
class Verdict:
    """`winners` have a place for sure; of those who are `tied`, `left` are to be chosen, by words and not by chance."""

    winners: frozenset[int]
    tied: frozenset[int] = frozenset()
    left: int = 0


def combine(ballots: Sequence[Sequence[int]]) -> Total | None:
    """Each ballot is one judge's scores by the criteria, all of equal weight; each judge counts alike. None without."""
    if not ballots:
        return None
    means = [Fraction(sum(scores), len(scores)) for scores in ballots]
    return Total(sum(means, Fraction()) / len(means), min(means), len(means))


def verdict(totals: Mapping[int, Total], *, places: int, quorum: int, rule: Rule) -> Verdict:
    """Who wins. Whom fewer judged than the quorum wins nothing. "shared": all who are tied for the last place win;
    "lowest": the higher lowest score goes first, and who is still tied is for the panel to decide in writing."""
    winners: set[int] = set()
    left = places
    for group in _ranked({key: total for key, total in totals.items() if total.ballots >= quorum}, rule):
        if len(group) <= left:
            winners |= group
            left -= len(group)
        elif rule == "shared" and left:
            winners |= group
            left = 0
        elif left:
            return Verdict(frozenset(winners), frozenset(group), left)
    return Verdict(frozenset(winners))


def _ranked(totals: Mapping[int, Total], rule: Rule) -> list[set[int]]:
    """Best first; those between whom the rule makes no difference together."""
    groups: dict[tuple[Fraction, ...], set[int]] = {}
    for key, total in totals.items():
        worth = (total.mean, total.lowest) if rule == "lowest" else (total.mean,)
        groups.setdefault(worth, set()).add(key)
    return [groups[worth] for worth in sorted(groups, reverse=True)]


def is_complete(owed: Collection[object], ballots: Collection[int], quorum: int) -> bool:
    """Whether scores may be revealed: no judge owes one, and each nominee has its quorum."""
    return not owed and bool(ballots) and min(ballots) >= quorum
