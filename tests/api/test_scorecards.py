"""One's own scorecard from the first word to the seal, and later views."""

import pytest

from hiring.actions import scorecards as actions
from hiring.models import Interview, Rating, Scorecard
from people.models import AuditEntry
from tests.api.caller import Caller, assert_problem, faults
from tests.api.scene import Scene, break_seal, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return set_scene()


@pytest.fixture
def owes(scene) -> Caller:
    return Caller(scene.people["owes"])


@pytest.fixture
def own(scene) -> str:
    return f"/hiring/interviews/{scene.sealed.pk}/scorecard/"


def rated(scene: Scene, **given):
    return [
        {"competency": each.pk, "score": 4, "evidence": "Asked twice.", **given}
        for each in scene.version.competencies.order_by("position")
    ]


def test_a_blank_scorecard_holds_all_that_the_kit_asks(owes, own):
    told = owes.get(own)
    blank = told.json()
    assert told["ETag"] == '"0"'
    assert (blank["id"], blank["revision"], blank["started_at"], blank["recommendation"]) == (None, 0, None, None)
    assert [(each["competency"]["key"], each["score"], each["evidence"]) for each in blank["ratings"]] == [
        ("empathy", None, ""),
        ("ownership", None, ""),
    ]
    assert blank["ratings"][0]["competency"]["anchors"] == [f"empathy at {score}" for score in range(1, 6)]
    assert [each["state"] for each in blank["questions"]] == ["", ""]
    assert not Scorecard.objects.filter(panellist__person=owes.person, submitted_at=None).exists()


def test_saving_keeps_what_was_not_named(scene, owes, own):
    first, second = rated(scene)
    question = owes.get(own).json()["questions"][0]["question"]["id"]
    body = {
        "ratings": [first],
        "questions": [{"question": question, "state": "asked", "notes": "Long answer."}],
        "summary": "In short.",
        "seconds": 30,
    }
    saved = owes.patch(own, body, If_Match='"0"')
    assert saved["ETag"] == '"1"'
    saved = owes.patch(own, {"ratings": [{**second, "score": None, "no_evidence": True}]}, If_Match='"1"').json()
    assert [(each["score"], each["no_evidence"]) for each in saved["ratings"]] == [(4, False), (None, True)]
    assert (saved["summary"], saved["seconds_spent"], saved["revision"]) == ("In short.", 30, 2)
    assert saved["questions"][0]["notes"] == "Long answer."
    assert owes.get(own).json() == saved
    assert owes.get(own, If_None_Match='"2"').status_code == 304


@pytest.mark.parametrize(
    ("tag", "status", "code"), [("", 428, "version_missing"), ('"7"', 412, "stale"), ("0", 412, "stale")]
)
def test_saving_names_the_version_that_was_read(owes, own, tag, status, code):
    headers = {"If_Match": tag} if tag else {}
    assert_problem(owes.patch(own, {"summary": "x"}, **headers), status, code)
    assert owes.get(own)["ETag"] == '"0"'


def test_a_second_tab_does_not_write_over_the_first(owes, own):
    owes.patch(own, {"summary": "First tab."}, If_Match='"0"')
    assert_problem(owes.patch(own, {"summary": "Second tab."}, If_Match='"0"'), 412, "stale")
    assert owes.get(own).json()["summary"] == "First tab."


