"""Geometry of the charts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import charts


def test_scale_runs_from_edge_to_edge_and_holds_what_is_outside():
    scale = charts.Scale(1, 5, edge=10)
    assert [scale(value) for value in (1, 2, 3, 4, 5)] == [10, 30, 50, 70, 90]
    assert (scale(0), scale(9)) == (10, 90)


def test_scale_without_a_range_puts_everything_at_its_start():
    assert charts.Scale(0, 0, edge=0)(7) == 0


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_scale_refuses_what_is_no_number(value):
    with pytest.raises(ValueError, match="no place on a scale"):
        charts.Scale(1, 5)(value)


@given(st.floats(0, 10), st.floats(0, 10))
def test_scale_keeps_the_order_of_values(one, other):
    low, high = sorted((one, other))
    assert charts.SCORES(low) <= charts.SCORES(high)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(4.25, 1, "4.3"), (2.5, 0, "3"), (3.15, 1, "3.2"), (1284, 0, "1,284"), (0.005, 2, "0.01"), (4, 1, "4.0")],
)
def test_numbers_round_halves_up_and_group_thousands(value, digits, text):
    assert charts.shown(value, digits) == text


@pytest.mark.parametrize(("value", "step"), [(1, 1), (1.79, 1), (1.8, 2), (3, 3), (4.2, 5), (5, 5), (0, 1), (6, 5)])
def test_shade_cuts_the_range_into_five_equal_steps(value, step):
    assert charts.shade(value, 1, 5) == step


def test_shade_is_the_middle_one_without_a_range():
    assert charts.shade(2, 2, 2) == 3


@given(st.lists(st.integers(1, 5), max_size=8))
def test_profile_sets_dots_of_one_rating_apart_around_its_place(values):
    row = charts.ProfileRow("Empathy", [charts.Dot(str(n), value) for n, value in enumerate(values)])
    (line,) = charts.profile("Profile", [row]).lines
    assert sorted(point.value for point in line.points) == sorted(values)
    for value in set(values):
        asides = [point.aside for point in line.points if point.value == value]
        assert len(set(asides)) == len(asides)
        assert abs(sum(asides)) < 0.6
        assert max(asides) - min(asides) <= charts.CROWD + 0.2
        assert {point.at for point in line.points if point.value == value} == {charts.SCORES(value)}


def test_profile_of_three_equal_ratings_gives_each_a_fingers_width():
    row = charts.ProfileRow("Empathy", [charts.Dot(name, 4) for name in "ABC"])
    (line,) = charts.profile("Profile", [row]).lines
    assert [point.aside for point in line.points] == [-24, 0, 24]


def test_profile_says_in_words_what_it_draws():
    figure = charts.profile(
        "Marta Nowak",
        [
            charts.ProfileRow("Empathy", [charts.Dot("Asha", 4), charts.Dot("Bram", 5)], 4.5, 4.0, 5.0, must_have=3),
            charts.ProfileRow("Rules", [charts.Dot("Asha", 2)], 2.0, no_evidence=1),
            charts.ProfileRow("Teamwork", [], no_evidence=2),
        ],
    )
    assert figure.description == "Highest mean: Empathy, 4.5 of 5. Lowest mean: Rules, 2.0 of 5."
    assert figure.body == (
        ("Empathy", "Asha 4, Bram 5", "4.5", "4.0 to 5.0", "0"),
        ("Rules", "Asha 2", "2.0", "–", "1"),
        ("Teamwork", "no ratings", "–", "–", "2"),
    )
    empathy, rules, teamwork = figure.lines
    assert empathy.said == "Empathy: Asha 4, Bram 5; mean 4.5 (4.0 to 5.0)"
    assert empathy.minimum == charts.SCORES(3)
    assert rules.note == "no evidence: 1"
    assert (teamwork.at, teamwork.start, teamwork.points, teamwork.value) == (None, None, (), "–")


def test_no_evidence_is_never_a_place_on_the_scale():
    figure = charts.profile("Profile", [charts.ProfileRow("Empathy", [], no_evidence=3)])
    assert figure.description == "No ratings yet."
    assert figure.lines[0].points == ()


def rows_of_intervals(*, tied):
    return [
        charts.IntervalRow("Marta", 4.31, 3.9, 4.7, 4),
        charts.IntervalRow("Lena", 4.05, 3.5, 4.6, 1, tied=tied),
        charts.IntervalRow("Sofia", None, None, None, 0, note="withdrawn"),
    ]


def test_intervals_band_holds_the_first_and_those_tied_with_it():
    figure = charts.intervals("Compared", rows_of_intervals(tied=True))
    assert [line.tied for line in figure.lines] == [True, True, False]
    assert figure.description == "Marta has the highest score, 4.31 of 5. Cannot be told apart from it: Lena."


def test_intervals_have_no_band_when_nobody_is_tied():
    figure = charts.intervals("Compared", rows_of_intervals(tied=False))
    assert not any(line.tied for line in figure.lines)
    assert figure.description == "Marta has the highest score, 4.31 of 5."


def test_intervals_carry_count_and_uncertainty_with_every_score():
    figure = charts.intervals("Compared", rows_of_intervals(tied=True))
    assert figure.body == (
        ("Marta", "4.31", "3.90 to 4.70", "4", ""),
        ("Lena", "4.05", "3.50 to 4.60", "1", "cannot be told apart from the first"),
        ("Sofia", "–", "–", "0", "withdrawn"),
    )
    assert [line.note for line in figure.lines] == ["4 scorecards", "1 scorecard", "0 scorecards"]
    assert figure.lines[2].at is None


def test_funnel_bars_are_in_proportion_and_say_the_share_of_the_stage_before():
    figure = charts.funnel(
        "Pipeline", [charts.Stage("Applied", 200), charts.Stage("Call", 50), charts.Stage("Hired", 0)]
    )
    assert [line.span for line in figure.lines] == [100, 25, 0]
    assert [line.note for line in figure.lines] == ["", "25% of the stage before", "0% of the stage before"]
    assert figure.description == "From Applied (200) to Hired (0)."


@pytest.mark.parametrize("stages", [[], [charts.Stage("Applied", 0), charts.Stage("Call", 0)]])
def test_funnel_of_nothing_draws_nothing(stages):
    figure = charts.funnel("Pipeline", stages)
    assert all(line.span == 0 for line in figure.lines)


@pytest.mark.parametrize(
    ("longest", "labels"),
    [
        (0, ["0", "1"]),
        (3.5, ["0", "1", "2", "3", "4"]),
        (19, ["0", "5", "10", "15", "20"]),
        (60, ["0", "14", "28", "42", "56", "70"]),
        (5000, ["0", "1,000", "2,000", "3,000", "4,000", "5,000"]),
    ],
)
def test_durations_choose_gridlines_a_reader_can_count(longest, labels):
    figure = charts.durations("Time in stage", [charts.Duration("Applied", longest / 2, 0, longest, 3)])
    assert [tick.label for tick in figure.ticks] == labels
    assert figure.lines[0].end <= figure.ticks[-1].at


def test_durations_without_rows_say_so():
    assert charts.durations("Time in stage", []).description == "Nothing measured yet."


def test_matrix_shades_numbers_and_leaves_withheld_cells_without_shade():
    figure = charts.matrix(
        "Ratings",
        ["Empathy", "Recovery"],
        [charts.MatrixRow("Evening", [charts.Cell(4.6), charts.Cell(None, "fewer than 5")])],
    )
    assert figure.shaded[0].cells == (charts.Shaded("4.6", 5), charts.Shaded("fewer than 5", 0))


def test_matrix_refuses_rows_of_another_length():
    with pytest.raises(ValueError, match="one cell per column"):
        charts.matrix("Ratings", ["Empathy"], [charts.MatrixRow("Evening", [])])
