"""Webhooks of teams: who hears of what, what is posted, and what becomes of it, with a receiver on a real socket."""

import json
import logging
import socket
from datetime import time, timedelta
from itertools import count, pairwise
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction

from foundation.errors import Invalid, Refused
from notifications import egress, events, signatures, tasks, webhook_reports
from notifications.actions import announcements, dispatch, ledger, notices, posting, sending, webhooks
from notifications.events import News, Skip
from notifications.models import Delivery, Webhook, WebhookTry
from notifications.notices import WEBHOOK_OFF
from people.models import AuditEntry, Role
from tests.cast import NOW, make_person, make_team
from tests.notifications import kinds_of_tests
from tests.notifications.events_of_tests import declared, make_webhook
from tests.notifications.receivers_of_tests import OK, hang, plain, receiving

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def happened():
    """(event, teller)"""
    with declared() as found:
        yield found


@pytest.fixture
def receiver():
    with receiving() as found:
        yield found


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(egress, "SECONDS", 1.5)


def announce(event, team, *subjects, at=NOW, occurrence=""):
    for subject in subjects:
        announcements.announce(event=event, subject_id=subject, teams=[team.pk], at=at, occurrence=occurrence)


def work(at=NOW):
    """What tick and workers do at the moment, until nothing is due."""
    ledger.recover(at=at)
    for chunk in dispatch.take_due(at=at):
        sending.deliver(pks=chunk, clock=lambda: at)
    while chunks := dispatch.take_due_of_chat(at=at):
        for chunk in chunks:
            posting.deliver(pks=chunk, clock=lambda: at)


def work_until(end, at=NOW):
    """Tick each time that something is due, and say when that was."""
    moments = []
    while at <= end:
        before = Delivery.objects.of_chat().get().attempts
        work(at)
        row = Delivery.objects.of_chat().get()
        if row.attempts > before:
            moments.append(at)
        if row.state != "planned":
            break
        at = max(row.due_at, at + timedelta(seconds=1))
    return moments


def states():
    found = Delivery.objects.of_chat().order_by("pk")
    return [(row.subject_id, row.state, row.reason) for row in found]


def bodies(receiver):
    return [json.loads(request.body) for request in receiver.requests]


# --- who hears of what ----------------------------------------------------------------------------------------------


def test_what_happened_is_posted_once(happened, receiver):
    event, _teller = happened
    team = make_team()
    make_webhook(team, receiver.url)
    for _time in range(2):
        announce(event, team, 1, 2)
        work()
    assert states() == [(1, "sent", ""), (2, "sent", "")]
    assert [body["data"] for body in bodies(receiver)] == [{"thing": 1}, {"thing": 2}]
    assert bodies(receiver)[0]["type"] == "tests.happened"
    assert bodies(receiver)[0]["timestamp"] == "2026-11-20T10:00:00Z"


def test_only_the_team_s_and_those_above_that_ask_for_it_hear(happened):
    event, _teller = happened
    team = make_team("Service/Shops/Leeds")
    places = {"Service/Shops/Leeds": 0, "Service/Shops": True, "Service": False, "Service/Hotel": True}
    made = {
        path: make_webhook(make_team(path), "http://127.0.0.1:9/x", teams_below=bool(below))[0]
        for path, below in places.items()
    }
    make_webhook(team, "http://127.0.0.1:9/x", events=["hiring.opening_opened"])
    announce(event, team, 1)
    heard = set(Delivery.objects.of_chat().values_list("reader", flat=True))
    assert heard == {made["Service/Shops/Leeds"].reader, made["Service/Shops"].reader}


def test_feature_is_told_whose_facts_the_chat_may_hear(happened, receiver):
    event, teller = happened
    team, below = make_team("Service"), make_team("Service/Shops")
    make_webhook(team, receiver.url, teams_below=True)
    make_webhook(team, receiver.url)
    announce(event, team, 1)
    work()
    assert sorted(len(one.teams) for one in teller.asked[0]) == [1, 2]
    assert {pk for one in teller.asked[0] for pk in one.teams} == {team.pk, below.pk}


def test_looked_at_again_before_it_leaves(happened, receiver):
    event, teller = happened
    team = make_team()
    make_webhook(team, receiver.url)
    announce(event, team, 1, 2, 3)
    teller.says = {1: Skip("no longer so"), 2: RuntimeError("spoils the chunk")}
    work()
    assert states() == [(1, "skipped", "no longer so"), (2, "planned", "not composed"), (3, "sent", "")]
    assert len(receiver.requests) == 1


