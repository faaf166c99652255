"""Module files: what goes out comes back; what strangers send gets an answer they can act on, and nothing worse."""

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import training
from foundation.errors import Refused
from foundation.text import clean_line, clean_text, flaw
from foundation.yaml_files import FileError, reading
from tests.cast import CONTENTS, PRACTICE, QUIZ, SCENARIO, module_content
from training.contents import (
    ENDINGS,
    KINDS,
    LESSON_PURPOSES,
    WRITING_PURPOSES,
    Behaviour,
    Choice,
    External,
    Lesson,
    ModuleContent,
    Option,
    Pair,
    Part,
    Practice,
    Question,
    Quiz,
    RubricLine,
    Scenario,
    Scene,
    Video,
    Writing,
    content_of,
    to_json,
)
from training.module_files import dump_module, parse_module

STARTER = sorted((Path(training.__file__).parent / "starter/modules").glob("*.yaml"))


def of(*contents):
    """A module of parts with these contents."""
    kinds = {kind: type(content) for kind, content in CONTENTS.items()}
    parts = tuple(
        Part(key=f"part-{number}", kind=kind, title=f"Part {number}", minutes=5, content=content)
        for number, content in enumerate(contents, start=1)
        for kind, made in kinds.items()
        if isinstance(content, made)
    )
    return replace(module_content(key="aware", name="Aware"), parts=parts)


def asking(**question):
    values = {"key": "q", "type": "single", "text": "?"}
    return of(replace(QUIZ, questions=(Question(**values | question),)))


def problems_of(text):
    with pytest.raises(FileError) as caught:
        parse_module(text)
    return [(problem.place, problem.line) for problem in caught.value.problems]


def line_of(text, fragment):
    """The number of the one line that holds the fragment."""
    found = [number for number, line in enumerate(text.split("\n"), start=1) if fragment in line]
    assert len(found) == 1
    return found[0]


WHOLE = of(*CONTENTS.values())

# What goes out comes back


def _storable(text, clean):
    return clean(text) if flaw(text, lines=clean is clean_text) is None else ""


_alphabet = st.one_of(
    st.characters(exclude_categories=["Cs", "Cc"]),
    st.sampled_from(list(" \n\t:#-?'\"|>&*!%@`{}[],~=<é\u2028\x85żकि😀")),
)
lines = st.text(_alphabet, max_size=60).map(lambda text: _storable(text.replace("\n", " "), clean_line)).filter(bool)
texts = st.text(_alphabet, max_size=150).map(lambda text: _storable(text, clean_text))
filled = texts.filter(bool)
slugs = st.from_regex(r"[A-Za-z0-9_-]{1,50}", fullmatch=True) | st.sampled_from(
    ["no", "null", "007", "1e3", "-", "---"]
)


def several(items, *, low=1, high=3, key=None):
    return st.lists(items, min_size=low, max_size=high, unique_by=key or (lambda item: item)).map(tuple)


def keyed(low=1, high=3):
    return st.lists(slugs, min_size=low, max_size=high, unique=True)


@st.composite
def options(draw, *, one):
    made = draw(several(st.builds(Option, text=filled, why=texts), low=2, high=4, key=lambda option: option.text))
    right = {draw(st.integers(0, len(made) - 1))} | (set() if one else draw(st.sets(st.integers(0, 3))))
    return tuple(replace(option, right=index in right) for index, option in enumerate(made))


@st.composite
def questions(draw, key):
    kind = draw(st.sampled_from(["single", "multiple", "order", "match", "text"]))
    values = {"key": key, "type": kind, "text": draw(filled), "explanation": draw(texts)}
    if kind in {"single", "multiple"}:
        values["options"] = draw(options(one=kind == "single"))
    elif kind == "order":
        values["steps"] = draw(several(lines, low=2))
    elif kind == "match":
        lefts = draw(several(lines, low=2))
        rights = draw(several(lines, low=len(lefts), high=len(lefts)))
        values["pairs"] = tuple(Pair(left=left, right=right) for left, right in zip(lefts, rights, strict=True))
    else:
        values["accepted"] = draw(several(lines.map(lambda line: f"a{line}"[:60])))
    return Question(**values)


