"""The combination rule: one spelling, one digest, strict reading, changes in words."""

import json
import random
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Refused
from hiring.rule import InvalidRule, Rule, StageRule, Term, canonical, difference, digest, document, parse, written

SCREEN = StageRule("1", (Term("empathy", 3, 3), Term("listening", 2), Term("ownership", 1)))
PANEL = StageRule("2", (Term("élan", Decimal("2.50"), Decimal("3.5")), Term("recovery", 5)))
RULE = Rule((SCREEN, PANEL), compensatory=False)

CANONICAL = (
    '{"compensatory":false,"format":1,"stages":['
    '{"stage":"1","terms":[{"competency":"empathy","minimum":"3","weight":"3"},'
    '{"competency":"listening","minimum":null,"weight":"2"},{"competency":"ownership","minimum":null,"weight":"1"}]},'
    '{"stage":"2","terms":[{"competency":"recovery","minimum":null,"weight":"5"},'
    '{"competency":"élan","minimum":"3.5","weight":"2.5"}]}],"within":"mean of panellists"}'
)
DIGEST = "0781e6a31bb31bf410ad23273287ee2f92eaeef8243022b4ebeac232e4e18bf1"

keys = st.text("abcdefgh-é", min_size=1, max_size=8)
weights = st.decimals(Decimal("0.001"), 1000, places=3)
minimums = st.none() | st.decimals(1, 5, places=2)
terms = st.lists(
    st.builds(Term, keys, weights, minimums), min_size=1, max_size=6, unique_by=lambda term: term.competency
)
stages = st.lists(
    st.builds(StageRule, keys, terms.map(tuple)), min_size=1, max_size=4, unique_by=lambda stage: stage.stage
)
rules = st.builds(Rule, stages.map(tuple), st.booleans())


def changed(**fields):
    """The document of the rule with other values in it; a path such as `stages.0.terms.1.weight` names the place."""
    data = document(RULE)
    for path, value in fields.items():
        *way, last = (int(step) if step.isdigit() else step for step in path.split("__"))
        place: Any = data
        for step in way:
            place = place[step]
        place[last] = value
    return data


def test_canonical_spelling_is_what_it_was():
    assert canonical(RULE) == CANONICAL


def test_digest_is_what_it_was():
    # Digests of old rules are stored beside decisions: this literal must never change.
    assert digest(RULE) == DIGEST


@given(rules)
def test_parse_reads_back_what_was_written(rule):
    assert parse(canonical(rule)) == parse(canonical(rule).encode()) == parse(document(rule)) == rule
    assert digest(parse(json.dumps(document(rule), indent=2))) == digest(rule)


@given(rules, st.randoms(use_true_random=False))
def test_order_in_which_stages_and_terms_are_given_does_not_matter(rule, chance: random.Random):
    shuffled = [replace(stage, terms=tuple(chance.sample(stage.terms, len(stage.terms)))) for stage in rule.stages]
    chance.shuffle(shuffled)
    assert Rule(tuple(shuffled), rule.compensatory) == rule


@given(rules, rules)
def test_rules_share_a_digest_only_if_they_are_equal(one, other):
    assert (digest(one) == digest(other)) == (one == other) == (difference(one, other) == [])


def test_numbers_that_are_equal_are_written_alike():
    assert Term("a", 3, Decimal("3.00")) == Term("a", Decimal("3.0"), 3)
    numbers: dict[Decimal | int, str] = {
        Decimal("2.50"): "2.5",
        10: "10",
        Decimal("1E+2"): "100",
        Decimal("0.001"): "0.001",
    }
    for number, text in numbers.items():
        assert written(number) == text
        assert written(Term("a", number).weight) == text


def test_for_stage_finds_the_stage_or_nothing():
    assert RULE.for_stage("2") == PANEL
    assert RULE.for_stage("3") is None


@pytest.mark.parametrize(
    ("weight", "reason"),
    [
        (0, "above 0 and at most 1000"),
        (1001, "above 0 and at most 1000"),
        (-1, "plain number"),
        (Decimal("NaN"), "plain number"),
        (Decimal("Infinity"), "plain number"),
        (Decimal("0.0001"), "plain number"),
        (Decimal("1.00000000000000000000000000000000001"), "plain number"),
        ("03", "plain number"),
        ("3 ", "plain number"),
        ("1e2", "plain number"),
        ("٣", "plain number"),
        (10**30, "plain number"),
        pytest.param(10**5000, "plain number", id="5001 digits"),
        (Decimal("1E+999999"), "plain number"),
        (2.5, "not a float"),
        (True, "must be a number"),
        (None, "must be a number"),
    ],
)
def test_weight_is_refused(weight, reason):
    with pytest.raises(InvalidRule, match=f"^The weight of empathy .*{reason}"):
        Term("empathy", weight)


@pytest.mark.parametrize(
    ("minimum", "reason"), [(0, "between 1 and 5"), (Decimal("5.01"), "between 1 and 5"), ("x", "plain number")]
)
def test_minimum_is_refused(minimum, reason):
    with pytest.raises(InvalidRule, match=f"^The minimum for empathy must .*{reason}"):
        Term("empathy", 1, minimum)


@pytest.mark.parametrize("key", ["", "a" * 101, 3, None])
def test_key_of_the_wrong_length_is_refused(key):
    with pytest.raises(InvalidRule, match="A competency needs a key of 1 to 100 characters"):
        Term(key, 1)


