"""What ends, ends with the very next request of a browser that is still open."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from hiring.actions import interviews, openings
from hiring.actions.interviews import Seat
from people.actions import leavers, roles, sessions, tokens
from people.models import Person, RoleGrant
from tests.access.scene import canary
from tests.access.visits import outcome_of, path_to
from tests.cast import NOW, fresh
from training.actions.assignments import withdraw
from training.models import PartRecord

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def answer(client, scene, route, thing="-"):
    """What the browser is answered now; nothing is rolled back but by the test's end."""
    response = client.get(path_to(scene, route, thing))
    response.close()  # a download holds its file open
    return outcome_of(response)


def test_role_that_ends_closes_its_rooms(visitors):
    scene, client = visitors.scene, visitors.fresh("recruiter")
    rooms = [
        ("hiring:opening-detail", "opening.a", "404"),
        ("hiring:application-detail", "application.sealed", "404"),
        ("hiring:candidate-list", "-", "403"),
        ("hiring:candidate-export", "-", "403"),
        ("hiring:kit-list", "-", "403"),
        ("hiring-api:application-list", "-", "403"),
        ("hiring:file-download", "file.sealed", "404"),
        ("hiring:scorecard-detail", "scorecard.revealed", "404"),
        ("hiring:candidate-import-detail", "candidates.ready", "403"),  # one's own upload, and no business there now
    ]
    assert {answer(client, scene, route, thing) for route, thing, _after in rooms} == {"200"}
    roles.end_role(grant=scene["grant.recruiter"], by=scene.people["admin"], at=NOW)
    for route, thing, after in rooms:
        assert (route, answer(client, scene, route, thing)) == (route, after)
    assert canary("opening.title") not in client.get(reverse("home")).content.decode()


@pytest.mark.parametrize(
    ("role", "route"),
    [
        ("admin", "people:import-list"),
        ("auditor", "people:audit-list"),
        ("trainer", "hiring:kit-list"),
        ("trainer", "training:module-create"),
        ("trainer", "training:matrix"),
    ],
)
def test_role_that_runs_out_closes_its_room(visitors, role, route):
    """By the clock alone, without anybody doing anything."""
    scene, client = visitors.scene, visitors.fresh(role)
    RoleGrant.objects.filter(person=scene.people[role]).update(ends_at=NOW + timedelta(minutes=5))
    assert answer(client, scene, route) == "200"
    with time_machine.travel(NOW + timedelta(minutes=6), tick=False):
        assert answer(client, scene, route) == "403"


def test_role_that_has_not_begun_opens_nothing(visitors):
    scene, client = visitors.scene, visitors.fresh("auditor")
    RoleGrant.objects.filter(person=scene.people["auditor"]).update(starts_at=NOW + timedelta(minutes=5))
    assert answer(client, scene, "people:audit-list") == "403"


def test_seat_that_is_taken_away_closes_the_interview(visitors):
    scene, client = visitors.scene, visitors.fresh("owing")
    places = ("hiring:interview-detail", "hiring:interview-calendar", "hiring-api:interview-detail")
    assert {answer(client, scene, route, "interview.coming") for route in places} == {"200"}
    interviews.set_panel(
        interview=scene["interview.coming"], panel=[Seat(scene.people["other"], "lead")],
        by=scene.people["recruiter"], at=NOW,
    )  # fmt: skip
    assert {answer(client, scene, route, "interview.coming") for route in places} == {"404"}
    assert canary("name.coming") not in client.get(reverse("home")).content.decode()
    assert canary("name.coming") not in client.get(reverse("hiring:interview-list")).content.decode()


def test_opening_that_goes_to_another_manager_closes_for_the_first(visitors):
    scene, client = visitors.scene, visitors.fresh("manager")
    places = [("hiring:opening-detail", "opening.a"), ("hiring:application-decide", "application.plain")]
    assert [answer(client, scene, *place) for place in places] == ["200", "200"]
    openings.edit_opening(
        opening=scene["opening.a"], by=scene.people["recruiter"], at=NOW, hiring_manager=scene.people["other"]
    )
    assert [answer(client, scene, *place) for place in places] == ["404", "404"]


def test_employee_who_reports_to_somebody_else_is_out_of_sight_of_the_first(visitors):
    scene, client = visitors.scene, visitors.fresh("manager")
    places = [
        ("training:assignment-detail", "assignment.open"),
        ("training:assignment-withdraw", "assignment.open"),
        ("training:matrix", "-"),
    ]
    assert [answer(client, scene, *place) for place in places] == ["200", "200", "200"]
    Person.objects.filter(pk=scene.people["employee"].pk).update(manager=scene.people["other"])
    assert [answer(client, scene, *place) for place in places] == ["404", "404", "403"]
    # What they were asked to judge is theirs to judge, whoever leads.
    assert answer(client, scene, "training:sign-off-detail", "sign-off.waiting") == "200"


