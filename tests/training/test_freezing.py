"""What was published, submitted or completed is never changed, whoever asks: the database itself refuses."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import NOW, finish, give, make_module, make_person, make_skill
from training import models
from training.actions import assignments, learning, sign_offs, skills, together

pytestmark = pytest.mark.django_db


def refuses(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


def record_of(kind):
    row = give(make_module(kind), make_person())
    return learning.open_part(assignment=row, part=row.version.parts.get(), at=NOW)


def new_part(version, **fields):
    values = {"position": 9, "key": "new", "kind": "lesson", "title": "New", "minutes": 1, "stored": {"text": "x"}}
    return models.ModulePart.objects.create(version=version, **values | fields)


@pytest.mark.parametrize("state", ["published", "superseded"])
def test_content_of_a_version_that_is_no_draft_refuses_change(state):
    version = make_module().versions.get()
    version.module.versions.update(state=state)
    part = version.parts.get()
    assert refuses(lambda: version.parts.update(title="Other words."))
    assert refuses(lambda: version.parts.update(stored={}))
    assert refuses(lambda: version.parts.all().delete())
    assert refuses(lambda: new_part(version))
    part.refresh_from_db()
    assert part.title == "The lesson"


def test_part_neither_leaves_a_published_version_nor_slips_into_one():
    version, draft = make_module().versions.get(), make_module(published=False).versions.get()
    stray = new_part(draft)
    assert refuses(lambda: models.ModulePart.objects.filter(pk=stray.pk).update(version=version))
    assert refuses(lambda: version.parts.update(version=draft, position=10, key="gone"))
    assert version.parts.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"minutes": 99}, {"number": 9}, {"state": "draft"}, {"published_at": NOW + timedelta(days=1)}, {"module": None}],
    ids=lambda change: next(iter(change)),
)
def test_published_version_refuses_change(change):
    version = make_module().versions.get()
    if "module" in change:
        change = {"module": make_module(published=False)}
    assert refuses(lambda: models.ModuleVersion.objects.filter(pk=version.pk).update(**change, change_note="x"))
    assert refuses(lambda: models.ModuleVersion.objects.filter(pk=version.pk).delete())


def test_published_version_may_be_superseded_and_a_draft_may_change():
    version, draft = make_module().versions.get(), make_module(published=False).versions.get()
    assert not refuses(lambda: models.ModuleVersion.objects.filter(pk=version.pk).update(state="superseded"))
    assert not refuses(lambda: models.ModuleVersion.objects.filter(pk=draft.pk).update(minutes=9))
    assert not refuses(lambda: draft.parts.update(title="Other words."))
    assert not refuses(lambda: new_part(draft))
    assert not refuses(lambda: draft.parts.all().delete())
    assert not refuses(draft.delete)


def test_submitted_attempt_refuses_change_and_an_open_one_does_not():
    attempt = learning.start_attempt(record=record_of("quiz"), chance=Random(1), at=NOW)
    rows = models.Attempt.objects.filter(pk=attempt.pk)
    assert not refuses(lambda: rows.update(answers={"one": 1}))
    learning.submit_quiz(attempt=attempt, answers={}, at=NOW)
    assert refuses(lambda: rows.update(percent=100, passed=True))
    assert refuses(lambda: rows.update(submitted_at=None, percent=None, passed=None))
    assert refuses(rows.delete)
    assert rows.get().passed is False


@pytest.mark.parametrize("end", ["accepted", "returned", "withdrawn"])
def test_judged_practice_refuses_change_and_a_waiting_one_does_not(end):
    observer = make_person()
    sign_off = sign_offs.ask_for_sign_off(record=record_of("practice"), observer=observer, at=NOW)
    rows = models.SignOff.objects.filter(pk=sign_off.pk)
    assert not refuses(lambda: rows.update(note="At the desk."))
    if end == "withdrawn":
        sign_offs.take_back(sign_off=sign_off, at=NOW)
    else:
        level = 5 if end == "accepted" else 1
        sign_offs.judge(sign_off=sign_off, by=observer, levels={"greets": level}, comment="Look up.", at=NOW)
    assert refuses(lambda: rows.update(comment="Other words."))
    assert refuses(lambda: rows.update(state="waiting", judged_at=None))
    assert refuses(rows.delete)
    assert rows.get().state == end


@pytest.mark.parametrize("kind", ["completion", "extension", "nudge", "waiver", "skill sign-off", "statement"])
def test_what_is_on_record_stays_as_it_was_written(kind):
    row = give(make_module(valid_months=12), make_person(), due_on=date(2026, 12, 1))
    by = make_person()
    model: Any
    change: dict[str, Any]
    if kind == "completion":
        finish(row)
        model, change = models.Completion, {"expires_on": date(2099, 1, 1)}
    elif kind == "extension":
        assignments.extend(assignment=row, until_on=date(2026, 12, 9), by=by, at=NOW, reason="Ill.")
        model, change = models.Extension, {"until_on": date(2099, 1, 1)}
    elif kind == "skill sign-off":
        skills.judge_skill(person=row.person, skill=make_skill(), level=2, evidence="At the desk.", by=by, at=NOW)
        model, change = models.SkillSignOff, {"level": 4}
    elif kind == "statement":
        finish(row)
        model, change = models.Statement, {"percent": 100}
    elif kind == "nudge":
        together.nudge_many(people=[row.person], module=None, by=by, at=NOW)
        model, change = models.Nudge, {"on": date(2099, 1, 1)}
    else:
        assignments.waive(assignment=row, kind=models.Waiver.Kind.OUTSIDE, by=by, at=NOW, reason="Elsewhere.")
        model, change = models.Waiver, {"reason": "Other words."}
    before = model.objects.values().get()
    assert refuses(lambda: model.objects.update(**change))
    assert refuses(lambda: model.objects.all().delete())
    assert refuses(lambda: model.objects.filter(pk=before["id"])._raw_delete("default"))
    assert model.objects.values().get() == before