def test_rolled_back_is_never_told(happened, receiver):
    event, _teller = happened
    team = make_team()
    make_webhook(team, receiver.url)
    with transaction.atomic():
        announce(event, team, 1)
        transaction.set_rollback(True)
    assert states() == []


@pytest.mark.parametrize(("form", "holds"), [("slack", "blocks"), ("teams", "attachments"), ("generic", "timestamp")])
def test_each_form_gets_its_own_words(happened, receiver, form, holds):
    event, teller = happened
    team = make_team()
    make_webhook(team, receiver.url, form=form)
    teller.says = {1: News("Something", href="/x", action="Open", data={"thing": 1})}
    announce(event, team, 1)
    work()
    (body,) = bodies(receiver)
    assert holds in body
    assert "https://testserver/x" in json.dumps(body)
    assert ("webhook-signature" in receiver.requests[0].headers) == (form == "generic")


def test_daily_is_told_once_a_day_at_its_hour_on_the_chat_s_wall(happened):
    event, _teller = happened
    team = make_team()
    make_webhook(team, "http://127.0.0.1:9/x", at=NOW - 3 * DAY)

    def plan(at):
        announcements.announce_daily(event=event, hour=time(8), at=at)

    for minutes in range(0, 60 * 24 * 2, 30):
        plan(NOW + minutes * MINUTE)
    found = Delivery.objects.of_chat().order_by("due_at").values_list("occurrence", "subject_id", "due_at")
    days = [(f"2026-11-{day}", team.pk, NOW.replace(day=day, hour=8)) for day in (20, 21, 22)]
    assert list(found) == days


def test_daily_does_not_make_up_for_what_was_before_the_webhook(happened):
    event, _teller = happened
    make_webhook(make_team(), "http://127.0.0.1:9/x", at=NOW)
    announcements.announce_daily(event=event, hour=time(8), at=NOW)
    assert states() == []


# --- signatures -----------------------------------------------------------------------------------------------------


def test_id_is_the_row_s_at_every_try_and_the_signature_is_of_that_moment(happened, receiver):
    event, _teller = happened
    team = make_team()
    _webhook, secret = make_webhook(team, receiver.url)
    receiver.say = plain(500)
    announce(event, team, 1)
    work()
    receiver.say = OK
    work(NOW + MINUTE)
    row = Delivery.objects.of_chat().get()
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == f"msg_{row.message_uuid.hex}"
    for request, at in ((first, NOW), (second, NOW + MINUTE)):
        stamp = int(at.timestamp())
        signed = signatures.sign(secret, name=row.webhook_id, timestamp=stamp, body=request.body)
        assert request.headers["webhook-timestamp"] == str(stamp)
        assert request.headers["webhook-signature"] == signed


def test_both_secrets_sign_for_a_day(happened, receiver):
    event, _teller = happened
    team = make_team()
    webhook, old = make_webhook(team, receiver.url)
    new = webhooks.rotate_secret(webhook=webhook, by=webhook.created_by, at=NOW)
    announce(event, team, 1)
    work(NOW + DAY - MINUTE)
    announce(event, team, 2)
    work(NOW + DAY + MINUTE)

    def signers(request):
        parts = {"name": request.headers["webhook-id"], "timestamp": int(request.headers["webhook-timestamp"])}
        signed = request.headers["webhook-signature"].split()
        return [signed.index(each) if each in signed else None for each in (
            signatures.sign(secret, body=request.body, **parts) for secret in (new, old)
        )], len(signed)  # fmt: skip

    assert [signers(request) for request in receiver.requests] == [([0, 1], 2), ([0, None], 1)]


def test_chat_has_no_secret_to_rotate():
    webhook, secret = make_webhook(make_team(), "http://127.0.0.1:9/x", form="slack")
    assert secret == ""
    with pytest.raises(Refused):
        webhooks.rotate_secret(webhook=webhook, by=webhook.created_by, at=NOW)


