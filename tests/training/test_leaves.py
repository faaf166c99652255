"""Leave moves due days: by as many as it covers, never twice, and back when it is taken back."""

from datetime import date, timedelta

import pytest
from django.core import mail
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from notifications.actions import dispatch, ledger, sending
from people.actions import leaves
from people.models import AuditEntry, Leave
from tests.cast import NOW, finish, give, make_module, make_person
from training.actions import assignments, reminders, together
from training.actions.leaves import catch_up, move_for_leave
from training.actions.together import Why
from training.leaves import chosen_with_leave, due_now, due_with_leave
from training.models import Assignment, Extension
from training.reports.lateness import late_among
from training.reports.standings import standing_of

DAY = timedelta(days=1)
TODAY = NOW.date()
EVERY_DAY = "mon,tue,wed,thu,fri,sat,sun"


# --- days -----------------------------------------------------------------------------------------------------------


def spans_from(cuts):
    """Spans that do not overlap, from any numbers."""
    days = sorted(set(cuts))
    return [(TODAY + first * DAY, TODAY + last * DAY) for first, last in zip(days[::2], days[1::2], strict=False)]


spans = st.lists(st.integers(-10, 60), max_size=9).map(spans_from)


def at_work(first, last, away):
    """How many days from first to last are no leave, counted one by one."""
    days = [first + number * DAY for number in range((last - first).days + 1)]
    return sum(not any(a <= day <= b for a, b in away) for day in days)


@settings(max_examples=200, deadline=None)
@given(length=st.integers(0, 50), away=spans)
def test_as_many_days_at_work_whatever_the_leave(length, away):
    chosen = TODAY + length * DAY
    due = due_with_leave(chosen, TODAY, away)
    assert at_work(TODAY, due, away) == length + 1
    assert not any(first <= due <= last for first, last in away)
    assert chosen_with_leave(due, TODAY, away) == chosen


@settings(max_examples=200, deadline=None)
@given(length=st.integers(0, 50), away=spans)
def test_day_that_somebody_chooses_counts_or_the_first_one_back(length, away):
    wanted = TODAY + length * DAY
    counts = due_with_leave(chosen_with_leave(wanted, TODAY, away), TODAY, away)
    first_back = next(day for day in (wanted + n * DAY for n in range(99)) if not any(a <= day <= b for a, b in away))
    assert counts == first_back


def test_last_day_there_is_moves_no_further():
    assert due_with_leave(date.max, TODAY, [(TODAY, TODAY + 9 * DAY)]) == date.max


@pytest.mark.parametrize(
    ("current", "target", "moved"), [(5, 9, 9), (5, 2, 2), (5, -3, 0), (0, -3, 0), (-1, -3, -1), (-1, 4, 4)]
)
def test_day_moves_back_no_further_than_today_and_not_at_all_when_it_is_over(current, target, moved):
    found = due_now(current=TODAY + current * DAY, target=TODAY + target * DAY, today=TODAY)
    assert found == TODAY + moved * DAY


# --- what is recorded -----------------------------------------------------------------------------------------------


def record(person, first, last, at=NOW, by=None):
    day = at.date()
    return leaves.record_leave(person=person, from_on=day + first * DAY, until_on=day + last * DAY, by=by, at=at)


def due(row):
    return (Assignment.objects.get(pk=row.pk).due_on - TODAY).days


@pytest.fixture
def boss(db):
    return make_person("Bea Boss", work_days=EVERY_DAY)


@pytest.fixture
def learner(boss):
    return make_person("Lou Learner", manager=boss, work_days=EVERY_DAY)


def test_leave_moves_what_is_open_and_back_and_says_so(learner, boss):
    row, dateless = give(make_module(), learner, due_on=TODAY + 10 * DAY), give(make_module(), learner)
    done = finish(give(make_module(), learner, due_on=TODAY + 10 * DAY))
    leave = record(learner, 3, 9, by=boss)
    assert (due(row), due(done)) == (17, 10)
    assert Assignment.objects.get(pk=dateless.pk).due_on is None
    leaves.end_leave(leave=leave, until_on=TODAY + 4 * DAY, by=boss, at=NOW)
    assert due(row) == 12
    leaves.cancel_leave(leave=leave, by=boss, at=NOW)
    assert due(row) == 10
    moves = Extension.objects.order_by("pk").values_list("from_on", "until_on", "reason", "by")
    assert [((a - TODAY).days, (b - TODAY).days, why, by) for a, b, why, by in moves] == [
        (10, 17, "leave", None),
        (17, 12, "leave", None),
        (12, 10, "leave", None),
    ]
    assert AuditEntry.objects.filter(did="training.moved_for_leave", actor=boss, object_id=row.pk).count() == 3
    assert catch_up(at=NOW) == 0


def test_what_is_given_before_or_during_leave_is_due_later_at_once(learner):
    record(learner, -2, 5)
    assert due(give(make_module(), learner, due_on=TODAY)) == 6
    assert due(give(make_module(), learner, due_on=TODAY + 10 * DAY)) == 16
    assert due(give(make_module(), learner, at=NOW + 6 * DAY, due_on=TODAY + 10 * DAY)) == 10


def test_day_chosen_while_leave_stands_counts_and_later_leave_moves_it(learner, boss):
    row = give(make_module(), learner, due_on=TODAY + 10 * DAY)
    record(learner, 3, 9)
    assignments.extend(assignment=row, until_on=TODAY + 20 * DAY, by=boss, at=NOW, reason="Ill.")
    assert due(row) == 20
    record(learner, 30, 35)
    assert due(row) == 20
    record(learner, 15, 16)
    assert due(row) == 22
    other = give(make_module(), learner, due_on=TODAY + DAY)
    together.extend_many(people=[learner], module=other.module, until_on=TODAY + 4 * DAY, by=boss, at=NOW, reason="x")
    assert due(other) == 10  # the first day back


