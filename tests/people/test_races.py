"""Writers at the same time, on the engine that lets them: one chain, one last admin, one import, no circle."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from foundation.errors import Refused
from people.actions import audit, imports, people, people_imports, roles, teams
from people.models import AuditEntry, ImportRun, Person, Role, RoleGrant, Team
from tests.cast import NOW, fresh, make_person, make_team

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"),
]


def at_once(*deeds):
    """What became of each: its result, or the exception. Each runs on a connection of its own."""

    def run(deed):
        try:
            return deed()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_fifty_writers_leave_one_unbroken_chain():
    at_once(*[lambda n=n: audit.record(by=None, did=f"test.step_{n}", at=NOW) for n in range(50)])
    assert AuditEntry.objects.count() == 50
    verdict = audit.verify()
    assert (verdict.is_sound, verdict.entries) == (True, 50)


def test_two_admins_who_end_each_other_leave_one():
    admins = [make_person(roles={Role.PEOPLE_ADMIN: None}) for _ in range(2)]
    grants = [admin.role_grants.get() for admin in admins]
    outcomes = at_once(
        lambda: roles.end_role(grant=grants[0], by=admins[1], at=NOW),
        lambda: roles.end_role(grant=grants[1], by=admins[0], at=NOW),
    )
    assert [isinstance(outcome, Refused) for outcome in outcomes].count(True) == 1
    assert RoleGrant.objects.in_force(NOW).count() == 1


def test_two_who_make_each_other_their_manager_close_no_circle():
    one, other = make_person(), make_person()
    at_once(
        lambda: people.edit_person(person=one, by=None, at=NOW, manager=other),
        lambda: people.edit_person(person=other, by=None, at=NOW, manager=one),
    )
    assert {fresh(one).manager_id, fresh(other).manager_id} in ({None, other.pk}, {None, one.pk})


def test_two_teams_that_move_below_each_other_stay_a_tree():
    one, other = make_team("One"), make_team("Other")
    at_once(
        lambda: teams.move_team(team=one, parent=other, by=None, at=NOW),
        lambda: teams.move_team(team=other, parent=one, by=None, at=NOW),
    )
    assert sorted(Team.objects.values_list("path", flat=True)) in (["One", "One/Other"], ["Other", "Other/One"])


def test_same_person_added_twice_at_once_is_added_once():
    add = lambda: people.add_person(full_name="Nia", email="nia@x.example", by=None, at=NOW)  # noqa: E731
    outcomes = at_once(*[add] * 5)
    assert sum(isinstance(outcome, Person) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 4


def test_five_clicks_and_five_workers_apply_an_import_once():
    admin = make_person(roles={Role.PEOPLE_ADMIN: None})
    lines = "\n".join(f"p{n}@x.example,P {n}" for n in range(200))
    run = people_imports.start_import(data=f"email,full_name\n{lines}\n".encode(), file_name="x.csv", by=admin, at=NOW)
    # Tasks run at once in tests, so the check has run when the transaction committed.
    run.refresh_from_db()
    assert run.state == "ready"
    outcomes = at_once(*[lambda: imports.queue_import(run=run, by=admin, at=datetime.now(UTC))] * 5)
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 4
    at_once(*[lambda: imports.apply_import(run_id=run.pk, clock=lambda: datetime.now(UTC))] * 5)
    assert ImportRun.objects.get().state == "applied"
    assert Person.objects.filter(email__endswith="@x.example").count() == 200
    assert AuditEntry.objects.filter(did="people.import_applied").count() == 1
    assert audit.verify().is_sound
