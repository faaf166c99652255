"""How the questions of a quiz do their work, from people's first attempts at them. Pure: attempts in, figures out.

*Difficulty* is the share of those asked who were wholly right. *Discrimination* is the correlation of being right here
with doing well in the rest of the same attempt (the corrected point-biserial). Attempts of a drawn quiz have different
questions, easier and harder ones, so doing well means: better than all were at the very questions that one was asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.utils.translation import gettext as _

from training.contents import Question, Quiz
from training.quizzes import Drawn, is_place, is_right

FEWEST = 5  # of fewer people nothing is said: figures would speak of somebody
ENOUGH = 20  # before so many have tried, figures say more about chance than about the question
MISSED = 5  # wrong answers before an option that nobody chose is remarked on
AGAINST = -0.1
Z = 1.959964  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Tried:
    """Somebody's first attempt: what was asked, and what was answered."""

    asked: Sequence[Drawn]
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An option, and how many of those asked chose it."""

    text: str
    right: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question in numbers. `low` to `high`: where the share that is right lies with 95 % confidence (Wilson).
    `discrimination`: -1 to 1; None when too few have tried, or nothing differs. `remarks`: what is wrong with it."""

    question: Question
    asked: int
    right: int = 0
    unanswered: int = 0
    low: float = 0.0
    high: float = 1.0
    discrimination: float | None = None
    options: Sequence[Chosen] = ()
    remarks: Sequence[str] = ()

    @property
    def is_told(self) -> bool:
        """Whether so many were asked that figures speak of nobody."""
        return self.asked >= FEWEST

    @property
    def share(self) -> float:
        return self.right / self.asked if self.asked else 0.0


def items_of(quiz: Quiz, tries: Iterable[Tried]) -> list[Item]:
    """The questions in the order of the quiz. Of one that fewer than five were asked, only how many."""
    tries = list(tries)
    questions = {question.key: question for question in quiz.questions}
    marks = [
        {one.key: is_right(questions[one.key], one.order, attempt.answers.get(one.key)) for one in attempt.asked}
        for attempt in tries
    ]
    shares = _shares(marks)
    pairs = _pairs(marks, shares)
    return [_item(question, tries, marks, pairs.get(question.key, [])) for question in quiz.questions]


def wilson(right: int, asked: int) -> tuple[float, float]:
    """The 95 % interval of a share; it stays within 0 and 1, also when all or none are right."""
    share, square = right / asked, Z * Z
    middle = (share + square / (2 * asked)) / (1 + square / asked)
    half = Z / (1 + square / asked) * sqrt(share * (1 - share) / asked + square / (4 * asked * asked))
    return max(0.0, middle - half), min(1.0, middle + half)


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's; None when one side does not vary."""
    count = len(pairs)
    if count < 2:
        return None
    x_mean, y_mean = sum(x for x, _y in pairs) / count, sum(y for _x, y in pairs) / count
    x_spread = sum((x - x_mean) ** 2 for x, _y in pairs)
    y_spread = sum((y - y_mean) ** 2 for _x, y in pairs)
    if min(x_spread, y_spread) < 1e-9:
        return None
    return sum((x - x_mean) * (y - y_mean) for x, y in pairs) / sqrt(x_spread * y_spread)


Marks = Mapping[str, bool]


def _shares(marks: Sequence[Marks]) -> dict[str, float]:
    """Of each question, the share of those asked who were right."""
    asked: dict[str, list[bool]] = {}
    for attempt in marks:
        for key, right in attempt.items():
            asked.setdefault(key, []).append(right)
    return {key: sum(rights) / len(rights) for key, rights in asked.items()}


def _pairs(marks: Sequence[Marks], shares: Mapping[str, float]) -> dict[str, list[tuple[float, float]]]:
    """Of each question: right or not, and how much better than all the rest of that attempt was, per question."""
    found: dict[str, list[tuple[float, float]]] = {}
    for attempt in marks:
        better = sum(right - shares[key] for key, right in attempt.items())
        for key, right in attempt.items():
            if len(attempt) > 1:
                rest = (better - (right - shares[key])) / (len(attempt) - 1)
                found.setdefault(key, []).append((float(right), rest))
    return found


def _item(
    question: Question, tries: Sequence[Tried], marks: Sequence[Marks], pairs: Sequence[tuple[float, float]]
) -> Item:
    rights = [attempt[question.key] for attempt in marks if question.key in attempt]
    asked, right = len(rights), sum(rights)
    if asked < FEWEST:
        return Item(question=question, asked=asked)
    low, high = wilson(right, asked)
    discrimination = correlation(pairs) if len(pairs) >= ENOUGH else None
    options, unanswered = _options(question, tries)
    return Item(
        question=question,
        asked=asked,
        right=right,
        unanswered=unanswered,
        low=low,
        high=high,
        discrimination=discrimination,
        options=options,
        remarks=tuple(_remarks(asked, right, discrimination, options)) if asked >= ENOUGH else (),
    )


def _options(question: Question, tries: Sequence[Tried]) -> tuple[Sequence[Chosen], int]:
    """How often each option was chosen, in the order in which they are written, and how often none was."""
    counts, unanswered = [0] * len(question.options), 0
    for attempt in tries:
        order = next((one.order for one in attempt.asked if one.key == question.key), None)
        if order is None:
            continue
        answer = attempt.answers.get(question.key)
        places: list[Any] = answer if isinstance(answer, list) else [answer]
        unanswered += all(place is None or place == "" for place in places)
        for index in {order[place] for place in places if is_place(place, order)} if question.options else ():
            counts[index] += 1
    options = zip(question.options, counts, strict=True)
    return tuple(Chosen(option.text, option.right, count) for option, count in options), unanswered


def _remarks(asked: int, right: int, discrimination: float | None, options: Sequence[Chosen]) -> Iterator[str]:
    if right == 0:
        yield _("Nobody got it right. Read whether what is marked as right is right, and whether the module says so.")
    elif right == asked:
        yield _("Everybody got it right: it tells nobody apart. Ask something harder, or keep it as a reminder.")
    if discrimination is not None and discrimination < AGAINST:
        yield _(
            "Those who did well in the rest tended to miss it. Read whether it misleads, or another answer is right."
        )
    if asked - right >= MISSED:
        for option in options:
            if not option.right and option.count == 0:
                yield _("Nobody chose “%(text)s”. Write something that one could believe.") % {"text": option.text}
