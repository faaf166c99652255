"""One candidate's score: the example worked by hand in docs/domain/combination.md, the edges, and what always holds."""

import json
import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hiring import combination
from hiring.combination import PLANNED_VARIANCE, Rating, Spread, from_parts, parts, pool, shown, standard_error
from hiring.rule import StageRule, Term

# The types allow for values that are not there; each test knows which are.
combine: Any = combination.combine
interval: Any = combination.interval

SCREEN = StageRule("1", (Term("empathy", 3, 3), Term("listening", 2), Term("ownership", 1)))
EXAMPLE = [
    Rating("Ana", "empathy", 4),
    Rating("Ben", "empathy", 5),
    Rating("Chi", "empathy", 3),
    Rating("Ana", "listening", 3),
    Rating("Ben", "listening", 4),
    Rating("Chi", "listening", 2),
    Rating("Ana", "ownership", 2),
    Rating("Ben", "ownership", None),
    Rating("Chi", "ownership", 4),
]
# A stage where panellists scored half a point apart, known from twenty second opinions.
KNOWN = Spread(Fraction(1, 4), 20, 10)

COMPETENCIES = ("a", "b", "c", "d")
thousandths = st.integers(1, 1_000_000).map(lambda number: Decimal(number) / 1000)
stage_rules = st.lists(
    st.builds(Term, st.sampled_from(COMPETENCIES), thousandths, st.none() | st.integers(1, 5)),
    min_size=1,
    unique_by=lambda term: term.competency,
).map(lambda terms: StageRule("1", tuple(terms)))


def sheets(scores, *, raters=(0, 5)):
    """Whole scorecards: every rater answers every competency, with a score or with no evidence."""
    cards = st.lists(st.tuples(*(scores for _key in COMPETENCIES)), min_size=raters[0], max_size=raters[1])
    return cards.map(
        lambda cards: [
            Rating(number, key, score)
            for number, card in enumerate(cards)
            for key, score in zip(COMPETENCIES, card, strict=True)
        ]
    )


ratings = sheets(st.none() | st.integers(1, 5))
full_ratings = sheets(st.integers(1, 5), raters=(1, 5))


def by_key(score, key):
    return next(each for each in score.competencies if each.term.competency == key)


# --- the example


def test_example_worked_by_hand():
    score = combine(SCREEN, EXAMPLE)
    assert [each.mean for each in score.competencies] == [4, 3, 3]
    assert score.value == Fraction(7, 2)
    assert score.coverage == 1
    assert (score.raters, score.ratings, score.no_evidence) == (3, 8, 1)
    assert score.concentration == Fraction(73, 216)
    assert score.squares == Fraction(53, 36)
    assert score.degrees == Fraction(205, 108)
    spread = pool([score])
    assert float(spread.variance) == pytest.approx(0.6294, abs=5e-5)
    assert (spread.degrees, spread.candidates) == (1, 1)
    assert spread.multiplier == pytest.approx(2.571, abs=5e-4)
    assert standard_error(score, spread) == pytest.approx(0.461, abs=5e-4)
    assert [shown(bound) for bound in interval(score, spread)] == [Decimal("2.31"), Decimal("4.69")]


def test_example_with_the_planning_value_alone():
    score = combine(SCREEN, EXAMPLE)
    spread = pool([])
    assert spread == Spread(Fraction(14, 25), 0, 0)
    assert spread.multiplier == pytest.approx(2.776, abs=5e-4)
    assert [shown(bound) for bound in interval(score, spread)] == [Decimal("2.29"), Decimal("4.71")]


def test_example_competency_by_competency():
    score = combine(SCREEN, EXAMPLE)
    empathy, ownership = by_key(score, "empathy"), by_key(score, "ownership")
    assert (empathy.scores, empathy.no_evidence, empathy.span, empathy.deviation) == ((3, 4, 5), 0, 2, 1.0)
    assert (ownership.scores, ownership.no_evidence, ownership.span) == ((2, 4), 1, 2)
    assert ownership.deviation == pytest.approx(math.sqrt(2))
    assert [each.term.competency for each in score.disagreements] == ["ownership", "empathy", "listening"]