@st.composite
def quizzes(draw):
    asked = tuple(draw(questions(key)) for key in draw(keyed(1, 4)))
    return Quiz(
        pass_percent=draw(st.integers(1, 100)),
        draw=draw(st.none() | st.integers(1, len(asked))),
        attempts=draw(st.none() | st.integers(1, 100)),
        questions=asked,
    )


@st.composite
def scenarios(draw):
    """A way that shows everything and ends; every scene beside it leads back to it."""
    behaviours = draw(keyed())
    first, *others, last = draw(keyed(2, 4))
    way = [first, *others, last]

    def choice(to, shows):
        return Choice(text=draw(filled), to=to, shows=tuple(shows), why=draw(texts))

    scenes = [
        Scene(
            key=key,
            says=draw(filled),
            choices=(
                choice(way[index + 1], behaviours if index == 0 else draw(st.lists(st.sampled_from(behaviours)))[:8]),
                *(choice(draw(st.sampled_from(way)), []) for _ in range(draw(st.integers(0, 2)))),
            ),
        )
        for index, key in enumerate(way[:-1])
    ]
    scenes.append(Scene(key=last, says=draw(filled), ending=draw(st.sampled_from(ENDINGS))))
    return Scenario(
        text=draw(filled),
        pass_percent=draw(st.integers(1, 100)),
        behaviours=tuple(Behaviour(key=key, name=draw(lines)) for key in behaviours),
        scenes=tuple(scenes),
    )


@st.composite
def practices(draw):
    rubric = tuple(
        RubricLine(key=key, behaviour=draw(lines), anchors=draw(st.tuples(*[filled] * 5))) for key in draw(keyed(1, 2))
    )
    return Practice(task=draw(filled), pass_level=draw(st.integers(1, 5)), rubric=rubric)


def videos():
    named = {"title": lines, "language": st.sampled_from(["en", "de-AT"]), "transcript": filled}
    held = st.builds(Video, file=st.just("a-1.mp4"), captions=st.sampled_from(["", "a-1.vtt"]), **named)
    return held | st.builds(Video, link=st.just("https://tube.example/watch?v=1"), **named)


MADE = {
    "lesson": st.builds(Lesson, purpose=st.sampled_from(LESSON_PURPOSES), text=filled, video=st.none() | videos()),
    "writing": st.builds(Writing, purpose=st.sampled_from(WRITING_PURPOSES), prompt=filled),
    "quiz": quizzes(),
    "scenario": scenarios(),
    "practice": practices(),
    "evidence": st.builds(External, text=filled),
}


@st.composite
def modules(draw):
    parts = []
    for key in draw(keyed(1, 3)):
        kind = draw(st.sampled_from(list(MADE)))
        content = draw(MADE[kind])
        parts.append(Part(key=key, kind=kind, title=draw(lines), minutes=draw(st.integers(1, 480)), content=content))
    key = draw(slugs)
    return ModuleContent(
        key=key,
        name=draw(lines),
        summary=draw(filled),
        kind=draw(st.sampled_from(KINDS)),
        manager_too=draw(st.booleans()),
        valid_for_months=draw(st.none() | st.integers(1, 120)),
        needs=tuple(sorted(needed for needed in draw(keyed(0, 4)) if needed != key)),
        parts=tuple(parts),
    )


@given(module=modules())
def test_module_comes_back_exactly_as_it_was_written(module):
    text = dump_module(module)
    assert parse_module(text) == module
    assert dump_module(parse_module(text)) == text


@given(module=modules())
def test_content_comes_back_from_its_column_exactly_as_it_was_stored(module):
    for part in module.parts:
        assert content_of(part.kind, to_json(part.content)) == part.content


