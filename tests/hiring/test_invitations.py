"""Invitations by mail: who is told what, under one name in their calendar, once for each change, never for nothing."""

from datetime import time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from icalendar import Calendar

from foundation.errors import Refused
from hiring.actions import decisions, interviews
from hiring.actions.interviews import Seat
from hiring.invitations import INTERVIEW_INVITATION
from hiring.models import Interview
from hiring.reports.calendars import interviews_of
from notifications.actions import dispatch, ledger, preferences, sending
from notifications.actions.digests import plan_digests
from notifications.kinds import PERSONAL_DIGEST, Cadence, Channel
from notifications.models import Delivery
from notifications.reports import lines_of
from notifications.steps import Step
from people.models import Person
from tests.cast import NOW, interview_stage, make_application, make_opening, make_person, make_recruiter

pytestmark = pytest.mark.django_db
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
START = NOW + 6 * DAY  # Thursday 26 November, 10:00


@pytest.fixture
def recruiter():
    return make_recruiter("Rosa Recruiter")


@pytest.fixture
def lea():
    return make_person("Lea Lead")


@pytest.fixture
def max_():
    return make_person("Max Member")


@pytest.fixture
def application(recruiter):
    opening = make_opening(title="Agent", recruiters=(recruiter,))
    return make_application(opening, "Cara Candidate", email="cara@mail.example")


def schedule(application, *panel, by, at=NOW, starts_at=START, place="Room 2"):
    seats = [Seat(person, "member" if index else "lead") for index, person in enumerate(panel)]
    return interviews.schedule_interview(
        application=application, stage=interview_stage(application.opening), starts_at=starts_at, panel=seats, by=by,
        at=at, place=place,
    )  # fmt: skip


@pytest.fixture
def interview(application, lea, max_, recruiter):
    """Scheduled, and everybody has been invited."""
    interview = schedule(application, lea, max_, by=recruiter)
    work(NOW + 2 * MINUTE)
    mail.outbox.clear()
    return interview


def wants(person, cadences):
    preferences.set_preferences(
        person=person, cadences=cadences, since=time(20), until=time(7), digest_at=time(8), paused_until=None, at=NOW
    )


def move(interview, recruiter, to, at, **more):
    return interviews.reschedule_interview(interview=interview, starts_at=to, by=recruiter, at=at, **more)


def call_off(interview, recruiter, at):
    return interviews.cancel_interview(interview=interview, reason="CANARY", by=recruiter, at=at)


def work(at):
    """What tick and worker do at the moment."""
    ledger.recover(at=at)
    for chunk in dispatch.take_due(at=at):
        sending.deliver(pks=chunk, clock=lambda: at)


def calendars_of(message):
    """What the mail holds for a calendar: (METHOD, event), the same as an alternative and as a file."""
    parts = {part.get_content_type(): part for part in message.message().walk()}
    shown, attached = parts["text/calendar"], parts["application/ics"]
    content = shown.get_payload(decode=True)
    calendar: Any = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    assert shown.get_param("method") == calendar["METHOD"]
    assert shown.get_content_charset() == "utf-8"
    assert attached.get_filename() == "invite.ics"
    assert attached.get_payload(decode=True).splitlines() == content.splitlines()
    return str(calendar["METHOD"]), event


def told(clear=True):
    """(address, METHOD, SEQUENCE, subject) of each mail that went."""
    found = []
    for message in mail.outbox:
        method, event = calendars_of(message)
        assert event["ATTENDEE"] == f"mailto:{message.to[0]}"
        found.append((message.to[0], method, int(event["SEQUENCE"]), message.subject))
    if clear:
        mail.outbox.clear()
    return sorted(found)


def sent_to(person):
    (message,) = [message for message in mail.outbox if message.to == [getattr(person, "email", person)]]
    return message


def reasons():
    rows = Delivery.objects.filter(channel="mail").exclude(reason="")
    return sorted(set(rows.values_list("state", "reason")))


