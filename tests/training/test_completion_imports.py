"""Completions from elsewhere: bad rows by line and reason, all or nothing, once, never over what was done here."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from foundation.errors import Invalid, Refused
from people.actions import imports
from people.models import AuditEntry, ImportRun, Person, Role
from tests.cast import NOW, finish, fresh, give, make_module, make_person, make_team
from training.actions import assignments, certificates, completion_imports, learning, outside, rules
from training.models import Assignment, Certificate, Completion, Rule
from training.reports.rules import gaining
from training.reports.standings import standings_of
from training.reports.teams import matrix_of

pytestmark = pytest.mark.django_db
HEAD = "email,module,completed_on,expires_on,source,evidence\n"
DAY = timedelta(days=1)


@pytest.fixture
def trainer():
    return make_person("Tara Trainer", roles={Role.TRAINER: None})


@pytest.fixture
def learner():
    return make_person("Lena Learner", email="lena@staff.example", time_zone="Pacific/Auckland")


def checked(by, *rows, head=HEAD):
    text = head + "".join(f"{row}\n" for row in rows)
    run = completion_imports.start_import(data=text.encode(), file_name="old.csv", by=by, at=NOW)
    imports.check_import(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    return run


def applied(by, *rows):
    run = checked(by, *rows)
    assert run.state == "ready", run.report
    imports.queue_import(run=run, by=by, at=NOW)
    imports.apply_import(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    return run


def standing(person, module, at=NOW):
    return standings_of([person], [module], at=at)[person.pk, module.pk]


# Rows


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("nobody@staff.example,{key},2026-01-01,,LMS,", "email", "nobody whose training you may record"),
        ("tara,{key},2026-01-01,,LMS,", "email", "not an address"),
        ("{own},{key},2026-01-01,,LMS,", "email", "this is you"),
        ("other@staff.example,{key},2026-01-01,,LMS,", "email", "nobody whose training you may record"),
        ("lena@staff.example,unheard,2026-01-01,,LMS,", "module", "no module"),
        ("lena@staff.example,Twice,2026-01-01,,LMS,", "module", "several modules"),
        ("lena@staff.example,draft-only,2026-01-01,,LMS,", "module", "no module"),
        ("lena@staff.example,{key},,,LMS,", "completed_on", "required"),
        ("lena@staff.example,{key},01/02/2026,,LMS,", "completed_on", "not a date"),
        ("lena@staff.example,{key},2026-11-22,,LMS,", "completed_on", "in the future"),
        ("lena@staff.example,{key},2026-01-02,2026-01-01,LMS,", "expires_on", "before the day"),
        ("lena@staff.example,{key},2026-01-02,,,", "source", "required"),
        ("lena@staff.example,{key},2026-01-02,," + "x" * 201 + ",", "source", "longer than 200"),
        ("lena@staff.example,{key},2026-01-02,,LMS," + "x" * 501, "evidence", "longer than 500"),
        ("lena@staff.example,{key},2026-01-02,,L\u0007MS,", "source", "control"),
    ],
)
def test_bad_rows_are_told_by_line_and_column_and_stop_the_file(learner, row, column, reason):
    team = make_team("Service")
    Person.objects.filter(pk=learner.pk).update(team=team)
    make_person(email="other@staff.example", team=make_team("Elsewhere"))
    by = make_person(roles={Role.PEOPLE_ADMIN: team}, team=team)
    module = make_module()
    for _n in range(2):
        make_module(name="Twice")
    good = f"lena@staff.example,{module.key},2025-01-01,,LMS,"
    run = checked(by, good, row.format(key=module.key, own=by.email))
    assert run.state == "rejected"
    (error,) = run.report["errors"]
    assert (error["line"], error["column"]) == (3, column)
    assert reason in error["reason"]
    assert not Completion.objects.exists()


def test_the_same_twice_in_a_file_names_the_first_line(learner, trainer):
    row = f"lena@staff.example,{make_module().key},2025-01-01,,LMS,"
    (error,) = checked(trainer, row, row).report["errors"]
    assert (error["line"], "line 2 already" in error["reason"]) == (3, True)


def test_columns_that_are_missing_are_named(trainer):
    run = checked(trainer, "a@b.example,2026-01-01", head="mail,date\n")
    assert run.state == "rejected"
    assert [error["column"] for error in run.report["errors"]] == ["module", "source"]


# What is written


def test_what_is_imported_counts_is_marked_and_has_no_certificate(learner, trainer):
    module = make_module(valid_months=12, name="First aid")
    # Before she joined, by name, with a day of its own; today is the 21st where she is.
    applied(
        trainer,
        "LENA@staff.example,first AID,2026-02-28,,Red Cross,No. 17",
        f"lena@staff.example,{module.key},2026-11-20,2028-01-31,Red Cross,",
    )
    first, second = Completion.objects.order_by("completed_at")
    assert (first.person, first.module, first.source, first.evidence) == (learner, module, "Red Cross", "No. 17")
    assert (first.expires_on, second.expires_on) == (date(2027, 2, 28), date(2028, 1, 31))
    assert (first.imported_by, first.imported_at, first.assignment, first.version) == (trainer, NOW, None, None)
    assert first.completed_at.astimezone(learner.zone).isoformat()[:16] == "2026-02-28T00:00"
    assert not Certificate.objects.exists()
    assert standing(learner, module).day == date(2028, 1, 31)
    assert AuditEntry.objects.filter(did="training.completion_imported", actor=trainer).count() == 2
    matrix = matrix_of(Person.objects.filter(pk=learner.pk), at=NOW)
    assert (matrix.people, matrix.modules, matrix.without) == ([learner], [module], 0)


def test_terms_follow_one_another_whatever_the_order_of_the_lines(learner, trainer):
    module = make_module(valid_months=12)
    key = module.key
    applied(trainer, f"lena@staff.example,{key},2025-12-20,,LMS,", f"lena@staff.example,{key},2025-01-10,,LMS,")
    assert [one.expires_on for one in Completion.objects.order_by("completed_at")] == [
        date(2026, 1, 10), date(2027, 1, 10)
    ]  # fmt: skip
    # Within the window of sixty days, and so what is done here follows on.
    row = finish(give(module, learner), at=NOW + 5 * DAY)
    assert row.completion.expires_on == date(2028, 1, 10)


def test_a_second_run_adds_nothing_and_the_database_sees_to_it(learner, trainer):
    row = f"lena@staff.example,{make_module().key},2025-01-01,,LMS,"
    applied(trainer, row)
    again = checked(trainer, row)
    assert (again.state, again.report["counts"]["new"], again.report["counts"]["unchanged"]) == ("ready", 0, 1)
    other = checked(trainer, row.replace("LMS", "Elsewhere"))
    assert "is recorded for this day already, from “LMS”" in other.report["skipped"][0]["reason"]
    twin = Completion.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize(("day", "new"), [("2026-11-19", 0), ("2026-11-20", 0), ("2026-11-21", 1)])
def test_what_was_done_here_on_or_after_that_day_wins(learner, trainer, day, new):
    Person.objects.filter(pk=learner.pk).update(time_zone="UTC")
    module = make_module()
    completion = finish(give(module, fresh(learner)), at=NOW).completion
    text = HEAD + f"lena@staff.example,{module.key},{day},,LMS,\n"
    run = completion_imports.start_import(data=text.encode(), file_name="a.csv", by=trainer, at=NOW)
    imports.check_import(run_id=run.pk, clock=lambda: NOW + DAY)
    run.refresh_from_db()
    assert (run.report["counts"]["new"], run.report["counts"]["skipped"]) == (new, 1 - new)
    certificates.revoke(completion=completion, by=trainer, at=NOW, reason="No.")
    assert checked(trainer, f"lena@staff.example,{module.key},2026-11-19,,LMS,").report["counts"]["new"] == 1


def test_leavers_are_left_out_and_told(learner, trainer):
    Person.objects.filter(pk=learner.pk).update(is_active=False)
    run = checked(trainer, f"lena@staff.example,{make_module().key},2025-01-01,,LMS,")
    assert (run.state, run.report["skipped"][0]["reason"]) == ("ready", "has left")


def test_older_than_what_is_known_changes_nothing_of_where_one_stands(learner, trainer):
    module = make_module(valid_months=12)
    applied(trainer, f"lena@staff.example,{module.key},2026-06-01,,LMS,")
    applied(trainer, f"lena@staff.example,{module.key},2020-06-01,,LMS,")
    assert standing(learner, module).day == date(2027, 6, 1)


# What is open, and what is asked again


def by_rule(module, person):
    Person.objects.filter(pk=person.pk).update(job_title="Agent")
    rule = rules.create_rule(
        module=module, name="Agents", why="Agents.", job_title="Agent", by=None, at=NOW, due=Rule.Due.NEVER
    )
    rules.switch_on(rule=rule, by=None, at=NOW)
    return rule


@pytest.mark.parametrize(
    ("how", "until", "state"),
    [
        ("rule", "2027-06-01", "withdrawn"),
        ("rule", "2026-12-24", "assigned"),  # its renewal is open already
        ("started", "2027-06-01", "started"),
        ("hand", "2027-06-01", "assigned"),
    ],
)
def test_a_rule_takes_back_what_nobody_started_and_a_person_s_word_stands(learner, trainer, how, until, state):
    module = make_module("lesson", "writing")
    if how == "hand":
        give(module, learner)
    else:
        by_rule(module, learner)
    if how == "started":
        row = Assignment.objects.get()
        learning.open_part(assignment=row, part=row.version.parts.first(), at=NOW)
    run = applied(trainer, f"lena@staff.example,{module.key},2026-06-01,{until},LMS,")
    row = Assignment.objects.get()
    assert (row.state, row.ended_by) == (state, None)
    assert run.report["counts"]["taken_back"] == (1 if state == "withdrawn" else 0)


def test_a_rule_asks_again_when_the_window_opens_and_not_before(learner, trainer):
    module = make_module()
    rule = by_rule(module, learner)
    applied(trainer, f"lena@staff.example,{module.key},2026-06-01,2027-06-01,LMS,")
    assert not gaining(rule, NOW)
    opens = NOW + (date(2027, 6, 1) - timedelta(days=60) - NOW.date()).days * DAY
    assert list(gaining(rule, opens - DAY)) == []
    assert list(gaining(rule, opens)) == [learner]
    assert assignments.open_renewals(at=opens) == 0


# The run


def test_nothing_is_done_when_something_else_would_come_of_it(learner, trainer):
    module = make_module()
    run = checked(trainer, f"lena@staff.example,{module.key},2026-11-19,,LMS,")
    imports.queue_import(run=run, by=trainer, at=NOW)
    finish(give(module, learner), at=NOW)
    imports.apply_import(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, run.report["stale"]) == ("ready", True)
    assert Completion.objects.count() == 1


@pytest.mark.parametrize("count", [3, 60])
def test_an_import_costs_the_same_however_many(trainer, count, django_assert_max_num_queries):
    module, people = make_module(valid_months=12), [make_person() for _n in range(count)]
    run = checked(trainer, *(f"{one.email},{module.key},2026-01-01,,LMS," for one in people))
    imports.queue_import(run=run, by=trainer, at=NOW)
    with django_assert_max_num_queries(26):
        imports.apply_import(run_id=run.pk, clock=lambda: NOW)
    assert Completion.objects.count() == count


def test_by_page_from_upload_to_transcript(client, learner, trainer, django_capture_on_commit_callbacks):
    client.force_login(trainer)
    text = HEAD + f"lena@staff.example,{make_module(name='First aid').key},2025-01-01,,Red Cross,=No. 17\n"
    file = SimpleUploadedFile("old.csv", text.encode())
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("training:import-add"), {"file": file}).status_code == 302
    run = ImportRun.objects.get()
    page = client.get(reverse("training:import-detail", args=[run.pk])).content.decode()
    assert "Lena Learner" in page
    assert "Add 1 completion" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("training:import-apply", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "applied"
    transcript = client.get(reverse("training:transcript", args=[learner.pk])).content.decode()
    assert "Done elsewhere: Red Cross" in transcript
    sheet = b"".join(client.get(reverse("training:transcript-csv", args=[learner.pk]))).decode("utf-8-sig")
    assert ",Red Cross,'=No. 17," in sheet
    matrix = client.get(reverse("training:matrix")).content.decode()
    assert reverse("training:transcript", args=[learner.pk]) in matrix
    client.force_login(learner)
    assert "First aid" in client.get(reverse("training:mine")).content.decode()


# One by hand


def test_one_by_hand_is_refused_where_an_import_leaves_it_out(learner, trainer):
    module = make_module(valid_months=12)
    day = date(2026, 11, 1)
    said = {"module": module, "expires_on": None, "source": "College", "evidence": "", "at": NOW}
    for by, on, ends, kind, message in (
        (learner, day, None, Refused, "Nobody records their own"),
        (trainer, date(2026, 11, 22), None, Invalid, "to come"),
        (trainer, day, date(2026, 10, 1), Invalid, "before the day"),
    ):
        with pytest.raises(kind, match=message):
            outside.record_one(person=learner, by=by, completed_on=on, **said | {"expires_on": ends})
    outside.record_one(person=learner, by=trainer, completed_on=day, **said)
    with pytest.raises(Refused, match="already"):
        outside.record_one(person=learner, by=trainer, completed_on=day, **said)
    finish(give(module, learner), at=NOW)
    with pytest.raises(Refused, match="completed it here"):
        outside.record_one(person=learner, by=trainer, completed_on=day - DAY, **said)
    assert Completion.objects.count() == 2


def test_one_by_hand_by_page(client, learner, trainer):
    client.force_login(trainer)
    address = reverse("training:completion-add", args=[learner.pk])
    data = {"module": make_module().pk, "completed_on": "2026-11-01", "source": "College"}
    assert client.post(address, data | {"source": ""}).status_code == 422
    assert client.post(address, data | {"completed_on": "2027-11-01"}).status_code == 422
    assert client.post(address, data).status_code == 302
    assert Completion.objects.get().source == "College"
