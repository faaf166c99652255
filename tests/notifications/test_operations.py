"""Operators' pages: how the ledger stands, what may be done with one delivery, and what nobody is shown."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import escape

from foundation.errors import Refused
from notifications import kinds, operations, policies
from notifications.actions import heartbeats, holds, retention
from notifications.actions import operations as actions
from notifications.kinds import Channel, Content, Skip
from notifications.models import Delivery, Heartbeat
from people.models import AuditEntry, Role
from tests.cast import NOW, fresh, make_person, make_team
from tests.notifications.kinds_of_tests import declared
from tests.notifications.test_sending import LATER, plan, states, subjects, work

pytestmark = pytest.mark.django_db
OVERVIEW, LIST = "/notices/deliveries/", "/notices/deliveries/all/"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW + 2 * MINUTE, tick=False):
        yield


@pytest.fixture
def admin():
    return make_person("Ada Admin", roles={Role.PEOPLE_ADMIN: None})


def mail_row(**fields):
    Delivery.objects.filter(channel="mail").update(**fields)
    return Delivery.objects.get(channel="mail")


def url(name, row):
    return reverse(f"notifications:delivery-{name}", args=[row.pk])


# --- one delivery ---------------------------------------------------------------------------------------------------


def test_failed_one_is_tried_again_from_its_first_try(plain, admin):
    kind, _teller = plain
    plan(kind, 1)
    row = mail_row(state="failed", reason="refused", attempts=6)
    actions.retry(delivery=row, by=admin, at=LATER)
    assert states() == [(1, "planned", "")]
    assert Delivery.objects.get(pk=row.pk).attempts == 0
    work()
    assert states() == [(1, "sent", "")]
    entry = AuditEntry.objects.get(did="notifications.delivery_retried")
    assert (entry.actor, entry.object_id, entry.changes) == (admin, row.pk, {"kind": kind.key, "was": "failed"})


@pytest.mark.parametrize("state", ["sent", "unknown", "planned", "skipped", "cancelled"])
def test_only_what_failed_is_retried(plain, admin, state):
    kind, _teller = plain
    plan(kind, 1)
    row = mail_row(state=state, sent_at=NOW, reason="x")
    with pytest.raises(Refused):
        actions.retry(delivery=row, by=admin, at=LATER)
    assert Delivery.objects.get(pk=row.pk).state == state
    assert not AuditEntry.objects.exists()


def test_in_doubt_it_is_sent_again_only_with_a_reason_and_under_its_message_id(plain, admin):
    kind, _teller = plain
    plan(kind, 1)
    row = mail_row(state="unknown")
    with pytest.raises(Refused, match="Say why"):
        actions.send_again(delivery=row, reason="", by=admin, at=LATER)
    actions.send_again(delivery=row, reason="She says it never came", by=admin, at=LATER)
    work()
    assert Delivery.objects.get(pk=row.pk).message_id == row.message_id
    assert subjects() == ["About 1"]
    entry = AuditEntry.objects.get(did="notifications.delivery_sent_again")
    assert (entry.reason, entry.changes["was"]) == ("She says it never came", "unknown")


def test_what_is_over_or_shown_in_the_portal_is_not_sent_again(plain, admin):
    kind, _teller = plain
    plan(kind, 1)
    row = mail_row(state="sent", sent_at=NOW)
    with pytest.raises(Refused, match="too late"):
        actions.send_again(delivery=row, reason="Why not", by=admin, at=NOW + 2 * DAY)
    shown = Delivery.objects.get(channel="portal")
    with pytest.raises(Refused, match="portal"):
        actions.send_again(delivery=shown, reason="Why not", by=admin, at=LATER)


def test_stopped_one_is_not_planned_again_by_its_feature(plain, admin):
    kind, _teller = plain
    reader = make_person()
    plan(kind, 1, to=reader)
    actions.stop(delivery=mail_row(), reason="Told by telephone", by=admin, at=NOW)
    plan(kind, 1, to=reader)
    work()
    assert states() == [(1, "skipped", "stopped by an operator")]
    assert AuditEntry.objects.get(did="notifications.delivery_stopped").reason == "Told by telephone"


def test_what_a_worker_has_in_hand_is_not_stopped(plain, admin):
    kind, _teller = plain
    plan(kind, 1)
    row = mail_row()
    work()
    with pytest.raises(Refused, match="gone on"):
        actions.stop(delivery=row, reason="Wait", by=admin, at=LATER)


# --- who sees what --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "scope", "sees", "operates"),
    [
        (Role.PEOPLE_ADMIN, None, True, True),
        (Role.AUDITOR, None, True, False),
        (Role.PEOPLE_ADMIN, "Service", False, False),
        (Role.AUDITOR, "Service", False, False),
        (Role.RECRUITER, None, False, False),
        (Role.TRAINER, None, False, False),
    ],
)
def test_rows_and_policies_agree(plain, role, scope, sees, operates):
    kind, _teller = plain
    reader = make_person(roles={role: make_team(scope) if scope else None})
    plan(kind, 1)
    plan(kind, 2, to=reader)
    with declared("tests.closed", closed_to=lambda person: [7] if person == reader else []) as (closed, _its):
        plan(closed, 7, 8)
        known = set(operations.ledger_of(reader))
        for row in Delivery.objects.all():
            assert policies.can_view_delivery(reader, row) is (row in known), row
        assert {row.subject_id for row in known} == ({1, 2, 8} if sees else set())
    assert policies.can_view_deliveries(reader) is sees
    assert policies.can_operate_deliveries(reader) is operates
    reader.is_active = False
    assert not policies.can_view_deliveries(reader)
    assert not policies.can_operate_deliveries(reader)
    assert not operations.ledger_of(reader).exists()


def test_what_is_closed_to_an_operator_is_in_no_list_and_no_count(client, admin):
    with declared("tests.closed", closed_to=lambda person: [7]) as (closed, _its):
        plan(closed, 7)
        row = mail_row(state="skipped", reason="not owed")
        client.force_login(admin)
        for page in (OVERVIEW, LIST):
            assert "not owed" not in client.get(page).content.decode()
        assert client.get(url("detail", row)).status_code == 404
        assert client.post(url("retry", row)).status_code == 404


def test_words_of_others_are_shown_to_no_operator(client, plain, admin):
    """Nor their mail; one's own is shown as it would be written now."""
    kind, teller = plain
    teller.says[1] = Content(title="Cara Candidate", text=["She was late."])
    plan(kind, 1)
    theirs = mail_row()
    client.force_login(admin)
    for page in (LIST, OVERVIEW, url("detail", theirs)):
        assert "Cara" not in client.get(page).content.decode()
    for name in ("preview", "mail"):
        answer = client.get(url(name, theirs))
        assert (answer.status_code, b"Cara" in answer.content) == (403, False)
    Delivery.objects.update(recipient=admin, reader=f"p{admin.pk}")
    assert "Cara Candidate" in client.get(url("preview", theirs)).content.decode()
    answer = client.get(url("mail", theirs))
    assert "She was late." in answer.content.decode()
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script" not in answer.headers["Content-Security-Policy"]
    teller.says[1] = Skip("moved")
    assert "nothing to tell any more" in client.get(url("preview", theirs)).content.decode()
    assert client.get(url("mail", theirs)).status_code == 404


