"""What a draft still lacks before it can be published. Unlike the structure check, these are not advice."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hiring.reports.kits import Sheet


@dataclass(frozen=True)
class Gap:
    """A sentence that says what to do, and the id of the place in the editor where to do it."""

    message: str
    place: str


def gaps(sheet: Sheet) -> list[Gap]:
    """Everything that keeps the version from being published, in the order of the editor; empty when it is ready."""
    return [*_competencies(sheet), *_questions(sheet), *_minutes(sheet)]


def _competencies(sheet: Sheet) -> Iterator[Gap]:
    if not sheet.competencies:
        yield Gap(_("Add at least one competency."), "competencies")
    for row in sheet.competencies:
        competency, place = row.competency, f"competency-{row.competency.pk}"
        if not row.questions:
            yield Gap(_("Add a question for “%(name)s”.") % {"name": competency.name}, "questions")
        missing = [str(score) for score, text in competency.anchors if not text.strip()]
        if missing:
            message = _("Write what these scores of “%(name)s” look like: %(scores)s.")
            yield Gap(message % {"name": competency.name, "scores": ", ".join(missing)}, place)
        if not competency.definition.strip():
            yield Gap(_("Say what “%(name)s” is.") % {"name": competency.name}, place)


def _questions(sheet: Sheet) -> Iterator[Gap]:
    for row in sheet.questions:
        if not row.question.text.strip():
            place = f"question-{row.question.pk}"
            yield Gap(_("Write question %(number)d, or remove it.") % {"number": row.number}, place)


def _minutes(sheet: Sheet) -> Iterator[Gap]:
    over = sheet.difference
    if over > 0:
        message = ngettext(
            "The plan is %(count)d minute over: shorten it, or make the interview longer.",
            "The plan is %(count)d minutes over: shorten it, or make the interview longer.",
            over,
        )
        yield Gap(message % {"count": over}, "clock")
    if over < 0:
        message = ngettext(
            "%(count)d minute of the interview is not planned yet.",
            "%(count)d minutes of the interview are not planned yet.",
            -over,
        )
        yield Gap(message % {"count": -over}, "clock")
