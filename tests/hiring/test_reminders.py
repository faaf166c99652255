"""Reminders of interviews and scorecards: planned by the clock, looked at again before they leave."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from hiring import notices
from hiring.actions import decisions, interviews, reminders
from hiring.models import Interview, Panellist
from notifications.actions import dispatch, ledger, sending
from notifications.kinds import closed_subjects
from notifications.models import Delivery
from notifications.reports import lines_of
from tests.cast import (
    NOW,
    fill_scorecard,
    fresh,
    make_application,
    make_interview,
    make_opening,
    make_person,
    make_recruiter,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at_work_every_day(person):
    person.work_days = "mon,tue,wed,thu,fri,sat,sun"
    person.save(update_fields=["work_days"])
    return person


@pytest.fixture
def recruiter():
    return at_work_every_day(make_recruiter("Rosa Recruiter"))


@pytest.fixture
def lea():
    return at_work_every_day(make_person("Lea Lead"))


@pytest.fixture
def max_():
    return at_work_every_day(make_person("Max Member"))


@pytest.fixture
def interview(recruiter, lea, max_):
    opening = make_opening(title="Agent", recruiters=(recruiter,))
    application = make_application(opening, "Cara Candidate", email="cara@mail.example")
    return make_interview(application, (lea, max_), starts_at=NOW + 2 * DAY, place="Room 2")


def run(at):
    """Every tick that a day's beat would make, twice."""
    for _time in range(2):
        reminders.plan_reminders(at=at)
        ledger.recover(at=at)
        for chunk in dispatch.take_due(at=at):
            sending.deliver(pks=chunk, clock=lambda: at)


def letters():
    """The reminders among what was sent: invitations have tests of their own."""
    keys = {kind.key.replace("_", "-") for kind in notices.KINDS}
    sent = [message for message in mail.outbox if message.extra_headers["List-Id"].strip("<").startswith(tuple(keys))]
    found = sorted((message.to[0], message.subject) for message in sent)
    mail.outbox.clear()
    return found


def reminded(*fields):
    """What the ledger says of reminders."""
    return set(Delivery.objects.filter(kind__in=[kind.key for kind in notices.KINDS]).values_list(*fields))


def through(start, stop, step=timedelta(minutes=5)):
    at = start
    while at <= stop:
        run(at)
        at += step


def test_panel_and_candidate_are_reminded_a_day_before(interview, lea, max_):
    run(interview.starts_at - DAY - timedelta(minutes=10))
    assert letters() == []
    run(interview.starts_at - DAY)
    when = "Tomorrow, 10:00"
    assert letters() == sorted([
        ("cara@mail.example", f"{when}: your interview with Your organisation"),
        (lea.email, f"{when}: interview with Cara Candidate"),
        (max_.email, f"{when}: interview with Cara Candidate"),
    ])  # fmt: skip


def test_after_a_night_without_beat_it_is_caught_up_once(interview):
    run(interview.starts_at - 6 * HOUR)
    assert [to for to, _subject in letters()] == ["cara@mail.example"]
    run(interview.starts_at - 3 * HOUR)  # seven in the morning: the panel is left alone until then
    assert len(letters()) == 2
    run(interview.starts_at - 2 * HOUR)
    assert letters() == []


def test_too_late_is_not_told(interview):
    run(interview.starts_at - HOUR / 2)
    assert letters() == []


def test_moved_interview_is_reminded_of_at_its_new_hour_only(interview, recruiter):
    reminders.plan_reminders(at=interview.starts_at - DAY - timedelta(minutes=10))
    interviews.reschedule_interview(
        interview=interview, starts_at=interview.starts_at + DAY, by=recruiter, at=interview.starts_at - DAY - HOUR
    )
    old = interview.starts_at
    interview = Interview.objects.get(pk=interview.pk)
    mail.outbox.clear()
    run(old - DAY)
    assert letters() == []
    run(interview.starts_at - DAY)
    assert len(letters()) == 3


