"""Due days in the calendar feed: one's own, where one is, and no longer than they are due."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications import sources
from tests.cast import NOW, finish, give, make_module, make_person
from training.actions import assignments
from training.reports.calendars import due_days_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def feed(person):
    return [(event.summary, event.ends_at) for event in sources.events_of(person, NOW - 60 * DAY, NOW + 365 * DAY)]


def test_due_day_stands_at_the_end_of_the_working_day_where_the_person_is():
    module = make_module()
    person = make_person(time_zone="Asia/Tokyo")
    give(module, person, due_on=(NOW + 3 * DAY).date())
    give(make_module(), person)
    give(module, make_person(), due_on=(NOW + 3 * DAY).date())
    assert feed(person) == [(f"Due: {module}", datetime(2026, 11, 23, 8, 30, tzinfo=UTC))]


def test_what_is_done_or_taken_back_is_in_no_calendar():
    person, boss = make_person(), make_person()
    finish(give(make_module(), person, due_on=(NOW + DAY).date()))
    given = give(make_module(), person, due_on=(NOW + DAY).date())
    assignments.withdraw(assignment=given, by=boss, at=NOW, reason="By mistake.")
    assert feed(person) == []


def test_more_time_moves_the_same_event():
    person, boss = make_person(), make_person()
    given = give(make_module(), person, due_on=(NOW + DAY).date())
    (before,) = due_days_of(person, NOW, NOW + 90 * DAY)
    assignments.extend(assignment=given, until_on=(NOW + 9 * DAY).date(), by=boss, at=NOW, reason="Late shifts.")
    (after,) = due_days_of(person, NOW, NOW + 90 * DAY)
    assert (before.uid, before.sequence + 1) == (after.uid, after.sequence)
    assert after.ends_at - before.ends_at == 8 * DAY


@pytest.mark.parametrize("count", [1, 3, 30])
def test_feed_asks_the_same_for_any_number(count, django_assert_num_queries):
    person = make_person()
    for _each in range(count):
        give(make_module(), person, due_on=(NOW + DAY).date())
    with django_assert_num_queries(2):
        assert len(due_days_of(person, NOW, NOW + 9 * DAY)) == count
