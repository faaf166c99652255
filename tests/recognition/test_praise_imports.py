"""Customers' words from a file: hostile rows by line and reason, masked before anybody reads them, once, forgotten."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation.spreadsheets import Unreadable
from notifications.models import Delivery
from people.actions import imports
from people.models import AuditEntry, ImportRun, Role
from recognition.actions import praise_imports
from recognition.actions.praise import check_praise, enter_praise
from recognition.models import Praise
from recognition.notices import PRAISE_WAITS
from recognition.praise_rows import token_of
from tests.api.caller import Caller, assert_problem
from tests.cast import NOW, make_person, make_site, make_team

pytestmark = pytest.mark.django_db
HEAD = "said,said_on,source,reference,consent,kind,channel,about,team,site,customer\n"
GOOD = "Anna Kowalska here: she rang.,2026-11-19,Survey,17,yes,,,{maya},service/NIGHT,leeds,Anna Kowalska\n"


@pytest.fixture
def steward():
    return make_person("Stan Steward", roles={Role.STEWARD: None})


@pytest.fixture
def maya():
    make_team("Service/Night")
    make_site("Leeds")
    return make_person("Maya Okafor")


def checked(by, data, head=HEAD):
    data = data if isinstance(data, bytes) else (head + data).encode()
    run = praise_imports.start_import(data=data, file_name="survey.csv", by=by, at=NOW)
    imports.check_import(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    return run


def applied(by, data):
    run = checked(by, data)
    assert run.state == "ready", run.report
    imports.queue_import(run=run, by=by, at=NOW)
    imports.apply_import(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    return run


def test_a_row_waits_masked_for_a_check(steward, maya):
    other = make_person("Sue Second", roles={Role.STEWARD: None})
    run = checked(steward, GOOD.format(maya=maya.email.upper()))
    (row,) = run.report["new"]
    assert (row["words"], row["about"], row["team"], row["site"]) == (
        "[name] here: she rang.", [[maya.pk, "Maya Okafor"]], "Service/Night", "Leeds",
    )  # fmt: skip
    assert "Kowalska" not in str(run.report)
    applied(steward, GOOD.format(maya=maya.email) + "Cold tea.,2026-11-18,Survey,18,,complaint,online,,,,\n")
    one, two = Praise.objects.order_by("-said_on")
    assert (one.original, one.words, one.customer) == (
        "Anna Kowalska here: she rang.", "[name] here: she rang.", "Anna Kowalska",
    )  # fmt: skip
    assert (one.state, one.kind, one.channel, one.consent, one.said_on, one.entered_by, [*one.about.all()]) == (
        "waiting", "praise", "survey", True, date(2026, 11, 19), steward, [maya],
    )  # fmt: skip
    assert (two.kind, two.channel, two.consent, two.about.count(), two.team) == ("complaint", "online", False, 0, None)
    assert AuditEntry.objects.filter(did="recognition.praise_entered", actor=steward).count() == 2
    assert not any("Kowalska" in str(entry.changes) for entry in AuditEntry.objects.all())
    # One word to the other steward, not one for each row.
    told = Delivery.objects.filter(kind=PRAISE_WAITS.key)
    assert set(told.values_list("recipient", "subject_id")) == {(other.pk, one.pk)}


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",2026-11-19,S,1,,,,,,,", "said", "required"),
        ("x" * 100_000 + ",2026-11-19,S,1,,,,,,,", "said", "longer than 4000"),
        ("Kind\x07 words,2026-11-19,S,1,,,,,,,", "said", "control"),
        ("Kind \u202ewords,2026-11-19,S,1,,,,,,,", "said", "turns text around"),
        ("Kind.,,S,1,,,,,,,", "said_on", "required"),
        ("Kind.,19.11.2026,S,1,,,,,,,", "said_on", "not a date"),
        ("Kind.,2026-11-21,S,1,,,,,,,", "said_on", "in the future"),
        ("Kind.,2026-11-19,,1,,,,,,,", "source", "required"),
        ("Kind.,2026-11-19,S,,,,,,,,", "reference", "required"),
        ("Kind.,2026-11-19,S," + "9" * 201 + ",,,,,,,", "reference", "longer than 200"),
        ("Kind.,2026-11-19,S,1,perhaps,,,,,,", "consent", "yes or no"),
        ("Kind.,2026-11-19,S,1,,lesson,,,,,", "kind", "praise or complaint"),
        ("Kind.,2026-11-19,S,1,,,pigeon,,,,", "channel", "call, person"),
        ("Kind.,2026-11-19,S,1,,,,nobody@staff.example,,,", "about", "nobody who works here"),
        ("Kind.,2026-11-19,S,1,,,,lou@staff.example,,,", "about", "nobody who works here"),
        ("Kind.,2026-11-19,S,1,,,,{fifty},,,", "about", "more than fifty"),
        ("Kind.,2026-11-19,S,1,,,,,Elsewhere,,", "team", "no such team"),
        ("Kind.,2026-11-19,S,1,,,,,,Elsewhere,", "site", "no such site"),
        ("Kind.,2026-11-19,S,1,,,,,,," + "x" * 201, "customer", "longer than 200"),
        ("Kind.,2026-11-19,S,1", "", "4 cells where there are 11"),
        ("Kind.,2026-11-19,Survey,17,,,,,,,", "reference", "on line 2 already"),
    ],
)
def test_bad_rows_are_told_by_line_and_column_and_stop_the_file(steward, maya, row, column, reason):
    make_person(email="lou@staff.example", is_active=False)
    row = row.replace("{fifty}", " ".join(f"p{n}@staff.example" for n in range(51)))
    run = checked(steward, GOOD.format(maya=maya.email) + row + "\n")
    assert run.state == "rejected"
    (error,) = run.report["errors"]
    assert (error["line"], error["column"]) == (3, column)
    assert reason in error["reason"]
    if column in {"said", "source", "reference", "customer"}:
        assert error["value"] == ""
    assert not Praise.objects.exists()


@pytest.mark.parametrize("data", [b"said,said_on\nA \x00 B,2026-11-19\n", b"PK\x03\x04rest", b"", b"said\n\x81\xfe\n"])
def test_what_cannot_be_read_at_all_is_not_kept(steward, data):
    with pytest.raises(Unreadable):
        praise_imports.start_import(data=data, file_name="x.csv", by=steward, at=NOW)
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_names_in_many_scripts_are_masked_in_every_encoding(steward, encoding):
    names = ["Дмитрий Орлов", "Ελένη Παππά", "محمد العلي", "王小明", "प्रिया शर्मा", "Zoë Müller"]
    rows = "".join(f"Thanks! {name} again,2026-11-19,S,{n},yes,,,,,,{name}\n" for n, name in enumerate(names))
    run = applied(steward, (HEAD + rows).encode(encoding))
    assert run.report["counts"]["new"] == len(names)
    assert {one.words for one in Praise.objects.all()} == {"Thanks! [name] again"}


def test_an_old_encoding_is_read_and_said(steward):
    run = checked(steward, (HEAD + "Zoë war nett,2026-11-19,S,1,,,,,,,Zoë\n").encode("cp1252"))
    assert run.report["guessed"]
    assert run.report["new"][0]["words"] == "[name] war nett"


def test_a_formula_stays_text_and_is_none_in_the_list_of_errors(client, steward):
    applied(steward, '"=HYPERLINK(""http://x"")",2026-11-19,S,1,,,,,,,\n')
    assert Praise.objects.get().original == '=HYPERLINK("http://x")'
    run = checked(steward, "Kind.,2026-11-19,S,2,=1+1,,,,,,\n")
    client.force_login(steward)
    answer = client.get(reverse("recognition:praise-import-errors", args=[run.pk]))
    assert b",'=1+1," in b"".join(answer.streaming_content)


def test_the_same_source_and_reference_come_once_by_whichever_way(steward, maya):
    row = GOOD.format(maya=maya.email)
    applied(steward, row)
    again = checked(steward, row.replace("she rang", "she wrote"))
    assert (again.report["counts"]["new"], again.report["counts"]["unchanged"]) == (0, 1)
    one = Praise.objects.get()
    check_praise(praise=one, words="", decision="discarded", by=steward, at=NOW)
    assert checked(steward, row).report["counts"]["unchanged"] == 1  # what was discarded does not come back
    body = {
        "kind": "praise", "said": "She rang.", "said_on": "2026-11-19", "channel": "survey", "source": "survey",
        "reference": "17", "consent": True, "customer": "Anna Kowalska; Ania",
    }  # fmt: skip
    caller = Caller(steward)
    assert caller.post("/recognition/customers/", body).json()["id"] == one.pk
    said = {**body, "reference": "18", "said": "Ania: she rang.", "about": [maya.pk]}
    made = [caller.post("/recognition/customers/", said).json() for _double in range(2)]
    assert made[0] == made[1]
    assert (made[0]["words"], made[0]["state"], made[0]["about"]) == (
        "[name]: she rang.", "waiting", [{"id": maya.pk, "name": "Maya Okafor"}],
    )  # fmt: skip
    assert "customer" not in made[0]
    assert Praise.objects.count() == 2
    assert "said_on" in str(
        assert_problem(caller.post("/recognition/customers/", body | {"reference": "19", "said_on": "2126-01-01"}), 400)
    )
    assert_problem(Caller(maya).post("/recognition/customers/", body), 403)


def test_of_two_at_once_the_second_finds_the_row_of_the_first(steward, monkeypatch):
    """As if both had looked before either wrote: the database keeps one."""
    other = make_person(roles={Role.STEWARD: None})
    given: dict[str, Any] = {"kind": "praise", "original": "Kind.", "channel": "call", "said_on": date(2026, 11, 19)}
    given |= {"at": NOW, "token": token_of("Survey", "1")}
    first = enter_praise(**given, by=steward)
    monkeypatch.setattr("recognition.actions.praise.Praise.objects.filter", lambda **_: Praise.objects.none())
    assert enter_praise(**given, by=other) == first


def test_a_form_cannot_take_the_place_of_a_reference(client, maya):
    client.force_login(maya)
    body = {"kind": "praise", "original": "Kind.", "channel": "call", "said_on": "2026-11-19"}
    for token, status in ((token_of("Survey", "1"), 422), (uuid4(), 302)):
        assert client.post(reverse("recognition:praise-enter"), body | {"token": str(token)}).status_code == status


@pytest.mark.parametrize("end", ["applied", "rejected", "cancelled"])
def test_the_file_is_gone_as_soon_as_it_is_over(steward, end, django_capture_on_commit_callbacks):
    row = GOOD.format(maya="" if end != "rejected" else "nobody@staff.example").replace("service/NIGHT,leeds", ",")
    run = praise_imports.start_import(data=(HEAD + row).encode(), file_name="survey.csv", by=steward, at=NOW)
    name = run.file.name
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        imports.check_import(run_id=run.pk, clock=lambda: NOW)
        run.refresh_from_db()
        if end == "cancelled":
            imports.cancel_import(run=run, by=steward, at=NOW)
        elif end == "applied":
            imports.queue_import(run=run, by=steward, at=NOW)
            imports.apply_import(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, run.file.name, default_storage.exists(name)) == (end, "", False)
    assert "Kowalska" not in str(run.report)
    assert ("errors" in run.report) == (end == "rejected")


def test_the_page_walks_from_file_to_queue(client, steward, maya, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(steward)
    file = SimpleUploadedFile("survey.csv", (HEAD + GOOD.format(maya=maya.email)).encode())
    client.post(reverse("recognition:praise-import"), {"file": file})
    run = ImportRun.objects.get()
    imports.check_import(run_id=run.pk, clock=lambda: NOW)
    page = client.get(reverse("recognition:praise-import-detail", args=[run.pk])).content.decode()
    assert "[name] here: she rang." in page
    assert "Kowalska" not in page
    client.post(reverse("recognition:praise-import-apply", args=[run.pk]))
    imports.apply_import(run_id=run.pk, clock=lambda: NOW)
    assert "she rang" not in client.get(reverse("recognition:praise-import-detail", args=[run.pk])).content.decode()
    assert Praise.objects.waiting().count() == 1


@pytest.mark.parametrize("count", [3, 40])
def test_a_long_file_costs_no_more_queries(steward, maya, count, django_assert_max_num_queries):
    rows = "".join(f"Kind.,2026-11-19,S,{n},,,,{maya.email},,,\n" for n in range(count))
    run = checked(steward, rows)
    imports.queue_import(run=run, by=steward, at=NOW)
    with django_assert_max_num_queries(45):
        imports.apply_import(run_id=run.pk, clock=lambda: NOW)
    assert Praise.objects.count() == count


def test_stewards_of_a_team_alone_bring_nothing_in(client, maya):
    """What comes may be about anybody, and they may not read what was said of others."""
    client.force_login(make_person(roles={Role.STEWARD: make_team("Service/Night")}))
    assert client.get(reverse("recognition:praise-import")).status_code == 403
    assert reverse("recognition:praise-import") not in client.get(reverse("recognition:praise-list")).content.decode()
