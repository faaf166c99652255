"""One POST to an address outside, and what came back. Knows no webhook and asks no database.

The name is looked up once, every address it stands for has to be public, and the connection goes to one of those very
addresses: a name that leads elsewhere a moment later changes nothing. No redirect is followed, no cookie kept, no proxy
of the environment used, and the whole takes ten seconds at most, however slowly the other side speaks.
"""

import http.client
import io
import logging
import socket
import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from ipaddress import ip_address
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from urllib.parse import unquote, urlsplit

from django.conf import settings

from notifications import destinations
from notifications.destinations import IP, Address

log = logging.getLogger(__name__)

SECONDS = 10.0  # for all of it
SECONDS_TO_CONNECT = 4.0  # to one of the addresses
SECONDS_FOR_TEXT = 2.0  # of the answer, once its status is known: that has decided already
MOST_BYTES = 64 * 1024  # of the answer
MOST_ADDRESSES = 3
LONGEST_WAIT = timedelta(days=1)  # that a receiver may ask for
FORBIDDEN = "address not allowed"
AGENT = "Rapport-Webhooks/1 (+https://www.standardwebhooks.com)"


class Trouble(Exception):
    """Nothing came back; the problem is one or two stable words."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Verdict(Enum):
    """What an answer means for the message."""

    TAKEN = "taken"
    LATER = "later"  # not taken, or nobody knows: the same message again, later
    REFUSED = "refused"  # for good
    GONE = "gone"  # and so will be every other message to there


@dataclass(frozen=True)
class Answer:
    """What came back: a status and the beginning of the text, or else the problem that kept it from coming."""

    status: int | None = None
    problem: str = ""
    text: str = ""
    milliseconds: int = 0
    retry_after: str = ""

    @property
    def verdict(self) -> Verdict:
        status = self.status
        if status is None:
            return Verdict.REFUSED if self.problem == FORBIDDEN else Verdict.LATER
        if 200 <= status < 300:
            return Verdict.TAKEN
        if status == 410:
            return Verdict.GONE
        return Verdict.REFUSED if 300 <= status < 500 and status not in {408, 425, 429} else Verdict.LATER

    @property
    def words(self) -> str:
        """For the ledger: why it was not taken."""
        return f"answered {self.status}" if self.status is not None else self.problem

    def not_before(self, at: datetime) -> datetime | None:
        """How long a receiver that is overloaded asks to be left alone (RFC 9110, 10.2.3), at most a day."""
        if self.status not in {429, 503} or not self.retry_after:
            return None
        try:
            asked = at + timedelta(seconds=int(self.retry_after)) if self.retry_after.isdecimal() else _date(self)
        except (TypeError, ValueError, OverflowError):
            return None
        return min(asked, at + LONGEST_WAIT)


def _date(answer: Answer) -> datetime:
    moment = parsedate_to_datetime(answer.retry_after)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse(text: str) -> Address:
    """The address in its parts, as this installation allows them. Raises destinations.Unfit."""
    return destinations.parse(text, ports=settings.WEBHOOK_PORTS, loopback=settings.WEBHOOK_LOOPBACK)


def look_up(address: Address, *, seconds: float = SECONDS) -> list[IP]:
    """What the name stands for now, all of it public. Raises Trouble."""
    found: Queue[list[str]] = Queue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
            found.put([str(row[4][0]) for row in rows])
        except (OSError, UnicodeError):
            found.put([])

    # The system's resolver has time-outs of its own, and long ones.
    Thread(target=ask, daemon=True).start()
    try:
        names = found.get(timeout=max(seconds, 0.0))
    except Empty:
        names = []
    if not names:
        raise Trouble("name not found")
    ips = [ip_address(name) for name in dict.fromkeys(names)]
    if not all(destinations.may_be_reached(ip, loopback=settings.WEBHOOK_LOOPBACK) for ip in ips):
        raise Trouble(FORBIDDEN)
    return ips


def post(text: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post the body to the address; whatever the other side does, an answer comes back in time."""
    since = monotonic()
    try:
        answer = _post(text, body, headers, since + SECONDS)
    except Trouble as trouble:
        answer = Answer(problem=trouble.problem)
    took = int((monotonic() - since) * 1000)
    return Answer(answer.status, answer.problem, answer.text, took, answer.retry_after)


