"""The panel of a round: appointed, released, recused."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person
from recognition import signals
from recognition.actions.awards import hold_round
from recognition.actions.counting import settle
from recognition.models import Ballot, Candidacy, Judge, Recusal, Round
from recognition.reports import panels

State = Round.State
STAFFED = (State.DRAFT, State.OPEN, State.JUDGING, State.TIED)


@transaction.atomic
def appoint(*, round_: Round, person: Person, by: Person, at: datetime) -> Judge:
    """Onto the panel, until the round is decided; again, after they were released. Twice is once. While judging, what
    is too close to them is found at once."""
    row = hold_round(round_, *STAFFED)
    if not person.is_active:
        raise Refused(_("They don't work here any more."))
    judge, made = Judge.objects.get_or_create(
        round=row, person=person, defaults={"appointed_by": by, "appointed_at": at}
    )  # fmt: skip
    back = Judge.objects.filter(pk=judge.pk, released_at__isnull=False).update(released_at=None)
    if made or back:
        recuse_who_is_close(judges=[judge], at=at)
        audit.record(by=by, did="recognition.judge_appointed", thing=row, changes={"person": person.pk}, at=at)
        signals.judge_appointed.send(sender=Judge, judge=judge, at=at)
    judge.refresh_from_db()
    return judge


@transaction.atomic
def release(*, judge: Judge, by: Person, at: datetime) -> None:
    """Nothing more is waited for from them; what they scored counts. It may be what the others waited for."""
    row = hold_round(judge.round, *STAFFED)
    if Judge.objects.filter(pk=judge.pk, released_at__isnull=True).update(released_at=at):
        audit.record(by=by, did="recognition.judge_released", thing=row, changes={"person": judge.person_id}, at=at)
        settle(round_=row, at=at)


@transaction.atomic
def recuse_oneself(*, judge: Judge, candidacy: Candidacy, reason: str, by: Person, at: datetime) -> None:
    """Not judge this one, for a reason that the stewards read after reveal. Raises Refused once it is scored."""
    if not reason.strip():
        raise Invalid(_("Something is missing."), errors={"reason": [_("Say why, in a few words.")]})
    row = hold_round(judge.round, State.JUDGING)
    if Ballot.objects.filter(judge=judge, candidacy=candidacy).exists():
        raise Refused(_("You have judged them already."))
    Recusal.objects.get_or_create(
        judge=judge, candidacy=candidacy, defaults={"why": Recusal.Why.OWN, "reason": reason, "at": at}
    )  # fmt: skip
    audit.record(by=by, did="recognition.judge_recused", thing=row, at=at)
    settle(round_=row, at=at)


def recuse_who_is_close(*, judges: Iterable[Judge], at: datetime) -> None:
    """In the caller's transaction, for judges of one round: team-mates, reporting lines both ways, whom they nominated;
    everybody, when they are nominated themselves."""
    for judge in judges:
        candidacies = list(Candidacy.objects.filter(round=judge.round_id))
        close = panels.too_close(judge.person, candidacies) if candidacies else {}
        Recusal.objects.bulk_create(
            [Recusal(judge=judge, candidacy_id=pk, why=why, at=at) for pk, why in close.items()], ignore_conflicts=True
        )
