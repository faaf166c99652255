"""Taking a module: opening its parts, reading, writing, trying a quiz, holding a conversation."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from random import Random
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from foundation.errors import Conflict, Refused
from training import signals
from training.actions import assignments
from training.contents import Quiz, Scenario
from training.models import Assignment, Attempt, ModulePart, PartRecord
from training.quizzes import Answer, Drawn, draw, mark
from training.reports.waits import waits_of
from training.scenarios import walk

CHOICES = "choices"


@transaction.atomic
def open_part(*, assignment: Assignment, part: ModulePart, at: datetime) -> PartRecord:
    """The learner's record of the part; the first one starts the assignment. Twice is once.

    Raises Refused (code "waits") as long as something else has to be done first; what was started stays so. Of what
    is over, the record that there is, or one that is not kept: whatever is then done with it is refused.
    """
    record = PartRecord.objects.filter(assignment=assignment, part=part).first()
    if record is not None:
        return record
    if not assignments.is_open_now(assignment):
        return PartRecord(assignment=assignment, part=part, opened_at=at)
    refuse_waiting(assignment=assignment, at=at)
    Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.ASSIGNED).update(
        state=Assignment.State.STARTED, started_at=at
    )
    assignment.refresh_from_db(fields=["state", "started_at"])
    return PartRecord.objects.get_or_create(assignment=assignment, part=part, defaults={"opened_at": at})[0]


def refuse_waiting(*, assignment: Assignment, at: datetime) -> None:
    """Raises Refused, with what it waits for, when it can't be started yet."""
    if waits := waits_of(assignment, at=at):
        names = _(" and ").join(f"“{one.name}”" for one in waits)
        told = {"first": names, "module": assignment.module}
        raise Refused(_("%(first)s has to be done before “%(module)s” can be started.") % told, code="waits")


@transaction.atomic
def finish_lesson(*, record: PartRecord, at: datetime) -> None:
    """The learner has read it. Twice is once. Raises Refused for a part that is not read, and when it is over."""
    if record.part.kind != ModulePart.Kind.LESSON:
        raise Refused(_("This part is not done by reading it."))
    if record.done_at is not None:
        return
    _refuse_ended(record)
    _done(record, at)


@transaction.atomic
def save_writing(*, record: PartRecord, text: str, revision: int, at: datetime, finish: bool = False) -> int:
    """Keep what the learner has written so far; returns the new revision. With `finish` the part is done.

    Twice is once. Raises Conflict when another window has saved something else since `revision`, and Refused for
    finishing with nothing written.
    """
    if record.part.kind != ModulePart.Kind.WRITING:
        raise Refused(_("Nothing is written in this part."))
    if record.revision == revision + 1 and record.text == text and (record.done_at or not finish):
        return record.revision
    _refuse_ended(record)
    if finish and not text.strip():
        raise Refused(_("Write something first. A few words will do."))
    saved = PartRecord.objects.filter(pk=record.pk, revision=revision).update(text=text, revision=F("revision") + 1)
    if not saved:
        raise Conflict(_("This was changed in another window. Copy your text, open the page again, and put it in."))
    record.text, record.revision = text, revision + 1
    if finish:
        _done(record, at)
    return record.revision


@transaction.atomic
def start_attempt(*, record: PartRecord, chance: Random, at: datetime) -> Attempt:
    """The attempt that is open, or a new one; a quiz is drawn by `chance`.

    Raises Refused when no attempt is left, or the assignment is over.
    """
    content = record.part.content
    if not isinstance(content, Quiz | Scenario):
        raise Refused(_("There is nothing to try in this part."))
    _refuse_ended(record)
    if (going := record.attempts.filter(submitted_at__isnull=True).first()) is not None:
        return going
    number = record.attempts.count() + 1
    if isinstance(content, Quiz) and content.attempts is not None and number > content.attempts:
        raise Refused(_("You have used all your attempts. Ask your trainer what to do next."), code="no_attempt_left")
    asked = [asdict(one) for one in draw(content, chance)] if isinstance(content, Quiz) else []
    answers: dict[str, Any] = {} if isinstance(content, Quiz) else {CHOICES: []}
    try:
        with transaction.atomic():
            return record.attempts.create(number=number, asked=asked, answers=answers, started_at=at)
    except IntegrityError:  # another window began it at the same moment
        return record.attempts.get(submitted_at__isnull=True)


