"""What a person may see: the answer for one row and the filter for all rows are twins."""

import pytest

from people import policies
from people.actions import audit
from people.models import AuditEntry, ImportRun, Person, Role, RoleGrant, Team
from tests.cast import NOW, fresh, grant, make_person, make_team

pytestmark = pytest.mark.django_db

READERS = [
    "employee", "line manager", "recruiter", "admin", "scoped admin", "auditor", "scoped auditor", "ended admin",
    "leaver",
]  # fmt: skip


@pytest.fixture
def reader(request):
    """Somebody of the kind named by the parameter; scopes are Service/Retail."""
    retail = make_team("Service/Retail")
    roles: dict[str, dict[str, Team | None]] = {
        "recruiter": {Role.RECRUITER: None},
        "admin": {Role.PEOPLE_ADMIN: None},
        "scoped admin": {Role.PEOPLE_ADMIN: retail},
        "auditor": {Role.AUDITOR: None},
        "scoped auditor": {Role.AUDITOR: retail},
    }
    kind = request.param
    person = make_person(kind, roles=roles.get(kind, {}), team=make_team("Service/Care"))
    if kind == "line manager":
        make_person("Rae Report", manager=person, team=retail)
    if kind == "ended admin":
        grant(person, Role.PEOPLE_ADMIN, None, ends_at=NOW)
    if kind == "leaver":
        grant(person, Role.PEOPLE_ADMIN, None)
        Person.objects.filter(pk=person.pk).update(is_active=False)
    return fresh(person)


@pytest.fixture
def people():
    """Active people and leavers, in scope, below it, beside it, and without a team."""
    teams = [make_team("Service/Retail"), make_team("Service/Retail/Unit 1"), make_team("Service/Care"), None]
    return [make_person(team=team, is_active=active) for team in teams for active in (True, False)]


def rows(queryset):
    return set(queryset.values_list("pk", flat=True))


@pytest.mark.parametrize("reader", READERS, indirect=True)
def test_can_view_person_agrees_with_visible_to(reader, people):
    seen = {person.pk for person in Person.objects.all() if policies.can_view_person(reader, person)}
    assert seen == rows(Person.objects.visible_to(reader))


@pytest.mark.parametrize(
    ("reader", "leavers_seen"),
    [("employee", 0), ("recruiter", 0), ("admin", 4), ("scoped admin", 2), ("auditor", 4), ("scoped auditor", 2),
     ("ended admin", 0)],
    indirect=["reader"],
)  # fmt: skip
def test_leavers_are_seen_by_people_admins_and_auditors_in_scope(reader, people, leavers_seen):
    visible = rows(Person.objects.visible_to(reader))
    assert len(visible & {person.pk for person in people if not person.is_active}) == leavers_seen
    assert {person.pk for person in people if person.is_active} <= visible


@pytest.mark.parametrize("reader", ["leaver"], indirect=True)
def test_leaver_sees_nobody_and_may_do_nothing(reader, people):
    assert rows(Person.objects.visible_to(reader)) == rows(Team.objects.visible_to(reader)) == set()
    assert rows(RoleGrant.objects.visible_to(reader)) == rows(AuditEntry.objects.visible_to(reader)) == set()
    rooms = ("add_people", "import_people", "export_people", "edit_teams", "view_roles", "grant_roles", "view_audit")
    assert not any(getattr(policies, f"can_{room}")(reader) for room in rooms)
    assert not any(policies.can_edit_person(reader, person) for person in people)
    assert not policies.can_edit_own_profile(reader, reader)


@pytest.mark.parametrize("reader", READERS, indirect=True)
def test_can_view_grant_agrees_with_visible_to(reader, people):
    for person in people[:4]:
        for team in (None, make_team("Service/Retail"), make_team("Service")):
            grant(person, Role.TRAINER, team)
    grants = RoleGrant.objects.select_related("person")
    assert {each.pk for each in grants if policies.can_view_grant(reader, each)} == rows(
        RoleGrant.objects.visible_to(reader)
    )


@pytest.mark.parametrize("reader", READERS, indirect=True)
def test_can_view_import_agrees_with_visible_to(reader):
    for person in (reader, make_person("Olu Other")):
        ImportRun.objects.create(
            kind="people", file="x", file_name="x", uploaded_by=person, uploaded_at=NOW, moved_at=NOW
        )
    seen = {run.pk for run in ImportRun.objects.all() if policies.can_view_import(reader, run)}
    assert seen == rows(ImportRun.objects.visible_to(reader))
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("reader", "seen"),
    [("employee", 0), ("admin", 0), ("scoped admin", 0), ("auditor", 4), ("scoped auditor", 2)],
    indirect=["reader"],
)
def test_audit_entries_are_seen_in_scope_by_auditors_alone(reader, seen):
    for team in (make_team("Service/Retail"), make_team("Service/Retail/Unit 1"), make_team("Service/Care"), None):
        audit.record(by=None, did="test.done", team=team, at=NOW)
    assert AuditEntry.objects.visible_to(reader).count() == seen
    assert policies.can_view_audit(reader) is (seen > 0)


ROOMS = {
    "add_people": {"admin", "scoped admin"},
    "import_people": {"admin"},
    "export_people": {"admin"},
    "edit_teams": {"admin"},
    "grant_roles": {"admin"},
    "view_roles": {"admin", "scoped admin", "auditor", "scoped auditor"},
    "view_audit": {"auditor", "scoped auditor"},
}


@pytest.mark.parametrize("reader", READERS, indirect=True)
@pytest.mark.parametrize("room", ROOMS)
def test_rooms_are_open_to_their_roles_alone(reader, room):
    assert getattr(policies, f"can_{room}")(reader) is (reader.full_name in ROOMS[room])


@pytest.mark.parametrize(
    ("reader", "edited"), [("admin", 8), ("scoped admin", 4), ("auditor", 0), ("employee", 0)], indirect=["reader"]
)
def test_people_are_edited_in_scope_by_people_admins_alone(reader, people, edited):
    assert sum(policies.can_edit_person(reader, person) for person in people) == edited
    assert policies.can_edit_own_profile(reader, reader)


@pytest.mark.parametrize("reader", ["line manager"], indirect=True)
def test_leading_is_known_from_the_reporting_line(reader, people):
    report = reader.reports.get()
    below = make_person("Lou Low", manager=report)
    assert [policies.leads(reader, person) for person in (report, below, people[0], reader)] == [
        True, True, False, False,
    ]  # fmt: skip
    assert reader.leads_people
    assert not fresh(below).leads_people
