"""What calendars are told of sessions: once for each change, in the right order, and never for nothing."""

from datetime import timedelta

import pytest
from django.core import mail
from icalendar import Calendar

from notifications import sources
from notifications.actions import dispatch, ledger, sending
from notifications.models import Delivery
from tests.cast import NOW, give, make_module, make_person, make_session
from training.actions import bookings, reminders, seats, sessions
from training.reports.work import waiting_on, work_for

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EVERY_DAY = "mon,tue,wed,thu,fri,sat,sun"


@pytest.fixture
def module():
    return make_module("session")


@pytest.fixture
def trainer():
    return make_person("Tara Trainer", work_days=EVERY_DAY)


@pytest.fixture
def session(module, trainer):
    return make_session(module, trainer, link="https://call.example/x")


def learner_of(module, name):
    person = make_person(name, work_days=EVERY_DAY, email=f"{name.lower()}@staff.example")
    give(module, person)
    return person


def book(session, person, at=NOW):
    return bookings.book(session=session, people=[person], by=person, at=at)[0]


def run(at):
    """A quarter of an hour later, every tick of a beat: who was told what, and what their calendar was."""
    at += 15 * MINUTE
    reminders.plan_reminders(at=at)
    ledger.recover(at=at)
    for chunk in dispatch.take_due(at=at):
        sending.deliver(pks=chunk, clock=lambda: at)
    found = {}
    for message in mail.outbox:
        about = message.subject.partition(":")[0]
        if not about.startswith("To take"):
            found[message.to[0].partition("@")[0].partition(".")[0]] = (about, invited(message))
    mail.outbox.clear()
    return found


def invited(message):
    """Method and sequence of what the mail carries for calendars."""
    parts = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    if not parts:
        return None
    calendar = Calendar.from_ical(parts[0].get_payload(decode=True))
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), int(str(event["SEQUENCE"]))


def test_seat_is_confirmed_with_an_invitation_and_a_place_in_the_queue_is_not(module, session, trainer):
    ann, bob = learner_of(module, "Ann"), learner_of(module, "Bob")
    book(session, ann)
    book(session, bob, at=NOW + MINUTE)
    told = run(NOW)
    assert {who: about for who, (about, _invite) in told.items()} == {"ann": "Your seat", "tara": "You hold"}
    assert {invite[0] for _about, invite in told.values()} == {"REQUEST"}
    assert run(NOW + HOUR) == {}


def test_whoever_moves_up_is_told_and_whoever_left_taken_out(module, session):
    ann, bob = learner_of(module, "Ann"), learner_of(module, "Bob")
    row = book(session, ann)
    book(session, bob, at=NOW + MINUTE)
    (_about, (_method, before)) = run(NOW)["ann"]
    bookings.give_up(booking=row, by=ann, at=NOW + HOUR)
    told = run(NOW + HOUR)
    assert {who: (about, invite[0]) for who, (about, invite) in told.items()} == {
        "ann": ("Off", "CANCEL"),
        "bob": ("A seat came free for you", "REQUEST"),
    }
    assert told["ann"][1][1] > before
    book(session, ann, at=NOW + 2 * HOUR)
    assert run(NOW + 2 * HOUR) == {}
    bookings.give_up(booking=session.bookings.get(person=bob, state="booked"), by=bob, at=NOW + 3 * HOUR)
    again = run(NOW + 3 * HOUR)["ann"]
    assert again[0] == "A seat came free for you"
    assert again[1][0] == "REQUEST"
    assert again[1][1] > told["ann"][1][1]


def test_whoever_changes_their_mind_within_a_minute_hears_nothing(module, session):
    ann = learner_of(module, "Ann")
    bookings.give_up(booking=book(session, ann), by=ann, at=NOW + MINUTE)
    assert "ann" not in run(NOW + MINUTE)


