"""/livez and /readyz, with everything up and with each dependency down."""

import logging
from copy import deepcopy
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.utils import timezone

from notifications.actions import heartbeats, holds
from notifications.models import Heartbeat
from portal import health
from tests.people.steps import make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unremembered(monkeypatch):
    monkeypatch.setattr(health, "_applied", [])


@pytest.fixture
def no_database(monkeypatch):
    """A connection of the same kind to a database that is not there."""
    settings = deepcopy(connection.settings_dict)
    settings |= {"NAME": "/nonexistent/rapport.sqlite3", "HOST": "127.0.0.1", "PORT": "1"}
    settings["OPTIONS"] = {}
    broken = connection.copy().__class__(settings)
    monkeypatch.setattr(health, "connection", broken)
    return broken


@pytest.fixture
def no_cache(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    yield
    caches.close_all()


def test_all_is_well(client):
    assert (client.get("/livez").status_code, client.get("/livez").json()) == (200, {"status": "ok"})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "failing": []})
    assert client.head("/readyz").status_code == 200
    assert client.post("/readyz").status_code == 405


def test_database_down(client, no_database):
    assert client.get("/livez").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "failing", "failing": ["database", "migrations"]}
    assert "nonexistent" not in answer.content.decode()


def test_cache_down(client, no_cache, caplog):
    with caplog.at_level(logging.CRITICAL):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "failing": ["cache"]})
    assert "127.0.0.1" not in answer.content.decode()


def test_signing_in_without_the_cache_is_closed_and_pages_are_still_read(no_cache, caplog):
    client = Client(raise_request_exception=False)
    person = make_member()
    client.force_login(person)
    with caplog.at_level(logging.CRITICAL):
        assert client.get("/people/directory/").status_code == 200
        answer = sign_in(Client(raise_request_exception=False), person)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "127.0.0.1" not in answer.content.decode()


def test_migration_missing(client):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="hiring").order_by("-pk")[0].delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "failing": ["migrations"]})


def test_migrations_are_read_until_they_are_applied_and_no_more(client, monkeypatch):
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(health, "MigrationExecutor", None)
    assert client.get("/readyz").status_code == 200


def test_probe_needs_no_sign_in_sets_no_cookie_and_reads_no_session(client, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(0):
        assert not client.get("/livez").cookies
    with django_assert_num_queries(1):
        assert not client.get("/readyz").cookies


def test_host_that_is_not_ours_is_refused(client):
    assert client.get("/livez", headers={"host": "evil.example"}).status_code == 400


def test_detail_tells_ages_without_names_and_late_is_not_failing(client):
    now = timezone.now()
    holds.tick(at=now - timedelta(seconds=30))
    heartbeats.note(name="beat", kind=Heartbeat.Kind.BEAT, at=now - timedelta(minutes=6), detail="host.internal")
    for name, minutes in (("celery@one.internal", 20), ("celery@two.internal", 1)):
        heartbeats.note(name=name, kind=Heartbeat.Kind.WORKER, at=now - timedelta(minutes=minutes))
    answer = client.get("/readyz?detail=1")
    told = answer.json()["heartbeats"]
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert {name: sign["late"] for name, sign in told.items()} == {"beat": True, "tick": False, "worker": False}
    assert 59 <= told["worker"]["seconds"] <= 70
    assert "internal" not in answer.content.decode()
    assert "heartbeats" not in client.get("/readyz").json()


def test_detail_of_an_installation_that_never_ran(client):
    told = client.get("/readyz?detail=1").json()["heartbeats"]
    assert told == {name: {"seconds": None, "late": True} for name in ("beat", "tick", "worker")}
