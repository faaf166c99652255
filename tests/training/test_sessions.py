"""Live sessions: seats are neither sold twice nor left empty, who was there is said by somebody else, and nobody is
late for what nobody offered."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from foundation.errors import Conflict, Invalid, Refused
from people.models import AuditEntry, Person
from tests.cast import NOW, give, make_module, make_person, make_session, module_content
from training.actions import assignments, bookings, learning, modules, seats, sessions, sign_offs
from training.contents import LiveSession
from training.models import Assignment, Booking, Completion, PartRecord, Session
from training.reports.offers import left_to_sessions
from training.reports.standings import standing_of
from training.standing import is_offered

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def module():
    return make_module("session")


def learner_of(module, name="", **fields):
    person = make_person(name, **fields)
    give(module, person)
    return person


def book(session, *people, by=None, at=NOW):
    return bookings.book(session=session, people=people, by=by or people[0], at=at)


def states(session):
    rows = session.bookings.order_by("pk").values_list("person__full_name", "state")
    return {name: state for name, state in rows}  # noqa: C416 (the last of each)


def now(row):
    return type(row).objects.get(pk=row.pk)


def begun(session):
    return session.starts_at + MINUTE


def mark(session, by, **there):
    """Whether each, by first name, was there."""
    rows = session.bookings.seated().select_related("person")
    said = {row.pk: there[row.person.full_name] for row in rows if row.person.full_name in there}
    return bookings.mark(session=session, there=said, by=by, at=begun(session))


# Planning


def test_session_is_of_a_part_that_was_published(module):
    with pytest.raises(Refused, match="no such live session"):
        make_session(make_module("lesson"))
    draft = make_module("session", published=False)
    with pytest.raises(Refused):
        make_session(draft)
    make_session(module)
    assert getattr(Session.objects.with_title().get(), "title", "") == "The session"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"starts_at": NOW}, "date"),
        ({"ends_at": NOW + 7 * DAY}, "minutes"),
        ({"place": "", "link": ""}, "place"),
    ],
)
def test_session_is_to_come_has_a_length_and_a_place(module, fields, wrong):
    with pytest.raises(Invalid) as caught:
        make_session(module, **fields)
    assert wrong in caught.value.errors
    assert not Session.objects.exists()


def test_session_outlives_the_version_it_was_planned_with(module):
    session, learner = make_session(module), learner_of(module)
    book(session, learner)
    new = module_content("lesson", "session", key=module.key)
    version = modules.write_draft(module=module, content=new, by=learner, at=NOW)
    modules.publish_version(version=version, by=learner, at=NOW, under_way="move")
    mark(session, session.trainer, **{learner.full_name: True})
    assignment = learner.assignments.get()
    assert assignment.version == version
    assert list(assignment.records.filter(done_at__isnull=False).values_list("part__version", flat=True)) == [
        version.pk
    ]


def test_who_was_there_was_there_whatever_is_then_written(module):
    two = make_module("lesson", "session")
    session, learner = make_session(two), learner_of(two, "Ann")
    book(session, learner)
    mark(session, session.trainer, Ann=True)
    content = module_content("lesson", "session")
    other = replace(content.parts[1], content=LiveSession(text="Other words."))
    changed = replace(content, parts=(content.parts[0], other))
    version = modules.write_draft(module=two, content=changed, by=learner, at=NOW)
    modules.publish_version(version=version, by=learner, at=NOW, under_way="move")
    assert PartRecord.objects.get(part__kind="session").part.version == version


def test_part_that_is_gone_gives_its_seats_back(module):
    session, learner, other = make_session(module), learner_of(module, "Ann"), learner_of(module, "Bob")
    book(session, learner)
    book(session, other)
    version = modules.write_draft(module=module, content=module_content("lesson"), by=learner, at=NOW)
    modules.publish_version(version=version, by=learner, at=NOW, under_way="move")
    assert set(states(session).values()) == {"cancelled"}


# Booking


def test_first_comes_first_and_the_rest_waits(module):
    session = make_session(module, seats=2)
    people = [learner_of(module, name) for name in ("Ann", "Bob", "Cid", "Dot")]
    for number, person in enumerate(people):
        book(session, person, at=NOW + number * MINUTE)
    assert states(session) == {"Ann": "booked", "Bob": "booked", "Cid": "waiting", "Dot": "waiting"}
    assert {one.assignments.get().state for one in people} == {"started"}


def test_twice_is_once(module):
    session, learner = make_session(module, seats=2), learner_of(module)
    (first,), (again,) = book(session, learner), book(session, learner)
    assert first == again
    bookings.give_up(booking=first, by=learner, at=NOW)
    bookings.give_up(booking=first, by=learner, at=NOW)
    assert AuditEntry.objects.filter(did__in=["training.seat_booked", "training.seat_given_up"]).count() == 2


def test_free_seat_goes_to_whoever_waits_longest(module):
    session = make_session(module)
    people = [learner_of(module, name) for name in ("Ann", "Bob", "Cid")]
    for number, person in enumerate(people):
        book(session, person, at=NOW + number * MINUTE)
    bookings.give_up(booking=Booking.objects.get(person=people[0]), by=people[0], at=NOW + HOUR)
    assert states(session) == {"Ann": "cancelled", "Bob": "booked", "Cid": "waiting"}
    moved = Booking.objects.get(person=people[1])
    assert (moved.seated_at, moved.was_waited_for) == (NOW + HOUR, True)
    book(session, people[0], at=NOW + 2 * HOUR)
    assert states(session)["Ann"] == "waiting"


def test_whoever_has_left_moves_up_no_more(module):
    session = make_session(module)
    ann, bob, cid = (learner_of(module, name) for name in ("Ann", "Bob", "Cid"))
    for number, person in enumerate((ann, bob, cid)):
        book(session, person, at=NOW + number * MINUTE)
    Person.objects.filter(pk__in=[ann.pk, bob.pk]).update(is_active=False)
    assert seats.tidy(at=NOW + HOUR) == 2
    assert states(session) == {"Ann": "cancelled", "Bob": "cancelled", "Cid": "booked"}


def test_more_seats_are_taken_at_once_and_fewer_than_taken_refused(module):
    session = make_session(module)
    ann, bob, cid = (learner_of(module, name) for name in ("Ann", "Bob", "Cid"))
    for number, person in enumerate((ann, bob, cid)):
        book(session, person, at=NOW + number * MINUTE)
    sessions.change_session(session=session, seats=2, by=ann, at=NOW + HOUR)
    assert states(session) == {"Ann": "booked", "Bob": "booked", "Cid": "waiting"}
    with pytest.raises(Invalid, match="2 seats are taken"):
        sessions.change_session(session=session, seats=1, by=ann, at=NOW + HOUR)
    assert now(session).seats == 2


@pytest.mark.parametrize("end", ["withdraw", "waive"])
def test_seat_goes_with_the_assignment(module, end):
    session = make_session(module)
    ann, bob, boss = learner_of(module, "Ann"), learner_of(module, "Bob"), make_person()
    book(session, ann)
    book(session, bob)
    more = {"kind": "outside"} if end == "waive" else {}
    getattr(assignments, end)(assignment=ann.assignments.get(), by=boss, at=NOW, reason="Moved on.", **more)
    assert states(session) == {"Ann": "cancelled", "Bob": "booked"}


def test_booking_closes_when_it_begins(module):
    session, ann, bob = make_session(module), learner_of(module, "Ann"), learner_of(module, "Bob")
    book(session, ann)
    with pytest.raises(Refused, match="has begun"):
        book(session, bob, at=session.starts_at)
    with pytest.raises(Refused, match="has begun"):
        bookings.give_up(booking=Booking.objects.get(), by=ann, at=session.starts_at)
    assert states(session) == {"Ann": "booked"}
    assert bob.assignments.get().state == "assigned"


def test_seat_needs_the_module_and_the_part_once(module):
    session = make_session(module)
    stranger = make_person("Sven Stranger")
    with pytest.raises(Refused, match="Take it first"):
        book(session, stranger)
    with pytest.raises(Refused, match="Sven Stranger"):
        book(session, stranger, by=make_person())
    two = make_module("lesson", "session")
    done, again, ann = make_session(two), make_session(two, starts_at=NOW + 20 * DAY), learner_of(two, "Ann")
    book(done, ann)
    with pytest.raises(Refused, match=r"a booking for .* already"):
        book(again, ann)
    mark(done, done.trainer, Ann=True)
    with pytest.raises(Refused, match="done already"):
        book(again, ann, at=begun(done))


def test_nobody_sits_in_two_rooms_at_once(module):
    other = make_module("session", name="The other")
    learner = learner_of(module)
    give(other, learner)
    book(make_session(module), learner)
    start = NOW + 7 * DAY
    with pytest.raises(Refused, match="overlaps with"):
        book(make_session(other, starts_at=start + HOUR - MINUTE), learner)
    book(make_session(other, starts_at=start + HOUR), learner)


def test_whoever_holds_it_does_not_attend_it(module):
    trainer = learner_of(module)
    with pytest.raises(Refused, match="can't attend"):
        book(make_session(module, trainer), trainer)
    session = make_session(module)
    book(session, trainer)
    with pytest.raises(Invalid):
        sessions.change_session(session=session, trainer=trainer, by=trainer, at=NOW)


def test_all_of_several_or_none(module):
    session, ann, boss = make_session(module, seats=3), learner_of(module, "Ann"), make_person()
    with pytest.raises(Refused):
        book(session, ann, make_person(), by=boss)
    assert not Booking.objects.exists()
    assert len(book(session, ann, learner_of(module, "Bob"), by=boss)) == 2


def test_whoever_waited_in_vain_books_again_and_whoever_is_unmarked_asks(module):
    first, later = make_session(module), make_session(module, starts_at=NOW + 9 * DAY, seats=3)
    ann, bob = learner_of(module, "Ann"), learner_of(module, "Bob")
    book(first, ann)
    book(first, bob)
    book(later, bob, at=begun(first))
    assert states(first)["Bob"] == "cancelled"
    with pytest.raises(Refused, match="Nobody has said yet"):
        book(later, ann, at=begun(first))


def test_database_holds_one_open_booking_per_part(module):
    session, ann = make_session(module), learner_of(module)
    (row,) = book(session, ann)
    other = make_session(module)
    values = {"person": ann, "assignment": row.assignment, "part_key": "session", "booked_at": NOW}
    with pytest.raises(IntegrityError, match=r"open_booking|UNIQUE"), transaction.atomic():
        other.bookings.create(state="waiting", **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        other.bookings.create(state="absent", seated_at=NOW, marked_at=NOW, marked_by=ann, **values)


deeds = st.sampled_from(["book", "book", "leave", "seats"])


class SeatsTest(TestCase):
    """Whatever happens in whatever order: as many seats as there are, none empty while somebody waits."""

    @given(st.integers(1, 3), st.lists(st.tuples(deeds, st.integers(0, 3)), max_size=12))
    @settings(max_examples=20)
    def test_no_seat_is_sold_twice_or_left_empty(self, count, acts):
        module = make_module("session")
        session = make_session(module, seats=count)
        people = [learner_of(module) for _each in range(4)]
        for number, (act, who) in enumerate(acts):
            at = NOW + number * MINUTE
            try:
                with transaction.atomic():
                    if act == "book":
                        book(session, people[who], at=at)
                    elif act == "seats":
                        sessions.change_session(session=session, seats=who + 1, by=people[0], at=at)
                    elif (row := session.bookings.open().filter(person=people[who]).first()) is not None:
                        bookings.give_up(booking=row, by=people[who], at=at)
            except Refused:
                pass
            taken, waiting = session.bookings.seated(), list(session.bookings.waiting())
            assert taken.count() <= now(session).seats
            assert not waiting or taken.count() == now(session).seats
            assert all(row.booked_at <= one.booked_at for row in taken for one in waiting)


# Two at once, in earnest


def at_once(*acts):
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=10)
            act()
        except Refused as refusal:
            return refusal.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_seats_given_up_at_once_are_each_taken_once():
    module = make_module("session")
    session = make_session(module, seats=3)
    people = [learner_of(module) for _each in range(8)]
    for number, person in enumerate(people):
        book(session, person, at=NOW + number * MINUTE)
    leaving = list(session.bookings.filter(state="booked"))[:2]
    acts = [partial(bookings.give_up, booking=row, by=row.person, at=NOW + HOUR) for row in leaving]
    raised = partial(sessions.change_session, session=session, seats=4, by=people[0], at=NOW + HOUR)
    again = partial(book, session, people[0], at=NOW + 2 * HOUR)
    assert set(at_once(*acts, raised, again)) == {"done"}
    assert session.bookings.seated().count() == now(session).seats == 4
    seated = set(session.bookings.seated().values_list("person", flat=True))
    assert {person.pk for person in people[2:6]} >= seated - {people[0].pk}


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_the_last_seat_one_has_it():
    module = make_module("session")
    session = make_session(module)
    people = [learner_of(module) for _each in range(5)]
    at_once(*(lambda one=one: book(session, one) for one in people))
    assert sorted(session.bookings.values_list("state", flat=True)) == ["booked", *["waiting"] * 4]


def test_stale_pages_neither_sell_twice_nor_leave_a_seat_empty(module):
    """Two who give up what they saw before the other did: as on one engine, so on the other."""
    session = make_session(module, seats=2)
    people = [learner_of(module, name) for name in ("Ann", "Bob", "Cid", "Dot", "Eve")]
    for number, person in enumerate(people):
        book(session, person, at=NOW + number * MINUTE)
    stale = list(session.bookings.select_related("session").order_by("pk")[:3])
    for row in (stale[0], stale[1], stale[0], stale[2]):
        bookings.give_up(booking=row, by=row.person, at=NOW + HOUR)
    assert states(session) == {
        "Ann": "cancelled",
        "Bob": "cancelled",
        "Cid": "cancelled",
        "Dot": "booked",
        "Eve": "booked",
    }


# Who was there


def test_being_there_completes_and_being_away_does_not(module):
    session = make_session(module, seats=2)
    ann, bob = learner_of(module, "Ann"), learner_of(module, "Bob")
    book(session, ann, bob, by=make_person())
    assert mark(session, session.trainer, Ann=True, Bob=False) == 2
    assert mark(session, session.trainer, Ann=True, Bob=False) == 0
    assert list(Completion.objects.values_list("person__full_name", flat=True)) == ["Ann"]
    assert (now(session).state, states(session)) == ("held", {"Ann": "attended", "Bob": "absent"})
    assert bob.assignments.get().is_open
    later = make_session(module, starts_at=NOW + 9 * DAY)
    assert book(later, bob, at=begun(session))[0].state == "booked"


def test_nothing_is_marked_before_it_begins_or_of_oneself(module):
    session, ann = make_session(module), learner_of(module, "Ann")
    (row,) = book(session, ann)
    with pytest.raises(Refused, match="not begun"):
        bookings.mark(session=session, there={row.pk: True}, by=session.trainer, at=session.starts_at - MINUTE)
    with pytest.raises(Refused, match="of themselves"):
        mark(session, ann, Ann=True)
    assert not Completion.objects.exists()


def test_two_who_mark_differently_are_told(module):
    session, ann = make_session(module), learner_of(module, "Ann")
    book(session, ann)
    mark(session, session.trainer, Ann=False)
    with pytest.raises(Conflict, match="Ann is marked otherwise"):
        mark(session, make_person(), Ann=True)


def test_mark_is_corrected_with_a_reason_until_it_completed_the_module():
    module = make_module("lesson", "session")
    session, ann, boss = make_session(module), learner_of(module, "Ann"), make_person()
    book(session, ann)
    mark(session, session.trainer, Ann=True)
    (row,) = session.bookings.all()
    with pytest.raises(Invalid):
        bookings.correct(booking=row, there=False, reason=" ", by=boss, at=begun(session))
    with pytest.raises(Refused, match="of themselves"):
        bookings.correct(booking=row, there=False, reason="No.", by=ann, at=begun(session))
    bookings.correct(booking=row, there=False, reason="It was Anna.", by=boss, at=begun(session))
    assert (now(row).state, now(row).reason) == ("absent", "It was Anna.")
    assert not PartRecord.objects.get(part__kind="session").done_at
    assert AuditEntry.objects.get(did="training.attendance_corrected").reason == "It was Anna."
    bookings.correct(booking=row, there=True, reason="No, Ann.", by=boss, at=begun(session))
    assignment = ann.assignments.get()
    lesson = assignment.version.parts.get(kind="lesson")
    learning.finish_lesson(record=learning.open_part(assignment=assignment, part=lesson, at=NOW), at=begun(session))
    with pytest.raises(Refused, match="what was completed stays"):
        bookings.correct(booking=row, there=False, reason="It was Anna.", by=boss, at=begun(session))
    assert (now(row).state, Completion.objects.count()) == ("attended", 1)


def test_marked_after_all_lets_go_of_the_next_date(module):
    session, later = make_session(module), make_session(module, starts_at=NOW + 9 * DAY)
    ann, bob = learner_of(module, "Ann"), learner_of(module, "Bob")
    book(session, ann)
    mark(session, session.trainer, Ann=False)
    book(later, ann, at=begun(session))
    book(later, bob, at=begun(session))
    bookings.correct(booking=session.bookings.get(), there=True, reason="She was.", by=make_person(), at=begun(session))
    assert states(later) == {"Ann": "cancelled", "Bob": "booked"}
    assert ann.assignments.get().state == "completed"


def test_cancelled_frees_everybody_and_is_said_once(module):
    session, ann, bob = make_session(module), learner_of(module, "Ann"), learner_of(module, "Bob")
    book(session, ann)
    book(session, bob)
    with pytest.raises(Invalid):
        sessions.cancel_session(session=session, reason=" ", by=bob, at=NOW)
    for _time in range(2):
        sessions.cancel_session(session=session, reason="The trainer is ill.", by=bob, at=NOW)
    assert set(states(session).values()) == {"cancelled"}
    assert AuditEntry.objects.filter(did="training.session_cancelled").count() == 1
    for act in (lambda: book(session, ann), lambda: sessions.change_session(session=session, seats=3, by=ann, at=NOW)):
        with pytest.raises(Refused, match="cancelled"):
            act()
    book(make_session(module), ann)


def test_what_was_held_is_not_cancelled(module):
    session, ann = make_session(module), learner_of(module, "Ann")
    book(session, ann)
    mark(session, session.trainer, Ann=False)
    with pytest.raises(Refused, match="was held"):
        sessions.cancel_session(session=session, reason="Nobody came.", by=ann, at=begun(session))


# Lateness: no session offered


@given(st.lists(st.integers(-5, 15), max_size=4))
def test_offered_is_a_day_between_being_asked_and_due(shifts):
    today = NOW.date()
    offered = is_offered([today + shift * DAY for shift in shifts], since=today, due_on=today + 10 * DAY)
    assert offered is any(0 <= shift <= 10 for shift in shifts)


def late(module, person=None, **fields):
    person = person or make_person(**fields)
    return give(module, person, due_on=(NOW + 10 * DAY).date())


AFTER = NOW + 30 * DAY


def test_nobody_is_late_for_what_nobody_offered(module):
    row = late(module)
    assert standing_of(row, at=NOW).code == "assigned"
    assert standing_of(row, at=AFTER).code == "no_session"
    make_session(module, starts_at=NOW + 12 * DAY)
    assert standing_of(row, at=AFTER).code == "no_session"
    cancelled = make_session(module)
    assert standing_of(row, at=AFTER).code == "overdue"
    sessions.cancel_session(session=cancelled, reason="Ill.", by=row.person, at=NOW)
    assert standing_of(row, at=AFTER).code == "no_session"


def test_full_session_is_an_offer_to_those_alone_who_had_a_seat(module):
    session, has, waits = make_session(module), late(module), late(module)
    book(session, has.person)
    book(session, waits.person)
    assert (standing_of(has, at=AFTER).code, standing_of(waits, at=AFTER).code) == ("overdue", "no_session")


def test_no_session_excuses_nobody_from_the_rest():
    row = late(make_module("lesson", "session"))
    assert standing_of(row, at=AFTER).code == "overdue"
    lesson = row.version.parts.get(kind="lesson")
    learning.finish_lesson(record=learning.open_part(assignment=row, part=lesson, at=NOW), at=NOW)
    assert standing_of(row, at=AFTER).code == "no_session"


def test_what_waits_on_an_observer_is_not_left_to_the_learner():
    row = late(make_module("practice", "session"))
    record = learning.open_part(assignment=row, part=row.version.parts.get(kind="practice"), at=NOW)
    sign_offs.ask_for_sign_off(record=record, observer=make_person(), at=NOW)
    assert standing_of(row, at=AFTER).code == "no_session"


@pytest.mark.parametrize(("zone", "code"), [("Pacific/Kiritimati", "no_session"), ("Pacific/Pago_Pago", "overdue")])
def test_due_day_is_the_learners_own(module, zone, code):
    row = late(module, time_zone=zone)
    make_session(module, starts_at=datetime(2026, 11, 30, 20, 0, tzinfo=UTC))
    assert standing_of(row, at=AFTER).code == code


@pytest.mark.parametrize("count", [1, 5])
def test_asking_costs_the_same_for_any_number(module, count, django_assert_num_queries):
    rows = [late(module) for _each in range(count)]
    for _each in range(count):
        make_session(module, starts_at=NOW + 12 * DAY)
    plain = [late(make_module("lesson"))]

    with django_assert_num_queries(4):
        found = left_to_sessions(Assignment.objects.filter(pk__in=[row.pk for row in (*rows, *plain)]))
    assert set(found) == {row.pk for row in rows}
    assert {len(offered.days) for offered in found.values()} == {count}
    with django_assert_num_queries(1):
        assert left_to_sessions(Assignment.objects.filter(pk=plain[0].pk)) == {}
