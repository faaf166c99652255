"""Certificates: one for each completion, the same bytes every time, for any name; checked by anybody; revoked."""

import re
import zlib
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from django.core.cache import cache
from django.urls import reverse

from foundation.errors import Refused
from people.models import AuditEntry, Role
from tests.cast import NOW, finish, fresh, give, make_module, make_person, make_team
from training import policies
from training.actions import assignments, certificates, learning, rules
from training.certificates import Paper, render
from training.models import Assignment, Certificate, Completion, Revocation, Rule, Waiver
from training.reports.learning import done_by, observers_for
from training.reports.standings import standing_of
from training.reports.teams import people_recorded_by
from training.reports.transcripts import transcript_of

DAY = timedelta(days=1)
PAPER = Paper(
    organisation="Northwind Care",
    person="Ann Example",
    module="Recovering a customer",
    completed_on="12 March 2026",
    valid_until="12 March 2027",
    address="https://rapport.example/verify/8a0f5d0e-0000-4000-8000-000000000000/",
    language="en-gb",
)
NAMES = [
    "Ann Example",
    "محمد بن عبد الله", "Ελένη Παπαδοπούλου", "王小明", "Zoë 🙂", "é́̂ Z̵̧̢a̸̛lgo",
    "Maximiliane " * 12 + "M", "W" * 150,
    '#panic() *b* _i_ $x$ "q" \\ @a <b> `c` // /* #sys.inputs', "\ue000", "-", "x\u202ey",
]  # fmt: skip


def completed(person=None, *, at=NOW, **fields):
    return finish(give(make_module(**fields), person or make_person(), at=at), at=at).completion


# The paper


def objects_of(pdf: bytes) -> bytes:
    """What a PDF holds, unpacked."""
    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            found.append(zlib.decompress(stream))
    return b"\n".join(found)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_any_name_makes_one_tagged_page_the_same_every_time(name):
    pdf = render(Paper(**{**_fields(PAPER), "person": name, "module": name[:120]}))
    assert pdf == render(Paper(**{**_fields(PAPER), "person": name, "module": name[:120]}))
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    held = objects_of(pdf)
    assert b"/StructTreeRoot" in held
    assert b"/Marked true" in held
    assert len(re.findall(rb"/Type ?/Page\b", held)) == 1


def _fields(paper):
    return {name: getattr(paper, name) for name in Paper.__slots__}


def test_what_no_font_has_is_left_out_with_a_word(monkeypatch):
    from training import certificates as module

    told = []
    inner = module._compile

    def listening(layout, data, own_fonts):
        told.append(data)
        return inner(layout, data, own_fonts)

    monkeypatch.setattr(module, "_compile", listening)
    render(Paper(**{**_fields(PAPER), "person": "Zoë \U0001f9ff\U000e0041"}))
    assert "the page has them whole" in told[-1]
    told.clear()
    render(PAPER)
    assert len(told) == 1
    assert '"left_out": ""' in told[0]


# Issued


@pytest.mark.django_db
def test_each_completion_has_its_certificate_with_the_names_of_that_day():
    person = make_person("Ann Example")
    module = make_module(valid_months=12)
    first = finish(give(module, person), at=NOW).completion
    person.full_name = "Ann Married"
    person.save()
    module.name = "Another name"
    module.save()
    second = finish(give(module, fresh(person), at=NOW + 300 * DAY), at=NOW + 300 * DAY).completion
    old, new = Certificate.objects.order_by("pk")
    assert (old.completion, new.completion) == (first, second)
    assert (old.person_name, new.person_name) == ("Ann Example", "Ann Married")
    assert (old.module_name == "Another name", new.module_name) == (False, "Another name")
    assert old.token != new.token
    assert old.issued_at == first.completed_at


# Checked by anybody


@pytest.fixture
def checked(client, db):
    cache.clear()

    def page(token):
        return client.get(reverse("certificate-verify", args=[token]))

    return page


