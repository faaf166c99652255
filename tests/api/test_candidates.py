"""Candidates, applications, notes, files, moves."""

import pytest

from hiring.models import Application, Candidate
from people.models import AuditEntry
from tests.api.caller import Caller, assert_problem, faults
from tests.api.scene import Scene, set_scene
from tests.cast import make_application, make_opening

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return set_scene()


@pytest.fixture
def recruiter(scene) -> Caller:
    return Caller(scene.people["recruiter"])


def test_the_same_human_applying_twice_is_one_candidate(scene, recruiter):
    body = {"full_name": "Ada Example", "email": "ada@mail.example", "phone": "0113 496 0000"}
    first = recruiter.post("/hiring/applications/", {**body, "opening": scene.opening.pk}).json()
    second = recruiter.post(
        "/hiring/applications/", {**body, "opening": scene.blind.pk, "full_name": "A. Example"}
    ).json()
    assert first["candidate"]["id"] == second["candidate"]["id"]
    assert second["label"] == "Ada Example"
    assert (first["number"], second["number"]) == (4, 2)
    told = recruiter.get(f"/hiring/candidates/{first['candidate']['id']}/").json()
    assert [each["id"] for each in told["applications"]] == [first["id"], second["id"]]
    assert_problem(recruiter.post("/hiring/applications/", {**body, "opening": scene.opening.pk}), 409, "conflict")


def test_an_application_starts_today_at_the_first_stage(scene, recruiter):
    made = recruiter.post(
        "/hiring/applications/",
        {"opening": scene.opening.pk, "full_name": "Ada", "phone": "1", "note": "Rang twice."},
    )
    told = made.json()
    assert (made.status_code, told["stage"]["name"], told["state"], told["source"]) == (
        201,
        "Applied",
        "active",
        "other",
    )
    assert told["applied_on"] == told["in_stage_since"][:10]
    notes = recruiter.rows(f"/hiring/applications/{told['id']}/notes/")
    assert [(note["text"], note["author"]["name"]) for note in notes] == [("Rang twice.", "Recruiter")]


def test_a_closed_opening_takes_no_application(scene, recruiter):
    recruiter.post(f"/hiring/openings/{scene.opening.pk}/close/", {})
    body = {"opening": scene.opening.pk, "full_name": "Ada", "phone": "1"}
    assert_problem(recruiter.post("/hiring/applications/", body), 409, "refused")


def test_whoever_only_decides_on_an_opening_adds_nobody(scene):
    body = {"opening": scene.opening.pk, "full_name": "Ada", "phone": "1"}
    before = Application.objects.count()
    assert_problem(Caller(scene.people["hiring manager"]).post("/hiring/applications/", body), 403)
    assert Application.objects.count() == before


def test_applications_are_filtered_and_ordered(scene, recruiter):
    def labels(query):
        return [row["label"] for row in recruiter.rows(f"/hiring/applications/?{query}")]

    everybody = ["MASKED-NAME", "REVEALED-NAME", "SEALED-NAME", "PLANNED-NAME"]
    assert labels("") == everybody
    assert labels("ordering=oldest") == everybody[::-1]
    assert labels("ordering=waiting") == everybody[::-1]
    assert labels(f"opening={scene.opening.pk}") == everybody[1:]
    assert labels(f"stage={scene.stage.pk}&q=sealed") == ["SEALED-NAME"]
    assert labels("state=on_hold") == ["REVEALED-NAME"]
    assert labels("in_play=false") == []
    assert labels("in_play=true") == everybody
    assert labels("source=agency") == everybody
    assert labels("source=referral") == []
    assert labels(f"candidate={scene.sealed.application.candidate_id}") == ["SEALED-NAME"]
    assert labels(f"opening={scene.draft.pk}") == []


def test_candidates_are_found_by_words_and_by_their_address(recruiter):
    assert [row["full_name"] for row in recruiter.rows("/hiring/candidates/?q=sealed")] == ["SEALED-NAME"]
    assert [row["full_name"] for row in recruiter.rows("/hiring/candidates/?email=SEALED-mail@mail.example")] == [
        "SEALED-NAME"
    ]
    assert recruiter.rows("/hiring/candidates/?email=sealed-mail") == []
    names = [row["full_name"] for row in recruiter.rows("/hiring/candidates/?ordering=newest")]
    assert names == ["MASKED-NAME", "REVEALED-NAME", "SEALED-NAME", "PLANNED-NAME"]