def drawn(*, attempt: Attempt) -> list[Drawn]:
    """The questions of the attempt as they were drawn."""
    return [Drawn(one["key"], tuple(one["order"])) for one in attempt.asked]


@transaction.atomic
def submit_quiz(*, attempt: Attempt, answers: Mapping[str, Answer], at: datetime) -> Attempt:
    """Mark the answers, once; a passed quiz is done. The same answers again are no error.

    Raises Refused when it was submitted already, or it is over.
    """
    record = attempt.record
    quiz = record.part.content
    if not isinstance(quiz, Quiz):
        raise Refused(_("This is no quiz."))
    asked = drawn(attempt=attempt)
    kept = {one.key: answers[one.key] for one in asked if one.key in answers}
    if attempt.submitted_at is not None and attempt.answers == kept:
        return attempt
    _refuse_ended(record)
    marks = mark(quiz, asked, kept)
    _submit(attempt, answers=kept, percent=marks.percent, passed=marks.passed, at=at)
    return attempt


@transaction.atomic
def choose(*, attempt: Attempt, step: int, choice: int, at: datetime) -> Attempt:
    """Take a choice of the scene that the conversation has come to; its end submits the attempt.

    `step` is how many choices were taken before, as the learner saw it: Conflict when another window has gone on. The
    last choice again is no error.
    Raises Refused for a choice that there is not, and when it is over.
    """
    record = attempt.record
    scenario = record.part.content
    if not isinstance(scenario, Scenario):
        raise Refused(_("This is no conversation."))
    if attempt.answers[CHOICES][step:] == [choice]:
        return attempt
    _refuse_ended(record)
    attempt = Attempt.objects.select_for_update(no_key=True).get(pk=attempt.pk)
    choices: list[int] = attempt.answers[CHOICES]
    if attempt.submitted_at is not None or step != len(choices):
        raise Conflict(_("The conversation went on in another window. Here it is as it stands."))
    try:
        came_to = walk(scenario, [*choices, choice])
    except ValueError:
        raise Refused(_("Choose one of the answers.")) from None
    answers = {CHOICES: [*choices, choice]}
    if came_to.is_over:
        percent = came_to.percent(scenario)
        _submit(attempt, answers=answers, percent=percent, passed=percent >= scenario.pass_percent, at=at)
    else:
        Attempt.objects.filter(pk=attempt.pk, submitted_at__isnull=True).update(answers=answers)
        attempt.answers = answers
    return attempt


def _submit(attempt: Attempt, *, answers: Mapping[str, Any], percent: int, passed: bool, at: datetime) -> None:
    submitted = Attempt.objects.filter(pk=attempt.pk, submitted_at__isnull=True).update(
        answers=answers, percent=percent, passed=passed, submitted_at=at
    )
    if not submitted:
        raise Refused(_("This attempt was handed in already."), code="submitted")
    attempt.refresh_from_db()
    signals.attempt_submitted.send(sender=Attempt, attempt=attempt, at=at)
    if passed:
        _done(attempt.record, at)


def _done(record: PartRecord, at: datetime) -> None:
    if PartRecord.objects.filter(pk=record.pk, done_at__isnull=True).update(done_at=at):
        record.done_at = at
        assignments.complete_if_done(assignment=record.assignment, at=at)


def _refuse_ended(record: PartRecord) -> None:
    if not assignments.is_open_now(record.assignment):
        raise Refused(_("This module is over for you: nothing more can be handed in."), code="ended")
