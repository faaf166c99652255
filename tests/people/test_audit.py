"""The audit trail: append-only by the database, chained by hash, checked by verify."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from people.actions import audit
from people.models import AuditEntry, AuditHead
from tests.cast import NOW, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail():
    actor = make_person("Ada Admin")
    return [audit.record(by=actor, did=f"test.step_{n}", thing=actor, changes={"n": n}, at=NOW) for n in range(5)]


@pytest.mark.parametrize("change", [lambda q: q.update(reason="x"), lambda q: q.delete()])
def test_trail_refuses_change_and_deletion(trail, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change(AuditEntry.objects.filter(pk=trail[2].pk))
    assert audit.verify().is_sound


def without_triggers(sql):
    """What somebody with the database's own powers could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='people_auditentry'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(sql)
            for _, text in triggers:
                cursor.execute(text)
        else:
            # A table with checks still to come (foreign keys, at commit) cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE people_auditentry DISABLE TRIGGER USER")
            cursor.execute(sql)
            cursor.execute("ALTER TABLE people_auditentry ENABLE TRIGGER USER")


def test_verify_names_the_entry_that_was_edited(trail):
    without_triggers(f"UPDATE people_auditentry SET reason = 'never mind' WHERE id = {trail[2].pk}")
    verdict = audit.verify()
    assert (verdict.is_sound, verdict.broken_at) == (False, trail[2].pk)


def test_verify_names_the_entry_after_one_that_was_removed(trail):
    without_triggers(f"DELETE FROM people_auditentry WHERE id = {trail[2].pk}")
    assert audit.verify().broken_at == trail[3].pk


def test_verify_notices_a_tail_that_was_cut(trail):
    without_triggers(f"DELETE FROM people_auditentry WHERE id = {trail[4].pk}")
    verdict = audit.verify()
    assert not verdict.is_sound
    assert "head knows 5 entries, the trail holds 4" in verdict.problem
    with pytest.raises(CommandError, match="not sound"):
        call_command("verify_audit")


def test_sound_trail_says_so(trail):
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "5 entries" in out.getvalue()
    assert AuditHead.objects.get().hash == trail[-1].hash


def test_entry_rolls_back_with_its_action():
    with transaction.atomic():
        audit.record(by=None, did="test.never", at=NOW)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
    assert audit.verify().is_sound