# --- what became of it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("say", "state", "reason"),
    [
        (plain(202), "sent", ""),
        (plain(301, "Location: http://127.0.0.1:1/"), "failed", "answered 301"),
        (plain(404), "failed", "answered 404"),
        (plain(410), "failed", "answered 410"),
        (plain(429), "planned", "answered 429"),
        (plain(500), "planned", "answered 500"),
        (hang, "planned", "no answer in time"),
    ],
)
def test_answer_decides(happened, receiver, say, state, reason):
    event, _teller = happened
    team = make_team()
    make_webhook(team, receiver.url)
    receiver.say = say
    announce(event, team, 1)
    work()
    assert states() == [(1, state, reason)]
    assert WebhookTry.objects.count() == 1


@pytest.mark.parametrize("say", [plain(404), plain(202)])
def test_whoever_looks_after_it_posts_one_message_again_under_its_id(happened, receiver, say):
    event, _teller = happened
    webhook, _secret = make_webhook(make_team(), receiver.url)
    receiver.say = say
    announce(event, webhook.team, 1)
    work()
    (tried,) = WebhookTry.objects.all()
    assert [line.again for line in webhook_reports.tries_of(webhook)] == [tried.pk]
    receiver.say = OK
    webhooks.post_again(tried=tried, by=webhook.created_by, at=NOW)
    with pytest.raises(Refused, match="gone on meanwhile"):  # a double click
        webhooks.post_again(tried=tried, by=webhook.created_by, at=NOW)
    work()
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert states() == [(1, "sent", "")]
    last = WebhookTry.objects.order_by("pk").last()
    assert [line.again for line in webhook_reports.tries_of(webhook)] == [last.pk, None]


def test_nothing_is_posted_again_that_was_a_test_is_too_late_or_has_nowhere_to_go(happened, receiver):
    event, _teller = happened
    webhook, _secret = make_webhook(make_team(), receiver.url)
    test = WebhookTry.objects.create(webhook=webhook, at=NOW, status=200, milliseconds=3)
    with pytest.raises(Refused, match="test message"):
        webhooks.post_again(tried=test, by=webhook.created_by, at=NOW)
    announce(event, webhook.team, 1)
    work()
    tried = WebhookTry.objects.exclude(pk=test.pk).get()
    with pytest.raises(Refused, match="too late"):
        webhooks.post_again(tried=tried, by=webhook.created_by, at=NOW + timedelta(days=30))
    webhooks.pause_webhook(webhook=webhook, by=webhook.created_by, at=NOW)
    tried.webhook.refresh_from_db()
    with pytest.raises(Refused, match="Switch the webhook on"):
        webhooks.post_again(tried=tried, by=webhook.created_by, at=NOW)
    assert len(receiver.requests) == 1


def test_tried_for_three_days_by_the_schedule_and_then_switched_off_with_a_notice(happened, receiver):
    event, _teller = happened
    maker = make_person("Mae Maker", roles={Role.PEOPLE_ADMIN: None})
    team = make_team()
    webhook, _secret = make_webhook(team, receiver.url, by=maker)
    receiver.say = plain(500)
    announce(event, team, 1)
    moments = work_until(NOW + 5 * DAY)
    waits = [(after - before) / MINUTE for before, after in pairwise(moments)]
    told = [0.1, 5, 30, 120, 300, 600, 840, 1200, 1440]
    assert all(least <= wait <= least * 1.2 + 0.02 for wait, least in zip(waits, told, strict=False))
    assert len(moments) == len({request.headers["webhook-timestamp"] for request in receiver.requests})
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    webhook.refresh_from_db()
    assert (webhook.state, webhook.off_reason) == ("off", "failing")
    assert 3 * DAY <= moments[-1] - moments[0] <= 4 * DAY
    for hours in range(0, 24, 6):  # its reader may be left alone by night
        work(moments[-1] + timedelta(hours=hours))
    (told_by_mail,) = [each for each in mail.outbox if each.to == [maker.email]]
    assert told_by_mail.subject == "“Receiver” of Service was switched off"
    assert "127.0.0.1" not in told_by_mail.body
    assert "t0ken" not in told_by_mail.body
    assert AuditEntry.objects.filter(did="notifications.webhook_switched_off", actor=None).count() == 1


def test_rows_that_failed_together_do_not_come_back_together(happened):
    event, _teller = happened
    team = make_team()
    make_webhook(team, "http://127.0.0.1:9/x")
    announce(event, team, *range(20))
    rows = Delivery.objects.of_chat()
    again = {ledger.next_try(delivery=row, at=NOW) for row in rows}
    assert len(again) > 10
    assert again == {ledger.next_try(delivery=row, at=NOW) for row in rows}