def test_a_candidate_shows_the_applications_that_one_may_know_of(scene):
    elsewhere = make_application(make_opening(), candidate=scene.sealed.application.candidate)
    path = f"/hiring/candidates/{scene.sealed.application.candidate_id}/"
    ids = [each["id"] for each in Caller(scene.people["hiring manager"]).get(path).json()["applications"]]
    assert ids == [scene.sealed.application_id]
    ids = [each["id"] for each in Caller(scene.people["recruiter"]).get(path).json()["applications"]]
    assert ids == [scene.sealed.application_id, elsewhere.pk]


def test_contact_is_corrected_and_the_trail_names_the_fields_only(scene, recruiter):
    here = f"/hiring/candidates/{scene.sealed.application.candidate_id}/"
    changed = recruiter.patch(here, {"full_name": "Zoë  New", "time_zone": "Europe/London", "phone": ""}).json()
    assert (changed["full_name"], changed["time_zone"], changed["phone"]) == ("Zoë New", "Europe/London", "")
    assert [row["full_name"] for row in recruiter.rows("/hiring/candidates/?q=zoe")] == ["Zoë New"]
    entry = AuditEntry.objects.get(did="hiring.candidate_edited")
    assert set(entry.changes["fields"]) == {"full_name", "time_zone", "phone"}
    assert "Zo" not in str(entry.changes)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"email": "", "phone": ""}, ("/email", "invalid")),
        ({"email": "masked-mail@mail.example"}, ("/email", "invalid")),
        ({"time_zone": "Mars"}, ("/time_zone", "zone")),
        ({"hired_as": 1}, ("/hired_as", "unknown_field")),
        ({"search_text": "x"}, ("/search_text", "unknown_field")),
    ],
)
def test_contact_is_refused_at_the_field_that_is_wrong(scene, recruiter, body, fault):
    candidate = scene.sealed.application.candidate
    assert faults(recruiter.patch(f"/hiring/candidates/{candidate.pk}/", body)) == {fault}
    assert Candidate.objects.get(pk=candidate.pk).email == candidate.email


def test_hiring_manager_does_not_correct_contact(scene):
    path = f"/hiring/candidates/{scene.sealed.application.candidate_id}/"
    assert_problem(Caller(scene.people["hiring manager"]).patch(path, {"phone": "1"}), 403)


def test_moving_forwards_out_of_an_interview_is_a_decision(scene, recruiter):
    applied, interview, offer = scene.opening.stages.order_by("position")
    path = f"/hiring/applications/{scene.planned.application_id}/move/"
    assert_problem(recruiter.post(path, {"stage": offer.pk}), 409, "refused")
    assert recruiter.post(path, {"stage": applied.pk}).json()["stage"]["name"] == "Applied"
    assert recruiter.post(path, {"stage": interview.pk}).json()["stage"]["name"] == "Interview"
    foreign = scene.blind.stages.order_by("position")[0]
    assert_problem(recruiter.post(path, {"stage": foreign.pk}), 409, "refused")
    assert faults(recruiter.post(path, {"stage": 10**6})) == {("/stage", "does_not_exist")}


def test_notes_are_for_the_opening_and_never_for_the_panel(scene, recruiter):
    path = f"/hiring/applications/{scene.sealed.application_id}/notes/"
    assert recruiter.post(path, {"text": "Two\nlines"}).json()["text"] == "Two\nlines"
    assert [note["text"] for note in recruiter.rows(path)] == ["Two\nlines", "SEALED-NOTE"]
    assert Caller(scene.people["hiring manager"]).post(path, {"text": "Mine"}).status_code == 201
    for role in ("wrote", "owes", "shadow", "stranger"):
        assert_problem(Caller(scene.people[role]).get(path), 404)
        assert_problem(Caller(scene.people[role]).post(path, {"text": "x"}), 404)


def test_files_are_told_without_their_content(scene, recruiter):
    (file,) = recruiter.rows(f"/hiring/applications/{scene.sealed.application_id}/files/")
    assert (file["name"], file["content_type"], file["size"]) == ("SEALED-FILE.pdf", "application/pdf", 9)
    assert "candidates/" not in str(file)
