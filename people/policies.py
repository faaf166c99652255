"""What a person may do with people: the one-object twins of `visible_to`, and answers for whole rooms."""

from people.models import ImportRun, Person, Role, RoleGrant

SEES_OTHERS = (Role.RECRUITER, Role.TRAINER, Role.PEOPLE_ADMIN, Role.AUDITOR)


def can_view_person(reader: Person, person: Person) -> bool:
    """Colleagues see colleagues; leavers are seen by themselves, by people admins and by auditors in scope."""
    if not reader.is_active:
        return False
    if person.is_active or person.pk == reader.pk:
        return True
    return any(reader.scope_of(role).covers(person.team_id) for role in (Role.PEOPLE_ADMIN, Role.AUDITOR))


def can_edit_person(reader: Person, person: Person) -> bool:
    """A people admin of the person's team."""
    return reader.is_active and reader.scope_of(Role.PEOPLE_ADMIN).covers(person.team_id)


def can_edit_own_profile(reader: Person, person: Person) -> bool:
    """Preferred name, photo, zone, language and working hours are one's own, or the people admin's."""
    return reader.is_active and (reader.pk == person.pk or can_edit_person(reader, person))


def can_add_people(reader: Person) -> bool:
    return reader.is_active and reader.holds(Role.PEOPLE_ADMIN)


def can_import_people(reader: Person) -> bool:
    """Imports may touch any team, so they need the role for the whole organisation."""
    return reader.is_active and reader.scope_of(Role.PEOPLE_ADMIN).everywhere


can_export_people = can_import_people


def can_edit_teams(reader: Person) -> bool:
    return reader.is_active and reader.scope_of(Role.PEOPLE_ADMIN).everywhere


def can_view_roles(reader: Person) -> bool:
    return reader.is_active and (reader.holds(Role.PEOPLE_ADMIN) or reader.holds(Role.AUDITOR))


def can_view_grant(reader: Person, grant: RoleGrant) -> bool:
    """Twin of RoleGrant.objects.visible_to."""
    if not reader.is_active:
        return False
    scopes = [reader.scope_of(role) for role in (Role.PEOPLE_ADMIN, Role.AUDITOR)]
    places = (grant.team_id, grant.person.team_id)
    return grant.person_id == reader.pk or any(scope.covers(place) for scope in scopes for place in places)


def can_grant_roles(reader: Person) -> bool:
    """Only people admins of the whole organisation hand out roles."""
    return reader.is_active and reader.scope_of(Role.PEOPLE_ADMIN).everywhere


def can_end_role(reader: Person, grant: RoleGrant) -> bool:
    """Whoever grants roles ends them; whether there is still anything to end is the action's business."""
    return can_grant_roles(reader) and can_view_grant(reader, grant)


def can_view_audit(reader: Person) -> bool:
    return reader.is_active and reader.holds(Role.AUDITOR)


def can_view_import(reader: Person, run: ImportRun) -> bool:
    return run.uploaded_by_id == reader.pk


def leads(manager: Person, person: Person) -> bool:
    """Whether the person reports to the manager, directly or not."""
    return Person.objects.in_reporting_line_of(manager).filter(pk=person.pk).exists()


def can_record_leave_of(by: Person, person: Person) -> bool:
    """Whoever the person reports to, directly or not, and people admins; never oneself."""
    return by.is_active and by.pk != person.pk and (can_edit_person(by, person) or leads(by, person))


def can_view_leave_of(reader: Person, person: Person) -> bool:
    """Twin of Leave.objects.visible_to."""
    if not reader.is_active:
        return False
    if reader.pk == person.pk or reader.scope_of(Role.AUDITOR).covers(person.team_id):
        return True
    return can_edit_person(reader, person) or leads(reader, person)


def needs_second_factor(person: Person) -> bool:
    """Whether the person's roles show them candidates or others' data (see settings.SECOND_FACTOR)."""
    return person.is_staff or any(person.holds(role) for role in SEES_OTHERS)
