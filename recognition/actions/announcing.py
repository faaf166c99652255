"""From a decided round to an announced one: the citation, the approval, the hour."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person
from recognition import signals
from recognition.actions.awards import hold_round, step
from recognition.models import Candidacy, Round
from recognition.reports.winners import without_citation

State = Round.State
SHORTEST = 40  # characters of a citation


@transaction.atomic
def cite(*, candidacy: Candidacy, words: str, by: Person, at: datetime) -> None:
    """Why they win, in the words that are announced. Until it is approved they can be changed.

    Raises Invalid for less than a sentence, Refused for whoever does not win, and once it is approved.
    """
    row = hold_round(candidacy.round, State.DECIDED)
    if len(words.strip()) < SHORTEST:
        text = _("Say in a sentence at least what they did, and what it changed.")
        raise Invalid(text, errors={"words": [text]})
    if not Candidacy.objects.filter(pk=candidacy.pk, is_winner=True).update(citation=words):
        raise Refused(_("They don't win this round."))
    audit.record(by=by, did="recognition.award_cited", thing=row, at=at)


@transaction.atomic
def approve(*, round_: Round, by: Person, at: datetime) -> None:
    """It is announced at its hour, or as soon as the clock turns when that is over.

    Raises Refused while a winner has no citation, and when another was quicker.
    """
    row = hold_round(round_, State.DECIDED)
    if without_citation(row):
        raise Refused(_("A winner has no citation yet. It is what everybody reads."))
    step(row, State.DECIDED, State.APPROVED, approved_by=by, approved_at=at)
    audit.record(by=by, did="recognition.award_approved", thing=row, at=at)
    signals.award_approved.send(sender=Round, round_=row, at=at)


@transaction.atomic
def announce(*, round_: Round, at: datetime) -> None:
    """By the clock, once it is approved and its hour has come. Too early, or again, is not at all."""
    row = hold_round(round_)
    if row.state != State.APPROVED or at < row.announce_at:
        return
    step(row, State.APPROVED, State.ANNOUNCED, announced_at=at)
    audit.record(by=None, did="recognition.award_announced", thing=row, at=at)
    signals.award_announced.send(sender=Round, round_=row, at=at)
