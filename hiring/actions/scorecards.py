"""Scorecards: opened, saved as they are written, submitted once, and later views beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from foundation.errors import Conflict, Invalid, Refused
from hiring import signals
from hiring.actions.interviews import reveal_if_complete
from hiring.actions.scores import refresh_stage_score
from hiring.models import (
    Interview,
    KitCompetency,
    KitQuestion,
    LaterView,
    Panellist,
    QuestionRecord,
    Rating,
    Scorecard,
)
from hiring.models.scorecards import Recommendation
from people.actions import audit
from people.models import Person


@dataclass(frozen=True)
class RatingInput:
    """What a panellist says of one competency: a score, *no evidence*, or nothing yet."""

    score: int | None = None
    no_evidence: bool = False
    evidence: str = ""


@dataclass(frozen=True)
class QuestionInput:
    state: str = ""
    notes: str = ""


STORED = ("recommendation", "summary", "seconds_spent", "revision", "saved_at", "submitted_at")


@dataclass(frozen=True)
class ScorecardInput:
    """What to save. Ratings and questions by id of the kit's competency or question; those not named stay as they are,
    and so do `recommendation` and `summary` when None. `seconds` is added to the time spent."""

    ratings: Mapping[int, RatingInput] = field(default_factory=dict)
    questions: Mapping[int, QuestionInput] = field(default_factory=dict)
    recommendation: int | None = None
    summary: str | None = None
    seconds: int = 0


@transaction.atomic
def open_scorecard(*, interview: Interview, person: Person, at: datetime) -> Scorecard:
    """The panellist's scorecard of this interview, begun now if it was not. Nothing is begun before the interview
    opens, so that until then panels can change freely."""
    return _opened(interview, person, at)


def _opened(interview: Interview, person: Person, at: datetime) -> Scorecard:
    # Locked, so that nobody is taken off the panel while they begin.
    interview = Interview.objects.select_for_update().get(pk=interview.pk)
    seat = Panellist.objects.filter(interview=interview, person=person).select_related("scorecard").first()
    if seat is None:
        raise Refused(_("You are not on this panel."))
    seat.interview = interview  # as locked; else whoever asks the seat for it reads it again
    if not interview.is_live:
        raise Refused(_("This interview was not held, so there is nothing to score."), code="called_off")
    if hasattr(seat, "scorecard"):
        return seat.scorecard
    _check_begun(interview, at)
    scorecard = Scorecard.objects.create(panellist=seat, started_at=at, saved_at=at)
    audit.record(by=person, did="hiring.scorecard_begun", thing=scorecard, at=at)
    return scorecard


@transaction.atomic
def write_scorecard(
    *, interview: Interview, person: Person, revision: int, data: ScorecardInput, at: datetime
) -> Scorecard:
    """Begin the panellist's scorecard if they have none, and save it: both or neither, so that a refused first save
    keeps nobody in their seat."""
    return _saved(_opened(interview, person, at), revision, data, at)


@transaction.atomic
def save_scorecard(*, scorecard: Scorecard, revision: int, data: ScorecardInput, at: datetime) -> Scorecard:
    """Save a draft if nobody saved it since `revision`; raise Conflict otherwise and change nothing.

    The caller keeps what was typed and shows both. Raises Refused (code "sealed" or "called_off") once the scorecard is
    submitted, or when the interview is not to be held.
    """
    return _saved(scorecard, revision, data, at)


def _saved(scorecard: Scorecard, revision: int, data: ScorecardInput, at: datetime) -> Scorecard:
    given = {"recommendation": data.recommendation, "summary": data.summary}
    # A subquery on the seat, not a join: a joined UPDATE becomes "id IN (…)", and PostgreSQL does not look at the
    # revision again after waiting for a rival.
    moved = Scorecard.objects.filter(
        pk=scorecard.pk, revision=revision, submitted_at__isnull=True, panellist__in=Panellist.objects.live()
    ).update(
        revision=F("revision") + 1,
        saved_at=at,
        seconds_spent=F("seconds_spent") + max(0, min(data.seconds, 3600)),
        **{name: value for name, value in given.items() if value is not None},
    )
    scorecard.refresh_from_db(fields=STORED)  # all of it, but for the seat, which would be read again as well
    if not moved:
        _say_why_not_saved(scorecard)
    _save_ratings(scorecard, data)
    _save_questions(scorecard, data)
    return scorecard


def _say_why_not_saved(scorecard: Scorecard) -> NoReturn:
    if scorecard.is_submitted:
        raise Refused(_("This scorecard is submitted. You can add a later view beside it."), code="sealed")
    if not scorecard.panellist.interview.is_live:
        raise Refused(_("This interview was called off, so its scorecard can't change any more."), code="called_off")
    raise Conflict(_("This scorecard was saved in another tab or on another device since. Load that version first."))


def _check_begun(interview: Interview, at: datetime) -> None:
    if not interview.has_begun(at):
        raise Refused(
            _("This interview has not begun yet. Scorecards open %(minutes)d minutes before it does.")
            % {"minutes": Interview.EARLY.total_seconds() // 60}
        )


@transaction.atomic
def submit_scorecard(*, scorecard: Scorecard, revision: int, by: Person, at: datetime) -> Scorecard:
    """Seal the scorecard for good. Needs evidence for every rating, every competency rated or *no evidence*, and a
    recommendation; raises Invalid naming each that is missing. The last required one reveals the interview."""
    interview = (
        Interview.objects.select_for_update(of=("self",))
        .select_related("application__opening", "stage")
        .get(panellists__scorecard=scorecard)
    )
    scorecard.refresh_from_db()
    if scorecard.is_submitted:
        raise Refused(_("This scorecard is submitted already."), code="sealed")
    if not interview.is_live:
        raise Refused(_("This interview was called off, so there is nothing to submit."), code="called_off")
    _check_begun(interview, at)
    _check_complete(scorecard, interview)
    moved = Scorecard.objects.filter(pk=scorecard.pk, revision=revision, submitted_at__isnull=True).update(
        submitted_at=at, revision=F("revision") + 1
    )
    if not moved:
        raise Conflict(
            _("This scorecard was changed in another tab or on another device since. Look at it again first.")
        )
    scorecard.submitted_at, scorecard.revision = at, revision + 1
    if interview.state == Interview.State.SCHEDULED:
        interview.state = Interview.State.HELD
        interview.save(update_fields=["state"])
    audit.record(
        by=by, did="hiring.scorecard_submitted", thing=scorecard, team=interview.application.opening.team_id, at=at
    )
    signals.scorecard_submitted.send(sender=Scorecard, scorecard=scorecard, at=at)
    if not reveal_if_complete(interview=interview, at=at) and interview.is_revealed:
        refresh_stage_score(application=interview.application, stage=interview.stage, at=at)
    return scorecard


@transaction.atomic
def add_later_view(
    *,
    scorecard: Scorecard,
    cause: str,
    by: Person,
    at: datetime,
    competency: KitCompetency | None = None,
    score: int | None = None,
    no_evidence: bool = False,
    recommendation: int | None = None,
) -> LaterView:
    """Add what the panellist thinks after reveal, beside the sealed rating; scores by the rule do not change."""
    interview = scorecard.panellist.interview
    if not scorecard.is_submitted or not interview.is_revealed:
        raise Refused(_("Later views are added after reveal."))
    if competency is not None and competency.version_id != interview.kit_version_id:
        raise Refused(_("This competency is not part of the interview."))
    _check_later_view(competency, score, no_evidence, recommendation, cause)
    view = LaterView.objects.create(
        scorecard=scorecard,
        competency=competency,
        score=None if competency is None or no_evidence else score,
        no_evidence=competency is not None and no_evidence,
        recommendation=recommendation if competency is None else None,
        cause=cause,
        by=by,
        at=at,
    )
    team = interview.application.opening.team_id
    audit.record(by=by, did="hiring.later_view_added", thing=scorecard, team=team, changes={"view": view.pk}, at=at)
    return view


def _check_later_view(
    competency: KitCompetency | None, score: int | None, no_evidence: bool, recommendation: int | None, cause: str
) -> None:
    errors: dict[str, list[str]] = {}
    if not cause.strip():
        errors["cause"] = [_("Write the cause.")]
    if competency is None and recommendation not in Recommendation.values:
        errors["recommendation"] = [_("Choose a recommendation.")]
    if competency is not None and not no_evidence and score not in range(1, 6):
        errors["score"] = [_("Choose a score, or no evidence.")]
    if errors:
        raise Invalid(_("Say what you think now, and what changed your mind."), errors=errors)


@transaction.atomic
def note_reading(*, scorecard: Scorecard, by: Person, at: datetime) -> None:
    """Write into the audit trail that somebody read a colleague's scorecard. One's own is nobody's business."""
    if scorecard.panellist.person_id == by.pk:
        return
    team = scorecard.panellist.interview.application.opening.team_id
    audit.record(by=by, did="hiring.scorecard_read", thing=scorecard, outcome=audit.Outcome.READ, team=team, at=at)