def test_gone_is_switched_off_at_once(happened, receiver):
    event, _teller = happened
    team = make_team()
    webhook, _secret = make_webhook(team, receiver.url, by=make_person(roles={Role.PEOPLE_ADMIN: None}))
    receiver.say = plain(410)
    announce(event, team, 1, 2)
    work()
    webhook.refresh_from_db()
    assert (webhook.state, webhook.off_reason) == ("off", "gone")
    assert len(receiver.requests) == 1
    assert states() == [(1, "failed", "answered 410"), (2, "planned", "")]
    assert Delivery.objects.filter(kind=WEBHOOK_OFF.key, recipient=webhook.created_by).exists()


def test_who_refuses_message_after_message_is_switched_off(happened, receiver):
    event, _teller = happened
    team = make_team()
    webhook, _secret = make_webhook(team, receiver.url)
    receiver.say = plain(404)
    announce(event, team, *range(posting.OFF_AFTER_REFUSALS - 1))
    work()
    webhook.refresh_from_db()
    assert webhook.state == "on"
    announce(event, team, 99, 100)
    work()
    webhook.refresh_from_db()
    assert (webhook.state, webhook.off_reason) == ("off", "refused")
    assert len(receiver.requests) == posting.OFF_AFTER_REFUSALS


def test_one_that_gets_through_ends_the_count(happened, receiver):
    event, _teller = happened
    team = make_team()
    webhook, _secret = make_webhook(team, receiver.url)
    for subject in range(3 * posting.OFF_AFTER_REFUSALS):
        receiver.say = OK if subject % 5 == 4 else plain(404)
        announce(event, team, subject)
        work(NOW + subject * DAY)
    webhook.refresh_from_db()
    assert (webhook.state, webhook.failures, webhook.failing_since) == ("on", 0, None)


def test_one_poisonous_message_neither_switches_off_nor_holds_what_takes_all_others(happened, receiver):
    event, _teller = happened
    team = make_team()
    webhook, _secret = make_webhook(team, receiver.url)

    def choose(connection):
        poison = b'"thing":1}' in receiver.requests[-1].body
        connection.sendall(plain(500) if poison else OK)

    receiver.say = choose
    announce(event, team, 1)
    for hours in range(110):
        at = NOW + timedelta(hours=hours)
        announce(event, team, 2, at=at, occurrence=str(hours))
        work(at)
        work(at + posting.REST)
    webhook.refresh_from_db()
    assert states() == [(1, "failed", "answered 500"), *[(2, "sent", "")] * 110]
    assert webhook.state == "on"


def test_receiver_that_asks_to_be_left_alone_is(happened, receiver):
    event, _teller = happened
    team = make_team()
    make_webhook(team, receiver.url)
    receiver.say = plain(429, "Retry-After: 3600")
    announce(event, team, 1, 2, 3)
    work()
    assert len(receiver.requests) == 1  # the others wait without a try of their own
    receiver.say = OK
    work(NOW + 59 * MINUTE)
    assert len(receiver.requests) == 1
    work(NOW + 61 * MINUTE)
    assert [state for _subject, state, _reason in states()] == ["sent"] * 3


def test_receiver_that_is_away_costs_one_try_and_holds_no_other(happened, receiver):
    event, _teller = happened
    team = make_team()
    with receiving(hang) as slow:
        make_webhook(team, slow.url, name="Slow")
        make_webhook(team, receiver.url, name="Quick")
        announce(event, team, *range(10))
        work()
    assert slow.connections == 1
    assert len(receiver.requests) == 10


def test_what_is_not_begun_in_time_is_given_back(happened, receiver):
    event, _teller = happened
    team = make_team()
    make_webhook(team, receiver.url)
    announce(event, team, *range(10))
    (pks,) = dispatch.take_due_of_chat(at=NOW)
    seconds = count()
    posting.deliver(pks=pks, clock=lambda: NOW + timedelta(seconds=next(seconds)))
    left = Delivery.objects.of_chat().filter(state="planned", attempts=0, queued_at=None, token=None)
    assert 0 < len(receiver.requests) == 10 - left.count() < 10
    work(NOW + MINUTE)
    assert len(receiver.requests) == 10


