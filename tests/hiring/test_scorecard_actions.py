"""Scorecards from first word to reveal, by the actions alone."""

from datetime import timedelta

import pytest

from foundation.errors import Conflict, Invalid, Refused
from hiring.actions import interviews, openings, scorecards
from hiring.actions.scorecards import RatingInput, ScorecardInput
from hiring.models import Panellist, Rating, Scorecard, StageScore
from people.models import AuditEntry
from tests.cast import (
    NOW,
    fill_scorecard,
    interview_stage,
    make_application,
    make_opening,
    make_person,
    make_recruiter,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter():
    return make_recruiter()


@pytest.fixture
def panel():
    return make_person("Lea Lead"), make_person("Max Member"), make_person("Sam Shadow")


@pytest.fixture
def interview(recruiter, panel):
    opening = make_opening()
    rule = openings.suggested_rule(opening.stages.order_by("position"))
    openings.set_rule(opening=opening, rule=rule, by=recruiter, at=NOW - timedelta(days=9))
    lead, member, shadow = panel
    return interviews.schedule_interview(
        application=make_application(opening),
        stage=interview_stage(opening),
        starts_at=NOW - timedelta(hours=1),
        panel=[
            interviews.Seat(lead, Panellist.Role.LEAD),
            interviews.Seat(member),
            interviews.Seat(shadow, Panellist.Role.SHADOW),
        ],
        by=recruiter,
        at=NOW - timedelta(days=2),
    )


def write(interview, person, score=4, *, recommendation=3):
    scorecard = scorecards.open_scorecard(interview=interview, person=person, at=NOW)
    ratings = {
        competency.pk: RatingInput(score=score, evidence="They said so.")
        for competency in interview.kit_version.competencies.all()
    }
    return scorecards.save_scorecard(
        scorecard=scorecard,
        revision=scorecard.revision,
        data=ScorecardInput(ratings=ratings, recommendation=recommendation),
        at=NOW,
    )


def submit(scorecard, person, at=NOW):
    return scorecards.submit_scorecard(scorecard=scorecard, revision=scorecard.revision, by=person, at=at)


def test_last_required_scorecard_reveals_and_scores_without_the_shadow(interview, panel):
    lead, member, shadow = panel
    submit(write(interview, shadow, 1), shadow)
    submit(write(interview, lead, 5), lead)
    interview.refresh_from_db()
    assert (interview.state, interview.revealed_at) == ("held", None)
    assert not StageScore.objects.exists()
    submit(write(interview, member, 4), member)
    interview.refresh_from_db()
    assert (interview.reveal, interview.revealed_at) == ("complete", NOW)
    score = StageScore.objects.get()
    assert (float(score.score), score.raters) == (4.5, 2)


def test_interview_fixes_the_rule(interview):
    assert openings.current_rule(interview.application.opening).fixed_at is not None


def test_second_tab_is_noticed_and_nothing_changes(interview, panel):
    saved = write(interview, panel[0], 4)
    first = interview.kit_version.competencies.order_by("position").first()
    with pytest.raises(Conflict):
        scorecards.save_scorecard(
            scorecard=saved,
            revision=saved.revision - 1,
            data=ScorecardInput(ratings={first.pk: RatingInput(score=1, evidence="Stale.")}),
            at=NOW,
        )
    assert Rating.objects.get(scorecard=saved, competency=first).score == 4


def test_submitting_names_everything_that_is_missing(interview, panel):
    scorecard = scorecards.open_scorecard(interview=interview, person=panel[0], at=NOW)
    one, two = interview.kit_version.competencies.order_by("position")
    scorecards.save_scorecard(
        scorecard=scorecard, revision=0, data=ScorecardInput(ratings={one.pk: RatingInput(score=2)}), at=NOW
    )
    with pytest.raises(Invalid) as refusal:
        submit(scorecard, panel[0])
    assert set(refusal.value.errors) == {f"evidence-{one.pk}", f"rating-{two.pk}", "recommendation"}
    assert not Scorecard.objects.get().is_submitted


def test_no_evidence_needs_no_words_and_no_score(interview, panel):
    lead, member, _ = panel
    scorecard = scorecards.open_scorecard(interview=interview, person=lead, at=NOW)
    ratings = {c.pk: RatingInput(no_evidence=True) for c in interview.kit_version.competencies.all()}
    scorecards.save_scorecard(
        scorecard=scorecard, revision=0, data=ScorecardInput(ratings=ratings, recommendation=2), at=NOW
    )
    submit(scorecard, lead)
    submit(write(interview, member, 3), member)
    assert float(StageScore.objects.get().score) == 3.0


def test_submitted_scorecard_is_never_changed(interview, panel):
    sealed = submit(write(interview, panel[0]), panel[0])
    with pytest.raises(Refused):
        scorecards.save_scorecard(
            scorecard=sealed, revision=sealed.revision, data=ScorecardInput(summary="No."), at=NOW
        )
    with pytest.raises(Refused):
        submit(sealed, panel[0])


def test_interview_that_has_not_begun_takes_no_submission(interview, panel):
    written = write(interview, panel[0])
    with pytest.raises(Refused, match="not begun"):
        submit(written, panel[0], at=interview.starts_at - timedelta(hours=1))


def test_breaking_the_seal_needs_a_reason_and_something_to_reveal(interview, panel, recruiter):
    with pytest.raises(Refused, match="No required scorecard is in"):
        interviews.break_seal(interview=interview, reason="In a hurry.", by=recruiter, at=NOW)
    submit(write(interview, panel[0]), panel[0])
    with pytest.raises(Refused, match="Write why"):
        interviews.break_seal(interview=interview, reason=" ", by=recruiter, at=NOW)
    interviews.break_seal(interview=interview, reason="Max is ill.", by=recruiter, at=NOW)
    interview.refresh_from_db()
    assert (interview.reveal, interview.reveal_reason, interview.revealed_by) == ("broken", "Max is ill.", recruiter)
    assert AuditEntry.objects.filter(did="hiring.seal_broken", reason="Max is ill.").exists()


def test_late_scorecard_after_a_broken_seal_still_counts(interview, panel, recruiter):
    lead, member, _ = panel
    submit(write(interview, lead, 5), lead)
    interviews.break_seal(interview=interview, reason="Offer expires today.", by=recruiter, at=NOW)
    submit(write(interview, member, 3), member)
    assert float(StageScore.objects.get().score) == 4.0


def test_taking_off_the_last_missing_panellist_reveals(interview, panel, recruiter):
    lead, _, shadow = panel
    submit(write(interview, lead), lead)
    interviews.set_panel(
        interview=interview,
        panel=[interviews.Seat(lead, "lead"), interviews.Seat(shadow, "shadow")],
        by=recruiter,
        at=NOW,
    )
    interview.refresh_from_db()
    assert interview.reveal == "complete"


def test_nobody_leaves_a_panel_to_peek(interview, panel, recruiter):
    lead, member, _shadow = panel
    submit(write(interview, lead), lead)
    with pytest.raises(Refused, match="own scorecard"):
        interviews.set_panel(interview=interview, panel=[interviews.Seat(lead, "lead")], by=member, at=NOW)
    with pytest.raises(Refused, match="keeps the seat"):
        interviews.set_panel(interview=interview, panel=[interviews.Seat(member, "lead")], by=recruiter, at=NOW)
    with pytest.raises(Refused, match="change whether that counts"):
        interviews.set_panel(
            interview=interview,
            panel=[interviews.Seat(member, "lead"), interviews.Seat(lead, "shadow")],
            by=recruiter,
            at=NOW,
        )


def test_later_view_stands_beside_the_sealed_rating(interview, panel):
    lead, member, _ = panel
    sealed = submit(write(interview, lead, 5), lead)
    competency = interview.kit_version.competencies.first()
    with pytest.raises(Refused, match="after reveal"):
        scorecards.add_later_view(
            scorecard=sealed, competency=competency, score=2, cause="Heard more.", by=lead, at=NOW
        )
    submit(write(interview, member, 5), member)
    sealed = Scorecard.objects.get(pk=sealed.pk)
    view = scorecards.add_later_view(
        scorecard=sealed, competency=competency, score=2, cause="Heard more.", by=lead, at=NOW
    )
    assert (view.score, sealed.ratings.get(competency=competency).score) == (2, 5)
    assert float(StageScore.objects.get().score) == 5.0


def test_cancelled_interview_keeps_what_was_submitted(interview, panel, recruiter):
    submit(write(interview, panel[0]), panel[0])
    with pytest.raises(Refused, match="was held"):
        interviews.cancel_interview(interview=interview, reason="Oops.", by=recruiter, at=NOW)


def test_stored_score_equals_its_recomputation_after_a_new_rule(interview, panel, recruiter):
    from hiring import rule as rules

    lead, member, _ = panel
    one, two = interview.kit_version.competencies.order_by("position")
    for person in (lead, member):
        card = scorecards.open_scorecard(interview=interview, person=person, at=NOW)
        scorecards.save_scorecard(
            scorecard=card,
            revision=0,
            data=ScorecardInput(
                ratings={one.pk: RatingInput(score=5, evidence="x"), two.pk: RatingInput(score=2, evidence="y")},
                recommendation=3,
            ),
            at=NOW,
        )
        submit(card, person)
    assert float(StageScore.objects.get().score) == 3.0  # weights 1 and 2
    opening = interview.application.opening
    stage = str(interview.stage_id)
    new = rules.Rule((rules.StageRule(stage, (rules.Term(one.key, 1), rules.Term(two.key, 1))),))
    with pytest.raises(Invalid, match="Say why"):
        openings.set_rule(opening=opening, rule=new, by=recruiter, at=NOW)
    stored = openings.set_rule(opening=opening, rule=new, by=recruiter, at=NOW, reason="Both matter alike.")
    assert stored.number == 2
    score = StageScore.objects.get()
    assert (float(score.score), score.rule) == (3.5, stored)


def test_panellist_of_another_interview_cannot_open_a_scorecard(interview):
    with pytest.raises(Refused, match="not on this panel"):
        scorecards.open_scorecard(interview=interview, person=make_person("Stranger"), at=NOW)


def test_helper_of_the_cast_makes_a_complete_scorecard(interview, panel):
    assert fill_scorecard(interview, panel[0]).is_submitted
