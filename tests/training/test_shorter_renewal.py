"""Whoever renews a module, or takes it again soon enough, is asked for less: never for nothing, and nothing is lost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, finish, give, make_module, make_person, module_content
from training.actions import assignments, learning, modules, sign_offs
from training.contents import Lesson, to_json
from training.models import Assignment, SignOff
from training.models.assignments import parts_of
from training.reports.learning import lines_of, next_of, with_progress
from training.reports.standings import standing_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def content_skipping(*skipped, kinds=("lesson", "practice"), **contents):
    content = module_content(*kinds)
    parts = (
        replace(part, skipped_in_renewal=part.key in skipped, content=contents.get(part.key, part.content))
        for part in content.parts
    )
    return replace(content, parts=tuple(parts))


def publish(module, content, at=NOW, **fields):
    draft = modules.write_draft(module=module, content=content, by=make_person(), at=at)
    return modules.publish_version(version=draft, by=None, at=at, **fields)


@pytest.fixture
def learner():
    return make_person("Lena Learner")


@pytest.fixture
def module():
    """Two lessons, of which a renewal skips the long one; valid for a year, renewed sixty days before its end."""
    content = module_content("lesson")
    long = replace(content.parts[0], key="long", minutes=20, skipped_in_renewal=True)
    whole = replace(content, parts=(long, *content.parts))
    version = modules.create_module(content=whole, by=None, at=NOW - 900 * DAY)
    modules.publish_version(version=version, by=None, at=NOW - 900 * DAY)
    version.module.valid_months, version.module.window_days = 12, 60
    version.module.save()
    return version.module


def keys_asked(row):
    return [part.key for part in parts_of(Assignment.objects.get(pk=row.pk))]


def progress_of(row):
    found: Any = with_progress(Assignment.objects.all()).get(pk=row.pk)
    return found.parts_done, found.parts_all


def test_first_time_asks_for_everything_and_its_renewal_for_less(learner, module):
    first = give(module, learner, at=NOW - 400 * DAY)
    assert (keys_asked(first), first.minutes) == (["long", "lesson"], 25)
    finish(first, at=NOW - 340 * DAY)
    assert assignments.open_renewals(at=NOW) == 1
    second = Assignment.objects.get(reason="renewal")
    assert (keys_asked(second), second.minutes, progress_of(second)) == (["lesson"], 5, (0, 1))
    assert next_of(lines_of(second)).part.key == "lesson"
    lesson = parts_of(second).get()
    learning.finish_lesson(record=learning.open_part(assignment=second, part=lesson, at=NOW), at=NOW)
    second.refresh_from_db()
    assert (second.state, progress_of(second)) == ("completed", (1, 1))
    assert (progress_of(first), keys_asked(first)) == ((2, 2), ["long", "lesson"])


@pytest.mark.parametrize(("days", "whole"), [(100, False), (365 + 60, False), (365 + 61, True)])
def test_who_holds_it_or_let_it_run_out_not_long_ago_takes_less_again(learner, module, days, whole):
    finish(give(module, learner, at=NOW - days * DAY), at=NOW - days * DAY)
    assert assignments.take_up(module=module, person=learner, at=NOW).is_whole is whole


def test_colleague_who_never_took_it_takes_the_whole_in_the_same_giving(learner, module):
    finish(give(module, learner, at=NOW - 100 * DAY), at=NOW - 100 * DAY)
    other = make_person()
    given = assignments.assign(module=module, people=[learner, other], by=None, at=NOW).assignments
    assert {row.person: row.is_whole for row in given} == {learner: False, other: True}


def test_new_version_to_take_again_is_asked_for_whole(learner, module):
    """What is new may stand in the part that a renewal would skip."""
    finish(give(module, learner, at=NOW - 100 * DAY), at=NOW - 100 * DAY)
    content = content_skipping("lesson", kinds=("lesson", "writing"), lesson=Lesson(text="All new."))
    publish(module, content, completed="again", again_due_on=NOW.date() + 30 * DAY)
    assert keys_asked(Assignment.objects.open().get()) == ["lesson", "writing"]


def test_what_is_not_asked_for_may_be_taken_all_the_same_and_counts_for_nothing(learner, module):
    finish(give(module, learner, at=NOW - 100 * DAY), at=NOW - 100 * DAY)
    row = give(module, learner)
    long = row.version.parts.get(key="long")
    learning.finish_lesson(record=learning.open_part(assignment=row, part=long, at=NOW), at=NOW)
    row.refresh_from_db()
    assert (row.state, progress_of(row)) == ("started", (0, 1))
    assert [(line.part.key, line.is_done, line.is_asked) for line in lines_of(row)] == [
        ("long", True, False),
        ("lesson", False, True),
    ]


def test_shorter_path_goes_along_to_a_new_version_and_loses_nothing(learner, module):
    """What was the only thing left is skipped there: the assignment is complete, and what was done stays."""
    finish(give(module, learner, at=NOW - 100 * DAY), at=NOW - 100 * DAY)
    row = give(module, learner)
    publish(module, content_skipping("practice", kinds=("lesson", "writing", "practice")), under_way="move")
    row.refresh_from_db()
    assert (row.version.number, keys_asked(row), row.minutes) == (2, ["lesson", "writing"], 10)
    lesson = parts_of(row)[0]
    learning.finish_lesson(record=learning.open_part(assignment=row, part=lesson, at=NOW), at=NOW)
    publish(module, content_skipping("writing", kinds=("lesson", "writing")), under_way="move")
    row.refresh_from_db()
    assert (row.state, row.version.number, progress_of(row)) == ("completed", 3, (1, 1))


def test_nobody_waits_on_an_observer_for_what_is_not_asked(learner):
    """A practice that is skipped neither holds a renewal up, nor stays in the observer's queue once that is done."""
    module, observer = make_module("lesson", "writing"), make_person()
    publish(module, content_skipping("practice", kinds=("lesson", "practice", "writing")), at=NOW - 200 * DAY)
    row = give(module, learner)
    Assignment.objects.filter(pk=row.pk).update(is_whole=False)
    row.refresh_from_db()
    records = {part.key: learning.open_part(assignment=row, part=part, at=NOW) for part in row.version.parts.all()}
    asked = sign_offs.ask_for_sign_off(record=records["practice"], observer=observer, at=NOW)
    assert not SignOff.objects.holding_up().exists()
    learning.finish_lesson(record=records["lesson"], at=NOW)
    learning.save_writing(record=records["writing"], text="A case.", revision=0, finish=True, at=NOW)
    asked.refresh_from_db()
    row.refresh_from_db()
    assert (row.state, asked.state) == ("completed", "withdrawn")