def test_every_kind_has_a_sample_that_can_be_looked_at(client, admin):
    client.force_login(admin)
    for kind in kinds.all_kinds():
        page = client.get(reverse("notifications:kind-detail", args=[kind.key]))
        assert escape(str(kind.name)) in page.content.decode()
        if Channel.MAIL in kind.cadence:
            mail = client.get(reverse("notifications:kind-mail", args=[kind.key]))
            assert mail.content.startswith(b"<!")
            assert kind.sample, f"{kind.key}: operators would see a stand-in"
    assert client.get("/notices/deliveries/kinds/no.such/").status_code == 404


# --- pages ----------------------------------------------------------------------------------------------------------


def test_filters_leave_what_they_say(client, plain, admin):
    kind, _teller = plain
    bob = make_person("Bob Builder")
    plan(kind, 1, to=bob)
    plan(kind, 2)
    Delivery.objects.filter(subject_id=2, channel="mail").update(state="failed", reason="refused")
    client.force_login(admin)

    def found(query):
        return len(client.get(f"{LIST}?{query}").context["lines"])

    assert found("") == 4
    assert found("person=builder") == found(f"reader=p{bob.pk}") == found("channel=mail") == 2
    assert found("state=failed") == found("reason=refused") == 1
    assert found(f"kind={kind.key}&state=planned&channel=mail") == 1
    assert found("reader=candidate:3") == found("reader=p99999999999999999999") == found("reader=p%C2%B2") == 0


