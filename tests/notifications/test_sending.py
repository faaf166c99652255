"""From due to sent: looked at again just before, each reader alone, and honest about what nobody knows."""

import smtplib
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from notifications.actions import dispatch, ledger, notices, sending
from notifications.actions.notices import Outsider
from notifications.kinds import Cadence, Channel, Content, Skip
from notifications.models import Delivery
from people.models import Person
from tests.cast import NOW, make_person
from tests.notifications.kinds_of_tests import declared

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


def plan(kind, *subjects, to=None, occurrence=""):
    for subject in subjects:
        notices.notify(
            kind=kind, subject_id=subject, to=[to or make_person()], at=NOW, due_at=LATER, occurrence=occurrence
        )


def work(at=LATER, minutes=0):
    """What tick and worker do at the moment."""
    at += timedelta(minutes=minutes)
    ledger.recover(at=at)
    for chunk in dispatch.take_due(at=at):
        sending.deliver(pks=chunk, clock=lambda: at)


def states(channel="mail"):
    found = Delivery.objects.filter(channel=channel).order_by("pk")
    return [(row.subject_id, row.state, row.reason) for row in found]


def attempts():
    return list(Delivery.objects.filter(channel="mail").order_by("pk").values_list("attempts", flat=True))


def subjects():
    return [message.subject for message in mail.outbox]


def test_what_is_due_goes_once(plain):
    kind, _teller = plain
    plan(kind, 1, 2)
    work(NOW)
    assert subjects() == []
    for _time in range(3):
        work()
    assert subjects() == ["About 1", "About 2"]
    assert states() == [(1, "sent", ""), (2, "sent", "")]
    assert states("portal") == [(1, "sent", ""), (2, "sent", "")]


def test_message_id_is_the_row_s_and_the_headers_say_that_a_machine_wrote_it(plain):
    kind, teller = plain
    teller.says[1] = Content(title="Two\nlines", text=["Told."], thread="interview-1")
    plan(kind, 1)
    work()
    (message,) = mail.outbox
    row = Delivery.objects.get(channel="mail")
    assert message.extra_headers["Message-ID"] == f"<{row.message_uuid.hex}@testserver>"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.extra_headers["References"] == "<interview-1@testserver>"
    assert message.subject == "Two lines"
    assert "Told." in message.body
    assert "You get this in tests." in message.body


def test_looked_at_again_before_it_leaves(plain):
    kind, teller = plain
    plan(kind, 1)
    teller.says[1] = Skip("moved")
    work()
    assert states() == [(1, "skipped", "moved")]
    assert subjects() == []


def test_who_left_and_what_is_too_late_is_skipped_unasked(plain):
    kind, teller = plain
    gone = make_person()
    plan(kind, 1, to=gone)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    work()
    plan(kind, 2)
    work(minutes=60 * 25)
    assert states() == [(1, "skipped", "left"), (2, "skipped", "too late")]
    assert teller.asked == []


def test_one_that_cannot_be_composed_spoils_no_other_and_fails_in_the_end(plain):
    kind, teller = plain
    plan(kind, 1, 2, 3)
    teller.says[2] = RuntimeError("broken")
    work()
    assert sorted(subjects()) == ["About 1", "About 3"]
    assert states()[1] == (2, "planned", "not composed")
    for minutes in (1, 7, 23, 90, 280):
        work(minutes=minutes)
    assert states()[1] == (2, "failed", "not composed")
    assert Delivery.objects.get(subject_id=2, channel="mail").attempts == 6


def test_kind_of_another_release_waits(plain):
    kind, _teller = plain
    with declared("tests.newer") as (newer, _its):
        plan(newer, 1)
    plan(kind, 2)
    work()
    assert subjects() == ["About 2"]
    assert states()[0] == (1, "planned", "unknown kind")


