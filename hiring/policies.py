"""What a person may do in hiring. One-object twins of `visible_to`; sealing and blindness are decided here and in the
QuerySets beside the models, nowhere else."""

from datetime import datetime

from hiring.models import (
    Application,
    Candidate,
    Decision,
    Interview,
    KitVersion,
    Opening,
    Panellist,
    Scorecard,
)
from hiring.models.sealing import open_seats
from people.models import Person, Role

# --- rooms ----------------------------------------------------------------------------------------------------------


def recruits(person: Person) -> bool:
    """Recruiter, somewhere."""
    return person.is_active and person.holds(Role.RECRUITER)


def can_view_openings(person: Person) -> bool:
    return recruits(person) or (person.is_active and _decides_somewhere(person))


def _decides_somewhere(person: Person) -> bool:
    """Hiring manager of an opening. Asked once of a person that was read, as their grants are: three parts of a page
    want to know."""
    known: dict[str, bool] = person.__dict__
    if "decides_somewhere" not in known:
        known["decides_somewhere"] = person.openings_managed.exists()
    return known["decides_somewhere"]


can_view_candidates = can_view_openings


def can_view_library(person: Person) -> bool:
    """Recruiters build kits from it, hiring managers and trainers read it."""
    return can_view_openings(person) or (person.is_active and person.holds(Role.TRAINER))


can_edit_library = recruits
can_edit_kits = recruits
can_create_openings = recruits


def can_edit_kit_version(person: Person, version: KitVersion) -> bool:
    return recruits(person) and version.is_draft


# --- openings, candidates, applications -----------------------------------------------------------------------------


def can_recruit_for(person: Person, opening: Opening) -> bool:
    """Runs the opening: a recruiter whose scope covers its team, or who is named on it. Twin of `recruited_by`."""
    if not person.is_active:
        return False
    scope = person.scope_of(Role.RECRUITER)
    if scope.covers(opening.team_id):
        return True
    return not scope.nowhere and opening.recruiters.filter(pk=person.pk).exists()


def can_view_opening(person: Person, opening: Opening) -> bool:
    """Twin of Opening.objects.visible_to."""
    return person.is_active and (opening.hiring_manager_id == person.pk or can_recruit_for(person, opening))


def can_view_application(person: Person, application: Application) -> bool:
    """Twin of Application.objects.visible_to."""
    return can_view_opening(person, application.opening)


def live_seats(person: Person, application: Application) -> list[Panellist]:
    seats = Panellist.objects.filter(interview__application=application, person=person).live()
    return list(seats.select_related("interview", "scorecard"))


def owes_scorecard(person: Person, application: Application) -> bool:
    """Whether the person sits on a live panel of this application and has not submitted: then all judgement about the
    application is closed to them, whatever else they are."""
    if (known := open_seats(person)) is not None:
        return application.pk in known.owing
    seats = Panellist.objects.filter(interview__application=application, person=person).live().owing()
    return seats.exists()


def is_masked(person: Person, application: Application) -> bool:
    """Whether the candidate's identity is hidden from the person: blind opening, on a live panel, before reveal."""
    if not application.opening.blind:
        return False
    if (known := open_seats(person)) is not None:
        return application.pk in known.unrevealed
    seats = Panellist.objects.filter(interview__application=application, person=person).live()
    return seats.filter(interview__revealed_at__isnull=True).exists()


def can_view_identity(person: Person, application: Application) -> bool:
    """Name, contact, files, notes: the opening's people unless masked; a panel of an opening that is not blind, or
    after reveal, learns the name."""
    if is_masked(person, application):
        return False
    return can_view_application(person, application) or sits_on_panel(person, application)


def can_view_files(person: Person, application: Application) -> bool:
    """Files go to the opening's people unless masked, and to a panel whose kit shows the application."""
    if not person.is_active or is_masked(person, application):
        return False
    if can_view_application(person, application):
        return True
    seats = Panellist.objects.filter(interview__application=application, person=person).live()
    return seats.filter(interview__kit_version__application_hidden=False).exists()


def can_write_note(person: Person, application: Application) -> bool:
    """The opening's people, unless masked: whoever reads notes (ApplicationNote.objects.visible_to) may write one."""
    return can_view_application(person, application) and not is_masked(person, application)


def can_keep_files(person: Person, application: Application) -> bool:
    """Add files to an application and remove them: whoever runs the opening, unless masked."""
    return can_recruit_for(person, application.opening) and not is_masked(person, application)


def sits_on_panel(person: Person, application: Application) -> bool:
    return person.is_active and Panellist.objects.filter(interview__application=application, person=person).exists()


def can_view_candidate(person: Person, candidate: Candidate) -> bool:
    """Twin of Candidate.objects.visible_to: one visible application, and none that is masked."""
    applications = list(candidate.applications.select_related("opening__team"))
    if any(is_masked(person, application) for application in applications):
        return False
    return any(can_view_application(person, application) for application in applications)


def can_open_candidate_of(person: Person, application: Application) -> bool:
    """can_view_candidate of the candidate of an application that the person may see, loaded `with_mask`."""
    others = Application.objects.masked_for(person).filter(candidate=application.candidate_id)
    return not application.is_masked and not others.exists()


