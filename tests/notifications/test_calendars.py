"""Calendar files: what stands in them, and that no text becomes more than a text."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from notifications import sources
from notifications.calendars import Event, Invite, Method, Party, feed, file_of, fingerprint, invitation
from tests.cast import NOW

RAPPORT, ADA = Party("Seaside Hotels", "rapport@example.org"), Party("Ada Åkesson", "ada@staff.example")
PROPERTIES = {
    "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "STATUS", "CLASS",
    "ORGANIZER", "ATTENDEE",
}  # fmt: skip


def event(**fields):
    values: dict[str, Any] = {
        "uid": "interview-7@example.org",
        "sequence": 2,
        "starts_at": NOW,
        "ends_at": NOW + timedelta(hours=1),
        "summary": "Interview with Cara",
        "description": "Front desk\nFirst call",
        "place": "Room 2",
        "url": "https://example.org/hiring/interviews/7/",
    } | fields
    return Event(**values)


def invited(**fields):
    return invitation(Invite(event(**fields), NOW), organizer=RAPPORT, attendee=ADA)


def read(content) -> Any:
    return Calendar.from_ical(content)


def parsed(content):
    calendar = read(content)
    (found,) = calendar.walk("VEVENT")
    return calendar, found


def unfolded(content):
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


def test_request_names_who_invites_and_the_one_who_is_invited():
    calendar, found = parsed(invited())
    assert (calendar["METHOD"], found["STATUS"], found["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 2)
    assert (found["UID"], found["URL"]) == ("interview-7@example.org", "https://example.org/hiring/interviews/7/")
    assert (found["ORGANIZER"], found["ORGANIZER"].params["CN"]) == ("mailto:rapport@example.org", "Seaside Hotels")
    assert (found["ATTENDEE"], found["ATTENDEE"].params["CN"]) == ("mailto:ada@staff.example", "Ada Åkesson")
    assert found["ATTENDEE"].params["ROLE"] == "REQ-PARTICIPANT"
    assert found["DTSTAMP"].dt == NOW


def test_cancelled_is_taken_back_under_the_same_name():
    calendar, found = parsed(invited(cancelled=True, sequence=3))
    assert (calendar["METHOD"], found["STATUS"], found["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)
    assert found["UID"] == "interview-7@example.org"
    assert Invite(event(cancelled=True), NOW).method is Method.CANCEL


def test_who_may_be_missing_is_said_to():
    content = invitation(Invite(event(), NOW, optional=True), organizer=RAPPORT, attendee=ADA)
    assert parsed(content)[1]["ATTENDEE"].params["ROLE"] == "OPT-PARTICIPANT"


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"])
def test_hour_on_the_wall_is_kept_on_both_sides_of_a_change_of_the_clocks(day):
    wall = datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=ZoneInfo("Europe/Berlin"))
    _calendar, found = parsed(invited(starts_at=wall, ends_at=wall + timedelta(hours=1)))
    assert found["DTSTART"].dt.tzinfo.utcoffset(None) == timedelta(0)
    assert found["DTSTART"].dt.astimezone(ZoneInfo("Europe/Berlin")).hour == 10


def test_hour_that_comes_twice_is_told_apart():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    starts = [parsed(invited(starts_at=one))[1]["DTSTART"].dt for one in (first, first.replace(fold=1))]
    assert starts[1] - starts[0] == timedelta(hours=1)


HOSTILE = [
    'a;b,c:d\\n"quoted"',
    "Room\r\nATTENDEE:mailto:evil@example.org",
    "Room\nEND:VEVENT\nBEGIN:VEVENT\nUID:evil",
    "Room\rX-EVIL:1",
    "Room\u2028X-EVIL:1\u2029\x85\x0b\x0cX",
    "Zoë 🎉 " * 40,
    "x" * 300,
    "\x00\x07bell\x7f",
    ";VALUE=URI:https://evil.example",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_property(text):
    content = invitation(
        Invite(event(summary=text, description=text, place=text), NOW),
        organizer=Party(text, "rapport@example.org"), attendee=Party(text, "ada@staff.example"),
    )  # fmt: skip
    check_shape(content)
    _calendar, found = parsed(content)
    assert found["ATTENDEE"] == "mailto:ada@staff.example"
    assert found["UID"] == "interview-7@example.org"
    assert str(found["LOCATION"]) == str(found["SUMMARY"])


@given(st.text())
def test_no_text_at_all_breaks_the_file(text):
    check_shape(invitation(Invite(event(summary=text, description=text, place=text), NOW), organizer=RAPPORT,
                           attendee=Party(text, "ada@staff.example")))  # fmt: skip


def check_shape(content):
    """Lines of 75 octets at most, none ending but by CR LF, no control, and no property that is not ours."""
    content.decode()
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    bare = content.replace(b"\r\n", b"")
    assert not any(byte < 32 or byte == 127 for byte in bare)
    calendar, found = parsed(content)
    assert set(found) <= PROPERTIES
    assert set(calendar) == {"PRODID", "VERSION", "CALSCALE", "METHOD"}
    assert len(calendar.subcomponents) == 1
    assert found.subcomponents == []


def test_umlauts_and_lines_come_back_as_they_went():
    _calendar, found = parsed(file_of(event(summary="Gespräch: Zoë; Büro, 2", description="Eins\nZwei"), at=NOW))
    assert (str(found["SUMMARY"]), str(found["DESCRIPTION"])) == ("Gespräch: Zoë; Büro, 2", "Eins\nZwei")


def test_others_who_look_into_the_calendar_see_no_name():
    assert parsed(invited())[1]["CLASS"] == "PRIVATE"
    assert "CLASS" not in parsed(invited(private=False))[1]


def test_file_to_download_rings_unless_it_is_cancelled():
    calendar, found = parsed(file_of(event(), at=NOW, alarm="Soon"))
    assert calendar["METHOD"] == "PUBLISH"
    assert [part["TRIGGER"].dt for part in found.subcomponents] == [timedelta(minutes=-15)]
    calendar, found = parsed(file_of(event(cancelled=True), at=NOW, alarm="Soon"))
    assert (calendar["METHOD"], found.subcomponents) == ("CANCEL", [])


def test_feed_says_its_name_and_how_often_to_look():
    calendar = read(feed([event(), event(uid="b@x", cancelled=True)], name="Häuser; Meer", at=NOW))
    assert (str(calendar["X-WR-CALNAME"]), str(calendar["NAME"])) == ("Häuser; Meer", "Häuser; Meer")
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert [str(found["STATUS"]) for found in calendar.walk("VEVENT")] == ["CONFIRMED", "CANCELLED"]
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in unfolded(feed([], name="x", at=NOW))


def test_fingerprint_changes_with_any_event_and_with_nothing_else():
    events = [event(), event(uid="b@x")]
    assert fingerprint(events, name="x") == fingerprint([event(), event(uid="b@x")], name="x")
    others = [[event()], [event(), event(uid="b@x", place="Room 3")], []]
    assert len({fingerprint(one, name="x") for one in [events, *others]} | {fingerprint(events, name="y")}) == 5


def test_source_is_declared_once(monkeypatch):
    monkeypatch.setattr(sources, "_sources", {})

    def late(_person, _since, _until):
        return [event(uid="late@x", starts_at=NOW + timedelta(days=1))]

    def early(_person, since, _until):
        return [event(uid="early@x", starts_at=since)]

    sources.declare("tests.late", late)
    sources.declare("tests.early", early)
    sources.declare("tests.early", early)
    found = sources.events_of(None, datetime(2026, 1, 1, tzinfo=UTC), NOW)
    assert [one.uid for one in found] == ["early@x", "late@x"]
    with pytest.raises(ValueError, match="Two sources"):
        sources.declare("tests.early", late)