@given(module=modules())
def test_both_yaml_readers_read_the_same(module):
    """libyaml comes with the wheel, the reader in Python with every installation."""
    text, before = dump_module(module), reading._Loader
    try:
        reading._Loader = yaml.SafeLoader
        assert parse_module(text) == module
    finally:
        reading._Loader = before


@pytest.mark.parametrize("file", STARTER, ids=lambda file: file.stem)
def test_starter_file_is_read_and_comes_back(file):
    module = parse_module(file.read_bytes())
    assert module.key == file.stem
    assert parse_module(dump_module(module)) == module


def test_there_are_ten_starter_files():
    assert len(STARTER) == 10


def test_dumped_module_reads_like_something_a_person_wrote():
    assert dump_module(WHOLE) == (
        "format: rapport-module/1\n"
        "key: aware\n"
        "name: Aware\n"
        "summary: You can.\n"
        "kind: technical\n"
        "manager_too: false\n"
        "\n"
        "parts:\n"
        "  - key: part-1\n"
        "    kind: lesson\n"
        "    title: Part 1\n"
        "    minutes: 5\n"
        "    purpose: plain\n"
        "    text: |-\n"
        "      ## Rules\n"
        "\n"
        "      Look up first.\n"
        "\n"
        "  - key: part-2\n"
        "    kind: writing\n"
        "    title: Part 2\n"
        "    minutes: 5\n"
        "    purpose: reflection\n"
        "    prompt: A case of your own.\n"
        "\n"
        "  - key: part-3\n"
        "    kind: quiz\n"
        "    title: Part 3\n"
        "    minutes: 5\n"
        "    pass_percent: 50\n"
        "    questions:\n"
        "      - key: one\n"
        "        type: single\n"
        "        text: Which?\n"
        "        options:\n"
        "          - text: This\n"
        "            right: true\n"
        "            why: canary-why\n"
        "          - text: That\n"
        "        explanation: Because canary-explanation.\n"
        "      - key: word\n"
        "        type: text\n"
        "        text: What do we say?\n"
        "        accepted:\n"
        "          - canary-sorry\n"
        "\n"
        "  - key: part-4\n"
        "    kind: scenario\n"
        "    title: Part 4\n"
        "    minutes: 5\n"
        "    text: A customer calls.\n"
        "    pass_percent: 50\n"
        "    behaviours:\n"
        "      - key: listen\n"
        "        name: Listens\n"
        "      - key: own\n"
        "        name: Takes it on\n"
        "    scenes:\n"
        "      - key: start\n"
        "        says: It came broken.\n"
        "        choices:\n"
        "          - text: Tell me.\n"
        "            to: told\n"
        "            shows:\n"
        "              - listen\n"
        "            why: canary-because\n"
        "          - text: No.\n"
        "            to: gone\n"
        "      - key: told\n"
        "        says: Well…\n"
        "        choices:\n"
        "          - text: I see to it.\n"
        "            to: good\n"
        "            shows:\n"
        "              - own\n"
        "      - key: good\n"
        "        says: Thank you.\n"
        "        ending: good\n"
        "      - key: gone\n"
        "        says: (hangs up)\n"
        "        ending: bad\n"
        "\n"
        "  - key: part-5\n"
        "    kind: practice\n"
        "    title: Part 5\n"
        "    minutes: 5\n"
        "    task: Greet three people.\n"
        "    pass_level: 3\n"
        "    rubric:\n"
        "      - key: greets\n"
        "        behaviour: Greets\n"
        "        anchors:\n"
        "          1: 'no'\n"
        "          2: late\n"
        "          3: 'yes'\n"
        "          4: warmly\n"
        "          5: by name\n"
        "\n"
        "  - key: part-6\n"
        "    kind: session\n"
        "    title: Part 6\n"
        "    minutes: 5\n"
        "    text: Bring a case of your own.\n"
        "\n"
        "  - key: part-7\n"
        "    kind: evidence\n"
        "    title: Part 7\n"
        "    minutes: 5\n"
        "    text: A first-aid course of eight hours.\n"
    )


