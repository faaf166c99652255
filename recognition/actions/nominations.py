"""Nominating: drafts that keep what was typed, handing in, taking back; and joining them when the days are over."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person
from recognition import local_days, signals
from recognition.actions.awards import hold_round, step
from recognition.actions.panels import recuse_who_is_close
from recognition.models import Argument, Candidacy, Nomination, Round
from recognition.reports.eligibility import eligible

State, Round_ = Nomination.State, Round.State
SHORTEST = 40  # characters of each argument: a sentence


@transaction.atomic
def save_draft(
    *,
    round_: Round,
    nominee: Person | None,
    words: Mapping[int, str],
    by: Person,
    at: datetime,
    nomination: Nomination | None = None,
) -> Nomination:
    """Keep what was typed, however unfinished: `words` by the key of the criterion. Nobody else reads it.

    Raises Refused when nominating is over where the nominator works, or this one is handed in; Invalid for oneself, and
    for somebody about whom the nominator has begun another.
    """
    row = hold_round(round_, Round_.OPEN)
    _check_open(row, by, at)
    _check_nominee(row, nominee, by, nomination)
    if nomination is None:
        nomination = Nomination.objects.create(round=row, nominator=by, nominee=nominee, created_at=at)
        audit.record(by=by, did="recognition.nomination_begun", thing=nomination, at=at)
    elif not Nomination.objects.filter(pk=nomination.pk, state=State.DRAFT).update(nominee=nominee):
        raise Refused(_("It is handed in. Take it back to change it."))
    nomination.refresh_from_db()
    known = set(row.criteria.values_list("pk", flat=True))
    nomination.arguments.all().delete()
    Argument.objects.bulk_create(
        Argument(nomination=nomination, criterion_id=pk, words=said)
        for pk, said in words.items()
        if pk in known and said.strip()
    )
    return nomination


def _check_open(round_: Round, by: Person, at: datetime) -> None:
    if at < round_.opens_at(by):
        raise Refused(_("Nominating has not begun yet."))
    if at >= round_.closes_at(by):
        raise Refused(_("The last day to nominate is over where you are."))


def _check_nominee(round_: Round, nominee: Person | None, by: Person, nomination: Nomination | None) -> None:
    if nominee is None:
        return
    others = Nomination.objects.filter(round=round_, nominator=by, nominee=nominee)
    text = ""
    if nominee.pk == by.pk:
        text = _("Nobody nominates themselves. Who else comes to mind?")
    elif others.exclude(pk=nomination.pk if nomination else 0).exists():
        text = _("You have nominated them, or begun to, in this round already.")
    if text:
        raise Invalid(text, errors={"nominee": [text]})


@transaction.atomic
def hand_in(*, nomination: Nomination, by: Person, at: datetime) -> None:
    """To the panel, when nominating is over everywhere. Until the nominator's own midnight they can take it back.

    Raises Invalid without a nominee who can be nominated, or with an argument that is missing or shorter than a
    sentence; Refused beyond the number of nominations that each of us has.
    """
    row = hold_round(nomination.round, Round_.OPEN)  # held, so that of two at once one is the last that is allowed
    _check_open(row, by, at)
    nomination = Nomination.objects.select_related("nominee").get(pk=nomination.pk)
    _check_complete(row, nomination)
    if Nomination.objects.handed_in().filter(round=row, nominator=by).count() >= row.programme.most:
        raise Refused(_("You have handed in as many as each of us can. Take one back to hand in this one."))
    rows = Nomination.objects.filter(pk=nomination.pk, state=State.DRAFT)
    if not rows.update(state=State.HANDED_IN, handed_in_at=at):
        raise Refused(_("It is handed in already."))
    audit.record(by=by, did="recognition.nomination_handed_in", thing=nomination, at=at)


def _check_complete(round_: Round, nomination: Nomination) -> None:
    errors: dict[str, list[str]] = {}
    if nomination.nominee is None:
        errors["nominee"] = [_("Say whom you nominate.")]
    elif not eligible(round_).filter(pk=nomination.nominee.pk).exists():
        errors["nominee"] = [
            _("They can't be nominated in this round: by team, site or months with us, or because they won lately.")
        ]
    said = dict(nomination.arguments.values_list("criterion", "words"))
    for criterion in round_.criteria.all():
        if len(said.get(criterion.pk, "").strip()) < SHORTEST:
            errors[f"words_{criterion.pk}"] = [_("Say it in a sentence at least: what they did, and what it changed.")]
    if errors:
        raise Invalid(_("It is kept as a draft. Something is missing yet."), errors=errors)


@transaction.atomic
def take_back(*, nomination: Nomination, by: Person, at: datetime) -> None:
    """A draft again, while the nominator's own days last. Twice is once."""
    row = hold_round(nomination.round, Round_.OPEN)
    _check_open(row, by, at)
    rows = Nomination.objects.filter(pk=nomination.pk, state=State.HANDED_IN)
    if rows.update(state=State.DRAFT, handed_in_at=None):
        audit.record(by=by, did="recognition.nomination_taken_back", thing=nomination, at=at)


@transaction.atomic
def discard(*, nomination: Nomination, by: Person, at: datetime) -> None:
    """Delete a draft with all that was typed. Raises Refused for one that is handed in."""
    if not Nomination.objects.filter(pk=nomination.pk, state=State.DRAFT).exists():
        raise Refused(_("It is handed in. Take it back first."))
    audit.record(by=by, did="recognition.nomination_discarded", thing=nomination, at=at)
    nomination.delete()


@transaction.atomic
def begin_judging(*, round_: Round, at: datetime) -> None:
    """When the last day to nominate is over everywhere: what was said of the same nominee becomes one candidacy, and
    the panel begins. Who left meanwhile is not judged. Numbers follow a secret of the round: neither names nor how
    early or often somebody was nominated. Twice is once; too early is not at all."""
    row = hold_round(round_)
    if row.state != Round_.OPEN or at < local_days.is_over_everywhere_at(row.closes_on):
        return
    rows = Nomination.objects.handed_in().filter(round=row, nominee__is_active=True)
    nominees = sorted(
        set(rows.order_by().values_list("nominee", flat=True)),
        key=lambda pk: sha256(f"{row.token}:{pk}".encode()).hexdigest(),
    )
    for number, nominee in enumerate(nominees, start=1):
        candidacy = Candidacy.objects.create(round=row, nominee_id=nominee, number=number)
        rows.filter(nominee=nominee).update(candidacy=candidacy)
    recuse_who_is_close(judges=row.judges.select_related("person"), at=at)
    step(row, Round_.OPEN, Round_.JUDGING)
    audit.record(by=None, did="recognition.round_closed", thing=row, at=at)
    signals.judging_began.send(sender=Round, round_=row, at=at)
