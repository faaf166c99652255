"""Agreement of panellists, against the published table of Shrout & Fleiss (1979) and the properties that follow."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foundation.errors import Refused
from hiring import agreement
from hiring.agreement import TooFew, panel_reliability, within_group_overall
from hiring.combination import combine
from hiring.rule import StageRule, Term

# The types allow for values that are not there; each test knows which are.
one_way: Any = agreement.one_way
two_way: Any = agreement.two_way
within_group: Any = agreement.within_group

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

tables = st.integers(2, 4).flatmap(
    lambda raters: st.lists(st.lists(st.integers(1, 5), min_size=raters, max_size=raters), min_size=3, max_size=7)
)


def every_form(table):
    return {each.form: each for each in [*one_way(table, fewest=2), *two_way(table, fewest=2)]}


def values(table):
    return {form: each.value for form, each in every_form(table).items()}


# --- published figures


@pytest.mark.parametrize(
    ("form", "value", "published", "low", "high"),
    [
        ("1,1", 0.165742, 0.17, -0.13, 0.72),
        ("2,1", 0.289764, 0.29, 0.02, 0.76),
        ("3,1", 0.714841, 0.71, 0.34, 0.95),
        ("1,k", 0.442797, 0.44, -0.88, 0.91),
        ("2,k", 0.620051, 0.62, 0.07, 0.93),
        ("3,k", 0.909316, 0.91, 0.68, 0.99),
    ],
)
def test_forms_are_those_of_shrout_and_fleiss(form, value, published, low, high):
    coefficient = every_form(SHROUT_FLEISS)[form]
    assert coefficient.value == pytest.approx(value, abs=5e-7)
    assert round(coefficient.value, 2) == published
    assert (round(coefficient.low, 2), round(coefficient.high, 2)) == (low, high)
    assert (coefficient.candidates, coefficient.raters) == (6, 4)


def test_r_wg_of_4_4_5_is_the_published_figure():
    assert within_group([4, 4, 5]) == Fraction(5, 6)


@pytest.mark.parametrize(
    ("scores", "expected"), [([], None), ([3], None), ([3, 3], 1), ([2, 4], 0), ([1, 5], 0), ([5, 4], Fraction(3, 4))]
)
def test_r_wg_runs_from_0_to_1_and_needs_two_scores(scores, expected):
    assert within_group(scores) == expected


def test_r_wg_over_all_competencies():
    stage = StageRule("1", (Term("a", 1), Term("b", 1), Term("c", 1)))
    score = combine(stage, [(0, "a", 4), (1, "a", 5), (0, "b", 3), (1, "b", 3), (0, "c", 2), (1, "c", None)])
    # Mean variance (1/2 + 0) / 2 = 1/4, against 2 by chance: ratio 1/8; 2 * 7/8 / (2 * 7/8 + 1/8).
    assert within_group_overall(score.competencies) == Fraction(14, 15)
    assert within_group_overall(combine(stage, [(0, "a", 1), (1, "a", 5)]).competencies) == 0
    assert within_group_overall(combine(stage, [(0, "a", 1)]).competencies) is None


def test_panel_reliability_is_spearman_brown_from_44():
    assert [round(float(panel_reliability(raters)), 2) for raters in (1, 2, 3, 4, 5)] == [0.44, 0.61, 0.70, 0.76, 0.80]
    assert panel_reliability(2, Fraction(1, 2)) == Fraction(2, 3)
    with pytest.raises(ValueError, match="at least one rater"):
        panel_reliability(0)


# --- the edges


@pytest.mark.parametrize("measure", [one_way, two_way])
def test_small_groups_are_refused_with_the_numbers(measure):
    assert issubclass(TooFew, Refused)
    with pytest.raises(TooFew, match="at least 10 candidates with two panellists; there are 6"):
        measure(SHROUT_FLEISS)
    with pytest.raises(TooFew, match="at least 2 candidates"):
        measure([[3, 4]], fewest=0)
    assert {each.candidates for each in measure([*SHROUT_FLEISS, *SHROUT_FLEISS])} == {12}


def test_candidates_with_one_rater_say_nothing_about_agreement():
    assert one_way([*SHROUT_FLEISS, [5], []], fewest=6) == one_way(SHROUT_FLEISS, fewest=6)


def test_one_way_takes_unequal_panels():
    # Panels of 2, 3 and 2: the adjusted average is k = (7 - 17/7) / 2 = 16/7.
    single, mean = one_way([[1, 2], [3, 4, 5], [5, 5]], fewest=3)
    grand = Fraction(25, 7)
    between = (2 * (Fraction(3, 2) - grand) ** 2 + 3 * (4 - grand) ** 2 + 2 * (5 - grand) ** 2) / 2
    within = Fraction(1, 4) * Fraction(5, 2)
    k = Fraction(16, 7)
    assert single.value == pytest.approx(float((between - within) / (between + (k - 1) * within)))
    assert mean.value == pytest.approx(float((between - within) / between))
    assert single.raters == float(k)
    assert single.low < single.value < single.high


@pytest.mark.parametrize("table", [[[1], [2]], [[1, 2], [3]], [[], []]])
def test_two_way_refuses_gaps_and_a_single_rater(table):
    with pytest.raises(ValueError, match="two raters or more and no gaps"):
        two_way(table, fewest=2)


def test_all_equal_ratings_are_undefined_never_0_or_1():
    for coefficient in every_form([[3, 3, 3]] * 4).values():
        assert (coefficient.value, coefficient.low, coefficient.high) == (None, None, None)


def test_perfect_order_is_1_without_an_interval():
    forms = every_form([[1, 2], [2, 3], [3, 4]])
    assert (forms["3,1"].value, forms["3,k"].value) == (1, 1)
    assert forms["2,1"].value < 1
    assert all((forms[form].low, forms[form].high) == (None, None) for form in ("2,1", "2,k", "3,1", "3,k"))


def test_candidates_who_are_all_alike_have_a_single_form_only():
    forms = every_form([[1, 2], [2, 1], [1, 2]])
    assert (forms["3,1"].value, forms["3,k"].value, forms["3,1"].low) == (-1, None, None)
    assert forms["2,k"].value is None
    assert every_form([[1, 2], [2, 1]])["2,1"].value is None


def test_bound_that_no_mean_of_raters_can_have_is_left_out():
    coefficient = every_form([[1, 5], [5, 1], [2, 5], [5, 2], [1, 4]])["2,k"]
    assert coefficient.low is None


# --- what always holds


@given(tables)
def test_mean_forms_are_spearman_brown_of_the_single_ones(table):
    forms = values(table)
    for family in "123":
        single, mean = forms[f"{family},1"], forms[f"{family},k"]
        if mean is not None:
            assert mean == pytest.approx(len(table[0]) * single / (1 + (len(table[0]) - 1) * single), abs=1e-9)


@given(tables, st.randoms(use_true_random=False))
def test_order_of_candidates_and_raters_changes_nothing(table, chance):
    columns = chance.sample(range(len(table[0])), len(table[0]))
    shuffled = [[row[column] for column in columns] for row in chance.sample(table, len(table))]
    assert every_form(shuffled) == every_form(table)


@given(tables, st.integers(1, 3))
def test_severity_of_one_rater_lowers_agreement_and_leaves_consistency(table, constant):
    columns = list(zip(*table, strict=True))
    highest = max(range(len(columns)), key=lambda column: sum(columns[column]))
    shifted = [[score + constant * (column == highest) for column, score in enumerate(row)] for row in table]
    before, after = every_form(table), every_form(shifted)
    assert (after["3,1"], after["3,k"]) == (before["3,1"], before["3,k"])
    assume(before["2,1"].value is not None)
    if before["3,1"].value is not None and before["3,1"].value > 0:
        assert after["2,1"].value < before["2,1"].value


@given(tables, st.integers(-3, 3))
def test_constant_for_all_changes_nothing(table, constant):
    assert every_form([[score + constant for score in row] for row in table]) == every_form(table)


@given(tables)
def test_interval_holds_the_value(table):
    for coefficient in every_form(table).values():
        # The second form's interval is an approximation, and a rough one below 0.
        if coefficient.low is not None and (coefficient.value > 0 or coefficient.form[0] != "2"):
            assert coefficient.low - 1e-9 <= coefficient.value <= coefficient.high + 1e-9
            assert coefficient.high <= 1


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5))
def test_r_wg_stays_between_0_and_1_and_is_1_only_for_one_answer(scores):
    assert 0 <= within_group(scores) <= 1
    assert (within_group(scores) == 1) == (len(set(scores)) == 1)
