"""Candidates side by side: the example of docs/domain/comparison.md, the edges, departures, what always holds."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring import comparison as subject
from hiring.combination import combine, interval, shown
from hiring.comparison import RankRange, departs
from hiring.rule import StageRule, Term

# The types allow for values that are not there; each test knows which are.
compare: Any = subject.compare

SCREEN = StageRule("1", (Term("empathy", 3, 3), Term("listening", 2), Term("ownership", 1)))
KEYS = ("empathy", "listening", "ownership")


def score(*cards, stage=SCREEN):
    """One tuple of scores per rater: empathy, listening, ownership; None is no evidence."""
    ratings = [(rater, key, each) for rater, card in enumerate(cards) for key, each in zip(KEYS, card, strict=True)]
    return combine(stage, ratings)


NOOR = ("Noor", score((5, 4, 4), (5, 5, 4), (4, 5, 4)))
OMAR = ("Omar", score((4, 4, 4), (5, 4, 3), (4, 4, 5)))
RAVI = ("Ravi", score((2, 5, 5), (3, 5, 5), (3, 4, 4)))
PIA = ("Pia", score((3, 2, 3), (3, 3, 2), (3, 2, 2)))
EXAMPLE = [PIA, RAVI, NOOR, OMAR]

cards = st.lists(st.tuples(*(st.none() | st.integers(1, 5) for _key in KEYS)), max_size=4)
fields = st.lists(cards.map(lambda cards: score(*cards)), max_size=9).map(lambda scores: list(enumerate(scores)))


def facts(comparison):
    return [(each.key, each.rank, each.ranks, each.group) for each in comparison.standings]


# --- the example


def test_example_worked_by_hand():
    comparison = compare(EXAMPLE, compensatory=True)
    assert [(each.key, shown(each.score.value)) for each in comparison.standings] == [
        ("Noor", Decimal("4.56")),
        ("Omar", Decimal("4.17")),
        ("Ravi", Decimal("3.67")),
        ("Pia", Decimal("2.67")),
    ]
    assert comparison.spread.degrees == 8
    assert float(comparison.spread.variance) == pytest.approx(0.2206, abs=5e-5)
    assert facts(comparison) == [
        ("Noor", 1, (1, 2), 1),
        ("Omar", 2, (1, 3), 1),
        ("Ravi", 3, (2, 3), 2),
        ("Pia", 4, (4, 4), 3),
    ]
    assert comparison.groups == (("Noor", "Omar"), ("Ravi",), ("Pia",))
    assert comparison.leading == ("Noor", "Omar")
    assert (comparison.candidates, comparison.pairs, comparison.told_apart) == (4, 6, 4)
    assert comparison.by_luck == Fraction(6, 20)
    assert comparison.withheld is None
    assert comparison.standing("Pia").ahead == ("Noor", "Omar", "Ravi")


def test_example_with_must_haves_that_nothing_makes_up_for():
    comparison = compare(EXAMPLE, compensatory=False)
    assert facts(comparison) == [
        ("Noor", 1, (1, 2), 1),
        ("Omar", 2, (1, 2), 1),
        ("Pia", 3, (3, 3), 2),
        ("Ravi", 4, (4, 4), 3),
    ]
    assert [each.below_line for each in comparison.standings] == [False, False, False, True]
    # Ravi stands below the others by the rule; only the pairs of the other three are a question of ratings.
    assert (comparison.pairs, comparison.told_apart) == (3, 2)


def test_interval_is_the_one_from_the_spread_of_the_whole_stage():
    comparison = compare(EXAMPLE, compensatory=True)
    for standing in comparison.standings:
        assert standing.interval == interval(standing.score, comparison.spread)


# --- ties, nobody, too few


def test_equal_scores_share_a_rank_and_the_next_is_skipped():
    equal = [(key, score((4, 4, 4), (4, 4, 4))) for key in "ab"]
    comparison = compare([("c", score((3, 3, 3), (3, 3, 3))), *equal], compensatory=True)
    assert [(each.key, each.rank) for each in comparison.standings] == [("a", 1), ("b", 1), ("c", 3)]


def test_equal_scores_on_both_sides_of_the_line_do_not_share_a_rank():
    below = score((2, 4, 5), (2, 4, 5))
    above = score((3, 4, 4), (4, 2, 1))
    assert below.value == above.value == Fraction(19, 6)
    comparison = compare([("below", below), ("above", above)], compensatory=False)
    assert [(each.key, each.rank) for each in comparison.standings] == [("above", 1), ("below", 2)]


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ([], "Nobody has been scored yet."),
        ([("a", score())], "Nobody has been scored yet."),
        ([NOOR, ("a", score())], "Only one candidate has been scored: there is nobody to compare with."),
        (
            [("a", score((5, 5, 5))), ("b", score((1, 1, 1), (None, None, None)))],
            "No candidate has been scored by two panellists yet, so how far panellists differ here is not known.",
        ),
    ],
)
def test_rank_ranges_and_groups_are_withheld_with_the_reason(field, reason):
    comparison = compare(field, compensatory=True)
    assert comparison.withheld == reason
    assert (comparison.groups, comparison.leading, comparison.pairs, comparison.told_apart) == ((), (), 0, 0)
    assert all((each.ranks, each.group, each.ahead) == (None, None, ()) for each in comparison.standings)


def test_order_and_line_stand_even_where_ranges_are_withheld():
    comparison = compare([("misses", score((2, 5, 5))), ("meets", score((3, 1, 1)))], compensatory=False)
    assert [(each.key, each.rank, each.ahead) for each in comparison.standings] == [
        ("meets", 1, ()),
        ("misses", 2, ("meets",)),
    ]
    assert all(each.interval for each in comparison.standings)


def test_candidate_without_a_score_stands_last_and_unranked():
    comparison = compare([("unscored", score((None, None, None))), *EXAMPLE], compensatory=True)
    last = comparison.standings[-1]
    assert (last.key, last.rank, last.interval, last.ranks, last.group, last.ahead, last.below_line) == (
        "unscored",
        None,
        None,
        None,
        None,
        (),
        False,
    )
    assert comparison.candidates == 4
    assert facts(comparison)[:4] == facts(compare(EXAMPLE, compensatory=True))


def test_nobody_leads_where_everybody_is_below_the_line():
    field = [("a", score((2, 5, 5), (2, 4, 5))), ("b", score((1, 5, 5), (2, 4, 4)))]
    comparison = compare(field, compensatory=False)
    assert comparison.groups == (("a", "b"),)
    assert comparison.leading == ()
    assert compare(field, compensatory=True).leading == ("a", "b")


def test_standing_of_a_stranger_is_none():
    assert compare(EXAMPLE, compensatory=True).standing("Quinn") is None


def test_cautions_say_what_a_score_lacks():
    stage = StageRule("1", (Term("empathy", 3, 3), Term("listening", 2, 3), Term("ownership", 4)))
    cautions = {
        each.key: each.cautions
        for each in compare(
            [
                ("sound", score((4, 4, 4), (4, 4, 4), stage=stage)),
                ("one rater", score((4, 4, 4), stage=stage)),
                ("thin", score((None, 4, None), (None, 4, None), stage=stage)),
                ("bare", score((None, None, 3), (None, None, 4), stage=stage)),
                ("unscored", score(stage=stage)),
            ],
            compensatory=True,
        ).standings
    }
    assert cautions == {
        "sound": [],
        "one rater": ["Scored by one panellist only."],
        "thin": [
            "There is evidence for only 22 % of the weights.",
            "One must-have was not shown: nobody found evidence.",
        ],
        "bare": [
            "There is evidence for only 44 % of the weights.",
            "2 must-haves were not shown: nobody found evidence.",
        ],
        "unscored": ["2 must-haves were not shown: nobody found evidence."],
    }


# --- departures from the rule


def departure(outcome, key, outcomes=None, *, field=EXAMPLE, compensatory=True, **names):
    comparison = compare(field, compensatory=compensatory)
    return departs(outcome, key, comparison, outcomes or {}, compensatory=compensatory, **names)


@pytest.mark.parametrize("outcome", ["advance", "offer", "hire"])
def test_going_forward_past_somebody_clearly_ahead_departs(outcome):
    assert departure(outcome, "Ravi") == (
        "One candidate who is clearly ahead under the rule was rejected or is still waiting."
    )
    assert departure(outcome, "Pia", {"Noor": "reject", "Omar": "hold"}) == (
        "3 candidates who are clearly ahead under the rule were rejected or are still waiting."
    )


@pytest.mark.parametrize("outcome", ["advance", "offer", "hire"])
def test_going_forward_from_the_leading_group_follows_the_rule(outcome):
    # Omar's score is lower than Noor's, and nobody can tell them apart.
    assert departure(outcome, "Noor") is None
    assert departure(outcome, "Omar", {"Noor": "reject"}) is None


@pytest.mark.parametrize("other", ["advance", "offer", "hire", "withdraw"])
def test_those_who_went_forward_or_withdrew_are_not_passed_over(other):
    assert departure("advance", "Ravi", {"Noor": other}) is None


@pytest.mark.parametrize("other", ["reject", "hold", "reconsider", None])
def test_those_who_wait_or_were_rejected_are_passed_over(other):
    assert departure("advance", "Ravi", {"Noor": other}) is not None


def test_going_forward_with_a_missed_must_have_departs_unless_it_may_be_made_up_for():
    gone = {"Noor": "hire", "Omar": "withdraw", "Pia": "advance"}
    assert departure("offer", "Ravi", gone, compensatory=False, competencies={"empathy": "Empathy"}) == (
        "A must-have is missed: Empathy 2.67, at least 3 was asked."
    )
    assert departure("offer", "Ravi", gone, compensatory=True) is None


def test_every_reason_is_told():
    stage = StageRule("1", (Term("empathy", 3, 3), Term("listening", 2, Decimal("2.5")), Term("ownership", 1)))
    field = [("a", score((2, 2, 5), (2, 2, 5), stage=stage)), ("b", score((3, 3, 1), (3, 3, 1), stage=stage))]
    assert departure("hire", "a", field=field, compensatory=False) == (
        "Must-haves are missed: empathy 2.00, at least 3 was asked; listening 2.00, at least 2.5 was asked. "
        "One candidate who is clearly ahead under the rule was rejected or is still waiting."
    )


@pytest.mark.parametrize("key", ["unscored", "never interviewed"])
def test_going_forward_without_a_score_departs(key):
    field = [*EXAMPLE, ("unscored", score())]
    assert departure("advance", key, field=field) == "There is no score, so the rule could not be applied."


def test_must_have_that_was_not_shown_is_no_departure():
    field = [("a", score((None, 4, 4), (None, 4, 4))), ("b", score((3, 3, 3), (3, 3, 3)))]
    assert departure("advance", "a", field=field, compensatory=False) is None


def test_rejecting_somebody_clearly_ahead_of_one_who_went_forward_departs():
    assert departure("reject", "Noor", {"Ravi": "advance"}) == (
        "One candidate who is clearly behind under the rule went forward."
    )
    assert departure("reject", "Omar", {"Pia": "offer", "Ravi": "hire"}) == (
        "One candidate who is clearly behind under the rule went forward."
    )
    assert departure("reject", "Noor", {"Pia": "offer", "Ravi": "hire"}) == (
        "2 candidates who are clearly behind under the rule went forward."
    )
    assert departure("reject", "Noor", {"Omar": "advance"}) is None
    assert departure("reject", "Pia", {"Noor": "advance", "Ravi": "hold"}) is None


@pytest.mark.parametrize("outcome", ["hold", "withdraw", "reconsider"])
@pytest.mark.parametrize("key", ["Pia", "never interviewed"])
def test_waiting_and_withdrawing_never_depart(outcome, key):
    assert departure(outcome, key, {"Noor": "reject"}, compensatory=False) is None


# --- what always holds


def clearly_ahead(one, other, comparison):
    """The definition, spelt out: below the line, or a difference beyond t standard errors of it."""
    if comparison.withheld is None and one.below_line == other.below_line:
        error = (comparison.spread.variance * (one.score.concentration + other.score.concentration)) ** 0.5
        return one.score.value - other.score.value > comparison.spread.multiplier * error
    return other.below_line and not one.below_line


@given(fields, st.booleans(), st.randoms(use_true_random=False))
def test_order_of_entries_changes_nothing_but_the_order_of_equals(field, compensatory, chance):
    one = compare(field, compensatory=compensatory)
    other = compare(chance.sample(field, len(field)), compensatory=compensatory)
    assert sorted(facts(one)) == sorted(facts(other))
    assert [(each.rank, each.score.value) for each in one.standings] == [
        (each.rank, each.score.value) for each in other.standings
    ]
    assert (one.spread, one.pairs, one.told_apart, one.withheld) == (
        other.spread,
        other.pairs,
        other.told_apart,
        other.withheld,
    )
    assert [set(group) for group in one.groups] == [set(group) for group in other.groups]


@given(fields, st.booleans())
def test_ahead_is_what_the_definition_says(field, compensatory):
    comparison = compare(field, compensatory=compensatory)
    ranked = comparison.standings[: comparison.candidates]
    for standing in ranked:
        assert standing.ahead == tuple(one.key for one in ranked if clearly_ahead(one, standing, comparison))


@given(fields, st.booleans())
def test_order_is_by_the_line_then_by_the_score(field, compensatory):
    ranked = [each for each in compare(field, compensatory=compensatory).standings if each.rank]
    places = [(each.below_line, -each.score.value) for each in ranked]
    assert places == sorted(places)
    assert [each.rank for each in ranked] == [1 + sum(other < place for other in places) for place in places]
    assert all(each.below_line == (bool(each.score.missed) and not compensatory) for each in ranked)


@given(fields, st.booleans())
def test_rank_range_holds_the_rank_and_counts_who_is_clearly_ahead_and_behind(field, compensatory):
    comparison = compare(field, compensatory=compensatory)
    for standing in comparison.standings:
        if standing.ranks is not None:
            assert 1 <= standing.ranks.best <= standing.rank <= standing.ranks.worst <= comparison.candidates
            behind = sum(standing.key in other.ahead for other in comparison.standings)
            assert standing.ranks == RankRange(1 + len(standing.ahead), comparison.candidates - behind)


@given(fields, st.booleans())
def test_groups_part_everybody_and_hold_only_those_who_cannot_be_told_apart(field, compensatory):
    comparison = compare(field, compensatory=compensatory)
    if comparison.withheld is None:
        members = [key for group in comparison.groups for key in group]
        assert sorted(members) == sorted(each.key for each in comparison.standings if each.rank)
    for before, group in zip(((), *comparison.groups), comparison.groups, strict=False):
        for one, other in combinations(group, 2):
            assert one not in comparison.standing(other).ahead
            assert other not in comparison.standing(one).ahead
        for key in group:
            assert bool(before) == bool(set(comparison.standing(key).ahead) & set(before))


@given(fields, st.booleans())
def test_clearly_ahead_is_transitive(field, compensatory):
    comparison = compare(field, compensatory=compensatory)
    for standing in comparison.standings:
        for key in standing.ahead:
            assert set(comparison.standing(key).ahead) <= set(standing.ahead)


@given(st.integers(2, 6), st.integers(2, 4), st.integers(3, 5))
def test_equal_ratings_can_never_be_told_apart(candidates, raters, each):
    field = [(key, score(*[(each,) * 3] * raters)) for key in range(candidates)]
    comparison = compare(field, compensatory=False)
    assert comparison.groups == (tuple(range(candidates)),) == (comparison.leading,)
    assert all((each.rank, each.ranks) == (1, (1, candidates)) for each in comparison.standings)


@given(fields, st.booleans(), st.sampled_from(["advance", "offer", "hire", "reject"]))
def test_deciding_alike_about_everybody_never_passes_anybody_over(field, compensatory, outcome):
    comparison = compare(field, compensatory=compensatory)
    outcomes = dict.fromkeys(range(len(field)), outcome)
    for standing in comparison.standings:
        reason = departs(outcome, standing.key, comparison, outcomes, compensatory=compensatory)
        if reason is not None:
            assert standing.rank is None or standing.below_line