def test_moved_is_told_to_all_and_cancelled_to_all(module, session, trainer):
    ann, bob, cid = (learner_of(module, name) for name in ("Ann", "Bob", "Cid"))
    book(session, ann)
    book(session, bob, at=NOW + MINUTE)
    run(NOW)
    start = session.starts_at + DAY
    sessions.change_session(session=session, starts_at=start, ends_at=start + HOUR, by=trainer, at=NOW + HOUR)
    told = run(NOW + HOUR)
    assert {who: (about, invite and invite[0]) for who, (about, invite) in told.items()} == {
        "ann": ("New time", "REQUEST"),
        "bob": ("New time of what you wait for", None),
        "tara": ("New time", "REQUEST"),
    }
    sessions.cancel_session(session=session, reason="Ill.", by=trainer, at=NOW + 2 * HOUR)
    gone = run(NOW + 2 * HOUR)
    assert {who: (about, invite and invite[0]) for who, (about, invite) in gone.items()} == {
        "ann": ("Cancelled", "CANCEL"),
        "bob": ("Cancelled", None),
        "tara": ("Cancelled", "CANCEL"),
    }
    assert gone["ann"][1][1] > told["ann"][1][1]
    assert cid.email.partition("@")[0] not in gone


def test_another_trainer_is_invited_and_the_one_before_taken_out(session, trainer):
    run(NOW)
    other = make_person("Olga Other", work_days=EVERY_DAY)
    sessions.change_session(session=session, trainer=other, by=trainer, at=NOW + HOUR)
    told = run(NOW + HOUR)
    assert {who: (about, invite[0]) for who, (about, invite) in told.items()} == {
        "tara": ("Off", "CANCEL"),
        "olga": ("You hold", "REQUEST"),
    }


def test_day_before_is_reminded_of_once_and_at_its_last_hour(module, session, trainer):
    ann, bob = learner_of(module, "Ann"), learner_of(module, "Bob")
    book(session, ann)
    book(session, bob, at=NOW + MINUTE)
    run(NOW)
    start = session.starts_at + DAY
    sessions.change_session(session=session, starts_at=start, ends_at=start + HOUR, by=trainer, at=NOW + HOUR)
    run(NOW + HOUR)
    assert run(session.starts_at - DAY) == {}
    told = run(start - DAY)
    assert {who: about for who, (about, _invite) in told.items()} == {"ann": "Soon", "tara": "Soon"}
    assert run(start - 20 * HOUR) == {}


def test_who_held_it_is_asked_who_was_there_until_it_is_said(module, session, trainer):
    ann = learner_of(module, "Ann")
    row = book(session, ann)
    run(NOW)
    run(session.starts_at - DAY)
    assert run(session.ends_at) == {"tara": ("Who was there", None)}
    assert [item.title for item in work_for(trainer, at=session.ends_at)] == ["The session"]
    bookings.mark(session=session, there={row.pk: True}, by=trainer, at=session.ends_at)
    assert "tara" not in run(session.ends_at + 2 * DAY)
    assert work_for(trainer, at=session.ends_at) == waiting_on(trainer) == []


def test_work_and_leavers_page_name_sessions_to_come(module, session, trainer):
    ann = learner_of(module, "Ann")
    book(session, ann)
    assert [item.kind for item in work_for(ann, at=NOW)] == ["Sessions to attend"]
    assert [item.kind for item in work_for(trainer, at=NOW)] == ["Sessions to hold"]
    assert [item.kind for item in waiting_on(trainer)] == ["Sessions to hold"]


def test_calendar_has_ones_own_sessions_and_no_others(module, session, trainer):
    ann, bob = learner_of(module, "Ann"), learner_of(module, "Bob")
    book(session, ann)
    book(session, bob, at=NOW + MINUTE)

    def feed(person):
        return [(one.summary, one.cancelled) for one in sources.events_of(person, NOW, NOW + 60 * DAY)]

    assert feed(ann) == feed(trainer) == [("The session", False)]
    assert feed(bob) == []
    sessions.cancel_session(session=session, reason="Ill.", by=trainer, at=NOW)
    assert feed(trainer) == [("The session", True)]
    assert feed(ann) == []


def test_waiting_ends_with_the_beginning(module, session):
    ann, bob = learner_of(module, "Ann"), learner_of(module, "Bob")
    book(session, ann)
    book(session, bob, at=NOW + MINUTE)
    assert seats.tidy(at=session.starts_at - MINUTE) == 0
    assert seats.tidy(at=session.starts_at) == 1
    assert sorted(session.bookings.values_list("person__full_name", "state")) == [
        ("Ann", "booked"),
        ("Bob", "cancelled"),
    ]
    assert not Delivery.objects.filter(kind="training.session", recipient=bob).exists()
