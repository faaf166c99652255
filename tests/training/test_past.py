"""How it stood on a day that is over: the same as was seen then."""

import csv
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
import time_machine
from django.urls import reverse

from foundation.errors import Refused
from people.actions import leaves
from people.models import AuditEntry, Person, Role
from tests.cast import NOW, finish, fresh, give, make_module, make_person, make_team
from training.actions import assignments, learning, sign_offs
from training.models import Assignment, SignOff, Waiver
from training.reports.past import compliance_at, people_at
from training.reports.teams import matrix_of
from training.reports.totals import sum_of, totals_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()
ACTS = (
    *["give"] * 4,
    "finish",
    "waive",
    "withdraw",
    "extend",
    "choose",
    *["ask"] * 3,
    "judge",
    "judge",
    "leave",
    *["wait"] * 3,
)


def told(people, moment):
    """Asked, held, waived and what is late, all modules together."""
    lines = compliance_at(people, moment)
    late = sum((line.late for line in lines), Counter())
    return sum(line.asked for line in lines), sum(line.held for line in lines), late


class History:
    """Two people a day apart, two modules, and whatever may happen to them; but that a learner takes a request back
    from an observer: when that was is not on record."""

    def __init__(self):
        self.by, self.at = make_person(), NOW
        self.people = [make_person(time_zone=zone) for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago")]
        self.modules = [make_module("lesson", valid_months=1), make_module("practice")]

    def open_of(self, person, module):
        return Assignment.objects.open().filter(person=person, module=module).first()

    def give(self, person, module, number):
        due_on = self.at.date() + (number + 1) * DAY
        assignments.assign(module=module, people=[person], by=self.by, at=self.at, due_on=due_on)

    def choose(self, person, module, number):
        if not Assignment.objects.filter(person=person, module=module).exists():
            # What is chosen now and asked for later counts from then on, so it is left at that.
            assignments.withdraw(
                assignment=assignments.take_up(module=module, person=person, at=self.at),
                by=self.by, at=self.at, reason="x",
            )  # fmt: skip

    def finish(self, person, module, number):
        if (row := self.open_of(person, self.modules[0])) is not None:
            finish(row, at=self.at)

    def waive(self, person, module, number):
        if (row := self.open_of(person, module)) is not None:
            assignments.waive(assignment=row, kind=Waiver.Kind.OUTSIDE, by=self.by, at=self.at, reason="x")

    def withdraw(self, person, module, number):
        if (row := self.open_of(person, module)) is not None:
            assignments.withdraw(assignment=row, by=self.by, at=self.at, reason="x")

    def extend(self, person, module, number):
        if (row := self.open_of(person, module)) is not None and row.due_on:
            until_on = max(row.due_on, self.at.date() + 2 * DAY) + DAY
            assignments.extend(assignment=row, until_on=until_on, by=self.by, at=self.at, reason="x")

    def ask(self, person, module, number):
        if (row := self.open_of(person, self.modules[1])) is not None:
            record = learning.open_part(assignment=row, part=row.version.parts.get(), at=self.at)
            sign_offs.ask_for_sign_off(record=record, observer=self.by, at=self.at)

    def judge(self, person, module, number):
        if (asked := SignOff.objects.waiting().filter(learner=person).first()) is not None:
            sign_offs.judge(
                sign_off=asked, by=self.by, levels={"greets": 4 if number % 3 else 1}, comment="x", at=self.at
            )

    def leave(self, person, module, number):
        first = self.at.date() + (number % 3 - 1) * DAY
        leaves.record_leave(person=person, from_on=first, until_on=first + number * DAY, by=self.by, at=self.at)

    def wait(self, person, module, number):
        self.at += number * DAY


@pytest.mark.parametrize("seed", range(3))
def test_past_day_is_as_it_was_seen_on_that_day_and_today_as_it_is_seen_now(seed):
    """The live numbers are written down after each act, and asked for again when all is over."""
    chance, history, seen = Random(seed), History(), []
    everybody = Person.objects.filter(pk__in=[person.pk for person in history.people])
    for _ in range(70):
        what = chance.choice(ACTS)
        try:
            getattr(history, what)(chance.choice(history.people), chance.choice(history.modules), chance.randrange(30))
        except Refused:
            continue
        matrix, whole = matrix_of(everybody, at=history.at), sum_of(totals_of(everybody, at=history.at))
        assert whole.late == Counter(matrix.late)
        now = (whole.asked, whole.held, whole.late)
        assert told(everybody, history.at) == now
        seen.append((history.at, now))
        history.at += timedelta(hours=1)
    assert len(seen) > 20
    for moment, then in seen:
        assert told(everybody, moment) == then


def test_whose_practice_was_returned_waited_on_the_observer_until_then():
    history = History()
    person = history.people[1]
    give(history.modules[1], person, at=NOW - 9 * DAY, due_on=TODAY - 3 * DAY)
    for what, days in ((history.ask, 8), (history.judge, 1)):
        history.at = NOW - days * DAY
        what(person, None, 0)
    everybody = Person.objects.filter(pk=person.pk)
    assert [told(everybody, NOW - days * DAY)[2] for days in (5, 1.5, 0)] == [{}, {"observer": 1}, {"own": 1}]


@pytest.fixture
def page(client, db, settings):
    """The browser of an auditor of the shops."""
    settings.SECOND_FACTOR = "nobody"
    client.force_login(make_person(roles={Role.AUDITOR: make_team("Shops")}))
    with time_machine.travel(NOW, tick=False):
        yield client


def lines(page, **query):
    answer = page.get(reverse("training:past-day-csv"), query)
    return list(csv.reader(answer.getvalue().decode("utf-8-sig").splitlines()))[1:]


def test_day_is_told_as_it_was_with_those_who_have_left_since(page):
    module, shops = make_module(name="=Greeting"), make_team("Shops")
    here, gone, foreign = make_person(team=shops), make_person(team=shops), make_person()
    for person in (here, gone, foreign):
        give(module, person, at=NOW - 40 * DAY, due_on=TODAY - 20 * DAY)
    finish(Assignment.objects.get(person=here), at=NOW - 10 * DAY)
    Person.objects.filter(pk=gone.pk).update(is_active=False, left_on=TODAY - 5 * DAY)
    assert lines(page) == [[str(TODAY), "'=Greeting", "1", "1", "0", "0", "0", "0", "0"]]
    for days, numbers in ((41, None), (30, "2 0 0 0"), (15, "2 0 0 2"), (9, "2 1 0 1"), (3, "1 1 0 0")):
        found = lines(page, on=str(TODAY - days * DAY))
        assert [line[2:6] for line in found] == ([numbers.split()] if numbers else [])
    entry = AuditEntry.objects.filter(did="training.past_day_exported").latest("pk")
    assert entry.changes == {"rows": 1, "day": str(TODAY - 3 * DAY)}
    text = page.get(reverse("training:past-day"), {"on": str(TODAY - 15 * DAY)}).content.decode()
    assert "How it stood at the end of 5 November 2026" in text
    assert "not from a picture taken on that day" in text
    assert lines(page, team="Service") == []


@pytest.mark.parametrize("day", ["2026-11-21", "1999-12-31", "0001-01-01", "9999-12-31", "x"])
def test_day_that_makes_no_sense_is_refused_beside_the_field(page, day):
    answer = page.get(reverse("training:past-day"), {"on": day})
    assert answer.status_code == 422
    assert answer.context["filter"].errors
    assert answer.context["day"] == TODAY


@pytest.mark.parametrize("count", [1, 20])
def test_past_day_costs_the_same_for_any_number(page, count, django_assert_max_num_queries):
    shops = make_team("Shops")
    for _ in range(count):
        person = make_person(team=shops)
        give(make_module(), person, at=NOW - 40 * DAY, due_on=TODAY - 20 * DAY)
    with django_assert_max_num_queries(14):
        page.get(reverse("training:past-day"))


def test_only_those_who_see_others_training_see_its_past(page):
    boss = make_person()
    learner = make_person(manager=boss)
    give(make_module(), learner, at=NOW - DAY)
    page.force_login(learner)
    assert [page.get(reverse(f"training:{name}")).status_code for name in ("past-day", "past-day-csv")] == [403, 403]
    page.force_login(fresh(boss))
    assert len(lines(page)) == 1
    assert set(people_at(fresh(boss), NOW, at=NOW)) == {learner}