def can_edit_candidate(person: Person, candidate: Candidate) -> bool:
    """A recruiter of one of the candidate's openings."""
    return can_view_candidate(person, candidate) and any(
        can_recruit_for(person, application.opening) for application in candidate.applications.select_related("opening")
    )


def can_move_application(person: Person, application: Application) -> bool:
    return can_recruit_for(person, application.opening)


# --- interviews -----------------------------------------------------------------------------------------------------


def seat_of(person: Person, interview: Interview) -> Panellist | None:
    return interview.panellists.filter(person=person).select_related("scorecard").first()


def can_view_interview(person: Person, interview: Interview) -> bool:
    """Twin of Interview.objects.visible_to."""
    if not person.is_active:
        return False
    return can_view_opening(person, interview.application.opening) or seat_of(person, interview) is not None


def can_manage_interview(person: Person, interview: Interview) -> bool:
    """Schedule, move, cancel, change the panel."""
    return can_recruit_for(person, interview.application.opening)


def can_move_interview(person: Person, interview: Interview, at: datetime) -> bool:
    """Another time or place.

    Here and below, whoever owes a scorecard on the application is answered by the clock alone: what they may still do
    must not tell them what others have submitted.
    """
    if not can_manage_interview(person, interview):
        return False
    if owes_scorecard(person, interview.application):
        return interview.is_live and not interview.has_begun(at)
    return interview.state == Interview.State.SCHEDULED


can_cancel_interview = can_move_interview


def can_set_panel(person: Person, interview: Interview, at: datetime) -> bool:
    """Until reveal."""
    if not can_manage_interview(person, interview) or not interview.is_live:
        return False
    if owes_scorecard(person, interview.application):
        return not interview.has_begun(at)
    return not interview.is_revealed


def can_mark_no_show(person: Person, interview: Interview, at: datetime) -> bool:
    """From the beginning on; whoever owes a scorecard only if theirs is required in this interview."""
    if not can_manage_interview(person, interview) or interview.starts_at > at:
        return False
    if owes_scorecard(person, interview.application):
        seat = seat_of(person, interview)
        return interview.is_live and seat is not None and seat.is_required
    return interview.state == Interview.State.SCHEDULED


def can_take_up_interview(person: Person, interview: Interview) -> bool:
    """Undo a no-show."""
    return interview.state == Interview.State.NO_SHOW and can_manage_interview(person, interview)


def can_see_progress(person: Person, interview: Interview) -> bool:
    """Who has submitted: for the opening's people off the panel, and for a panellist whose own scorecard is in. Of an
    interview that was called off nobody is told: it may be taken up again."""
    if not interview.is_live:
        return False
    if not can_view_interview(person, interview) or owes_scorecard(person, interview.application):
        return False
    return can_view_opening(person, interview.application.opening) or seat_of(person, interview) is not None


def can_break_seal(person: Person, interview: Interview) -> bool:
    """A recruiter of the opening who owes no scorecard on the application; while live and not yet revealed."""
    if interview.is_revealed or not interview.is_live:
        return False
    return can_manage_interview(person, interview) and not owes_scorecard(person, interview.application)


# --- scorecards and judgement ---------------------------------------------------------------------------------------


def can_fill_scorecard(person: Person, interview: Interview) -> bool:
    """A panellist of a live interview whose own scorecard is not in."""
    seat = seat_of(person, interview)
    if seat is None or not person.is_active or not interview.is_live:
        return False
    scorecard = getattr(seat, "scorecard", None)
    return scorecard is None or not scorecard.is_submitted


def can_read_scorecard(person: Person, scorecard: Scorecard) -> bool:
    """Twin of Scorecard.objects.visible_to."""
    if not person.is_active:
        return False
    if scorecard.panellist.person_id == person.pk:
        return True
    interview = scorecard.panellist.interview
    return scorecard.is_submitted and can_view_judgement(person, interview)


def can_view_judgement(person: Person, interview: Interview) -> bool:
    """Ratings, evidence, recommendations, debrief of one interview: revealed, entitled, and owing nothing."""
    if not interview.is_revealed or owes_scorecard(person, interview.application):
        return False
    return can_view_interview(person, interview)


def can_add_later_view(person: Person, scorecard: Scorecard) -> bool:
    """Only the panellist whose scorecard it is, after reveal."""
    interview = scorecard.panellist.interview
    return scorecard.panellist.person_id == person.pk and scorecard.is_submitted and interview.is_revealed


def can_write_debrief(person: Person, interview: Interview) -> bool:
    return can_view_judgement(person, interview)


def can_compare(person: Person, opening: Opening) -> bool:
    """The comparison of an opening's stage; rows the person owes a scorecard on are left out by `visible_to`."""
    return can_view_opening(person, opening)


def can_decide(person: Person, application: Application) -> bool:
    """Recruiters of the opening and its hiring manager, once they owe no scorecard on the application."""
    return can_view_opening(person, application.opening) and not owes_scorecard(person, application)


def can_view_decision(person: Person, decision: Decision) -> bool:
    """Twin of Decision.objects.visible_to."""
    application = decision.application
    if not person.is_active or owes_scorecard(person, application):
        return False
    return can_view_application(person, application) or sits_on_panel(person, application)