def test_only_one_chunk_is_under_way(happened, monkeypatch):
    event, _teller = happened
    team = make_team()
    make_webhook(team, "http://127.0.0.1:9/x")
    monkeypatch.setattr(dispatch, "CHUNK", 2)
    announce(event, team, *range(5))
    assert [len(chunk) for chunk in dispatch.take_due_of_chat(at=NOW)] == [2]
    assert dispatch.take_due_of_chat(at=NOW + MINUTE) == []
    # Whose message was lost is found again.
    assert [len(chunk) for chunk in dispatch.take_due_of_chat(at=NOW + 6 * MINUTE)] == [2]


def test_ticks_of_real_tasks_post_chunk_after_chunk(happened, receiver, monkeypatch):
    event, _teller = happened
    team = make_team()
    make_webhook(team, receiver.url)
    monkeypatch.setattr(dispatch, "CHUNK", 2)
    with time_machine.travel(NOW, tick=False):
        announce(event, team, *range(5))
        tasks.tick()
    assert len(receiver.requests) == 5


def test_mail_and_chat_never_share_a_chunk(happened, plain_kind):
    event, _teller = happened
    team = make_team()
    make_webhook(team, "http://127.0.0.1:9/x")
    announce(event, team, 1)
    notices.notify(kind=plain_kind, subject_id=1, to=[make_person()], at=NOW)
    chat = set(Delivery.objects.of_chat().values_list("pk", flat=True))
    assert not chat & {pk for chunk in dispatch.take_due(at=NOW) for pk in chunk}
    assert {pk for chunk in dispatch.take_due_of_chat(at=NOW) for pk in chunk} == chat


@pytest.fixture
def plain_kind():
    with kinds_of_tests.declared() as (kind, _teller):
        yield kind


def test_worker_that_died_while_posting_posts_again_under_the_same_id(happened, receiver):
    event, _teller = happened
    team = make_team()
    make_webhook(team, receiver.url)
    announce(event, team, 1)
    token: Any = "6f6f6f6f-6f6f-4f6f-8f6f-6f6f6f6f6f6f"
    (row,) = ledger.claim(pks=Delivery.objects.values_list("pk", flat=True), token=token, at=NOW)
    ledger.begin(pk=row.pk, token=token, at=NOW)
    work(NOW + 5 * MINUTE)
    assert states() == [(1, "planned", "in doubt")]
    work(NOW + 6 * MINUTE)
    assert states() == [(1, "sent", "")]
    assert receiver.requests[0].headers["webhook-id"] == row.webhook_id


def test_event_of_another_release_waits(receiver):
    team = make_team()
    with declared() as (event, _teller):
        make_webhook(team, receiver.url)
        announce(event, team, 1)
    work()
    assert states() == [(1, "planned", "unknown kind")]


# --- paused, switched off and on ------------------------------------------------------------------------------------


def test_what_waits_while_paused_goes_out_unless_it_is_too_late(receiver):
    team = make_team()
    with declared(keeps=DAY) as (event, _teller):
        webhook, _secret = make_webhook(team, receiver.url)
        webhooks.pause_webhook(webhook=webhook, by=webhook.created_by, at=NOW)
        announce(event, team, 1, 2, 3)
        announce(event, team, 4, at=NOW + 30 * 60 * MINUTE)
        for hours in range(0, 31, 6):
            work(NOW + hours * 60 * MINUTE)
        assert receiver.requests == []
        webhooks.resume_webhook(webhook=webhook, by=webhook.created_by, at=NOW + 31 * 60 * MINUTE)
        work(NOW + 31 * 60 * MINUTE)
    assert states() == [(subject, "skipped", "too late") for subject in (1, 2, 3)] + [(4, "sent", "")]
    assert len(receiver.requests) == 1


def test_switched_on_again_it_begins_anew(happened, receiver):
    event, _teller = happened
    team = make_team()
    webhook, _secret = make_webhook(team, receiver.url)
    receiver.say = plain(410)
    announce(event, team, 1, 2)
    work()
    receiver.say = OK
    webhook.refresh_from_db()
    webhooks.resume_webhook(webhook=webhook, by=webhook.created_by, at=NOW + DAY)
    assert (webhook.state, webhook.off_reason, webhook.failures) == ("on", "", 0)
    work(NOW + DAY)
    assert states() == [(1, "failed", "answered 410"), (2, "sent", "")]


