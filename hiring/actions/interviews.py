"""Interviews: scheduled, moved, cancelled, missed, revealed; and their panels.

Whether one of these actions is refused can tell what others have submitted. So, once scorecards may be submitted,
whoever owes one on the application is refused alike, whatever the others have done (docs/domain/sealing.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.errors import Conflict, Invalid, Refused
from hiring import policies, signals
from hiring.actions.openings import fix_rule
from hiring.actions.scores import refresh_stage_score
from hiring.models import Application, Interview, Opening, Panellist, Scorecard, Stage
from hiring.models.scorecards import ScorecardQuerySet
from people.actions import audit
from people.models import Person


@dataclass(frozen=True)
class Seat:
    """One place on a panel, as a form or the API asks for it."""

    person: Person
    role: str = Panellist.Role.MEMBER


@transaction.atomic
def schedule_interview(
    *,
    application: Application,
    stage: Stage,
    starts_at: datetime,
    panel: Sequence[Seat],
    by: Person,
    at: datetime,
    place: str = "",
) -> Interview:
    """Schedule one sitting with the stage's kit version and a panel; the first one fixes the opening's rule."""
    application = Application.objects.select_for_update().get(pk=application.pk)
    _check_schedulable(application, stage, by=by, at=at)
    _check_panel(panel)
    if stage.kit_version is None:
        raise Refused(_("“%(stage)s” has no kit, so nothing can be asked.") % {"stage": stage.name})
    interview = Interview.objects.create(
        application=application,
        stage=stage,
        kit_version=stage.kit_version,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=stage.length_minutes),
        place=place,
        created_by=by,
        created_at=at,
    )
    Panellist.objects.bulk_create(Panellist(interview=interview, person=seat.person, role=seat.role) for seat in panel)
    fix_rule(opening=application.opening, at=at)
    _record(
        interview, "hiring.interview_scheduled", by=by, at=at, changes={"panel": [seat.person.pk for seat in panel]}
    )
    signals.interview_scheduled.send(sender=Interview, interview=interview, at=at)
    return interview


@transaction.atomic
def reschedule_interview(
    *, interview: Interview, starts_at: datetime, by: Person, at: datetime, place: str | None = None
) -> Interview:
    """Move an interview that has not been held; calendars learn of it by a higher sequence."""
    interview = _lock(interview)
    _check_may_know(interview, by=by, at=at)
    if interview.state != Interview.State.SCHEDULED:
        raise Refused(_("Only an interview that is still to come can be moved."))
    before, length = (interview.starts_at, interview.place), interview.ends_at - interview.starts_at
    interview.starts_at, interview.ends_at = starts_at, starts_at + length
    if place is not None:
        interview.place = place
    interview.sequence += 1
    interview.save(update_fields=["starts_at", "ends_at", "place", "sequence"])
    _record(interview, "hiring.interview_rescheduled", by=by, at=at, changes={"starts_at": starts_at})
    differs = before != (interview.starts_at, interview.place)
    people = interview.panellists.values_list("person_id", flat=True) if differs else []
    _announce_change(interview, people, candidate=differs, at=at)
    return interview


@transaction.atomic
def set_panel(*, interview: Interview, panel: Sequence[Seat], by: Person, at: datetime) -> Interview:
    """Make the panel exactly this. Whoever has written keeps their seat; after reveal nobody joins or leaves.

    Taking the last missing panellist off reveals the interview, as their scorecard is no longer required.
    """
    interview = _lock(interview)
    _check_may_know(interview, by=by, at=at)
    if not interview.is_live or interview.is_revealed:
        raise Refused(_("The panel can't change any more."))
    _check_panel(panel)
    wanted = {seat.person.pk: seat for seat in panel}
    seats = {seat.person_id: seat for seat in interview.panellists.select_related("person", "scorecard")}
    _check_seats_kept(seats, wanted)
    gone = [seat.pk for person, seat in seats.items() if person not in wanted]
    interview.panellists.filter(pk__in=gone).delete()
    # The old lead steps down before the new one steps up: there is one lead at any moment.
    interview.panellists.filter(role=Panellist.Role.LEAD).exclude(
        person__in=[pk for pk, seat in wanted.items() if seat.role == Panellist.Role.LEAD]
    ).update(role=Panellist.Role.MEMBER)
    for pk, seat in wanted.items():
        if pk in seats:
            interview.panellists.filter(person=pk).update(role=seat.role)
        else:
            interview.panellists.create(person=seat.person, role=seat.role)
    interview.sequence += 1
    interview.save(update_fields=["sequence"])
    _record(interview, "hiring.panel_set", by=by, at=at, changes={"panel": sorted(wanted)})
    before = {pk: seat.role for pk, seat in seats.items()}
    after = {pk: seat.role for pk, seat in wanted.items()}
    _announce_change(interview, {pk for pk, _role in before.items() ^ after.items()}, at=at)
    reveal_if_complete(interview=interview, at=at)
    return interview


@transaction.atomic
def cancel_interview(*, interview: Interview, reason: str, by: Person | None, at: datetime) -> Interview:
    """Cancel before anything was submitted; what was submitted is evidence and stays."""
    interview = _lock(interview)
    if not reason.strip():
        raise Invalid(_("Write why it is cancelled."), errors={"reason": [_("Write why it is cancelled.")]})
    _check_may_know(interview, by=by, at=at)
    _check_nothing_submitted(interview, _("Scorecards are in already, so this interview was held."))
    return _end(interview, Interview.State.CANCELLED, reason, "hiring.interview_cancelled", by=by, at=at)


@transaction.atomic
def mark_no_show(*, interview: Interview, by: Person, at: datetime, reason: str = "") -> Interview:
    """The candidate did not come. A recruiter who knows of a scorecard is refused; one who owes theirs is not, because
    the refusal would tell: what the others submitted stays sealed for good, unless the interview is taken up again."""
    interview = _lock(interview)
    if interview.starts_at > at:
        raise Refused(_("This interview has not begun yet."))
    if policies.owes_scorecard(by, interview.application):
        required = interview.panellists.required().filter(person=by).exists()
        if not required or interview.is_revealed:
            raise Refused(_OWES)
    else:
        _check_nothing_submitted(interview, _("Scorecards are in already, so somebody came."))
    return _end(interview, Interview.State.NO_SHOW, reason, "hiring.interview_missed", by=by, at=at)


@transaction.atomic
def take_up_interview(*, interview: Interview, by: Person, at: datetime) -> Interview:
    """The candidate came after all: undo mark_no_show. What was submitted before counts again."""
    interview = _lock(interview)
    if interview.state != Interview.State.NO_SHOW:
        raise Refused(_("Nobody marked this candidate as not having come."))
    others = interview.application.interviews.live().filter(stage=interview.stage, revealed_at__isnull=True)
    if others.exists():
        raise Conflict(_("Another interview at this stage is scheduled by now. Cancel that one first."))
    held = _submitted(interview).exists()
    interview.state = Interview.State.HELD if held else Interview.State.SCHEDULED
    interview.state_reason = ""
    interview.save(update_fields=["state", "state_reason"])
    _record(interview, "hiring.interview_taken_up", by=by, at=at)
    _announce_change(interview, [], at=at)  # in calendars it has stood all the time
    reveal_if_complete(interview=interview, at=at)
    return interview


@transaction.atomic
def break_seal(*, interview: Interview, reason: str, by: Person, at: datetime) -> Interview:
    """Reveal before all required scorecards are in. The reason stays in view for good. Whoever still owes a scorecard
    goes on seeing nothing until theirs is in."""
    interview = _lock(interview)
    if not reason.strip():
        missing = _("Write why the seal is broken; the reason stays in view.")
        raise Invalid(missing, errors={"reason": [missing]})
    if policies.owes_scorecard(by, interview.application):
        raise Refused(_OWES)
    if not interview.is_live or interview.is_revealed:
        raise Refused(_("There is no seal to break."))
    if not _submitted(interview).filter(panellist__role__in=Panellist.REQUIRED).exists():
        raise Refused(_("No required scorecard is in yet, so there is nothing to reveal."))
    _reveal(interview, Interview.Reveal.BROKEN, by=by, reason=reason, at=at)
    return interview


def reveal_if_complete(*, interview: Interview, at: datetime) -> bool:
    """Reveal when every required scorecard is in. Call it with the interview locked, inside the same transaction."""
    if interview.is_revealed or not interview.is_live:
        return False
    submitted = list(interview.panellists.required().values_list("scorecard__submitted_at", flat=True))
    if not submitted or None in submitted:
        return False
    _reveal(interview, Interview.Reveal.COMPLETE, by=None, reason="", at=at)
    return True


def _reveal(interview: Interview, how: str, *, by: Person | None, reason: str, at: datetime) -> None:
    interview.revealed_at, interview.reveal = at, how
    interview.revealed_by, interview.reveal_reason = by, reason
    interview.state = Interview.State.HELD
    interview.save(update_fields=["revealed_at", "reveal", "revealed_by", "reveal_reason", "state"])
    refresh_stage_score(application=interview.application, stage=interview.stage, at=at)
    did = "hiring.seal_broken" if how == Interview.Reveal.BROKEN else "hiring.interview_revealed"
    _record(interview, did, by=by, at=at, reason=reason)
    signals.interview_revealed.send(sender=Interview, interview=interview, at=at)


def _end(interview: Interview, state: str, reason: str, did: str, *, by: Person | None, at: datetime) -> Interview:
    if not interview.is_live or interview.is_revealed:
        raise Refused(_("This interview is over or cancelled already."))
    interview.state, interview.state_reason = state, reason
    interview.sequence += 1
    interview.save(update_fields=["state", "state_reason", "sequence"])
    _record(interview, did, by=by, at=at, reason=reason)
    signals.interview_cancelled.send(sender=Interview, interview=interview, at=at)
    return interview


def _announce_change(interview: Interview, people: Iterable[int], *, at: datetime, candidate: bool = False) -> None:
    signals.interview_changed.send(
        sender=Interview, interview=interview, people=frozenset(people), candidate=candidate, at=at
    )


def _lock(interview: Interview) -> Interview:
    return (
        Interview.objects.select_for_update(of=("self",))
        .select_related("application__opening", "stage", "kit_version")
        .get(pk=interview.pk)
    )


def _submitted(interview: Interview) -> ScorecardQuerySet:
    return Scorecard.objects.submitted().filter(panellist__interview=interview)


def _check_nothing_submitted(interview: Interview, message: str) -> None:
    if _submitted(interview).exists():
        raise Refused(message)


_OWES = gettext_lazy("Your own scorecard on this candidate is not in yet. Submit it first, or ask another recruiter.")


def _check_may_know(interview: Interview, *, by: Person | None, at: datetime) -> None:
    if by is not None and interview.has_begun(at) and policies.owes_scorecard(by, interview.application):
        raise Refused(_OWES)


def _check_schedulable(application: Application, stage: Stage, *, by: Person, at: datetime) -> None:
    opening = application.opening
    if opening.state != Opening.State.OPEN:
        raise Refused(_("This opening is not open, so nothing can be scheduled."))
    if application.state not in Application.IN_PLAY:
        raise Refused(_("This application is decided. Reconsider it first."))
    if stage.opening_id != application.opening_id:
        raise Refused(_("This stage belongs to another opening."))
    at_this_stage = application.interviews.live().filter(stage=stage)
    begun = at_this_stage.filter(starts_at__lte=at + Interview.EARLY)
    if begun.exists() and policies.owes_scorecard(by, application):
        raise Refused(_OWES)
    if at_this_stage.filter(revealed_at__isnull=True).exists():
        raise Conflict(_("An interview at this stage is scheduled already. Move it, or cancel it first."))


def _check_panel(panel: Sequence[Seat]) -> None:
    people = [seat.person.pk for seat in panel]
    if len(set(people)) != len(people):
        raise Refused(_("Somebody is on the panel twice."))
    if sum(seat.role == Panellist.Role.LEAD for seat in panel) != 1:
        raise Refused(_("A panel needs exactly one lead."))
    left = [str(seat.person) for seat in panel if not seat.person.is_active]
    if left:
        raise Refused(_("%(names)s no longer work here.") % {"names": ", ".join(left)})


def _check_seats_kept(seats: dict[int, Panellist], wanted: dict[int, Seat]) -> None:
    written = {pk: seat for pk, seat in seats.items() if hasattr(seat, "scorecard")}
    for pk, seat in written.items():
        new_role = wanted[pk].role if pk in wanted else None
        if new_role is None:
            raise Refused(_("%(name)s has begun a scorecard and keeps the seat.") % {"name": seat.person})
        counted = seat.is_required
        if seat.scorecard.is_submitted and counted != (new_role in Panellist.REQUIRED):
            raise Refused(_("%(name)s has submitted, so it can't change whether that counts.") % {"name": seat.person})


def _record(
    interview: Interview,
    did: str,
    *,
    by: Person | None,
    at: datetime,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    team = interview.application.opening.team_id
    audit.record(by=by, did=did, thing=interview, team=team, reason=reason, changes=changes, at=at)
