"""What every test stands on. The people of the tests are in tests/cast.py."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client, TransactionTestCase
from django.utils import timezone
from hypothesis import HealthCheck, settings

from people.actions import sessions

# No timed tests: a busy machine must not fail one. Examples enough to find what a reader would not; fewer on the engine
# that comes second, which has to show only where it differs.
EXAMPLES = 20 if "DATABASE_URL" in os.environ else 60
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=EXAMPLES)
settings.load_profile("house")


# What pytest-django knows a test by that may ask the database.
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what may ask the database, so that a second engine need not run what cannot tell engines apart.

    pytest-django refuses the database to every other test, so nothing that asks it can be missed.
    """
    for item in items:
        asked_for = DATABASE_FIXTURES & {*getattr(item, "fixturenames", ())}
        of_a_case = issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
        if asked_for or of_a_case or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Rate limits and other counters start at nothing."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    """What a test's database knew is rolled back; so is what the installation remembers of it."""
    yield
    django_settings.LEDGER_MEMORY.unlink(missing_ok=True)


@pytest.fixture(autouse=True, scope="session")
def _force_login_is_a_whole_sign_in() -> Iterator[None]:
    """`client.force_login(person)` stands for a sign-in with a second factor; `second_factor=False` for one without."""
    force_login = Client.force_login

    def whole(self: Client, user: Any, backend: str | None = None, *, second_factor: bool = True) -> None:
        force_login(self, user, backend)
        session = self.session
        sessions.mark_signed_in(session=session, second_factor=second_factor, at=timezone.now())
        session.save()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", whole)
        yield


@pytest.fixture(autouse=True, scope="session")
def _requests_keep_the_connection_of_the_test() -> Iterator[None]:
    """The end of a request would close the connection that holds the test's transaction.

    Django's test client sees to that for itself, but not for a download that is closed after it was read, nor for a
    request that comes by WSGI.
    """
    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def close_between_transactions(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            close(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", close_between_transactions)
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """A test that would talk to another machine fails instead of waiting for it."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"A test tried to reach {address[0]}.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


@pytest.fixture(autouse=True, scope="session")
def _flush_lifts_the_triggers() -> Iterator[None]:
    """Let transactional tests empty the tables that refuse to forget.

    The audit trail's triggers refuse every DELETE, and a transactional test ends by deleting everything. They are
    lifted for that moment only, so that within a test they stand as in production.
    """
    handle = flush.Command.handle

    def handle_without_triggers(self: flush.Command, **options: Any) -> Any:
        with _triggers_lifted(connections[options["database"]]):
            return handle(self, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", handle_without_triggers)
        yield


@contextmanager
def _triggers_lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    if connection.vendor == "sqlite":
        found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        lift, restore = 'DROP TRIGGER "{0}"', "{1}"
    else:
        found = (
            "SELECT DISTINCT c.relname, '' FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE NOT t.tgisinternal AND n.nspname = current_schema()"
        )
        lift, restore = 'ALTER TABLE "{0}" DISABLE TRIGGER USER', 'ALTER TABLE "{0}" ENABLE TRIGGER USER'
    with connection.cursor() as cursor:
        cursor.execute(found)
        triggers = cursor.fetchall()
        for trigger in triggers:
            cursor.execute(lift.format(*trigger))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for trigger in triggers:
                cursor.execute(restore.format(*trigger))
