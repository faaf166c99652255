"""Taking a module: each kind of part from its beginning to its end, and nothing once it is over."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from foundation.errors import Conflict, Refused
from people.models import AuditEntry
from tests.cast import NOW, PRACTICE, QUIZ, finish, give, make_module, make_person, module_content
from training.actions import assignments, learning, modules, sign_offs
from training.contents import Lesson, Part
from training.models import Assignment, Attempt, Completion, PartRecord, SignOff, Waiver
from training.reports.learning import lines_of, next_of, open_of, with_progress

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=1)
RIGHT = {"word": "Canary, sorry!"}


@pytest.fixture
def learner():
    return make_person("Lena Learner")


@pytest.fixture
def trainer():
    return make_person("Tara Trainer")


def now(row):
    return type(row).objects.get(pk=row.pk)


def open_part(assignment, key, at=NOW):
    assignment = now(assignment)
    return learning.open_part(assignment=assignment, part=assignment.version.parts.get(key=key), at=at)


def progress() -> Any:
    """The one assignment there is, with how far it has come."""
    return with_progress(Assignment.objects.all()).get()


def attempt_at(record, at=NOW, seed=1):
    return learning.start_attempt(record=record, chance=Random(seed), at=at)


def right_answers(attempt):
    order = next(one.order for one in learning.drawn(attempt=attempt) if one.key == "one")
    return RIGHT | {"one": order.index(0)}


def hand_in(record, *, right, at=NOW):
    attempt = attempt_at(record, at)
    return learning.submit_quiz(attempt=attempt, answers=right_answers(attempt) if right else {}, at=at)


def talk(record, *choices, at=NOW):
    attempt = attempt_at(record, at)
    for step, choice in enumerate(choices):
        attempt = learning.choose(attempt=attempt, step=step, choice=choice, at=at)
    return attempt


def judge(record, observer, level=4, at=NOW):
    sign_off = sign_offs.ask_for_sign_off(record=record, observer=observer, at=at)
    return sign_offs.judge(sign_off=sign_off, by=observer, levels={"greets": level}, comment="Look up.", at=at)


def do(assignment, kind, observer, at=NOW):
    """Do a part of this kind well."""
    record = open_part(assignment, kind, at)
    if kind == "lesson":
        learning.finish_lesson(record=record, at=at)
    elif kind == "writing":
        learning.save_writing(record=record, text="A guest with a pram.", revision=0, at=at, finish=True)
    elif kind == "quiz":
        hand_in(record, right=True, at=at)
    elif kind == "scenario":
        talk(record, 0, 0, at=at)
    else:
        judge(record, observer, at=at)
    return now(record)


# The whole way


def test_first_part_that_is_opened_starts_the_module(learner):
    assignment = give(make_module("lesson", "writing"), learner)
    record = open_part(assignment, "lesson")
    assert (now(assignment).state, now(assignment).started_at) == ("started", NOW)
    assert (record.opened_at, record.done_at) == (NOW, None)
    assert open_part(assignment, "lesson", at=LATER) == record
    open_part(assignment, "writing", at=LATER)
    assert now(assignment).started_at == NOW


@pytest.mark.parametrize("kind", ["lesson", "writing", "quiz", "scenario", "practice"])
def test_module_of_one_part_is_completed_with_it(learner, trainer, kind):
    assignment = give(make_module(kind, valid_months=12), learner)
    assert do(assignment, kind, trainer, at=LATER).done_at == LATER
    row, completion = now(assignment), Completion.objects.get()
    assert (row.state, row.ended_at) == ("completed", LATER)
    assert (completion.assignment, completion.version, completion.completed_at) == (row, row.version, LATER)
    assert completion.expires_on == completion.completed_on.replace(year=2027)
    assert completion.percent == (100 if kind == "quiz" else None)
    assert AuditEntry.objects.filter(did="training.completed", actor=learner).count() == 1


def test_module_is_completed_with_its_last_part_in_whatever_order(learner, trainer):
    kinds = ("lesson", "writing", "quiz", "scenario", "practice")
    assignment = give(make_module(*kinds), learner)
    for count, kind in enumerate(reversed(kinds)):
        assert progress().parts_done == count
        assert next_of(lines_of(now(assignment))).part.kind == "lesson"
        do(assignment, kind, trainer)
    row = progress()
    assert (row.state, row.parts_done, row.parts_all) == ("completed", 5, 5)
    assert next_of(lines_of(row)) is None
    assert Completion.objects.count() == 1
    assert open_of(learner, at=NOW) == []


def test_day_of_a_completion_is_that_of_the_learner():
    east, west = make_person(time_zone="Pacific/Kiritimati"), make_person(time_zone="Pacific/Pago_Pago")
    module = make_module()
    for person in (east, west):
        finish(give(module, person))
    days = {one.person: one.completed_on for one in Completion.objects.all()}
    assert days == {east: NOW.date() + DAY, west: NOW.date() - DAY}


def test_percent_is_the_mean_of_passed_quizzes(learner):
    two = module_content("quiz")
    two = replace(two, parts=(*two.parts, Part(key="second", kind="quiz", title="2", minutes=5, content=QUIZ)))
    version = modules.create_module(content=two, by=None, at=NOW)
    modules.publish_version(version=version, by=None, at=NOW)
    assignment = give(version.module, learner)
    hand_in(open_part(assignment, "quiz"), right=False)
    hand_in(open_part(assignment, "quiz"), right=True)
    record = open_part(assignment, "second")
    learning.submit_quiz(attempt=attempt_at(record), answers=RIGHT, at=NOW)
    assert Completion.objects.get().percent == 75


# Lessons and writing


def test_lesson_read_twice_is_read_once(learner):
    record = open_part(give(make_module("lesson", "writing"), learner), "lesson")
    learning.finish_lesson(record=record, at=NOW)
    learning.finish_lesson(record=now(record), at=LATER)
    assert now(record).done_at == NOW


@pytest.mark.parametrize("kind", ["writing", "quiz", "scenario", "practice"])
def test_no_other_part_is_done_by_reading_it(learner, kind):
    record = open_part(give(make_module(kind), learner), kind)
    with pytest.raises(Refused):
        learning.finish_lesson(record=record, at=NOW)
    assert now(record).done_at is None


def test_writing_is_kept_and_done_when_the_learner_says_so(learner):
    record = open_part(give(make_module("writing"), learner), "writing")
    assert learning.save_writing(record=record, text="A gu", revision=0, at=NOW) == 1
    assert learning.save_writing(record=now(record), text="A guest", revision=1, at=NOW) == 2
    assert (now(record).text, now(record).done_at) == ("A guest", None)
    learning.save_writing(record=now(record), text="A guest.", revision=2, at=NOW, finish=True)
    assert (now(record).text, now(record).done_at) == ("A guest.", NOW)


def test_window_that_has_fallen_behind_overwrites_nothing(learner):
    record = open_part(give(make_module("writing"), learner), "writing")
    other = now(record)
    learning.save_writing(record=record, text="Written at length.", revision=0, at=NOW)
    for finish_it in (False, True):
        with pytest.raises(Conflict):
            learning.save_writing(record=other, text="Old.", revision=0, at=NOW, finish=finish_it)
    assert (now(record).text, now(record).revision, now(record).done_at) == ("Written at length.", 1, None)


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_written_is_not_finished(learner, text):
    record = open_part(give(make_module("writing"), learner), "writing")
    with pytest.raises(Refused, match="Write something"):
        learning.save_writing(record=record, text=text, revision=0, at=NOW, finish=True)
    assert now(record).done_at is None


def test_nothing_is_written_elsewhere(learner):
    record = open_part(give(make_module("lesson"), learner), "lesson")
    with pytest.raises(Refused):
        learning.save_writing(record=record, text="x", revision=0, at=NOW)


# Quizzes


def quiz_module(**changes):
    content = module_content("quiz")
    content = replace(content, parts=(replace(content.parts[0], content=replace(QUIZ, **changes)),))
    version = modules.create_module(content=content, by=None, at=NOW)
    return modules.publish_version(version=version, by=None, at=NOW).module


def test_attempt_goes_on_where_it_was_left(learner):
    record = open_part(give(make_module("quiz"), learner), "quiz")
    first = attempt_at(record, seed=1)
    again = attempt_at(now(record), seed=2)
    assert (again, again.asked) == (first, now(first).asked)


def test_failed_attempt_stays_and_another_follows(learner):
    assignment = give(make_module("quiz"), learner)
    record = open_part(assignment, "quiz")
    failed = hand_in(record, right=False)
    assert (failed.percent, failed.passed, now(record).done_at) == (0, False, None)
    assert now(assignment).state == "started"
    passed = hand_in(record, right=True, at=LATER)
    assert (passed.number, passed.percent, passed.passed) == (2, 100, True)
    assert list(Attempt.objects.order_by("number").values_list("passed", flat=True)) == [False, True]
    assert now(record).done_at == LATER


def test_when_attempts_are_used_up_no_other_is_begun(learner):
    record = open_part(give(quiz_module(attempts=2), learner), "quiz")
    for _time in range(2):
        hand_in(record, right=False)
    with pytest.raises(Refused) as caught:
        attempt_at(record)
    assert caught.value.code == "no_attempt_left"
    assert Attempt.objects.count() == 2


def test_attempt_is_handed_in_once(learner):
    record = open_part(give(make_module("quiz", "lesson"), learner), "quiz")
    attempt = attempt_at(record)
    other = now(attempt)
    learning.submit_quiz(attempt=attempt, answers={}, at=NOW)
    with pytest.raises(Refused) as caught:
        learning.submit_quiz(attempt=other, answers=right_answers(other), at=LATER)
    assert caught.value.code == "submitted"
    assert (now(attempt).passed, now(record).done_at) == (False, None)


def test_only_answers_to_what_was_asked_are_kept(learner):
    record = open_part(give(quiz_module(draw=1), learner), "quiz")
    attempt = attempt_at(record)
    (asked,) = learning.drawn(attempt=attempt)
    learning.submit_quiz(attempt=attempt, answers=right_answers_of_all() | {"stray": "x"}, at=NOW)
    assert set(now(attempt).answers) == {asked.key}


def right_answers_of_all():
    return RIGHT | {"one": 0}


@pytest.mark.parametrize("answers", [{"one": [0], "word": 7}, {"one": "0", "word": ["x"]}, {"one": {"a": None}}, {}])
def test_answers_that_make_no_sense_are_kept_and_wrong(learner, answers):
    record = open_part(give(make_module("quiz"), learner), "quiz")
    attempt = learning.submit_quiz(attempt=attempt_at(record), answers=answers, at=NOW)
    assert (attempt.percent, attempt.passed, now(attempt).answers) == (0, False, answers)


def test_what_is_learnt_stays_learnt_when_a_later_attempt_fails(learner):
    assignment = give(make_module("quiz", "lesson"), learner)
    record = open_part(assignment, "quiz")
    hand_in(record, right=True)
    hand_in(record, right=False, at=LATER)
    assert now(record).done_at == NOW


# Conversations


def test_conversation_that_goes_well_is_done(learner):
    record = open_part(give(make_module("scenario", "lesson"), learner), "scenario")
    attempt = talk(record, 0, 0)
    assert (attempt.percent, attempt.passed, attempt.submitted_at) == (100, True, NOW)
    assert attempt.answers == {"choices": [0, 0]}
    assert now(record).done_at == NOW


def test_conversation_that_goes_badly_is_held_again(learner):
    record = open_part(give(make_module("scenario"), learner), "scenario")
    assert talk(record, 1).passed is False
    assert now(record).done_at is None
    assert talk(record, 0).submitted_at is None
    assert Attempt.objects.filter(submitted_at__isnull=True).get().number == 2


def test_conversation_goes_on_in_one_window_at_a_time(learner):
    record = open_part(give(make_module("scenario"), learner), "scenario")
    first = attempt_at(record)
    other = now(first)
    learning.choose(attempt=first, step=0, choice=0, at=NOW)
    with pytest.raises(Conflict):
        learning.choose(attempt=other, step=0, choice=1, at=NOW)
    assert now(first).answers == {"choices": [0]}
    learning.choose(attempt=other, step=1, choice=0, at=NOW)
    with pytest.raises((Conflict, Refused)):
        learning.choose(attempt=other, step=2, choice=0, at=NOW)


@pytest.mark.parametrize("choice", [-1, 2, 99])
def test_choice_that_there_is_not_is_refused(learner, choice):
    record = open_part(give(make_module("scenario"), learner), "scenario")
    attempt = attempt_at(record)
    with pytest.raises(Refused):
        learning.choose(attempt=attempt, step=0, choice=choice, at=NOW)
    assert now(attempt).answers == {"choices": []}


def test_no_part_is_tried_as_what_it_is_not(learner):
    assignment = give(make_module("quiz", "scenario", "lesson"), learner)
    quiz, scenario = (attempt_at(open_part(assignment, key)) for key in ("quiz", "scenario"))
    with pytest.raises(Refused):
        attempt_at(open_part(assignment, "lesson"))
    with pytest.raises(Refused):
        learning.submit_quiz(attempt=scenario, answers={}, at=NOW)
    with pytest.raises(Refused):
        learning.choose(attempt=quiz, step=0, choice=0, at=NOW)


# Over is over


ENDS = {
    "waived": lambda row, by: assignments.waive(
        assignment=row, kind=Waiver.Kind.TESTED_OUT, by=by, at=NOW, reason="Knows it."
    ),
    "withdrawn": lambda row, by: assignments.withdraw(assignment=row, by=by, at=NOW, reason="Moved."),
}


@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_learnt_once_it_is_over(learner, trainer, end):
    assignment = give(make_module("lesson", "writing", "quiz", "scenario", "practice"), learner)
    records = {key: open_part(assignment, key) for key in ("lesson", "writing", "quiz", "scenario", "practice")}
    quiz, scenario = attempt_at(records["quiz"]), attempt_at(records["scenario"])
    sign_off = sign_offs.ask_for_sign_off(record=records["practice"], observer=trainer, at=NOW)
    ENDS[end](now(assignment), trainer)
    acts = [
        lambda: learning.finish_lesson(record=records["lesson"], at=LATER),
        lambda: learning.save_writing(record=records["writing"], text="x", revision=0, at=LATER, finish=True),
        lambda: attempt_at(records["quiz"], at=LATER),
        lambda: attempt_at(records["scenario"], at=LATER),
        lambda: learning.submit_quiz(attempt=quiz, answers=right_answers(quiz), at=LATER),
        lambda: learning.choose(attempt=scenario, step=0, choice=0, at=LATER),
        lambda: sign_offs.ask_for_sign_off(record=records["practice"], observer=trainer, at=LATER),
        lambda: sign_offs.judge(sign_off=sign_off, by=trainer, levels={"greets": 5}, at=LATER),
    ]
    before = [list(model.objects.order_by("pk").values()) for model in (Assignment, PartRecord, Attempt, SignOff)]
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert [
        list(model.objects.order_by("pk").values()) for model in (Assignment, PartRecord, Attempt, SignOff)
    ] == before
    assert not Completion.objects.exists()


@pytest.mark.parametrize("kind", ["lesson", "writing", "quiz", "scenario", "practice"])
def test_part_first_opened_once_it_is_over_leaves_nothing_and_refuses_all(learner, trainer, kind):
    assignment = give(make_module(kind), learner)
    ENDS["withdrawn"](assignment, trainer)
    record = open_part(assignment, kind)
    assert record.pk is None
    acts = {
        "lesson": lambda: learning.finish_lesson(record=record, at=NOW),
        "writing": lambda: learning.save_writing(record=record, text="x", revision=0, at=NOW),
        "quiz": lambda: attempt_at(record),
        "scenario": lambda: attempt_at(record),
        "practice": lambda: sign_offs.ask_for_sign_off(record=record, observer=trainer, at=NOW),
    }
    with pytest.raises(Refused):
        acts[kind]()
    assert not PartRecord.objects.exists()
    assert now(assignment).state == "withdrawn"


def test_next_cycle_begins_with_nothing_done_and_the_old_one_stays(learner):
    module = make_module()
    first = finish(give(module, learner))
    second = give(module, learner)
    assert [line.is_done for line in lines_of(second)] == [False]
    assert [line.is_done for line in lines_of(first)] == [True]
    finish(second)
    assert PartRecord.objects.count() == 2
    assert len(set(Completion.objects.values_list("certificate", flat=True))) == 2


# A new version is published


def edit(module, *kinds, **contents):
    """A draft of these parts; `contents` says what of them has changed."""
    content = module_content(*kinds)
    parts = tuple(replace(part, content=contents.get(part.key, part.content)) for part in content.parts)
    return modules.write_draft(module=module, content=replace(content, parts=parts), by=None, at=NOW)


def publish(version, **choices):
    return modules.publish_version(version=version, by=None, at=NOW, **choices)


def test_who_has_not_started_takes_the_new_version(learner):
    assignment = give(make_module("lesson"), learner)
    version = publish(edit(assignment.module, "lesson", "writing"))
    assert now(assignment).version == version


def test_who_has_started_goes_on_with_the_version_they_began(learner):
    assignment = give(make_module("lesson", "writing"), learner)
    do(assignment, "lesson", None)
    publish(edit(assignment.module, "quiz"))
    assert now(assignment).version == assignment.version
    do(assignment, "writing", None)
    assert Completion.objects.get().version == assignment.version


def test_who_moves_keeps_what_did_not_change(learner):
    assignment = give(make_module("lesson", "writing", "quiz"), learner)
    do(assignment, "lesson", None)
    learning.save_writing(record=open_part(assignment, "writing"), text="Half a", revision=0, at=NOW)
    hand_in(open_part(assignment, "quiz"), right=False)
    version = publish(
        edit(assignment.module, "lesson", "writing", "quiz", quiz=replace(QUIZ, pass_percent=100)), under_way="move"
    )
    row = now(assignment)
    assert (row.version, row.state) == (version, "started")
    lines = {line.part.key: line for line in lines_of(row)}
    assert lines["lesson"].is_done
    assert (lines["writing"].record.text, lines["writing"].record.revision) == ("Half a", 1)
    assert lines["quiz"].record is None
    # What was tried at the old quiz stays on record.
    assert Attempt.objects.get().record.part.version == assignment.version
    row = progress()
    assert (row.parts_done, row.parts_all) == (1, 3)


def test_attempts_and_who_is_asked_to_judge_move_along(learner, trainer):
    module = quiz_module(attempts=1)
    assignment = give(module, learner)
    hand_in(open_part(assignment, "quiz"), right=False)
    publish(edit(module, "lesson", "quiz", quiz=replace(QUIZ, attempts=1)), under_way="move")
    with pytest.raises(Refused):
        attempt_at(open_part(assignment, "quiz"))

    assignment = give(make_module("practice"), learner)
    sign_off = sign_offs.ask_for_sign_off(record=open_part(assignment, "practice"), observer=trainer, at=NOW)
    publish(edit(assignment.module, "lesson", "practice"), under_way="move")
    assert {line.part.key: line.waiting for line in lines_of(now(assignment))} == {
        "lesson": None,
        "practice": sign_off,
    }
    do(assignment, "lesson", None)
    sign_offs.judge(sign_off=now(sign_off), by=trainer, levels={"greets": 3}, at=NOW)
    assert now(assignment).state == "completed"


def test_nobody_judges_a_practice_that_has_changed_meanwhile(learner, trainer):
    assignment = give(make_module("practice"), learner)
    sign_off = sign_offs.ask_for_sign_off(record=open_part(assignment, "practice"), observer=trainer, at=NOW)
    publish(edit(assignment.module, "practice", practice=replace(PRACTICE, pass_level=5)), under_way="move")
    assert now(sign_off).state == "withdrawn"
    assert do(assignment, "practice", trainer).done_at is None
    judge(open_part(assignment, "practice"), trainer, level=5)
    assert now(assignment).state == "completed"


def test_who_has_done_all_of_the_new_version_is_done(learner):
    assignment = give(make_module("lesson", "writing"), learner)
    do(assignment, "lesson", None)
    version = publish(edit(assignment.module, "lesson"), under_way="move")
    assert now(assignment).state == "completed"
    assert Completion.objects.get().version == version


def test_page_of_the_old_version_completes_nothing(learner):
    """Opened before the new version was published, sent after it."""
    assignment = give(make_module("lesson"), learner)
    stale = open_part(assignment, "lesson")
    publish(edit(assignment.module, "lesson", "writing", lesson=Lesson(text="Other words.")), under_way="move")
    learning.finish_lesson(record=stale, at=LATER)
    assert now(assignment).state == "started"
    assert not Completion.objects.exists()


@pytest.mark.parametrize("choice", ["keep", "again"])
def test_who_has_completed_it_takes_it_again_only_when_asked_to(learner, choice):
    module = make_module(valid_months=12)
    gone, late = make_person(), make_person()
    for person in (learner, gone):
        finish(give(module, person))
    finish(give(module, late, at=NOW - 900 * DAY), at=NOW - 900 * DAY)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    before = list(Completion.objects.order_by("pk").values())
    due_on = NOW.date() + 30 * DAY
    version = publish(edit(module, "writing"), completed=choice, again_due_on=due_on)
    given = list(Assignment.objects.open())
    assert [(row.person, row.version, row.due_on, row.cycle) for row in given] == (
        [(learner, version, due_on, 2)] if choice == "again" else []
    )
    assert list(Completion.objects.order_by("pk").values()) == before


def test_taking_it_again_needs_a_day_that_is_not_over(learner):
    module = make_module()
    finish(give(module, learner))
    draft = edit(module, "writing")
    for day in (None, NOW.date() - DAY):
        with pytest.raises(Refused):
            publish(draft, completed="again", again_due_on=day)
    assert now(draft).state == "draft"
    assert module.versions.filter(state="published").count() == 1