def test_what_need_not_be_said_may_be_left_out():
    text = dump_module(of(CONTENTS["lesson"], CONTENTS["writing"]))
    for line in ("manager_too: false\n", "    purpose: plain\n", "    purpose: reflection\n"):
        assert line in text
        text = text.replace(line, "")
    assert parse_module(text) == of(CONTENTS["lesson"], CONTENTS["writing"])


def test_part_that_a_renewal_skips_says_so():
    lesson, writing = of(CONTENTS["lesson"], CONTENTS["writing"]).parts
    module = replace(WHOLE, parts=(replace(lesson, skipped_in_renewal=True), writing))
    text = dump_module(module)
    assert text.count("    renewal: skip\n") == 1
    assert parse_module(text) == module
    assert parse_module(text.replace("renewal: skip", "renewal: ask")) == replace(module, parts=(lesson, writing))


def needing(*lines):
    return dump_module(WHOLE).replace(
        "\n\nparts:", "".join(f"\n{line}" for line in ("", "needs:", *lines, "parts:")), 1
    )


def test_what_a_module_needs_is_said_in_one_order_whatever_the_file_has():
    text = needing("  - listening", "  - empathy")
    assert parse_module(text) == replace(WHOLE, needs=("empathy", "listening"))
    assert "\nneeds:\n  - empathy\n  - listening\n" in dump_module(parse_module(text))
    assert parse_module(needing("  []")) == WHOLE


@pytest.mark.parametrize(
    ("lines", "place", "words"),
    [
        (["  - listening", "  - nowhere"], "needs[2]", "No module of that key can be taken here"),
        (["  - aware"], "needs[1]", "the module itself"),
        (["  - listening", "  - listening"], "needs[2]", "as needs[1] is. Keep one."),
        (["  - two words"], "needs[1]", "letters a to z"),
        (["  - ''"], "needs[1]", "letters a to z"),
        (["  - [listening]"], "needs[1]", "must be text"),
        (["  - " + "x" * 61], "needs[1]", "too long"),
        (["  listening"], "needs", "must be a list"),
        ([f"  - m{number}" for number in range(21)], "needs", "at most 20"),
    ],
)
def test_what_a_module_cannot_need_is_named_at_its_line(lines, place, words):
    with pytest.raises(FileError, match=re.escape(words)) as caught:
        parse_module(needing(*lines), offered={"listening", *(f"m{number}" for number in range(21))})
    (problem,) = caught.value.problems
    at = len(lines) if "[" in place else 0
    assert (problem.place, problem.line) == (place, line_of(needing(*lines), "needs:") + at)


# All that is wrong, at once, with its place and its remedy


def test_every_problem_is_told_at_once_with_line_and_place():
    text = dump_module(WHOLE)
    text = text.replace("kind: technical", "kind: magic").replace("          4: warmly\n", "", 1)
    text = text.replace("    prompt: A case of your own.\n", "    promt: A case.\n")
    text = text.replace("            right: true\n", "")
    with pytest.raises(FileError) as caught:
        parse_module(text)
    assert isinstance(caught.value, Refused)
    assert str(caught.value) == (
        "This file cannot be used:\n"
        "Line 5: kind must be one of: soft_skill, technical.\n"
        "Line 19: parts[2].prompt is missing. Add it.\n"
        "Line 24: parts[2].promt is not known here. Known are: kind, key, title, minutes, purpose, prompt. "
        "Take it out or mend its spelling.\n"
        "Line 32: parts[3].questions[1] needs exactly one option with “right: true”; it has 0.\n"
        "Line 91: parts[5].rubric[1].anchors.4 is missing. Add it."
    )


