"""Evidence of what was learned elsewhere: handed in, judged by somebody else, read by few, deleted when not needed."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from foundation.errors import Invalid, Refused
from people.models import AuditEntry, Role
from tests.cast import NOW, give, make_module, make_person, make_team
from tests.foundation.test_uploads import PDF, picture
from training import notices, policies, verdicts
from training.actions import assignments, certificates, learning, sign_offs
from training.actions import evidence as actions
from training.models import Completion, Evidence, SignOff, Waiver
from training.reports.learning import observers_for
from training.reports.standings import standing_of
from training.reports.work import work_for

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
DONE = date(2026, 3, 2)
State = SignOff.State


@pytest.fixture
def manager():
    return make_person("Mona Manager")


@pytest.fixture
def learner(manager):
    return make_person("Lena Learner", manager=manager, team=make_team("Service/Desk"))


@pytest.fixture
def record(learner):
    return part_of(learner)


def part_of(learner, *kinds, **fields):
    row = give(make_module("evidence", *kinds, valid_months=12), learner, **fields)
    return learning.open_part(assignment=row, part=row.version.parts.get(kind="evidence"), at=NOW)


def hand_in(record, to, **fields):
    values: dict[str, Any] = {
        "title": "First-aid course",
        "done_on": DONE,
        "upload": io.BytesIO(PDF),
        "name": "aid.pdf",
        "at": NOW,
    }
    return actions.hand_in(record=record, observer=to, **values | fields)


def judge(evidence, accepted, comment="", at=NOW):
    return sign_offs.judge_evidence(
        sign_off=evidence.sign_off, by=evidence.sign_off.observer, accepted=accepted, comment=comment, at=at
    )


def titled(tell):
    told: Any = tell(SignOff.objects.get())
    return told.title


# --- handing in -----------------------------------------------------------------------------------------------------


def test_accepted_evidence_does_the_part(record, manager):
    evidence = hand_in(record, manager)
    assert (evidence.name, evidence.content_type, evidence.size) == ("aid.pdf", "application/pdf", len(PDF))
    assert not Completion.objects.exists()
    judge(evidence, True)
    record.refresh_from_db()
    assert record.done_at == NOW
    assert Completion.objects.get().person == record.assignment.person


def test_returned_evidence_needs_a_comment_and_is_handed_in_anew(record, manager):
    first = hand_in(record, manager)
    with pytest.raises(Invalid) as caught:
        judge(first, False, "  ")
    assert list(caught.value.errors) == ["comment"]
    judge(first, False, "The last page is missing.")
    record.refresh_from_db()
    assert record.done_at is None
    judge(hand_in(record, manager), True)
    assert [one.state for one in record.sign_offs.order_by("number")] == [State.RETURNED, State.ACCEPTED]


def test_a_photo_is_made_anew_and_a_link_will_do(record, manager):
    photo = hand_in(record, manager, upload=io.BytesIO(picture(kind="JPEG")), name="Café.jpeg")
    assert (photo.name, photo.content_type) == ("Café.webp", "image/webp")
    sign_offs.take_back(sign_off=photo.sign_off, at=NOW)
    linked = hand_in(record, manager, upload=None, link="https://school.example/c/1")
    assert (linked.file.name, linked.link) == ("", "https://school.example/c/1")


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("file", {"upload": None}),
        ("file", {"upload": io.BytesIO(b"<svg/>"), "name": "a.svg"}),
        ("file", {"upload": io.BytesIO(b"%PDF-1.7 <script>"), "name": "a.pdf"}),
        ("file", {"upload": io.BytesIO(PDF), "name": "a.exe"}),
        ("link", {"link": "javascript:go()"}),
        ("link", {"link": "http://school.example/"}),
        ("done_on", {"done_on": NOW.date() + DAY}),
    ],
)
def test_what_shows_nothing_leaves_nothing(record, manager, field, values):
    with pytest.raises(Invalid) as caught:
        hand_in(record, manager, **values)
    assert list(caught.value.errors) == [field]
    assert not SignOff.objects.exists()


def test_nobody_accepts_their_own_and_nobody_but_who_was_asked(record, learner, manager):
    with pytest.raises(Refused, match="nobody signs off themselves"):
        hand_in(record, learner)
    assert not Evidence.objects.exists()
    evidence = hand_in(record, manager)
    for other in (learner, make_person()):
        with pytest.raises(Refused):
            sign_offs.judge_evidence(sign_off=evidence.sign_off, by=other, accepted=True, at=NOW)
    with pytest.raises(Refused, match="Nothing is practised"):
        sign_offs.judge(sign_off=evidence.sign_off, by=manager, levels={}, at=NOW)
    assert not Completion.objects.exists()


def test_one_is_asked_at_a_time_and_only_where_evidence_is_asked_for(record, learner, manager):
    hand_in(record, manager)
    with pytest.raises(Refused, match="asked already"):
        hand_in(record, make_person())
    with pytest.raises(Refused):
        sign_offs.ask_for_sign_off(record=record, observer=manager, at=NOW)
    lesson = give(make_module("lesson"), learner)
    read = learning.open_part(assignment=lesson, part=lesson.version.parts.get(), at=NOW)
    with pytest.raises(Refused):
        hand_in(read, manager)
    assert Evidence.objects.count() == 1


def test_manager_and_trainers_judge_documents_and_colleagues_do_not(learner, manager):
    row = part_of(learner).assignment
    trainer = make_person("Tara Trainer", roles={Role.TRAINER: None})
    colleague = make_person("Cleo Colleague", team=learner.team)
    held = part_of(colleague)
    held = learning.open_part(assignment=give(row.module, colleague), part=row.version.parts.get(), at=NOW)
    judge(hand_in(held, manager), True)
    assert set(observers_for(row, at=NOW)) == {manager, trainer, colleague}
    assert set(observers_for(row, at=NOW, colleagues=False)) == {manager, trainer}


def test_waiting_on_the_judge_is_not_the_learners_lateness(learner, manager):
    record = part_of(learner, due_on=NOW.date())
    hand_in(record, manager)
    assert standing_of(record.assignment, at=NOW + 5 * DAY).code == "waiting"
    (item,) = work_for(manager, at=NOW)
    assert (str(item.kind), item.title) == ("Evidence to judge", "Lena Learner: The evidence")
    assert titled(notices._of_to_judge) == "Lena Learner hands in: The evidence"
    judge(Evidence.objects.get(), False, "Which day?")
    assert standing_of(record.assignment, at=NOW + 5 * DAY).code == "overdue"
    assert titled(verdicts._of_judged) == "To be handed in anew: The evidence"


# --- who reads it, and for how long ---------------------------------------------------------------------------------

READERS = {
    "learner": True, "judge": True, "trainer everywhere": True, "trainer of the team": True, "trainer elsewhere": False,
    "manager": False, "people admin": False, "colleague": False, "trainer who left": False,
}  # fmt: skip


@pytest.mark.parametrize(("who", "sees"), READERS.items())
def test_policy_and_rows_agree_on_who_reads_it(record, learner, manager, who, sees):
    judge_of_it, elsewhere = make_person("Jo Judge"), make_team("Retail")
    evidence = hand_in(record, judge_of_it)
    reader = {
        "learner": lambda: learner,
        "judge": lambda: judge_of_it,
        "trainer everywhere": lambda: make_person(roles={Role.TRAINER: None}),
        "trainer of the team": lambda: make_person(roles={Role.TRAINER: learner.team}),
        "trainer elsewhere": lambda: make_person(roles={Role.TRAINER: elsewhere}),
        "manager": lambda: manager,
        "people admin": lambda: make_person(roles={Role.PEOPLE_ADMIN: None}),
        "colleague": lambda: make_person(team=learner.team),
        "trainer who left": lambda: make_person(roles={Role.TRAINER: None}, is_active=False),
    }[who]()
    assert policies.can_view_evidence(reader, evidence) is sees
    assert Evidence.objects.visible_to(reader).exists() is sees


def forget(at):
    return actions.forget_outlived(at=at)


@pytest.mark.parametrize("end", ["taken back", "returned", "expired", "revoked", "waived", "waiting", "holds"])
def test_what_nobody_needs_is_deleted_in_its_time(learner, manager, end, settings, django_capture_on_commit_callbacks):
    settings.EVIDENCE_KEPT_DAYS = 30
    record = part_of(learner, "lesson") if end in {"waived", "waiting"} else part_of(learner)
    evidence, until = hand_in(record, manager), NOW + 30 * DAY
    if end == "taken back":
        sign_offs.take_back(sign_off=evidence.sign_off, at=NOW)
        until = NOW - DAY
    elif end == "returned":
        judge(evidence, False, "Which day?")
    elif end != "waiting":
        judge(evidence, True)
    if end == "waived":
        kind = Waiver.Kind.OUTSIDE
        assignments.waive(assignment=record.assignment, kind=kind, by=manager, at=NOW, reason="Elsewhere.")
    if end == "revoked":
        certificates.revoke(completion=Completion.objects.get(), by=manager, at=NOW, reason="Made up.")
    if end == "expired":
        until = NOW + timedelta(days=365 + 31)
    name = evidence.file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert forget(until - DAY) == 0 if end != "taken back" else True
        stays = end in {"waiting", "holds"}
        assert forget(until + DAY) == (0 if stays else 1)
    assert default_storage.exists(name) is stays
    evidence.refresh_from_db()
    assert (evidence.title, evidence.done_on, bool(evidence.file)) == ("First-aid course", DONE, stays)


def test_what_was_handed_in_is_never_changed(record, manager):
    rows = Evidence.objects.filter(pk=hand_in(record, manager).pk)
    for change in (
        lambda: rows.update(title="Another course"),
        lambda: rows.update(link="https://school.example/"),
        lambda: rows.update(file="", name="", forgotten_at=NOW, done_on=NOW.date()),
        lambda: rows.update(forgotten_at=NOW),
        rows.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert rows.get().title == "First-aid course"


# --- pages ----------------------------------------------------------------------------------------------------------


def test_from_handing_in_to_accepted_on_the_pages(client, record, learner, manager, settings):
    settings.SECOND_FACTOR = "nobody"
    row, part = record.assignment, record.part
    with time_machine.travel(NOW, tick=False):
        client.force_login(learner)
        place = reverse("training:part-hand-in", args=[row.pk, part.pk])
        typed = {"title": "First-aid course", "done_on": "2026-03-02", "observer": manager.pk}
        answer = client.post(place, typed)
        assert answer.status_code == 422
        assert "Choose a document" in answer.content.decode()
        assert client.post(place, typed | {"file": SimpleUploadedFile("aid.pdf", PDF)}).status_code == 302
        evidence = Evidence.objects.get()
        page = client.get(reverse("training:part-detail", args=[row.pk, part.pk])).content.decode()
        assert evidence.get_absolute_url() in page
        assert "Hand it in" not in page
        judging = reverse("training:sign-off-detail", args=[evidence.sign_off_id])
        assert client.post(judging, {"accepted": "yes"}).status_code == 403
        client.force_login(manager)
        assert evidence.get_absolute_url() in client.get(judging).content.decode()
        paper = client.get(evidence.get_absolute_url())
        assert b"".join(paper.streaming_content) == PDF
        assert paper["Content-Disposition"] == 'attachment; filename="aid.pdf"'
        assert paper["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert AuditEntry.objects.filter(did="training.evidence_read", actor=manager).count() == 1
        assert client.post(judging, {"accepted": "no"}).status_code == 422
        assert client.post(judging, {"accepted": "yes"}).status_code == 302
        client.force_login(make_person())
        assert client.get(evidence.get_absolute_url()).status_code == 404
    assert Completion.objects.count() == 1