def test_module_that_is_taken_back_can_be_read_and_no_longer_done(visitors):
    scene, client = visitors.scene, visitors.fresh("employee")
    part = path_to(scene, "training:part-done", "lesson.open")
    withdraw(assignment=scene["assignment.open"], by=scene.people["manager"], at=NOW, reason="A mistake.")
    assert answer(client, scene, "training:part-detail", "lesson.open") == "200"
    client.post(part)
    assert not PartRecord.objects.filter(part=scene.arguments("lesson.open")["part"], done_at__isnull=False).exists()
    assert answer(visitors.client("manager"), scene, "training:assignment-withdraw", "assignment.open") == "200"


def test_whoever_leaves_is_out_at_once_with_session_and_token(visitors):
    scene, client = visitors.scene, visitors.fresh("submitted")
    bearer = {"authorization": f"Bearer {scene.secrets['submitted']}"}
    own = path_to(scene, "hiring-api:scorecard-detail", "scorecard.sealed")
    assert answer(client, scene, "hiring:scorecard-detail", "scorecard.sealed") == "200"
    assert visitors.client("visitor").get(own, headers=bearer).status_code == 200
    leavers.deactivate_person(
        person=fresh(scene.people["submitted"]), left_on=NOW.date(), by=scene.people["admin"], at=NOW
    )
    assert answer(client, scene, "hiring:scorecard-detail", "scorecard.sealed") == "in"
    assert visitors.client("visitor").get(own, headers=bearer).status_code == 401


def test_session_that_somebody_ended_is_over(visitors):
    scene, client = visitors.scene, visitors.fresh("manager")
    assert answer(client, scene, "hiring:opening-detail", "opening.a") == "200"
    client.session.delete()
    assert answer(client, scene, "hiring:opening-detail", "opening.a") == "in"
    assert answer(client, scene, "hiring-api:opening-detail", "opening.a") == "401"


@pytest.mark.parametrize("after", [timedelta(minutes=61), timedelta(hours=13)], ids=["idle", "too long"])
def test_session_that_ran_out_is_over_on_pages_fragments_and_api(visitors, after):
    scene, client = visitors.scene, visitors.fresh("manager")
    path = path_to(scene, "hiring:opening-detail", "opening.a")
    with time_machine.travel(NOW + after, tick=False):
        fragment = client.get(path, headers={"HX-Request": "true"})
        assert fragment.headers["HX-Redirect"].startswith("/account/sign-in/")
        assert fragment.content == b""
        assert answer(client, scene, "hiring:opening-detail", "opening.a") == "in"
        assert answer(client, scene, "hiring-api:opening-detail", "opening.a") == "401"


def test_password_that_was_changed_ends_other_sessions_and_all_tokens(visitors):
    scene, here, there = visitors.scene, visitors.fresh("recruiter"), visitors.fresh("recruiter")
    bearer = {"authorization": f"Bearer {scene.secrets['recruiter']}"}
    listed = reverse("hiring-api:opening-list")
    assert visitors.client("visitor").get(listed, headers=bearer).status_code == 200
    person = fresh(scene.people["recruiter"])
    sessions.set_password(person=person, password="entirely other words")
    sessions.note_password(person=person, did="password_changed", keep=here.session.session_key, at=NOW)
    assert answer(there, scene, "home") == "in"
    assert visitors.client("visitor").get(listed, headers=bearer).status_code == 401


def test_token_that_was_revoked_is_refused(visitors):
    scene, program = visitors.scene, visitors.client("visitor")
    bearer = {"authorization": f"Bearer {scene.secrets['recruiter']}"}
    listed = reverse("hiring-api:opening-list")
    assert program.get(listed, headers=bearer).status_code == 200
    tokens.revoke_token(token=scene["token.recruiter"], by=scene.people["recruiter"], at=NOW)
    assert program.get(listed, headers=bearer).status_code == 401


def test_token_that_ran_out_is_refused(visitors):
    scene, program = visitors.scene, visitors.client("visitor")
    bearer = {"authorization": f"Bearer {scene.secrets['recruiter']}"}
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        assert program.get(reverse("hiring-api:opening-list"), headers=bearer).status_code == 401


def test_token_opens_no_page(visitors):
    """Pages are for sessions; a program that leaked a token leaks the API at most."""
    bearer = {"authorization": f"Bearer {visitors.scene.secrets['recruiter']}"}
    for route in ("home", "hiring:candidate-list", "hiring:candidate-export", "account_security"):
        assert outcome_of(visitors.client("visitor").get(reverse(route), headers=bearer)) == "in"
