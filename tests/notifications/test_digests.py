"""Digests: one mail at its reader's hour with what is new and what is still open; none without anything, none twice."""

import smtplib
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import Count

from notifications import digests
from notifications.actions import dispatch, ledger, notices, preferences, sending
from notifications.actions.digests import forecast, plan_digests
from notifications.digests import Item, Section
from notifications.kinds import PERSONAL_DIGEST, Cadence, Channel, Skip, kind_of
from notifications.models import Delivery
from tests.cast import make_person
from tests.notifications.kinds_of_tests import declared

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAILY = {(PERSONAL_DIGEST, Channel.MAIL): Cadence.DAILY}


@pytest.fixture
def ada():
    return make_person("Ada", email="ada@staff.example")


@pytest.fixture
def work():
    """What waits on each reader, by their key; a test writes into it."""
    with section() as found:
        yield found


@contextmanager
def section(digest=PERSONAL_DIGEST):
    waits: dict[Any, Any] = {}

    def tell(readers, _at):
        asked.append(len(readers))
        return {reader.pk: [Item(name, f"About {name}", href="/") for name in waits.get(reader.pk, ())]
                for reader in readers}  # fmt: skip

    asked = waits["asked"] = []
    known = dict(digests._sections)
    digests._sections.clear()
    digests.declare_section(Section("tests.section", digest, "Tests", tell))
    try:
        yield waits
    finally:
        digests._sections.clear()
        digests._sections.update(known)


def wish(person, cadences=DAILY, *, digest_at=time(8), since=time(20), until=time(7)):
    preferences.set_preferences(
        person=person,
        cadences=dict(cadences),
        since=since,
        until=until,
        digest_at=digest_at,
        paused_until=None,
        at=MONDAY,
    )


def run(at):
    """What the ticks of the moment do, twice each."""
    for _time in range(2):
        plan_digests(at=at)
    for _time in range(2):
        ledger.recover(at=at)
        for chunk in dispatch.take_due(at=at):
            sending.deliver(pks=chunk, clock=lambda: at)


def through(start, days, clock=("02:00", "07:45", "08:00", "09:00", "16:00", "22:00")):
    """When mails went, and which: (moment, subject). Ticks come at these hours of each day, in UTC."""
    told = []
    midnight = start.replace(hour=0, minute=0)
    for day in range(days + 1):
        for hour in clock:
            at = midnight + day * DAY + timedelta(hours=int(hour[:2]), minutes=int(hour[3:]))
            if start <= at < start + days * DAY:
                run(at)
                told += [(at, message.subject) for message in mail.outbox]
                mail.outbox.clear()
    return told


def outcomes():
    return list(Delivery.objects.order_by("pk").values_list("state", "reason"))


def test_weekly_by_itself_on_the_first_working_day(ada, work):
    work[ada.pk] = ["a"]
    told = through(MONDAY - DAY, 15)
    assert told == [
        (MONDAY + 8 * HOUR, "Your work: 1 new"),
        (MONDAY + 7 * DAY + 8 * HOUR, "Your work: 1 still open"),
    ]


def test_daily_on_working_days_with_what_is_new(ada, work):
    wish(ada)
    days = {0: ["a"], 1: ["a", "b"], 2: ["a", "b"], 3: ["b", "c"], 5: ["d"]}
    told = []
    for day in range(7):
        work[ada.pk] = days.get(day, ["b", "c", "d"])
        told += [(at.weekday(), at.hour, subject) for at, subject in through(MONDAY + day * DAY, 1)]
    assert told == [
        (0, 8, "Your work: 1 new"),
        (1, 8, "Your work: 1 new, 1 still open"),
        # On Wednesday there is nothing that was not told on Tuesday.
        (3, 8, "Your work: 1 new, 1 still open"),
        (4, 8, "Your work: 1 new, 2 still open"),
    ]


def test_what_stays_open_is_said_again_after_a_week_and_not_each_day(ada, work):
    wish(ada)
    work[ada.pk] = ["a"]
    assert [at.date().isoformat() for at, _subject in through(MONDAY, 15)] == ["2026-11-23", "2026-11-30", "2026-12-07"]


def test_none_without_anything(ada, work):
    wish(ada)
    assert through(MONDAY, 2) == []
    assert set(outcomes()) == {("skipped", "nothing to tell")}


def test_words_say_what_is_new_and_lead_to_it(ada, work):
    wish(ada)
    work[ada.pk] = ["a"]
    through(MONDAY, 1)
    work[ada.pk] = ["a", "b"]
    run(MONDAY + DAY + 8 * HOUR)
    (message,) = mail.outbox
    assert "- About b *new*" in message.body
    assert "The next comes on Wednesday 25 November, 08:00, if there is something new then." in message.body
    assert "- About a\n" in message.body
    html = message.message().get_payload(1).get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert html.count(">still open<") == 1
    assert "notices/preferences" in html
    assert len(html.encode()) < 40_000


