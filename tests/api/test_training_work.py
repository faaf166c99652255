"""Training's daily work over the API: modules written, rules, practice judged, sessions, skills, transcripts. What each
may do is in tests/access/table.py; here, that it does the same as the pages, and says what is wrong where."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from people.models import AuditEntry
from tests.api.caller import Caller, assert_problem, faults
from tests.api.training_scene import TrainingScene, Work, set_training, set_work
from tests.cast import finish, give, make_module, make_person, make_team, module_content
from training.actions import certificates, outside
from training.models import Assignment, Booking, Module, PartRecord, Rule, SkillNeed
from training.module_files import dump_module, parse_module
from training.reports.modules import content_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> TrainingScene:
    return set_training(make_team("Service/Desk"))


@pytest.fixture
def work(scene) -> Work:
    return set_work(scene)


@pytest.fixture
def learner(work) -> Caller:
    return Caller(work.learner)


@pytest.fixture
def leader(scene) -> Caller:
    return Caller(scene.leader)


@pytest.fixture
def trainer(scene) -> Caller:
    return Caller(scene.trainer)


def at(days: int, hour: int = 10) -> str:
    return f"{timezone.now() + timedelta(days=days):%Y-%m-%d}T{hour:02}:00:00Z"


# --- modules ----------------------------------------------------------------------------------------------------------


def test_module_goes_from_text_to_a_published_version_and_back_to_the_same_text(trainer, learner):
    text = dump_module(module_content("lesson", "quiz"))
    draft = trainer.post("/training/modules/", {"text": text}).json()
    assert (draft["state"], draft["number"], draft["created_by"]["id"]) == ("draft", 1, trainer.person.pk)
    module = f"/training/modules/{draft['module']['id']}"
    assert_problem(learner.get(f"{module}/"), 404)
    again = trainer.put(f"{module}/draft/", {"text": text.replace("The lesson", "Another lesson")}).json()
    assert again["id"] == draft["id"]
    version = f"/training/module-versions/{draft['id']}"
    told = trainer.post(f"{version}/publish/", {"change_note": "The first."}).json()
    assert (told["state"], told["change_note"]) == ("published", "The first.")
    assert learner.get(f"{module}/").json()["version"]["parts"][0]["title"] == "Another lesson"
    exported = trainer.get(f"{version}/export/", Accept="application/yaml")
    stored = Module.objects.get(pk=draft["module"]["id"]).versions.get()
    assert parse_module(exported.content) == content_of(stored)
    assert [row["id"] for row in trainer.rows(f"{module}/versions/")] == [draft["id"]]
    assert_problem(trainer.post(f"{version}/publish/", {}), 409, "not_a_draft")
    assert AuditEntry.objects.filter(did__in=("training.module_created", "training.module_published")).count() >= 2


def test_what_is_wrong_with_a_text_is_named_with_its_line(trainer, scene):
    before = Module.objects.count()
    broken = dump_module(module_content("quiz")).replace("pass_percent: 50", "pass_percent: 500")
    for answer in (
        trainer.post("/training/modules/", {"text": broken}),
        trainer.put(f"/training/modules/{scene.free.pk}/draft/", {"text": broken}),
    ):
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["pointer"]) == (400, "/text")
        assert error["detail"].startswith("Line ")
    assert faults(trainer.post("/training/modules/", {"text": "- no module"}))
    assert Module.objects.count() == before


@pytest.mark.parametrize(("under_way", "version"), [("keep", 1), ("move", 2)])
def test_publishing_says_what_becomes_of_those_under_way_and_done(trainer, scene, under_way, version):
    module = scene.done.module
    started = give(module, make_person(), at=timezone.now())
    Assignment.objects.filter(pk=started.pk).update(state="started", started_at=timezone.now())
    text = dump_module(content_of(module.versions.get()))
    draft = trainer.put(f"/training/modules/{module.pk}/draft/", {"text": text}).json()
    path = f"/training/module-versions/{draft['id']}/publish/"
    assert faults(trainer.post(path, {"completed": "again"})) == {("/again_due_on", "invalid")}
    due = at(20)[:10]
    trainer.post(path, {"under_way": under_way, "completed": "again", "again_due_on": due})
    started.refresh_from_db()
    assert started.version.number == version
    again = Assignment.objects.open().get(person=scene.learner, module=module)
    assert (again.version.number, again.due_on.isoformat()) == (2, due)


def test_draft_is_discarded_with_a_module_that_has_no_other_version(trainer, scene, work):
    assert trainer.post(f"/training/module-versions/{work.version.pk}/discard/").status_code == 204
    assert not Module.objects.filter(pk=scene.draft.pk).exists()
    for _time in range(2):
        assert trainer.post(f"/training/modules/{scene.free.pk}/archive/").json()["archived_at"]
    assert trainer.post(f"/training/modules/{scene.free.pk}/restore/").json()["archived_at"] is None


# --- rules ------------------------------------------------------------------------------------------------------------


def test_rule_is_written_looked_at_and_changed(trainer, scene):
    person = make_person("Ann", job_title="Cook")
    body = {"module": scene.free.pk, "name": "Kitchen", "why": "All cooks.", "job_title": "Cook", "due_days": 5}
    rule = trainer.post("/training/rules/", body).json()
    assert (rule["state"], rule["due"], rule["due_days"]) == ("off", "given", 5)
    path = f"/training/rules/{rule['id']}"
    assert trainer.get(f"{path}/preview/").json() == {
        "matching": 1, "gains": 1, "loses": 0, "gaining": [{"id": person.pk, "name": "Ann"}], "losing": [],
    }  # fmt: skip
    trainer.post(f"{path}/on/")
    assert trainer.patch(f"{path}/", {"job_title": "Chef"}).json()["job_title"] == "Chef"
    assert Assignment.objects.get(rule=rule["id"]).state == "withdrawn"


def test_fixed_day_of_a_rule_is_named_now_or_before(trainer, scene):
    body = {"module": scene.free.pk, "name": "R", "why": "W", "due": "fixed"}
    assert faults(trainer.post("/training/rules/", body)) == {("/due_on", "required")}
    path = f"/training/rules/{scene.rule.pk}/"
    assert faults(trainer.patch(path, {"due": "fixed"})) == {("/due_on", "required")}
    assert trainer.patch(path, {"due_on": "2027-01-10"}).json()["due"] == "given"
    assert trainer.patch(path, {"due": "fixed"}).json()["due_on"] == "2027-01-10"
    assert faults(trainer.patch(path, {"module": scene.free.pk})) == {("/module", "unknown_field")}
    assert Rule.objects.count() == 1


# --- practice ---------------------------------------------------------------------------------------------------------


def test_observer_finds_what_waits_judges_it_and_returns_it_with_a_comment(trainer, learner, work):
    queue = f"/training/sign-offs/?observer={trainer.person.pk}&state=waiting"
    (row,) = trainer.rows(queue)
    assert (row["id"], row["note"], row["practice"]) == (work.sign_off.pk, "At ten.", "The practice")
    assert row["rubric"][0] | {"anchors": len(row["rubric"][0]["anchors"])} == {
        "behaviour": "greets", "name": "Greets", "anchors": 5, "level": None,
    }  # fmt: skip
    path = f"/training/sign-offs/{work.sign_off.pk}"
    low = {"levels": [{"behaviour": "greets", "level": 1}]}
    for wrong, pointer in (
        (low, "/comment"),
        ({"levels": [{"behaviour": "sings", "level": 5}]}, "/levels"),
        ({"levels": [*low["levels"], *low["levels"]]}, "/levels"),
        ({"levels": [{"behaviour": "greets", "level": 6}]}, "/levels/0/level"),
    ):
        assert {place for place, _code in faults(trainer.post(f"{path}/judge/", wrong))} == {pointer}
    told = trainer.post(f"{path}/judge/", low | {"comment": "Look up."}).json()
    assert (told["state"], told["comment"], told["rubric"][0]["level"]) == ("returned", "Look up.", 1)
    assert learner.get(f"{path}/").json() == told
    assert trainer.rows(queue) == []
    assert_problem(trainer.post(f"{path}/judge/", low | {"comment": "Once more."}), 409, "judged")
    assert_problem(Caller(make_person()).get(f"{path}/"), 404)


def test_learner_takes_a_request_back_once_and_never_judges_it(learner, work):
    path = f"/training/sign-offs/{work.sign_off.pk}"
    assert_problem(learner.post(f"{path}/judge/", {"levels": [{"behaviour": "greets", "level": 5}]}), 403)
    assert learner.post(f"{path}/take-back/").json()["state"] == "withdrawn"
    assert_problem(learner.post(f"{path}/take-back/"), 409, "judged")


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_session_is_planned_moved_and_called_off(trainer, learner, work):
    body = {
        "module": work.session.module_id, "part_key": "session", "starts_at": at(5), "ends_at": at(5, 11),
        "trainer": trainer.person.pk, "seats": 1,
    }  # fmt: skip
    assert faults(trainer.post("/training/sessions/", body)) == {("/place", "invalid")}
    session = trainer.post("/training/sessions/", body | {"place": "Room 4"}).json()
    assert (session["title"], session["free"], session["waiting"], session["mine"]) == ("The session", 1, 0, None)
    path = f"/training/sessions/{session['id']}/"
    assert trainer.patch(path, {"starts_at": at(6), "ends_at": at(6, 12)}).json()["starts_at"] == at(6)
    assert_problem(trainer.post("/training/sessions/", body | {"place": "R", "part_key": "none"}), 409)
    assert faults(trainer.patch(path, {"starts_at": "2020-01-01T10:00:00Z"}))
    cancelled = trainer.post(f"{path}cancel/", {"reason": "Ill."}).json()
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "Ill.")
    assert session["id"] not in {row["id"] for row in learner.rows("/training/sessions/?show=coming")}


def test_seats_run_out_and_whoever_waits_moves_up(trainer, learner, work):
    path = f"/training/sessions/{work.session.pk}"
    other = make_person("Wanda Waits", team=work.learner.team)
    give(work.session.module, other, at=timezone.now())
    waits = Caller(other)
    (mine,) = waits.post(f"{path}/bookings/", {}).json()
    assert mine["state"] == "waiting"
    told = waits.get(f"{path}/").json()
    assert (told["free"], told["waiting"], told["link"]) == (0, 1, "")
    assert [row["person"]["id"] for row in trainer.get(f"{path}/bookings/").json()] == [work.learner.pk, other.pk]
    assert [row["person"]["id"] for row in waits.get(f"{path}/bookings/").json()] == [other.pk]
    assert learner.get(f"{path}/").json()["link"] == "https://call.example/x"
    assert learner.post(f"/training/bookings/{work.booking.pk}/give-up/").json()["state"] == "cancelled"
    (now,) = waits.rows("/training/sessions/?show=mine")
    assert (now["mine"], now["link"]) == ({"id": mine["id"], "state": "booked"}, "https://call.example/x")


def test_trainers_book_for_others_and_nobody_else_does(trainer, leader, work):
    person = make_person("Ben Booked", manager=leader.person)
    give(work.session.module, person, at=timezone.now())
    path = f"/training/sessions/{work.session.pk}/bookings/"
    assert_problem(leader.post(path, {"people": [person.pk]}), 403, "permission_denied")
    (made,) = trainer.post(path, {"people": [person.pk]}).json()
    assert (made["person"]["id"], made["state"]) == (person.pk, "waiting")
    assert_problem(trainer.post(path, {"people": [make_person().pk]}), 409)


def test_attendance_is_marked_once_it_has_begun_and_corrected_with_a_reason(trainer, work):
    path, marks = f"/training/sessions/{work.session.pk}", {"marks": [{"booking": work.booking.pk, "was_there": False}]}
    assert_problem(trainer.post(f"{path}/attendance/", marks), 409)
    with time_machine.travel(work.session.starts_at + timedelta(minutes=5), tick=False):
        late = Caller(trainer.person)
        assert {row["id"] for row in late.rows("/training/sessions/?show=mark")} == {work.session.pk}
        strange = {"marks": [{"booking": 10**6, "was_there": True}]}
        assert faults(late.post(f"{path}/attendance/", strange)) == {("/marks", "invalid")}
        for _time in range(2):
            assert late.post(f"{path}/attendance/", marks).json()["state"] == "held"
        correct = f"/training/bookings/{work.booking.pk}/correct/"
        assert late.post(correct, {"was_there": True, "reason": "Came late."}).json()["state"] == "attended"
    assert PartRecord.objects.get(assignment=work.booking.assignment).done_at
    assert Booking.objects.get(pk=work.booking.pk).reason == "Came late."


# --- skills -----------------------------------------------------------------------------------------------------------


def test_levels_gaps_and_what_closes_them(trainer, leader, learner, work, scene):
    type(work.learner).objects.filter(pk=work.learner.pk).update(job_title="Agent")
    needs = {"title": "AGENT", "needs": [{"skill": work.skill.pk, "level": 2}]}
    assert trainer.put("/training/skill-needs/", needs).json() == {
        "title": "Agent", "people": 1, "needs": [{"skill": {"id": work.skill.pk, "name": "Patience"}, "level": 2}],
    }  # fmt: skip
    (row,) = leader.get(f"/training/people/{work.learner.pk}/skills/").json()
    assert (row["level"], row["need"], row["gap"], row["module"], row["until"]) == (0, 2, 2, None, None)
    assert row["closing"] == [{"module": {"id": scene.free.pk, "name": scene.free.name}, "level": 2}]
    body = {
        "person": work.learner.pk,
        "skill": work.skill.pk,
        "level": 1,
        "evidence": "One call.",
        "valid_until": at(9)[:10],
    }
    judged = leader.post("/training/skill-sign-offs/", body).json()
    assert (judged["by"]["id"], judged["evidence"]) == (leader.person.pk, "One call.")
    (row,) = learner.get(f"/training/people/{work.learner.pk}/skills/").json()
    assert (row["level"], row["gap"], row["judgement"], row["until"]) == (1, 1, judged["id"], at(9)[:10])
    assert [one["id"] for one in learner.rows("/training/skill-sign-offs/")] == [judged["id"]]
    assert faults(leader.post("/training/skill-sign-offs/", body | {"valid_until": "2020-01-01"}))
    assert_problem(leader.post("/training/skill-sign-offs/", body | {"person": leader.person.pk}), 403)
    finish(give(scene.free, work.learner, at=timezone.now()), at=timezone.now())
    (row,) = learner.get(f"/training/people/{work.learner.pk}/skills/").json()
    assert (row["level"], row["gap"], row["module"]["id"], row["judgement"]) == (2, 0, scene.free.pk, None)


def test_skill_is_described_given_archived_and_restored(trainer, learner, work):
    path, other = f"/training/skills/{work.skill.pk}", make_module()
    given = trainer.put(f"{path}/modules/", {"module": other.pk, "level": 3}).json()["given_by"]
    assert [one["level"] for one in given] == [3, 2]
    assert len(trainer.put(f"{path}/modules/", {"module": other.pk, "level": 0}).json()["given_by"]) == 1
    assert trainer.patch(f"{path}/", {"name": "Calm"}).json()["name"] == "Calm"
    assert trainer.post(f"{path}/archive/").json()["archived_at"]
    assert_problem(learner.get(f"{path}/"), 404)
    assert learner.rows("/training/skills/") == []
    assert trainer.post(f"{path}/restore/").json()["archived_at"] is None
    anchors = {f"level_{level}": "Seen." for level in (1, 2, 3, 4)}
    assert faults(trainer.post("/training/skills/", {"name": "calm", **anchors})) == {("/name", "invalid")}


def test_need_that_is_named_twice_or_taken_away(trainer, work):
    once = {"skill": work.skill.pk, "level": 3}
    answer = trainer.put("/training/skill-needs/", {"title": "Host", "needs": [once, once]})
    assert faults(answer) == {("/needs", "twice")}
    trainer.put("/training/skill-needs/", {"title": "Host", "needs": [once]})
    assert [job["title"] for job in trainer.get("/training/skill-needs/").json()] == ["Host"]
    told = trainer.put("/training/skill-needs/", {"title": "host", "needs": [once | {"level": 0}]}).json()
    assert (told["needs"], SkillNeed.objects.count()) == ([], 0)


# --- transcripts ------------------------------------------------------------------------------------------------------


def test_transcript_tells_what_counts_and_the_score_to_oneself_alone(scene, leader, trainer):
    now = timezone.now()
    outside.record_one(
        person=scene.learner, module=scene.free, completed_on=(now - timedelta(days=40)).date(), expires_on=None,
        source="College", evidence="No. 17", by=scene.trainer, at=now,
    )  # fmt: skip
    leader.post(f"/training/assignments/{scene.late.pk}/waive/", {"kind": "outside", "reason": "At the fair."})
    path = f"/training/people/{scene.learner.pk}/transcript/"
    told = {row["state"]: row for row in leader.get(path).json() if row["done_at"] != "College"}
    assert set(told) == {"valid", "waived"}
    assert told["valid"]["completion"] == scene.done.pk
    assert told["valid"]["certificate"] == str(scene.done.certificate)
    assert told["waived"]["waiver"]["reason"] == "At the fair."
    (elsewhere,) = (row for row in leader.get(path).json() if row["done_at"] == "College")
    assert (elsewhere["evidence"], elsewhere["certificate"]) == ("No. 17", None)
    certificates.revoke(completion=scene.done, by=scene.trainer, at=now, reason="Not theirs.")
    revoked = next(row for row in Caller(scene.learner).get(path).json() if row["completion"] == scene.done.pk)
    assert (revoked["state"], revoked["revoked_because"], revoked["certificate"]) == ("revoked", "Not theirs.", None)
    assert_problem(Caller(make_person()).get(path), 404)
