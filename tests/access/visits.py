"""Going through a door as somebody: the client of each role, what came of a request, and what it wrote."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.models import AuditEntry
from tests.access.scene import Scene

# What every request may write: the session and its list, the trail, the note of when a token was used.
HOUSEKEEPING = frozenset(
    {"django_session", "usersessions_usersession", "people_auditentry", "people_audithead", "people_apitoken"}
)
_WRITE = re.compile(
    r'^\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)', re.IGNORECASE
)
_SAVEPOINT = re.compile(r'^(SAVEPOINT|ROLLBACK TO SAVEPOINT) "?(\w+)')


@dataclass(frozen=True)
class Visit:
    """One request and its answer, rolled back since."""

    role: str
    route: str
    thing: str
    method: str
    outcome: str
    status: int
    body: str
    headers: Mapping[str, str]
    wrote: frozenset[str]
    refusals: int
    mails: int
    error: str = ""

    @property
    def where(self) -> str:
        return f"{self.method} {self.route} of {self.thing} as {self.role}"

    @property
    def changed(self) -> frozenset[str]:
        """The tables that hold what the portal is about and were written to."""
        return self.wrote - HOUSEKEEPING


@dataclass
class Visitors:
    """A browser for every role, each signed in a moment ago."""

    scene: Scene
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        if role not in self.clients:
            self.clients[role] = self._signed_in(role)
        return self.clients[role]

    def _signed_in(self, role: str, *, second_factor: bool = True, **options: Any) -> Client:
        client = Client(raise_request_exception=False, **options)
        if role == "visitor":
            return client
        person = self.scene.people[role]
        client.force_login(person, second_factor=second_factor and role != "halfway")  # type: ignore[call-arg]
        session = client.session
        session["account_authentication_methods_user"] = str(person.pk)
        session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
        session.save()
        if role == "leaver":  # whose browser is still open
            type(person).objects.filter(pk=person.pk).update(is_active=False)
        return client

    def fresh(self, role: str, **options: Any) -> Client:
        """Another browser of the same role."""
        return self._signed_in(role, **options)


def visit(
    client: Client, role: str, route: str, thing: str, method: str, path: str, data: Any = None, **extra: Any
) -> Visit:
    """Ask, note what came of it, and put everything back as it was."""
    sending: dict[str, Any] = {}
    if method not in {"GET", "HEAD", "OPTIONS"}:
        sending["data"] = data or {}
        if path.startswith("/api/"):
            sending["content_type"] = "application/json"
    mail.outbox.clear()
    cache.clear()  # limits count what is asked, and this asks a lot
    with kept_cookies(client), undone(), writes() as written:
        response = getattr(client, method.lower())(path, headers=extra or None, **sending)
        body = text_of(response)
        outcome = outcome_of(response)
    error = repr(response.exc_info[1]) if response.status_code >= 500 and response.exc_info else ""
    return Visit(
        role, route, thing, method, outcome, response.status_code, body, dict(response.headers),
        frozenset(written.tables), written.refusals, len(mail.outbox) + written.promised(), error,
    )  # fmt: skip


def path_to(scene: Scene, route: str, thing: str, query: str = "") -> str:
    name = reverse(route, kwargs=scene.arguments(thing) if thing != "-" else None)
    return f"{name}?{query}" if query else name


def text_of(response: Any) -> str:
    return response.getvalue().decode("utf-8", "replace")


def outcome_of(response: HttpResponseBase) -> str:
    """The status, or "in" and "setup" for being sent to sign in and to set up a second factor."""
    target = response.headers.get("HX-Redirect") or (
        response.headers.get("Location", "") if 300 <= response.status_code < 400 else ""
    )
    path = target.partition("?")[0]
    if path == reverse("account_login"):
        return "in"
    if path == reverse("second_factor_setup"):
        return "setup"
    return str(response.status_code)


@contextmanager
def kept_cookies(client: Client) -> Iterator[None]:
    """The browser forgets what the answer told it to keep, so that signing out is undone too."""
    before = {name: morsel.value for name, morsel in client.cookies.items()}
    yield
    client.cookies.clear()
    client.cookies.load(before)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens within is rolled back."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


@dataclass
class Written:
    """The tables that were written to, how many refusals the trail took, and what waits for the commit.

    What was taken back with its savepoint does not count: a refusal within an action leaves nothing of it.
    """

    tables: set[str] = field(default_factory=set)
    refusals: int = 0
    waiting: int = 0
    before: dict[str, tuple[set[str], int]] = field(default_factory=dict)

    def promised(self) -> int:
        """Tasks and mails that a commit would have set off."""
        return len(connection.run_on_commit) - self.waiting

    def keep(self, savepoint: str) -> None:
        self.before[savepoint] = (set(self.tables), self.refusals)

    def go_back(self, savepoint: str) -> None:
        if savepoint in self.before:
            tables, self.refusals = self.before[savepoint]
            self.tables = set(tables)


@contextmanager
def writes() -> Iterator[Written]:
    """What is written meanwhile, by whatever way: every statement passes here."""
    written = Written(waiting=len(connection.run_on_commit))

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := _WRITE.match(sql):
            written.tables.add(found[1])
            if found[1] == "people_auditentry" and AuditEntry.Outcome.REFUSED in (params or ()):
                written.refusals += 1
        elif found := _SAVEPOINT.match(sql):
            (written.keep if found[1] == "SAVEPOINT" else written.go_back)(found[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


_PASSING = (
    re.compile(r'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": ?)"[^"]*"'),
    re.compile(r'"token": ?"[^"]*"'),
    re.compile(r"\b[0-9a-f]{32}\b"),
)


def lasting(body: str) -> str:
    """The answer without what differs from one request to the next."""
    for pattern in _PASSING:
        body = pattern.sub("…", body)
    return body


def query(**parameters: str) -> str:
    return urlencode(parameters)