def test_a_race_that_is_lost_after_the_check_is_stale_too(owes, own, monkeypatch):
    owes.patch(own, {"summary": "First."}, If_Match='"0"')
    opened = actions._opened

    def slowly(*given):
        scorecard = opened(*given)
        Scorecard.objects.filter(pk=scorecard.pk).update(revision=9)
        return scorecard

    monkeypatch.setattr(actions, "_opened", slowly)
    assert_problem(owes.patch(own, {"summary": "Second."}, If_Match='"1"'), 412, "stale")
    assert Scorecard.objects.get(panellist__person=owes.person, submitted_at=None).summary == "First."


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"ratings": [{"competency": "x"}]}, ("/ratings/0/competency", "type")),
        ({"ratings": [{"score": 3}]}, ("/ratings/0/competency", "required")),
        ({"ratings": [{"competency": 1, "score": 0}]}, ("/ratings/0/score", "min_value")),
        ({"ratings": [{"competency": 1, "score": 6}]}, ("/ratings/0/score", "max_value")),
        ({"ratings": [{"competency": 1, "score": "4"}]}, ("/ratings/0/score", "type")),
        ({"ratings": [{"competency": 1, "score": 2.5}]}, ("/ratings/0/score", "type")),
        ({"ratings": [{"competency": 1, "score": 4, "no_evidence": True}]}, ("/ratings/0/no_evidence", "both")),
        ({"ratings": [{"competency": 1}, {"competency": 1}]}, ("/ratings/1/competency", "twice")),
        ({"ratings": [{"competency": 1, "mean": 3}]}, ("/ratings/0/mean", "unknown_field")),
        ({"questions": [{"question": 1, "state": "maybe"}]}, ("/questions/0/state", "invalid_choice")),
        ({"recommendation": 5}, ("/recommendation", "invalid_choice")),
        ({"recommendation": "3"}, ("/recommendation", "type")),
        ({"recommendation": None}, ("/recommendation", "null")),
        ({"revision": 0}, ("/revision", "unknown_field")),
        ({"submitted_at": "2026-01-01T00:00:00Z"}, ("/submitted_at", "unknown_field")),
        ({"seconds": -1}, ("/seconds", "min_value")),
        ({"summary": "x" * 20_001}, ("/summary", "max_length")),
    ],
)
def test_a_scorecard_is_refused_at_the_place_that_is_wrong(owes, own, body, fault):
    assert faults(owes.patch(own, body, If_Match='"0"')) == {fault}
    assert owes.get(own)["ETag"] == '"0"'


def test_a_competency_of_another_kit_is_refused_and_nothing_is_kept(scene, owes, own):
    good = rated(scene)[0]
    answer = owes.patch(own, {"ratings": [good, {"competency": 10**6, "score": 3}], "summary": "x"}, If_Match='"0"')
    assert_problem(answer, 409, "refused")
    assert owes.get(own).json()["summary"] == ""
    assert not Rating.objects.filter(scorecard__panellist__person=owes.person, scorecard__submitted_at=None).exists()


def test_submitting_tells_what_is_missing_by_its_place(scene, owes, own):
    assert_problem(owes.post(f"{own}submit/", If_Match="*"), 404)
    first, second = rated(scene)
    owes.patch(own, {"ratings": [{**first, "evidence": ""}]}, If_Match='"0"')
    assert_problem(owes.post(f"{own}submit/"), 428, "version_missing")
    assert_problem(owes.post(f"{own}submit/", If_Match='"0"'), 412, "stale")
    answer = owes.post(f"{own}submit/", If_Match='"1"')
    assert {pointer for pointer, _code in faults(answer)} == {
        "/ratings/0/evidence",
        "/ratings/1/score",
        "/recommendation",
    }
    owes.patch(own, {"ratings": [first, second], "recommendation": 1}, If_Match='"1"')
    sealed = owes.post(f"{own}submit/", If_Match='"2"')
    assert (sealed.status_code, sealed["ETag"]) == (200, '"3"')
    scene.sealed.refresh_from_db()
    assert scene.sealed.is_revealed


def test_what_is_sealed_is_never_changed(scene, own):
    wrote = Caller(scene.people["wrote"])
    before = wrote.get(own)
    assert_problem(wrote.patch(own, {"summary": "Better."}, If_Match=before["ETag"]), 409, "sealed")
    assert_problem(wrote.post(f"{own}submit/", If_Match=before["ETag"]), 409, "sealed")
    assert wrote.get(own).json() == before.json()


def test_nothing_is_begun_before_the_interview_opens(scene, owes):
    path = f"/hiring/interviews/{scene.planned.pk}/scorecard/"
    assert owes.get(path).status_code == 200
    assert_problem(owes.patch(path, {"summary": "x"}, If_Match='"0"'), 409)
    Interview.objects.filter(pk=scene.planned.pk).update(state="cancelled")
    assert_problem(owes.patch(path, {"summary": "x"}, If_Match='"0"'), 409)


