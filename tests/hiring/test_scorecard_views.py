"""The scorecard as pages: filled in with and without JavaScript, looked over, sealed, read, and viewed again later."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from hiring.actions import interviews, scorecards
from hiring.models import Interview, LaterView, QuestionRecord, Rating, Scorecard
from people.models import AuditEntry
from tests.cast import NOW, fill_scorecard, make_application, make_interview, make_opening, make_person, make_recruiter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(settings):
    settings.SECOND_FACTOR = "nobody"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def panel():
    return make_person("Lea Lead"), make_person("Max Member")


@pytest.fixture
def interview(panel):
    return make_interview(make_application(make_opening(), name="Cara Candidate"), panel)


def address(name, *args):
    return reverse(f"hiring:{name}", args=args)


def get(client, person, name, *args, status=200, **query):
    client.force_login(person)
    response = client.get(address(name, *args), query)
    assert response.status_code == status
    return response


def post(client, person, name, *args, status=302, data=None):
    client.force_login(person)
    response = client.post(address(name, *args), data or {})
    assert response.status_code == status, response.content.decode()
    return response


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def competencies(interview):
    return list(interview.kit_version.competencies.order_by("position"))


def filled(interview, person, *, revision=0, score="4", evidence="She went out to the guest.", **changes):
    """Every field of the form, as a browser sends it."""
    data = {"revision": revision, "person": person.pk, "seconds": 30, "recommendation": "3", "summary": "Good."}
    for competency in competencies(interview):
        data |= {f"rating-{competency.pk}": score, f"evidence-{competency.pk}": evidence}
    for question in interview.kit_version.questions.all():
        data |= {f"state-{question.pk}": "asked", f"notes-{question.pk}": "Told it in order."}
    return data | changes


def own(interview, person):
    return Scorecard.objects.get(panellist__interview=interview, panellist__person=person)


# --- without JavaScript ---------------------------------------------------------------------------------------------


def test_looking_at_the_form_begins_nothing(client, interview, panel):
    page = get(client, panel[0], "scorecard-fill", interview.pk)
    for words in ("Tell me about a time you showed empathy.", "What came of it?", "empathy at 4", "No evidence"):
        assert words in text(page)
    assert not Scorecard.objects.exists()


def test_saving_keeps_everything(client, interview, panel):
    answer = post(client, panel[0], "scorecard-fill", interview.pk, data=filled(interview, panel[0], do="save", at="2"))
    assert answer["Location"].endswith("/scorecard/?at=2")
    scorecard = own(interview, panel[0])
    assert (scorecard.recommendation, scorecard.summary, scorecard.seconds_spent) == (3, "Good.", 30)
    assert set(scorecard.ratings.values_list("score", "evidence")) == {(4, "She went out to the guest.")}
    assert set(scorecard.question_records.values_list("state", "notes")) == {("asked", "Told it in order.")}
    again = get(client, panel[0], "scorecard-fill", interview.pk)
    assert again.context["form"]["revision"].value() == 1
    assert again.content.decode().count("She went out to the guest.") == 2
    assert again.content.decode().count('value="4" checked') == 2


@pytest.mark.parametrize(
    ("button", "leads"),
    [
        ({"do": "next", "at": "1"}, "/scorecard/?at=2"),
        ({"do": "previous", "at": "1"}, "/scorecard/?at=1"),
        ({"do": "next", "at": "3"}, "/scorecard/?at=3"),
        ({"go": "3", "at": "1"}, "/scorecard/?at=3"),
        ({"go": "x", "at": "2"}, "/scorecard/?at=1"),
        ({"do": "all", "at": "2"}, "/scorecard/?at=2&view=all"),
        ({"do": "review"}, "/scorecard/review/"),
    ],
)
def test_every_button_saves_first(client, interview, panel, button, leads):
    answer = post(client, panel[0], "scorecard-fill", interview.pk, data=filled(interview, panel[0], **button))
    assert answer["Location"].endswith(leads)
    assert own(interview, panel[0]).summary == "Good."


def test_one_at_a_time_hides_the_others_and_the_choice_is_remembered(client, interview, panel):
    page = get(client, panel[0], "scorecard-fill", interview.pk, at=2).content.decode()
    hidden = re.findall(r'<section class="sc-part" id="part-(\d)"[^>]* hidden>', page)
    assert hidden == ["1", "3"]
    get(client, panel[0], "scorecard-fill", interview.pk, view="all")
    page = client.get(address("scorecard-fill", interview.pk)).content.decode()
    assert not re.search(r'<section class="sc-part"[^>]* hidden>', page)


def test_no_evidence_is_no_score(client, interview, panel):
    post(client, panel[0], "scorecard-fill", interview.pk, data=filled(interview, panel[0], score="0", evidence=""))
    assert set(Rating.objects.values_list("score", "no_evidence")) == {(None, True)}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("summary", "x" * 20_001, "at most 20000 characters"),
        ("summary", "a\u202eb", "turns text around"),
        ("rating", "6", "Select a valid choice"),
        ("recommendation", "9", "Select a valid choice"),
        ("revision", "", "required"),
        ("revision", "99999999999", "less than or equal"),
        ("seconds", "-4", "greater than or equal"),
    ],
)
def test_what_cannot_be_stored_is_told_and_the_rest_stays(client, interview, panel, field, value, said):
    name = f"rating-{competencies(interview)[0].pk}" if field == "rating" else field
    data = filled(interview, panel[0], **{name: value})
    page = post(client, panel[0], "scorecard-fill", interview.pk, status=422, data=data)
    assert said in text(page)
    assert "She went out to the guest." in page.content.decode()
    assert not Rating.objects.exists()


def test_partial_form_leaves_the_rest_alone(client, interview, panel):
    post(client, panel[0], "scorecard-fill", interview.pk, data=filled(interview, panel[0]))
    one, two = competencies(interview)
    data = {"revision": 1, "person": panel[0].pk, f"evidence-{one.pk}": "Only this.", f"rating-{one.pk}": "2"}
    post(client, panel[0], "scorecard-fill", interview.pk, data=data)
    scorecard = own(interview, panel[0])
    assert scorecard.ratings.get(competency=one).score == 2
    assert scorecard.ratings.get(competency=two).score == 4
    assert (scorecard.recommendation, scorecard.summary) == (3, "Good.")
    assert QuestionRecord.objects.filter(state="asked").count() == 2


def test_second_tab_shows_both_versions_and_saving_again_means_it(client, interview, panel):
    post(client, panel[0], "scorecard-fill", interview.pk, data=filled(interview, panel[0], summary="From the tablet."))
    late = filled(interview, panel[0], summary="From the laptop.")
    page = post(client, panel[0], "scorecard-fill", interview.pk, status=409, data=late)
    assert "saved in another tab or on another device" in text(page)
    assert "Summary From the tablet." in text(page)
    assert "From the laptop." in page.content.decode()
    assert own(interview, panel[0]).summary == "From the tablet."
    again = late | {"revision": page.context["form"]["revision"].value()}
    post(client, panel[0], "scorecard-fill", interview.pk, data=again)
    assert own(interview, panel[0]).summary == "From the laptop."


def test_sending_the_same_twice_is_no_conflict(client, interview, panel):
    data = filled(interview, panel[0])
    post(client, panel[0], "scorecard-fill", interview.pk, data=data)
    post(client, panel[0], "scorecard-fill", interview.pk, data=data)
    assert own(interview, panel[0]).revision == 1


# --- with JavaScript ------------------------------------------------------------------------------------------------


def test_autosave_answers_with_the_revision_and_the_time(client, interview, panel):
    panel[0].time_zone = "Europe/Berlin"
    panel[0].save(update_fields=["time_zone"])
    answer = post(client, panel[0], "scorecard-save", interview.pk, status=200, data=filled(interview, panel[0])).json()
    assert (answer["revision"], answer["saved"], answer["sealed"], answer["missing"]) == (1, "11:00:00", "", 0)
    state = get(client, panel[0], "scorecard-save", interview.pk).json()
    assert state["fields"]["summary"] == "Good."
    assert state["token"]
    assert {name: value for name, value in state.items() if name != "token"} == answer


def test_autosave_conflict_brings_the_other_version(client, interview, panel):
    post(client, panel[0], "scorecard-save", interview.pk, status=200, data=filled(interview, panel[0]))
    late = filled(interview, panel[0], summary="Mine.")
    answer = post(client, panel[0], "scorecard-save", interview.pk, status=409, data=late).json()
    assert (answer["code"], answer["revision"], answer["fields"]["summary"]) == ("conflict", 1, "Good.")
    assert answer["differences"] == [{"name": "summary", "label": "Summary", "typed": "Mine.", "stored": "Good."}]


def test_autosave_says_what_cannot_be_stored(client, interview, panel):
    data = filled(interview, panel[0], summary="x" * 20_001)
    answer = post(client, panel[0], "scorecard-save", interview.pk, status=422, data=data).json()
    assert set(answer["errors"]) == {"summary"}
    assert "20000" in answer["detail"]


def test_what_one_person_typed_is_not_stored_as_anothers(client, interview, panel):
    data = filled(interview, panel[0])
    answer = post(client, panel[1], "scorecard-save", interview.pk, status=409, data=data).json()
    assert answer["code"] == "other_person"
    assert not Scorecard.objects.exists()


def test_autosave_tells_a_stale_tab_that_it_is_sealed(client, interview, panel):
    scorecard = fill_scorecard(interview, panel[0])
    answer = post(client, panel[0], "scorecard-save", interview.pk, status=409, data=filled(interview, panel[0])).json()
    assert (answer["code"], answer["sealed"]) == ("sealed", scorecard.get_absolute_url())
    assert own(interview, panel[0]).summary == "In short: good."


def test_autosave_stops_when_the_interview_is_called_off(client, interview, panel):
    post(client, panel[0], "scorecard-save", interview.pk, status=200, data=filled(interview, panel[0]))
    interviews.cancel_interview(interview=interview, reason="Ill.", by=make_recruiter(), at=NOW)
    data = filled(interview, panel[0], revision=1, summary="More.")
    answer = post(client, panel[0], "scorecard-save", interview.pk, status=409, data=data).json()
    assert answer["code"] == "called_off"


def test_autosave_needs_a_token(interview, panel):
    client = Client(enforce_csrf_checks=True)
    client.force_login(panel[0])
    assert client.post(address("scorecard-save", interview.pk), filled(interview, panel[0])).status_code == 403
    assert not Scorecard.objects.exists()


# --- whose it is, and when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["scorecard-fill", "scorecard-save", "scorecard-review"])
def test_only_the_panel_has_a_scorecard(client, interview, name):
    get(client, make_person("Stranger"), name, interview.pk, status=404)
    get(client, make_recruiter(), name, interview.pk, status=403)


def test_before_it_opens_one_is_led_to_prepare(client, panel):
    early = make_interview(make_application(make_opening()), panel, starts_at=NOW + timedelta(hours=1))
    assert get(client, panel[0], "scorecard-fill", early.pk, status=302)["Location"] == early.get_absolute_url()
    answer = post(client, panel[0], "scorecard-save", early.pk, status=409, data=filled(early, panel[0])).json()
    assert "has not begun" in answer["detail"]


def test_sealed_scorecard_leads_to_where_it_is_read(client, interview, panel):
    scorecard = fill_scorecard(interview, panel[0])
    for name in ("scorecard-fill", "scorecard-review"):
        assert get(client, panel[0], name, interview.pk, status=302)["Location"] == scorecard.get_absolute_url()
    page = client.get(scorecard.get_absolute_url())
    assert "Your scorecard is sealed, so it can&#x27;t be changed any more." in text(page)


def test_called_off_interview_shows_what_was_noted(client, interview, panel):
    draft = fill_scorecard(interview, panel[0], submitted=False)
    Interview.objects.filter(pk=interview.pk).update(state="cancelled")
    assert get(client, panel[0], "scorecard-fill", interview.pk, status=302)["Location"] == draft.get_absolute_url()
    assert "Said what they did and why." in text(get(client, panel[0], "scorecard-detail", draft.pk))


def test_my_work_asks_for_each_scorecard_once_whoever_else_has_written(client, interview, panel):
    client.force_login(panel[1])
    for person in (None, panel[0]):
        if person:
            fill_scorecard(interview, person)
        assert client.get("/").content.decode().count("Your scorecard of Cara Candidate") == 1


# --- the review, and the seal ---------------------------------------------------------------------------------------


def test_review_names_what_is_missing_and_leads_to_each(client, interview, panel):
    one, two = competencies(interview)
    data = filled(interview, panel[0], recommendation="", **{f"evidence-{one.pk}": "", f"rating-{two.pk}": ""})
    post(client, panel[0], "scorecard-fill", interview.pk, data=data)
    page = get(client, panel[0], "scorecard-review", interview.pk)
    fill = address("scorecard-fill", interview.pk)
    html = page.content.decode()
    assert f'href="{fill}?at=1#id_evidence-{one.pk}"' in html
    assert f'href="{fill}?at=2#rating-{two.pk}"' in html
    assert f'href="{fill}?at=3#recommendation"' in html
    form = get(client, panel[0], "scorecard-fill", interview.pk).content.decode()
    for field in (f"id_evidence-{one.pk}", f"rating-{two.pk}", "recommendation"):
        assert f'id="{field}"' in form
    assert "Submit scorecard" not in text(page)
    page = post(client, panel[0], "scorecard-submit", interview.pk, status=422, data={"revision": 1})
    assert "Write what you heard that shows Empathy." in text(page)
    assert not own(interview, panel[0]).is_submitted


def test_review_shows_everything_and_submitting_seals(client, interview, panel):
    post(client, panel[0], "scorecard-fill", interview.pk, data=filled(interview, panel[0]))
    page = text(get(client, panel[0], "scorecard-review", interview.pk))
    for words in ("Yes", "Good.", "Empathy 4", "She went out to the guest.", "Asked", "Told it in order."):
        assert words in page
    answer = post(client, panel[0], "scorecard-submit", interview.pk, data={"revision": 1})
    scorecard = own(interview, panel[0])
    assert scorecard.submitted_at == NOW
    assert answer["Location"] == scorecard.get_absolute_url()
    assert "Sealed" in text(client.get(answer["Location"]))


def test_second_click_and_back_button_are_harmless(client, interview, panel):
    post(client, panel[0], "scorecard-fill", interview.pk, data=filled(interview, panel[0]))
    post(client, panel[0], "scorecard-submit", interview.pk, data={"revision": 1})
    scorecard = own(interview, panel[0])
    answer = post(client, panel[0], "scorecard-submit", interview.pk, data={"revision": 1})
    assert answer["Location"] == scorecard.get_absolute_url()
    late = filled(interview, panel[0], revision=2, summary="Changed my mind.")
    assert post(client, panel[0], "scorecard-fill", interview.pk, data=late)["Location"] == scorecard.get_absolute_url()
    assert own(interview, panel[0]).summary == "Good."
    assert AuditEntry.objects.filter(did="hiring.scorecard_submitted").count() == 1


def test_submitting_what_was_not_looked_over_is_refused(client, interview, panel):
    post(client, panel[0], "scorecard-fill", interview.pk, data=filled(interview, panel[0]))
    get(client, panel[0], "scorecard-review", interview.pk)
    post(
        client, panel[0], "scorecard-fill", interview.pk, data=filled(interview, panel[0], revision=1, summary="Other.")
    )
    answer = post(client, panel[0], "scorecard-submit", interview.pk, data={"revision": 1})
    assert answer["Location"].endswith("/review/")
    assert "Look at it again first" in text(client.get(answer["Location"]))
    assert not own(interview, panel[0]).is_submitted


# --- reading --------------------------------------------------------------------------------------------------------


@pytest.fixture
def revealed(interview, panel):
    for person, score in zip(panel, (4, 2), strict=True):
        scorecard = scorecards.open_scorecard(interview=interview, person=person, at=NOW)
        ratings = {
            each.pk: scorecards.RatingInput(score, evidence=f"Heard by {person}.") for each in competencies(interview)
        }
        data = scorecards.ScorecardInput(ratings=ratings, recommendation=score - 1, summary=f"{person} says.")
        scorecards.save_scorecard(scorecard=scorecard, revision=0, data=data, at=NOW)
        scorecards.submit_scorecard(scorecard=scorecard, revision=1, by=person, at=NOW)
    return Interview.objects.get(pk=interview.pk)


def test_others_scorecard_is_read_after_reveal_and_that_is_written_down(client, revealed, panel):
    theirs = own(revealed, panel[1])
    page = get(client, panel[0], "scorecard-detail", theirs.pk)
    assert "Max Member’s scorecard of Cara Candidate Revealed" in text(page)
    assert "Heard by Max Member." in text(page)
    assert "Add a later view" not in text(page)
    get(client, panel[0], "scorecard-detail", theirs.pk)
    entries = AuditEntry.objects.filter(did="hiring.scorecard_read", object_id=theirs.pk, outcome="read")
    assert [entry.actor for entry in entries] == [panel[0], panel[0]]


def test_reading_ones_own_is_nobodys_business(client, revealed, panel):
    get(client, panel[0], "scorecard-detail", own(revealed, panel[0]).pk)
    assert not AuditEntry.objects.filter(did="hiring.scorecard_read").exists()


def test_sealed_scorecard_is_unknown_to_everybody_else(client, interview, panel):
    scorecard = fill_scorecard(interview, panel[0])
    for reader in (panel[1], make_recruiter(), interview.application.opening.hiring_manager, make_person("Stranger")):
        get(client, reader, "scorecard-detail", scorecard.pk, status=404)
        get(client, reader, "later-view-add", scorecard.pk, status=404)
    assert not AuditEntry.objects.filter(did="hiring.scorecard_read").exists()


def test_text_is_shown_as_text(client, interview, panel):
    scorecard = fill_scorecard(interview, panel[0], evidence="<script>alert(1)</script>")
    assert "<script>alert" not in get(client, panel[0], "scorecard-detail", scorecard.pk).content.decode()


# --- later views ----------------------------------------------------------------------------------------------------


def test_later_view_stands_beside_the_first_with_its_cause(client, revealed, panel):
    mine, one = own(revealed, panel[0]), competencies(revealed)[0]
    where = f"{address('later-view-add', mine.pk)}?of={one.pk}"
    client.force_login(panel[0])
    assert "Your first view 4" in text(client.get(where))
    assert client.post(where, {"score": "3", "cause": "Max heard the rest of it."}).status_code == 302
    page = text(get(client, panel[0], "scorecard-detail", mine.pk))
    assert "First: 4 — later: 3, because Max heard the rest of it." in page
    assert mine.ratings.get(competency=one).score == 4


def test_later_view_may_be_no_evidence_or_another_recommendation(client, revealed, panel):
    mine, one = own(revealed, panel[0]), competencies(revealed)[0]
    client.force_login(panel[0])
    client.post(f"{address('later-view-add', mine.pk)}?of={one.pk}", {"score": "0", "cause": "It was hearsay."})
    client.post(address("later-view-add", mine.pk), {"recommendation": "1", "cause": "The debrief."})
    page = text(get(client, panel[0], "scorecard-detail", mine.pk))
    assert "First: 4 — later: no evidence, because It was hearsay." in page
    assert "First: Yes — later: Strong no, because The debrief." in page


@pytest.mark.parametrize(
    "data", [{"score": "3", "cause": " "}, {"score": "", "cause": "x"}, {"score": "7", "cause": "x"}]
)
def test_later_view_needs_a_view_and_a_cause(client, revealed, panel, data):
    mine, one = own(revealed, panel[0]), competencies(revealed)[0]
    client.force_login(panel[0])
    assert client.post(f"{address('later-view-add', mine.pk)}?of={one.pk}", data).status_code == 422
    assert not LaterView.objects.exists()


def test_later_view_is_of_this_interview_and_of_ones_own(client, revealed, panel, interview):
    theirs, mine = own(revealed, panel[1]), own(revealed, panel[0])
    post(client, panel[0], "later-view-add", theirs.pk, status=403, data={"recommendation": "1", "cause": "x"})
    foreign = competencies(make_interview(make_application(make_opening()), panel))[0]
    for number in (foreign.pk, "x", "999999999999999999999"):
        assert client.get(f"{address('later-view-add', mine.pk)}?of={number}").status_code == 404


def test_later_view_waits_for_the_reveal(client, interview, panel):
    scorecard = fill_scorecard(interview, panel[0])
    get(client, panel[0], "later-view-add", scorecard.pk, status=403)