def missing_from(scorecard: Scorecard, competencies: Iterable[KitCompetency]) -> dict[str, list[str]]:
    """What still keeps the scorecard from being submitted, by field: `rating-<competency id>`, `evidence-<…>`,
    `recommendation`. Empty when it can be. `competencies` are those of the interview's kit version."""
    missing: dict[str, list[str]] = {}
    ratings = {rating.competency_id: rating for rating in scorecard.ratings.all()}
    for competency in competencies:
        rating = ratings.get(competency.pk)
        if rating is None or (rating.score is None and not rating.no_evidence):
            missing[f"rating-{competency.pk}"] = [
                _("Rate %(competency)s, or choose no evidence.") % {"competency": competency.name}
            ]
        elif rating.score is not None and not rating.evidence.strip():
            missing[f"evidence-{competency.pk}"] = [
                _("Write what you heard that shows %(competency)s.") % {"competency": competency.name}
            ]
    if scorecard.recommendation is None:
        missing["recommendation"] = [_("Choose a recommendation.")]
    return missing


def _check_complete(scorecard: Scorecard, interview: Interview) -> None:
    competencies = KitCompetency.objects.filter(version=interview.kit_version_id).order_by("position")
    missing = missing_from(scorecard, competencies)
    if missing:
        raise Invalid(_("This scorecard is not complete yet."), errors=missing)