# --- invited --------------------------------------------------------------------------------------------------------


def test_panel_and_candidate_are_invited_in_a_moment(application, lea, max_, recruiter):
    interview = schedule(application, lea, max_, by=recruiter)
    work(NOW)
    assert mail.outbox == []
    work(NOW + 2 * MINUTE)
    when = "Thursday 26 November, 10:00"
    assert told(clear=False) == sorted([
        ("cara@mail.example", "REQUEST", 0, f"Your interview with Your organisation: {when}"),
        (lea.email, "REQUEST", 0, f"Invitation: interview with Cara Candidate, {when}"),
        (max_.email, "REQUEST", 0, f"Invitation: interview with Cara Candidate, {when}"),
    ])  # fmt: skip
    _method, event = calendars_of(sent_to(lea))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (START, interview.ends_at)
    assert (str(event["LOCATION"]), str(event["SUMMARY"])) == ("Room 2", "Interview with Cara Candidate")
    assert event["URL"].endswith(interview.get_absolute_url())
    assert event["ORGANIZER"] == "mailto:rapport@localhost"
    work(NOW + HOUR)
    assert len(mail.outbox) == 3


def test_mail_says_whether_a_reminder_is_to_come(application, lea, recruiter):
    interview = schedule(application, lea, by=recruiter, starts_at=NOW + 2 * DAY)
    work(NOW + 2 * MINUTE)
    assert ["We remind you the day before." in message.body for message in mail.outbox] == [True, True]
    mail.outbox.clear()
    move(interview, recruiter, NOW + 2 * HOUR, NOW + HOUR)
    work(NOW + HOUR + 2 * MINUTE)
    assert ["We remind you" in message.body for message in mail.outbox] == [False, False]


def test_mail_is_text_page_and_calendar_and_a_file_beside_them(application, lea, recruiter):
    schedule(application, lea, by=recruiter)
    work(NOW + 2 * MINUTE)
    message = sent_to(lea).message()
    body, file = message.get_payload()
    kinds = [part.get_content_type() for part in body.get_payload()]
    assert (message.get_content_type(), body.get_content_type()) == ("multipart/mixed", "multipart/alternative")
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    assert file.get_content_type() == "application/ics"
    assert b"\r\n" in message.as_bytes(linesep="\r\n")


def test_candidate_reads_of_nobody_on_the_panel(application, lea, max_, recruiter):
    schedule(application, lea, max_, by=recruiter)
    work(NOW + 2 * MINUTE)
    message = sent_to("cara@mail.example")
    _method, event = calendars_of(message)
    everything = f"{message.message()}{event.to_ical().decode()}"
    assert "Times are those of UTC." in message.body
    assert [word for word in ("Lea", "Max", "Rosa", "staff.example", "/hiring/") if word in everything] == []


def test_panel_reads_of_nobody_else_s_address(application, lea, max_, recruiter):
    schedule(application, lea, max_, by=recruiter)
    work(NOW + 2 * MINUTE)
    assert max_.email not in str(sent_to(lea).message())


def test_hours_are_those_of_the_reader(application, lea, recruiter):
    Person.objects.filter(pk=lea.pk).update(time_zone="America/New_York")
    application.candidate.time_zone = "Asia/Kathmandu"
    application.candidate.save(update_fields=["time_zone"])
    schedule(application, lea, by=recruiter)
    work(NOW + 8 * HOUR)
    assert "26 November, 05:00" in sent_to(lea).subject
    assert "26 November, 15:45" in sent_to("cara@mail.example").subject
    assert "Times are those of Asia/Kathmandu." in sent_to("cara@mail.example").body


def test_candidate_without_mail_is_skipped_and_the_ledger_says_so(application, lea, recruiter):
    application.candidate.email, application.candidate.phone = "", "555"
    application.candidate.save(update_fields=["email", "phone"])
    schedule(application, lea, by=recruiter)
    work(NOW + 2 * MINUTE)
    assert [to for to, *_rest in told()] == [lea.email]
    assert reasons() == [("skipped", "no address")]