def test_reminders_of_an_hour_that_is_given_up_are_taken_back_and_come_again_with_it(interview, recruiter):
    first, early = interview.starts_at, interview.starts_at - DAY - timedelta(minutes=10)
    reminders.plan_reminders(at=early)
    assert reminded("state") == {("planned",)}
    interviews.reschedule_interview(interview=interview, starts_at=first + DAY, by=recruiter, at=early)
    assert reminded("state", "reason") == {("cancelled", "moved")}
    interviews.reschedule_interview(interview=interview, starts_at=first, by=recruiter, at=early)
    run(first - DAY)
    assert len(letters()) == 3
    assert reminded("state") == {("sent",)}


def test_new_place_at_the_same_hour_takes_no_reminder_back_whatever_zone_the_form_is_in(interview, recruiter):
    early = interview.starts_at - DAY - timedelta(minutes=10)
    reminders.plan_reminders(at=early)
    local = interview.starts_at.astimezone(ZoneInfo("Asia/Tokyo"))
    interviews.reschedule_interview(interview=interview, starts_at=local, place="Room 3", by=recruiter, at=early)
    assert reminded("state") == {("planned",)}


def test_cancelled_interview_is_not_reminded_of(interview, recruiter):
    early = interview.starts_at - DAY - timedelta(minutes=10)
    reminders.plan_reminders(at=early)
    interviews.cancel_interview(interview=interview, reason="Budget", by=recruiter, at=early)
    assert reminded("state", "reason") == {("cancelled", "cancelled")}
    run(interview.starts_at - DAY)
    assert letters() == []


def test_candidate_without_a_zone_is_told_in_that_of_who_hires(interview):
    manager = interview.application.opening.hiring_manager
    manager.time_zone = "America/New_York"
    manager.save(update_fields=["time_zone"])
    run(interview.starts_at - DAY)
    (told,) = [message for message in mail.outbox if message.to == ["cara@mail.example"]]
    assert told.subject.startswith("Tomorrow, 05:00")
    assert "Times are those of America/New York." in told.body


def test_first_scorecard_of_the_panel_does_not_close_the_reminder_to_the_others(interview, lea, max_):
    """It makes the interview one that was held: of which whoever owes a scorecard learns nothing."""
    run(interview.starts_at - DAY)
    fill_scorecard(interview, max_)
    assert Interview.objects.get(pk=interview.pk).state == "held"
    told = Delivery.objects.filter(recipient=lea, channel="portal").select_related("recipient")
    assert [line.is_open for line in lines_of(told)] == [True]


def test_blind_panel_learns_no_name(interview, lea):
    interview.application.opening.blind = True
    interview.application.opening.save(update_fields=["blind"])
    run(interview.starts_at - DAY)
    told = [message for message in mail.outbox if message.to == [lea.email]]
    assert [message.subject for message in told] == ["Tomorrow, 10:00: interview with Candidate 1"]
    assert "Cara" not in str(told[0].message())


@pytest.mark.once
def test_scorecard_is_asked_for_three_times_then_the_recruiter_once_then_silence(interview, lea, max_, recruiter):
    Interview.objects.filter(pk=interview.pk).update(starts_at=NOW - 2 * HOUR, ends_at=NOW - HOUR)
    fill_scorecard(interview, max_)
    told = []
    end = NOW - HOUR
    at = end
    while at < end + 10 * DAY:
        run(at)
        told += [(round((at - end) / HOUR), *letter) for letter in letters()]
        at += HOUR
    assert told == [
        (0, lea.email, "Your scorecard of Cara Candidate is due"),
        (24, lea.email, "Still open: your scorecard of Cara Candidate"),
        (72, lea.email, "Still open: your scorecard of Cara Candidate"),
        (96, recruiter.email, "Scorecards of Cara Candidate are missing"),
        (168, interview.application.opening.hiring_manager.email, "A week later, Cara Candidate is still sealed"),
    ]


def test_recruiter_who_owes_a_scorecard_is_not_told_of_others(interview, max_, recruiter):
    interview.panellists.filter(person=max_).delete()
    Panellist.objects.create(interview=interview, person=recruiter, role="member")
    Interview.objects.filter(pk=interview.pk).update(starts_at=NOW - 5 * DAY - HOUR, ends_at=NOW - 5 * DAY)
    run(NOW)
    assert "Scorecards of Cara Candidate are missing" not in [subject for _to, subject in letters()]


