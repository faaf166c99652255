"""Drawing a quiz, showing it without its answers, and marking what was answered.

What a page sends are places in the order shown, never in the order written: the written order of a question of type
"order" is its answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from unicodedata import category

from foundation.text import fold
from training.contents import Question, Quiz

Answer = Any  # as JSON: an int (single), a list of ints (multiple, order, match), a text (text), None (not answered)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question of an attempt: which, and in which order its options, steps or right sides are shown."""

    key: str
    order: tuple[int, ...]


def draw(quiz: Quiz, chance: Random) -> list[Drawn]:
    """The questions of a new attempt in the order in which they stand in the quiz, each shuffled."""
    count = quiz.draw or len(quiz.questions)
    chosen = set(chance.sample(range(len(quiz.questions)), min(count, len(quiz.questions))))
    return [
        Drawn(question.key, _shuffled(question, chance))
        for index, question in enumerate(quiz.questions)
        if index in chosen
    ]


def _shuffled(question: Question, chance: Random) -> tuple[int, ...]:
    order = list(range(len(question.options or question.steps or question.pairs)))
    chance.shuffle(order)
    if question.type == "order" and order == sorted(order):
        order.reverse()  # never shown solved
    return tuple(order)


def shown_items(question: Question, order: Sequence[int]) -> list[str]:
    """Options, steps or right sides as they are shown."""
    items = [
        *(option.text for option in question.options),
        *question.steps,
        *(pair.right for pair in question.pairs),
    ]
    return [items[index] for index in order]


def is_right(question: Question, order: Sequence[int], answer: Answer) -> bool:
    """Whether the answer is wholly right. Anything malformed is wrong, and never an error."""
    if question.type == "text":
        wanted = {plain(accepted) for accepted in question.accepted}
        return isinstance(answer, str) and bool(plain(answer)) and plain(answer) in wanted
    if question.type == "single":
        return is_place(answer, order) and question.options[order[answer]].right
    if not isinstance(answer, list) or not all(is_place(place, order) for place in answer):
        return False
    meant = [order[place] for place in answer]
    if question.type == "multiple":
        return set(meant) == {index for index, option in enumerate(question.options) if option.right}
    # The steps in the order given, or for each left side in turn the right side chosen: both are right as written.
    return meant == list(range(len(order)))


def is_place(value: Answer, order: Sequence[int]) -> bool:
    """Whether the answer names one of the places shown."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(order)


def plain(text: str) -> str:
    """Letters and digits alone, whatever case or accents: as a short text is compared. The marks of scripts in which
    they make a letter another one are kept, as fold keeps them."""
    return " ".join("".join(one if one.isalnum() or category(one)[0] == "M" else " " for one in fold(text)).split())


@dataclass(frozen=True, slots=True)
class Marks:
    """`percent`: of the questions drawn, those wholly right; 0 to 100, rounded down. `right` is by question's key."""

    right: Mapping[str, bool]
    percent: int
    passed: bool


def mark(quiz: Quiz, drawn: Sequence[Drawn], answers: Mapping[str, Answer]) -> Marks:
    """The marks of an attempt; a question that was not answered is not right."""
    questions = {question.key: question for question in quiz.questions}
    right = {one.key: is_right(questions[one.key], one.order, answers.get(one.key)) for one in drawn}
    percent = 100 * sum(right.values()) // len(right) if right else 0
    return Marks(right, percent, percent >= quiz.pass_percent)
