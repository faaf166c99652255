"""Which groups are told of by themselves, and which stand together, so that nothing tells of too few people. Pure.

What a reader knows is a sum of rows, some taken off others. Such a sum tells of few when it leaves out all but few
people. With rows of two kinds (teams and sites) that is a cut of few people through the graph whose nodes are the rows
and whose edges are the people, each joining their team's row to their site's (Gusfield, SIAM J. Comput. 17(3), 1988):
so it is enough that no cut is smaller than the least number.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product, takewhile
from typing import TypeVar

LEAST = 10  # people
Name = TypeVar("Name", bound=Hashable)
Edges = Mapping[tuple[Hashable, Hashable], int]


def small_ones(sizes: Mapping[str, int], least: int) -> set[str]:
    """The groups that stand together: those under the least number, and if they are fewer together, the smallest of the
    others, so that no subtraction from the sum tells of fewer."""
    small = {group for group, size in sizes.items() if size < least}
    others = sorted(set(sizes) - small, key=lambda group: (sizes[group], group))
    while small and others and sum(sizes[group] for group in small) < least:
        small.add(others.pop(0))
    return small


class Partition(dict[str, frozenset[str]]):
    """By name, all the names with which it stands together, itself among them."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__((name, frozenset([name])) for name in names)

    def join(self, names: Iterable[str]) -> None:
        """Let these, and whatever stands with them, stand together."""
        together = frozenset[str]().union(*(self[name] for name in names))
        for name in together:
            self[name] = together

    def groups(self) -> list[frozenset[str]]:
        return sorted(set(self.values()), key=sorted)


def cells_of(sizes: Mapping[str, int], least: int = LEAST) -> Partition:
    """Teams by path with how many people each holds itself: a team that is too small stands with others under the same
    team, or with that one, or higher up. Every group has the least number, unless all together have fewer."""
    found = Partition(sizes)
    waiting: dict[str, list[str]] = defaultdict(list)
    for path in sizes:
        waiting[path].append(path)
    while above := [path for path in waiting if path]:
        path = max(above, key=lambda one: (one.count("/"), one))
        own = waiting.pop(path)
        if sum(sizes[name] for name in own) >= least:
            found.join(own)
        else:
            waiting[path.rpartition("/")[0]] += own
    left = waiting.get("", [])
    if not left:
        return found
    found.join(left)
    rest = found[left[0]]
    others = [group for group in found.groups() if group != rest]
    if others and sum(sizes[name] for name in rest) < least:
        nearest = min(others, key=lambda group: (_apart(rest, group), sum(sizes[name] for name in group), min(group)))
        found.join([left[0], min(nearest)])
    return found


def _apart(one: Iterable[str], other: Iterable[str]) -> int:
    """How far from each other in the tree two groups of teams are: the lower, the more steps they have in common."""
    return min(-_common(first, second) for first, second in product(one, other))


def _common(one: str, other: str) -> int:
    steps = zip(one.split("/"), other.split("/"), strict=False)
    return sum(1 for _same in takewhile(lambda step: step[0] == step[1], steps)) if one and other else 0


@dataclass(frozen=True)
class Kinds:
    """What stands together: of teams, of sites, of bands of tenure."""

    teams: Partition
    sites: Partition
    bands: Partition


People = Mapping[tuple[str, str, str], int]  # team, site, band: how many


def settle(people: People, least: int = LEAST) -> Kinds:
    """Groups of each kind of which a reader may know all the sums at once: none of the rows, no difference of rows of
    one kind, and none of several kinds tells of fewer than the least number."""
    teams, sites, bands = (cells_of(_sizes(people, 0), least), *(_joined(people, kind, least) for kind in (1, 2)))
    found = Kinds(teams, sites, bands)
    while cut := cut_below(edges := _graph(people, found), least):
        found.teams.join(min(_across(cut, edges, _sizes(people, 0)))[-1])
    _tie_bands(people, found, least)
    return found


def _sizes(people: People, kind: int) -> dict[str, int]:
    sizes: dict[str, int] = defaultdict(int)
    for names, count in people.items():
        sizes[names[kind]] += count
    return dict(sizes)


def _joined(people: People, kind: int, least: int) -> Partition:
    sizes = _sizes(people, kind)
    found = Partition(sizes)
    found.join(small_ones(sizes, least))
    return found


def _graph(people: People, kinds: Kinds) -> dict[tuple[Hashable, Hashable], int]:
    edges: dict[tuple[Hashable, Hashable], int] = defaultdict(int)
    for (team, site, _band), count in people.items():
        edges[("team", kinds.teams[team]), ("site", kinds.sites[site])] += count
    return edges


def _across(
    cut: tuple[set[Hashable], set[Hashable]], edges: Edges, sizes: Mapping[str, int]
) -> Iterator[tuple[int, int, int, list[str]]]:
    """Every two groups of teams on the two sides, by one name of each, after what speaks for joining them: they are
    close in the tree, the people of the cut are theirs, they are small."""
    crossing: dict[Hashable, int] = defaultdict(int)
    for (team, site), count in edges.items():
        crossing[team] += count if (team in cut[0]) != (site in cut[0]) else 0
    sides = [[node for node in side if isinstance(node, tuple) and node[0] == "team"] for side in cut]
    for one, other in product(*sides):
        size = sum(sizes[name] for name in one[1] | other[1])
        yield _apart(one[1], other[1]), -crossing[one] - crossing[other], size, [min(one[1]), min(other[1])]


