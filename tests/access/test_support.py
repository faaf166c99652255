"""The support pages: one rule for all of them. Staff read them, nobody else gets in, and nothing is changed there."""

import pytest
from django.urls import reverse

from people.models import Person
from tests.access.routes import supported
from tests.access.scene import CANARY, INSIDE, MADE, OUTSIDE, canary
from tests.access.visits import visit

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Staff see the people, teams and roles that people admins and auditors see; nothing of candidates or interviews.
FOR_STAFF = {canary(name) for name in ("gone.name", "gone.email", "grant.reason")}
CHANGING = ("_add", "_delete")


def paths(scene):
    """(name, path) of every support page, its arguments filled with what is there."""
    things = {
        "person": scene.people["gone"].pk,
        "team": scene["team.a"].pk,
        "site": scene["site"].pk,
        "rolegrant": scene["grant.recruiter"].pk,
        "importrun": scene["import.ready"].pk,
    }
    for route in supported():
        model = next((name for name in things if f"/{name}/" in route.pattern), "person")
        filled = {"object_id": things[model], "app_label": "people", "content_type_id": 1, "url": "people/person/1/x"}
        if "admin:" in route.name:
            yield route.name, reverse(route.name, kwargs={name: filled[name] for name in route.arguments})
        else:
            path = route.pattern.replace("<path:object_id>", str(things[model])).replace("(?P<url>.*)$", filled["url"])
            yield route.name, f"/{path}"


def walked_by(visitors, role, method="GET", client=None):
    client = client or visitors.client(role)
    return [visit(client, role, name, "-", method, path) for name, path in paths(visitors.scene)]


@pytest.fixture
def staff(visitors):
    person = visitors.scene.people["steward"]
    Person.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    return visitors.fresh("steward")


@pytest.mark.parametrize("role", [*OUTSIDE, *INSIDE])
def test_nobody_but_staff_gets_in(visitors, role):
    inside = [was.where for was in walked_by(visitors, role) if was.status == 200]
    assert inside == []


@pytest.mark.parametrize("role", ["visitor", "employee", "admin"])
def test_nobody_but_staff_changes_anything(visitors, role):
    assert [was.where for was in walked_by(visitors, role, "POST") if was.changed or was.status == 200] == []


def test_staff_read_people_and_nothing_of_candidates(visitors, staff):
    answers = walked_by(visitors, "steward", client=staff)
    assert [(was.where, was.error) for was in answers if was.status >= 500] == []
    assert {was.route for was in answers if was.status == 200} >= {
        "admin:index", "admin:people_person_changelist", "admin:people_person_change", "admin:people_rolegrant_change"
    }  # fmt: skip
    # A token made at random may look like a canary.
    assert {word for was in answers for word in CANARY.findall(was.body.lower())} & MADE <= FOR_STAFF


def test_staff_change_nothing_here(visitors, staff):
    """What changes something has a page, an action and a line in the trail."""
    for method in ("GET", "POST"):
        answers = walked_by(visitors, "steward", method, staff)
        assert [(was.where, sorted(was.changed)) for was in answers if was.changed] == []
        wrong = [was.where for was in answers if was.route.endswith(CHANGING) and was.status != 403]
        assert wrong == []


def test_staff_need_their_second_factor(visitors, staff):
    half = visitors.fresh("steward", second_factor=False)
    assert {was.outcome for was in walked_by(visitors, "steward", client=half)} <= {"setup", "404"}
