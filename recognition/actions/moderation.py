"""Reporting what was written, deciding about it, and appealing against that."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person
from recognition import signals
from recognition.models import Case, Comment, Recognition, Report
from recognition.models.moderation import APPEAL

State, Shown = Case.State, Recognition.State


@transaction.atomic
def report(
    *, recognition: Recognition, comment: Comment | None = None, kind: str, words: str = "", by: Person, at: datetime
) -> None:
    """Hide it, or the comment under it, until a steward decides. The same reader twice is once, whatever became of it
    meanwhile.

    Raises Invalid for "something else" without words.
    """
    if kind == Report.Kind.OTHER and not words.strip():
        raise Invalid(_("Something is missing."), errors={"words": [_("Say what is wrong with it.")]})
    # Locked, so that two readers at once open one case.
    thing: Recognition | Comment = Recognition.objects.select_for_update(no_key=True).get(pk=recognition.pk)
    author_id = recognition.giver_id
    if comment is not None:
        thing = Comment.objects.get(pk=comment.pk)
        author_id = comment.author_id
    about = {"recognition": recognition, "comment": comment}
    if thing.state not in Recognition.STANDING or Report.objects.filter(**_exactly(about), reporter=by).exists():
        return
    open_case = Case.objects.filter(**_exactly(about), state=State.OPEN).first()
    case = open_case or Case.objects.create(**about, author_id=author_id, opened_at=at)
    Report.objects.create(**about, case=case, reporter=by, kind=kind, words=words, at=at)
    _turn(case, Shown.SHOWN, Shown.HIDDEN)
    audit.record(by=by, did="recognition.reported", thing=case, changes={"kind": kind}, at=at)
    if open_case is None:
        signals.hidden.send(sender=Case, case=case, at=at)


def _exactly(about: dict[str, Any]) -> dict[str, Any]:
    """For a filter: of a recognition itself, what has no comment."""
    return about if about["comment"] is not None else {"recognition": about["recognition"], "comment__isnull": True}


def _turn(case: Case, before: str, after: str) -> None:
    """What the case is about, if it still stands as it did."""
    if case.comment_id is not None:
        Comment.objects.filter(pk=case.comment_id, state=before).update(state=after)
    else:
        Recognition.objects.filter(pk=case.recognition_id, state=before).update(state=after)


@transaction.atomic
def decide(*, case: Case, restore: bool, reason: str, by: Person, at: datetime) -> None:
    """Show it again, or remove it, with a reason that its author reads. Raises Refused when another was quicker."""
    _need(reason)
    decided = {"decided_by": by, "decided_at": at, "reason": reason}
    _step(case, State.OPEN, State.RESTORED if restore else State.REMOVED, **decided)
    _turn(case, Shown.HIDDEN, Shown.SHOWN if restore else Shown.REMOVED)
    audit.record(by=by, did="recognition.case_decided", thing=case, changes={"restored": restore}, at=at)
    signals.decided.send(sender=Case, case=case, restored=restore, at=at)


@transaction.atomic
def appeal(*, case: Case, words: str, by: Person, at: datetime) -> None:
    """Whose words were removed asks for another look: once, within two weeks. Raises Refused otherwise."""
    _need(words, "words")
    if case.decided_at is None or at >= case.decided_at + APPEAL:
        raise Refused(_("The time for an appeal is over."))
    _step(case, State.REMOVED, State.APPEALED, appeal=words, appealed_at=at)
    audit.record(by=by, did="recognition.appealed", thing=case, at=at)
    signals.appealed.send(sender=Case, case=case, at=at)


@transaction.atomic
def answer_appeal(*, case: Case, restore: bool, reason: str, by: Person, at: datetime) -> None:
    """The last word, with a reason that its author reads. Raises Refused when another was quicker."""
    _need(reason)
    answered = {"answered_by": by, "answered_at": at, "answer": reason}
    _step(case, State.APPEALED, State.OVERTURNED if restore else State.UPHELD, **answered)
    if restore:
        _turn(case, Shown.REMOVED, Shown.SHOWN)
    audit.record(by=by, did="recognition.appeal_answered", thing=case, changes={"restored": restore}, at=at)
    signals.answered.send(sender=Case, case=case, restored=restore, at=at)


def _need(words: str, field: str = "reason") -> None:
    if not words.strip():
        raise Invalid(_("Something is missing."), errors={field: [_("Say why. It is read by others.")]})


def _step(case: Case, before: str, after: str, **fields: object) -> None:
    """From one state to the next, or not at all."""
    if not Case.objects.filter(pk=case.pk, state=before).update(state=after, **fields):
        raise Refused(_("Somebody else was quicker. See how it stands now."))
    case.refresh_from_db()
