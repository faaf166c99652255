"""Ballots: cast sealed, revealed all at once, and what comes of them."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person
from recognition import judging, local_days, signals
from recognition.actions.awards import hold_round, step
from recognition.models import Ballot, Candidacy, Judge, Mark, Recusal, Round
from recognition.reports import panels

State = Round.State
SHORTEST = 20  # characters of a reason


@transaction.atomic
def cast_ballot(
    *, judge: Judge, candidacy: Candidacy, scores: Mapping[int, int], reason: str, by: Person, at: datetime
) -> None:
    """Hand in one judge's scores for one nominee: final, and sealed until all are in. The last one reveals them all.

    Raises Invalid unless there is a score of 1 to 5 for each criterion, by its key, and a reason of a few words;
    Refused for whoever may not judge them, and the second time.
    """
    row = hold_round(judge.round, State.JUDGING)  # held: of two judges at once, the second sees what the first did
    criteria = set(row.criteria.values_list("pk", flat=True))
    errors = {f"score_{pk}": [_("Choose one of the five.")] for pk in criteria if scores.get(pk) not in range(1, 6)}
    if len(reason.strip()) < SHORTEST:
        errors["reason"] = [_("Say in a sentence what you go by. It is read once all scores are in.")]
    if errors:
        raise Invalid(_("Something is missing."), errors=errors)
    seated = Judge.objects.live().filter(pk=judge.pk, round=row.pk).exists() and candidacy.round_id == row.pk
    if not seated or Recusal.objects.filter(judge=judge, candidacy=candidacy).exists():
        raise Refused(_("You don't judge this nominee."))
    if Ballot.objects.filter(judge=judge, candidacy=candidacy).exists():
        raise Refused(_("You have judged them already. What is handed in stays."))
    ballot = Ballot.objects.create(judge=judge, candidacy=candidacy, reason=reason, at=at)
    Mark.objects.bulk_create(Mark(ballot=ballot, criterion_id=pk, score=scores[pk]) for pk in sorted(criteria))
    audit.record(by=by, did="recognition.ballot_cast", thing=row, at=at)
    settle(round_=row, at=at)


@transaction.atomic
def settle(*, round_: Round, at: datetime) -> None:
    """Reveal, if nobody owes a ballot and each nominee has its quorum. Again and again changes nothing."""
    row = hold_round(round_)
    if row.state != State.JUDGING:
        return
    if judging.is_complete(panels.owed(row), panels.ballots_on(row).values(), row.programme.quorum):
        _reveal(row, None, at)


@transaction.atomic
def reveal_late(*, round_: Round, by: Person, at: datetime) -> None:
    """Without those who are late: once the last day to judge is over everywhere. Whom fewer judged than the quorum wins
    nothing. Raises Refused before."""
    row = hold_round(round_, State.JUDGING)
    if at < local_days.is_over_everywhere_at(row.judge_by):
        raise Refused(_("The last day to judge is not over everywhere yet."))
    _reveal(row, by, at)


def _reveal(row: Round, by: Person | None, at: datetime) -> None:
    """From here on there are totals, names and winners; before, there is nothing to leak."""
    totals = {pk: total for pk, marks in panels.marks_of(row).items() if (total := judging.combine(marks))}
    here = set(row.candidacies.filter(nominee__is_active=True).values_list("pk", flat=True))
    programme, can_win = row.programme, {pk: total for pk, total in totals.items() if pk in here}
    rule: judging.Rule = "shared" if programme.tie_rule == "shared" else "lowest"
    found = judging.verdict(can_win, places=programme.places, quorum=programme.quorum, rule=rule)
    for pk, total in totals.items():
        stands = {"mean": float(total.mean), "lowest": float(total.lowest), "ballot_count": total.ballots}
        row.candidacies.filter(pk=pk).update(is_winner=pk in found.winners, is_tied=pk in found.tied, **stands)
    step(row, State.JUDGING, State.TIED if found.tied else State.DECIDED, revealed_at=at, tie_places=found.left)
    audit.record(by=by, did="recognition.award_revealed", thing=row, changes={"tied": bool(found.tied)}, at=at)
    signals.award_revealed.send(sender=Round, round_=row, at=at)


@transaction.atomic
def decide_tie(*, round_: Round, winners: Collection[int], reason: str, by: Person, at: datetime) -> None:
    """The panel's decision in writing between those who are tied: as many, by key, as there are places left.

    Raises Invalid for another number, for others, or without a reason; Refused when another was quicker.
    """
    row = hold_round(round_, State.TIED)
    tied = set(row.candidacies.filter(is_tied=True).values_list("pk", flat=True))
    errors = {}
    if len(set(winners)) != row.tie_places or not set(winners) <= tied:
        errors["winners"] = [_("Choose %(n)d of them.") % {"n": row.tie_places}]
    if len(reason.strip()) < SHORTEST:
        errors["reason"] = [_("Say in a sentence what decided it. It stands beside the result.")]
    if errors:
        raise Invalid(_("Something is missing."), errors=errors)
    row.candidacies.filter(pk__in=set(winners)).update(is_winner=True)
    step(row, State.TIED, State.DECIDED, tie_reason=reason, tie_by=by, tie_at=at)
    audit.record(by=by, did="recognition.award_tie_decided", thing=row, at=at)
    signals.award_revealed.send(sender=Round, round_=row, at=at)