@pytest.mark.parametrize(("days", "word"), [(0, "Valid"), (365, "Valid"), (366, "Run out")])
def test_anybody_can_check_it_and_learns_no_more_than_it_says(checked, time_machine, days, word):
    time_machine.move_to(NOW, tick=False)
    team = make_team("Secret/Team")
    person = make_person("Ann Example", team=team, preferred_name="Annie", manager=make_person("Mona Manager"))
    completion = completed(person, valid_months=12)
    time_machine.move_to(NOW + timedelta(days=days), tick=False)
    answer = checked(completion.certificate)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    for told in (word, "Ann Example", completion.module.name, "20 November 2026", "20 November 2027"):
        assert told in page
    for kept in (person.email, "Annie", "Mona", "Secret", "Team", "percent", "/training/", 'href="/"', "sign-in"):
        assert kept not in page


def test_a_revoked_one_says_so_and_not_why(checked):
    completion = completed()
    certificates.revoke(completion=completion, by=make_person(), at=NOW, reason="canary-reason")
    page = checked(completion.certificate).content.decode()
    assert "Revoked" in page
    assert "canary-reason" not in page


def test_whatever_is_no_certificate_gets_the_same_answer_until_it_is_too_much(checked):
    completed()
    tokens = ["8a0f5d0e-0000-4000-8000-000000000000", "x", "9" * 36, "8a0f5d0e00004000800000000000000000", "é"]
    answers = [checked(token) for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r"hx-headers='[^']*'", "", answer.content.decode()) for answer in answers}) == 1
    assert "letter by letter" in answers[0].content.decode()
    cache.clear()
    assert [checked("x").status_code for _n in range(31)] == [404] * 30 + [429]
    assert checked(Completion.objects.get().certificate).status_code == 200


# Revoked


@pytest.mark.django_db
def test_revoking_is_on_record_once_and_never_ones_own():
    completion, trainer = completed(), make_person()
    with pytest.raises(Refused, match="Nobody revokes"):
        certificates.revoke(completion=completion, by=completion.person, at=NOW, reason="Mine.")
    certificates.revoke(completion=completion, by=trainer, at=NOW, reason="Taken by another.")
    with pytest.raises(Refused, match="already"):
        certificates.revoke(completion=completion, by=make_person(), at=NOW, reason="Again.")
    assert Revocation.objects.get().by == trainer
    entry = AuditEntry.objects.get(did="training.revoked")
    assert (entry.actor, entry.reason) == (trainer, "Taken by another.")


@pytest.mark.django_db
def test_what_is_revoked_counts_nowhere():
    person = make_person(team=make_team("Service/Desk"))
    completion = completed(person, valid_months=12)
    learner = make_person(team=person.team)
    row = give(completion.module, learner)
    assert person in observers_for(row, at=NOW)
    certificates.revoke(completion=completion, by=make_person(), at=NOW, reason="No.")
    assert standing_of(completion.assignment, at=NOW).code == "revoked"
    assert person not in observers_for(row, at=NOW)
    assert not done_by(person)
    assert assignments.open_renewals(at=NOW + 340 * DAY) == 0


@pytest.mark.django_db
def test_the_one_before_counts_again_and_its_renewal_opens():
    person, module = make_person(), make_module(valid_months=12)
    first = finish(give(module, person), at=NOW).completion
    later = NOW + 330 * DAY
    second = finish(give(module, person, at=later), at=later).completion
    certificates.revoke(completion=second, by=make_person(), at=later, reason="No.")
    assert Completion.objects.latest().get() == first
    assert standing_of(first.assignment, at=later).code == "expiring"
    assert assignments.open_renewals(at=later) == 1
    assert Assignment.objects.open().get().due_on == first.expires_on


@pytest.mark.django_db
@pytest.mark.parametrize(("revoked", "again"), [(True, 1), (False, 0)])
def test_a_rule_asks_again_for_what_was_revoked(revoked, again):
    person = make_person(job_title="Agent")
    rule = rules.create_rule(
        module=make_module(), name="Agents", why="Agents.", job_title="Agent", by=None, at=NOW, due=Rule.Due.NEVER
    )
    rules.switch_on(rule=rule, by=None, at=NOW)
    completion = finish(Assignment.objects.get(person=person)).completion
    if revoked:
        certificates.revoke(completion=completion, by=make_person(), at=NOW, reason="No.")
    assert rules.apply_rule(rule=rule, at=NOW)[0] == again


