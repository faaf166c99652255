"""Where the work in hand came from: which request, address, session and channel.

The audit trail reads it, so that no action has to carry it through its arguments.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from django.utils.crypto import salted_hmac

Channel = Literal["page", "api", "command", "task", "mail link"]


@dataclass(frozen=True, slots=True)
class Origin:
    """One piece of work as seen from outside.

    `session` is a fingerprint: it tells two sessions apart and cannot be turned back into a cookie.
    """

    request_id: str = ""
    channel: Channel = "command"
    ip: str | None = None
    session: str = ""


_NOWHERE: Callable[[], Origin] = Origin
_source: ContextVar[Callable[[], Origin]] = ContextVar("origin", default=_NOWHERE)


def current() -> Origin:
    """The origin of the work in hand; outside every request and task, an empty one of channel "command"."""
    return _source.get()()


def new_request_id() -> str:
    """128 random bits in hex: unguessable, and never taken from the caller, who could forge log lines with it."""
    return secrets.token_hex(16)


def fingerprint(session_key: str | None) -> str:
    """A short keyed hash of a session key, or "" without a session."""
    if not session_key:
        return ""
    return salted_hmac("foundation.origin.session", session_key, algorithm="sha256").hexdigest()[:16]


@contextmanager
def acting(
    channel: Channel,
    *,
    request_id: str | None = None,
    ip: str | None = None,
    session_key: Callable[[], str | None] = lambda: None,
) -> Iterator[str]:
    """Make everything inside report this origin; yields the request id (made here unless given).

    The session key is asked for late, because signing in changes it in the middle of a request.
    """
    chosen = request_id or new_request_id()
    token = _source.set(lambda: Origin(request_id=chosen, channel=channel, ip=ip, session=fingerprint(session_key())))
    try:
        yield chosen
    finally:
        _source.reset(token)


@contextmanager
def by_mail_link() -> Iterator[None]:
    """The work in hand is done by a signed link from a mail: whatever session the browser has, it had no part in it."""
    here = current()
    with acting("mail link", request_id=here.request_id, ip=here.ip):
        yield
