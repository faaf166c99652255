"""Who gets in, and how far: tokens, scopes, sessions; and that what is hidden looks like what is not there."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from hiring.models import Application, Interview, Opening
from people.actions import leavers, tokens
from people.models import ApiToken, AuditEntry, Role
from tests.api.caller import Caller, assert_problem, make_token, operations, without_instance
from tests.api.scene import Scene, set_scene
from tests.api.training_scene import TrainingScene, set_paths, set_training, set_work
from tests.cast import fresh, grant, make_person, make_recruiter, make_team

pytestmark = pytest.mark.django_db

NOWHERE = 10**6
READ_ONE = sorted(path.removeprefix("/api/v1") for method, path in operations() if method == "GET" and "{}" in path)


@pytest.fixture
def scene() -> Scene:
    return set_scene()


@pytest.fixture
def training() -> TrainingScene:
    return set_training(make_team("Service/Desk"))


# --- tokens -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), sorted(operations()))
def test_nobody_gets_in_without_saying_who_they_are(method, path):
    answer = Caller(None).send(method, path.removeprefix("/api/v1").replace("{}", "1"))
    assert_problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer rpt_wrong",
        "Basic dXNlcjpwYXNz",
        "rpt_x",
        "Bearer rpt_\u00e9",
        f"Bearer rpt_{'x' * 9000}",
    ],
)
def test_a_wrong_token_is_refused_even_beside_a_session(header):
    caller = Caller(make_person(), session=True)
    assert caller.get("/people/me/").status_code == 200
    assert_problem(caller.get("/people/me/", Authorization=header), 401, "authentication_failed")


def test_token_in_the_address_or_the_body_is_none():
    token = make_token(make_person())
    stranger = Caller(None)
    assert_problem(stranger.get(f"/people/me/?token={token}"), 401)
    assert_problem(stranger.patch("/people/me/", {"token": token}), 401)


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        (("people:read",), {"GET /people/me/"}),
        (("people:write",), {"PATCH /people/me/"}),
        (("hiring:read",), {"GET /hiring/openings/"}),
        (("hiring:write",), {"POST /hiring/applications/"}),
        (("training:read",), {"GET /training/modules/"}),
        (("training:write",), {"POST /training/assignments/"}),
        (
            ("people:read", "hiring:write"),
            {"GET /people/me/", "POST /hiring/applications/"},
        ),
    ],
)
def test_scopes_open_what_they_name_and_nothing_else(scopes, allowed):
    person = make_recruiter()
    grant(person, Role.TRAINER)
    caller = Caller(fresh(person), scopes=scopes)
    tried: dict[str, Any] = {
        "GET /people/me/": None,
        "PATCH /people/me/": {},
        "GET /hiring/openings/": None,
        "POST /hiring/applications/": {},
        "GET /training/modules/": None,
        "POST /training/assignments/": {},
    }
    open_to = set()
    for name, body in tried.items():
        method, path = name.split()
        answer = caller.send(method, path, body)
        if answer.status_code == 403:
            assert_problem(answer, 403, "permission_denied")
        else:
            open_to.add(name)
    assert open_to == allowed


def test_a_scope_gives_nothing_that_the_person_may_not_do():
    caller = Caller(make_person())
    assert_problem(caller.get("/hiring/openings/"), 403, "permission_denied")
    assert_problem(caller.post("/hiring/openings/", {}), 403, "permission_denied")


def test_a_refusal_is_one_entry_in_the_trail():
    caller = Caller(make_person())
    caller.get("/hiring/kits/")
    entry = AuditEntry.objects.get(outcome="refused")
    assert (entry.did, entry.actor, entry.channel) == ("people.access_refused", caller.person, "api")
    assert entry.changes["page"] == "hiring-api:kit-list"


def test_end_of_a_token_a_role_or_a_job_closes_the_very_next_request():
    person = make_recruiter()
    caller = Caller(person)
    assert caller.get("/hiring/openings/").status_code == 200
    person.role_grants.filter(role=Role.RECRUITER).update(ends_at=timezone.now())
    assert_problem(caller.get("/hiring/openings/"), 403)
    assert caller.get("/people/me/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        assert_problem(caller.get("/people/me/"), 401)
    tokens.revoke_token(token=ApiToken.objects.get(), by=person, at=timezone.now())
    assert_problem(caller.get("/people/me/"), 401)
    again = Caller(fresh(person))
    assert again.get("/people/me/").status_code == 200
    leavers.deactivate_person(person=fresh(person), left_on=timezone.now().date(), by=make_person(), at=timezone.now())
    assert_problem(again.get("/people/me/"), 401)


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_reads_and_needs_the_csrf_token_to_change():
    caller = Caller(make_person(), session=True)
    assert caller.get("/people/me/").status_code == 200
    assert_problem(caller.patch("/people/me/", {"preferred_name": "Al"}), 403, "permission_denied")
    caller.client.get("/account/security/")
    token = "a" * 32
    caller.client.cookies["csrf"] = token
    answer = caller.patch("/people/me/", {"preferred_name": "Al"}, X_CSRFToken=token, Origin="https://evil.example")
    assert_problem(answer, 403)
    answer = caller.patch("/people/me/", {"preferred_name": "Al"}, X_CSRFToken=token)
    assert (answer.status_code, answer.json()["name"]) == (200, "Al")


def test_a_session_without_its_second_factor_stays_outside(settings):
    settings.SECOND_FACTOR = "roles"
    caller = Caller(None)
    caller.client.force_login(make_recruiter(), second_factor=False)  # type: ignore[call-arg]
    assert_problem(caller.get("/hiring/openings/"), 403, "second_factor_required")
    caller.client.force_login(make_recruiter())
    assert caller.get("/hiring/openings/").status_code == 200


def test_times_are_in_utc_whatever_the_zone_of_the_reader():
    person = make_person(time_zone="Asia/Kathmandu", roles={Role.STEWARD: None})
    starts = person.role_grants.get().starts_at
    for caller in (Caller(person), Caller(person, session=True)):
        role = caller.get("/people/me/").json()["roles"][0]
        assert role["starts_at"] == f"{starts:%Y-%m-%dT%H:%M:%SZ}"


# --- hidden is like absent --------------------------------------------------------------------------------------------

HIDDEN = {
    # what a recruiter of another team asks for, and that exists
    "openings": lambda scene: scene.opening.pk,
    "stages": lambda scene: scene.stage.pk,
    "candidates": lambda scene: scene.revealed.application.candidate_id,
    "applications": lambda scene: scene.revealed.application_id,
    "interviews": lambda scene: scene.revealed.pk,
    "scorecards": lambda scene: scene.cards["revealed wrote"].pk,
    "decisions": lambda scene: scene.revealed.application.decisions.get().pk,
}


# and what exists of training, for somebody whose business it is not
HIDDEN_TRAINING = {
    "modules": lambda training: training.draft.pk,
    "paths": lambda training: set_paths(training)[0].pk,
    "path-assignments": lambda training: set_paths(training)[1].pk,
    "assignments": lambda training: training.open.pk,
    "completions": lambda training: training.done.pk,
    "sign-offs": lambda training: set_work(training).sign_off.pk,
    "bookings": lambda training: set_work(training).booking.pk,
}


def noun_of(path):
    """The word before the id; what is left out of HIDDEN is open to everyone, or to a room, and has no hidden rows."""
    return path.partition("/{}")[0].rpartition("/")[2] if "{}" in path else ""


@pytest.mark.parametrize(("method", "path"), [each for each in sorted(operations()) if noun_of(each[1]) in HIDDEN])
@pytest.mark.once
def test_what_is_hidden_is_answered_like_what_is_not_there(scene, method, path):
    caller = Caller(scene.people["recruiter elsewhere"])
    there = path.removeprefix("/api/v1").replace("{}", str(HIDDEN[noun_of(path)](scene)))
    nowhere = path.removeprefix("/api/v1").replace("{}", str(NOWHERE))
    hidden, absent = (caller.send(method, address, {}) for address in (there, nowhere))
    assert_problem(hidden, 404, "not_found")
    assert without_instance(hidden) == without_instance(absent)
    assert len(hidden.content) == len(absent.content)
    assert set(hidden.headers) == set(absent.headers)


@pytest.mark.parametrize(
    ("method", "path"), [one for one in sorted(operations()) if noun_of(one[1]) in HIDDEN_TRAINING]
)
def test_training_that_is_hidden_is_answered_like_what_is_not_there(training, method, path):
    caller = Caller(make_person("Sven Stranger"))
    there = path.removeprefix("/api/v1").replace("{}", str(HIDDEN_TRAINING[noun_of(path)](training)))
    nowhere = path.removeprefix("/api/v1").replace("{}", str(NOWHERE))
    hidden, absent = (caller.send(method, address, {}) for address in (there, nowhere))
    assert_problem(hidden, 404, "not_found")
    assert without_instance(hidden) == without_instance(absent)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/hiring/applications/", {"full_name": "A", "email": "a@b.example"}, "opening"),
        ("/hiring/decisions/", {"outcome": "hold", "reason": "x"}, "application"),
        (
            "/hiring/interviews/",
            {"starts_at": "2026-12-24T10:00:00Z", "panel": [], "stage": NOWHERE},
            "application",
        ),
    ],
)
def test_an_id_in_the_body_that_is_hidden_is_like_one_that_is_not_there(scene, path, body, field):
    caller = Caller(scene.people["recruiter elsewhere"])
    hidden_id = scene.opening.pk if field == "opening" else scene.revealed.application_id
    hidden = caller.post(path, {**body, field: hidden_id})
    absent = caller.post(path, {**body, field: NOWHERE})
    assert hidden.status_code == 400
    assert without_instance(hidden) == without_instance(absent)
    assert any(error["pointer"] == f"/{field}" for error in hidden.json()["errors"])


def test_filters_on_what_is_hidden_find_as_little_as_on_what_is_not_there(scene):
    caller = Caller(scene.people["owes"])
    for path in (
        "/hiring/scorecards/?interview={}",
        "/hiring/interviews/?opening={}",
        "/hiring/decisions/?application={}",
    ):
        sealed = {"interview": scene.sealed.pk, "opening": scene.draft.pk, "application": scene.sealed.application_id}
        name = path.partition("?")[2].partition("=")[0]
        assert caller.rows(path.format(sealed[name])) == caller.rows(path.format(NOWHERE)) == []


# --- seen is not yet allowed ------------------------------------------------------------------------------------------


def test_hiring_manager_reads_and_does_not_recruit(scene):
    manager = Caller(scene.people["hiring manager"])
    here = f"/hiring/openings/{scene.opening.pk}/"
    assert manager.get(here).status_code == 200
    before = (Opening.objects.count(), Application.objects.count(), Interview.objects.count())
    for method, path, body in [
        ("PATCH", here, {"title": "Mine"}),
        ("POST", f"{here}open/", None),
        ("POST", f"{here}close/", {}),
        ("PUT", f"{here}stages/", {"stages": []}),
        ("POST", f"{here}rules/", {}),
        ("POST", "/hiring/openings/", {}),
        ("POST", f"/hiring/applications/{scene.sealed.application_id}/move/", {}),
        ("POST", f"/hiring/interviews/{scene.planned.pk}/cancel/", {"reason": "x"}),
        ("PUT", f"/hiring/interviews/{scene.planned.pk}/panel/", {}),
        ("POST", f"/hiring/interviews/{scene.sealed.pk}/break-seal/", {"reason": "x"}),
        ("GET", f"/hiring/interviews/{scene.sealed.pk}/scorecard/", None),
        ("PATCH", f"/hiring/interviews/{scene.sealed.pk}/scorecard/", {}),
        ("POST", "/hiring/competencies/", {}),
    ]:
        assert_problem(manager.send(method, path, body), 403, "permission_denied")
    assert (Opening.objects.count(), Application.objects.count(), Interview.objects.count()) == before
    scene.opening.refresh_from_db()
    assert (scene.opening.title, scene.opening.state) == ("Host at the front desk", "open")


def test_the_same_requests_are_taken_from_whoever_recruits(scene):
    recruiter = Caller(scene.people["recruiter"])
    here = f"/hiring/openings/{scene.opening.pk}/"
    assert recruiter.patch(here, {"title": "Mine"}).json()["title"] == "Mine"
    assert recruiter.post(f"{here}close/", {"reason": "Filled."}).json()["state"] == "closed"
    assert recruiter.post(f"{here}open/").json()["state"] == "open"
    assert recruiter.post(f"/hiring/interviews/{scene.planned.pk}/cancel/", {"reason": "x"}).status_code == 200
    answer = recruiter.post(f"/hiring/interviews/{scene.sealed.pk}/break-seal/", {"reason": "Needed today."})
    assert answer.json()["reveal"]["reason"] == "Needed today."


# --- outside every view -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/", 404),
        ("GET", "/api/v2/people/me/", 404),
        ("GET", "/api/v1/nowhere/", 404),
        ("GET", "/api/v1/hiring/openings/abc/", 404),
        ("GET", "/api/v1/hiring/openings/-1/", 404),
        ("OPTIONS", "/api/v1/people/me/", 405),
        ("TRACE", "/api/v1/people/me/", 405),
        ("DELETE", "/api/v1/people/me/", 405),
        ("POST", "/api/v1/people/people/", 405),
    ],
)
def test_wrong_addresses_and_methods_are_problems_too(client, method, path, status):
    caller = Caller(make_person())
    answer = caller.client.generic(method, path, headers=caller.headers)
    assert_problem(answer, status)
    assert ("Allow" in answer.headers) is (status == 405)


def test_hostile_ids_are_not_found():
    caller = Caller(make_person(roles={Role.RECRUITER: None, Role.TRAINER: None}))
    for pk in (0, 10**30, 2**63, 2**64):
        for path in READ_ONE:
            answer = caller.get(path.replace("{}", str(pk)))
            assert answer.status_code == 404, path


def test_a_bug_answers_without_its_detail(monkeypatch):
    from people.api.views import Me

    def broken(self, request):
        raise ZeroDivisionError("internal detail")

    monkeypatch.setattr(Me, "retrieve", broken)
    caller = Caller(make_person())
    answer = caller.client.get("/api/v1/people/me/", headers=caller.headers)
    assert_problem(answer, 500, "internal_server_error")
    assert b"internal detail" not in answer.content


def test_too_many_requests_are_told_when_to_come_back(monkeypatch):
    from people.api.throttling import PersonThrottle

    monkeypatch.setattr(PersonThrottle, "get_rate", lambda self: "3/min")
    person, other = make_person(), make_person()
    callers = [Caller(person), Caller(person)]
    assert [caller.get("/people/me/").status_code for caller in (*callers, callers[0])] == [200, 200, 200]
    answer = callers[1].get("/people/me/")
    assert_problem(answer, 429, "throttled")
    assert int(answer["Retry-After"]) > 0
    assert Caller(other).get("/people/me/").status_code == 200