def _tie_bands(people: People, kinds: Kinds, least: int) -> None:
    """Join bands until they are tied to each other.

    Two bands are tied by so many pairs of people, one in each, who are alike in team and site. Whoever takes rows off
    rows and is left with fewer people than there are pairs has, for one pair, nothing left of either; so the two bands
    were counted alike, and what is left came of teams and sites alone.
    """
    while len(apart := _components(people, kinds, least)) > 1:
        apart.sort(key=lambda bands: (sum(_sizes(people, 2)[band] for band in bands), sorted(bands)))
        kinds.bands.join([min(apart[0]), min(apart[1])])


def _components(people: People, kinds: Kinds, least: int) -> list[set[str]]:
    alike: dict[Hashable, dict[frozenset[str], int]] = defaultdict(lambda: defaultdict(int))
    for (team, site, band), count in people.items():
        alike[kinds.teams[team], kinds.sites[site]][kinds.bands[band]] += count
    tied = Partition(kinds.bands)
    groups = kinds.bands.groups()
    for first, second in product(groups, groups):
        ties = sum(min(counts.get(first, 0), counts.get(second, 0)) for counts in alike.values())
        if first == second or ties >= least:
            tied.join([*first, *second])
    return [set(group) for group in tied.groups()]


def cut_below(edges: Edges, least: int) -> tuple[set[Hashable], set[Hashable]] | None:
    """Two sides of one part of the graph with less than this between them; None when there are none.

    Nodes between which at least as much runs are drawn together, by maximum adjacency orderings (Nagamochi and Ibaraki,
    SIAM J. Discrete Math. 5(1), 1992), until a cut shows or each part is one node. An edge of 0 joins, too.
    """
    graph: dict[Hashable, dict[Hashable, int]] = defaultdict(lambda: defaultdict(int))
    for (one, other), weight in edges.items():
        graph[one][other] += weight
        graph[other][one] += weight
    inside = {node: {node} for node in graph}
    while any(graph.values()):
        start = next(node for node in graph if graph[node])
        last, weight, drawn = _ordering(graph, start, least)
        if weight < least:
            part = _reached(graph, start)
            members = set[Hashable]().union(*(inside[node] for node in part))
            return inside[last], members - inside[last]
        _contract(graph, inside, drawn)
    return None


def _ordering(
    graph: Mapping[Hashable, Mapping[Hashable, int]], start: Hashable, least: int
) -> tuple[Hashable, int, list[tuple[Hashable, Hashable]]]:
    """The last node of one ordering, what runs between it and the others, and pairs with at least so much between."""
    reached: dict[Hashable, int] = {start: 0}
    done: set[Hashable] = set()
    drawn: list[tuple[Hashable, Hashable]] = []
    last, weight = start, 0
    while reached:
        last = max(reached, key=lambda node: reached[node])
        weight = reached.pop(last)
        done.add(last)
        for node, edge in graph[last].items():
            if node not in done:
                reached[node] = reached.get(node, 0) + edge
                if reached[node] >= least:
                    drawn.append((last, node))
    return last, weight, drawn


def _reached(graph: Mapping[Hashable, Mapping[Hashable, int]], start: Hashable) -> set[Hashable]:
    found, waiting = {start}, [start]
    while waiting:
        fresh = set(graph[waiting.pop()]) - found
        found |= fresh
        waiting += fresh
    return found


def _contract(
    graph: dict[Hashable, dict[Hashable, int]],
    inside: dict[Hashable, set[Hashable]],
    pairs: Iterable[tuple[Hashable, Hashable]],
) -> None:
    stands: dict[Hashable, Hashable] = {}

    def now(node: Hashable) -> Hashable:
        while node in stands:
            node = stands[node]
        return node

    for one, other in pairs:
        keep, gone = now(one), now(other)
        if keep == gone:
            continue
        stands[gone] = keep
        inside[keep] |= inside.pop(gone)
        for node, weight in graph.pop(gone).items():
            graph[node].pop(gone)
            if node != keep:
                graph[keep][node] += weight
                graph[node][keep] += weight


Table = Mapping[tuple[str, str], int]


def shown_cells(table: Table, least: int) -> set[tuple[str, str]]:
    """The cells of a whole table that may be shown to whoever knows the sums of its rows and columns: not those under
    the least number, nor as many others as it takes so that no sum of what is withheld, of fewer, can be worked out.
    Rows and columns that hold fewer altogether are withheld whole, and do not draw others with them."""
    kept = _of_large_lines(table, least)
    hidden = {cell for cell, count in kept.items() if count < least}
    while cut := cut_below({(("row", row), ("column", to)): kept[row, to] for row, to in hidden}, least):
        side = cut[0]
        crossing = [
            (count, cell)
            for cell, count in kept.items()
            if cell not in hidden and (("row", cell[0]) in side) != (("column", cell[1]) in side)
        ]
        if not crossing:
            return set()
        hidden.add(min(crossing)[1])
    return set(kept) - hidden


def _of_large_lines(table: Table, least: int) -> Table:
    """Without rows and columns that hold fewer than the least number, again and again. Whoever takes sums of the whole
    off each other has, of the cells that are left, what the sums of these alone tell."""
    while True:
        sums: dict[tuple[int, str], int] = defaultdict(int)
        for cell, count in table.items():
            for line in enumerate(cell):
                sums[line] += count
        large = {cell: count for cell, count in table.items() if min(sums[line] for line in enumerate(cell)) >= least}
        if len(large) == len(table):
            return large
        table = large
