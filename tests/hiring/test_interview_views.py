"""Interviews as pages: the list, one interview, planning, calling off, the calendar file."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from hiring.models import Interview, Panellist
from hiring.reports import panels
from people.models import AuditEntry, Role
from tests.cast import (
    NOW,
    fill_scorecard,
    grant,
    interview_stage,
    make_application,
    make_interview,
    make_opening,
    make_person,
    make_recruiter,
    make_team,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(settings):
    settings.SECOND_FACTOR = "nobody"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def recruiter():
    return make_recruiter()


@pytest.fixture
def panel():
    return make_person("Lea Lead"), make_person("Max Member")


def get(client, person, name, *args, status=200, **query):
    client.force_login(person)
    response = client.get(reverse(f"hiring:{name}", args=args), query)
    assert response.status_code == status
    return response


def post(client, person, name, *args, status=302, **data):
    client.force_login(person)
    response = client.post(reverse(f"hiring:{name}", args=args), data)
    assert response.status_code == status, response.content.decode()
    return response


def text(response):
    """What the page says, without its tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def interview_of(panel=(), *, opening=None, name="Cara Candidate", **fields):
    return make_interview(make_application(opening or make_opening(), name=name), panel, **fields)


def refreshed(interview):
    return Interview.objects.get(pk=interview.pk)


# --- the list -------------------------------------------------------------------------------------------------------


def listed(client, person, **query):
    response = get(client, person, "interview-list", **query)
    return [row.interview.application.candidate.full_name for row in response.context["rows"]]


def test_list_sorts_interviews_by_what_they_wait_for(client, panel, recruiter):
    interview_of(panel, name="Ann Later", starts_at=NOW + timedelta(days=2))
    interview_of(panel, name="Ben Soon", starts_at=NOW + timedelta(hours=1))
    waiting = interview_of(panel, name="Cal Waiting")
    done = interview_of(panel, name="Dee Done", revealed_at=NOW, reveal="complete", state="held")
    interview_of(panel, name="Eve Cancelled", state="cancelled")
    for interview in (waiting, done):
        fill_scorecard(interview, panel[0])
    fill_scorecard(done, panel[1])
    assert listed(client, panel[1]) == ["Ben Soon", "Ann Later"]
    assert listed(client, panel[1], show="waiting") == ["Cal Waiting"]
    assert set(listed(client, panel[1], show="past")) == {"Dee Done", "Eve Cancelled"}
    assert listed(client, recruiter) == []
    assert listed(client, recruiter, who="all") == ["Ben Soon", "Ann Later"]
    assert listed(client, recruiter, who="all", show="waiting") == ["Cal Waiting"]


def test_list_offers_the_scorecard_once_it_is_open(client, panel):
    running = interview_of(panel, starts_at=NOW - timedelta(minutes=5))
    interview_of(panel, starts_at=NOW + timedelta(hours=2))
    page = get(client, panel[0], "interview-list").content.decode()
    assert page.count("/scorecard/") == 1
    assert reverse("hiring:scorecard-fill", args=[running.pk]) in page


def test_list_tells_progress_only_to_whom_it_is_open(client, panel, recruiter):
    interview = interview_of(panel)
    fill_scorecard(interview, panel[0])
    assert "1 of 2 in" in text(get(client, recruiter, "interview-list", who="all", show="waiting"))
    assert "1 of 2 in" in text(get(client, panel[0], "interview-list", show="waiting"))
    owing = text(get(client, panel[1], "interview-list", show="waiting"))
    assert "of 2 in" not in owing
    assert "Waiting for your scorecard" in owing


def test_search_finds_openings_and_names_but_no_masked_ones(client, panel, recruiter):
    blind = make_opening(blind=True, title="Night porter")
    masked = make_interview(
        make_application(blind, name="Zoe Hidden"), (*panel, recruiter), starts_at=NOW + timedelta(1)
    )
    interview_of(panel, name="Ann Open", starts_at=NOW + timedelta(days=1))
    assert listed(client, panel[0], q="ann") == ["Ann Open"]
    assert listed(client, panel[0], q="zoe") == []
    assert listed(client, recruiter, q="zoe", who="all") == []
    assert listed(client, panel[0], q="night") == [masked.application.candidate.full_name]
    assert "Candidate 1" in text(get(client, panel[0], "interview-list", q="night"))
    assert listed(client, make_recruiter("Other Recruiter"), q="zoe", who="all") == ["Zoe Hidden"]


