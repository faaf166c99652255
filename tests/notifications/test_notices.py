"""One way in: planned once, with the fact or not at all, taken back in time."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import transaction

from foundation.errors import Refused
from notifications.actions import notices
from notifications.actions.notices import Outsider
from notifications.kinds import Cadence, Channel
from notifications.models import Delivery
from tests.cast import NOW, make_person
from tests.notifications.kinds_of_tests import declared

pytestmark = pytest.mark.django_db


def rows():
    return list(Delivery.objects.order_by("pk").values_list("subject_id", "occurrence", "reader", "channel", "state"))


def test_each_thing_is_told_once_however_often_it_is_said(plain):
    kind, _teller = plain
    ada = make_person("Ada")
    for _time in range(3):
        notices.notify(kind=kind, subject_id=7, to=[ada, ada.pk], at=NOW, due_at=NOW + timedelta(hours=1))
    assert rows() == [(7, "", f"p{ada.pk}", "portal", "planned"), (7, "", f"p{ada.pk}", "mail", "planned")]
    notices.notify(kind=kind, subject_id=7, to=[ada], at=NOW, due_at=NOW + timedelta(hours=1), occurrence="2")
    assert len(rows()) == 4


def test_what_is_too_late_already_is_not_planned(plain):
    kind, _teller = plain
    for hours in (23, 25):
        notices.notify(kind=kind, subject_id=hours, to=[make_person()], at=NOW, due_at=NOW - timedelta(hours=hours))
    assert {row[0] for row in rows()} == {23}


def test_rolled_back_with_the_fact_nothing_was_planned(plain):
    kind, _teller = plain
    with transaction.atomic():
        notices.notify(kind=kind, subject_id=7, to=[make_person()], at=NOW)
        assert len(rows()) == 2
        transaction.set_rollback(True)
    assert rows() == []


def test_somebody_without_an_account_has_no_inbox(plain):
    kind, _teller = plain
    notices.notify(kind=kind, subject_id=7, to=[Outsider("candidate:3")], at=NOW, due_at=NOW + timedelta(hours=1))
    assert rows() == [(7, "", "candidate:3", "mail", "planned")]


@pytest.mark.parametrize("name", ["p12", "candidate", "candidate:3\nBcc: x@y.example", "x" * 81])
def test_outsider_needs_a_name_that_is_none_of_a_person(name):
    with pytest.raises(Refused):
        Outsider(name)


def test_channels_are_those_of_the_kind():
    with declared(cadence={Channel.MAIL: Cadence.NOW}) as (kind, _teller):
        notices.notify(kind=kind, subject_id=1, to=[make_person()], at=NOW, due_at=NOW + timedelta(hours=1))
    assert [row[3] for row in rows()] == ["mail"]


def test_taken_back_before_it_left(plain):
    kind, _teller = plain
    ada = make_person()
    for occurrence in ("old", "new"):
        notices.notify(
            kind=kind, subject_id=7, to=[ada], at=NOW, due_at=NOW + timedelta(hours=1), occurrence=occurrence
        )
    notices.notify(kind=kind, subject_id=8, to=[ada], at=NOW, due_at=NOW + timedelta(hours=1))
    assert notices.cancel(kinds=[kind], subject_id=7, reason="moved", keep="new") == 2
    left = Delivery.objects.filter(state="cancelled")
    assert {(row.subject_id, row.occurrence, row.reason) for row in left} == {(7, "old", "moved")}
    assert notices.cancel(kinds=[kind], subject_id=7, reason="moved", keep="new") == 0


def test_taken_back_and_said_again_it_is_told_once_more(plain):
    kind, _teller = plain
    ada, ben = make_person(), make_person()
    later = NOW + timedelta(hours=1)
    notices.notify(kind=kind, subject_id=7, to=[ada, ben], at=NOW, due_at=later)
    notices.cancel(kinds=[kind], subject_id=7, reason="moved")
    notices.notify(kind=kind, subject_id=7, to=[ada], at=NOW, due_at=later)
    assert [(row[2], row[4]) for row in rows()] == [
        (f"p{ada.pk}", "planned"), (f"p{ada.pk}", "planned"), (f"p{ben.pk}", "cancelled"), (f"p{ben.pk}", "cancelled"),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_what_is_due_at_once_leaves_with_the_commit(plain):
    kind, _teller = plain
    with time_machine.travel(NOW), transaction.atomic():
        notices.notify(kind=kind, subject_id=7, to=[make_person()], at=NOW)
        assert mail.outbox == []
    assert [message.subject for message in mail.outbox] == ["About 7"]
    assert {row[4] for row in rows()} == {"sent"}


@pytest.mark.parametrize("count", [1, 3, 50])
def test_planning_costs_the_same_for_any_number(plain, count, django_assert_max_num_queries):
    kind, _teller = plain
    people = [make_person() for _each in range(count)]
    with django_assert_max_num_queries(5):
        notices.notify(kind=kind, subject_id=7, to=people, at=NOW, due_at=NOW + timedelta(hours=1))
    assert Delivery.objects.count() == 2 * count