def test_what_is_written_down_afterwards_invites_nobody(application, lea, recruiter):
    schedule(application, lea, by=recruiter, starts_at=NOW - 2 * HOUR)
    work(NOW + 2 * MINUTE)
    assert told() == []
    assert reasons() == [("skipped", "over")]


def test_decided_before_it_left_nobody_is_invited(application, lea, recruiter):
    interview = schedule(application, lea, by=recruiter)
    application.state = "withdrawn"
    application.save(update_fields=["state"])
    work(NOW + 2 * MINUTE)
    assert interview.is_live
    assert told() == []
    assert reasons() == [("skipped", "decided")]


def test_who_switched_the_mail_off_has_the_notice_only(application, lea, recruiter):
    wants(lea, {(INTERVIEW_INVITATION.key, Channel.MAIL): Cadence.NEVER})
    schedule(application, lea, by=recruiter)
    work(NOW + 2 * MINUTE)
    assert [to for to, *_rest in told()] == ["cara@mail.example"]
    assert Delivery.objects.get(recipient=lea, channel="portal").state == "sent"


# --- moved and changed ----------------------------------------------------------------------------------------------


def test_moved_it_is_the_same_event_with_a_higher_sequence(interview, application, lea, max_, recruiter):
    uids: dict[str, set[str]] = {}
    for number, starts_at in enumerate((START + DAY, START + 3 * HOUR, START), start=1):
        at = NOW + number * HOUR
        move(interview, recruiter, starts_at, at)
        work(at + 2 * MINUTE)
        for message in mail.outbox:
            method, event = calendars_of(message)
            assert (method, event["SEQUENCE"], event["DTSTART"].dt) == ("REQUEST", number, starts_at)
            uids.setdefault(message.to[0], set()).add(str(event["UID"]))
        told()
    assert sorted(uids) == sorted(["cara@mail.example", lea.email, max_.email])
    assert [len(names) for names in uids.values()] == [1, 1, 1]
    assert uids[lea.email] == uids[max_.email] != uids["cara@mail.example"]


def test_mail_says_what_it_was_and_what_it_is(interview, lea, recruiter):
    move(interview, recruiter, START + DAY, NOW + HOUR)
    work(NOW + HOUR + 2 * MINUTE)
    for reader in (lea, "cara@mail.example"):
        message = sent_to(reader)
        assert "New time" in message.subject
        assert "Friday 27 November, 10:00" in message.subject
        assert "Was: Thursday 26 November, 10:00" in message.body
        assert f"Now: Friday 27 November, 10:00 to {interview.ends_at:%H:%M}" in message.body


def test_moved_twice_before_it_left_is_one_mail_of_the_last(interview, lea, max_, recruiter):
    move(interview, recruiter, START + DAY, NOW + HOUR)
    move(interview, recruiter, START + 2 * DAY, NOW + HOUR + MINUTE)
    work(NOW + HOUR + 2 * MINUTE)
    assert mail.outbox == []
    work(NOW + HOUR + 3 * MINUTE)
    assert [(to, sequence) for to, _method, sequence, _subject in told(clear=False)] == sorted(
        (to, 2) for to in ("cara@mail.example", lea.email, max_.email)
    )
    assert "Was: Thursday 26 November" in sent_to(lea).body  # which is what their calendar shows
    assert reasons() == [("cancelled", "a later one goes")]


def test_moved_before_the_invitation_left_it_is_an_invitation(application, lea, recruiter):
    interview = schedule(application, lea, by=recruiter)
    move(interview, recruiter, START + DAY, NOW + MINUTE)
    work(NOW + 3 * MINUTE)
    assert [(to, subject) for to, _method, _sequence, subject in told(clear=False)] == [
        ("cara@mail.example", "Your interview with Your organisation: Friday 27 November, 10:00"),
        (lea.email, "Invitation: interview with Cara Candidate, Friday 27 November, 10:00"),
    ]
    assert "Was:" not in sent_to(lea).body


