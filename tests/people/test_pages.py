"""Pages of people through the client: they work, and say no where they should."""

import pytest
from django.urls import reverse

from people.models import Role
from tests.cast import make_person, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    return make_person("Ada Admin", roles={Role.PEOPLE_ADMIN: None, Role.AUDITOR: None}, team=make_team("Service"))


def url(name, *args):
    return reverse(f"people:{name}", args=args)


PAGES = [
    "person-list",
    "person-add",
    "me-edit",
    "team-list",
    "team-add",
    "site-add",
    "role-list",
    "role-grant",
    "import-list",
    "import-add",
    "audit-list",
]


@pytest.mark.parametrize("name", PAGES)
def test_page_opens(client, admin, name):
    client.force_login(admin)
    response = client.get(url(name))
    assert response.status_code == 200, response
    assert "<h1>" in response.content.decode()
