"""Imports of people: the dry run, applying, and what a dying worker leaves behind."""

import json
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.errors import Refused
from people.actions import audit, imports
from people.models import AuditEntry, ImportRun, Person, Role, Site, Team
from tests.cast import NOW, fresh, grant, make_person, make_team

ROOT = Path(__file__).parents[2]
PEOPLE = (ROOT / "portal/demo/people.csv").read_bytes()
BAD = (ROOT / "tests/cases/people-bad.csv").read_bytes()
EXPECTED = json.loads((ROOT / "tests/cases/people-bad.expected.json").read_text())

pytestmark = pytest.mark.django_db


def clock():
    return NOW


@pytest.fixture
def admin():
    return make_person("Ada Admin", roles={Role.PEOPLE_ADMIN: None})


def dry_run(admin, data, **options):
    """The run after its check; tasks do not run by themselves, for nothing commits in a test."""
    data = data if isinstance(data, bytes) else data.encode()
    run = imports.start_import(data=data, file_name="people.csv", by=admin, at=NOW, **options)
    imports.check_import(run_id=run.pk, clock=clock)
    run.refresh_from_db()
    return run


def apply(admin, run):
    imports.queue_import(run=run, by=admin, at=NOW)
    imports.apply_import(run_id=run.pk, clock=clock)
    run.refresh_from_db()
    return run


def load(admin, data):
    run = dry_run(admin, data)
    assert run.state == "ready", run.report
    run = apply(admin, run)
    assert run.state == "applied", run.report
    return run


# --- the cases ------------------------------------------------------------------------------------------------------


def test_good_file_gives_484_people_in_teams_at_sites_with_managers(admin):
    run = load(admin, PEOPLE)
    people = Person.objects.exclude(pk=admin.pk)
    assert (run.rows_total, run.rows_done, people.count()) == (484, 484, 484)
    assert people.active().count() == 484
    assert Team.objects.filter(members__isnull=False).distinct().count() == len(
        {person.team_id for person in people}
    )
    # Service, 4 departments, 12 units, 36 shifts.
    assert sorted(Team.objects.values_list("path", flat=True))[0] == "Service"
    assert [Team.objects.filter(path__regex=rf"^[^/]+(/[^/]+){{{depth}}}$").count() for depth in range(4)] == [
        1, 4, 12, 36,
    ]  # fmt: skip
    assert set(Site.objects.values_list("name", flat=True)) == {
        "Adelaide", "Guadalajara", "Kathmandu", "Kolkata", "Kraków", "Leeds",
    }  # fmt: skip
    head = people.get(manager=None)
    assert head.email == "p0000@staff.example"
    assert Person.objects.in_reporting_line_of(head).count() == 483
    sharon = people.select_related("manager", "team", "site").get(email="p0325@staff.example")
    assert (sharon.full_name, sharon.manager.email, sharon.team.path, sharon.site.name) == (
        "Sharon Roy", "p0324@staff.example", "Service/Support Engineering/Unit 3/Shift 1", "Kraków",
    )  # fmt: skip
    assert (sharon.time_zone, sharon.started_on, sharon.work_days) == (
        "Europe/Warsaw", date(2022, 7, 11), "mon,tue,wed,thu,fri",
    )  # fmt: skip
    assert Person.objects.matching("krakow sharon shift").get() == sharon
    assert not sharon.has_usable_password()
    assert audit.verify().is_sound


def test_good_file_twice_changes_nothing(admin):
    load(admin, PEOPLE)
    again = dry_run(admin, PEOPLE)
    assert again.report["counts"] == {
        "new": 0, "changed": 0, "unchanged": 484, "leavers": 0, "errors": 0, "fields": {},
    }  # fmt: skip


def test_bad_file_names_every_bad_row_by_line_column_and_reason_and_changes_nothing(admin):
    load(admin, PEOPLE)
    before = list(Person.objects.order_by("pk").values())
    run = dry_run(admin, BAD)
    assert run.state == "rejected"
    columns = {
        "email is not an address": "email",
        "manager_email names nobody": "manager_email",
        "a person cannot report to themselves": "manager_email",
        "unknown time zone": "time_zone",
        "started_on is not a date": "started_on",
        "the same address twice in the file": "email",
        "full_name is required": "full_name",
        "full_name holds a control character": "full_name",
        "email holds a line break": "email",
        "x8 and x9 report to each other": "manager_email",
    }
    lines = [42, 43, 44, 45, 46, 47, 48, 49, 50, 52, 53]
    found = run.report["errors"]
    assert [error["line"] for error in found] == lines
    for error, case in zip(found, EXPECTED["bad"], strict=True):
        assert error["column"] == columns[case["reason"]]
        assert error["reason"].startswith(case["reason"])
    assert list(Person.objects.order_by("pk").values()) == before
    with pytest.raises(Refused):
        imports.queue_import(run=run, by=admin, at=NOW)