def test_empty_lists_say_what_to_do(client, panel, recruiter):
    assert "No interview is to come" in text(get(client, panel[0], "interview-list"))
    assert "No scorecard is out" in text(get(client, panel[0], "interview-list", show="waiting"))
    assert "No interview matches" in text(get(client, panel[0], "interview-list", q="nobody"))
    assert "See all interviews" in text(get(client, recruiter, "interview-list"))
    assert "Go to the openings" in text(get(client, recruiter, "interview-list", who="all"))


def test_list_has_pages_and_refuses_a_forged_cursor(client, panel):
    opening = make_opening()
    for day in range(55):
        interview_of(panel, opening=opening, name=f"Candidate {day}", starts_at=NOW + timedelta(days=day + 1))
    first = get(client, panel[0], "interview-list")
    assert len(first.context["rows"]) == 50
    second = get(client, panel[0], "interview-list", after=first.context["page"].older)
    assert len(second.context["rows"]) == 5
    get(client, panel[0], "interview-list", after="forged", status=400)


@pytest.mark.parametrize("show", ["", "waiting", "past"])
def test_list_costs_the_same_however_many_interviews(client, panel, recruiter, django_assert_max_num_queries, show):
    times: dict[str, dict[str, Any]] = {
        "": {"starts_at": NOW + timedelta(days=1)},
        "waiting": {},
        "past": {"state": "cancelled"},
    }
    opening = make_opening()
    client.force_login(recruiter)
    counts = []
    for more in (1, 2, 47):
        for _each in range(more):
            interview_of(panel, opening=opening, **times[show])
        with django_assert_max_num_queries(12) as found:
            response = client.get(reverse("hiring:interview-list"), {"who": "all", "show": show})
        assert response.status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1] == counts[2]


# --- one interview --------------------------------------------------------------------------------------------------


def test_stranger_cannot_tell_an_interview_from_none(client, panel):
    interview = interview_of(panel)
    stranger = make_person("Stranger")
    names = ("detail", "calendar", "reschedule", "panel", "cancel", "no-show", "break-seal")
    for name in names:
        real = get(client, stranger, f"interview-{name}", interview.pk, status=404)
        none = get(client, stranger, f"interview-{name}", interview.pk + 1000, status=404)
        assert text(real).replace(real["X-Request-ID"], "") == text(none).replace(none["X-Request-ID"], "")


@pytest.mark.parametrize("name", ["reschedule", "panel", "cancel", "no-show", "break-seal", "take-up"])
def test_panel_manages_nothing(client, panel, name):
    interview = interview_of(panel)
    client.force_login(panel[0])
    assert client.post(reverse(f"hiring:interview-{name}", args=[interview.pk]), {"reason": "x"}).status_code == 403
    assert refreshed(interview).state == "scheduled"


def test_panel_reads_the_sheet_and_is_led_to_the_scorecard(client, panel):
    interview = interview_of(panel, starts_at=NOW + timedelta(hours=2))
    before = text(get(client, panel[0], "interview-detail", interview.pk))
    assert "Tell me about a time you showed empathy." in before
    assert "opens half an hour before" in before
    assert "Start scoring" not in before
    with time_machine.travel(NOW + timedelta(hours=1, minutes=30), tick=False):
        assert "Start scoring" in text(get(client, panel[0], "interview-detail", interview.pk))


def test_recruiter_off_the_panel_sees_who_and_not_what(client, panel, recruiter):
    interview = interview_of(panel)
    fill_scorecard(interview, panel[0], evidence="CANARY")
    page = get(client, recruiter, "interview-detail", interview.pk)
    assert "Submitted" in text(page)
    assert "Scorecard out" in text(page)
    assert "CANARY" not in text(page)
    assert "Read Lea" not in text(page)


def test_revealed_interview_leads_to_scorecards_and_debrief(client, panel, recruiter):
    interview = interview_of(panel, state="held", revealed_at=NOW, reveal="broken", reveal_reason="Max is ill.",
                             revealed_by=recruiter)  # fmt: skip
    scorecard = fill_scorecard(interview, panel[0])
    page = get(client, recruiter, "interview-detail", interview.pk)
    assert "The seal was broken Max is ill. Rosa Recruiter" in text(page)
    assert scorecard.get_absolute_url() in page.content.decode()
    assert reverse("hiring:interview-debrief", args=[interview.pk]) in page.content.decode()
    owing = text(get(client, panel[1], "interview-detail", interview.pk))
    assert "Max is ill" not in owing
    assert "seal" not in owing.lower()