# --- the edges


def test_nothing_rated_has_no_score():
    score = combine(SCREEN, [Rating("Ana", "empathy", None)])
    assert (score.value, score.coverage, score.raters, score.ratings, score.no_evidence) == (None, 0, 0, 0, 1)
    assert interval(score, KNOWN) is None
    assert score.not_shown == ("empathy",)
    assert score.missed == score.disagreements == ()
    empathy = by_key(score, "empathy")
    assert (empathy.mean, empathy.deviation, empathy.span) == (None, None, None)


def test_competency_without_evidence_leaves_its_weight_to_the_others():
    score = combine(
        SCREEN, [Rating("Ana", "listening", 4), Rating("Ana", "ownership", 1), Rating("Ana", "empathy", None)]
    )
    assert score.value == Fraction(2 * 4 + 1 * 1, 3)
    assert score.coverage == Fraction(3, 6)


@pytest.mark.parametrize(
    ("scores", "must_have"),
    [
        ((3, 3), "met"),
        ((2, 4), "met"),
        ((3, 2), "missed"),
        ((2, None), "missed"),
        ((None, None), "not shown"),
        ((), "not shown"),
    ],
)
def test_must_have_is_met_missed_or_not_shown(scores, must_have):
    score = combine(SCREEN, [Rating(rater, "empathy", each) for rater, each in enumerate(scores)])
    assert by_key(score, "empathy").must_have == must_have
    assert by_key(score, "listening").must_have is None
    assert score.missed == (("empathy",) if must_have == "missed" else ())
    assert score.not_shown == (("empathy",) if must_have == "not shown" else ())


def test_competency_that_the_rule_leaves_out_counts_for_nothing_and_is_named():
    score = combine(SCREEN, [*EXAMPLE, Rating("Ana", "warmth", 1), Rating("Ana", "charm", 5)])
    assert replace(score, outside=()) == combine(SCREEN, EXAMPLE)
    assert score.outside == ("charm", "warmth")


def test_rater_who_skipped_what_is_hard_is_not_taken_for_a_lenient_one():
    # Both give 5 and 1 alike; Ben found no evidence on the hard one.
    score = combine(
        SCREEN, [("Ana", "empathy", 5), ("Ana", "listening", 1), ("Ben", "empathy", 5), ("Ben", "listening", None)]
    )
    assert (score.squares, score.degrees) == (0, 1)


def test_second_opinions_on_a_chain_of_competencies_count_for_less_than_full_ones():
    score = combine(
        StageRule("1", (Term("a", 1), Term("b", 1))), [("A", "a", 5), ("B", "a", 3), ("B", "b", 4), ("C", "b", 1)]
    )
    # A: (5-4)/1; B: (-1 + 1.5)/2; C: -1.5. Squared coefficients: 1/2, 3/8, 1/2.
    assert score.squares == 1 + Fraction(1, 16) + Fraction(9, 4)
    assert score.degrees == Fraction(11, 8)


def test_disagreements_come_widest_first_and_heaviest_first_among_equals():
    stage = StageRule("1", (Term("a", 1), Term("b", 2), Term("c", 2), Term("d", 9), Term("e", 9), Term("f", 9)))
    pairs = {"a": (2, 4), "b": (3, 4), "c": (5, 4), "d": (4, 5), "e": (3, 3), "f": (1, None)}
    score = combine(stage, [(rater, key, pair[rater]) for key, pair in pairs.items() for rater in (0, 1)])
    assert [each.term.competency for each in score.disagreements] == ["a", "d", "b", "c"]


@pytest.mark.parametrize("wrong", [0, 6, -1, 2.5, 3.0, "3", True, Fraction(3)])
def test_score_off_the_scale_is_an_error(wrong):
    with pytest.raises(ValueError, match="a score must be 1 to 5 or None"):
        combine(SCREEN, [("Ana", "empathy", wrong)])


