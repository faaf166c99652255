"""Proposing an improvement, answering it, doing it; and taking back, seconding, taking down."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Conflict, Invalid, Refused
from people.actions import audit
from people.models import Person, Team
from recognition import local_days, signals
from recognition.models import Answer, Idea, Second

State = Idea.State
SHORTEST = 20  # characters: a sentence
MOST_DOERS = 20


@transaction.atomic
def propose(
    *,
    title: str,
    obstacle: str,
    instead: str,
    effect: str = "",
    team: Team | None = None,
    is_named: bool = True,
    is_open: bool = True,
    by: Person,
    at: datetime,
    token: UUID | None = None,
) -> Idea:
    """Propose an improvement. The answer is due on a working day of its author, settings.IDEA_ANSWER_DAYS from now or
    the next after that. The same `token` again answers with what was proposed the first time.

    Raises Invalid without a title, or without a sentence for each of the first two questions.
    """
    token = token or uuid4()
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # of two clicks at once the second waits
    if already := Idea.objects.filter(author=by, token=token).first():
        return already
    _check_words(title, obstacle, instead)
    today = at.astimezone(by.zone).date()
    idea = Idea.objects.create(
        title=title, obstacle=obstacle, instead=instead, effect=effect, team=team, is_named=is_named, is_open=is_open,
        author=by, proposed_at=at, token=token,
        answer_by=local_days.working_day_from(today + timedelta(days=settings.IDEA_ANSWER_DAYS), by.works_on),
    )  # fmt: skip
    _record(idea, by, "proposed", at, {"open": is_open, "named": is_named, "answer_by": idea.answer_by})
    signals.idea_proposed.send(sender=Idea, idea=idea, at=at)
    return idea


def _check_words(title: str, obstacle: str, instead: str) -> None:
    errors: dict[str, list[str]] = {}
    if not title.strip():
        errors["title"] = [_("Give it a title that others recognise it by.")]
    if _is_short(obstacle):
        errors["obstacle"] = [_("Say in a sentence what gets in the way, and when it last did.")]
    if _is_short(instead):
        errors["instead"] = [_("Say in a sentence what we could do instead.")]
    if errors:
        raise Invalid(_("Something is missing."), errors=errors)


def _is_short(words: str) -> bool:
    return len(" ".join(words.split())) < SHORTEST


@transaction.atomic
def withdraw(*, idea: Idea, by: Person, at: datetime) -> None:
    """Take it back before it is answered: nobody sees it any more. Raises Refused when it was answered meanwhile."""
    _step(idea, (State.PROPOSED,), _("It was answered meanwhile, and stays with its answer."), state=State.WITHDRAWN)
    _record(idea, by, "withdrawn", at)
    signals.idea_closed.send(sender=Idea, idea=idea, reason="withdrawn", at=at)


@transaction.atomic
def answer(
    *,
    idea: Idea,
    verdict: str,
    reason: str,
    doer: Person | None = None,
    do_by: date | None = None,
    look_again_on: date | None = None,
    before: Answer | None = None,
    by: Person,
    at: datetime,
) -> Answer:
    """Say what becomes of it, and why: with who does it by when, or with the day on which it is looked at again.

    `before`: the answer that this one amends; it stays readable. What is being done goes on being done while the answer
    stays yes. Raises Invalid for what is missing; Conflict when somebody else has answered since; Refused for one that
    is withdrawn, done or taken down, and for one's own.
    """
    idea = Idea.objects.select_for_update(no_key=True, of=("self",)).get(pk=idea.pk)
    if idea.author_id == by.pk:
        raise Refused(_("Nobody answers an idea of their own."))
    if idea.answers.order_by("-at", "-pk").first() != before:
        raise Conflict(_("Somebody else has answered meanwhile. Read their answer first."))
    today = at.astimezone(by.zone).date()
    terms = _terms(verdict, reason, doer, do_by, look_again_on, today)
    goes_on = idea.state == State.DOING and verdict == State.ACCEPTED
    known = (State.PROPOSED,) if before is None else Idea.AMENDABLE
    state = State.DOING if goes_on else State(verdict)
    _step(idea, known, _("It cannot be answered any more."), state=state, answered_at=at, **terms)
    row = Answer.objects.create(idea=idea, by=by, at=at, verdict=verdict, reason=reason, **terms)
    changes = {"verdict": verdict, "do_by": terms["do_by"], "look_again_on": terms["look_again_on"]}
    _record(idea, by, "answered" if before is None else "answer_amended", at, changes)
    signals.idea_answered.send(sender=Idea, idea=idea, answer=row, at=at)
    return row


def _terms(
    verdict: str, reason: str, doer: Person | None, do_by: date | None, again: date | None, today: date
) -> dict[str, Any]:
    """What belongs to this verdict, and nothing of what was typed beside it for another."""
    errors: dict[str, list[str]] = {}
    if verdict not in Idea.VERDICTS:
        errors["verdict"] = [_("Say what becomes of it.")]
    if _is_short(reason):
        errors["reason"] = [_("Say why in a sentence: whoever proposed it reads it.")]
    if verdict == State.ACCEPTED:
        errors |= _whose(doer) | _ahead("do_by", do_by, today)
    if verdict == State.LATER:
        errors |= _ahead("look_again_on", again, today)
    if errors:
        raise Invalid(_("Something is missing."), errors=errors)
    yes, later = verdict == State.ACCEPTED, verdict == State.LATER
    return {
        "doer": doer if yes else None,
        "do_by": do_by if yes else None,
        "look_again_on": again if later else None,
    }


def _whose(doer: Person | None) -> dict[str, list[str]]:
    if doer is not None and doer.is_active:
        return {}
    return {"doer": [_("Say who does it: somebody who works here.")]}


def _ahead(name: str, day: date | None, today: date) -> dict[str, list[str]]:
    if day is not None and today <= day <= today + timedelta(days=730):
        return {}
    return {name: [_("Say a day, from today on and within two years.")]}


@transaction.atomic
def start(*, idea: Idea, by: Person, at: datetime) -> None:
    """Somebody has begun to do it. Raises Refused unless it is to be done and nobody has said so yet."""
    _step(idea, (State.ACCEPTED,), _("It is being done already, or not to be done any more."), state=State.DOING)
    _record(idea, by, "started", at)


@transaction.atomic
def finish(*, idea: Idea, outcome: str, doers: Iterable[Person], by: Person, at: datetime) -> None:
    """It is done, with what came of it and who did it. Raises Invalid without these, Refused for what is not to be
    done."""
    people = list({person.pk: person for person in doers}.values())
    errors: dict[str, list[str]] = {}
    if _is_short(outcome):
        errors["outcome"] = [_("Say in a sentence what is different now.")]
    if not people or len(people) > MOST_DOERS:
        errors["doers"] = [_("Say who did it: at least one of us, and at most twenty.")]
    if errors:
        raise Invalid(_("Something is missing."), errors=errors)
    known = (State.ACCEPTED, State.DOING)
    refusal = _("It is done already, or not to be done any more.")
    _step(idea, known, refusal, state=State.DONE, done_at=at, outcome=outcome)
    idea.doers.set(people)
    _record(idea, by, "done", at, {"doers": [person.pk for person in people]})
    signals.idea_done.send(sender=Idea, idea=idea, at=at)


@transaction.atomic
def take_down(*, idea: Idea, reason: str, by: Person, at: datetime) -> None:
    """Out of everybody's sight but its author's and the stewards', with a reason that the author reads. Raises Invalid
    without one, Refused for what is not shown."""
    if _is_short(reason):
        text = _("Say why in a sentence: whoever proposed it reads it.")
        raise Invalid(text, errors={"reason": [text]})
    refusal = _("It is not shown any more.")
    _step(idea, Idea.SHOWN, refusal, state=State.REMOVED, removed_by=by, removal=reason)
    _record(idea, by, "taken_down", at)
    signals.idea_closed.send(sender=Idea, idea=idea, reason="removed", at=at)


@transaction.atomic
def show_name(*, idea: Idea, by: Person, at: datetime) -> None:
    """Its author lets it be seen whose it is, for good. Twice is once."""
    if Idea.objects.filter(pk=idea.pk, is_named=False, state__in=Idea.SHOWN).update(is_named=True):
        _record(idea, by, "named", at)


@transaction.atomic
def second(*, idea: Idea, on: bool, by: Person, at: datetime) -> None:
    """Say that it would help oneself, too, or no more. Twice is once. Raises Refused for one's own, and for what is not
    open to seconds any more."""
    if idea.author_id == by.pk:
        raise Refused(_("It is yours: that it would help you is known."))
    row = Idea.objects.select_for_update(no_key=True, of=("self",)).get(pk=idea.pk)
    if row.state not in Idea.SHOWN or row.is_done:
        raise Refused(_("It is done, or not shown any more."))
    if on:
        Second.objects.bulk_create([Second(idea=idea, person=by, at=at)], ignore_conflicts=True)
    else:
        Second.objects.filter(idea=idea, person=by).delete()


def _step(idea: Idea, known: Iterable[str], refusal: str, **values: Any) -> None:
    """One conditional UPDATE: of two at once, one is refused."""
    if not Idea.objects.filter(pk=idea.pk, state__in=tuple(known)).update(**values):
        raise Refused(refusal)
    for name, value in values.items():
        setattr(idea, name, value)


def _record(idea: Idea, by: Person, did: str, at: datetime, changes: Mapping[str, Any] | None = None) -> None:
    audit.record(by=by, did=f"recognition.idea_{did}", thing=idea, changes=changes, team=idea.team_id, at=at)
