"""What the buttons of the draft editor do, once everything that was typed is saved."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.errors import Conflict
from hiring.actions import kit_drafts
from hiring.models import Competency, KitCompetency, KitQuestion, KitVersion, Question
from hiring.reports import kits as reports
from hiring.reports import library as library_reports
from hiring.reports.kit_differences import library_questions
from people.requests import PersonRequest

# Takes the saved draft and the button's target, such as "c12" or "q5"; returns the id of the place to look at next.
Deed = Callable[[PersonRequest, KitVersion, str], str]
Part = TypeVar("Part", KitCompetency, KitQuestion)


def _competency(version: KitVersion, target: str) -> KitCompetency:
    return _row(KitCompetency, version, target, "c")


def _question(version: KitVersion, target: str) -> KitQuestion:
    return _row(KitQuestion, version, target, "q")


def _row(model: type[Part], version: KitVersion, target: str, letter: str) -> Part:
    found = re.fullmatch(f"{letter}([0-9]{{1,18}})", target)
    row = model._default_manager.filter(version=version, pk=int(found[1])).first() if found else None
    if row is None:
        raise Conflict(_("This part of the draft was removed meanwhile."))
    return row


def _who(request: PersonRequest, version: KitVersion) -> dict[str, Any]:
    return {"revision": version.revision, "by": request.user, "at": timezone.now()}


def _move(request: PersonRequest, version: KitVersion, target: str, step: int) -> str:
    if target.startswith("c"):
        order = list(version.competencies.order_by("position", "pk").values_list("pk", flat=True))
        arranged = _moved(order, _competency(version, target).pk, step)
        kit_drafts.save_draft(version=version, competency_order=arranged, **_who(request, version))
    else:
        order = list(version.questions.order_by("position", "pk").values_list("pk", flat=True))
        arranged = _moved(order, _question(version, target).pk, step)
        kit_drafts.save_draft(version=version, question_order=arranged, **_who(request, version))
    return _place(target)


def _moved(order: list[int], pk: int, step: int) -> list[int]:
    old = order.index(pk)
    order.insert(min(max(old + step, 0), len(order) - 1), order.pop(old))
    return order


def _place(target: str) -> str:
    return f"{'competency' if target.startswith('c') else 'question'}-{target[1:]}"


def _up(request: PersonRequest, version: KitVersion, target: str) -> str:
    return _move(request, version, target, -1)


def _down(request: PersonRequest, version: KitVersion, target: str) -> str:
    return _move(request, version, target, 1)


def _remove(request: PersonRequest, version: KitVersion, target: str) -> str:
    """Leads on to the row that takes the place of the removed one, else to the list it was in."""
    if target.startswith("c"):
        competency = _competency(version, target)
        rows = version.competencies.order_by("position", "pk")
        kit_drafts.remove_competency(competency=competency, **_who(request, version))
        after = rows.filter(position__gte=competency.position).first() or rows.last()
        return f"competency-{after.pk}" if after is not None else "competencies"
    question = _question(version, target)
    questions = version.questions.order_by("position", "pk")
    kit_drafts.remove_question(question=question, **_who(request, version))
    follower = questions.filter(position__gte=question.position).first() or questions.last()
    return f"question-{follower.pk}" if follower is not None else "questions"


def _take_over(request: PersonRequest, version: KitVersion, target: str) -> str:
    if target.startswith("c"):
        competency = _competency(version, target)
        original = get_object_or_404(Competency, key=competency.key)
        kit_drafts.take_over_competency(competency=competency, original=original, **_who(request, version))
        return _place(target)
    question = _question(version, target)
    originals = library_questions(reports.load(version.pk))
    if question.pk not in originals:
        raise Conflict(_("The library does not have this question any more."))
    kit_drafts.take_over_question(question=question, original=originals[question.pk], **_who(request, version))
    return _place(target)


def _chosen(request: PersonRequest, name: str) -> list[int]:
    return [int(pk) for pk in request.POST.getlist(name) if re.fullmatch("[0-9]{1,18}", pk)]


def _add_competencies(request: PersonRequest, version: KitVersion, _target: str) -> str:
    chosen = _chosen(request, "add_competency")
    wanted = library_reports.in_groups(Competency.objects.filter(pk__in=chosen))
    added = kit_drafts.add_competencies(version=version, competencies=wanted, **_who(request, version))
    return f"competency-{added[0].pk}" if added else "competencies"


def _add_questions(request: PersonRequest, version: KitVersion, _target: str) -> str:
    chosen = _chosen(request, "add_question")
    wanted = Question.objects.filter(pk__in=chosen).select_related("competency").order_by("competency__name", "pk")
    added = kit_drafts.add_questions(version=version, questions=wanted, **_who(request, version))
    return f"question-{added[0].pk}" if added else "questions"


def _write_question(request: PersonRequest, version: KitVersion, _target: str) -> str:
    competency = _competency(version, request.POST.get("new_question", ""))
    question = kit_drafts.write_question(competency=competency, **_who(request, version))
    return f"question-{question.pk}"


DEEDS: dict[str, Deed] = {
    "up": _up,
    "down": _down,
    "remove": _remove,
    "take-over": _take_over,
    "add-competencies": _add_competencies,
    "add-questions": _add_questions,
    "write-question": _write_question,
}
