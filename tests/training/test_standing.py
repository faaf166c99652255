"""Where people stand: one word for every case, the same in a cell as on its own."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from tests.cast import NOW, finish, give, make_module, make_person
from training.actions import assignments, learning, sign_offs
from training.holding import HoldUps, Offered
from training.models import Assignment, Waiver
from training.reports.lateness import late_among
from training.reports.standings import standing_of, standings_of
from training.reports.teams import matrix_of
from training.standing import SOON_DAYS, Cause, Code, Standing, cause_of, is_overdue, standing_of_done, standing_of_open

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


# The rules


@pytest.mark.parametrize(("due_on", "late"), [(None, False), (TODAY + DAY, False), (TODAY, False), (TODAY - DAY, True)])
def test_day_itself_is_in_time(due_on, late):
    assert is_overdue(due_on, TODAY) is late


@pytest.mark.parametrize(
    ("started", "due", "waiting", "code", "tone"),
    [
        (False, None, None, "assigned", "info"),
        (True, None, None, "under_way", "info"),
        (False, SOON_DAYS + 1, None, "assigned", "info"),
        (False, SOON_DAYS, None, "assigned", "warning"),
        (True, 0, None, "under_way", "warning"),
        (True, -1, None, "overdue", "danger"),
        (False, -1, None, "overdue", "danger"),
        (True, None, -3, "waiting", "info"),
        (True, 0, -3, "waiting", "info"),
        (True, -1, -1, "waiting", "warning"),
        (True, -1, 0, "overdue", "danger"),
        (True, -9, -9, "waiting", "warning"),
    ],
)
def test_standing_of_what_is_open(started, due, waiting, code, tone):
    causes: dict[tuple[str, str], Cause] = {("overdue", "danger"): "own", ("waiting", "warning"): "observer"}
    due_on, since = (None if shift is None else TODAY + shift * DAY for shift in (due, waiting))
    held_up = HoldUps({1: since} if since else {}).by(1, due_on)
    found = standing_of_open(started=started, due_on=due_on, waiting_since=since, held_up=held_up, today=TODAY)
    assert found == Standing(code, tone, due_on, late=causes.get((code, tone)))


@pytest.mark.parametrize(
    ("due", "waiting", "away", "cause"),
    [
        (None, None, True, None),
        (0, None, True, None),
        (-1, None, False, "own"),
        (-1, None, True, "leave"),
        (-1, -1, False, "observer"),
        (-1, -1, True, "observer"),
        (-1, 0, False, "own"),
        (-1, 0, True, "leave"),
    ],
)
def test_lateness_has_one_cause(due, waiting, away, cause):
    due_on, since = (None if shift is None else TODAY + shift * DAY for shift in (due, waiting))
    held_up = HoldUps({1: since} if since else {}).by(1, due_on)
    assert cause_of(due_on=due_on, today=TODAY, held_up=held_up, away=away) == cause
    found = standing_of_open(started=True, due_on=due_on, waiting_since=since, held_up=held_up, today=TODAY, away=away)
    assert found.late == cause
    assert bool(found.cause) is (cause is not None)


BY_OBSERVER, TOO_LATE, OWN, NO_SESSION, LATER = 1, 2, 3, 4, 5
IN_TIME = {BY_OBSERVER: TODAY - DAY, TOO_LATE: TODAY}
SESSIONS = {NO_SESSION: Offered(TODAY - 9 * DAY, []), LATER: Offered(TODAY - 9 * DAY, [TODAY - 20 * DAY, TODAY])}


@pytest.mark.parametrize(
    ("needs", "cause"),
    [
        ({9: [BY_OBSERVER]}, "observer"),
        ({9: [NO_SESSION]}, "session"),
        ({9: [LATER]}, "session"),
        ({9: [NO_SESSION, BY_OBSERVER]}, "observer"),
        ({9: [TOO_LATE]}, None),
        ({9: [OWN]}, None),
        ({9: [None]}, None),
        ({9: [BY_OBSERVER, OWN]}, None),
        ({9: [BY_OBSERVER, None]}, None),
        ({9: [8], 8: [7], 7: [BY_OBSERVER]}, "observer"),
        ({9: [8, 7], 8: [7], 7: [NO_SESSION]}, "session"),
        ({9: [8], 8: [7, OWN], 7: [BY_OBSERVER]}, None),
        ({BY_OBSERVER: [OWN], 9: [BY_OBSERVER]}, "observer"),
        ({9: [8], 8: [9]}, None),
    ],
)
def test_what_holds_up_what_comes_first_holds_up_what_needs_it(needs, cause):
    """By the day that is asked about: an observer asked on it is in time, a session offered on it was an offer."""
    ups = HoldUps(IN_TIME, SESSIONS, needs)
    assert ups.by(9, TODAY - DAY) == cause
    assert ups.by(9, None) is None
    first = set(needs[9])
    assert ups.waits_on_observers(9) is ((cause == "observer" and NO_SESSION not in first) or first == {TOO_LATE})


@pytest.mark.parametrize(("first", "cause"), [(TOO_LATE, "observer"), (LATER, None), (NO_SESSION, "session")])
def test_day_of_what_waits_decides_and_not_that_of_what_comes_first(first, cause):
    assert HoldUps(IN_TIME, SESSIONS, {9: [first]}).by(9, TODAY) == cause


@pytest.mark.parametrize(
    ("left", "code", "tone"),
    [
        (None, "done", "success"),
        (61, "done", "success"),
        (60, "expiring", "warning"),
        (0, "expiring", "warning"),
        (-1, "expired", "danger"),
    ],
)
def test_standing_of_what_is_done(left, code, tone):
    expires_on = None if left is None else TODAY + left * DAY
    assert standing_of_done(expires_on=expires_on, window_days=60, today=TODAY) == Standing(code, tone, expires_on)


def test_every_standing_has_a_word_of_its_own():
    words = {Standing(code, "plain").label for code in get_args(Code)}
    assert len(words) == len(get_args(Code))
    assert all(words)


# The rules, over what is stored


def code_of(person, module, at=NOW):
    return standings_of([person], [module], at=at)[person.pk, module.pk].code


@pytest.mark.django_db
def test_standing_follows_a_module_through_its_life():
    person, other, module = make_person(), make_person(), make_module("lesson", "writing", valid_months=12)
    assert code_of(person, module) == "none"
    row = give(module, person, due_on=TODAY)
    assert code_of(person, module) == "assigned"
    lesson, writing = row.version.parts.order_by("position")
    learning.finish_lesson(record=learning.open_part(assignment=row, part=lesson, at=NOW), at=NOW)
    assert code_of(person, module) == "under_way"
    assert code_of(person, module, at=NOW + DAY) == "overdue"
    record = learning.open_part(assignment=row, part=writing, at=NOW)
    learning.save_writing(record=record, text="A case.", revision=0, at=NOW, finish=True)
    assert code_of(person, module) == "done"
    assert code_of(person, module, at=NOW + 310 * DAY) == "expiring"
    assert code_of(person, module, at=NOW + 366 * DAY) == "expired"
    assignments.open_renewals(at=NOW + 310 * DAY)
    assert code_of(person, module, at=NOW + 310 * DAY) == "assigned"
    assert code_of(person, module, at=NOW + 366 * DAY) == "overdue"
    assert code_of(other, module) == "none"


@pytest.mark.django_db
def test_what_was_taken_back_leaves_what_was_there_before():
    person, manager, module = make_person(), make_person(), make_module(valid_months=12)
    assignments.withdraw(assignment=give(module, person), by=manager, at=NOW, reason="Moved.")
    assert code_of(person, module) == "none"
    finish(give(module, person))
    assignments.withdraw(assignment=give(module, person), by=manager, at=NOW, reason="Moved.")
    assert code_of(person, module) == "done"


@pytest.mark.django_db
def test_waived_is_said_where_nothing_better_is():
    person, manager, module = make_person(), make_person(), make_module()
    row = give(module, person)
    assignments.waive(assignment=row, kind=Waiver.Kind.EQUIVALENT, by=manager, at=NOW, reason="Knows it.")
    found = standing_of(row, at=NOW)
    assert (found.code, found.assignment) == ("waived", row.pk)
    again = give(module, person)
    assert standing_of(again, at=NOW).code == "assigned"
    assignments.waive(assignment=again, kind=Waiver.Kind.EQUIVALENT, by=manager, at=NOW, reason="Knows it.")
    assert standing_of(row, at=NOW).assignment == again.pk
    again = give(module, person)
    finish(again)
    assert standing_of(again, at=NOW).code == "done"


@pytest.mark.django_db
def test_last_completion_counts_and_not_the_one_that_ends_last():
    person, module = make_person(), make_module(valid_months=120)
    finish(give(module, person, at=NOW - 9 * DAY), at=NOW - 9 * DAY)
    type(module).objects.filter(pk=module.pk).update(valid_months=1, anchor="completion")
    finish(give(type(module).objects.get(pk=module.pk), person))
    assert code_of(person, module, at=NOW + 90 * DAY) == "expired"


@pytest.mark.django_db
def test_everybodys_standing_is_of_their_own_day():
    module = make_module()
    at = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
    zones = {"Pacific/Kiritimati": "overdue", "UTC": "overdue", "America/New_York": "assigned"}
    people = {make_person(time_zone=zone): code for zone, code in zones.items()}
    assignments.assign(module=module, people=people, by=None, at=NOW - 9 * DAY, due_on=TODAY)
    found = standings_of(list(people), [module], at=at)
    assert {person: found[person.pk, module.pk].code for person in people} == people


@pytest.mark.django_db
def test_cell_says_what_standing_and_badge_say():
    """Matrix, the standing of one assignment, and the overdue rows, over every state at once."""
    manager, observer = make_person(), make_person()
    modules = [make_module(valid_months=12), make_module("practice")]
    people = [make_person() for _ in range(6)]
    for index, person in enumerate(people):
        row = give(modules[0], person, at=NOW - 400 * DAY, due_on=TODAY - (index - 2) * DAY)
        if index == 4:
            finish(row, at=NOW - 390 * DAY)
        if index == 5:
            assignments.withdraw(assignment=row, by=manager, at=NOW, reason="Moved.")
        practice = give(modules[1], person, at=NOW - 9 * DAY, due_on=TODAY - DAY)
        record = learning.open_part(assignment=practice, part=practice.version.parts.get(), at=NOW - 9 * DAY)
        if index % 2:
            sign_offs.ask_for_sign_off(record=record, observer=observer, at=NOW - 8 * DAY)
    matrix = matrix_of(type(manager).objects.filter(pk__in=[person.pk for person in people]), at=NOW)
    assert set(matrix.modules) == set(modules)
    late = {(row.person_id, row.module_id) for row in Assignment.objects.overdue(NOW)}
    for row in Assignment.objects.select_related("person", "module"):
        cell = matrix.cells[row.person_id, row.module_id]
        assert cell == standing_of(row, at=NOW)
        assert (cell.code in {"overdue", "waiting"}) is ((row.person_id, row.module_id) in late)
    causes = {one.assignment: one.cause for one in late_among(Assignment.objects.all(), at=NOW)}
    assert causes == {cell.assignment: cell.late for cell in matrix.cells.values() if cell.late}
    assert matrix.late == Counter(causes.values())
    assert set(causes.values()) == {"own", "observer"}
    assert sum(matrix.counts.values()) == len(people) * len(modules)
    assert {"overdue", "waiting", "expired", "none", "assigned"} <= set(matrix.counts)


@pytest.mark.django_db
def test_standings_cost_the_same_for_one_as_for_many(django_assert_num_queries):
    modules, people = [make_module() for _ in range(3)], [make_person() for _ in range(9)]
    for module in modules:
        assignments.assign(module=module, people=people, by=None, at=NOW)
    for some in (people[:1], people):
        with django_assert_num_queries(2):
            standings_of(some, modules, at=NOW)
