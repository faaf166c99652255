"""Pages of live sessions: choosing a date, planning one, the sheet."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from people.models import Role
from tests.cast import NOW, give, make_module, make_person, make_session, make_team
from training.actions import bookings, sessions
from training.models import Booking, Completion, Session

# What is told to a browser is the same on both engines; the actions behind it are tried on both.
pytestmark = pytest.mark.once
DAY = timedelta(days=1)
PLAN = {"part": "session", "date": "2026-12-03", "time": "14:00", "minutes": 90, "place": "Room 4", "seats": 5}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def module(db):
    return make_module("session", name="Calm voices")


@pytest.fixture
def trainer(db):
    return make_person("Tara Trainer", roles={Role.TRAINER: make_team("Service")}, time_zone="Europe/Berlin")


@pytest.fixture
def learner(db):
    return make_person("Lea Learner", team=make_team("Service/Desk"), time_zone="America/New_York")


@pytest.fixture
def page(client, settings):
    """A browser: page(person) signs in."""
    settings.SECOND_FACTOR = "nobody"

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def url(name, thing=None):
    return reverse(f"training:{name}", args=[thing.pk] if thing is not None else [])


def read(page, path):
    answer = page.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def told(answer):
    return [str(message) for message in answer.wsgi_request._messages]


def test_planned_in_the_trainers_zone_and_read_in_the_learners(page, module, trainer, learner):
    answer = page(trainer).post(url("session-plan", module), PLAN | {"trainer": trainer.email})
    session = Session.objects.get()
    assert answer.headers["location"] == session.get_absolute_url()
    assert f"{session.starts_at:%H:%M}" == "13:00"
    give(module, learner)
    text = read(page(learner), session.get_absolute_url())
    assert "08:00–09:30" in text
    assert "America/New_York" in text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "call me"}, "link"),
        ({"place": ""}, "place"),
        ({"date": "2026-11-01"}, "date"),
        ({"date": "2029-11-01"}, "date"),
        ({"seats": 0}, "seats"),
        ({"seats": 501}, "seats"),
        ({"date": "2027-03-28", "time": "02:30"}, "time"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_planned(page, module, trainer, typed, field):
    answer = page(trainer).post(url("session-plan", module), PLAN | {"trainer": trainer.email} | typed)
    assert answer.status_code == 422
    assert re.search(rf'id="id_{field}[^"]*error|href="#id_{field}"', answer.content.decode())
    assert not Session.objects.exists()


def test_seat_is_taken_twice_by_a_double_click_once_and_given_up(page, module, learner):
    session = make_session(module)
    browser = page(learner)
    assert told(browser.post(url("session-book", session))) == [
        "You have not this module open. Take it first, then choose a date."
    ]
    assert "Take the module first" in read(browser, session.get_absolute_url())
    give(module, learner)
    for _click in range(2):
        answer = browser.post(url("session-book", session))
    assert told(answer)[-1] == "You have a seat."
    assert Booking.objects.count() == 1
    for _click in range(2):
        answer = browser.post(url("session-give-up", session))
    assert Booking.objects.get().state == "cancelled"


def test_link_is_for_whoever_has_a_seat(page, module, learner):
    session = make_session(module, link="https://call.example/secret")
    give(module, learner)
    browser = page(learner)
    part = reverse("training:part-detail", args=[learner.assignments.get().pk, module.versions.get().parts.get().pk])
    places = (session.get_absolute_url(), part, url("session-list"), url("module-detail", module))
    assert not any("call.example" in read(browser, place) for place in places)
    browser.post(url("session-book", session))
    assert "call.example/secret" in read(browser, session.get_absolute_url())


def test_part_offers_its_dates_and_says_where_one_stands(page, module, learner):
    session, other = make_session(module), make_session(module, starts_at=NOW + 9 * DAY)
    assignment = give(module, learner)
    browser = page(learner)
    part = reverse("training:part-detail", args=[assignment.pk, assignment.version.parts.get().pk])
    assert read(browser, part).count("Book a seat") == 2
    bookings.book(session=session, people=[learner], by=learner, at=NOW)
    text = read(browser, part)
    assert "You have a seat" in text
    assert "Book a seat" not in text
    with time_machine.travel(session.ends_at, tick=False):
        bookings.mark(session=session, there={session.bookings.get().pk: False}, by=session.trainer, at=session.ends_at)
        text = read(page(learner), part)
    assert "You were not there" in text
    assert url("session-book", other) in text


def test_trainer_books_those_of_their_scope(page, module, trainer, learner):
    stranger = make_person("Sven Stranger", team=make_team("Elsewhere"))
    session = make_session(module, seats=5)
    for person in (learner, stranger):
        give(module, person)
    browser = page(trainer)
    answer = browser.post(url("session-people", session), {"people": f"{learner.email}\n{stranger.email}"})
    assert answer.status_code == 422
    assert stranger.email in answer.content.decode()
    assert not Booking.objects.exists()
    browser.post(url("session-people", session), {"people": learner.email})
    assert (Booking.objects.get().person, Booking.objects.get().booked_by) == (learner, trainer)


def test_sheet_marks_those_of_ones_scope_and_can_be_corrected(page, module, trainer, learner):
    stranger = make_person("Sven Stranger", team=make_team("Elsewhere"))
    session = make_session(module, seats=5)
    for person in (learner, stranger):
        give(module, person)
    mine, other = bookings.book(session=session, people=[learner, stranger], by=trainer, at=NOW)
    sheet = url("session-attendance", session)
    assert "Was there" not in read(page(trainer), sheet)
    with time_machine.travel(session.ends_at, tick=False):
        browser = page(trainer)
        text = read(browser, sheet)
        assert "Lea Learner" in text
        assert "Sven Stranger" not in text
        browser.post(sheet, {f"there-{mine.pk}": "no", f"there-{other.pk}": "yes"})
        assert [row.state for row in Booking.objects.order_by("pk")] == ["absent", "booked"]
        said = {"there": "yes", "reason": "She came late."}
        assert browser.post(url("booking-correct", mine), said).status_code == 302
        assert browser.post(url("booking-correct", other), said).status_code == 404
    assert Completion.objects.get().person == learner


def test_change_and_cancellation_are_refused_with_a_sentence_when_it_has_begun(page, module, trainer):
    session = make_session(module, trainer)
    with time_machine.travel(session.starts_at, tick=False):
        answer = page(trainer).post(url("session-edit", session), PLAN | {"trainer": trainer.email})
    assert answer.status_code == 422
    assert "It has begun" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 12])
def test_pages_cost_the_same_however_many_sessions_and_seats(
    page, module, trainer, learner, count, django_assert_max_num_queries
):
    many = [make_session(module, trainer, seats=count, starts_at=NOW + (3 + one) * DAY) for one in range(count)]
    give(module, learner)
    for _each in range(count):
        person = make_person(team=learner.team)
        give(module, person)
        bookings.book(session=many[0], people=[person], by=person, at=NOW)
    part = reverse("training:part-detail", args=[learner.assignments.get().pk, module.versions.get().parts.get().pk])
    browser = page(learner)
    for path, most in ((url("session-list"), 11), (part, 15), (url("module-detail", module), 17)):
        read(browser, path)
        with django_assert_max_num_queries(most):
            read(browser, path)
    browser = page(trainer)
    for path, most in ((many[0].get_absolute_url(), 14), (url("session-attendance", many[0]), 11)):
        read(browser, path)
        with django_assert_max_num_queries(most):
            read(browser, path)


def test_cancelled_session_says_why(page, module, trainer, learner):
    session = make_session(module, trainer)
    sessions.cancel_session(session=session, reason="The trainer is ill.", by=trainer, at=NOW)
    assert "The trainer is ill." in read(page(learner), session.get_absolute_url())
