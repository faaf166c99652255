"""Paths over the API: written, published and retired by trainers, given and taken back by whoever leads."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people.models import AuditEntry
from tests.api.caller import Caller, assert_problem, faults
from tests.api.training_scene import TrainingScene, set_training
from tests.cast import make_person, make_team
from training.actions import paths
from training.models import Path, PathAssignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> TrainingScene:
    return set_training(make_team("Service/Desk"))


@pytest.fixture
def trainer(scene) -> Caller:
    return Caller(scene.trainer)


@pytest.fixture
def leader(scene) -> Caller:
    return Caller(scene.leader)


@pytest.fixture
def path(scene) -> Path:
    steps = [(scene.free, 7), (scene.answers, None)]
    said = {"name": "New here", "description": "You can.", "language": "English"}
    path = paths.create_path(by=scene.trainer, at=timezone.now(), steps=steps, **said)
    paths.publish_path(path=path, by=scene.trainer, at=timezone.now())
    return path


def test_a_path_is_written_changed_published_and_retired(scene, trainer, leader):
    body = {"name": "First weeks", "description": "You can.", "language": "English", "in_order": False}
    steps = [{"module": scene.free.pk, "days": 7}, {"module": scene.answers.pk}]
    made = trainer.post("/training/paths/", {**body, "steps": steps}).json()
    assert (made["state"], made["key"], made["owner"]["id"]) == ("draft", "first-weeks", scene.trainer.pk)
    assert [(step["module"]["id"], step["days"]) for step in made["steps"]] == [
        (scene.free.pk, 7),
        (scene.answers.pk, None),
    ]
    here = f"/training/paths/{made['id']}/"
    assert_problem(leader.get(here), 404)
    assert trainer.patch(here, {"name": "Weeks"}).json()["steps"] == made["steps"]
    for _time in range(2):
        assert trainer.post(f"{here}publish/").json()["state"] == "published"
    assert leader.get(here).json()["name"] == "Weeks"
    assert [row["id"] for row in leader.rows("/training/paths/?state=published")] == [made["id"]]
    turned = trainer.patch(here, {"steps": steps[::-1]}).json()["steps"]
    assert [step["module"]["id"] for step in turned] == [scene.answers.pk, scene.free.pk]
    for _time in range(2):
        assert trainer.post(f"{here}retire/").json()["state"] == "retired"
    assert_problem(leader.get(here), 404)
    did = AuditEntry.objects.about(Path.objects.get(pk=made["id"])).filter(actor=scene.trainer)
    assert sorted(did.values_list("did", flat=True)) == [
        "training.path_created", "training.path_edited", "training.path_edited", "training.path_published",
        "training.path_retired",
    ]  # fmt: skip


def test_what_nobody_could_take_is_not_published(scene, trainer):
    body = {"name": "First weeks", "description": "You can.", "language": "English"}
    empty = trainer.post("/training/paths/", body).json()
    assert_problem(trainer.post(f"/training/paths/{empty['id']}/publish/"), 409, "refused")
    trainer.patch(f"/training/paths/{empty['id']}/", {"steps": [{"module": scene.draft.pk}]})
    assert_problem(trainer.post(f"/training/paths/{empty['id']}/publish/"), 409, "refused")


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"name": ""}, "/name", "blank"),
        ({"name": "NEW here"}, "/name", "invalid"),
        ({"language": "x" * 41}, "/language", "max_length"),
        ({"in_order": "yes"}, "/in_order", "type"),
        ({"state": "published"}, "/state", "unknown_field"),
        ({"owner": 10**6}, "/owner", "does_not_exist"),
        ({"steps": [{"module": 10**6}]}, "/steps/0/module", "does_not_exist"),
        ({"steps": [{"module": 0, "days": 3661}]}, "/steps/0/days", "max_value"),
        ({"steps": [{"module": 0}, {"module": 0}]}, "/steps/1/module", "twice"),
        ({"steps": [{"module": 0, "place": 1}]}, "/steps/0/place", "unknown_field"),
    ],
)
def test_writing_is_refused_at_the_field_that_is_wrong(scene, trainer, path, changes, pointer, code):
    for step in changes.get("steps", ()):
        step["module"] = step["module"] or scene.free.pk
    body = {"name": "Another", "description": "You can.", "language": "English", **changes}
    assert (pointer, code) in faults(trainer.post("/training/paths/", body))
    assert Path.objects.count() == 1


def test_people_are_put_on_a_path_once_and_taken_off_with_a_reason(scene, leader, path):
    body = {"path": path.pk, "people": [scene.learner.pk], "note": "For the desk."}
    made = leader.post("/training/path-assignments/", body)
    (row,) = made.json()["path_assignments"]
    assert (made.status_code, row["state"], row["assigned_by"]["id"]) == (201, "open", scene.leader.pk)
    assert leader.post("/training/path-assignments/", body).json() == made.json()
    given = leader.rows(f"/training/assignments/?module={scene.free.pk}")
    assert [one["person"]["id"] for one in given] == [scene.learner.pk]
    for caller in (Caller(scene.learner), leader, Caller(scene.trainer)):
        assert [one["id"] for one in caller.rows("/training/path-assignments/?state=open")] == [row["id"]]
    stranger = Caller(make_person())
    assert stranger.rows("/training/path-assignments/") == []
    off = f"/training/path-assignments/{row['id']}/withdraw/"
    assert_problem(stranger.post(off, {"reason": "No."}), 404)
    assert_problem(Caller(scene.learner).post(off, {"reason": "No."}), 403, "permission_denied")
    taken = leader.post(off, {"reason": "Moved."}).json()
    assert (taken["state"], taken["ended_by"]["id"]) == ("withdrawn", scene.leader.pk)
    assert_problem(leader.post(off, {"reason": "Moved."}), 409, "ended")


def test_giving_a_path_is_refused_for_strangers_days_that_are_over_and_what_is_not_published(scene, leader, path):
    body = {"path": path.pk, "people": [scene.learner.pk], "note": "For the desk."}
    over = (timezone.now() - timedelta(days=3)).date().isoformat()
    assert faults(leader.post("/training/path-assignments/", {**body, "due_on": over})) == {("/due_on", "invalid")}
    two = [scene.learner.pk, make_person().pk]
    assert faults(leader.post("/training/path-assignments/", {**body, "people": two})) == {
        ("/people/1", "does_not_exist")
    }
    assert_problem(Caller(scene.learner).post("/training/path-assignments/", body), 403, "permission_denied")
    paths.retire_path(path=path, by=scene.trainer, at=timezone.now())
    assert_problem(Caller(scene.trainer).post("/training/path-assignments/", body), 409, "refused")
    assert not PathAssignment.objects.exists()


def test_a_token_to_read_changes_nothing_and_one_of_hiring_reads_nothing(scene, path):
    reader = Caller(scene.trainer, scopes=("training:read",))
    assert reader.get(f"/training/paths/{path.pk}/").status_code == 200
    assert_problem(reader.post(f"/training/paths/{path.pk}/retire/"), 403)
    assert_problem(Caller(scene.trainer, scopes=("hiring:read",)).get("/training/paths/"), 403)