@pytest.mark.parametrize(
    ("module", "place"),
    [
        (replace(WHOLE, parts=()), "parts"),
        (replace(WHOLE, parts=tuple(replace(WHOLE.parts[0], key=f"p{n}") for n in range(41))), "parts"),
        (replace(WHOLE, parts=(WHOLE.parts[0], WHOLE.parts[0])), "parts[2].key"),
        (replace(WHOLE, parts=(replace(WHOLE.parts[0], skipped_in_renewal=True),)), "parts"),
        (replace(WHOLE, key="Two words"), "key"),
        (replace(WHOLE, key="x" * 61), "key"),
        (replace(WHOLE, name="x" * 121), "name"),
        (replace(WHOLE, summary=""), "summary"),
        (replace(WHOLE, kind="magic"), "kind"),
        (replace(WHOLE, valid_for_months=0), "valid_for_months"),
        (replace(WHOLE, valid_for_months=121), "valid_for_months"),
        (replace(WHOLE, parts=(replace(WHOLE.parts[0], minutes=0),)), "parts[1].minutes"),
        (replace(WHOLE, parts=(replace(WHOLE.parts[0], title="x" * 161),)), "parts[1].title"),
        (of(Lesson(text="")), "parts[1].text"),
        (of(Lesson(text="x" * 20_001)), "parts[1].text"),
        (of(Lesson(text="x", purpose="goal")), "parts[1].purpose"),
        (of(Writing(prompt="x", purpose="rules")), "parts[1].purpose"),
        # Quizzes
        (of(replace(QUIZ, questions=())), "parts[1].questions"),
        (of(replace(QUIZ, pass_percent=0)), "parts[1].pass_percent"),
        (of(replace(QUIZ, pass_percent=101)), "parts[1].pass_percent"),
        (of(replace(QUIZ, draw=0)), "parts[1].draw"),
        (of(replace(QUIZ, draw=3)), "parts[1].draw"),
        (of(replace(QUIZ, attempts=0)), "parts[1].attempts"),
        (of(replace(QUIZ, questions=(QUIZ.questions[0], QUIZ.questions[0]))), "parts[1].questions[2].key"),
        (asking(type="riddle"), "parts[1].questions[1].type"),
        (asking(), "parts[1].questions[1].options"),
        (asking(options=(Option(text="a", right=True),)), "parts[1].questions[1]"),
        (asking(options=(Option(text="a"), Option(text="b"))), "parts[1].questions[1]"),
        (asking(options=(Option(text="a", right=True), Option(text="b", right=True))), "parts[1].questions[1]"),
        (asking(options=(Option(text="a", right=True), Option(text="a"))), "parts[1].questions[1]"),
        (asking(options=tuple(Option(text=text, right=text == "a") for text in "abcdefghi")),
         "parts[1].questions[1].options"),
        (asking(type="multiple", options=(Option(text="a"), Option(text="b"))), "parts[1].questions[1]"),
        (asking(type="multiple", options=(Option(text="a", right=True),)), "parts[1].questions[1]"),
        (asking(type="order"), "parts[1].questions[1]"),
        (asking(type="order", steps=("a",)), "parts[1].questions[1]"),
        (asking(type="order", steps=("a", "a")), "parts[1].questions[1]"),
        (asking(type="match", pairs=(Pair(left="a", right="b"),)), "parts[1].questions[1]"),
        (asking(type="match", pairs=(Pair(left="a", right="b"), Pair(left="c", right="b"))), "parts[1].questions[1]"),
        (asking(type="match", pairs=(Pair(left="a", right="b"), Pair(left="a", right="c"))), "parts[1].questions[1]"),
        (asking(type="text"), "parts[1].questions[1]"),
        (asking(type="text", accepted=("good", "…")), "parts[1].questions[1]"),
        # Conversations; what makes them flawed is in test_scenarios.py
        (of(replace(SCENARIO, scenes=())), "parts[1].scenes"),
        (of(replace(SCENARIO, behaviours=())), "parts[1].behaviours"),
        (of(replace(SCENARIO, scenes=SCENARIO.scenes[:3])), "parts[1].scenes[1].choices[2].to"),
        (of(replace(SCENARIO, scenes=(*SCENARIO.scenes, SCENARIO.scenes[2]))), "parts[1].scenes[5].key"),
        (of(replace(SCENARIO, behaviours=SCENARIO.behaviours * 2)), "parts[1].behaviours[3].key"),
        (of(replace(SCENARIO, behaviours=(*SCENARIO.behaviours, Behaviour(key="x", name="X")))), "parts[1].behaviours"),
        # Practices
        (of(replace(PRACTICE, rubric=())), "parts[1].rubric"),
        (of(replace(PRACTICE, rubric=PRACTICE.rubric * 2)), "parts[1].rubric[2].key"),
        (of(replace(PRACTICE, pass_level=6)), "parts[1].pass_level"),
        (of(replace(PRACTICE, rubric=(replace(PRACTICE.rubric[0], anchors=("a", "b", "", "d", "e")),))),
         "parts[1].rubric[1].anchors.3"),
    ],
)  # fmt: skip
def test_module_that_breaks_a_rule_is_refused_at_its_place(module, place):
    with pytest.raises(FileError) as caught:
        parse_module(dump_module(module))
    problems = {problem.place: problem for problem in caught.value.problems}
    assert place in problems
    assert place in problems[place].message
    assert problems[place].line > 1