def test_hour_and_zone_are_the_reader_s(work):
    kim = make_person("Kim", time_zone="Asia/Kathmandu", work_days="thu,fri,sat,sun,mon")
    work[kim.pk] = ["a"]
    wish(kim, digest_at=time(9, 30))
    told = through(MONDAY - 3 * DAY, 8, clock=("03:40", "03:45", "03:50", "12:00"))
    # 9:30 in Kathmandu is 3:45 in UTC. Friday is told; Saturday to Monday nothing is new; nothing on days off.
    assert [f"{at:%a %H:%M}" for at, _subject in told] == ["Fri 03:45", "Fri 03:45"]


def test_each_local_day_once_over_both_nights_of_the_clocks(work):
    kim = make_person("Kim", time_zone="Europe/London", work_days="mon,tue,wed,thu,fri,sat,sun")
    wish(kim, digest_at=time(1, 30), since=time(0), until=time(0))
    for start in (datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 10, 23, 12, tzinfo=UTC)):
        told = []
        for day in range(5):
            work[kim.pk] = [f"{start} {day}"]
            told += through(start + day * DAY, 1, clock=("00:00", "00:30", "01:00", "01:30", "02:00", "02:30"))
        assert len(told) == 5
        assert len({at.date() for at, _subject in told}) == 5


def test_whoever_moves_gets_no_day_twice(ada, work):
    wish(ada)
    told = []
    for day, zone in enumerate(["UTC", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata", "UTC"]):
        ada.time_zone = zone
        ada.save(update_fields=["time_zone"])
        work[ada.pk] = [str(day)]
        told += through(MONDAY + day * DAY, 1)
    periods = Delivery.objects.filter(state="sent").values_list("occurrence", flat=True)
    assert len(set(periods)) == len(periods) == len(told)


def test_after_a_day_without_clock_it_is_caught_up_once(ada, work):
    wish(ada)
    work[ada.pk] = ["a"]
    run(MONDAY + 2 * DAY + 13 * HOUR)
    assert len(mail.outbox) == 1
    assert [row[0] for row in outcomes()] == ["sent"]


def test_half_a_day_late_is_too_late(ada, work):
    wish(ada)
    work[ada.pk] = ["a"]
    run(MONDAY + 2 * DAY + 21 * HOUR)
    assert mail.outbox == []
    assert outcomes() == []


def test_who_changes_from_daily_to_weekly_gets_no_second_one(ada, work):
    wish(ada)
    work[ada.pk] = ["a"]
    run(MONDAY + 8 * HOUR)
    wish(ada, {(PERSONAL_DIGEST, Channel.MAIL): Cadence.WEEKLY})
    work[ada.pk] = ["a", "b"]
    run(MONDAY + 9 * HOUR)
    assert len(mail.outbox) == 1
    assert outcomes() == [("sent", ""), ("skipped", "one went already")]


def test_who_wants_none_gets_none(ada, work):
    work[ada.pk] = ["a"]
    wish(ada, {(PERSONAL_DIGEST, Channel.MAIL): Cadence.NEVER})
    assert through(MONDAY, 2) == []
    assert outcomes() == []


def test_switched_off_after_it_was_planned_it_does_not_come(ada, work):
    work[ada.pk] = ["a"]
    plan_digests(at=MONDAY + 8 * HOUR - timedelta(minutes=10))
    wish(ada, {(PERSONAL_DIGEST, Channel.MAIL): Cadence.NEVER})
    run(MONDAY + 8 * HOUR)
    assert outcomes() == [("skipped", "switched off")]


def test_digest_of_leaders_goes_to_who_leads(work):
    boss = make_person("Boss")
    make_person("Left", is_active=False, manager=make_person("Once a boss"))
    make_person("Ben", manager=boss)
    plan_digests(at=MONDAY + 8 * HOUR)
    assert [row.recipient for row in Delivery.objects.filter(kind=digests.LINE.key)] == [boss]


def test_forecast_is_what_is_then_planned(ada, work):
    """Of a week: daily for one, weekly for another, never for a third."""
    make_person("Kim", time_zone="Asia/Kathmandu")
    none = make_person("None")
    wish(ada)
    wish(none, {(PERSONAL_DIGEST, Channel.MAIL): Cadence.NEVER})
    foreseen = {
        (at, kind.key, number) for at, kind, number in forecast(closed={}, since=MONDAY, until=MONDAY + 7 * DAY)
    }
    through(MONDAY, 7)
    planned = Delivery.objects.values_list("due_at", "kind").annotate(number=Count("pk")).order_by()
    assert foreseen == set(planned)
    assert sum(number for _at, _kind, number in foreseen) == 5 + 1


# --- notices that wait for the digest -------------------------------------------------------------------------------


def tell(kind, person, subject, at):
    notices.notify(kind=kind, subject_id=subject, to=[person], at=at, due_at=at)


def test_notice_that_is_wanted_in_the_digest_comes_with_it_and_once(plain, ada, work):
    kind, _teller = plain
    wish(ada, DAILY | {(kind.key, Channel.MAIL): Cadence.DIGEST})
    tell(kind, ada, 7, MONDAY + HOUR)
    told = through(MONDAY + HOUR, 3)
    assert [(at.weekday(), at.hour, subject) for at, subject in told] == [(0, 8, "Your work: 1 new")]
    assert Delivery.objects.get(kind=kind.key, channel="portal").state == "sent"
    carried = Delivery.objects.get(kind=kind.key, channel="mail")
    assert (carried.state, carried.reason) == ("skipped", "in the digest")
    assert carried.carried_by == Delivery.objects.get(kind=PERSONAL_DIGEST, state="sent")


def test_notice_that_is_over_by_then_is_left_out(plain, ada, work):
    kind, teller = plain
    wish(ada, DAILY | {(kind.key, Channel.MAIL): Cadence.DIGEST})
    tell(kind, ada, 7, MONDAY + HOUR)
    run(MONDAY + HOUR)
    teller.says[7] = Skip("over")
    assert through(MONDAY + 2 * HOUR, 1) == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (smtplib.SMTPDataError(554, b"spam"), 1),  # it did not go: the next digest tells
        (ConnectionResetError(), 0),  # nobody knows: never twice
    ],
)
def test_what_a_lost_digest_would_have_told(plain, ada, work, monkeypatch, error, told):
    kind, _teller = plain
    wish(ada, DAILY | {(kind.key, Channel.MAIL): Cadence.DIGEST})
    tell(kind, ada, 7, MONDAY + HOUR)

    def refuse(_self, _messages):
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", refuse)
        through(MONDAY + HOUR, 1)
    assert len(through(MONDAY + DAY, 1)) == told