def sealed_for_a_week(interview, max_):
    Interview.objects.filter(pk=interview.pk).update(starts_at=NOW - 7 * DAY - HOUR, ends_at=NOW - 7 * DAY)
    fill_scorecard(interview, max_)


def test_who_decides_is_told_once_that_an_interview_is_still_sealed(interview, max_):
    manager = at_work_every_day(interview.application.opening.hiring_manager)
    sealed_for_a_week(interview, max_)
    told = []
    for hour in range(-6, 24 * 6, 6):
        run(NOW + hour * HOUR)
        told += [(hour, subject) for to, subject in letters() if to == manager.email]
    assert told == [(0, "A week later, Cara Candidate is still sealed")]


def test_who_decides_and_owes_a_scorecard_is_told_nothing(interview, max_):
    manager = at_work_every_day(interview.application.opening.hiring_manager)
    Panellist.objects.create(interview=interview, person=manager, role="member")
    sealed_for_a_week(interview, max_)
    run(NOW)
    assert [subject for to, subject in letters() if to == manager.email] == []


def revealed(interview, *people, ago):
    """All scorecards came in so long ago."""
    for person in people:
        fill_scorecard(interview, person)
    Interview.objects.filter(pk=interview.pk).update(
        starts_at=NOW - ago - 2 * HOUR, ends_at=NOW - ago - HOUR, revealed_at=NOW - ago, reveal="complete", state="held"
    )


@pytest.mark.once
def test_decision_is_asked_for_at_widening_gaps_then_silence(interview, lea, max_):
    manager = at_work_every_day(interview.application.opening.hiring_manager)
    revealed(interview, lea, max_, ago=timedelta(0))
    told = []
    for hour in range(0, 24 * 20, 6):
        run(NOW + hour * HOUR)
        told += [(hour / 24, subject) for to, subject in letters() if to == manager.email]
    said = "Cara Candidate waits for your decision"
    assert told == [(2.0, said), (5.0, said), (12.0, said)]


def test_many_candidates_of_a_stage_are_one_reminder(interview, lea, max_):
    manager = at_work_every_day(interview.application.opening.hiring_manager)
    revealed(interview, lea, max_, ago=2 * DAY)
    for number in range(3):
        application = make_application(interview.application.opening, f"Dora {number}")
        revealed(make_interview(application, (lea,)), lea, ago=DAY + number * HOUR)
    run(NOW)
    (told,) = [message for message in mail.outbox if message.to == [manager.email]]
    assert told.subject == "4 candidates wait for your decision"
    assert "For 2 days all scorecards are in." in told.body


def test_decided_it_is_asked_for_no_more_and_the_inbox_says_so(interview, lea, max_):
    manager = at_work_every_day(interview.application.opening.hiring_manager)
    revealed(interview, lea, max_, ago=2 * DAY)
    run(NOW)
    told = Delivery.objects.filter(recipient=manager, channel="portal", state="sent").select_related("recipient")
    assert [line.is_open for line in lines_of(told)] == [True]
    decisions.decide(
        application=interview.application, outcome="hold", reason="Ask the team.", by=fresh(manager), at=NOW
    )
    assert [line.is_open for line in lines_of(told)] == [False]
    letters()
    run(NOW + 3 * DAY)
    assert [subject for to, subject in letters() if to == manager.email] == []


def test_who_decides_and_owes_is_not_asked_for_a_decision(interview, lea, max_):
    manager = at_work_every_day(interview.application.opening.hiring_manager)
    revealed(interview, lea, max_, ago=2 * DAY)
    second = make_interview(interview.application, (manager,), starts_at=NOW - 3 * HOUR)
    run(NOW)
    assert [subject for to, subject in letters() if to == manager.email and "decision" in subject] == []
    assert second.state == "scheduled"


