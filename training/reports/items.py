"""The questions of a version in numbers, for whoever writes them: people are counted, never named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from training.contents import Quiz
from training.item_analysis import Item, Tried, items_of
from training.models import Attempt, ModulePart, ModuleVersion
from training.quizzes import Drawn

MOST = 5_000  # first attempts to look at, the newest


@dataclass(frozen=True)
class QuizItems:
    """A quiz of the version: how many first attempts were looked at, and its questions."""

    part: ModulePart
    people: int
    items: Sequence[Item]


def quizzes_of(version: ModuleVersion) -> list[QuizItems]:
    """The quizzes of the version, by everybody's first attempt at them, in whatever version they stood with the same
    words. Two queries."""
    parts = list(
        ModulePart.objects.filter(version__module=version.module_id, kind=ModulePart.Kind.QUIZ).order_by("position")
    )
    mine = [part for part in parts if part.version_id == version.pk]
    same = {part.pk: own.pk for own in mine for part in parts if (part.key, part.stored) == (own.key, own.stored)}
    tries: dict[int, list[Tried]] = {part.pk: [] for part in mine}
    for part, asked, answers in _first_attempts(list(same)):
        tries[same[part]].append(Tried([Drawn(one["key"], tuple(one["order"])) for one in asked], answers))
    return [
        QuizItems(part, len(tries[part.pk]), items_of(content, tries[part.pk]))
        for part in mine
        if isinstance(content := part.content, Quiz)
    ]


def _first_attempts(parts: Sequence[int]) -> Sequence[tuple[int, list[dict[str, Any]], dict[str, Any]]]:
    """Part, questions and answers of each person's first attempt handed in at each of the quizzes, the newest first."""
    handed_in = Attempt.objects.filter(record__part__in=parts, submitted_at__isnull=False)
    before = handed_in.filter(
        record__assignment__person=OuterRef("record__assignment__person"),
        record__part__key=OuterRef("record__part__key"),
        pk__lt=OuterRef("pk"),
    )
    rows = handed_in.filter(~Exists(before)).order_by("-pk")
    return list(rows.values_list("record__part", "asked", "answers")[:MOST])