def test_each_turn_only_once():
    webhook, _secret = make_webhook(make_team(), "http://127.0.0.1:9/x")
    by = webhook.created_by
    with pytest.raises(Refused):
        webhooks.resume_webhook(webhook=webhook, by=by, at=NOW)
    webhooks.pause_webhook(webhook=webhook, by=by, at=NOW)
    with pytest.raises(Refused):
        webhooks.pause_webhook(webhook=webhook, by=by, at=NOW)
    webhooks.switch_off(webhook=webhook, reason="gone", at=NOW)
    webhook.refresh_from_db()
    assert webhook.state == "paused"
    assert not Delivery.objects.filter(kind=WEBHOOK_OFF.key).exists()


def test_removed_it_takes_everything_with_it(happened, receiver):
    event, _teller = happened
    team = make_team()
    webhook, _secret = make_webhook(team, receiver.url)
    announce(event, team, 1)
    work()
    announce(event, team, 2)
    webhooks.remove_webhook(webhook=webhook, by=webhook.created_by, at=NOW)
    work()
    assert states() == [(1, "sent", ""), (2, "cancelled", "webhook removed")]
    assert (Webhook.objects.count(), WebhookTry.objects.count(), len(receiver.requests)) == (0, 0, 1)


def test_switching_off_is_told_to_the_people_admins_when_its_maker_is_there_no_longer(happened, receiver):
    event, _teller = happened
    team = make_team("Service/Desk")
    gone, admin = make_person("Gil Gone"), make_person("Ada Admin", roles={Role.PEOPLE_ADMIN: make_team("Service")})
    make_person("Eve Elsewhere", roles={Role.PEOPLE_ADMIN: make_team("Sales")})
    receiver.say = plain(410)
    make_webhook(team, receiver.url, by=gone)
    announce(event, team, 1)
    work()
    work(NOW)
    assert [message.to for message in mail.outbox] == [[admin.email]]


def test_switching_off_is_not_told_when_it_is_on_again(happened, receiver):
    event, _teller = happened
    team = make_team()
    admin = make_person(roles={Role.PEOPLE_ADMIN: None})
    receiver.say = plain(410)
    make_webhook(team, receiver.url, by=admin)
    announce(event, team, 1)
    work()
    webhooks.resume_webhook(webhook=Webhook.objects.get(), by=admin, at=NOW)
    work(NOW)
    found = Delivery.objects.filter(kind=WEBHOOK_OFF.key).values_list("recipient", "state", "reason").distinct()
    assert set(found) == {(admin.pk, "skipped", "on again")}
    assert mail.outbox == []


# --- secrets --------------------------------------------------------------------------------------------------------


def test_address_stands_nowhere_in_clear(happened, receiver, caplog):
    """Not in a table, the trail, the log or a mail; an answer that repeats it is shown without."""
    event, _teller = happened
    caplog.set_level(logging.DEBUG)
    team = make_team()
    maker = make_person("Mae Maker", roles={Role.PEOPLE_ADMIN: None})
    webhook, secret = make_webhook(team, f"{receiver.url}?sig=zcsecretzz", by=maker)
    for status in (500, 404, 410):
        receiver.say = plain(status, text=f"no hook at {receiver.url}?sig=zcsecretzz or t0ken-of-the-channel {secret}")
        announce(event, team, status)
        work(NOW + status * MINUTE)
        work(NOW + (status + 1) * MINUTE)
    receiver.say = hang
    posting.send_test(webhook=webhook, by=maker, clock=lambda: NOW + DAY)
    webhooks.edit_webhook(
        webhook=webhook, name="B", events=["tests.happened"], teams_below=True, time_zone="UTC", by=maker, at=NOW,
        address=f"{receiver.url}?sig=zcotherzz",
    )  # fmt: skip
    work(NOW + 2 * DAY)
    told = [caplog.text, *(each.body for each in mail.outbox), *(each.answer for each in WebhookTry.objects.all())]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            told.append(str(cursor.fetchall()))
    for word in ("t0ken", "zcsecretzz", "zcotherzz", secret):
        assert [each for each in told if word in each] == []
    assert WebhookTry.objects.filter(answer__startswith="no hook at …").exists()
    assert mail.outbox


def test_answer_is_kept_short_and_in_one_line(receiver):
    webhook, _secret = make_webhook(make_team(), receiver.url)
    receiver.say = plain(200, text="a\r\nb\x00\u202e\tc " + "x" * 999)
    noted = posting.send_test(webhook=webhook, by=webhook.created_by, clock=lambda: NOW)
    assert noted.answer.startswith("a b c xxx")
    assert len(noted.answer) == 200