# Who may


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "scope", "may"),
    [
        (Role.TRAINER, None, True), (Role.TRAINER, "Service", True), (Role.TRAINER, "Other", False),
        (Role.PEOPLE_ADMIN, "Service/Desk", True), (Role.PEOPLE_ADMIN, "Other", False), (Role.AUDITOR, None, False),
        (None, None, False),
    ],
)  # fmt: skip
def test_trainers_and_people_admins_keep_records_of_their_scope(role, scope, may):
    person = make_person(team=make_team("Service/Desk"))
    by = make_person(team=person.team, roles={role: make_team(scope) if scope else None} if role else None)
    assert policies.can_record_for(by, person) is may
    for one in (person, by):
        assert people_recorded_by(by).filter(pk=one.pk).exists() is policies.can_record_for(by, one)
    by.is_active = False
    assert not policies.can_record_for(by, person)
    assert not people_recorded_by(by).exists()


# The transcript


@pytest.mark.django_db
def test_transcript_has_every_cycle_and_waiver_newest_first(client, django_assert_max_num_queries):
    person, trainer = make_person("Ann Example"), make_person(roles={Role.TRAINER: None})
    module = make_module(valid_months=12)
    finish(give(module, person, at=NOW - 700 * DAY), at=NOW - 700 * DAY)
    finish(give(module, person, at=NOW - 350 * DAY), at=NOW - 350 * DAY)
    waived = give(make_module(name="=cmd"), person)
    assignments.waive(assignment=waived, kind=Waiver.Kind.OUTSIDE, by=trainer, at=NOW, reason="At the college.")
    with django_assert_max_num_queries(2):
        entries = transcript_of(person, at=NOW)
    assert [(one.state, one.day) for one in entries] == [
        ("Waived", NOW.date()), ("Valid", (NOW - 350 * DAY).date()), ("Run out", (NOW - 700 * DAY).date())
    ]  # fmt: skip
    client.force_login(person)
    page = client.get(reverse("training:transcript", args=[person.pk])).content.decode()
    assert page.count("/certificate/") == 2
    assert "At the college." in page
    assert "/revoke/" not in page
    sheet = b"".join(client.get(reverse("training:transcript-csv", args=[person.pk]))).decode("utf-8-sig")
    assert sheet.splitlines()[1].startswith("'=cmd,2026-11-20,,,Waived,")
    assert len(sheet.splitlines()) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("own", [True, False])
def test_by_how_much_somebody_passed_is_their_own(client, own):
    person, trainer = make_person(), make_person(roles={Role.TRAINER: None})
    row = give(make_module("quiz"), person)
    record = learning.open_part(assignment=row, part=row.version.parts.get(), at=NOW)
    attempt = learning.start_attempt(record=record, chance=Random(1), at=NOW)
    right = {one["key"]: one["order"].index(0) for one in attempt.asked if one["key"] == "one"}
    learning.submit_quiz(attempt=attempt, answers=right, at=NOW)
    assert Completion.objects.get().percent == 50
    client.force_login(person if own else trainer)
    page = client.get(reverse("training:transcript", args=[person.pk])).content.decode()
    sheet = b"".join(client.get(reverse("training:transcript-csv", args=[person.pk]))).decode("utf-8-sig")
    assert ("50 %" in page, ",50," in sheet) == (own, own)


@pytest.mark.django_db
def test_certificate_is_a_file_for_the_person_and_gone_when_revoked(client):
    completion = completed(make_person(), valid_months=12)
    client.force_login(completion.person)
    address = reverse("training:certificate-pdf", args=[completion.pk])
    answer = client.get(address)
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    certificates.revoke(completion=completion, by=make_person(), at=NOW, reason="No.")
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_revoking_by_page_needs_a_reason_and_tells_of_a_second_time(client):
    completion, trainer = completed(), make_person(roles={Role.TRAINER: None})
    client.force_login(trainer)
    address = reverse("training:completion-revoke", args=[completion.pk])
    assert client.post(address, {"reason": " "}).status_code == 422
    assert not Revocation.objects.exists()
    assert client.post(address, {"reason": "Taken by another."}).status_code == 302
    again = client.post(address, {"reason": "Again."})
    assert (again.status_code, "already" in again.content.decode()) == (422, True)
    transcript = client.get(reverse("training:transcript", args=[completion.person_id])).content.decode()
    assert "Taken by another." in transcript
    assert "/certificate/" not in transcript
