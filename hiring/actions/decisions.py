"""Decisions: by a person, with written reasons, beside what the rule said. No state changes because of a score."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from hiring import signals
from hiring.actions.interviews import cancel_interview
from hiring.actions.openings import current_rule
from hiring.models import (
    Application,
    DebriefNote,
    Decision,
    Interview,
    Stage,
    StageMove,
    StageScore,
)
from hiring.reports.comparison import departure_of
from people.actions import audit, invitations
from people.actions.people import add_person
from people.models import Person, normal_email

Outcome = Decision.Outcome
State = Application.State
# From which states an outcome may be decided, and the state it leads to.
LEADS_TO: dict[str, tuple[frozenset[str], str]] = {
    Outcome.ADVANCE: (frozenset({State.ACTIVE, State.ON_HOLD}), State.ACTIVE),
    Outcome.HOLD: (frozenset({State.ACTIVE}), State.ON_HOLD),
    Outcome.REJECT: (frozenset({State.ACTIVE, State.ON_HOLD, State.OFFERED}), State.REJECTED),
    Outcome.OFFER: (frozenset({State.ACTIVE, State.ON_HOLD}), State.OFFERED),
    Outcome.HIRE: (frozenset({State.OFFERED}), State.HIRED),
    Outcome.WITHDRAW: (frozenset({State.ACTIVE, State.ON_HOLD, State.OFFERED}), State.WITHDRAWN),
    Outcome.RECONSIDER: (frozenset({State.ON_HOLD, State.OFFERED, State.REJECTED, State.WITHDRAWN}), State.ACTIVE),
}
# These weigh what an interview showed, so a sealed one must be revealed first.
WEIGHS_EVIDENCE = frozenset({Outcome.ADVANCE, Outcome.REJECT, Outcome.OFFER, Outcome.HIRE})


def possible_outcomes(application: Application) -> list[str]:
    """What can be decided about the application as it stands."""
    possible = [outcome for outcome, (states, _state) in LEADS_TO.items() if application.state in states]
    if next_stage(application) is None:
        possible = [outcome for outcome in possible if outcome != Outcome.ADVANCE]
    return possible


def next_stage(application: Application) -> Stage | None:
    """The stage after the application's own."""
    later = Stage.objects.filter(opening=application.opening_id, position__gt=application.stage.position)
    return later.order_by("position").first()


@transaction.atomic
def decide(
    *,
    application: Application,
    outcome: str,
    reason: str,
    by: Person,
    at: datetime,
    to_stage: Stage | None = None,
) -> Decision:
    """Record a decision with its reasons and carry it out. A departure from the rule is allowed, and marked.

    Raises Refused where the application's state or a sealed interview stands against it. *Hire* makes the invited
    Person; *reject* and *withdraw* cancel interviews still to come.
    """
    return _decide(_lock([application])[0], outcome=outcome, reason=reason, by=by, at=at, to_stage=to_stage)


def _lock(applications: Iterable[Application]) -> list[Application]:
    """The applications as they are now, closed to other writers, in the order in which everybody locks them."""
    locked = Application.objects.select_for_update(of=("self",)).select_related("stage", "opening", "candidate")
    return list(locked.filter(pk__in=[application.pk for application in applications]).order_by("pk"))


def _decide(
    application: Application, *, outcome: str, reason: str, by: Person, at: datetime, to_stage: Stage | None = None
) -> Decision:
    if not reason.strip():
        raise Invalid(_("Write your reasons."), errors={"reason": [_("Write your reasons.")]})
    _check_possible(application, outcome)
    target = _target(application, outcome, to_stage)
    rule = current_rule(application.opening)
    score = StageScore.objects.filter(application=application, stage=application.stage).first()
    decision = Decision.objects.create(
        application=application,
        stage=application.stage,
        to_stage=target,
        outcome=outcome,
        reason=reason,
        rule=rule,
        score=score.score if score else None,
        departure=departure_of(application, outcome, rule),
        by=by,
        at=at,
    )
    _carry_out(application, decision, by=by, at=at)
    team = application.opening.team_id
    changes = {"outcome": outcome, "decision": decision.pk, "departs": bool(decision.departure)}
    audit.record(by=by, did="hiring.application_decided", thing=application, team=team, changes=changes, at=at)
    signals.application_decided.send(sender=Decision, decision=decision, at=at)
    return decision


