"""Practice before an observer, and evidence: asked for, judged, tried again."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person
from training import signals
from training.actions import assignments
from training.contents import LEVELS, Practice
from training.models import ModulePart, PartRecord, SignOff

DAYS_TO_JUDGE = 7
State = SignOff.State


@transaction.atomic
def ask_for_sign_off(*, record: PartRecord, observer: Person, at: datetime, note: str = "") -> SignOff:
    """Ask the observer to judge the practice, within a week. From now on waiting is not the learner's lateness.

    Raises Refused for oneself, for a leaver, when somebody is asked already, and when it is over.
    """
    if record.part.kind != ModulePart.Kind.PRACTICE:
        raise Refused(_("Nothing is practised in this part."))
    return ask(record=record, observer=observer, note=note, at=at)


@transaction.atomic
def ask(*, record: PartRecord, observer: Person, at: datetime, note: str = "") -> SignOff:
    """The same of any part; the caller has made sure that this one is judged."""
    learner = record.assignment.person
    if observer.pk == learner.pk:
        raise Refused(_("Ask somebody else: nobody signs off themselves."))
    if not observer.is_active:
        raise Refused(_("%(name)s has left. Ask somebody else.") % {"name": observer.name})
    _refuse_ended(record)
    if record.done_at is not None:
        raise Refused(_("This is signed off already."))
    try:
        with transaction.atomic():
            sign_off = record.sign_offs.create(
                learner=learner,
                observer=observer,
                number=record.sign_offs.count() + 1,
                note=note,
                asked_at=at,
                due_on=at.astimezone(observer.zone).date() + timedelta(days=DAYS_TO_JUDGE),
            )
    except IntegrityError:
        raise Refused(_("Somebody is asked already. Take that back first, or wait for them.")) from None
    audit.record(by=learner, did="training.sign_off_asked", thing=sign_off, changes={"observer": observer.pk}, at=at)
    signals.sign_off_asked.send(sender=SignOff, sign_off=sign_off, at=at)
    return sign_off


@transaction.atomic
def take_back(*, sign_off: SignOff, at: datetime) -> None:
    """The learner asks no longer. Raises Refused when it was judged meanwhile."""
    if not SignOff.objects.waiting().filter(pk=sign_off.pk).update(state=State.WITHDRAWN):
        raise Refused(_("This was judged or taken back meanwhile."), code="judged")
    audit.record(by=sign_off.learner, did="training.sign_off_taken_back", thing=sign_off, at=at)


@transaction.atomic
def judge(*, sign_off: SignOff, by: Person, levels: Mapping[str, int], at: datetime, comment: str = "") -> SignOff:
    """Judge every behaviour of the rubric, 1 to 5. Signed off when each reaches the practice's level; else it is to be
    tried again, which needs a comment that helps.

    Raises Invalid when a behaviour is missing or the comment is, Refused when it was judged or taken back meanwhile, or
    the module is over.
    """
    practice = sign_off.record.part.content
    if not isinstance(practice, Practice):
        raise Refused(_("Nothing is practised in this part."))
    _refuse_judging(sign_off, by)
    accepted = _accepts(practice, levels, comment)
    kept = {line.key: levels[line.key] for line in practice.rubric}
    return _judged(sign_off, by=by, accepted=accepted, levels=kept, comment=comment, at=at)


@transaction.atomic
def judge_evidence(*, sign_off: SignOff, by: Person, accepted: bool, at: datetime, comment: str = "") -> SignOff:
    """Accept what was handed in, or return it, which needs a comment that says what is missing.

    Raises as `judge` does.
    """
    if sign_off.record.part.kind != ModulePart.Kind.EVIDENCE:
        raise Refused(_("Nothing is handed in for this part."))
    _refuse_judging(sign_off, by)
    if not accepted and not comment.strip():
        missing = {"comment": [_("Say what is missing, so that it can be handed in anew.")]}
        raise Invalid(_("Something is missing."), errors=missing)
    return _judged(sign_off, by=by, accepted=accepted, levels={}, comment=comment, at=at)


def _judged(
    sign_off: SignOff, *, by: Person, accepted: bool, levels: Mapping[str, int], comment: str, at: datetime
) -> SignOff:
    judged = (
        SignOff.objects.waiting()
        .filter(pk=sign_off.pk)
        .update(
            state=State.ACCEPTED if accepted else State.RETURNED,
            levels=levels,
            comment=comment,
            judged_at=at,
        )
    )
    if not judged:
        raise Refused(_("This was judged or taken back meanwhile."), code="judged")
    sign_off.refresh_from_db()
    audit.record(by=by, did="training.sign_off_judged", thing=sign_off, changes={"accepted": accepted}, at=at)
    if accepted and PartRecord.objects.filter(pk=sign_off.record_id, done_at__isnull=True).update(done_at=at):
        assignments.complete_if_done(assignment=sign_off.record.assignment, at=at)
    signals.sign_off_judged.send(sender=SignOff, sign_off=sign_off, at=at)
    return sign_off


def _accepts(practice: Practice, levels: Mapping[str, int], comment: str) -> bool:
    errors = {
        f"level-{line.key}": [_("Choose what you saw.")]
        for line in practice.rubric
        if levels.get(line.key) not in LEVELS
    }
    accepted = not errors and all(levels[line.key] >= practice.pass_level for line in practice.rubric)
    if not errors and not accepted and not comment.strip():
        errors["comment"] = [_("Say what to do differently next time.")]
    if errors:
        raise Invalid(_("Something is missing."), errors=errors)
    return accepted


def _refuse_judging(sign_off: SignOff, by: Person) -> None:
    if by.pk != sign_off.observer_id:
        raise Refused(_("Only the observer who was asked judges this."))
    _refuse_ended(sign_off.record)


def _refuse_ended(record: PartRecord) -> None:
    if not assignments.is_open_now(record.assignment):
        raise Refused(_("This module is over for the learner: nothing more can be judged."), code="ended")
