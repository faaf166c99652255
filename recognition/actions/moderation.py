"""Reporting what was written, deciding about it, and appealing against that."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person
from recognition import signals
from recognition.models import Case, Recognition, Report
from recognition.models.moderation import APPEAL

State, Shown = Case.State, Recognition.State


@transaction.atomic
def report_recognition(*, recognition: Recognition, kind: str, words: str = "", by: Person, at: datetime) -> None:
    """Hide it until a steward decides. The same reader twice is once, whatever became of it meanwhile.

    Raises Invalid for "something else" without words.
    """
    if kind == Report.Kind.OTHER and not words.strip():
        raise Invalid(_("Something is missing."), errors={"words": [_("Say what is wrong with it.")]})
    # Locked, so that two readers at once open one case.
    recognition = Recognition.objects.select_for_update(no_key=True).get(pk=recognition.pk)
    is_standing = recognition.state in Recognition.STANDING
    if not is_standing or Report.objects.filter(recognition=recognition, reporter=by).exists():
        return
    case, is_new = Case.objects.get_or_create(
        recognition=recognition, state=State.OPEN, defaults={"author": recognition.giver, "opened_at": at}
    )
    Report.objects.create(case=case, recognition=recognition, reporter=by, kind=kind, words=words, at=at)
    Recognition.objects.filter(pk=recognition.pk, state=Shown.SHOWN).update(state=Shown.HIDDEN)
    audit.record(by=by, did="recognition.reported", thing=case, changes={"kind": kind}, at=at)
    if is_new:
        signals.hidden.send(sender=Case, case=case, at=at)


@transaction.atomic
def decide(*, case: Case, restore: bool, reason: str, by: Person, at: datetime) -> None:
    """Show it again, or remove it, with a reason that its author reads. Raises Refused when another was quicker."""
    _need(reason)
    decided = {"decided_by": by, "decided_at": at, "reason": reason}
    _step(case, State.OPEN, State.RESTORED if restore else State.REMOVED, **decided)
    Recognition.objects.filter(pk=case.recognition_id, state=Shown.HIDDEN).update(
        state=Shown.SHOWN if restore else Shown.REMOVED
    )
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
        Recognition.objects.filter(pk=case.recognition_id, state=Shown.REMOVED).update(state=Shown.SHOWN)
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
