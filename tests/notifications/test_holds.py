"""After a restore what was due by then waits for a person; and what is remembered outside the database."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from foundation.errors import Refused
from notifications import memory
from notifications.actions import dispatch, holds, ledger
from notifications.memory import Memory
from notifications.models import Delivery, Mark
from people.models import AuditEntry
from tests.cast import NOW, make_person
from tests.notifications.kinds_of_tests import declared
from tests.notifications.test_sending import LATER, plan, states, subjects, work

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ada():
    return make_person("Ada")


def restored(at=LATER):
    """The database ticked an hour ago, the installation a minute ago."""
    holds.tick(at=at - HOUR)
    mark = Mark.objects.get()
    memory.remember(settings.LEDGER_MEMORY, Memory(mark.era, at - timedelta(minutes=1)))


def test_each_tick_is_remembered_within_and_without_and_nothing_is_held():
    for minutes in range(3):
        holds.tick(at=NOW + timedelta(minutes=minutes))
    mark = Mark.objects.get()
    assert memory.recall(settings.LEDGER_MEMORY) == Memory(mark.era, NOW + timedelta(minutes=2))
    assert not mark.is_held


def test_another_worker_that_ticks_meanwhile_is_no_restore(caplog):
    holds.tick(at=NOW)
    others = iter([NOW + HOUR])

    def tick_meanwhile(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if "notifications_mark" in sql and (at := next(others, None)):
            holds.tick(at=at)
        return result

    with connection.execute_wrapper(tick_meanwhile):
        holds.watch(at=NOW + HOUR)
    assert next(others, None) is None
    assert not Mark.objects.get().is_held
    assert not caplog.records


def test_outage_is_no_restore(plain):
    kind, _teller = plain
    holds.tick(at=NOW)
    plan(kind, 1)
    holds.tick(at=NOW + 6 * HOUR)
    work(minutes=60 * 6)
    assert states() == [(1, "sent", "")]


def test_after_a_restore_what_was_due_is_neither_queued_nor_claimed_and_new_things_go(plain):
    kind, _teller = plain
    plan(kind, 1)
    restored()
    holds.tick(at=LATER)
    assert Mark.objects.get().held_why == "restored"
    assert dispatch.take_due(at=LATER + HOUR) == []
    pks = list(Delivery.objects.values_list("pk", flat=True))
    assert ledger.claim(pks=pks, token=uuid4(), at=LATER + HOUR) == []
    with declared("tests.new") as (new, _its):
        plan(new, 2)
        Delivery.objects.filter(kind=new.key).update(due_at=LATER + timedelta(minutes=1))
        work(minutes=1)
    assert states() == [(1, "planned", ""), (2, "sent", "")]
    assert AuditEntry.objects.get(did="notifications.hold_begun").changes == {"why": "restored", "waiting": 2}


def test_message_from_before_the_restore_finds_the_hold_though_nothing_has_ticked(plain):
    """A worker looks for itself: ids in the queue may be those of what was sent."""
    kind, _teller = plain
    plan(kind, 1)
    restored()
    holds.watch(at=LATER)
    assert ledger.claim(pks=Delivery.objects.values_list("pk", flat=True), token=uuid4(), at=LATER) == []


def test_what_was_in_hand_when_the_backup_was_made_is_planned_or_unknown(plain):
    kind, _teller = plain
    plan(kind, 1, 2)
    token = uuid4()
    rows = ledger.claim(pks=Delivery.objects.filter(channel="mail").values_list("pk", flat=True), token=token, at=LATER)
    ledger.begin(pk=rows[0].pk, token=token, at=LATER)
    restored()
    holds.watch(at=LATER)
    assert states() == [(1, "unknown", ""), (2, "planned", "")]
    assert not ledger.finish(pk=rows[0].pk, token=token, at=LATER)


def test_restore_is_noticed_once(ada):
    restored()
    holds.watch(at=LATER)
    holds.watch(at=LATER + HOUR)
    holds.end_hold(by=ada, at=LATER + HOUR)
    holds.tick(at=LATER + HOUR)
    assert not Mark.objects.get().is_held
    assert AuditEntry.objects.filter(did="notifications.hold_begun").count() == 1


def test_another_database_is_held_and_a_new_one_is_not(plain):
    memory.remember(settings.LEDGER_MEMORY, Memory(uuid4(), NOW - HOUR))
    holds.tick(at=NOW)
    assert not Mark.objects.get().is_held  # nothing was ever sent from it
    kind, _teller = plain
    plan(kind, 1)
    work()
    memory.remember(settings.LEDGER_MEMORY, Memory(uuid4(), NOW - HOUR))
    holds.tick(at=LATER)
    assert Mark.objects.get().held_why == "another"


def test_backup_from_before_there_were_marks_is_held(plain):
    kind, _teller = plain
    plan(kind, 1)
    work()
    memory.remember(settings.LEDGER_MEMORY, Memory(uuid4(), NOW))
    holds.tick(at=LATER)
    assert Mark.objects.get().is_held


WITHOUT_ZONE = '{"era": "7d0a5b52-3c5e-4f0e-9f5f-0d0b7a1f5d11", "at": "2026-11-20T10:00:00"}'


@pytest.mark.parametrize("content", ["", "{}", "[]", "nonsense", '{"era": 1, "at": 2}', WITHOUT_ZONE])
def test_memory_that_cannot_be_read_holds_nothing_and_is_written_anew(content):
    settings.LEDGER_MEMORY.write_text(content)
    holds.tick(at=NOW)
    assert not Mark.objects.get().is_held
    assert memory.recall(settings.LEDGER_MEMORY).at == NOW


def test_without_a_writable_disk_ticks_go_on(settings, tmp_path, caplog):
    settings.LEDGER_MEMORY = tmp_path / "nowhere" / "memory.json"
    holds.tick(at=NOW)
    assert "cannot be written" in caplog.text
    assert not Mark.objects.get().is_held


def test_operator_releases_one_kind_and_discards_another_and_ends_the_hold(plain, ada):
    kind, _teller = plain
    with declared("tests.other") as (other, _its):
        plan(kind, 1)
        plan(other, 2, to=ada)
        holds.hold(by=ada, reason="I restored Friday's backup", at=LATER)
        with pytest.raises(Refused, match="still wait"):
            holds.end_hold(by=ada, at=LATER)
        assert holds.release(kind=kind.key, by=ada, reason="Not in the log", at=LATER + HOUR) == 2
        assert holds.discard(kind="", by=ada, reason="In the log", at=LATER + HOUR) == 2
        with pytest.raises(Refused):
            holds.discard(kind="", by=ada, reason="In the log", at=LATER + HOUR)
        work(minutes=60)
        assert states() == [(1, "sent", ""), (2, "skipped", "discarded after a restore")]
        plan(other, 2, to=ada)  # what the planners do, again and again
        work(minutes=60)
        assert states()[1] == (2, "skipped", "discarded after a restore")
    holds.end_hold(by=ada, at=LATER + HOUR)
    assert subjects() == ["About 1"]
    deeds = list(AuditEntry.objects.order_by("pk").values_list("did", "reason"))
    assert deeds == [
        ("notifications.hold_begun", "I restored Friday's backup"),
        ("notifications.hold_released", "Not in the log"),
        ("notifications.hold_discarded", "In the log"),
        ("notifications.hold_ended", ""),
    ]


def test_hold_does_not_end_before_the_planners_have_been_through(ada):
    holds.hold(by=ada, reason="", at=LATER)
    with pytest.raises(Refused, match="ten minutes"):
        holds.end_hold(by=ada, at=LATER + timedelta(minutes=9))
    holds.end_hold(by=ada, at=LATER + timedelta(minutes=10))
    with pytest.raises(Refused, match="Nothing is on hold"):
        holds.end_hold(by=ada, at=LATER + timedelta(minutes=10))


def test_released_too_late_is_skipped(plain, ada):
    kind, _teller = plain
    plan(kind, 1)
    holds.hold(by=ada, reason="", at=LATER)
    holds.release(kind="", by=ada, reason="Let them", at=LATER + 30 * HOUR)
    work(minutes=60 * 30)
    assert states() == [(1, "skipped", "too late")]


def test_command_holds_before_anything_is_started(plain):
    kind, _teller = plain
    plan(kind, 1)
    Delivery.objects.update(due_at=NOW - 400 * 24 * HOUR)
    said = StringIO()
    call_command("hold_deliveries", stdout=said)
    assert said.getvalue().startswith("2 notices wait.")
    assert Mark.objects.get().held_why == "asked"