def test_nobody_fills_in_a_scorecard_for_somebody_else(scene, own):
    for role in ("recruiter", "hiring manager"):
        caller = Caller(scene.people[role])
        assert_problem(caller.get(own), 403)
        assert_problem(caller.patch(own, {"summary": "x"}, If_Match="*"), 403)
        assert_problem(caller.post(f"{own}submit/", If_Match="*"), 403)
    for role in ("stranger", "recruiter elsewhere"):
        assert_problem(Caller(scene.people[role]).patch(own, {"summary": "x"}, If_Match="*"), 404)


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_scorecard_is_read_whole_after_reveal(scene):
    reader = Caller(scene.people["hiring manager"])
    told = reader.get(f"/hiring/scorecards/{scene.cards['revealed wrote'].pk}/").json()
    assert (told["panellist"]["name"], told["role"], told["recommendation"]) == ("Wrote", "lead", 3)
    assert [(each["score"], each["evidence"]) for each in told["ratings"]] == [(5, "REVEALED-EVIDENCE")] * 2
    assert told["summary"] == "REVEALED-EVIDENCE-SUMMARY"


def test_lists_of_scorecards_are_filtered(scene):
    wrote = Caller(scene.people["wrote"])
    ids = {name: card.pk for name, card in scene.cards.items()}
    rows = {row["id"] for row in wrote.rows("/hiring/scorecards/")}
    assert rows == set(ids.values())
    own = {row["id"] for row in wrote.rows("/hiring/scorecards/?is_own=true")}
    assert own == rows - {ids["revealed owes"]}
    assert [row["id"] for row in wrote.rows("/hiring/scorecards/?is_own=false")] == [ids["revealed owes"]]
    opening = {row["id"] for row in wrote.rows(f"/hiring/scorecards/?opening={scene.blind.pk}")}
    assert opening == {ids["masked wrote"]}
    oldest = [row["id"] for row in wrote.rows("/hiring/scorecards/?ordering=oldest")]
    assert oldest == sorted(rows)


# --- later views ------------------------------------------------------------------------------------------------------


def test_a_later_view_stands_beside_the_first_with_its_cause(scene):
    wrote, card = Caller(scene.people["wrote"]), scene.cards["revealed wrote"]
    path = f"/hiring/scorecards/{card.pk}/"
    competency = scene.version.competencies.order_by("position")[0].pk
    body = {"competency": competency, "score": 2, "cause": "Heard the recording."}
    made = wrote.post(f"{path}later-views/", body)
    assert (made.status_code, made.json()["score"]) == (201, 2)
    wrote.post(f"{path}later-views/", {"recommendation": 1, "cause": "So no."})
    told = Caller(scene.people["hiring manager"]).get(path).json()
    assert [each["score"] for each in told["ratings"]] == [5, 5]
    assert (told["recommendation"], len(told["later_views"])) == (3, 2)
    assert [(each["competency"], each["score"], each["recommendation"]) for each in told["later_views"]] == [
        (competency, 2, None),
        (None, None, 1),
    ]
    assert AuditEntry.objects.filter(did="hiring.later_view_added", channel="api").count() == 2


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/cause"}),
        ({"cause": "x"}, {"/recommendation"}),
        ({"cause": "x", "competency": 10**6, "score": 3}, {"/competency"}),
        ({"cause": "x", "competency": "first"}, {"/score"}),
        ({"cause": "x", "competency": "first", "score": 9}, {"/score"}),
    ],
)
def test_a_later_view_is_refused_at_the_field_that_is_wrong(scene, body, pointers):
    if body.get("competency") == "first":
        body = {**body, "competency": scene.version.competencies.order_by("position")[0].pk}
    wrote, card = Caller(scene.people["wrote"]), scene.cards["revealed wrote"]
    found = {pointer for pointer, _code in faults(wrote.post(f"/hiring/scorecards/{card.pk}/later-views/", body))}
    assert found == pointers
    assert not card.later_views.exists()


def test_later_views_are_ones_own_and_come_after_reveal(scene):
    body = {"recommendation": 1, "cause": "x"}
    revealed, sealed = scene.cards["revealed wrote"], scene.cards["sealed wrote"]
    for role in ("recruiter", "hiring manager", "owes"):
        assert_problem(Caller(scene.people[role]).post(f"/hiring/scorecards/{revealed.pk}/later-views/", body), 403)
    wrote = Caller(scene.people["wrote"])
    assert_problem(wrote.post(f"/hiring/scorecards/{sealed.pk}/later-views/", body), 403)
    break_seal(scene, scene.sealed)
    assert wrote.post(f"/hiring/scorecards/{sealed.pk}/later-views/", body).status_code == 201
