"""The 15 components of structure: present where they are, missed where they are not, each with its remedy."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.structure import (
    CompetencyFacts,
    KitFacts,
    Number,
    QuestionFacts,
    check_structure,
    count_anchors,
    count_tasks,
    reliability_of_panel,
    structure_score,
)


def make_question(competency="empathy", **changes):
    values: dict[str, Any] = {"competency": competency, "kind": "behavioural", "probes": 3, "minutes": 5}
    return QuestionFacts(**values | changes)


def make_facts(**changes):
    keys = ("empathy", "ownership", "recovery", "integrity")
    values: dict[str, Any] = {
        "basis": "- Welcomes guests\n- Puts things right\n- Hands over",
        "competencies": tuple(CompetencyFacts(key=key, name=key.title(), anchors=5, weight=2) for key in keys),
        "questions": tuple(make_question(key) for key in (*keys, "empathy", "ownership")),
        "closing_minutes": 5,
        "panel_size": 2,
        "same_panel": True,
        "panel_training": "All have read the anchors.",
        "application_hidden": True,
    }
    return KitFacts(**values | changes)


NOTHING = KitFacts(
    basis="",
    competencies=(),
    questions=(),
    closing_minutes=0,
    panel_size=0,
    same_panel=False,
    panel_training=" ",
    application_hidden=False,
)


def lacking(facts):
    return [component.number for component in check_structure(facts) if not component.has]


def component(facts, number):
    return next(component for component in check_structure(facts) if component.number == number)


def test_kit_that_just_meets_every_threshold_has_all_fifteen():
    assert lacking(make_facts()) == []
    assert structure_score(check_structure(make_facts())) == 15


def test_components_come_in_the_order_of_the_paper():
    assert [int(component.number) for component in check_structure(NOTHING)] == list(range(1, 16))
    assert sum(component.is_content for component in check_structure(NOTHING)) == 7


def test_empty_kit_has_only_what_the_portal_ensures():
    found = check_structure(NOTHING)
    assert [component.number for component in found if component.has] == [Number.NOTES, Number.NO_DISCUSSION]
    assert {component.ensured_by for component in found if component.has} == {"portal"}
    assert structure_score(found) == 2


FIRST, *OTHERS = make_facts().questions
LOOSE = CompetencyFacts(key="empathy", name="Empathy", anchors=4, weight=2)


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({"basis": "- Welcomes guests\n- Hands over"}, [Number.JOB_ANALYSIS]),
        ({"basis": ""}, [Number.JOB_ANALYSIS]),
        ({"questions": (FIRST, FIRST, FIRST, *OTHERS[:1], *OTHERS[3:], FIRST)}, [Number.SAME_QUESTIONS]),
        ({"questions": (replace(FIRST, probes=0), *OTHERS)}, [Number.LIMITED_PROMPTING]),
        ({"questions": (replace(FIRST, probes=6), *OTHERS)}, [Number.LIMITED_PROMPTING]),
        ({"questions": (replace(FIRST, probes=5), *OTHERS)}, []),
        ({"questions": (replace(FIRST, kind="riddle"), *OTHERS)}, [Number.QUESTION_TYPES]),
        ({"questions": (replace(FIRST, kind="situational"), *OTHERS)}, []),
        ({"questions": (replace(FIRST, minutes=4), *OTHERS)}, [Number.LENGTH]),
        ({"questions": tuple(replace(question, minutes=20) for question in OTHERS)}, [Number.LENGTH]),
        ({"application_hidden": False}, [Number.ANCILLARY_INFORMATION]),
        ({"closing_minutes": 4}, [Number.QUESTIONS_AT_THE_END]),
        ({"competencies": make_facts().competencies[:3]}, [Number.MULTIPLE_SCALES]),
        ({"competencies": (LOOSE, *make_facts().competencies[1:])}, [Number.ANCHORED_SCALES]),
        ({"panel_size": 1}, [Number.SEVERAL_INTERVIEWERS]),
        ({"same_panel": False}, [Number.SAME_INTERVIEWERS]),
        ({"panel_training": "  \n"}, [Number.TRAINING]),
        (
            {"competencies": (replace(LOOSE, anchors=5, weight=None), *make_facts().competencies[1:])},
            [Number.STATISTICAL_COMBINATION],
        ),
    ],
)
def test_each_gap_is_named_and_only_that(change, missed):
    assert lacking(make_facts(**change)) == missed


def test_finding_says_what_was_found_and_what_to_do():
    found = component(make_facts(panel_size=1), Number.SEVERAL_INTERVIEWERS)
    assert found.name == "Several interviewers"
    assert found.why == "1 panellist scores; the reliability of the score is about 0.44."
    assert found.remedy == "Plan at least two panellists: a second one lifts reliability from 0.44 to 0.61."
    assert found.ensured_by == "opening"


def test_finding_names_the_competencies_that_are_left_open():
    facts = make_facts(questions=(FIRST,) * 6)
    assert component(facts, Number.SAME_QUESTIONS).why == "No question is tied to: Ownership, Recovery, Integrity."


def test_question_of_a_competency_that_left_the_kit_does_not_count_for_another():
    facts = make_facts(questions=tuple(make_question("gone") for _ in range(6)))
    assert Number.SAME_QUESTIONS in lacking(facts)


@given(
    facts=st.builds(
        KitFacts,
        basis=st.text(max_size=80),
        competencies=st.lists(
            st.builds(
                CompetencyFacts,
                key=st.sampled_from("abc"),
                name=st.text(min_size=1, max_size=5),
                anchors=st.integers(0, 5),
                weight=st.none() | st.integers(0, 10),
            ),
            max_size=6,
        ).map(tuple),
        questions=st.lists(
            st.builds(
                QuestionFacts,
                competency=st.sampled_from("abc"),
                kind=st.sampled_from(["behavioural", "situational", "other"]),
                probes=st.integers(0, 8),
                minutes=st.integers(0, 20),
            ),
            max_size=8,
        ).map(tuple),
        closing_minutes=st.integers(0, 20),
        panel_size=st.integers(0, 6),
        same_panel=st.booleans(),
        panel_training=st.text(max_size=5),
        application_hidden=st.booleans(),
    )
)
def test_every_kit_however_unfinished_gets_fifteen_findings(facts):
    found = check_structure(facts)
    assert [component.number for component in found] == list(Number)
    assert all(component.why and component.name for component in found)
    assert all(component.has == (component.remedy == "") for component in found)


@pytest.mark.parametrize(
    ("basis", "tasks"),
    [
        ("", 0),
        ("  \n\n", 0),
        ("One long text about the job.", 1),
        ("Welcomes guests\nHands over\n", 2),
        ("From a workshop:\n- Welcomes guests\n* Hands over\n• Counts\n– Cleans\n", 4),
        ("Tasks\n1. Welcomes guests\n2) Hands over\n", 2),
        ("-\n-  \n- Welcomes", 1),
        ("2024 was a good year", 1),
    ],
)
def test_tasks_are_counted_by_their_lines(basis, tasks):
    assert count_tasks(basis) == tasks


@pytest.mark.parametrize(
    ("anchors", "count"),
    [
        (("a", "b", "c", "d", "e"), 5),
        (("a", "b", "", " ", "e"), 3),
        (("Good.", "good.", "Very  good.", "very good.", "e"), 3),
        ((), 0),
    ],
)
def test_anchors_count_when_they_say_something_of_their_own(anchors, count):
    assert count_anchors(anchors) == count


@pytest.mark.parametrize(("raters", "reliability"), [(1, 0.44), (2, 0.61), (3, 0.70), (4, 0.76), (5, 0.80)])
def test_reliability_of_panels_is_that_of_spearman_and_brown(raters, reliability):
    assert round(reliability_of_panel(0.44, raters), 2) == reliability


@given(single=st.floats(0, 1), raters=st.integers(1, 1000))
def test_more_raters_never_make_a_panel_less_reliable(single, raters):
    one_less = reliability_of_panel(single, raters)
    assert single - 1e-9 <= one_less <= reliability_of_panel(single, raters + 1) + 1e-9
    assert one_less <= 1 + 1e-9


@pytest.mark.parametrize(("single", "raters"), [(-0.1, 2), (1.1, 2), (float("nan"), 2), (0.44, 0), (0.44, -1)])
def test_reliability_of_an_impossible_panel_is_an_error(single, raters):
    with pytest.raises(ValueError, match=r"reliability|panel"):
        reliability_of_panel(single, raters)