def test_rater_who_rates_a_competency_twice_is_an_error():
    with pytest.raises(ValueError, match="'Ana' rates 'empathy' twice"):
        combine(SCREEN, [("Ana", "empathy", 3), ("Ana", "empathy", None)])


@pytest.mark.parametrize(
    ("number", "text"),
    [(Fraction(7, 2), "3.50"), (Fraction(1, 8), "0.13"), (Fraction(25, 8), "3.13"), (4, "4.00"), (2.344999, "2.34")],
)
def test_shown_has_two_decimals_and_rounds_halves_up(number, text):
    assert str(shown(number)) == text


def test_shown_can_keep_more_decimals():
    assert str(shown(Fraction(11, 3), 4)) == "3.6667"


def test_agreement_everywhere_narrows_the_interval_but_never_to_nothing():
    agreed = combine(SCREEN, [(rater, key, 3) for rater in range(5) for key in ("empathy", "listening", "ownership")])
    spread = pool([agreed] * 1000)
    assert spread.variance == 4 * PLANNED_VARIANCE / 4004
    low, high = interval(agreed, spread)
    assert 0 < high - low < 0.1


def test_spread_is_pooled_over_candidates_and_pulled_towards_the_plan():
    stage = StageRule("1", (Term("a", 1),))
    apart = combine(stage, [("A", "a", 2), ("B", "a", 4)])
    alone = combine(stage, [("A", "a", 5)])
    spread = pool([apart, apart, alone])
    assert spread == Spread((4 * Fraction(56, 100) + 2 + 2) / (4 + 2), 2, 2)


def test_single_rater_gets_an_interval_from_the_others():
    alone = combine(SCREEN, [("Ana", "empathy", 3)])
    assert alone.concentration == 1
    low, high = interval(alone, KNOWN)
    assert (low, high) == (pytest.approx(3 - 2.0639 * 0.5, abs=1e-4), pytest.approx(3 + 2.0639 * 0.5, abs=1e-4))


# --- what always holds


@given(stage_rules, ratings, st.randoms(use_true_random=False))
def test_order_and_names_of_raters_change_nothing(stage, given_ratings, chance: Random):
    shuffled = [Rating(f"rater {each.rater}", *each[1:]) for each in given_ratings]
    chance.shuffle(shuffled)
    assert combine(stage, shuffled) == combine(stage, given_ratings)


@given(stage_rules, ratings, st.integers(1, 9))
def test_weights_times_a_constant_change_nothing(stage, given_ratings, factor):
    assume(all(term.weight * factor <= 1000 for term in stage.terms))
    scaled = StageRule("1", tuple(replace(term, weight=term.weight * factor) for term in stage.terms))
    one, other = combine(stage, given_ratings), combine(scaled, given_ratings)
    assert replace(other, competencies=one.competencies) == one


@given(stage_rules, ratings, st.data())
def test_raising_a_rating_never_lowers_the_score(stage, given_ratings, data):
    scored = [index for index, each in enumerate(given_ratings) if each.score is not None and each.score < 5]
    assume(scored)
    index = data.draw(st.sampled_from(scored))
    raised = list(given_ratings)
    raised[index] = raised[index]._replace(score=data.draw(st.integers(raised[index].score + 1, 5)))
    before, after = combine(stage, given_ratings), combine(stage, raised)
    counts = given_ratings[index].competency in {term.competency for term in stage.terms}
    assert after.value > before.value if counts else after.value == before.value
    assert set(after.missed) <= set(before.missed)


@given(stage_rules, ratings)
def test_no_evidence_changes_neither_score_nor_must_haves(stage, given_ratings):
    before = combine(stage, given_ratings)
    after = combine(stage, [*given_ratings, *(Rating("silent", key, None) for key in COMPETENCIES)])
    assert after.no_evidence == before.no_evidence + len(stage.terms)
    quiet = tuple(replace(each, no_evidence=each.no_evidence - 1) for each in after.competencies)
    assert replace(after, competencies=quiet, outside=before.outside) == before