def test_moved_there_and_back_before_it_left_is_said_to_have_changed(interview, lea, recruiter):
    """Told rather than guessed at: the sequence has risen, and calendars want to know."""
    move(interview, recruiter, START + DAY, NOW + HOUR)
    move(interview, recruiter, START, NOW + HOUR + MINUTE)
    work(NOW + HOUR + 3 * MINUTE)
    assert sent_to(lea).subject == "Changed: interview with Cara Candidate, Thursday 26 November, 10:00"


def test_new_place_is_told(interview, lea, recruiter):
    move(interview, recruiter, START, NOW + HOUR, place="Room 3")
    work(NOW + HOUR + 2 * MINUTE)
    assert len(mail.outbox) == 3
    assert "Where: Room 3" in sent_to(lea).body
    assert str(calendars_of(sent_to(lea))[1]["LOCATION"]) == "Room 3"
    assert "has changed" in sent_to("cara@mail.example").subject


def test_saved_without_a_change_nobody_is_told(interview, recruiter):
    move(interview, recruiter, START.astimezone(ZoneInfo("Asia/Tokyo")), NOW + HOUR, place="Room 2")
    work(NOW + HOUR + 2 * MINUTE)
    assert told() == []


@pytest.mark.parametrize(("day", "hour"), [((2027, 3, 28), 8), ((2027, 3, 27), 9), ((2027, 10, 31), 9)])
def test_over_a_change_of_the_clocks_mail_and_calendar_agree(application, lea, recruiter, day, hour):
    Person.objects.filter(pk=lea.pk).update(time_zone="Europe/Berlin")
    wall = NOW.replace(year=day[0], month=day[1], day=day[2], hour=10).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    schedule(application, lea, by=recruiter, starts_at=wall)
    work(NOW + 2 * MINUTE)
    _method, event = calendars_of(sent_to(lea))
    assert event["DTSTART"].dt.hour == hour
    assert sent_to(lea).subject.endswith("10:00")


# --- the panel ------------------------------------------------------------------------------------------------------


def set_panel(interview, recruiter, at, *seats):
    return interviews.set_panel(interview=interview, panel=[Seat(*seat) for seat in seats], by=recruiter, at=at)


def test_who_joins_is_invited_who_leaves_is_taken_out_and_nobody_else_hears_of_it(interview, lea, max_, recruiter):
    nina = make_person("Nina New")
    set_panel(interview, recruiter, NOW + HOUR, (lea, "lead"), (nina, "member"))
    work(NOW + HOUR + 2 * MINUTE)
    when = "Thursday 26 November, 10:00"
    assert told(clear=False) == sorted([
        (max_.email, "CANCEL", 1, f"You are off the panel: Cara Candidate, {when}"),
        (nina.email, "REQUEST", 1, f"Invitation: interview with Cara Candidate, {when}"),
    ])  # fmt: skip
    assert "/hiring/" not in sent_to(max_).body.replace("/notices/", "")  # no link to what is closed to them by now


def test_who_comes_back_is_invited_anew_above_the_cancellation(interview, lea, max_, recruiter):
    set_panel(interview, recruiter, NOW + HOUR, (lea, "lead"))
    work(NOW + HOUR + 2 * MINUTE)
    set_panel(interview, recruiter, NOW + 2 * HOUR, (lea, "lead"), (max_, "member"))
    work(NOW + 2 * HOUR + 2 * MINUTE)
    assert [(to, method, sequence) for to, method, sequence, _subject in told()] == [
        (max_.email, "CANCEL", 1),
        (max_.email, "REQUEST", 2),
    ]