def test_blind_interview_hides_the_name_from_its_panel(client, panel):
    interview = make_interview(
        make_application(make_opening(blind=True), name="Zoe Hidden", email="zoe@x.example"), panel
    )
    for name in ("interview-detail", "interview-calendar", "scorecard-fill"):
        page = get(client, panel[0], name, interview.pk).content.decode()
        assert "Candidate 1" in page
        assert "Zoe" not in page
        assert "zoe@" not in page


# --- planning -------------------------------------------------------------------------------------------------------


@pytest.fixture
def application(recruiter):
    return make_application(make_opening(recruiters=(recruiter,)), name="Cara Candidate")


def planned(panel, **changes):
    seats = {f"panel-{person.pk}": role for person, role in zip(panel, ("lead", "member"), strict=False)}
    given = {"do": "store", "date": "2026-11-27", "time": "14:00", "place": "Room 3", **seats}
    return given | changes


def stage_of(application):
    return {"stage": interview_stage(application.opening).pk}


def test_scheduling_makes_the_interview_with_its_panel(client, recruiter, panel, application):
    recruiter.time_zone = "Europe/Berlin"
    recruiter.save(update_fields=["time_zone"])
    post(client, recruiter, "interview-schedule", application.pk, **planned(panel), **stage_of(application))
    interview = Interview.objects.get()
    assert interview.starts_at == datetime(2026, 11, 27, 13, tzinfo=UTC)
    assert interview.ends_at - interview.starts_at == timedelta(hours=1)
    assert interview.place == "Room 3"
    seats = interview.panellists.order_by("pk").values_list("person__full_name", "role")
    assert list(seats) == [("Lea Lead", "lead"), ("Max Member", "member")]
    assert AuditEntry.objects.filter(did="hiring.interview_scheduled", object_id=interview.pk).exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"date": ""}, "This field is required"),
        ({"date": "2031-01-01"}, "more than two years ahead"),
        ({"time": "25:00"}, "Enter a valid time"),
        ({"place": "a\x0bb"}, "line break"),
    ],
)
def test_wrong_plan_keeps_everything_that_was_typed(client, recruiter, panel, application, changes, said):
    page = post(client, recruiter, "interview-schedule", application.pk, status=422, **planned(panel, **changes),
                **stage_of(application))  # fmt: skip
    assert said in text(page)
    assert 'value="lead" selected' in page.content.decode()
    assert not Interview.objects.exists()


def test_time_that_the_clocks_skip_or_repeat_is_refused(client, recruiter, panel, application):
    recruiter.time_zone = "Europe/Berlin"
    recruiter.save(update_fields=["time_zone"])
    for day in ("2027-03-28", "2027-10-31"):
        page = post(client, recruiter, "interview-schedule", application.pk, status=422,
                    **planned(panel, date=day, time="02:30"), **stage_of(application))  # fmt: skip
        assert "comes twice or never" in text(page)


def test_panel_needs_a_lead_and_the_form_says_so(client, recruiter, panel, application):
    both = {f"panel-{person.pk}": "member" for person in panel}
    page = post(client, recruiter, "interview-schedule", application.pk, status=422, **planned((), **both),
                **stage_of(application))  # fmt: skip
    assert "A panel needs exactly one lead." in text(page)
    assert "Choose who leads." in text(page)


def test_looking_people_up_stores_nothing_and_complains_of_nothing(client, recruiter, panel, application):
    page = post(client, recruiter, "interview-schedule", application.pk, status=200, do="look", q="lea")
    assert [person.name for person, _load in page.context["found"]] == ["Lea Lead"]
    assert "There is a problem" not in text(page)
    page = post(client, recruiter, "interview-schedule", application.pk, status=200, add=panel[0].pk)
    page = post(client, recruiter, "interview-schedule", application.pk, status=200, add=panel[1].pk,
                **{f"panel-{panel[0].pk}": "lead"})  # fmt: skip
    assert [(person.name, role) for person, role, _load in page.context["panel"]] == [
        ("Lea Lead", "lead"),
        ("Max Member", "member"),
    ]
    assert "2 separate raters: expected reliability about .61. One more would bring it to about .70." in text(page)
    page = post(client, recruiter, "interview-schedule", application.pk, status=200, off=panel[0].pk,
                **{f"panel-{panel[0].pk}": "lead", f"panel-{panel[1].pk}": "member"})  # fmt: skip
    assert [person.name for person, _role, _load in page.context["panel"]] == ["Max Member"]
    assert not Interview.objects.exists()


