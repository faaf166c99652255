"""The support pages show and change nothing; the audit trail, which minds seals, is not among them."""

import pytest
from django.contrib import admin
from django.urls import reverse

from people.models import AuditEntry, ImportRun, Person, RoleGrant, Site, Team
from tests.cast import make_person, make_team

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Person, Team, Site, RoleGrant, ImportRun])
def test_support_page_lists_and_changes_nothing(client, model):
    staff = make_person("Sue Support", is_staff=True, is_superuser=True, team=make_team("Service"))
    client.force_login(staff)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert client.get(reverse(f"{name}_changelist"), {"q": "sue"}).status_code == 200
    assert client.get(reverse(f"{name}_add")).status_code == 403
    if model is Person:
        assert client.post(reverse(f"{name}_change", args=[staff.pk]), {"full_name": "X"}).status_code == 403
        assert client.post(reverse(f"{name}_delete", args=[staff.pk]), {"post": "yes"}).status_code == 403
        assert staff.password not in client.get(reverse(f"{name}_change", args=[staff.pk])).content.decode()


def test_audit_trail_is_not_among_them():
    assert not admin.site.is_registered(AuditEntry)
