"""A POST whose answer was lost is sent again under its key, and makes nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from hiring.models import Application, ApplicationNote
from people.actions import audit, repeats
from people.models import AuditEntry, RequestKey, Role
from tests.api.caller import Caller, assert_problem, operations
from tests.api.recognition_scene import set_awards, set_cases, set_recognition
from tests.api.scene import Scene, set_scene
from tests.api.training_scene import set_paths, set_training, set_work
from tests.cast import fresh, make_application, make_opening, make_person, make_recruiter, make_team, module_content
from training.module_files import dump_module

KEY = "7f3c6f9e-0d8e-4c55-9d2e-3a4d1c0b9a11"


@pytest.fixture
def scene(db) -> Scene:
    return set_scene()


@pytest.fixture
def recruiter(scene) -> Caller:
    return Caller(scene.people["recruiter"])


def note_path(scene: Scene) -> str:
    return f"/hiring/applications/{scene.sealed.application_id}/notes/"


def test_the_same_request_makes_one_thing_and_is_told_of_it_again(scene, recruiter):
    body = {"opening": scene.opening.pk, "full_name": "Ada", "email": "ada@mail.example"}
    before = AuditEntry.objects.count()
    first = recruiter.post("/hiring/applications/", body, Idempotency_Key=KEY)
    again = recruiter.post("/hiring/applications/", dict(reversed(body.items())), Idempotency_Key=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert Application.objects.filter(candidate__full_name="Ada").count() == 1
    assert AuditEntry.objects.count() == before + 1


def test_without_a_key_each_request_makes_its_own(scene, recruiter):
    for _time in range(2):
        recruiter.post(note_path(scene), {"text": "The same."})
    assert ApplicationNote.objects.filter(text="The same.").count() == 2
    assert not RequestKey.objects.exists()


def test_another_request_under_the_same_key_is_refused(scene, recruiter):
    recruiter.post(note_path(scene), {"text": "One."}, Idempotency_Key=KEY)
    other = f"/hiring/applications/{scene.planned.application_id}/notes/"
    for path, body in [(note_path(scene), {"text": "Two."}), (other, {"text": "One."})]:
        assert_problem(recruiter.post(path, body, Idempotency_Key=KEY), 422, "key_reused")
    assert ApplicationNote.objects.filter(text__in=["One.", "Two."]).count() == 1


def test_a_key_is_its_persons_own(scene, recruiter):
    other = Caller(scene.people["hiring manager"])
    mine = recruiter.post(note_path(scene), {"text": "One."}, Idempotency_Key=KEY).json()
    theirs = other.post(note_path(scene), {"text": "One."}, Idempotency_Key=KEY).json()
    assert mine["id"] != theirs["id"]


def test_a_key_holds_over_all_tokens_of_its_person(scene, recruiter):
    first = recruiter.post(note_path(scene), {"text": "One."}, Idempotency_Key=KEY).json()
    again = Caller(recruiter.person).post(note_path(scene), {"text": "One."}, Idempotency_Key=KEY).json()
    assert again == first


def test_a_key_is_kept_for_a_day(scene):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        Caller(scene.people["recruiter"]).post(note_path(scene), {"text": "One."}, Idempotency_Key=KEY)
    with time_machine.travel(now + repeats.KEPT - timedelta(seconds=1), tick=False):
        Caller(scene.people["recruiter"]).post(note_path(scene), {"text": "One."}, Idempotency_Key=KEY)
        assert ApplicationNote.objects.filter(text="One.").count() == 1
    with time_machine.travel(now + repeats.KEPT, tick=False):
        Caller(scene.people["recruiter"]).post(note_path(scene), {"text": "One."}, Idempotency_Key=KEY)
        assert ApplicationNote.objects.filter(text="One.").count() == 2
        assert RequestKey.objects.count() == 1


def test_what_was_refused_may_be_tried_again_under_its_key(scene, recruiter):
    body = {"opening": scene.opening.pk, "full_name": "Ada", "phone": "1"}
    recruiter.post(f"/hiring/openings/{scene.opening.pk}/close/", {})
    assert_problem(recruiter.post("/hiring/applications/", body, Idempotency_Key=KEY), 409, "refused")
    assert not RequestKey.objects.exists()
    recruiter.post(f"/hiring/openings/{scene.opening.pk}/open/")
    assert recruiter.post("/hiring/applications/", body, Idempotency_Key=KEY).status_code == 201


def test_a_repetition_is_checked_like_the_first_time(scene):
    """Whoever may no longer do it is told nothing of what they made."""
    person = scene.people["recruiter"]
    body = {"opening": scene.opening.pk, "full_name": "Ada", "phone": "1"}
    assert Caller(person).post("/hiring/applications/", body, Idempotency_Key=KEY).status_code == 201
    person.role_grants.filter(role=Role.RECRUITER).update(ends_at=timezone.now())
    answer = Caller(fresh(person)).post("/hiring/applications/", body, Idempotency_Key=KEY)
    assert answer.status_code == 400
    assert "Ada" not in answer.content.decode()
    read_only = Caller(scene.people["hiring manager"], scopes=("hiring:read",))
    assert_problem(read_only.post(note_path(scene), {"text": "x"}, Idempotency_Key=KEY), 403)


def test_a_repetition_tells_of_the_thing_as_it_stands(scene, recruiter):
    body = {"opening": scene.opening.pk, "full_name": "Ada", "phone": "1"}
    made = recruiter.post("/hiring/applications/", body, Idempotency_Key=KEY).json()
    recruiter.post(f"/hiring/applications/{made['id']}/move/", {"stage": scene.stage.pk})
    again = recruiter.post("/hiring/applications/", body, Idempotency_Key=KEY).json()
    assert (again["id"], again["stage"]["id"]) == (made["id"], scene.stage.pk)


def test_nothing_of_body_or_answer_is_kept(scene, recruiter):
    recruiter.post(note_path(scene), {"text": "CANARY"}, Idempotency_Key=KEY)
    row = RequestKey.objects.values().get()
    assert set(row) == {"id", "person_id", "key", "digest", "made_id", "at"}
    assert "CANARY" not in str(row)


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 101, "caf\u00e9", "a\tb"])
def test_a_key_that_is_none_is_refused(scene, recruiter, key):
    answer = recruiter.post(note_path(scene), {"text": "Not kept."}, Idempotency_Key=key)
    assert_problem(answer, 400, "parse_error")
    assert not ApplicationNote.objects.filter(text="Not kept.").exists()


def test_reading_and_changing_take_no_notice_of_a_key(recruiter):
    for _time in range(2):
        assert recruiter.get("/people/me/", Idempotency_Key=KEY).status_code == 200
        assert recruiter.patch("/people/me/", {"preferred_name": "R"}, Idempotency_Key=KEY).status_code == 200
    assert not RequestKey.objects.exists()


def test_a_failure_in_the_middle_leaves_neither_thing_nor_key(scene, recruiter, monkeypatch):
    def fails(**_given):
        raise ZeroDivisionError

    monkeypatch.setattr(audit, "record", fails)
    headers = {**recruiter.headers, "Idempotency-Key": KEY}
    answer = recruiter.client.post(
        f"/api/v1{note_path(scene)}", {"text": "Half."}, content_type="application/json", headers=headers
    )
    assert answer.status_code == 500
    assert not ApplicationNote.objects.filter(text="Half.").exists()
    assert not RequestKey.objects.exists()


def test_every_creation_says_that_it_takes_a_key():
    takes = {
        path
        for (method, path), each in operations().items()
        if any(parameter["name"] == "Idempotency-Key" for parameter in each.get("parameters", []))
    }
    makes = {path for (method, path), each in operations().items() if "201" in each["responses"]}
    assert takes == makes
    assert len(makes) == 28
    for path in makes:
        assert "422" in operations()["POST", path]["responses"]


def test_every_creation_makes_one_thing_under_one_key(scene):
    """Each of them twice; the second answer names the id of the first."""
    people = {name: Caller(scene.people[name]) for name in ("recruiter", "wrote")}
    training = set_training(scene.opening.team)
    people["trainer"] = Caller(training.trainer)
    recognition = set_recognition()
    people["steward"] = Caller(recognition.steward)
    awards, heard = set_awards(recognition.steward), set_cases(recognition).praise
    ahead = {"opens_on": 1, "closes_on": 3, "judge_by": 9, "announce_at": 12}
    days = {name: f"{timezone.now() + timedelta(days=number):%Y-%m-%d}" for name, number in ahead.items()}
    days["announce_at"] += "T09:00:00Z"
    award = {
        "name": "A", "purpose": "P", "owner": recognition.steward.pk,
        "criteria": [{"name": name, "anchors": list("12345")} for name in ("Care", "Effect")],
    }  # fmt: skip
    said = {
        "kind": "praise", "said": "Kind.", "said_on": "2026-01-02", "channel": "call", "source": "S", "reference": "1",
        "consent": True,
    }  # fmt: skip
    idea = {"title": "T", "obstacle": "Guests wait with their cases.", "instead": "A shelf behind the desk."}
    no = {"verdict": "declined", "reason": "The fire brigade wants it free."}
    scored = {
        "team": make_team().pk, "scored_on": "2026-01-02", "score": "4", "scale": "1-5", "source": "S",
        "reference": "1",
    }  # fmt: skip
    thanks = {"to": [training.learner.pk], "value": recognition.value.pk, "did": "Stayed until it was found."}
    module_for = {"module": training.free.pk, "people": [training.learner.pk], "note": "N"}
    work = set_work(training)
    path_for = {"path": set_paths(training)[1].path_id, "people": [training.learner.pk], "note": "N"}
    anchors = {f"level_{level}": "Seen." for level in (1, 2, 3, 4)}
    judged = {"person": work.learner.pk, "skill": work.skill.pk, "level": 2, "evidence": "At the desk."}
    day = f"{timezone.now() + timedelta(days=5):%Y-%m-%d}"
    planned = {
        "module": work.session.module_id, "part_key": "session", "starts_at": f"{day}T10:00:00Z", "seats": 3,
        "ends_at": f"{day}T11:00:00Z", "trainer": training.trainer.pk, "place": "Room 4",
    }  # fmt: skip
    recruiter = people["recruiter"]
    competency = recruiter.post(
        "/hiring/competencies/", {"name": "Calm", "group": "service", "definition": "D"}, Idempotency_Key="0"
    ).json()
    application = make_application(make_opening())
    stage = application.opening.stages.exclude(kit_version=None).get()
    revealed = scene.cards["revealed wrote"].pk
    panel = [{"person": make_person().pk, "role": "lead"}]
    rule = {"stages": [{"stage": stage.pk, "terms": [{"competency": "empathy", "weight": "1"}]}], "reason": "x"}
    for number, (who, path, body) in enumerate(
        [
            ("recruiter", "/hiring/competencies/", {"name": "Warm", "group": "service", "definition": "D"}),
            (
                "recruiter",
                f"/hiring/competencies/{competency['id']}/questions/",
                {"kind": "behavioural", "text": "When?"},
            ),
            (
                "recruiter",
                "/hiring/openings/",
                {"title": "T", "team": scene.opening.team_id, "hiring_manager": recruiter.person.pk},
            ),
            ("recruiter", f"/hiring/openings/{application.opening_id}/rules/", rule),
            ("recruiter", "/hiring/applications/", {"opening": scene.opening.pk, "full_name": "A", "phone": "1"}),
            ("recruiter", note_path(scene), {"text": "N"}),
            (
                "recruiter",
                "/hiring/interviews/",
                {
                    "application": application.pk,
                    "stage": stage.pk,
                    "starts_at": (timezone.now() + timedelta(days=1)).isoformat(),
                    "panel": panel,
                },
            ),
            ("wrote", f"/hiring/scorecards/{revealed}/later-views/", {"recommendation": 1, "cause": "C"}),
            ("recruiter", "/hiring/decisions/", {"application": application.pk, "outcome": "hold", "reason": "R"}),
            ("trainer", "/training/assignments/", module_for),
            ("trainer", "/training/path-assignments/", path_for),
            ("trainer", "/training/paths/", {"name": "P", "description": "D", "language": "English"}),
            ("trainer", "/training/modules/", {"text": dump_module(module_content("lesson"))}),
            ("trainer", "/training/rules/", {"module": training.free.pk, "name": "R", "why": "W"}),
            ("trainer", "/training/sessions/", planned),
            ("trainer", "/training/skills/", {"name": "Warmth", **anchors}),
            ("trainer", "/training/skill-sign-offs/", judged),
            ("steward", "/recognition/values/", {"name": "V", "description": "D", "examples": ["E"]}),
            ("steward", "/recognition/recognitions/", thanks),
            ("steward", f"/recognition/recognitions/{recognition.given.pk}/comments/", {"words": "Once."}),
            ("steward", "/recognition/customers/", said),
            ("steward", "/recognition/scores/", scored),
            ("steward", f"/recognition/customers/{heard.pk}/recognise/", {"value": recognition.value.pk}),
            ("steward", "/recognition/programmes/", award),
            ("steward", "/recognition/rounds/", {"programme": awards.open.programme_id, "name": "R", **days}),
            ("steward", "/recognition/nominations/", {"round": awards.open.pk, "nominee": training.learner.pk}),
            ("steward", "/recognition/ideas/", idea),
            ("steward", f"/recognition/ideas/{recognition.idea.pk}/answers/", no),
        ],
        start=1,
    ):
        answers = [people[who].post(path, body, Idempotency_Key=f"key-{number}") for _time in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201], (path, answers[0].content)
        first, second = (answer.json() for answer in answers)
        assert first == second, path
    assert RequestKey.objects.count() == 29


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_rivals_under_one_key_get_one_thing():
    application = make_application(make_opening())
    callers = [Caller(make_recruiter("Rosa"))]
    callers += [Caller(callers[0].person) for _time in range(3)]
    barrier = Barrier(len(callers))

    def send(caller):
        try:
            barrier.wait(timeout=10)
            path = f"/hiring/applications/{application.pk}/notes/"
            return caller.post(path, {"text": "Once."}, Idempotency_Key=KEY).json()["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(callers)) as pool:
        ids = set(pool.map(send, callers))
    assert len(ids) == 1
    assert ApplicationNote.objects.count() == 1