def test_planner_answers_htmx_with_the_form_alone(client, recruiter, application):
    client.force_login(recruiter)
    address = reverse("hiring:interview-schedule", args=[application.pk])
    page = client.post(address, {"do": "look"}, headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith('<form method="post" id="planner"')


def test_conflicts_say_when_and_never_with_whom(client, recruiter, panel, application):
    busy = interview_of(panel, name="Secret Somebody", starts_at=datetime(2026, 11, 27, 13, 30, tzinfo=UTC))
    page = post(client, recruiter, "interview-schedule", application.pk, status=200, **planned(panel, do="look"))
    assert "Has another interview from 13:30 to 14:30." in text(page)
    assert "1 other interview that week" in text(page)
    assert "Secret" not in text(page)
    moved = get(client, recruiter, "interview-reschedule", busy.pk)
    assert "Has another interview" not in text(moved)


@pytest.mark.parametrize(
    ("zone", "hours", "start", "conflicts"),
    [
        ("UTC", ("09:00", "17:30"), "2026-11-27T09:00", 0),
        ("UTC", ("09:00", "17:30"), "2026-11-27T08:59", 1),
        ("UTC", ("09:00", "17:30"), "2026-11-27T16:31", 1),
        ("UTC", ("09:00", "17:30"), "2026-11-28T12:00", 1),  # a Saturday
        ("America/New_York", ("09:00", "17:30"), "2026-11-27T13:00", 1),
        ("America/New_York", ("09:00", "17:30"), "2026-11-27T14:00", 0),
        ("UTC", ("22:00", "06:00"), "2026-11-26T23:30", 0),
        ("UTC", ("22:00", "06:00"), "2026-11-27T04:30", 0),
        ("UTC", ("22:00", "06:00"), "2026-11-28T04:30", 0),  # the night that began on Friday
        ("UTC", ("22:00", "06:00"), "2026-11-27T12:00", 1),
    ],
)
def test_working_hours_are_those_of_each_person(zone, hours, start, conflicts):
    person = make_person(time_zone=zone, work_starts=hours[0], work_ends=hours[1])
    person.refresh_from_db()
    starts_at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    load = panels.loads([person], starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))[person.pk]
    assert len(load.conflicts) == conflicts


def test_recruiter_of_another_team_schedules_nothing(client, panel, application):
    other = make_recruiter("Other", team=make_team("Elsewhere"))
    get(client, other, "interview-schedule", application.pk, status=404)
    manager = application.opening.hiring_manager
    post(client, manager, "interview-schedule", application.pk, status=403, **planned(panel))


def test_moving_raises_the_sequence_of_the_calendar_file(client, recruiter, panel):
    interview = interview_of(panel, starts_at=NOW + timedelta(days=1), place="Room 3")
    post(client, recruiter, "interview-reschedule", interview.pk, do="store", date="2026-11-30", time="09:00", place="")
    assert refreshed(interview).starts_at == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert refreshed(interview).place == ""
    assert refreshed(interview).sequence == 1


def test_panel_can_be_changed_and_who_wrote_keeps_the_seat(client, recruiter, panel):
    interview = interview_of(panel)
    fill_scorecard(interview, panel[0], submitted=False)
    shadow = make_person("Sam Shadow")
    post(client, recruiter, "interview-panel", interview.pk, do="store",
         **{f"panel-{panel[0].pk}": "lead", f"panel-{shadow.pk}": "shadow"})  # fmt: skip
    assert set(interview.panellists.values_list("person__full_name", "role")) == {
        ("Lea Lead", "lead"),
        ("Sam Shadow", "shadow"),
    }
    page = post(client, recruiter, "interview-panel", interview.pk, status=422, do="store",
                **{f"panel-{shadow.pk}": "lead"})  # fmt: skip
    assert "Lea Lead has begun a scorecard and keeps the seat." in text(page)


# --- calling off, breaking the seal ---------------------------------------------------------------------------------


