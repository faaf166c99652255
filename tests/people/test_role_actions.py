"""Roles: granted, ended, and what must always hold."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from foundation.errors import Invalid, Refused
from people.actions import leavers, roles
from people.models import AuditEntry, Role, RoleGrant
from tests.cast import NOW, fresh, grant, make_person, make_team

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def admin():
    return make_person("Ada Admin", roles={Role.PEOPLE_ADMIN: None})


@pytest.fixture
def person():
    return make_person("Pat Person")


def give(person, admin, role=Role.RECRUITER, at=NOW, **fields):
    return roles.grant_role(person=person, role=role, by=admin, at=at, **fields)


def test_granted_role_holds_in_its_scope_from_now(admin, person):
    retail, other = make_team("Service/Retail"), make_team("Service/Care")
    given = give(person, admin, team=retail, reason="Peak season")
    scope = fresh(person).scope_of(Role.RECRUITER)
    assert scope.covers(retail.pk)
    assert not scope.covers(other.pk)
    assert (given.granted_by, given.granted_at, given.starts_at, given.reason) == (admin, NOW, NOW, "Peak season")
    entry = AuditEntry.objects.get()
    assert (entry.did, entry.changes) == (
        "people.role_granted", {"person": person.pk, "role": "recruiter", "team": retail.pk},
    )  # fmt: skip


def test_role_holds_between_start_and_end(admin, person):
    give(person, admin, starts_at=NOW + DAY, ends_at=NOW + 3 * DAY)
    grants = RoleGrant.objects.filter(person=person)
    assert [grants.in_force(NOW + n * DAY).exists() for n in range(5)] == [False, True, True, False, False]
    assert [grants.with_status(status, NOW).exists() for status in ("in_force", "planned", "ended")] == [
        False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(("starts", "ends"), [(0, 0), (2, 1), (-5, -1)])
def test_end_must_come_after_start_and_after_now(admin, person, starts, ends):
    with pytest.raises(Invalid):
        give(person, admin, starts_at=NOW + starts * DAY, ends_at=NOW + ends * DAY)
    assert not RoleGrant.objects.filter(person=person).exists()


def test_unknown_role_and_leaver_are_refused(admin, person):
    with pytest.raises(Invalid):
        give(person, admin, role="emperor")
    with pytest.raises(Refused):
        give(make_person("Gil Gone", is_active=False), admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(person=person, role="emperor", starts_at=NOW, granted_at=NOW)


def test_same_role_in_the_same_place_is_held_once(admin, person):
    team = make_team("Service")
    give(person, admin, team=team, ends_at=NOW + 2 * DAY)
    with pytest.raises(Refused):
        give(person, admin, team=team)
    give(person, admin, team=team, starts_at=NOW + 2 * DAY)
    give(person, admin)
    assert RoleGrant.objects.filter(person=person).count() == 3


def test_nobody_grants_a_role_to_themselves_but_the_only_admin(admin):
    assert give(admin, admin).person == admin
    other = make_person("Olu Other", roles={Role.PEOPLE_ADMIN: None})
    for someone in (admin, other):
        with pytest.raises(Refused):
            give(someone, someone, role=Role.AUDITOR)


def test_ended_role_holds_no_more_and_stays_on_record(admin, person):
    given = give(person, admin)
    roles.end_role(grant=given, by=admin, at=NOW + DAY, reason="Moved on")
    assert not RoleGrant.objects.filter(person=person).in_force(NOW + DAY).exists()
    assert RoleGrant.objects.get(pk=given.pk).ends_at == NOW + DAY
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.did, entry.reason) == ("people.role_ended", "Moved on")
    with pytest.raises(Refused):
        roles.end_role(grant=given, by=admin, at=NOW + 2 * DAY)


def test_role_that_has_not_begun_never_does(admin, person):
    given = give(person, admin, starts_at=NOW + 2 * DAY)
    roles.end_role(grant=given, by=admin, at=NOW)
    assert not RoleGrant.objects.filter(person=person).in_force(NOW + 2 * DAY).exists()


class TestLastPeopleAdmin:
    """Somebody must be left to hand out roles, and without an end in sight."""

    def test_cannot_be_ended_or_deactivated(self, admin):
        mine = admin.role_grants.get()
        with pytest.raises(Refused):
            roles.end_role(grant=mine, by=admin, at=NOW)
        with pytest.raises(Refused):
            leavers.deactivate_person(person=admin, left_on=NOW.date(), by=None, at=NOW)
        assert fresh(admin).is_active
        assert RoleGrant.objects.in_force(NOW).get() == mine

    @pytest.mark.parametrize(
        "other",
        [
            {"is_active": False},
            {"grant": {"ends_at": NOW + DAY}},
            {"grant": {"starts_at": NOW + DAY}},
            {"scope": "Service"},
        ],
    )
    def test_is_last_when_the_other_does_not_count(self, admin, other):
        second = make_person("Sid Second", is_active=other.get("is_active", True))
        team = make_team(other["scope"]) if "scope" in other else None
        grant(second, Role.PEOPLE_ADMIN, team, **other.get("grant", {}))
        with pytest.raises(Refused):
            roles.end_role(grant=admin.role_grants.get(), by=None, at=NOW)

    def test_may_go_once_there_is_another(self, admin):
        make_person("Sid Second", roles={Role.PEOPLE_ADMIN: None})
        roles.end_role(grant=admin.role_grants.get(), by=None, at=NOW)
        assert not fresh(admin).holds(Role.PEOPLE_ADMIN)

    def test_may_lose_a_grant_that_they_hold_twice(self, admin):
        spare = grant(admin, Role.PEOPLE_ADMIN, None)
        roles.end_role(grant=spare, by=None, at=NOW)
        with pytest.raises(Refused):
            roles.end_role(grant=admin.role_grants.exclude(pk=spare.pk).get(), by=None, at=NOW)

    def test_other_roles_of_the_last_admin_may_end(self, admin):
        auditor = grant(admin, Role.AUDITOR, None)
        roles.end_role(grant=auditor, by=admin, at=NOW)
        assert RoleGrant.objects.in_force(NOW).get().role == Role.PEOPLE_ADMIN
