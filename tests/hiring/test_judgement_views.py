"""Comparing, debriefing and deciding, as pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from hiring.actions import interviews, openings, scorecards
from hiring.actions.scorecards import RatingInput, ScorecardInput
from hiring.models import Application, Decision
from hiring.reports import comparison as reports
from people.models import AuditEntry, Person
from tests.cast import NOW, interview_stage, make_application, make_opening, make_person, make_recruiter

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter():
    return make_recruiter()


@pytest.fixture
def panel():
    return make_person("Lea Lead"), make_person("Max Member")


@pytest.fixture
def opening(recruiter):
    opening = make_opening()
    rule = openings.suggested_rule(opening.stages.order_by("position"))
    openings.set_rule(opening=opening, rule=rule, by=recruiter, at=NOW - timedelta(days=9))
    return opening


def interviewed(opening, panel, recruiter, scores, *, evidence="Said so.", name="", submit=True):
    """An application whose panel scored every competency with the given score, one each."""
    application = make_application(opening, name)
    interview = interviews.schedule_interview(
        application=application,
        stage=interview_stage(opening),
        starts_at=NOW - timedelta(hours=1),
        panel=[interviews.Seat(panel[0], "lead"), *(interviews.Seat(person) for person in panel[1:])],
        by=recruiter,
        at=NOW - timedelta(days=1),
    )
    for person, score in zip(panel, scores, strict=True):
        if score is None:
            continue
        card = scorecards.open_scorecard(interview=interview, person=person, at=NOW)
        ratings = {
            competency.pk: RatingInput(score=score, evidence=evidence)
            for competency in interview.kit_version.competencies.all()
        }
        scorecards.save_scorecard(
            scorecard=card, revision=0, data=ScorecardInput(ratings=ratings, recommendation=3), at=NOW
        )
        card.refresh_from_db()
        if submit:
            scorecards.submit_scorecard(scorecard=card, revision=card.revision, by=person, at=NOW)
    interview.refresh_from_db()
    return interview


def get(client, person, name, *args, **kwargs):
    client.force_login(person)
    return client.get(reverse(f"hiring:{name}", args=args), **kwargs)


def compare(client, person, opening):
    return get(client, person, "stage-compare", interview_stage(opening).pk)


def test_comparison_orders_by_the_rule_and_says_who_cannot_be_told_apart(client, opening, panel, recruiter):
    interviewed(opening, panel, recruiter, (5, 5), name="Ada Ahead")
    interviewed(opening, panel, recruiter, (4, 5), name="Cleo Close")
    page = compare(client, recruiter, opening).content.decode()
    assert page.index("Ada Ahead") < page.index("Cleo Close")
    assert "2 candidates lead and cannot be told apart" in page
    assert "2 panellists" in page


def test_comparison_compares_all_and_shows_the_first(client, opening, panel, recruiter, monkeypatch):
    monkeypatch.setattr(reports, "SHOWN", 1)
    interviewed(opening, panel, recruiter, (5, 5), name="Ada Ahead")
    interviewed(opening, panel, recruiter, (4, 5), name="Cleo Close")
    page = compare(client, recruiter, opening).content.decode()
    assert "2 candidates lead and cannot be told apart" in page
    assert "1 more candidate is compared and stands below." in page
    assert "Ada Ahead" in page
    assert "Cleo Close" not in page
    everyone = client.get(reverse("hiring:stage-compare", args=[interview_stage(opening).pk]), {"all": "1"})
    assert "Cleo Close" in everyone.content.decode()
    assert "is compared and stands below" not in everyone.content.decode()


def test_sealed_interview_is_in_no_number(client, opening, panel, recruiter):
    interviewed(opening, panel, recruiter, (5, None), name="Sella Sealed")
    page = compare(client, recruiter, opening).content.decode()
    assert "Nothing to compare yet" in page
    assert "Not revealed yet" in page


def test_candidate_on_whom_one_owes_a_scorecard_is_left_out_of_every_number(client, opening, panel, recruiter):
    interviewed(opening, panel, recruiter, (5, 5), name="Ada Ahead")
    interview = interviewed(opening, (panel[0], recruiter), recruiter, (1, None), name="Owen Owed")
    before = compare(client, recruiter, opening)
    other = make_recruiter("Ria Recruiter")
    interviews.break_seal(interview=interview, reason="Rosa is away.", by=other, at=NOW)
    after = compare(client, recruiter, opening)
    assert after.content.split(b"<main")[1].split(b"</main")[0] == before.content.split(b"<main")[1].split(b"</main")[0]
    assert b"You owe a scorecard" in after.content
    page = compare(client, other, opening).content.decode()
    assert "Owen Owed" in page
    assert "You owe a scorecard" not in page


def test_comparison_is_unknown_to_strangers(client, opening, panel, recruiter):
    interviewed(opening, panel, recruiter, (5, 5))
    assert compare(client, make_person(), opening).status_code == 404
    assert compare(client, panel[0], opening).status_code == 404
    assert compare(client, opening.hiring_manager, opening).status_code == 200


def test_comparison_export_is_safe_and_audited(client, opening, panel, recruiter):
    interviewed(opening, panel, recruiter, (4, 4), name="=HYPERLINK(1)")
    response = get(client, recruiter, "stage-compare-csv", interview_stage(opening).pk)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert AuditEntry.objects.filter(did="hiring.comparison_exported", outcome="exported", actor=recruiter).exists()


def test_changed_rule_is_in_view_where_the_score_is(client, opening, panel, recruiter):
    from hiring import rule as rules

    interviewed(opening, panel, recruiter, (4, 4))
    stage = interview_stage(opening)
    new = rules.Rule((rules.StageRule(str(stage.pk), (rules.Term("empathy", 9), rules.Term("ownership", 1))),))
    openings.set_rule(opening=opening, rule=new, by=recruiter, at=NOW, reason="Empathy carries this job.")
    page = compare(client, recruiter, opening).content.decode()
    assert "The rule changed after it was fixed" in page
    assert "Empathy carries this job." in page


@pytest.mark.parametrize("count", [1, 3, 20])
def test_comparison_costs_the_same_however_many(
    client, opening, panel, recruiter, count, django_assert_max_num_queries
):
    for number in range(count):
        interviewed(opening, panel, recruiter, (3 + number % 3, 4))
    client.force_login(recruiter)
    url = reverse("hiring:stage-compare", args=[interview_stage(opening).pk])
    with django_assert_max_num_queries(14):
        assert client.get(url).status_code == 200


def test_debrief_opens_at_reveal_with_the_largest_disagreement_first(client, opening, panel, recruiter):
    sealed = interviewed(opening, panel, recruiter, (5, None), evidence="CANARY words")
    for person in (recruiter, panel[1]):
        response = get(client, person, "interview-debrief", sealed.pk)
        assert response.status_code == 403
        assert b"CANARY" not in response.content
    revealed = interviewed(opening, panel, recruiter, (5, 2), evidence="CANARY words")
    response = get(client, recruiter, "interview-debrief", revealed.pk)
    assert response.status_code == 200
    assert response.content.count(b"CANARY words") == 4
    assert AuditEntry.objects.filter(did="hiring.scorecards_read", outcome="read", actor=recruiter).count() == 1
    assert get(client, make_person(), "interview-debrief", revealed.pk).status_code == 404


def test_debrief_note_is_kept_and_shown(client, opening, panel, recruiter):
    revealed = interviewed(opening, panel, recruiter, (5, 2))
    client.force_login(panel[0])
    client.post(reverse("hiring:debrief-note-add", args=[revealed.pk]), {"text": "Ask the referee.", "competency": ""})
    assert b"Ask the referee." in get(client, recruiter, "interview-debrief", revealed.pk).content


def decide(client, person, application, **data):
    client.force_login(person)
    return client.post(reverse("hiring:application-decide", args=[application.pk]), data)


def test_manager_advances_with_reasons(client, opening, panel, recruiter):
    interview = interviewed(opening, panel, recruiter, (5, 5))
    response = decide(
        client, opening.hiring_manager, interview.application, outcome="advance", reason="Strong on recovery."
    )
    assert response.status_code == 302
    application = Application.objects.get(pk=interview.application_id)
    assert (application.stage.name, application.state) == ("Offer", "active")
    decision = Decision.objects.get()
    assert (decision.reason, decision.departure, float(decision.score)) == ("Strong on recovery.", "", 5.0)


def test_decision_without_reasons_keeps_the_form(client, opening, panel, recruiter):
    interview = interviewed(opening, panel, recruiter, (5, 5))
    response = decide(client, recruiter, interview.application, outcome="advance", reason=" ")
    assert response.status_code == 422
    assert not Decision.objects.exists()


def test_departure_from_the_rule_is_shown_first_and_marked(client, opening, panel, recruiter):
    interviewed(opening, panel, recruiter, (5, 5))
    behind = interviewed(opening, panel, recruiter, (1, 1)).application
    data = {"outcome": "advance", "reason": "Knows the site."}
    first = decide(client, recruiter, behind, **data)
    assert first.status_code == 422
    assert not Decision.objects.exists()
    departure = first.context["departure"]
    assert "clearly ahead" in departure
    assert "Knows the site." in first.content.decode()
    decide(client, recruiter, behind, **data, seen_departure=departure)
    assert Decision.objects.get().departure == departure


def test_sealed_interview_must_be_revealed_before_a_decision_on_it(client, opening, panel, recruiter):
    interview = interviewed(opening, panel, recruiter, (5, None))
    response = decide(client, recruiter, interview.application, outcome="reject", reason="Not for us.")
    assert response.status_code == 422
    assert b"still out" in response.content


def test_panellist_who_owes_decides_nothing(client, opening, panel, recruiter):
    interview = interviewed(opening, (panel[0], recruiter), recruiter, (5, None))
    assert decide(client, recruiter, interview.application, outcome="hold", reason="Wait.").status_code == 403
    assert not Decision.objects.exists()


def test_hiring_makes_an_invited_person_with_listed_fields_only(
    client, opening, panel, recruiter, mailoutbox, django_capture_on_commit_callbacks
):
    interview = interviewed(opening, panel, recruiter, (5, 5), name="Nora Newcomer")
    application = interview.application
    for outcome in ("offer", "hire"):
        with django_capture_on_commit_callbacks(execute=True):
            assert decide(client, recruiter, application, outcome=outcome, reason="Yes.").status_code == 302
    person = Person.objects.get(full_name="Nora Newcomer")
    assert (person.email, person.team, person.manager) == (
        application.candidate.email,
        opening.team,
        opening.hiring_manager,
    )
    assert not person.has_usable_password()
    assert [mail.to for mail in mailoutbox] == [[person.email]]
    application.candidate.refresh_from_db()
    assert application.candidate.hired_as == person


def test_rejecting_cancels_what_is_to_come(client, opening, panel, recruiter):
    application = make_application(opening)
    interview = interviews.schedule_interview(
        application=application,
        stage=interview_stage(opening),
        starts_at=NOW + timedelta(days=300),
        panel=[interviews.Seat(panel[0], "lead")],
        by=recruiter,
        at=NOW,
    )
    decide(client, recruiter, application, outcome="withdraw", reason="Took another job.")
    interview.refresh_from_db()
    assert interview.state == "cancelled"