def test_outsider_is_written_to_where_the_feature_says():
    with declared(cadence={Channel.MAIL: Cadence.NOW}) as (kind, teller):
        plan(kind, 1, 2, to=Outsider("candidate:3"))
        teller.says[1] = Content(title="Welcome", address="cara@mail.example")
        teller.says[2] = Content(title="Welcome", address="")
        work()
    assert [message.to for message in mail.outbox] == [["cara@mail.example"]]
    assert states() == [(1, "sent", ""), (2, "failed", "no address")]


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"no such user")}), "failed", "refused"),
        (smtplib.SMTPRecipientsRefused({"a@b": (451, b"greylisted")}), "planned", "not taken"),
        (smtplib.SMTPDataError(554, b"spam"), "failed", "refused"),
        (smtplib.SMTPDataError(421, b"busy"), "planned", "not taken"),
        (smtplib.SMTPSenderRefused(421, b"busy", "x"), "planned", "not taken"),
        (smtplib.SMTPAuthenticationError(535, b"wrong"), "planned", "not taken"),
        (ConnectionResetError(), "unknown", ""),
    ],
)
def test_what_the_server_said_decides(plain, monkeypatch, error, state, reason):
    kind, _teller = plain
    plan(kind, 1)

    def refuse(_self, _messages):
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    work()
    assert states() == [(1, state, reason)]
    assert attempts() == [1]
    work(minutes=10)  # what is settled stays so; what was put off is tried once more
    assert states() == [(1, state, reason)]
    assert attempts() == [2 if state == "planned" else 1]


def test_without_a_server_it_is_tried_again_until_it_is_too_late(plain, monkeypatch):
    kind, _teller = plain
    plan(kind, 1)

    def no_server(_self):
        raise ConnectionRefusedError

    with monkeypatch.context() as away:
        away.setattr(EmailBackend, "open", no_server)
        work()
        assert states() == [(1, "planned", "no connection")]
        work(minutes=1)
    work(minutes=2)
    assert states() == [(1, "planned", "no connection")]
    work(minutes=6)
    assert states() == [(1, "sent", "")]


def test_dead_worker_before_sending_loses_nothing(plain):
    kind, _teller = plain
    plan(kind, 1)
    pks = list(Delivery.objects.values_list("pk", flat=True))
    ledger.claim(pks=pks, token=uuid4(), at=LATER)
    work(minutes=1)
    assert subjects() == []
    work(minutes=3)
    assert subjects() == ["About 1"]


@pytest.mark.parametrize(("repeats", "state", "sent"), [(False, "unknown", 0), (True, "sent", 1)])
def test_dead_worker_while_sending_leaves_a_doubt_unless_twice_is_better_than_never(repeats, state, sent):
    with declared(repeats=repeats, cadence={Channel.MAIL: Cadence.NOW}) as (kind, _teller):
        plan(kind, 1)
        token = uuid4()
        (row,) = ledger.claim(pks=Delivery.objects.values_list("pk", flat=True), token=token, at=LATER)
        assert ledger.begin(pk=row.pk, token=token, at=LATER)
        work(minutes=3)
        work(minutes=10)
    assert [row[1] for row in states()] == [state]
    assert len(subjects()) == sent


def test_worker_that_was_believed_dead_does_not_send(plain):
    kind, _teller = plain
    plan(kind, 1)
    token = uuid4()
    rows = ledger.claim(pks=Delivery.objects.values_list("pk", flat=True), token=token, at=LATER)
    work(minutes=3)
    assert subjects() == ["About 1"]
    for row in rows:
        assert not ledger.begin(pk=row.pk, token=token, at=LATER + timedelta(minutes=3))
        assert not ledger.finish(pk=row.pk, token=token, at=LATER)
        assert not ledger.skip(pk=row.pk, token=token, reason="x")
        assert not ledger.put_off(delivery=row, token=token, reason="x", at=LATER)


def test_lease_that_ran_out_stops_the_worker_itself(plain):
    kind, _teller = plain
    plan(kind, 1)
    token = uuid4()
    rows = ledger.claim(pks=Delivery.objects.values_list("pk", flat=True), token=token, at=LATER)
    assert not ledger.begin(pk=rows[0].pk, token=token, at=LATER + ledger.LEASE)


