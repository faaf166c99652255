"""Imports of people: the dry run, applying, and what a dying worker leaves behind."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from foundation.errors import Refused
from people.actions import audit, imported_people, imports, people_imports
from people.models import AuditEntry, ImportRun, Person, Role, Site, Team
from tests.cast import NOW, fresh, make_person, make_team

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
    run = people_imports.start_import(data=data, file_name="people.csv", by=admin, at=NOW, **options)
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
    assert Team.objects.filter(members__isnull=False).distinct().count() == len({person.team_id for person in people})
    # Service, 4 departments, 12 units, 36 shifts.
    assert min(Team.objects.values_list("path", flat=True)) == "Service"
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


# --- what an import does --------------------------------------------------------------------------------------------

HEADINGS = "email,full_name,job_title,team,manager_email,site,left_on\n"


def test_people_found_only_here_stay_untouched(admin):
    other = make_person("Olu Other", job_title="Clerk")
    before = Person.objects.filter(pk__in=[admin.pk, other.pk]).order_by("pk").values()
    expected = list(before)
    load(admin, "email,full_name\nnew@staff.example,New\n")
    assert list(before.all()) == expected


def test_upsert_changes_listed_fields_of_known_people_and_nothing_else(admin):
    person = make_person("Wim Worker", email="wim@staff.example", job_title="Clerk", time_zone="Asia/Tokyo")
    password = person.password
    run = load(admin, "email,full_name,job_title\nWIM@staff.example,Wim Worker,Agent\n")
    person = fresh(person)
    assert (person.job_title, person.time_zone, person.password, person.is_active) == (
        "Agent", "Asia/Tokyo", password, True,
    )  # fmt: skip
    assert run.report["changed"][0]["fields"] == [["job_title", "Clerk", "Agent"]]
    assert Person.objects.matching("agent wim").get() == person
    assert Person.objects.count() == 2


def test_leavers_lose_their_access_with_the_import(admin):
    person = make_person("Lea Leaver", email="lea@staff.example", roles={Role.RECRUITER: None})
    run = load(admin, "email,left_on\nlea@staff.example,2026-11-20\n")
    person = fresh(person)
    assert (person.is_active, person.left_on) == (False, date(2026, 11, 20))
    assert not person.role_grants.in_force(NOW).exists()
    assert run.report["counts"]["leavers"] == 1
    assert AuditEntry.objects.filter(did="people.person_deactivated", object_id=person.pk).count() == 1


def test_uploader_and_last_admin_cannot_be_deactivated_by_a_file(admin):
    assert dry_run(admin, f"email,left_on\n{admin.email},2026-11-01\n").state == "rejected"
    other = make_person("Olu Other", roles={Role.PEOPLE_ADMIN: None})
    assert dry_run(other, f"email,left_on\n{admin.email},2026-11-01\n").state == "ready"
    assert dry_run(other, f"email,left_on\n{other.email},2026-11-01\n").state == "rejected"


def test_each_change_has_its_entry_without_anybodys_words(admin):
    make_person("Wim Worker", email="wim@staff.example")
    run = load(admin, "email,full_name,job_title\nwim@staff.example,Canary Worker,Canary\nnew@staff.example,Canary,\n")
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.did for entry in entries] == [
        "people.import_uploaded", "people.import_queued", "people.import_applied", "people.person_added",
        "people.person_edited",
    ]  # fmt: skip
    assert {entry.actor for entry in entries} == {admin}
    assert entries[4].changes == {"import": run.pk, "fields": ["full_name", "job_title"]}
    assert "Canary" not in str(list(entries.values()))


def test_moving_between_teams_and_sites_that_the_same_file_makes(admin):
    make_person("Wim Worker", email="wim@staff.example", team=make_team("Service"))
    load(admin, "email,full_name,team,site\nwim@staff.example,Wim Worker,Service/Night/One,Gdańsk\n")
    person = Person.objects.select_related("team__parent__parent", "site").get(email="wim@staff.example")
    assert (person.team.path, person.team.parent.name, person.site.name) == ("Service/Night/One", "Night", "Gdańsk")
    assert person.team.parent.parent.path == "Service"


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04workbook", b'email\n"never closed', b"email\nNul\x00\n", b"a" * 21 * 1024 * 1024]
)
def test_what_cannot_be_read_is_refused_at_once_and_not_kept(admin, data):
    with pytest.raises(Refused):
        people_imports.start_import(data=data, file_name="x.csv", by=admin, at=NOW)
    assert not ImportRun.objects.exists()


def test_file_without_its_column_is_rejected_with_a_line(admin):
    run = dry_run(admin, "name\nAl\n")
    assert (run.state, run.report["errors"][0]["line"]) == ("rejected", 1)


def test_two_columns_of_one_meaning_are_rejected_as_a_whole(admin):
    run = dry_run(admin, "email,mail\na@x.example,b@x.example\n")
    assert (run.state, run.report["unreadable"]) == ("rejected", True)


def test_name_of_the_file_is_made_safe_and_the_file_is_stored_under_another(admin):
    run = people_imports.start_import(data=b"email\n", file_name="../../etc/pass\u202ewd.csv", by=admin, at=NOW)
    assert run.file_name == "passwd.csv"
    assert "pass" not in run.file.name


# --- once, wholly or not at all -------------------------------------------------------------------------------------


def test_second_click_on_apply_is_refused_and_the_work_is_done_once(admin):
    run = dry_run(admin, "email,full_name\nnew@staff.example,New\n")
    imports.queue_import(run=run, by=admin, at=NOW)
    with pytest.raises(Refused):
        imports.queue_import(run=run, by=admin, at=NOW)
    imports.apply_import(run_id=run.pk, clock=clock)
    imports.apply_import(run_id=run.pk, clock=clock)
    assert Person.objects.filter(email="new@staff.example").count() == 1
    assert AuditEntry.objects.filter(did="people.import_applied").count() == 1


def test_people_who_changed_after_the_dry_run_call_for_another_look(admin):
    person = make_person("Wim Worker", email="wim@staff.example", job_title="Clerk")
    run = dry_run(admin, "email,job_title\nwim@staff.example,Agent\n")
    Person.objects.filter(pk=person.pk).update(job_title="Host")
    run = apply(admin, run)
    assert (run.state, run.report["stale"], fresh(person).job_title) == ("ready", True, "Host")
    assert run.report["changed"][0]["fields"] == [["job_title", "Host", "Agent"]]
    run = apply(admin, run)
    assert (run.state, fresh(person).job_title) == ("applied", "Agent")


def test_import_that_has_become_wrong_is_rejected_when_applied(admin):
    boss = make_person("Bo Boss", email="bo@staff.example")
    run = dry_run(admin, "email,full_name,manager_email\nnew@staff.example,New,bo@staff.example\n")
    Person.objects.filter(pk=boss.pk).update(is_active=False)
    run = apply(admin, run)
    assert run.state == "rejected"
    assert not Person.objects.filter(email="new@staff.example").exists()


def test_failure_in_the_middle_leaves_nothing_behind(admin, monkeypatch):
    run = dry_run(admin, PEOPLE)
    before = (Person.objects.count(), Team.objects.count(), Site.objects.count(), AuditEntry.objects.count() + 1)

    def die(**_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(imported_people, "end_access", die)
    imports.queue_import(run=run, by=admin, at=NOW)
    with pytest.raises(RuntimeError):
        imports.apply_import(run_id=run.pk, clock=clock)
    run.refresh_from_db()
    assert run.state == "failed"
    assert (Person.objects.count(), Team.objects.count(), Site.objects.count(), AuditEntry.objects.count()) == before
    assert audit.verify().is_sound


def test_failure_of_the_check_is_told_and_leaves_nothing_behind(admin, monkeypatch):
    run = people_imports.start_import(data=b"email\n", file_name="x.csv", by=admin, at=NOW)

    def die(**_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(imported_people, "surroundings", die)
    with pytest.raises(RuntimeError):
        imports.check_import(run_id=run.pk, clock=clock)
    run.refresh_from_db()
    assert (run.state, run.report) == ("failed", {"problem": "Something went wrong on our side."})


@pytest.mark.parametrize("state", ["waiting", "queued"])
def test_busy_database_is_tried_again_and_not_called_a_failure(admin, monkeypatch, state):
    run = dry_run(admin, "email,full_name\nnew@staff.example,New\n")
    ImportRun.objects.filter(pk=run.pk).update(state=state)
    work = imports.check_import if state == "waiting" else imports.apply_import
    with monkeypatch.context() as patch:

        def busy(**_):
            raise OperationalError("database is locked")

        patch.setattr(imported_people, "surroundings", busy)
        with pytest.raises(OperationalError):
            work(run_id=run.pk, clock=clock)
    imports.resume_stuck(at=TestDeadWorkers.LATER)
    work(run_id=run.pk, clock=lambda: TestDeadWorkers.LATER)
    run.refresh_from_db()
    assert run.state == {"waiting": "ready", "queued": "applied"}[state]


def test_beat_ticks_are_tasks_that_exist_and_run(admin):
    from portal.celery import app

    leaver = make_person("Lea Leaver", left_on=date(2020, 1, 1))
    for tick in app.conf.beat_schedule.values():
        app.loader.import_default_modules()
        app.tasks[tick["task"]].delay()
    assert not fresh(leaver).is_active


class TestDeadWorkers:
    """A worker may die at any moment; two minutes later somebody else goes on from the last safe point."""

    LATER = NOW + imports.STUCK_AFTER + timedelta(seconds=1)

    @pytest.mark.parametrize(
        ("state", "back"),
        [("waiting", "waiting"), ("checking", "waiting"), ("queued", "queued"), ("applying", "queued")],
    )
    def test_stuck_run_is_queued_again_from_the_last_safe_point(
        self, admin, state, back, django_capture_on_commit_callbacks
    ):
        run = dry_run(admin, "email,full_name\nnew@staff.example,New\n")
        ImportRun.objects.filter(pk=run.pk).update(state=state)
        assert imports.resume_stuck(at=NOW + timedelta(seconds=119)) == 0
        with django_capture_on_commit_callbacks(execute=False) as waiting:
            assert imports.resume_stuck(at=self.LATER) == 1
        run.refresh_from_db()
        assert (run.state, run.moved_at, len(waiting)) == (back, self.LATER, 1)
        assert imports.resume_stuck(at=self.LATER) == 0
        for callback in waiting:
            callback()
        run.refresh_from_db()
        assert run.state == ("ready" if back == "waiting" else "applied")
        assert Person.objects.filter(email="new@staff.example").count() == (back == "queued")

    @pytest.mark.parametrize("state", ["rejected", "ready", "applied", "failed", "cancelled"])
    def test_what_waits_on_nobody_is_left_alone(self, admin, state):
        run = dry_run(admin, "email,full_name\nnew@staff.example,New\n")
        ImportRun.objects.filter(pk=run.pk).update(state=state)
        assert imports.resume_stuck(at=self.LATER) == 0

    def test_worker_taken_for_dead_stops_and_changes_nothing(self, admin):
        """It wakes up after the sweeper gave its run to another."""
        run = dry_run(admin, "email,full_name\nnew@staff.example,New\n")
        imports.queue_import(run=run, by=admin, at=NOW)
        mine = imports.claim(run_id=run.pk, before="queued", after="applying", at=NOW)
        imports.resume_stuck(at=self.LATER)
        with pytest.raises(imports.Superseded):
            imports._apply(mine, clock)
        with pytest.raises(imports.Superseded):
            imports.beat(run=mine, done=1, at=NOW)
        imports.finish(run=mine, state="failed", report={}, at=NOW)
        run.refresh_from_db()
        assert run.state == "queued"
        assert not Person.objects.filter(email="new@staff.example").exists()

    def test_living_worker_is_not_taken_for_dead(self, admin):
        run = dry_run(admin, PEOPLE)
        ImportRun.objects.filter(pk=run.pk).update(state="waiting")
        mine = imports.claim(run_id=run.pk, before="waiting", after="checking", at=NOW)
        imports.beat(run=mine, done=200, at=self.LATER - timedelta(seconds=5))
        assert imports.resume_stuck(at=self.LATER) == 0
        run.refresh_from_db()
        assert run.rows_done == 200

    def test_only_one_worker_gets_a_run(self, admin):
        run = dry_run(admin, "email,full_name\nnew@staff.example,New\n")
        imports.queue_import(run=run, by=admin, at=NOW)
        claims = [imports.claim(run_id=run.pk, before="queued", after="applying", at=NOW) for _ in range(2)]
        assert [claim is not None for claim in claims] == [True, False]
        assert imports.claim(run_id=0, before="queued", after="applying", at=NOW) is None


def test_old_files_are_forgotten_and_counts_stay(admin, django_capture_on_commit_callbacks):
    run = load(admin, "email,full_name\nnew@staff.example,Canary\n")
    name = run.file.name
    assert imports.forget_old_files(at=NOW + timedelta(days=30)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert imports.forget_old_files(at=NOW + timedelta(days=30, seconds=1)) == 1
    run.refresh_from_db()
    assert not default_storage.exists(name)
    assert run.report["counts"]["new"] == 1
    assert "Canary" not in str(run.report)


def test_import_put_aside_is_forgotten_and_cannot_be_applied(admin, django_capture_on_commit_callbacks):
    run = dry_run(admin, "email,full_name\nnew@staff.example,New\n")
    with django_capture_on_commit_callbacks(execute=True):
        imports.cancel_import(run=run, by=admin, at=NOW)
    assert not default_storage.exists(run.file.name)
    for act in (imports.queue_import, imports.cancel_import):
        with pytest.raises(Refused):
            act(run=run, by=admin, at=NOW)


# --- inviting -------------------------------------------------------------------------------------------------------


def test_nobody_is_invited_unless_asked(admin, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run = load(admin, "email,full_name\nnew@staff.example,New\n")
    assert mailoutbox == []
    with django_capture_on_commit_callbacks(execute=True):
        people_imports.queue_invitations(run=run, by=admin, at=NOW)
    assert [mail.to for mail in mailoutbox] == [["new@staff.example"]]
    with pytest.raises(Refused):
        people_imports.queue_invitations(run=run, by=admin, at=NOW)


def test_those_who_are_new_are_invited_once_when_asked(admin, mailoutbox, django_capture_on_commit_callbacks):
    make_person("Wim Worker", email="wim@staff.example")
    text = "email,full_name\nnew@staff.example,New\nwim@staff.example,Wim W\n"
    with django_capture_on_commit_callbacks(execute=True):
        run = dry_run(admin, text, invite=True)
        apply(admin, run)
    assert [mail.to for mail in mailoutbox] == [["new@staff.example"]]
    with django_capture_on_commit_callbacks(execute=True):
        people_imports.invite_added(run_id=run.pk, clock=clock)
    assert len(mailoutbox) == 1


def test_lost_invitations_are_taken_up_by_the_sweeper(admin, mailoutbox, django_capture_on_commit_callbacks):
    run = dry_run(admin, "email,full_name\nnew@staff.example,New\n", invite=True)
    apply(admin, run)
    with django_capture_on_commit_callbacks(execute=True):
        assert people_imports.resume_invitations(at=TestDeadWorkers.LATER) == 1
    assert len(mailoutbox) == 1
    assert people_imports.resume_invitations(at=TestDeadWorkers.LATER + timedelta(days=1)) == 0


# --- at scale -------------------------------------------------------------------------------------------------------


def many(count, title="Agent"):
    lines = ["email,full_name,job_title,team,manager_email,site"]
    for n in range(count):
        manager = f"p{n // 10:06}@staff.example" if n else ""
        lines.append(f"p{n:06}@staff.example,Person {n},{title},Service/T{n % 40}/U{n % 200},{manager},Site {n % 7}")
    return "\n".join(lines)


def test_ten_thousand_rows_take_few_statements(admin):
    with CaptureQueriesContext(connection) as checking:
        run = dry_run(admin, many(10_000))
    with CaptureQueriesContext(connection) as applying:
        run = apply(admin, run)
    assert run.state == "applied"
    assert Person.objects.count() == 10_001
    assert Person.objects.filter(manager__isnull=True).count() == 2
    assert len(checking) <= 40
    assert len(applying) <= 60


def test_changing_takes_as_many_statements_for_ten_rows_as_for_900(admin):
    def cost(count, title):
        with CaptureQueriesContext(connection) as queries:
            run = load(admin, many(count, title))
        assert run.report["counts"]["changed"] == count
        return len(queries)

    load(admin, many(900))
    # After 500 rows the worker says that it lives.
    assert cost(900, "Host") == cost(10, "Clerk") + 1


def test_line_deeper_than_the_levels_is_stored_whole(admin):
    chain = [f"p{n}@staff.example,P {n},{f'p{n + 1}@staff.example' if n < 29 else ''}" for n in range(30)]
    load(admin, "\n".join(["email,full_name,manager_email", *chain]))
    top = Person.objects.get(email="p29@staff.example")
    assert Person.objects.in_reporting_line_of(top).count() == 29
    assert Person.objects.get(email="p0@staff.example").manager.email == "p1@staff.example"
