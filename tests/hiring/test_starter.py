"""The starter content, held to what it promises the recruiters who begin with it."""

import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

import hiring
from hiring.kit_files import dump_competency, parse_competency, parse_kit
from hiring.structure import check_structure, facts_of

STARTER = Path(hiring.__file__).parent / "starter"
COMPETENCY_FILES = sorted(STARTER.glob("competencies/*.yaml"))
KIT_FILES = sorted(STARTER.glob("kits/*.yaml"))

LIBRARY = {file.stem: parse_competency(file.read_text(encoding="utf-8")) for file in COMPETENCY_FILES}
KITS = {file.stem: parse_kit(file.read_text(encoding="utf-8"), library=LIBRARY) for file in KIT_FILES}

competencies = pytest.mark.parametrize("competency", LIBRARY.values(), ids=LIBRARY)
kits = pytest.mark.parametrize("kit", KITS.values(), ids=KITS)

# Words of a scale that only gets louder, which no interviewer can hear.
VAGUE = re.compile(
    r"\b(very|extremely|excellent|outstanding|exceptional|poor|good at|adequate|somewhat|strong|weak)\b", re.IGNORECASE
)
# What may not be asked about, in a question or a probe.
PROTECTED = re.compile(
    r"\b(age|old are|born|birth|married|marriage|spouse|husband|wife|pregnan\w*|child(ren)?|family|religio\w*|"
    r"church|faith|god|politic\w*|union|nationality|native|ethnic\w*|race|accent|health|ill(ness)?|disab\w*|sick|gender|sex\w*|"
    r"hobb\w*|arrest\w*|debts?|home ?town)\b",
    re.IGNORECASE,
)
# A probe that can be answered by yes or no gives the answer away.
CLOSED = re.compile(r"^(Did|Do|Does|Were|Was|Are|Is|Have|Has|Had|Would|Could|Can|Should|Will)\b")


def test_library_holds_the_twelve_service_competencies_and_the_two_apart():
    assert {key for key, competency in LIBRARY.items() if competency.group == "service"} == {
        "empathy",
        "active-listening",
        "ownership",
        "composure",
        "recovery",
        "plain-speech",
        "judgement-about-rules",
        "learning-from-mistakes",
        "teamwork",
        "the-basics",
        "curiosity",
        "integrity",
    }
    assert {key: LIBRARY[key].group for key in LIBRARY if LIBRARY[key].group != "service"} == {
        "values-alignment": "values",
        "culture-add": "add",
    }


def test_there_are_five_kits():
    assert set(KITS) == {
        "contact-centre-agent",
        "hotel-front-desk",
        "retail-associate",
        "support-engineer",
        "team-leader",
    }


@pytest.mark.parametrize("file", [*COMPETENCY_FILES, *KIT_FILES], ids=lambda file: file.stem)
def test_file_is_named_after_its_key(file):
    assert f"\nkey: {file.stem}\n" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", COMPETENCY_FILES, ids=lambda file: file.stem)
def test_competency_file_is_written_as_the_program_writes_it(file):
    text = file.read_text(encoding="utf-8")
    assert dump_competency(parse_competency(text)) == text


@competencies
def test_competency_is_complete(competency):
    assert competency.why
    assert competency.no_evidence
    assert competency.definition.count(". ") <= 1
    assert Counter(question.kind for question in competency.questions) == {"behavioural": 2, "situational": 1}
    for question in competency.questions:
        assert 3 <= len(question.probes) <= 4
        assert 4 <= question.minutes <= 7


@competencies
def test_behavioural_questions_ask_for_a_time_and_situational_ones_for_an_act(competency):
    for question in competency.questions:
        if question.kind == "behavioural":
            assert re.search(r"Tell me about a (time when|mistake that)", question.text)
        else:
            assert re.search(r"What do you (say|do)", question.text)