def test_part_that_cannot_be_read_whole_is_not_judged_further():
    """What a question lacks may be what could not be read; the other parts are judged."""
    text = dump_module(of(replace(QUIZ, draw=2), replace(QUIZ, draw=3)))
    text = text.replace("            right: true\n", "            right: perhaps\n", 1)
    assert [place for place, _line in problems_of(text)] == ["parts[1].questions[1].options[1].right", "parts[2].draw"]


def test_misspelt_kind_is_told_and_no_more_of_that_part():
    text = dump_module(of(QUIZ)).replace("kind: quiz", "kind: quizz")
    assert problems_of(text) == [("parts[1].kind", line_of(text, "quizz"))]


@pytest.mark.parametrize(
    ("old", "new", "place", "at"),
    [
        ("name: Aware\n", "name: Aware\nname: Beware\n", "name", "Beware"),
        ("          1: 'no'\n", "          1: 'no'\n          1: never\n", "parts[5].rubric[1].anchors.1", "never"),
        ("          5: by name\n", "          5: by name\n          6: six\n", "parts[5].rubric[1].anchors.6", "six"),
        ("manager_too: false\n", "manager_too: perhaps\n", "manager_too", "perhaps"),
        ("    task: Greet three people.\n", "    task: [Greet]\n", "parts[5].task", "[Greet]"),
        ("          - canary-sorry\n", "          - Say: sorry\n", "parts[3].questions[2].accepted[1]", "Say:"),
        ("          - text: That\n", "          - nothing\n", "parts[3].questions[1].options[2]", "nothing"),
        ("        ending: good\n", "        ending: sad\n", "parts[4].scenes[3].ending", "sad"),
        ("            to: told\n", "            to: the end\n", "parts[4].scenes[1].choices[1].to", "the end"),
        ("    pass_level: 3\n", "    pass_level: '3'\n", "parts[5].pass_level", "'3'"),
    ],
)
def test_slip_of_the_pen_is_found_where_it_is(old, new, place, at):
    text = dump_module(WHOLE)
    assert text.count(old) == 1
    text = text.replace(old, new)
    assert (place, line_of(text, at)) in problems_of(text)


# What no honest file holds


