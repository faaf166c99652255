"""A submitted quiz form to answers, as training.quizzes takes them."""

from collections.abc import Mapping

from django.http import QueryDict

from training.contents import Question, Quiz
from training.models import Attempt, ModulePart
from training.quizzes import Answer

LONGEST = 600


def answers_from(posted: QueryDict, attempt: Attempt, part: ModulePart) -> Mapping[str, Answer]:
    """By question; what was not answered, or makes no sense, is left out."""
    quiz = part.content
    questions = {question.key: question for question in quiz.questions} if isinstance(quiz, Quiz) else {}
    found = {one["key"]: _answer(posted, questions[one["key"]], len(one["order"])) for one in attempt.asked}
    return {key: answer for key, answer in found.items() if answer is not None}


def _answer(posted: QueryDict, question: Question, count: int) -> Answer:
    name = f"answer-{question.key}"
    if question.type == "text":
        return posted.get(name, "").replace("\0", "")[:LONGEST] or None
    if question.type == "single":
        return _place(posted.get(name, ""))
    if question.type == "multiple":
        places = [_place(value) for value in posted.getlist(name)[:count]]
        return places or None
    # For each place in turn (order: first, second, …; match: each left side) the item chosen there.
    chosen = [_place(posted.get(f"{name}-{index}", "")) for index in range(count)]
    return chosen if any(place is not None for place in chosen) else None


def _place(value: str) -> int | None:
    return int(value) if value.isdecimal() and len(value) < 4 else None
