"""Conversations: where a way leads and what it shows; and no tree that leaves somebody stuck is let in."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import SCENARIO
from training.contents import Behaviour, Choice, Scenario, Scene
from training.scenarios import flaws, walk


def scene(key, *choices, ending=""):
    """Choices are written `to` or `to:shown,shown`."""
    made = []
    for choice in choices:
        to, _colon, shows = choice.partition(":")
        made.append(Choice(text=f"to {to}", to=to, shows=tuple(shows.split(",")) if shows else ()))
    return Scene(key=key, says=f"This is {key}.", ending=ending, choices=tuple(made))


def tree(*scenes, behaviours=("a",)):
    return Scenario(
        text="A call.",
        pass_percent=50,
        behaviours=tuple(Behaviour(key=key, name=key.title()) for key in behaviours),
        scenes=scenes,
    )


def told(scenario):
    return list(flaws(scenario))


# Walking


def test_walk_begins_at_the_first_scene():
    begun = walk(SCENARIO, [])
    assert (begun.scene.key, begun.steps, begun.shown, begun.is_over) == ("start", (), (), False)
    assert begun.percent(SCENARIO) == 0


def test_walk_leads_through_the_choices_to_an_ending():
    way = walk(SCENARIO, [0, 0])
    assert [step.scene.key for step in way.steps] == ["start", "told"]
    assert [step.choice.text for step in way.steps] == ["Tell me.", "I see to it."]
    assert (way.scene.key, way.is_over, way.shown) == ("good", True, ("listen", "own"))
    assert way.percent(SCENARIO) == 100


def test_walk_can_end_badly():
    way = walk(SCENARIO, [1])
    assert (way.scene.ending, way.is_over, way.percent(SCENARIO)) == ("bad", True, 0)


def test_behaviour_shown_twice_counts_once():
    round_trip = tree(scene("s", "s:a", "end:b"), scene("end", ending="good"), behaviours=("a", "b", "c"))
    way = walk(round_trip, [0, 0, 0, 1])
    assert way.shown == ("a", "b")
    assert way.percent(round_trip) == 66


def test_behaviour_that_is_none_of_the_scenario_counts_nothing():
    assert walk(tree(scene("s", "end:x"), scene("end", ending="good")), [0]).shown == ()


@pytest.mark.parametrize("choices", [[2], [-1], [0, 1], [0, 0, 0], [1, 0], [10**9]])
def test_choice_that_there_is_not_is_an_error(choices):
    with pytest.raises(ValueError, match="has no choice"):
        walk(SCENARIO, choices)


@given(choices=st.lists(st.integers(-1, 3), max_size=6))
def test_any_walk_is_within_its_bounds_or_an_error(choices):
    try:
        way = walk(SCENARIO, choices)
    except ValueError:
        return
    assert len(way.steps) == len(choices)
    assert 0 <= way.percent(SCENARIO) <= 100
    assert way.is_over is not bool(way.scene.choices)


# Flaws


def test_sound_tree_has_no_flaw():
    assert told(SCENARIO) == []
    assert told(tree(scene("s", "s", "end:a"), scene("end", ending="good"))) == []


@pytest.mark.parametrize(
    ("scenario", "place", "words"),
    [
        (tree(scene("s", "e:a"), scene("e", ending="good"), scene("e", ending="bad")), "scenes[3].key", "there twice"),
        (tree(scene("s", "e:a"), scene("e")), "scenes[2]", "either choices or an ending"),
        (tree(scene("s", "e:a", ending="bad"), scene("e", ending="good")), "scenes[1]", "either choices or an ending"),
        (tree(scene("s", "e:a", "gone"), scene("e", ending="good")), "scenes[1].choices[2].to", "“gone”, which is no"),
        (tree(scene("s", "e:a,b"), scene("e", ending="good")), "scenes[1].choices[1].shows", "none of the behaviours"),
        (tree(scene("s", "e:a"), scene("e", ending="good"), scene("f", ending="bad")), "scenes[3]", "No way leads to"),
        (tree(scene("s", "e:a", "f"), scene("e", ending="good"), scene("f", "f")), "scenes[3]", "no way leads to an"),
        (tree(scene("s", "e"), scene("e", ending="good")), "behaviours", "shows 0 of 1"),
        (
            tree(scene("s", "e:a", "f:b"), scene("e", ending="good"), scene("f", ending="bad"), behaviours=("a", "b")),
            "behaviours",
            "shows 1 of 2",
        ),
        (
            tree(scene("s", "e:a,b"), scene("e", ending="good"), behaviours=("a", "b", "a")),
            "behaviours[3].key",
            "there twice",
        ),
        # A loop shows it, but no ending is reached that way.
        (tree(scene("s", "f:a", "e"), scene("f", "f"), scene("e", ending="good")), "behaviours", "shows 0 of 1"),
    ],
)
def test_flaw_is_named_at_its_place(scenario, place, words):
    assert any(where == place and words in message for where, message in told(scenario)), told(scenario)


def test_tree_that_ends_nowhere_is_told_once_for_each_scene():
    endless = tree(scene("s", "t:a"), scene("t", "s"))
    assert [place for place, _message in told(endless)] == ["scenes[1]", "scenes[2]"]


keys = st.sampled_from(["s", "t", "u", "v"])


@st.composite
def trees(draw):
    scenes = [
        Scene(
            key=draw(keys),
            says=".",
            ending=draw(st.sampled_from(["", "good"])),
            choices=tuple(
                Choice(text=".", to=draw(keys), shows=tuple(draw(st.lists(st.sampled_from("abc"), max_size=2))))
                for _ in range(draw(st.integers(0, 2)))
            ),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    return tree(*scenes, behaviours=draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3)))


def best_percent(scenario, most=9):
    """By trying every way of up to so many choices: the best that an ending was reached with, None when none was."""
    waiting: list[list[int]] = [[]]
    best, seen = None, set()
    while waiting:
        choices = waiting.pop()
        way = walk(scenario, choices)
        state = (way.scene.key, frozenset(way.shown))
        if state in seen or len(choices) > most:
            continue
        seen.add(state)
        if way.is_over:
            best = max(best or 0, way.percent(scenario))
        waiting += [[*choices, index] for index in range(len(way.scene.choices))]
    return best


@given(scenario=trees())
def test_tree_without_a_flaw_can_be_won(scenario):
    if not told(scenario):
        assert best_percent(scenario, most=60) == 100


def test_flaws_are_told_of_a_tree_without_scenes_too():
    assert told(replace(SCENARIO, scenes=())) == []