@pytest.mark.parametrize(
    ("hostile", "line", "words"),
    [
        ("", 1, "It must begin with “format: rapport-module/1”"),
        ("just words", 1, "It must begin with “format: rapport-module/1”"),
        ("format: rapport-kit/1\n", 1, "The format is “rapport-kit/1”"),
        ("format: rapport-module/1\nparts: &x [1]\n", 2, "Aliases and anchors"),
        ("format: rapport-module/1\nname: !!python/object/apply:os.system ['true']\n", 2, "Tags"),
        ("format: rapport-module/1\nparts: " + "[" * 5000, 2, "nested too deeply"),
        ("format: rapport-module/1\nparts: [" + "1," * 30_000 + "]", 2, "too many values"),
        ("format: rapport-module/1\n\tname: b\n", 2, "not valid YAML"),
        (b"format: \xff\xfe", 1, "not UTF-8"),
        (b"a: " + b"x" * (512 * 1024), 1, "larger than 512 kB"),
    ],
)
def test_hostile_file_is_refused_in_words(hostile, line, words):
    with pytest.raises(FileError) as caught:
        parse_module(hostile)
    (problem,) = caught.value.problems
    assert problem.line == line
    assert words in str(caught.value)


@given(text=st.text(max_size=200) | st.binary(max_size=200))
def test_no_file_raises_anything_but_a_file_error(text):
    with pytest.raises(FileError):
        parse_module(text)


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "quiz", "order", "text", "a b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["key", "to", "1"]), inner, max_size=3),
    max_leaves=5,
)


@given(data=st.data())
def test_no_value_in_any_place_raises_anything_but_a_file_error(data):
    """One value of a sound file, at any depth, is swapped for another."""
    tree = yaml.safe_load(dump_module(WHOLE))
    here = tree
    while True:
        step = data.draw(st.sampled_from(list(here) if isinstance(here, dict) else range(len(here))))
        inner = here[step]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            here[step] = data.draw(_values)
            break
        here = inner
    try:
        module = parse_module(yaml.safe_dump(tree, allow_unicode=True))
    except FileError:
        return
    assert parse_module(dump_module(module)) == module


@given(data=st.data())
def test_file_cut_or_spliced_anywhere_is_read_or_refused(data):
    text = dump_module(WHOLE)
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    with suppress(FileError):
        parse_module(text[:start] + data.draw(st.text(max_size=5)) + text[end:])


# Files and videos


def lesson(text="x", **video):
    return of(Lesson(text=text, video=Video(title="A video", **video) if video else None))


@pytest.mark.parametrize(
    ("module", "place", "words"),
    [
        (lesson("![](file:desk.webp)"), "parts[1]", "without words"),
        (lesson("![ ](file:desk.webp)"), "parts[1]", "without words"),
        (lesson("[list](file:../list.pdf)"), "parts[1]", "small letters"),
        (lesson(transcript="x"), "parts[1].video", "a file or a link"),
        (
            lesson(file="a.mp4", link="https://a.example/", captions="a.vtt", transcript="x"),
            "parts[1].video",
            "not both",
        ),
        (lesson(file="a.mp4"), "parts[1].video", "captions or a transcript"),
        (lesson(link="https://a.example/"), "parts[1].video", "write a transcript"),
        (lesson(link="http://a.example/", transcript="x"), "parts[1].video", "https"),
        (lesson(link="https://me:secret@a.example/", transcript="x"), "parts[1].video", "https"),
        (lesson(link="https://a.example/", captions="a.vtt", transcript="x"), "parts[1].video", "belong to"),
        (lesson(file="A video.mp4", transcript="x"), "parts[1].video", "small letters"),
    ],
)
def test_a_lesson_that_not_everybody_could_follow_is_named(module, place, words):
    with pytest.raises(FileError) as caught:
        parse_module(dump_module(module))
    assert [(problem.place, words in problem.message) for problem in caught.value.problems] == [(place, True)]


def test_what_was_stored_before_there_were_videos_is_as_it_was():
    assert to_json(Lesson(text="x")) == {"purpose": "plain", "text": "x"}
