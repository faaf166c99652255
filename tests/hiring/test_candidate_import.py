"""Imports of candidates: the dry run, its columns, applying, and that it is all or nothing."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.errors import Refused
from hiring.actions import candidate_imports, candidates
from hiring.models import Application, ApplicationNote, Candidate, Opening
from people.actions import audit, imports
from people.models import AuditEntry, ImportRun, Role, RoleGrant
from people.tasks import resume_imports
from tests.cast import NOW, fresh, make_application, make_opening, make_person, make_recruiter, make_team

FILE = (Path(__file__).parents[2] / "portal/demo/candidates.csv").read_bytes()
TITLES = ("Contact-centre agent, Leeds", "Front desk host, Kraków", "Support engineer, Kolkata")
HEAD = "full_name,email,phone,opening,source,applied_on,notes\n"

pytestmark = pytest.mark.django_db


def clock():
    return NOW


@pytest.fixture
def recruiter():
    return make_recruiter()


@pytest.fixture
def openings():
    return [make_opening(title=title) for title in TITLES]


def dry_run(by, data, opening=None):
    data = data if isinstance(data, bytes) else data.encode()
    run = candidate_imports.start_import(data=data, file_name="candidates.csv", by=by, at=NOW, opening=opening)
    return checked(run)


def checked(run):
    imports.check_import(run_id=run.pk, clock=clock)
    run.refresh_from_db()
    return run


def apply(by, run):
    imports.queue_import(run=run, by=by, at=NOW)
    imports.apply_import(run_id=run.pk, clock=clock)
    run.refresh_from_db()
    return run


def reasons(run):
    return [(error["line"], error["column"], error["reason"]) for error in run.report["errors"]]


def test_three_hundred_candidates_go_to_three_openings(recruiter, openings):
    run = dry_run(recruiter, FILE)
    assert run.state == "ready", run.report["errors"][:3]
    assert run.report["counts"] == {
        "applications": 300, "new": 300, "known": 0, "skipped": 0, "errors": 0, "humans": 300,
    }  # fmt: skip
    assert Candidate.objects.count() == 0
    run = apply(recruiter, run)
    assert (run.state, run.rows_done) == ("applied", 300)
    assert [opening.applications.count() for opening in openings] == [100, 100, 100]
    gaja = Application.objects.select_related("candidate", "opening", "stage").get(
        candidate__email="cand0002@mail.example"
    )
    assert (gaja.candidate.full_name, gaja.opening.title, gaja.stage.name) == ("Gaja Cyba", TITLES[2], "Applied")
    assert (gaja.source, gaja.applied_on, gaja.number) == ("job board", date(2026, 11, 16), 1)
    note = gaja.notes.get()
    assert (note.text, note.author) == ('=HYPERLINK("http://evil.example","click")', recruiter)
    assert Candidate.objects.matching("gaja cyba").get() == gaja.candidate
    assert Opening.objects.get(pk=openings[0].pk).applications_numbered == 100
    assert AuditEntry.objects.filter(did="hiring.application_added").count() == 300
    assert audit.verify().is_sound


def test_same_file_twice_adds_nobody(recruiter, openings):
    apply(recruiter, dry_run(recruiter, FILE))
    again = dry_run(recruiter, FILE)
    assert again.report["counts"]["applications"] == 0
    assert again.report["counts"]["skipped"] == 300
    assert again.report["skipped"][0] == [2, "Susan Dixon-Rogers", TITLES[0], "has applied for this opening already"]


def test_same_human_twice_in_the_file_is_one_candidate(recruiter, openings):
    data = HEAD + (
        f'Ada One,Ada@Mail.Example,,"{TITLES[0]}",,,\n'
        f'Ada One,ada@mail.example,,"{TITLES[1].upper()}",,,\n'
        f'Ada Again,ADA@mail.example,,"{TITLES[0]}",,,\n'
        f'Bo Two,,+44 1,"{TITLES[0]}",,,\n'
        f'bo two,,+44 1,"Front desk host, Krakow",,,\n'
    )
    run = apply(recruiter, dry_run(recruiter, data))
    assert Candidate.objects.count() == 2
    assert Candidate.objects.get(email="ada@mail.example").applications.count() == 2
    assert Candidate.objects.get(phone="+44 1").applications.count() == 2
    assert run.report["skipped"] == [[4, "Ada Again", TITLES[0], "is on line 2 already"]]
    assert run.report["counts"]["humans"] == 2


def test_known_candidate_applies_again_as_the_same_one(recruiter, openings):
    earlier = make_application(openings[0], "Ada One", email="ada@mail.example")
    run = dry_run(recruiter, HEAD + f'Ada O,ADA@mail.example,,"{TITLES[1]}",referral,,\n')
    assert (run.report["counts"]["known"], run.report["known"][0]["candidate"]) == (1, earlier.candidate_id)
    apply(recruiter, run)
    assert Candidate.objects.get().full_name == "Ada One"
    assert openings[1].applications.get().candidate == earlier.candidate


def test_candidate_of_an_unseen_opening_looks_new(openings):
    """Whoever may not know that somebody applied elsewhere is not told so by the dry run."""
    team = make_team("Elsewhere")
    recruiter = make_recruiter("Erik Elsewhere", team)
    own = make_opening(title="Porter", team=team)
    make_application(openings[0], "Hidden Name", email="ada@mail.example")
    run = dry_run(recruiter, HEAD + "Ada Typed,ada@mail.example,,Porter,,,\n")
    assert (run.report["counts"]["new"], run.report["counts"]["known"]) == (1, 0)
    assert "Hidden" not in str(run.report)
    apply(recruiter, run)
    assert own.applications.get().candidate.full_name == "Hidden Name"


def test_every_bad_row_is_named_by_line_column_and_reason(recruiter, openings):
    make_opening(title="Closed one", state="closed")
    make_opening(title="Twice")
    make_opening(title="TWICE")
    title = TITLES[0]
    data = HEAD + (
        f',a@mail.example,,"{title}",,,\n'
        f'No Contact,,,"{title}",,,\n'
        f'Bad Mail,nobody,,"{title}",,,\n'
        "Bad Opening,b@mail.example,,Astronaut,,,\n"
        "Closed,c@mail.example,,Closed one,,,\n"
        "Two,d@mail.example,,twice,,,\n"
        f'Source,e@mail.example,,"{title}",carrier pigeon,,\n'
        f'Date,f@mail.example,,"{title}",,03/04/2026,\n'
        f'Future,g@mail.example,,"{title}",,2027-01-01,\n'
        f'"Multi\nLine",h@mail.example,,"{title}",,,\n'
        f'Good,i@mail.example,,"{title}",Website,20.11.2026,"two\nlines"\n'
    )
    run = dry_run(recruiter, data)
    assert run.state == "rejected"
    assert [row[:2] for row in reasons(run)] == [
        (2, "full_name"), (3, "email"), (4, "email"), (5, "opening"), (6, "opening"), (7, "opening"), (8, "source"),
        (9, "applied_on"), (10, "applied_on"), (11, "full_name"),
    ]  # fmt: skip
    assert reasons(run)[3][2] == "no opening that you recruit for is called “Astronaut”"
    assert reasons(run)[6][2].startswith("unknown source; write one of careers page")
    assert Candidate.objects.count() == 0
    with pytest.raises(Refused):
        imports.queue_import(run=run, by=recruiter, at=NOW)


def test_opening_out_of_scope_is_as_unknown_as_one_that_does_not_exist(openings):
    stranger = make_recruiter("Erik Elsewhere", make_team("Elsewhere"))
    run = dry_run(stranger, HEAD + f'Ada,a@mail.example,,"{TITLES[0]}",,,\nBo,b@mail.example,,Nowhere,,,\n')
    seen, unknown = reasons(run)
    assert seen[2].replace(TITLES[0], "X") == unknown[2].replace("Nowhere", "X")


def test_file_for_one_opening_needs_no_opening_column(recruiter, openings):
    run = dry_run(recruiter, "Name;Mobile\nAda;+44 1\nBo;+44 2\n", opening=openings[1])
    assert run.report["columns"] == {"full_name": "Name", "phone": "Mobile"}
    apply(recruiter, run)
    assert openings[1].applications.count() == 2


def test_columns_can_be_chosen_and_the_file_is_checked_anew(recruiter, openings):
    run = dry_run(
        recruiter, "Wer;Wo erreichbar;Wofür;Quelle\nAda;ada@mail.example;Support engineer, Kolkata;Referral\n"
    )
    assert [row[1] for row in reasons(run)] == ["full_name", "email", "opening"]
    columns = {"Wer": "full_name", "Wo erreichbar": "email", "Wofür": "opening", "Quelle": ""}
    candidate_imports.choose_columns(run=run, columns=columns, by=recruiter, at=NOW)
    run = checked(run)
    assert (run.state, run.report["ignored"]) == ("ready", ["Quelle"])
    with pytest.raises(Refused):
        candidate_imports.choose_columns(run=run, columns={"Wer": "email", "Wofür": "email"}, by=recruiter, at=NOW)
    apply(recruiter, run)
    with pytest.raises(Refused):
        candidate_imports.choose_columns(run=run, columns=columns, by=recruiter, at=NOW)


def test_what_changed_since_the_dry_run_is_shown_again_before_anything_happens(recruiter, openings):
    run = dry_run(recruiter, HEAD + f'Ada,ada@mail.example,,"{TITLES[0]}",,,\nBo,bo@mail.example,,"{TITLES[0]}",,,\n')
    candidates.add_application(opening=openings[0], full_name="Ada", email="ada@mail.example", by=recruiter, at=NOW)
    run = apply(recruiter, run)
    assert (run.state, run.report["stale"], run.report["counts"]["skipped"]) == ("ready", True, 1)
    assert Application.objects.count() == 1
    assert apply(recruiter, run).state == "applied"
    assert Application.objects.count() == 2


def test_right_that_ended_since_the_dry_run_adds_nobody(recruiter, openings):
    run = dry_run(recruiter, HEAD + f'Ada,ada@mail.example,,"{TITLES[0]}",,,\n')
    RoleGrant.objects.filter(person=recruiter, role=Role.RECRUITER).delete()
    run = apply(fresh(recruiter), run)
    assert run.state == "rejected"
    assert Candidate.objects.count() == 0


def test_closed_opening_takes_no_file(recruiter):
    with pytest.raises(Refused, match="closed"):
        dry_run(recruiter, HEAD, opening=make_opening(state="closed"))
    assert ImportRun.objects.count() == 0


def test_lost_message_is_taken_up_by_the_sweeper(recruiter, openings, django_capture_on_commit_callbacks):
    run = candidate_imports.start_import(
        data=(HEAD + f'Ada,ada@mail.example,,"{TITLES[0]}",,,\n').encode(), file_name="a.csv", by=recruiter, at=NOW
    )
    with django_capture_on_commit_callbacks(execute=True):
        resume_imports()
    run.refresh_from_db()
    assert run.state == "ready"


@pytest.mark.parametrize("rows", [20, 2000])
def test_applying_costs_the_same_queries_but_for_batches(recruiter, openings, rows):
    lines = "".join(f'Person {n},p{n}@mail.example,+44 {n},"{TITLES[n % 3]}",,,note\n' for n in range(rows))
    run = dry_run(recruiter, HEAD + lines)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        run = apply(recruiter, run)
    assert run.state == "applied"
    assert Application.objects.count() == ApplicationNote.objects.count() == rows
    assert len(queries) <= 50


# --- pages ----------------------------------------------------------------------------------------------------------


def upload(client, data, *args, name="candidate-import"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post(
        reverse(f"hiring:{name}", args=args), {"file": SimpleUploadedFile("candidates.csv", data, "text/csv")}
    )


def test_pages_lead_from_file_to_pipeline(client, recruiter, openings, django_capture_on_commit_callbacks):
    client.force_login(recruiter)
    with django_capture_on_commit_callbacks(execute=True):
        response = upload(client, FILE)
    run = ImportRun.objects.get()
    page = client.get(response.url).content.decode()
    assert "Add 300 applications" in page
    assert "Susan Dixon-Rogers" in page
    columns = client.get(reverse("hiring:candidate-import-columns", args=[run.pk]))
    assert columns.context["form"]["column-0"].initial == "full_name"
    assert "Such as “Susan Dixon-Rogers”" in columns.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("hiring:candidate-import-apply", args=[run.pk]))
    assert Application.objects.count() == 300
    assert "Go to the candidates" in client.get(response.url).content.decode()


def test_two_columns_for_one_field_keep_what_was_chosen(client, recruiter, openings):
    run = dry_run(recruiter, "A,B\nAda,ada@mail.example\n")
    client.force_login(recruiter)
    response = client.post(
        reverse("hiring:candidate-import-columns", args=[run.pk]), {"column-0": "email", "column-1": "email"}
    )
    assert response.status_code == 422
    assert response.content.decode().count('<option value="email" selected>') == 2


def test_unreadable_file_is_refused_beside_the_field(client, recruiter):
    client.force_login(recruiter)
    response = upload(client, b"PK\x03\x04")
    assert response.status_code == 422
    assert "This is a workbook, not a CSV file." in response.content.decode()
    assert ImportRun.objects.count() == 0


def test_import_is_for_recruiters_and_its_run_for_whoever_brought_the_file(client, recruiter, openings):
    run = dry_run(recruiter, FILE)
    names = ["detail", "columns", "errors"]
    client.force_login(make_person())
    assert client.get(reverse("hiring:candidate-import")).status_code == 403
    assert client.get(reverse("hiring:application-import", args=[openings[0].pk])).status_code == 404
    client.force_login(openings[0].hiring_manager)
    assert client.get(reverse("hiring:application-import", args=[openings[0].pk])).status_code == 403
    client.force_login(make_recruiter("Other Recruiter"))
    for name in names:
        assert client.get(reverse(f"hiring:candidate-import-{name}", args=[run.pk])).status_code == 404
    for name in ("apply", "cancel"):
        assert client.post(reverse(f"hiring:candidate-import-{name}", args=[run.pk])).status_code == 404
        assert client.get(reverse(f"hiring:candidate-import-{name}", args=[run.pk])).status_code == 405
    run.refresh_from_db()
    assert run.state == "ready"