def test_off_and_on_again_before_it_left_is_a_change_of_nothing_but_the_number(interview, lea, max_, recruiter):
    set_panel(interview, recruiter, NOW + HOUR, (lea, "lead"))
    set_panel(interview, recruiter, NOW + HOUR + MINUTE, (lea, "lead"), (max_, "member"))
    work(NOW + HOUR + 3 * MINUTE)
    assert [(to, method, sequence) for to, method, sequence, _subject in told()] == [(max_.email, "REQUEST", 2)]


def test_joined_and_left_before_it_left_is_told_nothing(interview, lea, max_, recruiter):
    nina = make_person("Nina New")
    set_panel(interview, recruiter, NOW + HOUR, (lea, "lead"), (max_, "member"), (nina, "member"))
    set_panel(interview, recruiter, NOW + HOUR + MINUTE, (lea, "lead"), (max_, "member"))
    work(NOW + HOUR + 3 * MINUTE)
    assert told() == []
    assert ("skipped", "never invited") in reasons()


def test_another_part_on_the_panel_is_told_to_those_who_have_it(interview, lea, max_, recruiter):
    set_panel(interview, recruiter, NOW + HOUR, (lea, "lead"), (max_, "shadow"))
    work(NOW + HOUR + 2 * MINUTE)
    assert [to for to, *_rest in told(clear=False)] == [max_.email]
    assert "Your part: Shadow" in sent_to(max_).body
    assert calendars_of(sent_to(max_))[1]["ATTENDEE"].params["ROLE"] == "OPT-PARTICIPANT"


def test_panel_set_while_the_invitation_waits_takes_it_from_nobody(application, lea, max_, recruiter):
    interview = schedule(application, lea, by=recruiter)
    set_panel(interview, recruiter, NOW + MINUTE, (lea, "lead"), (max_, "member"))
    work(NOW + 3 * MINUTE)
    assert [to for to, *_rest in told()] == sorted(["cara@mail.example", lea.email, max_.email])


# --- called off -----------------------------------------------------------------------------------------------------


def test_cancelled_it_leaves_every_calendar(interview, lea, max_, recruiter):
    call_off(interview, recruiter, NOW + HOUR)
    work(NOW + HOUR + 2 * MINUTE)
    when = "Thursday 26 November, 10:00"
    assert told(clear=False) == sorted([
        ("cara@mail.example", "CANCEL", 1, f"Cancelled: your interview with Your organisation, {when}"),
        (lea.email, "CANCEL", 1, f"Cancelled: interview with Cara Candidate, {when}"),
        (max_.email, "CANCEL", 1, f"Cancelled: interview with Cara Candidate, {when}"),
    ])  # fmt: skip
    assert [message for message in mail.outbox if "CANARY" in str(message.message())] == []  # why is for the page


def test_cancelled_before_the_invitation_left_nothing_is_sent_at_all(application, lea, recruiter):
    interview = schedule(application, lea, by=recruiter)
    call_off(interview, recruiter, NOW + MINUTE)
    work(NOW + HOUR)
    assert told() == []
    assert reasons() == [("cancelled", "a later one goes"), ("skipped", "never invited")]
    assert not Delivery.objects.filter(channel="portal", state="sent").exists()


def test_moved_and_cancelled_before_it_left_is_the_cancellation_alone(interview, recruiter):
    move(interview, recruiter, START + DAY, NOW + HOUR)
    call_off(interview, recruiter, NOW + HOUR + MINUTE)
    work(NOW + HOUR + 3 * MINUTE)
    assert {(method, sequence) for _to, method, sequence, _subject in told()} == {("CANCEL", 2)}


def test_decision_that_cancels_it_tells_of_it(interview, application, lea, recruiter):
    manager = application.opening.hiring_manager
    decisions.decide(
        application=application, outcome="reject", reason="Enough seen.", by=manager, at=NOW + HOUR
    )  # fmt: skip
    work(NOW + HOUR + 2 * MINUTE)
    assert {method for _to, method, *_rest in told()} == {"CANCEL"}


