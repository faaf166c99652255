"""What people are told of training: planned by the clock, looked at again before it leaves."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils.formats import date_format

from notifications.actions import dispatch, ledger, sending
from notifications.models import Delivery
from notifications.reports import lines_of, open_href
from tests.cast import NOW, finish, fresh, give, make_module, make_person
from training.actions import assignments, certificates, learning, reminders, sign_offs

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EVERY_DAY = "mon,tue,wed,thu,fri,sat,sun"


@pytest.fixture
def boss():
    return make_person("Bea Boss", work_days=EVERY_DAY)


@pytest.fixture
def learner(boss):
    return make_person("Lou Learner", manager=boss, work_days=EVERY_DAY)


def run(at):
    """Every tick that a beat would make, twice."""
    for _time in range(2):
        reminders.plan_reminders(at=at)
        ledger.recover(at=at)
        for chunk in dispatch.take_due(at=at):
            sending.deliver(pks=chunk, clock=lambda: at)


def letters():
    found = sorted((message.to[0].split(".")[0], message.subject) for message in mail.outbox)
    mail.outbox.clear()
    return found


def skipped():
    return set(Delivery.objects.filter(state="skipped").values_list("kind", "reason"))


def run_until(start, end):
    """Ten in the morning of each day; what was mailed on which."""
    told = {}
    while start <= end:
        run(start)
        if sent := letters():
            told[(start - NOW).days] = [subject for _to, subject in sent]
        start += DAY
    return told


def test_being_given_something_is_told_once_with_its_reason(learner, boss):
    module = make_module()
    give(module, learner, due_on=date(2026, 12, 20), note="You take calls from December on.")
    run(NOW)
    (message,) = mail.outbox
    assert message.subject == f"To take: {module}"
    assert "You take calls from December on." in message.body
    assert "Sun 20 Dec 2026" in message.body
    mail.outbox.clear()
    run(NOW + HOUR)
    assert not mail.outbox


def test_what_one_chose_oneself_is_not_told(learner):
    assignments.take_up(module=make_module(), person=learner, at=NOW)
    run(NOW)
    assert not mail.outbox


@pytest.mark.once
def test_reminders_widen_and_then_stop(learner):
    module = make_module()
    give(module, learner, due_on=(NOW + 10 * DAY).date())
    run(NOW)
    mail.outbox.clear()
    told = run_until(NOW + DAY, NOW + 120 * DAY)
    own = {day: subjects for day, subjects in told.items() if any(str(module) in one for one in subjects)}
    assert sorted(own) == [3, 9, 10, 11, 13, 14, 17, 24, 31, 40, 55, 70, 100]
    assert own[3] == [f"{module}: due in 7 days"]
    assert own[10] == [f"{module}: due today"]
    assert own[13] == [f"Lou Learner is late with “{module}”"]
    assert own[100] == [f"{module}: overdue for 90 days"]


def test_done_training_is_reminded_of_no_more(learner):
    assignment = give(make_module(), learner, due_on=(NOW + DAY).date())
    reminders.plan_reminders(at=NOW + DAY - 2 * HOUR)
    for part in assignment.version.parts.all():
        record = learning.open_part(assignment=assignment, part=part, at=NOW)
        learning.finish_lesson(record=record, at=NOW)
    mail.outbox.clear()
    assert run_until(NOW + DAY, NOW + 9 * DAY) == {}
    assert set(Delivery.objects.filter(kind="training.due").values_list("state", flat=True)) <= {"cancelled"}


def test_more_time_moves_the_reminders(learner, boss):
    module = make_module()
    assignment = give(module, learner, due_on=(NOW + DAY).date())
    run(NOW)
    letters()
    assignments.extend(assignment=assignment, until_on=(NOW + 8 * DAY).date(), by=boss, at=NOW, reason="Late shifts.")
    assert run_until(NOW + HOUR, NOW + 9 * DAY + HOUR) == {
        1: [f"{module}: due in 7 days"],
        7: [f"{module}: due tomorrow"],
        8: [f"{module}: due today"],
        9: [f"{module}: overdue for a day"],
    }


def test_who_waits_on_an_observer_is_not_late(learner, boss):
    module = make_module("practice")
    assignment = give(module, learner, due_on=(NOW + 2 * DAY).date())
    run(NOW)
    letters()
    (part,) = assignment.version.parts.all()
    record = learning.open_part(assignment=assignment, part=part, at=NOW)
    sign_offs.ask_for_sign_off(record=record, observer=boss, at=NOW + HOUR)
    told = run_until(NOW + HOUR, NOW + 10 * DAY + HOUR)
    assert told == {
        0: ["Lou Learner asks you to watch: The practice"],
        7: ["Lou Learner asks you to watch: The practice"],
        10: ["Lou Learner asks you to watch: The practice"],
    }
    assert skipped() == {("training.due", "waits on an observer")}


def test_manager_who_was_told_of_lateness_is_told_when_it_is_done(learner, boss):
    module = make_module()
    late, in_time = give(module, learner, due_on=(NOW + DAY).date()), give(make_module(), learner)
    run(NOW)
    run(NOW + 4 * DAY)
    assert ("bea", f"Lou Learner is late with “{module}”") in letters()
    for assignment in (late, in_time):
        for part in assignment.version.parts.all():
            record = learning.open_part(assignment=assignment, part=part, at=NOW + 6 * DAY)
            learning.finish_lesson(record=record, at=NOW + 6 * DAY)
    run(NOW + 6 * DAY)
    assert letters() == [("bea", f"Lou Learner has completed “{module}”")]


def test_manager_who_never_heard_that_it_is_late_does_not_hear_that_it_is_done(learner, boss):
    assignment = give(make_module(), learner, due_on=(NOW + DAY).date())
    run(NOW)
    letters()
    part = assignment.version.parts.get()
    for day in (2, 9):  # a day late, before the manager was to be told; and twice is once
        record = learning.open_part(assignment=assignment, part=part, at=NOW + 2 * DAY)
        if day == 2:
            learning.finish_lesson(record=record, at=NOW + 2 * DAY)
        run(NOW + day * DAY)
    assert letters() == []
    assert ("training.late", "was not told") in skipped()


def test_who_leads_the_learner_no_longer_is_told_nothing(learner, boss):
    give(make_module(), learner, due_on=(NOW + DAY).date())
    run(NOW)
    reminders.plan_reminders(at=NOW + 4 * DAY)
    learner.manager = make_person("New Boss", work_days=EVERY_DAY)
    learner.save(update_fields=["manager"])
    letters()
    run(NOW + 4 * DAY)
    assert [to for to, subject in letters() if "is late" in subject] == ["new"]


def test_judged_practice_is_told_to_the_learner_without_its_words(learner, boss):
    assignment = give(make_module("practice"), learner)
    (part,) = assignment.version.parts.all()
    record = learning.open_part(assignment=assignment, part=part, at=NOW)
    asked = sign_offs.ask_for_sign_off(record=record, observer=boss, at=NOW, note="canary-note")
    sign_offs.judge(sign_off=asked, by=boss, levels={"greets": 2}, comment="canary-comment", at=NOW)
    run(NOW)
    assert ("lou", "To be tried again: The practice") in [(m.to[0].split(".")[0], m.subject) for m in mail.outbox]
    assert not any("canary" in message.body for message in mail.outbox)


def test_renewal_is_told_as_one(learner):
    module = make_module(valid_months=12)
    first = give(module, learner, at=NOW - 330 * DAY)
    for part in first.version.parts.all():
        record = learning.open_part(assignment=first, part=part, at=NOW - 330 * DAY)
        learning.finish_lesson(record=record, at=NOW - 330 * DAY)
    mail.outbox.clear()
    Delivery.objects.all().delete()
    assert assignments.open_renewals(at=NOW) == 1
    run(NOW)
    assert letters() == [("lou", f"“{module}” can be renewed now")]


def test_inbox_says_it_in_the_portal_and_is_silent_for_others(learner, boss):
    assignment = give(make_module(), learner)
    run(NOW)
    rows = Delivery.objects.filter(channel="portal", recipient=learner)
    assert [line.title for line in lines_of(rows)] == [f"To take: {assignment.module}"]
    assert open_href(rows.get()) == assignment.get_absolute_url()
    rows.update(recipient=boss, reader=f"p{boss.pk}")
    others = Delivery.objects.filter(channel="portal", recipient=fresh(boss))
    assert not any(str(assignment.module) in line.title for line in lines_of(others))
    assert open_href(others.get()) == ""


@pytest.mark.parametrize("count", [1, 3, 20])
def test_planning_asks_the_same_for_any_number(count, boss, django_assert_max_num_queries):
    module = make_module()
    people = [make_person(manager=boss) for _each in range(count)]
    assignments.assign(module=module, people=people, by=None, at=NOW, due_on=(NOW + DAY).date())
    with django_assert_max_num_queries(15):
        reminders.plan_reminders(at=NOW + DAY)


def test_what_one_chose_oneself_is_told_once_when_it_can_be_renewed(learner):
    module = make_module(valid_months=12, window_days=30)
    finish(assignments.take_up(module=module, person=learner, at=NOW - 334 * DAY), at=NOW - 334 * DAY)
    ends = learner.completions.get().expires_on
    opens = (ends - NOW.date()).days - 30
    told = run_until(NOW, NOW + 45 * DAY)
    assert told == {opens: [f"“{module}” holds until {date_format(ends, 'D j M')}"]}


@pytest.mark.parametrize("why", ["again", "asked", "revoked", "archived"])
def test_of_what_was_chosen_nothing_is_told_that_is_over(learner, boss, why):
    module = make_module(valid_months=12, window_days=30)
    finish(assignments.take_up(module=module, person=learner, at=NOW - 336 * DAY), at=NOW - 336 * DAY)
    if why == "again":
        finish(assignments.take_up(module=module, person=learner, at=NOW - DAY), at=NOW - DAY)
    elif why == "asked":
        finish(give(module, learner, at=NOW - 340 * DAY), at=NOW - 337 * DAY)
    elif why == "revoked":
        certificates.revoke(completion=learner.completions.get(), by=boss, at=NOW, reason="Not theirs.")
    else:
        module.archived_at = NOW
        module.save(update_fields=["archived_at"])
    told = run_until(NOW - 2 * DAY, NOW + 3 * DAY)
    assert not any("holds until" in subject for subjects in told.values() for subject in subjects)


def test_review_of_a_module_is_due_to_its_owner_on_its_day_and_a_month_later_until_it_is_moved(boss):
    module = make_module(owner=boss, review_on=(NOW + 2 * DAY).date())
    subject = f"To be reviewed: {module}"
    assert run_until(NOW, NOW + 40 * DAY) == {2: [subject], 32: [subject]}
    module.review_on = (NOW + 400 * DAY).date()
    module.save(update_fields=["review_on"])
    assert run_until(NOW + 60 * DAY, NOW + 64 * DAY) == {}
