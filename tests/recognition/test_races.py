"""Two at once: a wish that is said while somebody is thanked holds for that, too; a double click is one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection, transaction

from foundation.errors import Conflict
from people.models import Role
from recognition.actions import posts, reach
from recognition.actions import pulse as pulses
from recognition.models import Answer, PulseCount, Reach, Recipient, Recognition
from tests.cast import NOW, answer, make_person, make_team, make_value, propose, thank

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time"),
    pytest.mark.django_db(transaction=True),
]
PULSE = datetime(2026, 11, 26, 12, tzinfo=UTC)
WISH = {"photo": True, "screens": True, "milestones": False}


def beside(first, second):
    """The second begins when the first has done its work and not committed it yet; the first commits while the second
    waits, or when it is clear that it does not."""
    worked, tried = Event(), Event()

    def one():
        try:
            with transaction.atomic():
                first()
                worked.set()
                tried.wait(timeout=1)
        finally:
            connection.close()

    def other():
        try:
            worked.wait(timeout=10)
            second()
            tried.set()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(one), pool.submit(other)]:
            done.result()


def private(person):
    reach.wish(person=person, reach=Reach.PRIVATE, by=person, at=NOW, **WISH)


def test_a_wish_said_while_one_is_thanked_holds_for_it():
    maya, giver, value = make_person(), make_person(), make_value()
    beside(lambda: thank(maya, by=giver, value=value), lambda: private(maya))
    assert Recognition.objects.get().reach == Reach.PRIVATE


def test_a_wish_said_while_one_is_put_back_holds_for_it():
    maya = make_person()
    row = thank(maya)
    posts.keep_to_oneself(recognition=row, person=maya, private=True, at=NOW)
    beside(lambda: posts.keep_to_oneself(recognition=row, person=maya, private=False, at=NOW), lambda: private(maya))
    assert Recognition.objects.get().reach == Reach.PRIVATE
    assert not Recipient.objects.get().private


def test_two_clicks_at_once_are_one():
    maya, giver, value, token = make_person(), make_person(), make_value(), uuid4()
    beside(*[lambda: thank(maya, by=giver, value=value, token=token)] * 2)
    assert Recognition.objects.count() == 1


def test_of_two_answers_to_an_idea_at_once_one_is_refused():
    idea, first, other = propose(), *(make_person(roles={Role.STEWARD: None}) for _each in range(2))
    refused = []

    def late():
        try:
            answer(idea, other, "declined")
        except Conflict as conflict:
            refused.append(str(conflict))

    beside(lambda: answer(idea, first, "later"), late)
    assert len(refused) == 1
    assert Answer.objects.get().by == first


def test_a_double_click_on_the_pulse_is_counted_once():
    pulse = pulses.open_pulse(month=date(2026, 11, 1), at=PULSE)
    maya = make_person(team=make_team())
    beside(lambda: say(pulse, maya, 4), lambda: say(pulse, maya, 1))
    assert list(PulseCount.objects.filter(answers__gt=0).values_list("score", "answers")) == [(4, 1), (4, 1)]


def test_two_who_answer_alike_at_once_are_both_counted():
    pulse, team = pulses.open_pulse(month=date(2026, 11, 1), at=PULSE), make_team()
    maya, noor = make_person(team=team), make_person(team=team)
    beside(lambda: say(pulse, maya, 4), lambda: say(pulse, noor, 4))
    assert list(PulseCount.objects.filter(answers__gt=0).values_list("score", "answers")) == [(4, 2), (4, 2)]


def say(pulse, person, score):
    pulses.answer_pulse(pulse=pulse, scores={1: score, 2: score}, by=person, at=PULSE)