@given(stage_rules, sheets(st.none() | st.integers(1, 4)))
def test_one_point_more_from_everybody_is_one_point_more(stage, given_ratings):
    before = combine(stage, given_ratings)
    after = combine(stage, [each._replace(score=each.score and each.score + 1) for each in given_ratings])
    assert after.value == (None if before.value is None else before.value + 1)
    assert (after.squares, after.degrees, after.concentration) == (before.squares, before.degrees, before.concentration)


@given(stage_rules, st.lists(ratings, min_size=1, max_size=4))
def test_interval_holds_the_score_within_the_scale_and_has_width(stage, candidates):
    scores = [combine(stage, each) for each in candidates]
    spread = pool(scores)
    for score in scores:
        if score.value is None:
            assert interval(score, spread) is None
        else:
            low, high = interval(score, spread)
            assert 1 <= low <= score.value <= high <= 5
            assert low < high


@given(stage_rules, full_ratings)
def test_score_of_whole_scorecards_is_the_mean_of_the_raters(stage, given_ratings):
    score = combine(stage, given_ratings)
    raters = sorted({each.rater for each in given_ratings})
    own = [combine(stage, [each for each in given_ratings if each.rater == rater]).value for rater in raters]
    mean = sum(own, Fraction(0)) / len(own)
    assert score.value == mean
    assert score.concentration == Fraction(1, len(own))
    assert score.squares == sum((each - mean) ** 2 for each in own)
    assert score.degrees == len(own) - 1


@given(stage_rules, ratings)
def test_degrees_and_concentration_stay_within_what_the_raters_allow(stage, given_ratings):
    score = combine(stage, given_ratings)
    if score.value is not None:
        assert Fraction(1, score.raters) <= score.concentration <= 1
        assert 0 <= score.degrees <= max(score.raters - 1, 0)


@given(stage_rules, st.integers(1, 5), st.integers(1, 5))
def test_equal_ratings_give_that_score_and_no_disagreement(stage, score, raters):
    combined = combine(stage, [(rater, key, score) for rater in range(raters) for key in COMPETENCIES])
    assert combined.value == score
    assert (combined.squares, combined.disagreements) == (0, ())


@given(stage_rules, ratings)
def test_parts_survive_a_json_column(stage, given_ratings):
    score = combine(stage, given_ratings)
    assert from_parts(json.loads(json.dumps(parts(score)))) == score


@given(stage_rules, st.lists(ratings, max_size=5), st.randoms(use_true_random=False))
def test_spread_does_not_depend_on_the_order_of_candidates(stage, candidates, chance: Random):
    scores = [combine(stage, each) for each in candidates]
    shuffled = chance.sample(scores, len(scores))
    assert pool(shuffled) == pool(scores)
    assert pool(scores).variance > 0


def test_interval_holds_the_truth_about_as_often_as_it_says():
    # Candidates whose true scores we know, raters with a leaning of their own, answers rounded to the scale.
    chance = Random(20251121)
    stage = StageRule("1", tuple(Term(key, 1) for key in COMPETENCIES))
    held = total = 0
    for _stage in range(25):
        truths = [[3 + chance.gauss(0, 0.5) for _key in COMPETENCIES] for _candidate in range(12)]
        scores = []
        for truth in truths:
            leanings = [chance.gauss(0, 0.6) for _rater in range(3)]
            scores.append(
                combine(
                    stage,
                    [
                        (rater, key, min(5, max(1, round(true + leaning + chance.gauss(0, 0.6)))))
                        for rater, leaning in enumerate(leanings)
                        for key, true in zip(COMPETENCIES, truth, strict=True)
                    ],
                )
            )
        spread = pool(scores)
        for truth, score in zip(truths, scores, strict=True):
            low, high = interval(score, spread)
            held += low <= sum(truth) / len(truth) <= high
            total += 1
    assert 0.93 <= held / total <= 0.98