def test_cancelling_needs_a_reason_and_is_told_to_the_panel(client, recruiter, panel):
    interview = interview_of(panel, starts_at=NOW + timedelta(days=1))
    assert "required" in text(post(client, recruiter, "interview-cancel", interview.pk, status=422, reason=""))
    post(client, recruiter, "interview-cancel", interview.pk, reason="She has taken another job.")
    assert refreshed(interview).state == "cancelled"
    assert "She has taken another job." in text(get(client, panel[0], "interview-detail", interview.pk))


def test_no_show_can_be_taken_back(client, recruiter, panel):
    interview = interview_of(panel)
    post(client, recruiter, "interview-no-show", interview.pk, reason="")
    assert refreshed(interview).state == "no_show"
    post(client, recruiter, "interview-take-up", interview.pk)
    assert refreshed(interview).state == "scheduled"


def test_seal_is_broken_on_a_page_that_names_the_candidate(client, recruiter, panel):
    interview = interview_of(panel)
    fill_scorecard(interview, panel[0])
    assert "Break the seal on Cara Candidate" in text(get(client, recruiter, "interview-break-seal", interview.pk))
    post(client, recruiter, "interview-break-seal", interview.pk, status=422, reason=" ")
    assert not refreshed(interview).is_revealed
    post(client, recruiter, "interview-break-seal", interview.pk, reason="Max has left.")
    assert refreshed(interview).reveal == "broken"
    assert "Max has left." in text(get(client, panel[0], "interview-detail", interview.pk))


def test_nothing_to_break_is_said(client, recruiter, panel):
    interview = interview_of(panel)
    page = post(client, recruiter, "interview-break-seal", interview.pk, status=422, reason="Why not.")
    assert "No required scorecard is in yet" in text(page)


def test_recruiter_who_owes_is_refused_alike_whatever_the_others_did(client, panel):
    recruiter = make_recruiter()
    interview = interview_of((*panel, recruiter))
    for _once in range(2):
        for name in ("reschedule", "panel", "cancel", "break-seal"):
            post(client, recruiter, f"interview-{name}", interview.pk, status=403, reason="x", do="store")
        fill_scorecard(interview, panel[_once])
    post(client, recruiter, "interview-no-show", interview.pk, reason="")
    assert refreshed(interview).state == "no_show"
    assert "Submitted" not in text(get(client, recruiter, "interview-detail", interview.pk))


# --- the calendar file ----------------------------------------------------------------------------------------------


def event_of(response):
    calendar = Calendar.from_ical(response.content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_calendar_file_holds_the_interview(client, panel):
    interview = interview_of(panel, starts_at=NOW + timedelta(days=1), place="Room 3, first floor", sequence=2)
    response = get(client, panel[0], "interview-calendar", interview.pk)
    assert response["Content-Type"].startswith("text/calendar")
    calendar, event = event_of(response)
    assert calendar["METHOD"] == "PUBLISH"
    assert event["SUMMARY"] == "Interview with Cara Candidate"
    assert event.decoded("DTSTART") == interview.starts_at
    assert event.decoded("DTEND") == interview.ends_at
    assert (event["SEQUENCE"], event["LOCATION"], event["STATUS"]) == (2, "Room 3, first floor", "CONFIRMED")
    assert event["UID"] == event_of(get(client, panel[1], "interview-calendar", interview.pk))[1]["UID"]
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(minutes=-15)


def test_calendar_file_withdraws_a_cancelled_interview(client, panel):
    interview = interview_of(panel, state="cancelled", sequence=3)
    calendar, event = event_of(get(client, panel[0], "interview-calendar", interview.pk))
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)
    assert not event.walk("VALARM")


def test_calendar_file_says_nothing_of_what_was_submitted(client, panel):
    interview = interview_of(panel)
    before = get(client, panel[1], "interview-calendar", interview.pk).content
    fill_scorecard(interview, panel[0], evidence="CANARY")
    assert get(client, panel[1], "interview-calendar", interview.pk).content == before


# --- permission -----------------------------------------------------------------------------------------------------


def test_auditor_sees_no_interview(client, panel):
    interview = interview_of(panel)
    auditor = make_person("Ada Auditor")
    grant(auditor, Role.AUDITOR)
    get(client, auditor, "interview-detail", interview.pk, status=404)


def test_panellist_who_left_sees_nothing(client, panel):
    interview = interview_of(panel)
    Panellist.objects.filter(interview=interview, person=panel[1]).delete()
    get(client, panel[1], "interview-detail", interview.pk, status=404)
