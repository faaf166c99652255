"""The secret address of one's calendar: who knows it reads it, until it ends; nobody else, by no way."""

import io
import logging.config
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from hiring.actions import interviews
from notifications import sources
from notifications.actions import feeds
from notifications.models import CalendarFeed
from people.actions import audit, leavers
from people.models import AuditEntry, Person, Role
from tests.cast import NOW, fresh, make_application, make_interview, make_opening, make_person, make_recruiter

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAGE, MAKE, OFF = "/notices/calendar/", "/notices/calendar/address/", "/notices/calendar/off/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as now:
        yield now


@pytest.fixture
def ada():
    return make_person("Ada")


@pytest.fixture
def address(ada):
    return address_of(feeds.make_feed(person=ada, at=NOW))


def address_of(secret):
    return reverse("calendar-feed", args=[secret])


def fetch(address, **headers):
    """As a calendar program does: no cookies, and none taken."""
    response = Client().get(address, headers=headers)
    assert not response.cookies
    return response


def read(response) -> Any:
    assert response.status_code == 200, response.content
    return Calendar.from_ical(response.content)


def events(response):
    return read(response).walk("VEVENT")


def summaries(address):
    return [str(event["SUMMARY"]) for event in events(fetch(address))]


def interview_with(person, name="Cara Candidate", starts_at=NOW + DAY, **fields):
    application = make_application(make_opening(title="Agent", blind=fields.pop("blind", False)), name)
    return make_interview(application, (person, make_person("Max Member")), starts_at=starts_at, **fields)


# --- what is in it --------------------------------------------------------------------------------------------------


def test_interviews_of_one_s_panels_and_of_no_other(ada, address):
    mine = interview_with(ada, place="Room 2")
    interview_with(make_person("Somebody"), "Nora Neighbour")
    (event,) = events(fetch(address))
    assert str(event["SUMMARY"]) == "Interview with Cara Candidate"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (mine.starts_at, mine.ends_at)
    assert (str(event["LOCATION"]), str(event["STATUS"])) == ("Room 2", "CONFIRMED")
    assert "Panel: Ada (Lead), Max Member (Member)" in event["DESCRIPTION"]
    assert event["URL"] == f"{settings.PUBLIC_URL}{mine.get_absolute_url()}"


def test_recruiter_s_feed_has_the_panels_they_sit_on_only():
    recruiter = make_recruiter()
    interview_with(make_person("Somebody"))
    assert summaries(address_of(feeds.make_feed(person=recruiter, at=NOW))) == []


def test_uid_is_that_of_the_invitation_and_the_file(ada, address, client):
    interview = interview_with(ada)
    client.force_login(ada)
    file = client.get(f"/hiring/interviews/{interview.pk}/calendar.ics")
    assert {str(event["UID"]) for answer in (fetch(address), file) for event in events(answer)} == {
        f"interview-{interview.pk}@testserver"
    }


def test_cancelled_is_marked_and_moved_has_moved(ada, address):
    first, second = interview_with(ada), interview_with(ada, "Nora Neighbour")
    recruiter = make_recruiter()
    interviews.cancel_interview(interview=first, reason="Budget", by=recruiter, at=NOW)
    interviews.reschedule_interview(interview=second, starts_at=NOW + 3 * DAY, by=recruiter, at=NOW)
    cancelled, moved = events(fetch(address))
    assert (str(cancelled["STATUS"]), cancelled["SEQUENCE"]) == ("CANCELLED", 1)
    assert (str(moved["STATUS"]), moved["SEQUENCE"], moved["DTSTART"].dt) == ("CONFIRMED", 1, NOW + 3 * DAY)
    assert b"Budget" not in fetch(address).content


def test_taken_off_the_panel_it_is_gone(ada, address):
    interview = interview_with(ada)
    interview.panellists.filter(person=ada).delete()
    assert summaries(address) == []


def test_window_reaches_two_months_back_and_a_year_ahead(ada, address):
    for name, days in (("Old", -62), ("Late", -59), ("Far", 365), ("Beyond", 367)):
        interview_with(ada, name, NOW + days * DAY)
    assert summaries(address) == ["Interview with Late", "Interview with Far"]


def test_blind_panel_s_feed_has_the_number_until_reveal(ada, address):
    interview = interview_with(ada, blind=True)
    assert summaries(address) == ["Interview with Candidate 1"]
    assert b"Cara" not in fetch(address).content
    type(interview).objects.filter(pk=interview.pk).update(state="cancelled")
    assert summaries(address) == ["Interview with Candidate 1"]
    type(interview).objects.filter(pk=interview.pk).update(state="held", revealed_at=NOW, reveal="complete")
    assert summaries(address) == ["Interview with Cara Candidate"]