def test_what_is_over_is_not_called_off_any_more(interview, recruiter):
    call_off(interview, recruiter, interview.ends_at)
    work(interview.ends_at + 2 * MINUTE)
    assert told() == []


def test_candidate_who_did_not_come_stays_in_the_calendars(interview, recruiter):
    interviews.mark_no_show(interview=interview, by=recruiter, at=START + 10 * MINUTE)
    work(START + 12 * MINUTE)
    interviews.take_up_interview(interview=Interview.objects.get(pk=interview.pk), by=recruiter, at=START + 15 * MINUTE)
    work(START + 20 * MINUTE)
    assert told() == []


def test_held_earlier_than_planned_the_old_hour_is_given_free(interview, recruiter):
    """Moved into the past: in calendars it still stands in days to come."""
    move(interview, recruiter, NOW - 2 * HOUR, NOW + HOUR)
    work(NOW + HOUR + 2 * MINUTE)
    assert {(method, sequence) for _to, method, sequence, _subject in told()} == {("REQUEST", 1)}


def test_who_has_left_is_told_nothing(interview, lea, recruiter):
    Person.objects.filter(pk=lea.pk).update(is_active=False)
    call_off(interview, recruiter, NOW + HOUR)
    work(NOW + HOUR + 2 * MINUTE)
    assert lea.email not in [to for to, *_rest in told()]


# --- blind ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["schedule", "move", "leave", "cancel"])
def test_blind_panel_is_told_no_name_by_anything(application, lea, max_, recruiter, deed):
    application.opening.blind = True
    application.opening.save(update_fields=["blind"])
    interview = schedule(application, lea, max_, by=recruiter)
    work(NOW + 2 * MINUTE)
    if deed != "schedule":
        mail.outbox.clear()
    if deed == "move":
        move(interview, recruiter, START + DAY, NOW + HOUR)
    if deed == "leave":
        set_panel(interview, recruiter, NOW + HOUR, (lea, "lead"))
    if deed == "cancel":
        call_off(interview, recruiter, NOW + HOUR)
    work(NOW + HOUR + 2 * MINUTE)
    message = sent_to(max_)
    assert "Candidate 1" in message.subject
    assert str(calendars_of(message)[1]["SUMMARY"]) == "Interview with Candidate 1"
    assert [word for word in ("Cara", "cara@") if word in f"{message.message()}{message.body}"] == []
    titles = [line.title for line in lines_of(Delivery.objects.shown_to(max_))]
    assert [title for title in titles if "Cara" in title] == []
    assert [event.summary for event in interviews_of(max_, NOW, NOW + 30 * DAY)] in (
        ["Interview with Candidate 1"], [],
    )  # fmt: skip


# --- the ledger -----------------------------------------------------------------------------------------------------


def test_rolled_back_it_was_never_planned(application, lea, recruiter):
    interview = schedule(application, lea, by=recruiter)
    before = Delivery.objects.count()
    with pytest.raises(Refused):
        interviews.set_panel(interview=interview, panel=[], by=recruiter, at=NOW)
    assert Delivery.objects.count() == before


def test_invitation_in_a_worker_s_hands_does_not_leave_once_it_is_cancelled(application, lea, recruiter):
    """What was composed before the cancellation must not go after it: nothing would ever take it out again."""
    interview = schedule(application, lea, by=recruiter)
    token, at = uuid4(), NOW + 2 * MINUTE
    held = ledger.claim(pks=Delivery.objects.values_list("pk", flat=True), token=token, at=at)
    call_off(interview, recruiter, at)
    assert [ledger.begin(pk=row.pk, token=token, at=at) for row in held] == [False] * len(held)
    work(at + HOUR)
    assert told() == []