@competencies
def test_anchors_say_what_is_heard_each_in_one_to_three_sentences(competency):
    assert len(set(competency.anchors)) == 5
    for anchor in competency.anchors:
        assert 1 <= len(re.findall(r"[.!?](?=\s|$)", anchor)) <= 3, anchor
        assert not VAGUE.search(anchor), anchor


@competencies
def test_no_evidence_is_never_spoken_of_as_a_low_score(competency):
    assert not re.search(r"(?<!not )a low score", competency.no_evidence)


@competencies
def test_nothing_that_the_law_protects_is_asked_about(competency):
    for question in competency.questions:
        for text in (question.text, *question.probes):
            assert not PROTECTED.search(text), text


@competencies
def test_probes_are_neutral(competency):
    for probe in chain.from_iterable(question.probes for question in competency.questions):
        assert not CLOSED.match(probe), probe


def test_no_question_or_probe_asks_whether_one_would_like_to_work_with_somebody():
    for competency in (LIBRARY["values-alignment"], LIBRARY["culture-add"]):
        assert competency.definition.startswith(("Has acted", "Has brought"))
        for text in chain.from_iterable((question.text, *question.probes) for question in competency.questions):
            assert "like to work with" not in text


def test_keys_of_questions_are_unique_over_the_library():
    keys = [question.key for competency in LIBRARY.values() for question in competency.questions]
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_texts_of_questions_are_unique_over_the_library():
    texts = [question.text for competency in LIBRARY.values() for question in competency.questions]
    assert len(set(texts)) == len(texts)


@kits
def test_kit_has_all_fifteen_components_of_structure(kit):
    assert [component.name for component in check_structure(facts_of(kit)) if not component.has] == []


@kits
def test_kit_judges_five_service_competencies_and_the_two_apart(kit):
    groups = Counter(competency.group for competency in kit.competencies)
    assert groups == {"service": 5, "values": 1, "add": 1}
    assert all(1 <= competency.weight <= 5 for competency in kit.competencies)
    service = min(competency.weight for competency in kit.competencies if competency.group == "service")
    assert all(competency.weight < service for competency in kit.competencies if competency.group != "service")


@kits
def test_must_have_of_a_kit_stands_on_two_questions(kit):
    must_haves = [competency.key for competency in kit.competencies if competency.minimum is not None]
    asked = Counter(question.competency for question in kit.questions)
    assert must_haves
    assert all(asked[key] >= 2 for key in must_haves)


@kits
def test_every_candidate_hears_the_values_before_they_are_judged_by_them(kit):
    asked = [question.text for question in kit.questions if question.competency == "values-alignment"]
    assert asked
    assert all(text.startswith("(Read out the organisation's values") for text in asked)


@kits
def test_kit_mixes_both_kinds_of_question(kit):
    assert {question.kind for question in kit.questions} == {"behavioural", "situational"}


@kits
def test_kit_was_derived_from_four_to_six_tasks(kit):
    tasks = [line for line in kit.basis.splitlines() if line.startswith("- ")]
    assert 4 <= len(tasks) <= 6


@kits
def test_every_service_competency_of_a_kit_comes_from_one_of_its_tasks(kit):
    for competency in kit.competencies:
        if competency.group == "service":
            name = competency.name.split(":")[0].split(" (")[0].split(" under")[0].casefold()
            assert name.removesuffix(" and lifting others") in kit.basis.casefold(), competency.name


@kits
def test_panel_is_told_what_makes_an_interview_fair(kit):
    for rule in (
        "in this order",
        "probes listed",
        "Notes are evidence",
        "Score alone",
        "No questions and no small talk",
    ):
        assert rule in kit.guidance
    assert "We have not seen your application" in kit.opening_text
    assert kit.application_hidden
    assert kit.same_panel


def test_every_service_competency_is_used_by_some_kit():
    used = {competency.key for kit in KITS.values() for competency in kit.competencies}
    assert used == set(LIBRARY)