def _save_ratings(scorecard: Scorecard, data: ScorecardInput) -> None:
    version = scorecard.panellist.interview.kit_version_id
    known = set(KitCompetency.objects.filter(version=version, pk__in=data.ratings).values_list("pk", flat=True))
    if set(data.ratings) - known:
        raise Refused(_("One of the competencies is not part of this interview."))
    Rating.objects.bulk_create(
        [
            Rating(
                scorecard=scorecard,
                competency_id=competency,
                score=None if given.no_evidence else given.score,
                no_evidence=given.no_evidence,
                evidence=given.evidence,
            )
            for competency, given in data.ratings.items()
        ],
        update_conflicts=True,
        unique_fields=["scorecard", "competency"],
        update_fields=["score", "no_evidence", "evidence"],
    )


def _save_questions(scorecard: Scorecard, data: ScorecardInput) -> None:
    version = scorecard.panellist.interview.kit_version_id
    known = set(KitQuestion.objects.filter(version=version, pk__in=data.questions).values_list("pk", flat=True))
    if set(data.questions) - known:
        raise Refused(_("One of the questions is not part of this interview."))
    QuestionRecord.objects.bulk_create(
        [
            QuestionRecord(scorecard=scorecard, question_id=question, state=given.state, notes=given.notes)
            for question, given in data.questions.items()
        ],
        update_conflicts=True,
        unique_fields=["scorecard", "question"],
        update_fields=["state", "notes"],
    )