def _post(text: str, body: bytes, headers: Mapping[str, str], deadline: float) -> Answer:
    try:
        address = parse(text)
    except destinations.Unfit:
        raise Trouble(FORBIDDEN) from None
    wire = _Wire(_connected(look_up(address, seconds=deadline - monotonic()), address, deadline), deadline)
    try:
        if address.is_secure:
            wire.secure(address.host)
        wire.send(_request(address, body, headers))
        return wire.answer("POST")
    except ssl.SSLCertVerificationError:
        raise Trouble("certificate not valid") from None
    except TimeoutError:
        raise Trouble("no answer in time") from None
    except (OSError, http.client.HTTPException, ValueError):
        # Which of them it was helps nobody, and its words could hold what the other side sent.
        raise Trouble("no answer") from None
    finally:
        wire.hang_up()


def _request(address: Address, body: bytes, headers: Mapping[str, str]) -> bytes:
    fields = {
        "Host": address.host_header,
        "User-Agent": AGENT,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Accept-Encoding": "identity",
        "Connection": "close",
        **headers,
    }
    lines = [f"POST {address.target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    if any(not line.isprintable() for line in lines):
        raise Trouble(FORBIDDEN)  # a line break in a header would begin another
    return "\r\n".join(lines).encode("ascii") + body


# --- the connection -------------------------------------------------------------------------------------------------


class _Wire(io.RawIOBase):
    """A connection on which every single wait ends at the same moment. http.client reads from it as from a socket."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self.connection, self.deadline = connection, deadline

    def _hold_to_deadline(self) -> None:
        left = self.deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._hold_to_deadline()
        return self.connection.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def send(self, content: bytes) -> None:
        self._hold_to_deadline()
        self.connection.sendall(content)

    def secure(self, name: str) -> None:
        """TLS, with a certificate for the name, wherever we are connected to."""
        self._hold_to_deadline()
        self.connection = ssl.create_default_context().wrap_socket(self.connection, server_hostname=name)

    def answer(self, method: str) -> Answer:
        """Read the answer: its status, and as much of its text as comes soon."""
        response = http.client.HTTPResponse(self, method=method)  # type: ignore[arg-type]
        response.begin()
        self.deadline = min(self.deadline, monotonic() + SECONDS_FOR_TEXT)
        pieces, size = [], 0
        try:
            while size < MOST_BYTES and (piece := response.read1(MOST_BYTES - size)):
                pieces.append(piece)
                size += len(piece)
        except (OSError, http.client.HTTPException, ValueError):
            log.debug("An answer was cut short")
        text = b"".join(pieces).decode(errors="replace")
        return Answer(response.status, text=text, retry_after=response.getheader("Retry-After", "").strip())

    def hang_up(self) -> None:
        self.connection.close()


def _connected(ips: list[IP], address: Address, deadline: float) -> socket.socket:
    """A connection to one of these very addresses, or through the proxy that the operator has set."""
    proxy = settings.OUTGOING_PROXY if address.is_secure else ""
    for ip in ips[:MOST_ADDRESSES]:
        seconds = min(deadline - monotonic(), SECONDS_TO_CONNECT)
        if seconds <= 0:
            break
        try:
            if proxy:
                return _through(proxy, ip, address.port, seconds)
            return socket.create_connection((str(ip), address.port), timeout=seconds)
        except (OSError, http.client.HTTPException):
            log.debug("One of the addresses of a webhook did not answer")
    raise Trouble("no connection")


def _through(proxy: str, ip: IP, port: int, seconds: float) -> socket.socket:
    """Ask the proxy for the address that was looked at, not for the name, which may mean another one to it."""
    parts = urlsplit(proxy)
    place = f"[{ip}]:{port}" if ip.version == 6 else f"{ip}:{port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if parts.username:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        lines.append(f"Proxy-Authorization: Basic {b64encode(login.encode()).decode()}")
    connection = socket.create_connection((parts.hostname or "", parts.port or 3128), timeout=seconds)
    wire = _Wire(connection, monotonic() + seconds)
    try:
        wire.send("\r\n".join([*lines, "", ""]).encode())
        response = http.client.HTTPResponse(wire, method="CONNECT")  # type: ignore[arg-type]
        response.begin()
        if response.status != 200:
            raise http.client.HTTPException
    except (OSError, http.client.HTTPException):
        connection.close()
        raise
    return connection