@pytest.mark.parametrize(
    "query", ["state=nonsense", "kind=%00", "channel=%27", "after=forged", "reader=%F0%9F%98%80", "reason=" + "x" * 500]
)
def test_hostile_queries_are_answered(client, plain, admin, query):
    kind, _teller = plain
    plan(kind, 1)
    client.force_login(admin)
    assert client.get(f"{LIST}?{query}").status_code in {200, 400}


@pytest.mark.parametrize("count", [0, 50, 3000])
def test_pages_cost_the_same_however_many_deliveries(client, plain, admin, count, django_assert_max_num_queries):
    kind, _teller = plain
    reader = make_person()
    Delivery.objects.bulk_create(
        Delivery(
            kind=kind.key, subject_id=number, reader=f"p{reader.pk}", recipient=reader, channel="mail",
            state=("sent", "planned", "skipped", "failed")[number % 4], reason="x", sent_at=NOW,
            due_at=NOW + (number % 200 - 100) * timedelta(hours=1), not_after=NOW + 30 * DAY, planned_at=NOW,
        )
        for number in range(count)
    )  # fmt: skip
    holds.tick(at=NOW)
    client.force_login(admin)
    with django_assert_max_num_queries(37):  # the forecasts of all features among them
        assert client.get(OVERVIEW).status_code == 200
    with django_assert_max_num_queries(11):
        assert client.get(LIST).status_code == 200
    with django_assert_max_num_queries(11):
        assert client.get(f"{LIST}?state=failed").status_code == 200


def test_overview_counts(client, plain, admin):
    kind, _teller = plain
    plan(kind, 1, 2, 3)
    work()
    plan(kind, 4)
    Delivery.objects.filter(subject_id=3, channel="mail").update(state="unknown", sent_at=None)
    Delivery.objects.filter(subject_id=2).update(sent_at=NOW - 2 * DAY)
    Delivery.objects.filter(subject_id=1, channel="portal").update(sent_at=NOW - 8 * DAY)
    client.force_login(admin)
    context = client.get(OVERVIEW).context
    standing, backlog = context["standing"], context["backlog"]
    assert (standing.states["sent"], standing.sent_in_a_day, standing.states["unknown"]) == (4, 2, 1)
    assert (backlog.due, backlog.queued, backlog.in_hand, backlog.oldest_due) == (2, 0, 0, LATER)
    assert context["alarms"] == {"silent": True, "nobody_works": True, "late": False}


def test_forecast_and_plan_stand_on_the_reader_s_days(admin, plain):
    kind, _teller = plain
    plan(kind, 1)
    admin.time_zone = "Pacific/Auckland"  # thirteen hours ahead: its Saturday has begun
    Delivery.objects.update(due_at=NOW + timedelta(hours=3))

    def forecast(*, closed, since, until):
        yield since + DAY, kind, 5

    kinds._forecasts.append(forecast)
    try:
        ahead = operations.ahead(admin, operations.ledger_of(admin), {}, NOW)
    finally:
        kinds._forecasts.remove(forecast)
    # In Auckland it is Friday, 23:00; three hours later it is Saturday.
    assert [f"{day:%a}" for day in ahead.days][:3] == ["Fri", "Sat", "Sun"]
    assert ("Plain", [0, 7, 0, 0, 0, 0, 0, 0]) in ahead.rows


# --- who works ------------------------------------------------------------------------------------------------------


def test_silence_and_lateness_are_told_apart(plain):
    kind, _teller = plain
    beat, worker = Heartbeat.Kind.BEAT, Heartbeat.Kind.WORKER
    holds.tick(at=NOW)
    heartbeats.note(name="beat", kind=beat, at=NOW)
    heartbeats.note(name="one", kind=worker, at=NOW)
    heartbeats.note(name="two", kind=worker, at=NOW - 3 * timedelta(hours=1))

    def alarms(at):
        rows = Delivery.objects.all()
        told = operations.alarms(operations.signs_of_life(at), operations.backlog(rows, at), at)
        return {name for name, is_so in told.items() if is_so}

    assert alarms(NOW + 4 * MINUTE) == set()
    assert alarms(NOW + 6 * MINUTE) == {"silent", "nobody_works"}
    heartbeats.note(name="one", kind=worker, at=NOW + 6 * MINUTE)
    assert alarms(NOW + 6 * MINUTE) == {"silent"}
    plan(kind, 1)
    holds.tick(at=NOW + 12 * MINUTE)
    heartbeats.note(name="beat", kind=beat, at=NOW + 12 * MINUTE)
    heartbeats.note(name="one", kind=worker, at=NOW + 12 * MINUTE)
    assert alarms(NOW + 12 * MINUTE) == {"late"}


