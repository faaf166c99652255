"""The fair spread as plain numbers: against closed forms and published values; and what is withheld."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import combinations, pairwise
from math import exp, factorial
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recognition import flows
from recognition.quarters import QUARTER, YEAR, quarter_before, windows_before
from recognition.spread import Member, Tally, by_chance, byar, days_here, exposures, gini, representation, tally
from recognition.withholding import cells_of, cut_below, settle, shown_cells, small_ones

START = datetime(2026, 7, 1, tzinfo=UTC)
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)


def bessel(order, x):
    """I0 and I1 by their series (Abramowitz and Stegun 9.6.10)."""
    return sum((x / 2) ** (2 * k + order) / (factorial(k) * factorial(k + order)) for k in range(60))


# --- windows ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-11-23", "2026-07-01", "2026-09-30"),
        ("2026-10-01", "2026-07-01", "2026-09-30"),
        ("2026-09-30", "2026-04-01", "2026-06-30"),
        ("2026-01-01", "2025-10-01", "2025-12-31"),
        ("2026-03-31", "2025-10-01", "2025-12-31"),
    ],
)
def test_the_last_complete_quarter(day, first, last):
    found = quarter_before(date.fromisoformat(day))
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_quarters_follow_each_other_and_make_a_year(day):
    *quarters, year = windows_before(day)
    assert [one.span for one in quarters] == [QUARTER] * 4
    assert year.span == YEAR
    assert sum(one.days for one in quarters) == year.days in {365, 366}
    assert all(newer.first - older.last == timedelta(days=1) for newer, older in pairwise(quarters))
    assert quarters[0].last < day <= quarters[0].last + timedelta(days=92)


# --- days, coverage ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({}, 92),
        ({"began": date(2026, 9, 30)}, 1),
        ({"began": date(2026, 10, 1)}, 0),
        ({"left": date(2026, 7, 1)}, 1),
        ({"left": date(2026, 6, 30)}, 0),
        ({"began": date(2020, 1, 1), "left": date(2026, 7, 10)}, 10),
        ({"away": [(date(2026, 6, 20), date(2026, 7, 2))]}, 90),
        ({"away": [(date(2026, 8, 1), date(2026, 8, 1)), (date(2026, 9, 29), date(2026, 12, 1))]}, 89),
        ({"began": date(2026, 9, 1), "away": [(date(2026, 7, 1), date(2026, 8, 31))]}, 30),
        ({"away": [(date(2026, 1, 1), date(2026, 12, 31))]}, 0),
    ],
    ids=str,
)
def test_days_here(fields, days):
    assert days_here(FIRST, LAST, **fields) == days


def test_coverage_counts_days_and_not_heads():
    found = tally([Member(100, 1), Member(20, 0), Member(80, 0)])
    assert found == Tally(3, 200, 1, 1, 100)
    assert found.coverage == 0.5
    assert tally([]).coverage is None


# --- the Gini, and what chance gives ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "value"),
    [([], None), ([0, 0], None), ([1], 0), ([3, 3, 3], 0), ([0, 0, 0, 1], 0.75), ([1, 2, 3, 4], 0.25), ([0, 1], 0.5)],
)
def test_gini(counts, value):
    assert gini(counts) == (value if value is None else pytest.approx(value))


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_gini_is_half_the_relative_mean_difference(counts):
    if not sum(counts):
        return
    apart = sum(abs(one - other) for one in counts for other in counts) / len(counts) ** 2
    assert gini(counts) == pytest.approx(apart / (2 * sum(counts) / len(counts)))
    assert gini(counts * 3) == pytest.approx(gini(counts))


@pytest.mark.parametrize(
    ("mean", "uneven", "never"), [(0.5, 0.67, 0.61), (1, 0.52, 0.37), (2, 0.39, 0.14), (4, 0.28, 0.02), (8, 0.20, 0.0)]
)
def test_chance_as_published(mean, uneven, never):
    found = by_chance(int(mean * 1000), {90: 1000})
    assert (round(found.gini, 2), round(found.never, 2)) == (uneven, never)


@given(st.floats(0.01, 20))
def test_chance_of_equal_days_is_the_closed_form(mean):
    received, people = round(mean * 10_000), 10_000
    exact = received / people
    found = by_chance(received, {7: people}) if received else None
    if found:
        assert found.gini == pytest.approx(exp(-2 * exact) * (bessel(0, 2 * exact) + bessel(1, 2 * exact)), abs=1e-9)
        assert found.never == pytest.approx(exp(-exact))


def test_chance_of_unequal_days_is_what_a_simulation_gives():
    days = [92] * 600 + [20] * 300 + [1] * 100
    chance, rates = Random(3), [1500 * day / sum(days) for day in days]
    totals = []
    for _time in range(40):
        counts: Counter[int] = Counter()
        for who in chance.choices(range(1000), weights=rates, k=1500):
            counts[who] += 1
        totals.append(gini([counts[who] for who in range(1000)]))
    expected = by_chance(1500, exposures(Member(day, 0) for day in days))
    assert expected.gini == pytest.approx(sum(totals) / 40, abs=0.01)
    assert expected.gini > by_chance(1500, {92: 1000}).gini
    assert by_chance(0, {92: 10}) is by_chance(5, {}) is None


def test_chance_of_very_many_thanks_has_a_value():
    assert 0 < by_chance(6_000_000, {90: 10_000}).gini < 0.05


# --- shares of groups -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "low", "high"), [(1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (100, 81.36, 121.63)]
)
def test_byar_is_close_to_the_exact_limits(count, low, high):
    """Of Garwood (Biometrika 28, 1936), as tables of Poisson limits have them."""
    found = byar(count)
    assert found[0] == pytest.approx(low, abs=0.03)
    assert found[1] == pytest.approx(high, rel=0.003, abs=0.03)


def test_byar_of_none():
    low, high = byar(0)
    assert low == 0
    assert high == pytest.approx(3.689, abs=0.03)


def test_share_of_thanks_over_share_of_days():
    whole = Tally(100, 1000, 50, 40, 400)
    found = representation(Tally(50, 500, 50, 40, 400), whole)
    assert found.value == 2
    assert found.low < 2 < found.high
    assert found.is_apart
    assert not representation(Tally(10, 100, 4, 4, 40), whole).is_apart
    assert representation(whole, whole).value == 1
    assert representation(Tally(1, 0, 0, 0, 0), whole) is representation(whole, Tally(1, 9, 0, 0, 0)) is None


# --- what is withheld -------------------------------------------------------------------------------------------------


def rank(rows):
    rows, found = [[Fraction(value) for value in row] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        found += 1
        for at in range(found, len(rows)):
            times = rows[at][column] / pivot[column]
            if times:
                rows[at] = [one - times * other for one, other in zip(rows[at], pivot, strict=True)]
    return found


def tells_of_fewer(rows, sizes, least):
    """Whether any sums and differences of the rows leave out all but fewer than `least` people. A row says of each kind
    of people whether it counts them; `sizes`, how many there are of each kind. Every way to leave a few is tried."""
    full, light = rank(rows), [at for at, size in enumerate(sizes) if size < least]
    for number in range(1, least):
        for few in combinations(light, number):
            if sum(sizes[at] for at in few) < least:
                rest = [[value for at, value in enumerate(row) if at not in few] for row in rows]
                if rank(rest) < full:
                    return True
    return False


def rows_of(people, kinds):
    """All the rows that anybody reads of a window at once, and how many people there are of each kind."""
    keys = sorted(people)
    found = []
    for at, groups in enumerate((kinds.teams, kinds.sites, kinds.bands)):
        found += [[int(key[at] in group) for key in keys] for group in groups.groups()]
    return ([*found, [1] * len(keys)], [people[key] for key in keys])


PLACES = st.tuples(
    st.sampled_from(["S/a/1", "S/a/2", "S/b", "S", "T/c", ""]), st.sampled_from("LMN"), st.sampled_from("xyz")
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(PLACES, st.integers(1, 7), min_size=1, max_size=11))
def test_no_sums_and_differences_tell_of_too_few(people):
    if sum(people.values()) >= 4:
        rows, sizes = rows_of(people, settle(people, 4))
        assert not tells_of_fewer(rows, sizes, 4)


def test_the_check_finds_what_a_careless_table_tells():
    people = {("a", "L", "x"): 12, ("b", "L", "x"): 3, ("b", "M", "x"): 20}
    keys = sorted(people)
    careless = [[int(key[at] == name) for key in keys] for at, name in ((0, "a"), (0, "b"), (1, "L"), (1, "M"))]
    assert tells_of_fewer(careless, [people[key] for key in keys], 10)  # L without a: three people
    rows, sizes = rows_of(people, settle(people))
    assert not tells_of_fewer(rows, sizes, 10)


def test_nobody_is_joined_without_need():
    people = {(f"S/{team}", site, band): 20 for team, site in (("a", "L"), ("b", "M"), ("c", "M")) for band in "xyz"}
    found = settle(people)
    assert [len(kind.groups()) for kind in (found.teams, found.sites, found.bands)] == [3, 2, 3]


@given(
    st.dictionaries(st.sampled_from(["", "S", "S/a", "S/a/1", "S/a/2", "S/b", "S/b/1", "T/c/2"]), st.integers(1, 15))
)
def test_cells_of_teams_hold_enough(sizes):
    groups = cells_of(sizes).groups()
    totals = [sum(sizes[name] for name in group) for group in groups]
    assert sorted(name for group in groups for name in group) == sorted(sizes)
    assert len(totals) <= 1 or min(totals) >= 10


def test_small_teams_stand_with_those_under_the_same_team():
    found = cells_of({"S/a/1": 12, "S/a/2": 6, "S/a/3": 5, "S/a": 1, "S/b": 30})
    assert sorted(map(sorted, found.groups())) == [["S/a", "S/a/2", "S/a/3"], ["S/a/1"], ["S/b"]]


def test_small_ones():
    assert small_ones({"a": 12, "b": 11, "c": 3}, 10) == {"b", "c"}
    assert small_ones({"a": 12, "b": 11}, 10) == set()
    assert small_ones({"c": 3}, 10) == {"c"}


def smallest_cut(edges):
    """By trying all."""
    nodes = sorted({node for pair in edges for node in pair})
    found = []
    for number in range(1, len(nodes)):
        for side in map(set, combinations(nodes, number)):
            crossing = [weight for (one, other), weight in edges.items() if (one in side) != (other in side)]
            if crossing:
                found.append(sum(crossing))
    return min(found)


@given(st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("WXYZ")), st.integers(0, 9), min_size=1))
def test_a_cut_is_found_if_there_is_one(edges):
    cut = cut_below(edges, 8)
    assert (cut is not None) == (smallest_cut(edges) < 8)
    if cut:
        side, other = cut
        assert not side & other
        crossing = [weight for (one, to), weight in edges.items() if (one in side) != (to in side)]
        assert crossing
        assert sum(crossing) < 8


def table_of(counts):
    return dict(zip([(one, other) for one in "abc" for other in "abc"], counts, strict=True))


@given(st.lists(st.integers(0, 12), min_size=9, max_size=9))
def test_what_is_withheld_of_a_table_cannot_be_worked_out_from_its_sums(counts):
    table = table_of(counts)
    shown = shown_cells(table, 5)
    assert all(table[cell] >= 5 for cell in shown)
    lines = [{cell for cell in table if cell[at] == name} for at in (0, 1) for name in "abc"]
    small: set[tuple[str, str]] = set()
    for _time in lines:
        small |= {cell for line in lines if sum(table[one] for one in line - small) < 5 for cell in line}
    hidden = {(f"row {one}", f"to {other}"): table[one, other] for one, other in set(table) - shown - small}
    if hidden and shown:
        assert smallest_cut(hidden) >= 5


def test_a_line_of_few_does_not_withhold_the_others():
    counts = [30, 20, 1, 25, 40, 2, 0, 1, 0]  # c hardly gives, and hardly receives
    assert shown_cells(table_of(counts), 5) == {("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")}


# --- who thanks whom --------------------------------------------------------------------------------------------------


def test_assortativity_as_newman_has_it():
    """Couples by group: Physical Review E 67, 026126, table I, whose printed shares add up to 0.997."""
    shares = [
        [0.258, 0.016, 0.035, 0.013],
        [0.012, 0.157, 0.058, 0.019],
        [0.013, 0.023, 0.306, 0.035],
        [0.005, 0.007, 0.024, 0.016],
    ]
    cells = {(one, other): share for one, row in enumerate(shares) for other, share in enumerate(row)}
    assert flows.assortativity_of(cells) == pytest.approx(0.621, abs=0.003)


def test_assortativity_of_the_extremes():
    group = dict(enumerate("aabb"))
    assert flows.assortativity([(0, 1), (1, 0), (2, 3), (3, 2)], group) == 1
    assert flows.assortativity([(0, 2), (1, 3), (2, 0), (3, 1)], group) == -1
    assert flows.assortativity([(0, 1)], group) is flows.assortativity([], group) is None


def test_reciprocity():
    assert flows.reciprocity([(1, 2), (2, 1), (1, 3), (4, 1)]) == 0.5
    assert flows.reciprocity([]) is None


PAIRS = st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1]), max_size=40)


@given(PAIRS, st.integers(0, 99))
def test_shuffling_keeps_how_many_each_thanks_and_is_thanked_by(pairs, seed):
    mixed, known = sorted(pairs), set(pairs)
    flows.swap(mixed, known, Random(seed), 200)
    assert set(mixed) == known
    assert len(known) == len(pairs)
    assert all(one != other for one, other in mixed)
    for end in (0, 1):
        assert sorted(pair[end] for pair in mixed) == sorted(pair[end] for pair in pairs)


def test_the_same_graph_gives_the_same_answer_and_closeness_shows():
    near = [
        (one, other) for base in range(0, 60, 4) for one in range(base, base + 4) for other in range(base, base + 4)
    ]
    pairs = [pair for pair in near if pair[0] != pair[1]]
    group = {who: who // 4 for who in range(60)}
    measures = {"returned": flows.reciprocity, "team": lambda found: flows.assortativity(found, group)}
    found = flows.beside_chance(pairs, measures)
    assert found == flows.beside_chance(reversed(pairs), measures)
    assert all(one.value == 1 and one.high < 0.5 and one.is_apart for one in found.values())
    assert flows.beside_chance([], measures) == {}


def thanked(*pairs, every=timedelta(days=2)):
    return [(one, other, START + every * number) for number, (one, other) in enumerate(pairs)]


BACK_AND_FORTH = [(1, 2), (2, 1)] * 3


@pytest.mark.parametrize(
    ("thanks", "expected"),
    [
        (thanked(*BACK_AND_FORTH), [flows.Ring((1, 2), 6)]),
        (thanked(*BACK_AND_FORTH[:-1]), []),
        (thanked(*BACK_AND_FORTH, every=timedelta(days=9)), []),
        (thanked(*[(1, 2)] * 20, (2, 1)), []),
        # 3 of 8 each is no more than 40 %; 3 of 8 and 3 of 7 is.
        (thanked(*BACK_AND_FORTH, *[(1, x) for x in range(10, 15)], *[(2, x) for x in range(10, 15)]), []),
        (
            thanked(*BACK_AND_FORTH, *[(1, x) for x in range(10, 15)], *[(2, x) for x in range(10, 14)]),
            [flows.Ring((1, 2), 6)],
        ),
        (thanked(*[(1, 2), (2, 3), (3, 1)] * 2), [flows.Ring((1, 2, 3), 6)]),
        (thanked((1, 2), (2, 3), (3, 1), (1, 2), (2, 3)), []),
        (thanked(*[(4, 2), (2, 3), (3, 9), (9, 4)] * 2), [flows.Ring((2, 3, 9, 4), 8)]),
        (thanked(*[(1, 2), (2, 3), (3, 4), (4, 5), (5, 1)] * 3), []),
    ],
)
def test_rings(thanks, expected):
    assert flows.rings(thanks) == expected
    assert flows.rings(list(reversed(thanks))) == expected


def test_exactly_forty_per_cent_is_no_ring():
    rest = [(who, x) for who in (1, 2) for x in (10, 11, 12, 13, 14, 15)]
    assert flows.rings(thanked(*[(1, 2), (2, 1)] * 4, *rest)) == []


def test_a_team_in_which_all_thank_all_ends():
    everybody = [(one, other) for one in range(40) for other in range(40) if one != other] * 2
    assert len(flows.rings(thanked(*everybody, every=timedelta(seconds=1)))) == flows.MOST


def test_rings_are_rarer_when_whom_is_shuffled():
    thanks = thanked(*BACK_AND_FORTH, *[(one, one + 1) for one in range(10, 60)], every=timedelta(hours=5))
    assert flows.rings_by_chance(thanks) < len(flows.rings(thanks))
    assert flows.rings_by_chance(thanks) == flows.rings_by_chance(thanks)
    assert flows.rings_by_chance([]) == 0
