"""Training over the API: the catalogue without its answers, assignments with their standing, completions, rules."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people.actions import leaves
from people.models import AuditEntry
from tests.api.caller import Caller, assert_problem, faults
from tests.api.training_scene import TrainingScene, set_training
from tests.cast import finish, give, make_person, make_team
from training.actions import certificates, outside
from training.models import Assignment, Completion, Module

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> TrainingScene:
    return set_training(make_team("Service/Desk"))


@pytest.fixture
def learner(scene) -> Caller:
    return Caller(scene.learner)


@pytest.fixture
def leader(scene) -> Caller:
    return Caller(scene.leader)


@pytest.fixture
def trainer(scene) -> Caller:
    return Caller(scene.trainer)


def ids(rows) -> set[int]:
    return {row["id"] for row in rows}


def day(days: int) -> str:
    return (timezone.now() + timedelta(days=days)).date().isoformat()


# --- modules ----------------------------------------------------------------------------------------------------------


def test_module_tells_its_parts_by_their_covers_and_nothing_of_their_answers(scene, learner, trainer):
    for caller in (learner, trainer):
        answers = [caller.get(f"/training/modules/{scene.answers.pk}/"), caller.get("/training/modules/")]
        for answer in answers:
            assert b"canary" not in answer.content
            assert not any(word in answer.content for word in (b"Tell me.", b"I see to it.", b"Greets", b"anchors"))
        told = answers[0].json()
        assert [(part["kind"], part["title"]) for part in told["version"]["parts"]] == [
            ("lesson", "The lesson"),
            ("quiz", "The quiz"),
            ("scenario", "The scenario"),
            ("practice", "The practice"),
        ]
        assert (told["version"]["minutes"], told["validity"]) == (20, None)


def test_what_a_part_holds_is_not_read_at_all(scene, learner, django_assert_max_num_queries):
    with django_assert_max_num_queries(8) as queries:
        learner.get(f"/training/modules/{scene.answers.pk}/")
    assert not any('"stored"' in query["sql"] for query in queries)


def test_validity_says_how_long_a_completion_holds(scene, learner):
    module = scene.done.module
    Module.objects.filter(pk=module.pk).update(anchor="date", anchor_month=4, anchor_day=6)
    assert learner.get(f"/training/modules/{module.pk}/").json()["validity"] == {
        "months": 12, "counts_from": "date", "month": 4, "day": 6, "minimum_days": 0, "window_days": 60,
    }  # fmt: skip


def test_catalogue_is_narrowed_by_words_kind_and_archive(scene, learner, trainer):
    Module.objects.filter(pk=scene.free.pk).update(name="Angry customers", kind="soft_skill")
    Module.objects.filter(pk=scene.late.module_id).update(archived_at=timezone.now())
    assert ids(learner.rows("/training/modules/?q=angry")) == {scene.free.pk}
    assert ids(learner.rows("/training/modules/?kind=soft_skill")) == {scene.free.pk}
    assert ids(trainer.rows("/training/modules/?archived=true")) == {scene.late.module_id}
    assert ids(trainer.rows("/training/modules/?archived=false")) == {
        scene.answers.pk, scene.free.pk, scene.draft.pk, scene.done.module_id,
    }  # fmt: skip
    assert learner.rows("/training/modules/?archived=true") == []
    assert trainer.get(f"/training/modules/{scene.draft.pk}/").json()["version"] is None


# --- assignments --------------------------------------------------------------------------------------------------


def test_each_sees_their_own_their_line_and_their_scope(scene, learner, leader, trainer):
    everything = {scene.open.pk, scene.late.pk, scene.done.assignment_id}
    for caller in (learner, leader, trainer):
        assert ids(caller.rows("/training/assignments/")) == everything
    assert Caller(make_person()).rows("/training/assignments/") == []


def test_standing_is_the_one_of_every_page(scene, leader):
    told = {row["id"]: row for row in leader.rows("/training/assignments/")}
    assert told[scene.late.pk]["standing"] == {
        "code": "overdue",
        "label": "Overdue",
        "day": scene.late.due_on.isoformat(),
        "late": "own",
        "cause": "Nothing else holds it up",
    }
    assert told[scene.open.pk]["standing"]["code"] == "assigned"
    assert (told[scene.open.pk]["version"]["number"], told[scene.open.pk]["cycle"]) == (1, 1)
    done = told[scene.done.assignment_id]
    assert (done["state"], done["standing"]["code"]) == ("completed", "done")
    assert done["standing"]["day"] == scene.done.expires_on.isoformat()
    leaves.record_leave(
        person=scene.learner, from_on=timezone.now().date() - timedelta(days=1), until_on=timezone.now().date(),
        by=None, at=timezone.now(),
    )  # fmt: skip
    assert leader.get(f"/training/assignments/{scene.late.pk}/").json()["standing"]["late"] == "leave"


def test_an_earlier_cycle_says_nothing_of_now(scene, leader):
    again = give(scene.done.module, scene.learner, at=timezone.now())
    assert leader.get(f"/training/assignments/{scene.done.assignment_id}/").json()["standing"] is None
    told = leader.get(f"/training/assignments/{again.pk}/").json()
    assert (told["cycle"], told["standing"]["code"]) == (2, "assigned")


def test_assignments_are_narrowed_and_ordered(scene, leader):
    everything = {scene.open.pk, scene.late.pk, scene.done.assignment_id}
    for query, wanted in {
        "overdue=true": {scene.late.pk},
        "overdue=false": everything - {scene.late.pk},
        "state=completed": {scene.done.assignment_id},
        f"module={scene.answers.pk}": {scene.open.pk},
        f"person={scene.learner.pk}": everything,
        f"person={scene.leader.pk}": set(),
    }.items():
        assert ids(leader.rows(f"/training/assignments/?{query}")) == wanted, query
    in_order = [row["id"] for row in leader.rows("/training/assignments/?ordering=due")]
    assert in_order == [scene.late.pk, scene.open.pk, scene.done.assignment_id]


def test_given_to_people_at_once_and_to_nobody_twice(scene, leader):
    second = make_person("Second", manager=scene.leader)
    body = {"module": scene.free.pk, "people": [second.pk, scene.learner.pk], "due_on": day(9), "note": "For the desk."}
    made = leader.post("/training/assignments/", body)
    assert made.status_code == 201
    rows = made.json()["assignments"]
    assert [row["person"]["id"] for row in rows] == [second.pk, scene.learner.pk]
    assert {(row["due_on"], row["note"], row["reason"]) for row in rows} == {(day(9), "For the desk.", "manual")}
    again = leader.post("/training/assignments/", body)
    assert (again.status_code, again.json()) == (201, made.json())
    assert Assignment.objects.filter(module=scene.free).count() == 2
    assert AuditEntry.objects.filter(did="training.assigned", actor=scene.leader).count() == 2


def test_a_repetition_under_its_key_tells_how_it_stands_by_then_and_gives_nothing_again(scene, leader):
    """What was taken back meanwhile stays taken back."""
    body = {"module": scene.free.pk, "people": [scene.learner.pk], "note": "For the desk."}
    made = leader.post("/training/assignments/", body, Idempotency_Key="a").json()["assignments"][0]
    leader.post(f"/training/assignments/{made['id']}/withdraw/", {"reason": "By mistake."})
    (again,) = leader.post("/training/assignments/", body, Idempotency_Key="a").json()["assignments"]
    assert (again["id"], again["state"]) == (made["id"], "withdrawn")
    (third,) = leader.post("/training/assignments/", body, Idempotency_Key="b").json()["assignments"]
    assert (third["cycle"], third["state"]) == (2, "assigned")


def test_one_person_whom_one_may_not_give_spoils_the_request(scene, leader):
    body = {"module": scene.free.pk, "note": "For the desk."}
    left = make_person(manager=scene.leader, is_active=False)
    for stranger in (make_person().pk, scene.leader.pk, left.pk, 10**6):
        answer = leader.post("/training/assignments/", {**body, "people": [scene.learner.pk, stranger]})
        assert faults(answer) == {("/people/1", "does_not_exist")}
    assert not Assignment.objects.filter(module=scene.free).exists()


def test_who_gives_nobody_anything_is_refused(scene, learner):
    body = {"module": scene.free.pk, "people": [scene.learner.pk], "note": "Mine."}
    assert_problem(learner.post("/training/assignments/", body), 403, "permission_denied")


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"due_on": day(-3)}, "/due_on", "invalid"),
        ({"due_on": "0001-01-01"}, "/due_on", "invalid"),
        ({"due_on": "soon"}, "/due_on", "invalid"),
        ({"people": []}, "/people", "min_length"),
        ({"people": list(range(1, 102))}, "/people", "max_length"),
        ({"people": 5}, "/people", "type"),
        ({"people": [1, 1]}, "/people", "twice"),
        ({"note": ""}, "/note", "blank"),
        ({"note": "x" * 301}, "/note", "max_length"),
        ({"module": 10**6}, "/module", "does_not_exist"),
        ({"reason": "rule"}, "/reason", "unknown_field"),
    ],
)
def test_giving_is_refused_at_the_field_that_is_wrong(scene, leader, changes, pointer, code):
    body = {"module": scene.free.pk, "people": [scene.learner.pk], "note": "For the desk.", **changes}
    assert (pointer, code) in faults(leader.post("/training/assignments/", body))


def test_the_last_day_there_is_breaks_nothing(scene, leader):
    body = {"module": scene.free.pk, "people": [scene.learner.pk], "due_on": "9999-12-31", "note": "One day."}
    assert leader.post("/training/assignments/", body).json()["assignments"][0]["due_on"] == "9999-12-31"


def test_what_is_not_published_is_given_to_nobody(scene, trainer):
    body = {"module": scene.draft.pk, "people": [scene.learner.pk], "note": "Try it."}
    assert_problem(trainer.post("/training/assignments/", body), 409, "refused")


def test_moved_waived_taken_back(scene, leader):
    path = f"/training/assignments/{scene.late.pk}"
    moved = leader.post(f"{path}/extend/", {"until_on": day(9), "reason": "Was ill."}).json()
    assert (moved["due_on"], moved["standing"]["late"]) == (day(9), None)
    assert faults(leader.post(f"{path}/extend/", {"until_on": day(2), "reason": "Less."})) == {("/until_on", "invalid")}
    waived = leader.post(f"{path}/waive/", {"kind": "outside", "reason": "At the fair."}).json()
    assert (waived["state"], waived["standing"]["code"]) == ("waived", "waived")
    assert (waived["waiver"]["kind"], waived["waiver"]["by"]["id"]) == ("outside", scene.leader.pk)
    path = f"/training/assignments/{scene.open.pk}"
    taken = leader.post(f"{path}/withdraw/", {"reason": "By mistake."}).json()
    assert (taken["state"], taken["standing"]) == ("withdrawn", None)
    for act, body in (("extend", {"until_on": day(40)}), ("waive", {"kind": "outside"}), ("withdraw", {})):
        assert_problem(leader.post(f"{path}/{act}/", {**body, "reason": "Too late."}), 409, "ended")


def test_nobody_changes_their_own(scene, learner, trainer):
    mine = give(scene.free, scene.trainer, at=timezone.now(), due_on=timezone.now().date())
    bodies = {"extend": {"until_on": day(9)}, "waive": {"kind": "outside"}, "withdraw": {}}
    for caller, pk in ((learner, scene.open.pk), (trainer, mine.pk)):
        for act, body in bodies.items():
            answer = caller.post(f"/training/assignments/{pk}/{act}/", {**body, "reason": "I would rather not."})
            assert_problem(answer, 403, "permission_denied")
    assert Assignment.objects.open().count() == 3


# --- completions --------------------------------------------------------------------------------------------------


def test_completion_tells_until_when_it_holds_and_how_well_to_oneself_alone(scene, learner, leader, trainer):
    path = f"/training/completions/{scene.done.pk}/"
    assert leader.get(path).json()["expires_on"] == scene.done.expires_on.isoformat()
    passed = Completion.objects.create(
        person=scene.learner, module=scene.answers, version=scene.open.version, assignment=scene.open, percent=83,
        completed_at=timezone.now(), completed_on=timezone.now().date(),
    )  # fmt: skip
    path = f"/training/completions/{passed.pk}/"
    told = learner.get(path).json()
    assert (told["expires_on"], told["percent"]) == (None, 83)
    for caller in (leader, trainer):
        assert caller.get(path).json() == told | {"percent": None}
    assert_problem(Caller(make_person()).get(path), 404)


def test_completion_of_elsewhere_and_one_that_was_revoked_say_so(scene, leader):
    now = timezone.now()
    outside.record_one(
        person=scene.learner, module=scene.free, completed_on=now.date() - timedelta(days=2), expires_on=None,
        source="College", evidence="", by=scene.trainer, at=now,
    )  # fmt: skip
    there = scene.learner.completions.get(module=scene.free)
    told = leader.get(f"/training/completions/{there.pk}/").json()
    assert (told["source"], told["version"], told["assignment"], told["is_revoked"]) == ("College", None, None, False)
    certificates.revoke(completion=there, by=scene.trainer, at=now, reason="Not theirs.")
    assert leader.get(f"/training/completions/{there.pk}/").json()["is_revoked"]


def test_completions_are_narrowed_and_ordered(scene, leader):
    first, now = scene.done, timezone.now()
    last = Completion.objects.get(
        assignment=finish(give(first.module, scene.learner, at=now), at=now + timedelta(minutes=5))
    )
    between = (first.completed_at + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for query, wanted in {
        "": {first.pk, last.pk},
        "latest=true": {last.pk},
        "latest=false": {first.pk},
        f"completed_from={between}": {last.pk},
        f"completed_before={between}": {first.pk},
        f"module={scene.free.pk}": set(),
        f"person={scene.learner.pk}": {first.pk, last.pk},
    }.items():
        assert ids(leader.rows(f"/training/completions/?{query}")) == wanted, query
    assert [row["id"] for row in leader.rows("/training/completions/?ordering=newest")] == [last.pk, first.pk]


# --- rules ------------------------------------------------------------------------------------------------------------


def test_rule_is_read_and_switched_by_trainers(scene, trainer, leader):
    path = f"/training/rules/{scene.rule.pk}/"
    assert trainer.get(path).json()["job_title"] == "Nobody"
    make_person(job_title="Nobody")
    for _time in range(2):
        assert trainer.post(f"{path}on/").json()["state"] == "on"
    (given,) = Assignment.objects.filter(rule=scene.rule)
    assert trainer.get(f"/training/assignments/{given.pk}/").json()["rule"] == scene.rule.pk
    for _time in range(2):
        assert trainer.post(f"{path}off/").json()["state"] == "off"
    assert Assignment.objects.get(pk=given.pk).state == "withdrawn"
    assert AuditEntry.objects.filter(did__startswith="training.rule_switched").count() == 2
    for method, address in (
        ("GET", "/training/rules/"),
        ("GET", path),
        ("POST", f"{path}on/"),
        ("POST", f"{path}off/"),
    ):
        assert_problem(leader.send(method, address), 403, "permission_denied")


def test_trainer_of_a_team_reads_rules_and_switches_none(scene):
    team = make_team("Service/Desk")
    caller = Caller(make_person(roles={"trainer": team}))
    assert ids(caller.rows(f"/training/rules/?state=off&module={scene.free.pk}")) == {scene.rule.pk}
    assert_problem(caller.post(f"/training/rules/{scene.rule.pk}/on/"), 403, "permission_denied")


def test_rule_of_an_archived_module_is_not_switched_on(scene, trainer):
    Module.objects.filter(pk=scene.free.pk).update(archived_at=timezone.now())
    assert_problem(trainer.post(f"/training/rules/{scene.rule.pk}/on/"), 409, "refused")