def test_invitation_that_may_have_left_is_taken_back(application, lea, recruiter):
    """Nobody knows whether it arrived: a cancellation for nothing does less harm than a meeting that is none."""
    interview = schedule(application, lea, by=recruiter)
    token, at = uuid4(), NOW + 2 * MINUTE
    rows = Delivery.objects.filter(recipient=lea, channel="mail")
    ledger.claim(pks=[rows.get().pk], token=token, at=at)
    assert ledger.begin(pk=rows.get().pk, token=token, at=at)
    call_off(interview, recruiter, at)
    work(at + 2 * MINUTE)
    assert [(to, method) for to, method, *_rest in told()] == [(lea.email, "CANCEL")]
    work(at + HOUR)
    assert told() == []
    assert rows.get(occurrence__startswith="0-").state == "unknown"


def test_invitation_that_comes_back_after_the_next_was_planned_is_overtaken(application, lea, recruiter):
    """It was on its way when the interview was moved, and the server would not take it."""
    interview = schedule(application, lea, by=recruiter)
    token, at = uuid4(), NOW + 2 * MINUTE
    row = Delivery.objects.get(recipient=lea, channel="mail")
    ledger.claim(pks=[row.pk], token=token, at=at)
    assert ledger.begin(pk=row.pk, token=token, at=at)
    move(interview, recruiter, START + DAY, at)
    assert ledger.put_off(delivery=row, token=token, reason="not taken", at=at)
    for minutes in (1, 2, 3, 60):
        work(at + minutes * MINUTE)
    assert [(to, sequence) for to, _method, sequence, _subject in told()] == [("cara@mail.example", 1), (lea.email, 1)]
    assert ("skipped", "a later one goes") in reasons()


def test_inbox_shows_the_latest_as_open_and_the_earlier_as_over(interview, lea, recruiter, django_assert_num_queries):
    move(interview, recruiter, START + DAY, NOW + HOUR)
    work(NOW + HOUR + 2 * MINUTE)
    rows = list(Delivery.objects.shown_to(lea).select_related("recipient").order_by("pk"))
    with django_assert_num_queries(2):
        lines = lines_of(rows)
    assert [(line.title, line.is_open) for line in lines] == [
        ("Invitations to interviews", False),
        ("New time: interview with Cara Candidate, Friday 27 November, 10:00", True),
    ]
    assert [text for text in lines[1].text if "mail" in text or "Accept" in text] == []


def test_name_of_a_step_is_read_back_as_it_was_written(interview):
    step = Step(1234567, invited=False, starts_at=START)
    assert Step.parse(str(step)) == step
    assert len(str(step)) <= 64
    assert str(Step.of(interview, invited=True)) == "0-in-20261126T1000Z"


def test_who_wants_it_in_the_digest_reads_there_of_the_cancellation_too(application, lea, recruiter):
    wants(
        lea, {(INTERVIEW_INVITATION.key, Channel.MAIL): Cadence.DIGEST, (PERSONAL_DIGEST, Channel.MAIL): Cadence.DAILY}
    )
    interview = schedule(application, lea, by=recruiter)
    told_of = []
    for day in (3, 4, 5):  # Monday to Wednesday
        at = NOW.replace(hour=8) + day * DAY
        if day == 4:
            call_off(interview, recruiter, at - HOUR)
        work(at - HOUR + 2 * MINUTE)
        plan_digests(at=at)
        work(at)
        told_of += [line for line in lines_to(lea) if line.startswith(("- Invitation", "- Cancelled"))]
        mail.outbox.clear()
    assert told_of == [
        "- Invitation: interview with Cara Candidate, Thursday 26 November, 10:00 (Agent · Interview) *new*",
        "- Cancelled: interview with Cara Candidate, Thursday 26 November, 10:00 (Agent · Interview) *new*",
    ]


def lines_to(person):
    return [line for message in mail.outbox if message.to == [person.email] for line in message.body.splitlines()]