def test_costs_the_same_however_many(ada, address, django_assert_num_queries):
    interview_with(ada)
    fetch(address)
    with django_assert_num_queries(6):
        assert len(summaries(address)) == 1
    for number in range(8):
        interview_with(ada, f"Candidate of {number}")
    with django_assert_num_queries(6):
        assert len(summaries(address)) == 9


def test_source_that_fails_empties_no_calendar(address, monkeypatch):
    def broken(_person, _since, _until):
        raise RuntimeError("broken")

    monkeypatch.setitem(sources._sources, "tests.broken", broken)
    assert Client(raise_request_exception=False).get(address).status_code == 500


# --- how it is fetched ----------------------------------------------------------------------------------------------


def test_answer_is_a_calendar_that_only_its_fetcher_keeps(address):
    answer = fetch(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    calendar = read(answer)
    assert str(calendar["X-WR-CALNAME"]) == "Rapport (Your organisation)"
    assert calendar["REFRESH-INTERVAL"].dt == HOUR


def test_unchanged_it_is_not_sent_again(ada, address, clock):
    interview = interview_with(ada)
    tag = fetch(address)["ETag"]
    clock.move_to(NOW + HOUR)
    answer = fetch(address, if_none_match=tag)
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert answer["Cache-Control"] == "private, no-cache"
    interview.place = "Room 9"
    interview.save(update_fields=["place"])
    answer = fetch(address, if_none_match=tag)
    assert answer.status_code == 200
    assert answer["ETag"] != tag


def test_head_tells_what_get_would(ada, address):
    interview_with(ada)
    answer = Client().head(address)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == fetch(address)["ETag"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_but_reading(address, method):
    assert getattr(Client(), method)(address).status_code == 405
    assert fetch(address).status_code == 200


def test_use_is_noted_at_most_once_an_hour(ada, address, clock):
    for minutes, noted in ((0, 0), (59, 0), (60, 60), (119, 60), (121, 121)):
        clock.move_to(NOW + timedelta(minutes=minutes))
        fetch(address)
        assert CalendarFeed.objects.get(person=ada).used_at == NOW + timedelta(minutes=noted)


def test_fetching_makes_no_session_and_no_entry_in_the_trail(address):
    before = AuditEntry.objects.count()
    fetch(address)
    fetch(address_of("guess"))
    assert AuditEntry.objects.count() == before
    assert not Session.objects.exists()


# --- who is let in --------------------------------------------------------------------------------------------------


def nowhere():
    answer = fetch(address_of("A" * 43))
    return answer.status_code, answer.content, sorted(answer.headers)


def told(address):
    answer = fetch(address)
    return answer.status_code, answer.content, sorted(answer.headers)


@pytest.mark.parametrize("guess", ["0", "A" * 43, "a" * 5000, "..", "%2e%2e", "é", "' OR 1=1 --", "a%0Ab"])
def test_guesses_are_all_answered_alike(ada, guess):
    feeds.make_feed(person=ada, at=NOW)
    answer = Client().get(f"/calendar/{guess}.ics")
    assert answer.status_code in {400, 404}  # 400: a control character never gets so far
    assert b"VCALENDAR" not in answer.content


def test_what_is_stored_opens_nothing(ada):
    secret = feeds.make_feed(person=ada, at=NOW)
    row = CalendarFeed.objects.get(person=ada)
    assert secret not in str(vars(row))
    assert len(secret) == 43
    for known in (row.digest, str(row.pk), f"p{row.pk}"):
        assert fetch(address_of(known)).status_code == 404


def test_renewed_the_old_address_ends_at_once(ada, address):
    new = address_of(feeds.make_feed(person=ada, at=NOW))
    assert told(address) == nowhere()
    assert fetch(new).status_code == 200


def test_switched_off_it_ends_and_does_not_come_back(ada, address):
    assert feeds.end_feed(person=ada, by=ada, at=NOW)
    assert told(address) == nowhere()
    assert not feeds.end_feed(person=ada, by=ada, at=NOW)
    feeds.make_feed(person=ada, at=NOW)
    assert told(address) == nowhere()


def test_who_leaves_takes_no_address_along_nor_finds_it_at_coming_back(ada, address):
    admin = make_person("Admin", roles={Role.PEOPLE_ADMIN: None})
    leavers.deactivate_person(person=ada, left_on=NOW.date(), by=admin, at=NOW)
    assert told(address) == nowhere()
    leavers.reactivate_person(person=ada, by=admin, at=NOW)
    assert told(address) == nowhere()


def test_who_was_ended_by_an_import_neither(ada, address):
    Person.objects.filter(pk=ada.pk).update(is_active=False)
    assert told(address) == nowhere()
    leavers.reactivate_person(person=fresh(ada), by=None, at=NOW)
    assert told(address) == nowhere()


def test_whoever_is_signed_in_is_not_looked_at(ada, address, client):
    interview_with(ada)
    client.force_login(make_person("Somebody"))
    assert [str(event["SUMMARY"]) for event in events(client.get(address))] == ["Interview with Cara Candidate"]


# --- the trail and the log ------------------------------------------------------------------------------------------


def test_trail_knows_what_was_done_and_never_the_secret(ada):
    secrets = [feeds.make_feed(person=ada, at=NOW) for _time in range(2)]
    feeds.end_feed(person=ada, by=ada, at=NOW)
    entries = list(AuditEntry.objects.filter(did__startswith="notifications.calendar").order_by("pk"))
    assert [entry.did.partition(".")[2] for entry in entries] == [
        "calendar_made",
        "calendar_renewed",
        "calendar_switched_off",
    ]
    assert [secret for secret in secrets for entry in entries if secret in str(vars(entry))] == []
    assert audit.verify().is_sound


def test_log_holds_no_address(ada, monkeypatch):
    """Django logs the path of what it refuses, and of what fails."""
    logging.config.dictConfig(settings.LOGGING)
    (handler,) = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    written = io.StringIO()
    monkeypatch.setattr(handler, "stream", written)
    secret = feeds.make_feed(person=ada, at=NOW)
    client = Client(raise_request_exception=False)
    client.post(address_of(secret))
    Client(enforce_csrf_checks=True).post(address_of(secret))
    client.get(f"/calendar/{secret}")
    monkeypatch.setitem(sources._sources, "tests.broken", lambda *_given: 1 / 0)
    client.get(address_of(secret))
    feeds.end_feed(person=ada, by=ada, at=NOW)
    client.get(address_of(secret))
    lines = written.getvalue()
    assert "/calendar/…" in lines
    assert "ZeroDivisionError" in lines
    assert secret not in lines


# --- the page -------------------------------------------------------------------------------------------------------


def signed_in(person):
    """Just now, so that nobody is asked for the password again."""
    client = Client()
    client.force_login(person)
    session = client.session
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [{"method": "password", "at": NOW.timestamp()}]
    session.save()
    return client


def test_page_makes_an_address_and_shows_it_once(ada):
    client = signed_in(ada)
    assert "Make my address" in client.get(PAGE).content.decode()
    assert not CalendarFeed.objects.exists()
    page = client.post(MAKE).content.decode()
    (secret,) = set(re.findall(r"/calendar/([^/\"<]+)\.ics", page))
    assert fetch(address_of(secret)).status_code == 200
    assert f"webcal://testserver/calendar/{secret}.ics" in page
    page = client.get(PAGE).content.decode()
    assert secret not in page
    assert "Switch off" in page


def test_page_switches_it_off(ada, address):
    client = signed_in(ada)
    assert client.post(OFF)["Location"] == PAGE
    assert fetch(address).status_code == 404
    client.post(OFF)
    assert AuditEntry.objects.filter(did="notifications.calendar_switched_off").count() == 1


def test_address_is_made_by_whoever_proved_who_they_are(ada, client):
    """It outlives the session: a browser left open must not be enough."""
    client.force_login(ada)
    answer = client.post(MAKE)
    assert answer.status_code == 302
    assert reverse("account_reauthenticate") in answer["Location"]
    assert not CalendarFeed.objects.exists()


def test_pages_and_their_deeds_are_one_s_own(ada, address):
    stranger = signed_in(make_person("Somebody"))
    assert "Make my address" in stranger.get(PAGE).content.decode()
    stranger.post(OFF)
    stranger.post(MAKE)
    assert fetch(address).status_code == 200


def test_page_is_linked_from_where_one_looks_for_it(ada):
    client = signed_in(ada)
    for page in ("/notices/", "/notices/preferences/", "/hiring/interviews/"):
        assert f'href="{PAGE}"' in client.get(page).content.decode(), page