@pytest.mark.parametrize("key", [" a", "a\n", "a\u200bb", "e\u0301", "\ud800", "a\x00"])
def test_key_with_hidden_characters_is_refused(key):
    with pytest.raises(InvalidRule, match="A stage has a key with blanks around it or hidden characters"):
        StageRule(key, (Term("a", 1),))


def test_stage_is_refused_without_terms_with_too_many_or_with_one_twice():
    with pytest.raises(InvalidRule, match="Stage 1 needs at least one competency"):
        StageRule("1", ())
    with pytest.raises(InvalidRule, match="Stage 1 has more than 100 competencies"):
        StageRule("1", tuple(Term(f"c{number}", 1) for number in range(101)))
    with pytest.raises(InvalidRule, match="Stage 1 names empathy twice"):
        StageRule("1", (Term("empathy", 1), Term("empathy", 2)))


def test_rule_is_refused_without_stages_with_too_many_or_with_one_twice():
    with pytest.raises(InvalidRule, match="needs at least one stage"):
        Rule(())
    with pytest.raises(InvalidRule, match="at most 50 stages"):
        Rule(tuple(StageRule(str(number), (Term("a", 1),)) for number in range(51)))
    with pytest.raises(InvalidRule, match="Stage 1 is named twice"):
        Rule((SCREEN, SCREEN))


def test_refusal_is_one_that_pages_and_api_expect():
    assert issubclass(InvalidRule, Refused)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"format": 2}, "“format” must be 1"),
        ({"format": True}, "“format” must be 1"),
        ({"compensatory": "no"}, "“compensatory” must be true or false"),
        ({"compensatory": 1}, "“compensatory” must be true or false"),
        ({"within": "median"}, "“within” must be “mean of panellists”"),
        ({"stages": {}}, "“stages” must be a list"),
        ({"stages": []}, "at least one stage"),
        ({"extra": 1, "author": 2}, "The rule has unknown: author, extra"),
        ({"stages__1": "panel"}, "Stage number 2 of the list must be an object with named fields"),
        ({"stages__1__name": "panel"}, "Stage number 2 of the list has unknown: name"),
        ({"stages__0__terms": "all"}, "“terms” of Stage number 1 of the list must be a list"),
        ({"stages__0__terms__1": {"weight": 1}}, "A term of Stage number 1 of the list lacks: competency, minimum"),
        ({"stages__0__terms__1__weight": 2.5}, "The weight of listening must be a whole number or text such as “2.5”"),
        ({"stages__0__terms__1__weight": "NaN"}, "The weight of listening must be a plain number"),
    ],
)
def test_parse_says_what_is_wrong_and_where(fields, reason):
    with pytest.raises(InvalidRule, match=reason):
        parse(changed(**fields))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "not readable as JSON"),
        ("{", "not readable as JSON"),
        (b"\xff", "not readable as JSON"),
        ("[" * 100_000, "not readable as JSON"),
        ("9" * 5000, "not readable as JSON"),
        ("[]", "The rule must be an object"),
        ("null", "The rule must be an object"),
        ('{"format":1,"format":1}', "The field “format” is given twice"),
        (CANONICAL.replace('"weight":"2"', '"weight":NaN'), "not a float"),
        (CANONICAL.replace('"weight":"2"', '"weight":2.0'), "not a float"),
    ],
)
def test_parse_refuses_text_that_is_no_rule(source, reason):
    with pytest.raises(InvalidRule, match=reason):
        parse(source)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["format", "compensatory", "within", "stages", "stages__0", "stages__0__terms__0"]), json_values)
def test_parse_of_anything_is_a_rule_or_a_refusal(place, value):
    # Any other exception fails the test.
    with suppress(InvalidRule):
        rule = parse(changed(**{place: value}))
        assert parse(canonical(rule)) == rule


def test_difference_says_in_words_what_changed():
    screen = StageRule(
        "1", (Term("empathy", 5, Decimal("2.5")), Term("ownership", 1, 2), Term("recovery", 4, 3), Term("listening", 2))
    )
    panel = StageRule("2", (Term("élan", Decimal("2.5")),))
    assert difference(
        RULE,
        Rule((screen, panel), compensatory=True),
        competencies={"empathy": "Empathy"},
        stages={"1": "Phone screen"},
    ) == [
        "A missed must-have can now be made up for.",
        "Phone screen: weight of Empathy 3 → 5",
        "Phone screen: minimum for Empathy 3 → 2.5",
        "Phone screen: ownership is now a must-have, at least 2",
        "Phone screen: recovery added with weight 4",
        "Phone screen: recovery is now a must-have, at least 3",
        "2: recovery taken out",
        "2: élan is no longer a must-have",
    ]


def test_difference_names_stages_that_come_and_go():
    assert difference(Rule((SCREEN,)), Rule((PANEL,), compensatory=False), stages={"2": "Panel"}) == [
        "A missed must-have can no longer be made up for.",
        "1: no longer combined",
        "Panel: now combined",
    ]


def test_difference_within_the_only_stage_does_not_name_it():
    heavier = StageRule("1", (Term("empathy", 5, 3), *SCREEN.terms[1:]))
    assert difference(Rule((SCREEN,)), Rule((heavier,))) == ["weight of empathy 3 → 5"]