@transaction.atomic
def decide_many(
    *, applications: Iterable[Application], outcome: str, reason: str, by: Person, at: datetime
) -> list[Decision]:
    """The same decision with the same reasons about several applications: all, or none."""
    return [_decide(application, outcome=outcome, reason=reason, by=by, at=at) for application in _lock(applications)]


@transaction.atomic
def add_debrief_note(
    *, interview: Interview, text: str, by: Person, at: datetime, competency_key: str = ""
) -> DebriefNote:
    """Write down what the debrief said, of one competency or of the whole; after reveal only."""
    if not interview.is_revealed:
        raise Refused(_("The debrief begins after reveal."))
    if not text.strip():
        raise Invalid(_("Write the note first."), errors={"text": [_("Write the note.")]})
    note = DebriefNote.objects.create(
        interview=interview, competency_key=competency_key, author=by, text=text, written_at=at
    )
    team = interview.application.opening.team_id
    audit.record(by=by, did="hiring.debrief_noted", thing=interview, team=team, at=at)
    return note


def _check_possible(application: Application, outcome: str) -> None:
    if outcome not in LEADS_TO:
        raise Refused(_("There is no such decision."))
    states, _state = LEADS_TO[outcome]
    if application.state not in states:
        raise Refused(
            _("This can't be decided while the application is “%(state)s”.")
            % {"state": application.get_state_display()}
        )
    if outcome in WEIGHS_EVIDENCE:
        sealed = application.interviews.filter(
            stage=application.stage, state=Interview.State.HELD, revealed_at__isnull=True
        )
        if sealed.exists():
            raise Refused(_("Scorecards of this stage are still out. Decide after reveal, or break the seal first."))


def _target(application: Application, outcome: str, to_stage: Stage | None) -> Stage | None:
    if outcome != Outcome.ADVANCE:
        return None
    target = to_stage or next_stage(application)
    if target is None or target.opening_id != application.opening_id or target.position <= application.stage.position:
        raise Refused(_("There is no later stage to advance to."))
    return target


def _carry_out(application: Application, decision: Decision, *, by: Person, at: datetime) -> None:
    _states, state = LEADS_TO[decision.outcome]
    changes = {"state": state, "revision": F("revision") + 1}
    if decision.to_stage is not None:
        StageMove.objects.create(
            application=application,
            from_stage=application.stage,
            to_stage=decision.to_stage,
            entered_from_stage_at=application.entered_stage_at,
            by=by,
            at=at,
            batch=uuid.uuid4(),
        )
        changes |= {"stage": decision.to_stage, "entered_stage_at": at}
    Application.objects.filter(pk=application.pk).update(**changes)
    application.refresh_from_db(fields=["state", "stage", "entered_stage_at", "revision"])
    if decision.outcome in {Outcome.REJECT, Outcome.WITHDRAW}:
        for interview in Interview.objects.filter(application=application, state=Interview.State.SCHEDULED):
            cancel_interview(interview=interview, reason=decision.get_outcome_display(), by=by, at=at)
    if decision.outcome == Outcome.HIRE:
        _hire(application, by=by, at=at)


def _hire(application: Application, *, by: Person, at: datetime) -> None:
    """The invited Person, with these fields of candidate and opening and no others (purpose limitation)."""
    candidate, opening = application.candidate, application.opening
    if not candidate.email:
        raise Refused(_("The candidate has no e-mail address to invite. Add one first."))
    person = Person.objects.filter(email=normal_email(candidate.email)).first()
    if person is None:
        person = add_person(
            full_name=candidate.full_name,
            email=candidate.email,
            job_title=opening.title[:120],
            team=opening.team,
            site=opening.site,
            manager=opening.hiring_manager,
            by=by,
            at=at,
        )
        invitations.invite_person(person=person, by=by, at=at)
    elif not person.is_active:
        raise Refused(_("%(name)s worked here before. Ask a people admin to reactivate them first.") % {"name": person})
    candidate.hired_as = person
    candidate.save(update_fields=["hired_as"])
    signals.candidate_hired.send(sender=Application, application=application, person=person, at=at)
