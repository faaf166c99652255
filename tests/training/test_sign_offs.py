"""Practice before an observer: never one's own, judged once, tried again with a comment that helps."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from foundation.errors import Invalid, Refused
from people.models import AuditEntry, Person
from tests.cast import NOW, give, grant, make_module, make_person, make_team
from training.actions import learning
from training.actions import sign_offs as actions
from training.models import Assignment, Completion, SignOff
from training.reports.learning import judged_lines, observers_for
from training.reports.standings import standing_of
from training.reports.work import waiting_on, work_for

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def learner():
    return make_person("Lena Learner")


@pytest.fixture
def observer():
    return make_person("Otto Observer")


@pytest.fixture
def record(learner):
    return practice_of(learner)


def practice_of(learner, *kinds, **fields):
    assignment = give(make_module("practice", *kinds), learner, **fields)
    part = assignment.version.parts.get(kind="practice")
    return learning.open_part(assignment=assignment, part=part, at=NOW)


def ask(record, observer, at=NOW, **fields):
    return actions.ask_for_sign_off(record=record, observer=observer, at=at, **fields)


def judge(sign_off, by, level=3, comment="", at=NOW):
    return actions.judge(sign_off=sign_off, by=by, levels={"greets": level}, comment=comment, at=at)


def now(row):
    return type(row).objects.get(pk=row.pk)


# Asking


def test_observer_is_asked_with_a_week_of_their_own_days(record):
    observer = make_person(time_zone="Pacific/Kiritimati")
    sign_off = ask(record, observer, note="At the desk, on Monday.")
    assert (sign_off.number, sign_off.state, sign_off.learner, sign_off.observer) == (
        1,
        "waiting",
        record.assignment.person,
        observer,
    )
    assert sign_off.due_on == TODAY + 8 * DAY
    assert AuditEntry.objects.filter(did="training.sign_off_asked", actor=sign_off.learner).count() == 1


def test_nobody_signs_off_themselves(record, learner, observer):
    with pytest.raises(Refused, match="nobody signs off themselves"):
        ask(record, learner)
    with pytest.raises(IntegrityError), transaction.atomic():
        record.sign_offs.create(learner=learner, observer=learner, number=1, asked_at=NOW, due_on=TODAY)
    sign_off = ask(record, observer)
    with pytest.raises(Refused):
        judge(sign_off, learner)
    assert now(sign_off).state == "waiting"


def test_nobody_but_the_observer_asked_judges(record, observer):
    sign_off = ask(record, observer)
    with pytest.raises(Refused, match="Only the observer"):
        judge(sign_off, make_person())
    assert now(sign_off).state == "waiting"


def test_who_has_left_is_not_asked(record):
    with pytest.raises(Refused, match="has left"):
        ask(record, make_person("Gil Gone", is_active=False))


def test_one_is_asked_at_a_time(record, observer):
    ask(record, observer)
    with pytest.raises(Refused, match="asked already"):
        ask(record, make_person())
    assert SignOff.objects.count() == 1


def test_nobody_is_asked_about_another_kind_of_part(learner, observer):
    assignment = give(make_module("lesson"), learner)
    record = learning.open_part(assignment=assignment, part=assignment.version.parts.get(), at=NOW)
    with pytest.raises(Refused):
        ask(record, observer)


def test_what_is_signed_off_is_not_asked_again(learner, observer):
    record = practice_of(learner, "lesson")
    judge(ask(record, observer), observer)
    with pytest.raises(Refused, match="signed off already"):
        ask(now(record), observer)


def test_taken_back_makes_room_for_another(record, observer):
    sign_off = ask(record, observer)
    actions.take_back(sign_off=sign_off, at=NOW)
    with pytest.raises(Refused) as caught:
        judge(sign_off, observer)
    assert caught.value.code == "judged"
    assert ask(record, make_person()).number == 2
    assert now(sign_off).state == "withdrawn"


def test_what_was_judged_is_not_taken_back(record, observer):
    sign_off = ask(record, observer)
    judge(sign_off, observer)
    with pytest.raises(Refused) as caught:
        actions.take_back(sign_off=sign_off, at=NOW)
    assert caught.value.code == "judged"
    assert now(sign_off).state == "accepted"


# Judging


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_practice_is_signed_off_from_its_level_on(learner, observer, level):
    record = practice_of(learner)
    sign_off = judge(ask(record, observer), observer, level, comment="Look up.")
    accepted = level >= 3
    assert (sign_off.state, sign_off.levels, sign_off.judged_at) == (
        "accepted" if accepted else "returned",
        {"greets": level},
        NOW,
    )
    assert (now(record).done_at is not None) is accepted
    assert Completion.objects.exists() is accepted


def test_returned_practice_is_tried_again_and_the_first_judgement_stays(record, observer):
    first = judge(ask(record, observer), observer, 2, comment="Look up first.")
    second = judge(ask(record, observer), observer, 5)
    assert [(one.number, one.state, one.comment) for one in (now(first), now(second))] == [
        (1, "returned", "Look up first."),
        (2, "accepted", ""),
    ]
    practice = record.part.content
    assert judged_lines(practice, second) == [("Greets", 5, "by name")]


@pytest.mark.parametrize("comment", ["", "  \n"])
def test_return_needs_a_comment(record, observer, comment):
    sign_off = ask(record, observer)
    with pytest.raises(Invalid) as caught:
        judge(sign_off, observer, 2, comment=comment)
    assert "comment" in caught.value.errors
    assert now(sign_off).state == "waiting"


@pytest.mark.parametrize("levels", [{}, {"greets": 0}, {"greets": 6}, {"greets": None}, {"greets": "3"}, {"other": 3}])
def test_every_behaviour_is_judged_from_1_to_5(record, observer, levels):
    sign_off = ask(record, observer)
    with pytest.raises(Invalid) as caught:
        actions.judge(sign_off=sign_off, by=observer, levels=levels, comment="x", at=NOW)
    assert list(caught.value.errors) == ["level-greets"]
    assert now(sign_off).state == "waiting"


def test_what_is_none_of_the_behaviours_is_not_kept(record, observer):
    sign_off = ask(record, observer)
    actions.judge(sign_off=sign_off, by=observer, levels={"greets": 3, "stray": 1}, at=NOW)
    assert now(sign_off).levels == {"greets": 3}


def test_practice_is_judged_once(record, observer):
    sign_off = ask(record, observer)
    stale = now(sign_off)
    judge(sign_off, observer, 4)
    with pytest.raises(Refused):
        judge(stale, observer, 1, comment="Changed my mind.")
    assert now(sign_off).levels == {"greets": 4}


# Waiting is not the learner's lateness


def asked(learner, observer, at, due_on=TODAY):
    record = practice_of(learner, due_on=due_on)
    ask(record, observer, at=at)
    return now(record.assignment)


def test_who_asked_in_time_waits_and_is_not_late(learner, observer):
    row = asked(learner, observer, at=NOW)
    assert standing_of(row, at=NOW).code == "waiting"
    assert standing_of(row, at=NOW + 9 * DAY).code == "waiting"


def test_who_asked_too_late_is_late(learner, observer):
    assert standing_of(asked(learner, observer, at=NOW + 2 * DAY), at=NOW + 3 * DAY).code == "overdue"


def test_whether_one_asked_in_time_is_told_by_the_learners_own_day(observer):
    midnight = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # in New York the 21st begins
    for shift, code in ((-1, "waiting"), (0, "overdue")):
        learner = make_person(time_zone="America/New_York")
        row = asked(learner, observer, at=midnight + timedelta(seconds=shift))
        assert standing_of(row, at=NOW + 3 * DAY).code == code


def test_returned_practice_is_the_learners_again(learner, observer):
    row = asked(learner, observer, at=NOW)
    judge(SignOff.objects.get(), observer, 1, comment="Look up.")
    assert standing_of(row, at=NOW + DAY).code == "overdue"


def test_work_waits_on_whoever_is_to_do_it(learner, observer):
    row = asked(learner, observer, at=NOW)
    assert work_for(learner, at=NOW) == []
    assert len(work_for(observer, at=NOW)) == len(waiting_on(observer)) == 1
    judge(SignOff.objects.get(), observer, 1, comment="Look up.")
    assert [item.href for item in work_for(learner, at=NOW)] == [row.get_absolute_url()]
    assert work_for(observer, at=NOW) == []


def test_over_for_the_learner_is_over_for_the_observer(learner, observer):
    asked(learner, observer, at=NOW)
    sign_off = SignOff.objects.get()
    Assignment.objects.update(state="withdrawn", ended_at=NOW)
    with pytest.raises(Refused) as caught:
        judge(sign_off, observer)
    assert caught.value.code == "ended"


# Whom to ask


def test_observers_are_those_who_can_tell_and_never_the_learner():
    team, elsewhere = make_team("Service/Desk"), make_team("Service/Retail")
    manager = make_person("Mona Manager")
    learner = make_person("Lena Learner", team=team, manager=manager)
    trainers = {
        place: make_person(f"Tara {place}", roles={"trainer": scope})
        for place, scope in (("here", team), ("above", team.parent), ("elsewhere", elsewhere), ("anywhere", None))
    }
    ended = make_person("Enno Ended")
    grant(ended, "trainer", team, ends_at=NOW - DAY)
    holder, novice, stranger, gone = (
        make_person("Hans Holder", team=team),
        make_person("Nora Novice", team=team),
        make_person("Sven Stranger", team=elsewhere),
        make_person("Gil Gone", team=team),
    )
    module = make_module("lesson")
    for person in (holder, stranger, gone, learner):
        row = give(module, person)
        record = learning.open_part(assignment=row, part=row.version.parts.get(), at=NOW)
        learning.finish_lesson(record=record, at=NOW)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    found = observers_for(give(module, learner), at=NOW)
    assert found[0] == manager
    assert set(found) == {manager, holder, trainers["here"], trainers["above"], trainers["anywhere"]}
    assert novice not in found


def test_asking_an_observer_excuses_nobody_from_the_rest():
    """Waiting counts once all that the learner could do besides is done."""
    learner, observer = make_person(), make_person()
    row = give(make_module("lesson", "practice"), learner, at=NOW - 9 * DAY, due_on=(NOW - DAY).date())
    lesson, practice = row.version.parts.order_by("position")
    asked = learning.open_part(assignment=row, part=practice, at=NOW - 8 * DAY)
    actions.ask_for_sign_off(record=asked, observer=observer, at=NOW - 8 * DAY)
    assert standing_of(row, at=NOW).code == "overdue"
    learning.finish_lesson(record=learning.open_part(assignment=row, part=lesson, at=NOW), at=NOW)
    assert standing_of(row, at=NOW).code == "waiting"