def test_key_that_was_changed_without_the_old_one(happened, receiver, settings):
    """Nothing can be posted, and the page says what to do."""
    event, _teller = happened
    team = make_team()
    webhook, _secret = make_webhook(team, receiver.url)
    settings.SECRET_KEY, old = "another-" + "0123456789" * 6, settings.SECRET_KEY
    announce(event, team, 1)
    work()
    webhook.refresh_from_db()
    assert (webhook.state, webhook.off_reason, receiver.requests) == ("off", "unreadable", [])
    with pytest.raises(Refused):
        posting.send_test(webhook=webhook, by=webhook.created_by, clock=lambda: NOW)
    settings.SECRET_KEY_FALLBACKS = [old]
    webhooks.resume_webhook(webhook=webhook, by=webhook.created_by, at=NOW + MINUTE)
    work(NOW + MINUTE)
    assert states() == [(1, "sent", "")]


# --- setting up -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "http://example.com/x"}, "address"),
        ({"address": "https://10.0.0.1/x"}, "address"),
        ({"address": "https://a.webhook.office.com/webhookb2/x", "form": "teams"}, "address"),
        ({"events": []}, "events"),
        ({"events": ["tests.unknown"]}, "events"),
    ],
)
def test_what_is_not_fit_is_not_stored(happened, change, field):
    address = change.pop("address", "http://127.0.0.1:9/x")
    with pytest.raises(Invalid) as refused:
        make_webhook(make_team(), address, **change)
    assert list(refused.value.errors) == [field]
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(("found", "says"), [("10.0.0.1", "private network"), ("", "could not be found")])
def test_name_is_looked_up_before_it_is_stored(happened, monkeypatch, found, says):
    def look_up(*_args, **_kwargs):
        if not found:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(Invalid, match=says):
        make_webhook(make_team(), "https://receiver.example/x")


def test_a_team_has_only_so_many(happened, monkeypatch):
    monkeypatch.setattr(webhooks, "MOST", 2)
    team = make_team()
    for _each in range(2):
        make_webhook(team, "http://127.0.0.1:9/x")
    with pytest.raises(Refused, match="at most 2"):
        make_webhook(team, "http://127.0.0.1:9/x")
    make_webhook(make_team("Other"), "http://127.0.0.1:9/x")


def test_tests_are_counted(receiver):
    webhook, _secret = make_webhook(make_team(), receiver.url, events=["hiring.opening_opened"])
    for _each in range(posting.TESTS):
        posting.send_test(webhook=webhook, by=webhook.created_by, clock=lambda: NOW)
    with pytest.raises(Refused):
        posting.send_test(webhook=webhook, by=webhook.created_by, clock=lambda: NOW)
    assert len(receiver.requests) == posting.TESTS
    posting.send_test(webhook=webhook, by=webhook.created_by, clock=lambda: NOW + 61 * MINUTE)


def test_test_message_counts_for_nothing_else(receiver):
    webhook, _secret = make_webhook(make_team(), receiver.url, events=["hiring.opening_opened"])
    receiver.say = plain(410)
    noted = posting.send_test(webhook=webhook, by=webhook.created_by, clock=lambda: NOW)
    webhook.refresh_from_db()
    assert (noted.status, webhook.state, webhook.failures) == (410, "on", 0)
    assert bodies(receiver)[0]["type"] == "rapport.test"
    assert AuditEntry.objects.filter(did="notifications.webhook_tested").count() == 1


def test_only_the_latest_tries_are_kept(receiver, monkeypatch):
    monkeypatch.setattr(posting, "KEPT", 3)
    webhook, _secret = make_webhook(make_team(), receiver.url, events=["hiring.opening_opened"])
    other, _its = make_webhook(make_team(), receiver.url, events=["hiring.opening_opened"])
    posting.send_test(webhook=other, by=other.created_by, clock=lambda: NOW)
    moments = iter([NOW + minutes * MINUTE for minutes in range(5)])
    for _each in range(5):
        posting.send_test(webhook=webhook, by=webhook.created_by, clock=lambda: next(moments))
    assert [each.at for each in webhook.tries.order_by("pk")] == [NOW + minutes * MINUTE for minutes in (2, 3, 4)]
    assert other.tries.count() == 1


def test_two_events_of_one_name_are_a_mistake_and_an_event_is_known_by_its_key(happened):
    event, _teller = happened
    events.declare_event(event)
    with pytest.raises(ValueError, match="Two events"), declared():
        pass
    assert event in events.all_events()
