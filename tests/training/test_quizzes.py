"""Quizzes: drawn fairly, shown without their answers, marked by what was meant and never by its form."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import QUIZ
from training.contents import Option, Pair, Question, Quiz
from training.quizzes import Drawn, draw, is_right, mark, shown_items
from training.reports.learning import answered_of, asked_of


def options(*texts, right):
    return tuple(Option(text=text, right=text in right) for text in texts)


SINGLE = Question(key="single", type="single", text="?", options=options("a", "b", "c", right="b"))
MULTIPLE = Question(key="multiple", type="multiple", text="?", options=options("a", "b", "c", right="ac"))
ORDER = Question(key="order", type="order", text="?", steps=("first", "second", "third"))
MATCH = Question(key="match", type="match", text="?", pairs=(Pair(left="1", right="one"), Pair(left="2", right="two")))
TEXT = Question(key="text", type="text", text="?", accepted=("We are sorry", "Café"))
ALL = (SINGLE, MULTIPLE, ORDER, MATCH, TEXT)

by_type = pytest.mark.parametrize("question", ALL, ids=lambda question: question.type)
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-2, 4) | st.floats() | st.text() | st.just("b"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def order_of(question, seed=7):
    (drawn,) = draw(Quiz(pass_percent=50, questions=(question,)), Random(seed))
    return drawn.order


def place_of(order, index):
    """Where what stands at the index in the file is shown."""
    return order.index(index)


# Right and wrong


@pytest.mark.parametrize("seed", range(6))
def test_single_is_right_by_what_is_shown_and_not_by_its_place_in_the_file(seed):
    order = order_of(SINGLE, seed)
    assert [is_right(SINGLE, order, place_of(order, index)) for index in range(3)] == [False, True, False]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("meant", "right"), [({0, 2}, True), ({0}, False), ({0, 1, 2}, False), ({1}, False), (set(), False)]
)
def test_multiple_is_right_with_all_of_the_right_ones_and_no_other(seed, meant, right):
    order = order_of(MULTIPLE, seed)
    places = [place_of(order, index) for index in meant]
    assert is_right(MULTIPLE, order, places) is right
    assert is_right(MULTIPLE, order, places[::-1]) is right


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("meant", "right"),
    [((0, 1, 2), True), ((1, 0, 2), False), ((0, 1), False), ((0, 1, 2, 2), False), ((0, 0, 0), False)],
)
def test_order_is_right_in_the_order_of_the_file(seed, meant, right):
    order = order_of(ORDER, seed)
    assert is_right(ORDER, order, [place_of(order, index) for index in meant]) is right


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("meant", "right"), [((0, 1), True), ((1, 0), False), ((0, 0), False), ((0,), False)])
def test_match_is_right_with_its_own_right_side_for_every_left_one(seed, meant, right):
    order = order_of(MATCH, seed)
    assert is_right(MATCH, order, [place_of(order, index) for index in meant]) is right


@pytest.mark.parametrize("said", ["We are sorry", "  we ARE sorry! ", "we-are-sorry", "cafe", "CAFÉ.", "cafe\u0301"])
def test_text_is_right_whatever_its_case_accents_and_punctuation(said):
    assert is_right(TEXT, (), said)


@pytest.mark.parametrize("said", ["We are", "We are not sorry", "wearesorry", "", " ", "!", None, 0, ["Café"]])
def test_text_is_wrong_when_it_says_something_else(said):
    assert not is_right(TEXT, (), said)


@pytest.mark.parametrize("said", ["", "…", "?", " "])
def test_text_without_a_letter_or_digit_is_never_right(said):
    """Even where an author has asked for signs alone."""
    assert not is_right(Question(key="sign", type="text", text="?", accepted=("++",)), (), said)


def test_text_keeps_the_marks_that_make_another_word():
    question = Question(key="word", type="text", text="?", accepted=("कि",))
    assert is_right(question, (), "कि!")
    assert not is_right(question, (), "का")
    assert not is_right(question, (), "क")


# Answers that make no sense


@by_type
@given(answer=json)
def test_no_answer_raises_and_what_is_malformed_is_wrong(question, answer):
    order = order_of(question)
    right = is_right(question, order, answer)
    if not isinstance(answer, str if question.type == "text" else int if question.type == "single" else list):
        assert right is False
    if isinstance(answer, bool):
        assert right is False


@given(
    answers=st.dictionaries(st.sampled_from([question.key for question in ALL]) | st.text(), json), seed=st.integers()
)
def test_marks_of_any_answers_are_from_0_to_100_and_can_be_shown(answers, seed):
    quiz = Quiz(pass_percent=60, questions=ALL)
    drawn = draw(quiz, Random(seed))
    marks = mark(quiz, drawn, answers)
    assert 0 <= marks.percent <= 100
    assert marks.passed is (marks.percent >= 60)
    assert set(marks.right) == {question.key for question in ALL}
    shown = answered_of(quiz, drawn, answers)
    assert [one.right for one in shown] == [marks.right[one.question.key] for one in shown]


@by_type
@pytest.mark.parametrize("answer", [-1, 3, True, 1.0, "1", [-1], [3], [True, 0], [[0]], {"0": 1}, [None, None], None])
def test_place_that_there_is_not_is_wrong(question, answer):
    assert is_right(question, order_of(question), answer) is False


# Drawing


@given(seed=st.integers(), count=st.integers(2, 8))
def test_order_is_never_shown_solved(seed, count):
    question = Question(key="order", type="order", text="?", steps=tuple(f"step {index}" for index in range(count)))
    order = order_of(question, seed)
    assert sorted(order) == list(range(count))
    assert shown_items(question, order) != list(question.steps)
    assert not is_right(question, order, list(range(count)))


@given(seed=st.integers(), count=st.none() | st.integers(1, 8))
def test_draw_takes_as_many_as_it_says_each_once_in_the_order_of_the_quiz(seed, count):
    quiz = Quiz(pass_percent=50, draw=count, questions=ALL)
    drawn = draw(quiz, Random(seed))
    keys = [question.key for question in ALL]
    assert len(drawn) == min(count or len(ALL), len(ALL))
    assert [one.key for one in drawn] == [key for key in keys if key in {one.key for one in drawn}]


def test_draw_gives_every_question_its_turn():
    quiz = Quiz(pass_percent=50, draw=2, questions=ALL)
    seen = {one.key for seed in range(40) for one in draw(quiz, Random(seed))}
    assert seen == {question.key for question in ALL}


def test_draw_shuffles_what_is_chosen_from():
    assert len({order_of(SINGLE, seed) for seed in range(60)}) == 6


# Marking


@pytest.mark.parametrize(
    ("right", "percent", "passed"), [(0, 0, False), (1, 33, False), (2, 66, False), (3, 100, True)]
)
def test_percent_is_rounded_down(right, percent, passed):
    questions = tuple(Question(key=f"q{n}", type="text", text="?", accepted=("yes",)) for n in range(3))
    drawn = [Drawn(question.key, ()) for question in questions]
    answers = {f"q{n}": "yes" for n in range(right)}
    marks = mark(Quiz(pass_percent=67, questions=questions), drawn, answers)
    assert (marks.percent, marks.passed) == (percent, passed)


def test_only_what_was_drawn_counts():
    marks = mark(QUIZ, [Drawn("word", ())], {"word": "Canary sorry", "one": 1})
    assert (dict(marks.right), marks.percent) == ({"word": True}, 100)


def test_nothing_drawn_is_not_passed():
    assert mark(QUIZ, [], {}).passed is False


# What is shown


@given(seed=st.integers())
def test_question_as_it_is_asked_tells_no_answer(seed):
    drawn = draw(Quiz(pass_percent=50, questions=(*QUIZ.questions, ORDER, MATCH)), Random(seed))
    asked = asked_of(Quiz(pass_percent=50, questions=(*QUIZ.questions, ORDER, MATCH)), drawn)
    assert "canary" not in repr(asked)
    assert "right" not in repr(asked).replace("'right'", "")
    assert sorted(asked[0].items) == ["That", "This"]
    assert asked[1].items == []
    assert asked[3].lefts == ["1", "2"]
