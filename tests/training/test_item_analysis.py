"""Questions in numbers: figures that were worked out by hand, first attempts only, and no word of anybody."""

from dataclasses import replace
from datetime import timedelta
from math import sqrt
from random import Random

import pytest
from django.urls import reverse

from people.models import Role
from tests.cast import NOW, QUIZ, give, make_module, make_person, module_content
from training.actions import learning, modules
from training.contents import Option, Question, Quiz
from training.item_analysis import Tried, correlation, items_of, wilson
from training.quizzes import Drawn
from training.reports.items import quizzes_of

DAY = timedelta(days=1)
ORDER = (2, 0, 1)  # as shown: the right one, which is written first, stands second


def question(key):
    options = (Option(text="Right", right=True), Option(text="Likely"), Option(text="Odd"))
    return Question(key=key, type="single", text=f"{key}?", options=options)


def quiz(*keys):
    return Quiz(pass_percent=50, questions=tuple(map(question, keys)))


def tried(**right):
    """An attempt at these questions; a wrong answer is the likely one, and None is no answer."""
    answers = {key: 1 if value else 2 for key, value in right.items() if value is not None}
    return Tried([Drawn(key, ORDER) for key in right], answers)


def by_key(found):
    return {item.question.key: item for item in found}


# Figures, by hand