def test_worker_that_was_replaced_is_forgotten_and_the_last_one_is_not():
    worker = Heartbeat.Kind.WORKER
    heartbeats.note(name="old", kind=worker, at=NOW - 2 * DAY)
    assert heartbeats.forget(at=NOW) == 0
    heartbeats.note(name="new", kind=worker, at=NOW)
    assert heartbeats.forget(at=NOW) == 1
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["new"]


def check(**options):
    said = StringIO()
    try:
        call_command("check_deliveries", stdout=said, **options)
    except SystemExit as ended:
        return ended.code, said.getvalue()
    return 0, said.getvalue()


def test_check_for_monitors(plain):
    kind, _teller = plain
    code, said = check()
    assert (code, said.count("BAD")) == (1, 3)
    at = NOW + 2 * MINUTE
    holds.tick(at=at)
    heartbeats.note(name="beat", kind=Heartbeat.Kind.BEAT, at=at)
    heartbeats.note(name="celery@one", kind=Heartbeat.Kind.WORKER, at=at)
    assert check()[0] == 0
    plan(kind, 1)
    mail_row(state="unknown")
    assert check()[0] == 0
    code, said = check(unknown=0)
    assert (code, "BAD  unknown since yesterday: 1" in said) == (1, True)
    assert check(unknown=1, failed=0)[0] == 0
    holds.hold(by=None, reason="", at=at)
    assert check()[0] == 1


# --- retention ------------------------------------------------------------------------------------------------------


def test_ledger_forgets_what_ended_long_ago_in_batches(plain, settings, monkeypatch):
    kind, _teller = plain
    settings.DELIVERIES_KEPT_DAYS = 30
    monkeypatch.setattr(retention, "BATCH", 2)
    plan(kind, *range(5))
    work()
    with declared("tests.open") as (other, _its):
        plan(other, 1)
    assert retention.forget_settled(at=LATER + 29 * DAY) == 0
    assert retention.forget_settled(at=LATER + 31 * DAY) == 10
    assert set(Delivery.objects.values_list("kind", "state")) == {("tests.open", "planned")}


def test_pages_act(client, plain, admin):
    """From the page to the ledger, with the reason that was typed; without one, nothing happens."""
    kind, _teller = plain
    plan(kind, 1)
    row = mail_row()
    client.force_login(fresh(admin))
    assert "This field is required" in client.post(url("stop", row), {"reason": " "}).content.decode()
    client.post(url("stop", row), {"reason": "By telephone"})
    assert states() == [(1, "skipped", "stopped by an operator")]
    answer = client.post(url("stop", row), {"reason": "Twice"})
    assert "gone on meanwhile" in answer.content.decode()
    mail_row(state="failed", reason="refused")
    assert "Try again" in client.get(url("detail", row)).content.decode()
    client.post(url("retry", row))
    assert states() == [(1, "planned", "")]
    mail_row(state="unknown")
    client.post(url("repeat", row), {"reason": "It never came"})
    assert states() == [(1, "planned", "")]


def test_hold_page_settles_and_ends(client, plain, admin):
    kind, _teller = plain
    plan(kind, 1)
    holds.hold(by=None, reason="", at=NOW + 2 * MINUTE)
    client.force_login(admin)
    assert "2 notices were due by then" in client.get(OVERVIEW).content.decode()
    page = client.get("/notices/deliveries/hold/").content.decode()
    assert f"?do=release&amp;kind={kind.key}" in page
    client.post("/notices/deliveries/hold/settle/", {"kind": kind.key, "do": "nonsense", "reason": "x"})
    assert set(Delivery.objects.values_list("state", flat=True)) == {"planned"}
    client.post("/notices/deliveries/hold/settle/", {"kind": kind.key, "do": "discard", "reason": "In the log"})
    assert set(Delivery.objects.values_list("state", flat=True)) == {"skipped"}
    with time_machine.travel(NOW + 20 * MINUTE, tick=False):
        assert "End the hold" in client.get("/notices/deliveries/hold/").content.decode()
        client.post("/notices/deliveries/hold/end/")
        assert "Nothing is on hold" in client.get("/notices/deliveries/hold/").content.decode()
