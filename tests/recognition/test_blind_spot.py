"""Means, intervals and gaps against known values."""

from math import isclose
from statistics import mean, variance

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recognition.blind_spot import Sums, estimate, gap, sums_of, t_below, t_quantile

pytestmark = pytest.mark.once
SCORES = st.lists(st.integers(1, 5), min_size=0, max_size=60)


def sums(values: list[int]) -> Sums:
    return sums_of({score: values.count(score) for score in range(1, 6)})


@pytest.mark.parametrize(
    ("level", "degrees", "known"),
    [
        # Abramowitz and Stegun, table 26.10; NIST/SEMATECH e-Handbook 1.3.6.7.2.
        (0.975, 1, 12.706), (0.975, 2, 4.303), (0.975, 4, 2.776), (0.975, 9, 2.262), (0.975, 30, 2.042),
        (0.975, 100, 1.984), (0.975, 1_000_000, 1.960), (0.95, 10, 1.812), (0.995, 5, 4.032),
    ],
)  # fmt: skip
def test_t_is_that_of_the_tables(level: float, degrees: float, known: float) -> None:
    assert round(t_quantile(level, degrees), 3) == known


@given(st.floats(0.5, 0.999), st.floats(1, 10_000))
@example(0.5000000000000001, 8192.03458772812)
def test_the_quantile_undoes_the_share_below(level: float, degrees: float) -> None:
    assert isclose(t_below(t_quantile(level, degrees), degrees), level, abs_tol=1e-9)


def test_a_known_interval() -> None:
    """1, 2, 3, 4, 5: mean 3, s² 2.5, t(0.975, 4) 2.7764: 3 ± 1.963."""
    found = estimate(sums([1, 2, 3, 4, 5]))
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert (found.n, found.mean, round(found.low, 3), round(found.high, 3)) == (5, 3.0, 1.037, 4.963)


def test_a_known_gap() -> None:
    """Own 4, 5, 5, 4, 5 (mean 4.6), theirs 2, 3, 4, 3, 2, 4 (mean 3). With a 1 and a 5 more the variances are 15/7 and
    12/7; of the means 3/7 and 2/7, standard error 0.84515, 8.197 degrees of freedom, t 2.2961: 1.6 ± 1.941."""
    found = gap(sums([4, 5, 5, 4, 5]), sums([2, 3, 4, 3, 2, 4]))
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert (round(found.value, 6), round(found.low, 2), round(found.high, 2)) == (1.6, -0.34, 3.54)
    assert found.claim == ""
    more = gap(sums([4, 5, 5, 4, 5] * 2), sums([2, 3, 4, 3, 2, 4] * 20))
    assert more is not None
    assert more.claim == "own"


def test_a_team_that_happens_to_answer_alike_is_not_certain_of_itself() -> None:
    """Fives alone, beside customers of whom three in ten give less: such a month comes by chance."""
    customers = sums([5] * 280 + [4] * 80 + [3] * 40)
    found = gap(sums([5] * 5), customers)
    assert found is not None
    assert found.claim == ""


@given(SCORES, SCORES)
def test_bounds_and_symmetry(own: list[int], theirs: list[int]) -> None:
    left, right = sums(own), sums(theirs)
    there, back = gap(left, right), gap(right, left)
    assert (there is None) == (not own or not theirs)
    if there is None or back is None:
        return
    assert there.value == -back.value
    assert {"own": "customers", "customers": "own"}.get(there.claim, there.claim) == back.claim
    if there.low is not None and there.high is not None:
        assert -4 <= there.low <= there.value <= there.high <= 4


@given(SCORES)
def test_sums_are_those_of_the_scores(values: list[int]) -> None:
    found = estimate(sums(values))
    if not values:
        assert found is None
        return
    assert found is not None
    assert isclose(found.mean, mean(values))
    if len(values) > 1:
        assert isclose(sums(values).variance or 0.0, variance(values), abs_tol=1e-9)
    assert (found.low is None) == (len(set(values)) < 2)
    if found.low is not None and found.high is not None:
        assert 1 <= found.low <= found.mean <= found.high <= 5


@given(SCORES, SCORES)
def test_sums_add_up(one: list[int], other: list[int]) -> None:
    assert sums(one).added(sums(other)) == sums(one + other)


def test_nothing_is_claimed_of_one_score_or_of_alike_ones() -> None:
    for own, theirs in (([5], [1, 2, 3]), ([5, 5, 5], [1, 1, 1])):
        found = gap(sums(own), sums(theirs))
        assert found is not None
        assert found.claim == ""
    same = gap(sums([3, 4, 5, 4, 3] * 6), sums([3, 4, 5, 4, 4] * 60))
    assert same is not None
    assert same.claim == "same"