def test_nothing_becomes_overdue_on_leave_and_what_was_is_late_for_leave(learner):
    before = give(make_module(), learner, at=NOW - 9 * DAY, due_on=TODAY - DAY)
    within = give(make_module(), learner, at=NOW - 9 * DAY, due_on=TODAY + DAY)
    record(learner, 0, 20)
    found = standing_of(before, at=NOW + 20 * DAY)
    assert (found.code, found.late) == ("away", "leave")
    assert standing_of(before, at=NOW + 21 * DAY).late == "own"
    assert standing_of(within, at=NOW + 20 * DAY).late is None
    assert [one.cause for one in late_among(Assignment.objects.all(), at=NOW + 20 * DAY)] == ["leave"]
    assert together.nudge_many(people=[learner], module=None, by=make_person(), at=NOW).left == {Why.AWAY: [learner]}


def test_leave_taken_back_late_makes_nobody_overdue_at_once(learner):
    row = give(make_module(), learner, due_on=TODAY + 2 * DAY)
    leave = record(learner, 0, 9)
    leaves.cancel_leave(leave=leave, by=None, at=NOW + 6 * DAY)
    assert due(row) == 6
    record(learner, 0, 3)
    assert due(row) == 6
    assert move_for_leave(people=[learner.pk], by=None, at=NOW + 8 * DAY) == 0


class TestAnySequence(TestCase):
    """No order of recording, shortening, lengthening, taking back and extending by hand loses or doubles a day."""

    steps = st.lists(
        st.tuples(
            st.sampled_from(["record", "record", "end", "cancel", "extend", "again"]),
            st.integers(0, 40),
            st.integers(0, 12),
        ),
        min_size=3,
        max_size=12,
    )

    @settings(max_examples=25, deadline=None)
    @given(steps=steps)
    def test_day_follows_from_what_stands(self, steps):
        person, by = make_person(), make_person()
        row = give(make_module(), person, due_on=TODAY + 15 * DAY)
        chosen = TODAY + 15 * DAY
        for what, first, length in steps:
            chosen = self.step(what, first, length, person=person, row=row, by=by) or chosen
            standing = list(Leave.objects.standing().values_list("from_on", "until_on"))
            assert Assignment.objects.get().due_on == due_with_leave(chosen, TODAY, standing)
        for leave in Leave.objects.standing():
            leaves.cancel_leave(leave=leave, by=by, at=NOW)
        assert Assignment.objects.get().due_on == chosen
        moves = list(Extension.objects.order_by("pk").values_list("from_on", "until_on"))
        assert [end for _start, end in moves[:-1]] == [start for start, _end in moves[1:]]

    def step(self, what, first, length, *, person, row, by):
        """The act; what was chosen by hand in it, as it would be without leave."""
        leave = Leave.objects.standing().order_by("pk").first()
        free = not Leave.objects.touching(TODAY + first * DAY, TODAY + (first + length) * DAY).exists()
        if what == "record" and free:
            record(person, first, first + length, by=by)
        elif what == "end" and leave is not None:
            last = leave.from_on + length * DAY
            if not Leave.objects.touching(leave.from_on, last).exclude(pk=leave.pk).exists():
                leaves.end_leave(leave=leave, until_on=last, by=by, at=NOW)
        elif what == "cancel" and leave is not None:
            leaves.cancel_leave(leave=leave, by=by, at=NOW)
        elif what == "again":
            assert move_for_leave(people=[person.pk], by=None, at=NOW) == 0
        elif what == "extend":
            until_on = Assignment.objects.get().due_on + (1 + length) * DAY
            standing = list(Leave.objects.standing().values_list("from_on", "until_on"))
            assignments.extend(assignment=row, until_on=until_on, by=by, at=NOW, reason="Ill.")
            return chosen_with_leave(until_on, TODAY, standing)
        return None


@pytest.mark.parametrize("count", [1, 20])
def test_leave_costs_the_same_for_any_number_of_modules(learner, count, django_assert_max_num_queries):
    for _ in range(count):
        give(make_module(), learner, due_on=TODAY + 10 * DAY)
    with django_assert_max_num_queries(18):
        record(learner, 1, 5)
    assert Extension.objects.count() == count


# --- what is told ---------------------------------------------------------------------------------------------------


def tick(at):
    reminders.plan_reminders(at=at)
    ledger.recover(at=at)
    for chunk in dispatch.take_due(at=at):
        sending.deliver(pks=chunk, clock=lambda: at)


def run_until(start, end):
    """Ten in the morning of each day; what was mailed on which, to whom."""
    told = {}
    while start <= end:
        tick(start)
        if mail.outbox:
            told[(start - NOW).days] = [(one.to[0].split(".")[0], one.subject) for one in mail.outbox]
            mail.outbox.clear()
        start += DAY
    return told


def test_reminders_are_silent_on_leave_and_what_was_given_is_told_on_the_first_day_back(learner, boss):
    late, new = make_module(name="Late"), make_module(name="New")
    give(late, learner, at=NOW - 30 * DAY, due_on=TODAY - 2 * DAY)
    mail.outbox.clear()
    record(learner, 0, 9)
    give(new, learner, at=NOW + 2 * DAY, due_on=TODAY + 40 * DAY)
    told = run_until(NOW, NOW + 13 * DAY)
    assert told == {
        10: [("lou", "To take: New")],
        12: [("lou", "Late: overdue for 14 days")],
        13: [("bea", "Lou Learner is late with “Late”")],
    }