@pytest.mark.parametrize(
    ("right", "asked", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 5, 0.0, 0.4345), (5, 5, 0.5655, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_interval_is_that_of_wilson(right, asked, low, high):
    assert wilson(right, asked) == pytest.approx((low, high), abs=0.0001)


def test_correlation_is_that_of_pearson():
    assert correlation([(1, 2), (2, 4), (3, 6)]) == pytest.approx(1)
    assert correlation([(1, 1), (2, 3), (3, 2)]) == pytest.approx(0.5)
    assert correlation([(1, 1), (1, 2)]) is None
    assert correlation([(1, 1)]) is None


def test_two_questions_in_a_table_of_four():
    """Both right 8, only the first 2, only the second 4, neither 6: phi is (8·6 - 2·4) / √(10·10·12·8)."""
    tries = [
        *[tried(a=True, b=True)] * 8,
        *[tried(a=True, b=False)] * 2,
        *[tried(a=False, b=True)] * 4,
        *[tried(a=False, b=False)] * 6,
    ]
    found = by_key(items_of(quiz("a", "b"), tries))
    assert (found["a"].asked, found["a"].right, found["a"].share) == (20, 10, 0.5)
    assert (found["b"].right, found["b"].share) == (12, 0.6)
    for item in found.values():
        assert item.discrimination == pytest.approx(40 / sqrt(9600))
        assert item.remarks == ("Nobody chose “Odd”. Write something that one could believe.",)
    assert [(option.text, option.count) for option in found["a"].options] == [("Right", 10), ("Likely", 10), ("Odd", 0)]


def test_a_question_is_left_out_of_the_rest_it_is_compared_with():
    """Against the whole attempt even pure chance would correlate; against the rest it is nothing."""
    tries = [tried(a=a, b=b) for a in (True, False) for b in (True, False) for _ in range(5)]
    assert by_key(items_of(quiz("a", "b"), tries))["a"].discrimination == pytest.approx(0)


def test_luck_of_the_draw_is_not_skill():
    """Ten drew an easy question beside this one, ten a hard one; nobody did better than others at what they drew."""
    tries = [*[tried(x=n < 8, easy=True) for n in range(10)], *[tried(x=n < 2, hard=False) for n in range(10)]]
    found = by_key(items_of(quiz("x", "easy", "hard"), tries))
    assert (found["x"].asked, found["x"].discrimination) == (20, None)
    assert (found["easy"].asked, found["hard"].asked) == (10, 10)


def test_drawn_questions_count_for_those_who_were_asked_them():
    tries = [*[tried(x=True, y=True)] * 7, *[tried(x=False, z=True)] * 3, tried(x=True, z=True)]
    found = by_key(items_of(quiz("x", "y", "z"), tries))
    assert {key: (item.asked, item.right) for key, item in found.items()} == {"x": (11, 8), "y": (7, 7), "z": (4, 0)}
    assert not found["z"].is_told  # and so not even how many were right


# What is wrong, in a sentence


@pytest.mark.parametrize(
    ("rights", "word"),
    [([False] * 20, "Nobody got it right"), ([True] * 20, "Everybody got it right"), ([True] * 19, None)],
)
def test_remarks_come_with_twenty(rights, word):
    (item,) = items_of(quiz("a"), [tried(a=right) for right in rights])
    assert any(remark.startswith(word) for remark in item.remarks) if word else item.remarks == ()


def test_question_that_better_learners_miss_is_named():
    tries = [*[tried(a=False, b=True, c=True)] * 10, *[tried(a=True, b=False, c=False)] * 10]
    found = by_key(items_of(quiz("a", "b", "c"), tries))
    assert found["a"].discrimination == pytest.approx(-1)
    assert found["a"].remarks[0].startswith("Those who did well in the rest tended to miss it")
    assert found["b"].discrimination is None  # of the others, each time one was right


@pytest.mark.parametrize(("count", "told"), [(19, False), (20, True)])
def test_telling_apart_is_told_from_twenty_on(count, told):
    tries = [tried(a=number % 2 == 0, b=number % 2 == 0) for number in range(count)]
    assert all((item.discrimination is not None) is told for item in items_of(quiz("a", "b"), tries))


@pytest.mark.parametrize("answer", [7, -1, True, [9, "x", None], "word", {"a": 1}])
def test_answers_that_make_no_sense_choose_nothing(answer):
    tries = [Tried([Drawn("a", ORDER)], {"a": answer})] * 5 + [tried(a=None)]
    (item,) = items_of(quiz("a"), tries)
    assert (item.asked, item.right, item.unanswered) == (6, 0, 1)
    assert sum(option.count for option in item.options) == 0


def test_without_attempts_there_is_nothing_to_tell():
    (item,) = items_of(quiz("a"), [])
    assert (item.asked, item.is_told, item.remarks) == (0, False, ())


# From what is on record


@pytest.fixture
def module(db):
    return make_module("quiz", "lesson")


def hand_in(person, module, *, right, at=NOW):
    row = give(module, person, at=at)
    record = learning.open_part(assignment=row, part=row.version.parts.get(kind="quiz"), at=at)
    for well in right:
        attempt = learning.start_attempt(record=record, chance=Random(1), at=at)
        order = next(one.order for one in learning.drawn(attempt=attempt) if one.key == "one")
        answers = {"one": order.index(0), "word": "Canary sorry"} if well else {"word": "No idea"}
        learning.submit_quiz(attempt=attempt, answers=answers, at=at)
    return row


def figures(version):
    (found,) = quizzes_of(version)
    return found.people, [(item.asked, item.right) for item in found.items]


def test_only_first_attempts_of_each_person_count(module):
    for _ in range(5):
        hand_in(make_person(), module, right=[False, True])
    version = module.versions.get()
    assert figures(version) == (5, [(5, 0), (5, 0)])


def test_attempt_that_was_not_handed_in_does_not_count(module):
    row = give(module, make_person())
    record = learning.open_part(assignment=row, part=row.version.parts.get(kind="quiz"), at=NOW)
    learning.start_attempt(record=record, chance=Random(1), at=NOW)
    assert figures(module.versions.get())[0] == 0


def test_next_cycle_is_no_first_attempt(module):
    person = make_person()
    row = hand_in(person, module, right=[True])
    lesson = learning.open_part(assignment=row, part=row.version.parts.get(kind="lesson"), at=NOW)
    learning.finish_lesson(record=lesson, at=NOW)
    hand_in(person, module, right=[False], at=NOW + DAY)
    assert figures(module.versions.get())[0] == 1


def test_same_quiz_in_an_earlier_version_counts_and_another_does_not(module):
    for _ in range(5):
        hand_in(make_person(), module, right=[True])
    same = publish(module, "quiz", "writing")
    assert figures(same) == (5, [(5, 5), (5, 5)])
    changed = publish(module, "quiz", quiz=Quiz(pass_percent=80, questions=QUIZ.questions))
    assert figures(changed)[0] == 0


def publish(module, *kinds, **changed):
    content = module_content(*kinds)
    parts = tuple(replace(part, content=changed.get(part.key, part.content)) for part in content.parts)
    draft = modules.write_draft(module=module, content=replace(content, parts=parts), by=make_person(), at=NOW)
    return modules.publish_version(version=draft, by=None, at=NOW)


@pytest.mark.parametrize("count", [1, 25])
def test_page_says_how_many_never_who_and_costs_the_same(client, module, count, django_assert_max_num_queries):
    for number in range(count):
        hand_in(make_person(f"Learner Number{number}"), module, right=[number % 2 == 0])
    client.force_login(make_person("Tara Trainer", roles={Role.TRAINER: None}))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("training:version-questions", args=[module.versions.get().pk])).content.decode()
    assert "Learner" not in page
    assert "No idea" not in page
    assert ("52 %: 13 of 25 people" in page) is (count == 25)
    assert ("would speak of somebody" in page) is (count == 1)
