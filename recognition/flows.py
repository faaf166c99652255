"""Who thanks whom as a graph: thanks that are returned, among likes, in rings; beside a shuffled graph. Pure.

A pair is (who thanks, who is thanked), once however often. Seconds for 10,000 people and 60,000 thanks.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

Pair = tuple[int, int]
Thanks = tuple[int, int, datetime]  # who thanks, who is thanked, when

SEED = 20261123
SHUFFLES = 20
MIXING = 10  # swaps of each pair before the first shuffle counts (Milo and others, arXiv:cond-mat/0312028)
NEAR, OFTEN, SHARE = timedelta(days=30), 3, 0.4  # of a pair that is a ring
REPEATED, MOST = 2, 200  # how often each of a circle thanks the next; how many rings are told of at most


def reciprocity(pairs: Collection[Pair]) -> float | None:
    """The share of pairs that are returned, 0 to 1 (Newman, Networks, 2010, 7.10). None without any."""
    known = set(pairs)
    return sum((other, one) in known for one, other in known) / len(known) if known else None


def assortativity(pairs: Iterable[Pair], group: Mapping[int, Hashable]) -> float | None:
    """Whether thanks stay among likes: 1 always, 0 as often as chance has it, below 0 less often (Newman, Physical
    Review E 67, 026126, 2003, equation 2). None without pairs, or when all are of one group."""
    cells = Counter((group[one], group[other]) for one, other in pairs)
    return assortativity_of(cells)


def assortativity_of(cells: Mapping[Any, float]) -> float | None:
    """The same of how many pairs, or which share, run from each group to each; `cells`: by (from, to)."""
    total = sum(cells.values())
    given: dict[Hashable, float] = defaultdict(float)
    got: dict[Hashable, float] = defaultdict(float)
    for (one, other), count in cells.items():
        given[one] += count
        got[other] += count
    if not total:
        return None
    chance = sum(given[name] * got.get(name, 0) for name in given) / total**2
    within = sum(count for (one, other), count in cells.items() if one == other) / total
    return None if chance >= 1 else (within - chance) / (1 - chance)


def swap(pairs: list[Pair], known: set[Pair], chance: Random, times: int) -> None:
    """Let two who thank change whom they thank, so many times: in place; everybody still thanks as many and is thanked
    by as many, nobody themselves and nobody twice."""
    number, pick = len(pairs), chance.random
    for _time in range(times if number > 1 else 0):
        first, second = int(pick() * number), int(pick() * number)
        (one, to), (other, too) = pairs[first], pairs[second]
        if one == too or other == to or (one, too) in known or (other, to) in known:
            continue
        known -= {(one, to), (other, too)}
        known |= {(one, too), (other, to)}
        pairs[first], pairs[second] = (one, too), (other, to)


@dataclass(frozen=True)
class Measured:
    """What was found, and beside it the mean and the range of the shuffled graphs."""

    value: float
    mean: float
    low: float
    high: float

    @property
    def is_apart(self) -> bool:
        """Whether no shuffled graph came as far."""
        return not self.low <= self.value <= self.high


Measure = Callable[[Collection[Pair]], float | None]


def beside_chance(pairs: Iterable[Pair], measures: Mapping[str, Measure], *, seed: int = SEED) -> dict[str, Measured]:
    """Each measure of the graph, beside those of graphs in which everybody thanks and is thanked by as many as in it.
    The same graph gives the same answer. What has no value is left out."""
    mixed = sorted(set(pairs))
    found = {name: value for name, measure in measures.items() if (value := measure(mixed)) is not None}
    seen: dict[str, list[float]] = {name: [] for name in found}
    chance, known = Random(seed), set(mixed)  # noqa: S311 (the same each time on purpose)
    swap(mixed, known, chance, MIXING * len(mixed))
    for _number in range(SHUFFLES if found else 0):
        swap(mixed, known, chance, len(mixed))
        for name, value in found.items():
            shuffled = measures[name](mixed)
            seen[name].append(value if shuffled is None else shuffled)
    return {
        name: Measured(value, sum(seen[name]) / SHUFFLES, min(seen[name]), max(seen[name]))
        for name, value in found.items()
    }


@dataclass(frozen=True, order=True)
class Ring:
    """People who thank each other strikingly often, and how many thanks that were."""

    people: tuple[int, ...]
    thanks: int


def rings(thanks: Sequence[Thanks]) -> list[Ring]:
    """Pairs of whom each thanked the other three times or more within thirty days, with more than 40 % of what one of
    them wrote; and circles of three or four, each of whom thanked the next twice or more. At most two hundred."""
    times: dict[Pair, list[datetime]] = defaultdict(list)
    for one, other, at in thanks:
        times[one, other].append(at)
    given = Counter(one for one, _other, _at in thanks)
    found = [
        Ring((one, other), len(times[one, other]) + len(times[other, one]))
        for one, other in sorted(times)
        if one < other and (other, one) in times and _is_striking(one, other, times, given)
    ]
    often = {pair: len(moments) for pair, moments in times.items() if len(moments) >= REPEATED}
    return [*found, *_circles(often, MOST)][:MOST]


def _is_striking(one: int, other: int, times: Mapping[Pair, Sequence[datetime]], given: Mapping[int, int]) -> bool:
    there, back = sorted(times[one, other]), sorted(times[other, one])
    if len(there) < OFTEN or len(back) < OFTEN:
        return False
    if max(len(there) / given[one], len(back) / given[other]) <= SHARE:
        return False
    return any(
        sum(start <= at <= start + NEAR for at in there) >= OFTEN
        and sum(start <= at <= start + NEAR for at in back) >= OFTEN
        for start in (*there, *back)
    )


def _circles(often: Mapping[Pair, int], most: int) -> list[Ring]:
    """Circles of three or four, each set of people once, begun by the lowest number in it."""
    after: dict[int, list[int]] = defaultdict(list)
    for one, other in sorted(often):
        after[one].append(other)
    found: dict[frozenset[int], Ring] = {}
    for start in sorted(after):
        for path in _walks(start, after, often):
            ring = Ring(path, sum(often[step] for step in pairwise((*path, start))))
            found.setdefault(frozenset(path), ring)
            if len(found) >= most:
                return sorted(found.values())
    return sorted(found.values())


def _walks(start: int, after: Mapping[int, Sequence[int]], often: Mapping[Pair, int]) -> Iterable[tuple[int, ...]]:
    def on(path: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
        for step in after.get(path[-1], ()):
            if step > start and step not in path:
                longer = (*path, step)
                if len(longer) > 2 and (step, start) in often:
                    yield longer
                if len(longer) < 4:
                    yield from on(longer)

    return on((start,))


def rings_by_chance(thanks: Sequence[Thanks], *, seed: int = SEED, times: int = 5) -> float:
    """How many rings there are, in the mean, when everybody thanks as often and at the same moments, and is thanked as
    often, but whom is shuffled."""
    chance = Random(seed)  # noqa: S311 (the same each time on purpose)
    total = 0
    for _time in range(times):
        to = [other for _one, other, _at in thanks]
        chance.shuffle(to)
        mixed = [(one, other, at) for (one, _other, at), other in zip(thanks, to, strict=True) if one != other]
        total += len(rings(mixed))
    return total / times
