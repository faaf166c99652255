"""The clock's heartbeat; with a real beat in tests/faults/test_watch.py."""

import pytest
from django.db import Error

from notifications.actions import heartbeats
from notifications.models import Heartbeat
from portal import clock
from portal.celery import app
from portal.clock import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def beat(tmp_path):
    made = Clock(app=app, schedule_filename=str(tmp_path / "beat"))
    yield made
    made.close()


def test_each_tick_is_noted_but_not_more_often_than_need_be(beat, monkeypatch):
    beat.tick()
    first = Heartbeat.objects.get(kind="beat").at
    beat.tick()
    assert Heartbeat.objects.get(kind="beat").at == first
    monkeypatch.setattr(clock, "EVERY", 0)
    beat.tick()
    assert Heartbeat.objects.get(kind="beat").at > first


def test_without_the_database_it_starts_things_all_the_same(beat, monkeypatch, caplog):
    def fail(**_fields):
        raise Error("away")

    monkeypatch.setattr(heartbeats, "note", fail)
    assert beat.tick() > 0
    assert "not noted" in caplog.text