@pytest.fixture
def held(plain):
    """Two rows in one worker's hands, the first of them handed over; and the token."""
    plan(plain[0], 1, 2)
    token = uuid4()
    pks = list(Delivery.objects.filter(channel="mail").order_by("pk").values_list("pk", flat=True))
    assert [row.pk for row in ledger.claim(pks=pks, token=token, at=LATER)] == pks
    assert ledger.begin(pk=pks[0], token=token, at=LATER)
    return *pks, token


def test_what_was_taken_is_noted_with_the_beginning_of_the_next(held, django_assert_num_queries):
    taken, following, token = held
    with django_assert_num_queries(1):
        assert ledger.begin(pk=following, token=token, at=LATER, taken=taken, items=["a"])
    rows = Delivery.objects.filter(channel="mail").order_by("pk")
    assert list(rows.values_list("state", "sent_at", "token", "lease_until", "items")) == [
        ("sent", LATER, None, None, None),
        ("sending", None, token, LATER + ledger.LEASE, ["a"]),
    ]


def test_what_was_taken_is_noted_even_if_the_next_was_taken_back(held, plain):
    taken, following, token = held
    notices.cancel(kinds=[plain[0]], subject_id=2, reason="moved")
    assert not ledger.begin(pk=following, token=token, at=LATER, taken=taken)
    assert states() == [(1, "sent", ""), (2, "cancelled", "moved")]


def test_the_next_begins_even_if_nobody_knows_any_more_of_what_was_taken(held):
    taken, following, token = held
    Delivery.objects.filter(pk=taken).update(lease_until=LATER - timedelta(minutes=1))
    ledger.recover(at=LATER)
    assert ledger.begin(pk=following, token=token, at=LATER, taken=taken)
    assert states() == [(1, "unknown", ""), (2, "sending", "")]


@pytest.mark.parametrize("number", [1, 30])
def test_a_mail_costs_one_statement(plain, number, django_assert_num_queries):
    plan(plain[0], *range(number))
    pks = list(Delivery.objects.filter(channel="mail").values_list("pk", flat=True))
    with django_assert_num_queries(9 + number):
        sending.deliver(pks=pks, clock=lambda: LATER)
    assert len(subjects()) == number


def test_slow_server_costs_no_worker_more_than_its_patience(plain):
    """What was not begun is anybody's again, at once and without having lost an attempt."""
    kind, _teller = plain
    plan(kind, *range(1, 9))
    pks = list(Delivery.objects.filter(channel="mail").order_by("pk").values_list("pk", flat=True))
    moment = count()
    sending.deliver(pks=pks, clock=lambda: LATER + next(moment) * timedelta(seconds=2))
    sent = Delivery.objects.filter(state="sent").count()
    assert 1 <= sent < 8
    assert subjects() == [f"About {number}" for number in range(1, sent + 1)]
    left = Delivery.objects.filter(pk__in=pks[sent:]).values_list("state", "queued_at", "attempts", "token").distinct()
    assert list(left) == [("planned", None, 0, None)]
    work(minutes=1)
    assert subjects() == [f"About {number}" for number in range(1, 9)]


def test_same_chunk_in_two_hands_goes_once(plain):
    kind, _teller = plain
    plan(kind, 1)
    pks = list(Delivery.objects.values_list("pk", flat=True))
    for _worker in range(3):
        sending.deliver(pks=pks, clock=lambda: LATER)
    assert subjects() == ["About 1"]


def test_chunk_that_the_queue_lost_is_queued_again(plain):
    kind, _teller = plain
    plan(kind, 1)
    assert len(dispatch.take_due(at=LATER)) == 1
    assert dispatch.take_due(at=LATER + timedelta(minutes=4)) == []
    assert len(dispatch.take_due(at=LATER + timedelta(minutes=6))) == 1


def test_cancelled_in_a_worker_s_hands_it_does_not_leave(plain):
    kind, _teller = plain
    plan(kind, 1)
    token = uuid4()
    rows = ledger.claim(pks=Delivery.objects.values_list("pk", flat=True), token=token, at=LATER)
    notices.cancel(kinds=[kind], subject_id=1, reason="moved")
    assert not ledger.begin(pk=rows[0].pk, token=token, at=LATER)