def test_digest_that_is_tried_again_tells_the_same(plain, ada, work, monkeypatch):
    kind, _teller = plain
    wish(ada, DAILY | {(kind.key, Channel.MAIL): Cadence.DIGEST})
    tell(kind, ada, 7, MONDAY + HOUR)

    def busy(_self, _messages):
        raise smtplib.SMTPDataError(421, b"busy")

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", busy)
        run(MONDAY + HOUR)
        run(MONDAY + 8 * HOUR)
    assert Delivery.objects.get(kind=PERSONAL_DIGEST).state == "planned"
    run(MONDAY + 8 * HOUR + timedelta(minutes=2))
    assert [message.subject for message in mail.outbox] == ["Your work: 1 new"]


def test_day_s_worth_of_mail_sends_the_rest_into_the_digest(ada, work, settings):
    settings.MAILS_A_DAY = 2
    with declared("tests.low", urgency="low", cadence={Channel.MAIL: Cadence.NOW}) as (low, _teller):
        for subject in range(1, 5):
            tell(low, ada, subject, MONDAY + 10 * HOUR)
        run(MONDAY + 10 * HOUR)
        assert len(mail.outbox) == 2
        with declared("tests.urgent", cadence={Channel.MAIL: Cadence.NOW}) as (urgent, _other):
            tell(urgent, ada, 9, MONDAY + 11 * HOUR)
            run(MONDAY + 11 * HOUR)
        assert len(mail.outbox) == 3
        mail.outbox.clear()
        assert [subject for _at, subject in through(MONDAY + 12 * HOUR, 8)] == ["Your work: 2 new"]


def test_without_a_digest_the_rest_comes_at_once(ada, work, settings):
    settings.MAILS_A_DAY = 1
    wish(ada, {(PERSONAL_DIGEST, Channel.MAIL): Cadence.NEVER})
    with declared("tests.low", urgency="low", cadence={Channel.MAIL: Cadence.NOW}) as (low, _teller):
        for subject in (1, 2, 3):
            tell(low, ada, subject, MONDAY + 10 * HOUR)
        run(MONDAY + 10 * HOUR)
    assert len(mail.outbox) == 3


# --- cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 40])
def test_planning_and_writing_ask_the_same_for_any_number(count, work, django_assert_max_num_queries):
    people = [make_person() for _each in range(count)]
    work.update({person.pk: ["a"] for person in people})
    with django_assert_max_num_queries(12):
        plan_digests(at=MONDAY + 8 * HOUR)
    rows = list(Delivery.objects.filter(kind=PERSONAL_DIGEST).select_related("recipient"))
    assert len(rows) == count
    from notifications.reports import due_of

    with django_assert_max_num_queries(7):
        told = kind_of(PERSONAL_DIGEST).compose([due_of(row, MONDAY + 8 * HOUR) for row in rows])
    assert len(told) == count
    assert work["asked"] == [count]
