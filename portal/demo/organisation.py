"""The people of the demo: everybody of people.csv, and one account per role."""

from datetime import datetime, timedelta
from pathlib import Path

from people.actions import imports, invitations, people, people_imports, roles, teams
from people.models import ImportRun, Person, Site, Team
from portal.demo import PASSWORD
from portal.demo.accounts import ACCOUNTS, Account

FOLDER = Path(__file__).parent


def load_people(*, at: datetime) -> dict[str, Person]:
    """Import the organisation and add the accounts; answers the accounts by key."""
    first = people.add_person(full_name="Omar Haddad", email="admin@demo.example", by=None, at=at)
    roles.grant_role(person=first, role="people_admin", by=None, at=at)
    run = people_imports.start_import(
        data=(FOLDER / "people.csv").read_bytes(), file_name="people.csv", by=first, at=at
    )
    imports.check_import(run_id=run.pk, clock=lambda: at)
    run.refresh_from_db()
    if run.state == ImportRun.State.READY:
        imports.queue_import(run=run, by=first, at=at)
    imports.apply_import(run_id=run.pk, clock=lambda: at)
    return _accounts(first, at=at)


def _accounts(admin: Person, *, at: datetime) -> dict[str, Person]:
    head = Person.objects.get(email="p0000@staff.example")
    leader_of = {"employee": "Service/Customer Care/Unit 1/Shift 1", "interviewer": "Service/Customer Care/Unit 1"}
    found: dict[str, Person] = {}
    for account in ACCOUNTS:
        person = admin if account.key == "admin" else _add(account, by=admin, at=at)
        leader = leader_of.get(account.key)
        manager = Person.objects.filter(team__path=leader, reports__isnull=False).first() if leader else head
        people.edit_person(
            person=person,
            by=None,
            at=at,
            job_title=account.job_title,
            team=_team(account.team),
            site=Site.objects.get(name=account.site),
            time_zone=account.time_zone,
            manager=manager or head,
            started_on=(at - timedelta(days=900)).date(),
        )
        invitations.accept_invitation(person=person, password=PASSWORD, at=at)
        if account.role and account.key != "admin":
            roles.grant_role(person=person, role=account.role, by=admin, at=at)
        found[account.key] = Person.objects.get(pk=person.pk)
    # Marcus Bell leads the units of Customer Care, so that the demo's hiring manager has people of his own.
    units = Person.objects.filter(team__parent__path="Service/Customer Care", job_title="Unit manager")
    for unit_manager in units:
        people.edit_person(person=unit_manager, by=None, at=at, manager=found["manager"])
    return found


def _add(account: Account, *, by: Person, at: datetime) -> Person:
    return people.add_person(full_name=account.name, email=account.email, by=by, at=at)


def _team(path: str) -> Team:
    found = Team.objects.filter(path=path).first()
    if found is not None:
        return found
    parent, _, name = path.rpartition("/")
    return teams.add_team(name=name, parent=_team(parent) if parent else None, by=None, at=datetime.now().astimezone())