def test_who_has_handed_all_that_is_asked_to_an_observer_waits_on_them(learner):
    module, observer = make_module("lesson", "practice"), make_person()
    publish(module, content_skipping("lesson"), at=NOW - 200 * DAY)
    row = give(module, learner, due_on=NOW.date() + DAY)
    Assignment.objects.filter(pk=row.pk).update(is_whole=False)
    row.refresh_from_db()
    record = learning.open_part(assignment=row, part=row.version.parts.get(key="practice"), at=NOW)
    sign_offs.ask_for_sign_off(record=record, observer=observer, at=NOW)
    assert SignOff.objects.holding_up().exists()
    assert standing_of(row, at=NOW + 5 * DAY).late == "observer"


def test_the_pages_say_what_is_not_asked(client, learner, module):
    finish(give(module, learner, at=NOW - 100 * DAY), at=NOW - 100 * DAY)
    row = give(module, learner)
    client.force_login(learner)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "not asked this time" in page
    assert "5 of 25 minutes" in page
    long = row.version.parts.get(key="long")
    assert "is not asked of you this time" in client.get(f"{row.get_absolute_url()}parts/{long.pk}/").content.decode()


def test_what_says_nothing_of_renewals_is_stored_and_digested_as_before():
    """Else every starter module would count as edited after an upgrade."""
    content = module_content("lesson")
    assert "skipped_in_renewal" not in to_json(content)["parts"][0]
    shorter = replace(content, parts=(replace(content.parts[0], skipped_in_renewal=True),))
    assert modules.digest_of_content(content=content) != modules.digest_of_content(content=shorter)