def test_what_is_in_is_asked_for_no_more(interview, lea, max_):
    Interview.objects.filter(pk=interview.pk).update(starts_at=NOW - 2 * HOUR, ends_at=NOW - HOUR)
    reminders.plan_reminders(at=NOW - HOUR - timedelta(minutes=10))
    fill_scorecard(interview, lea)
    run(NOW - HOUR)
    assert letters() == [(max_.email, "Your scorecard of Cara Candidate is due")]


def test_weekend_is_nobody_s_and_monday_has_one_mail_of_it(interview, lea, max_):
    lea.work_days = "mon,tue,wed,thu,fri"
    lea.save(update_fields=["work_days"])
    saturday = NOW + timedelta(days=(5 - NOW.weekday()) % 7)
    Interview.objects.filter(pk=interview.pk).update(starts_at=saturday - HOUR, ends_at=saturday)
    fill_scorecard(interview, max_)
    told = []
    at = saturday
    while at < saturday + timedelta(days=2):
        run(at)
        told += [(at.weekday(), at.hour, subject) for _to, subject in letters()]
        at += HOUR
    assert told == [(0, 7, "Still open: your scorecard of Cara Candidate")]


@pytest.mark.once
def test_each_mail_says_when_the_next_comes(interview, recruiter, lea):
    """The promise of one mail is the date of the next: both are read from the mails of a whole life."""
    through(interview.starts_at - DAY, interview.ends_at + 5 * DAY, HOUR)
    said = [
        (message.subject.partition(":")[0], sentence)
        for message in mail.outbox
        for sentence in (
            "The next comes an hour before, in the portal.", "No other reminder of it comes.",
            "The next comes in a day, if it is still open.", "The next comes in two days, if it is still open.",
            "This is the last reminder.", "It comes only once.",
        )
        if message.to[0] in {lea.email, recruiter.email, "cara@mail.example"} and sentence in message.body
    ]  # fmt: skip
    assert sorted(said) == [
        ("Scorecards of Cara Candidate are missing", "It comes only once."),
        ("Still open", "The next comes in two days, if it is still open."),
        ("Still open", "This is the last reminder."),
        ("Tomorrow, 10", "No other reminder of it comes."),
        ("Tomorrow, 10", "The next comes an hour before, in the portal."),
        ("Your scorecard of Cara Candidate is due", "The next comes in a day, if it is still open."),
    ]


def test_candidate_stops_reminders_by_the_link_in_the_mail(interview, recruiter, client):
    run(interview.starts_at - DAY)
    (message,) = [message for message in mail.outbox if message.to == ["cara@mail.example"]]
    assert client.post(message.extra_headers["List-Unsubscribe"].strip("<>")).status_code == 200
    mail.outbox.clear()
    again = interview.starts_at + DAY
    interviews.reschedule_interview(interview=interview, starts_at=again, by=recruiter, at=interview.starts_at - DAY)
    mail.outbox.clear()
    run(again - DAY)
    assert "cara@mail.example" not in [to for to, _subject in letters()]
    assert ("mail", "skipped", "switched off") in Delivery.objects.values_list("channel", "state", "reason")


def test_forecast_is_what_the_planner_then_plans(interview, recruiter):
    """Of an interview in two days on which nobody writes a scorecard, all that it brings within a week."""
    since, until = NOW, NOW + 7 * DAY
    foreseen: Counter[tuple[str, datetime]] = Counter()
    for due_at, kind, number in reminders.forecast(closed=closed_subjects(recruiter), since=since, until=until):
        foreseen[kind.key, due_at] += number
    at = since
    while at <= until:
        reminders.plan_reminders(at=at)
        at += HOUR
    told = Delivery.objects.filter(due_at__lte=until).exclude(kind="hiring.interview_soon", channel="mail")
    assert foreseen == Counter(told.values_list("kind", "due_at"))
    assert sum(foreseen.values()) == 2 * 2 + 1 + 2 + 3 * 2 * 2 + 2


def test_forecast_tells_nobody_who_owes_a_scorecard_how_far_the_others_are(interview, lea):
    assert not list(reminders.forecast(closed=closed_subjects(lea), since=NOW, until=NOW + 7 * DAY))
