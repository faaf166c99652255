"""Receivers of webhooks on loopback: real sockets that answer as told, and keep what they were sent."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Say = Callable[[socket.socket], None]


def plain(status: int, *headers: str, text: str = "") -> bytes:
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(text.encode())}", *headers, "", text]
    return "\r\n".join(lines).encode()


@dataclass(frozen=True)
class Request:
    """One request, taken apart by hand: the tests shall not trust what they test."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`say` is what it answers: bytes, or what to do with the connection when the request has come."""

    port: int
    say: bytes | Say = OK
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook/t0ken-of-the-channel"


def hang(_connection: socket.socket) -> None:
    time.sleep(3)


def drip(before: bytes = b"", letter: bytes = b"x", pause: float = 0.05) -> Say:
    """Says something, and then a letter at a time without end."""

    def do(connection: socket.socket) -> None:
        connection.sendall(before)
        until = time.monotonic() + 5
        while time.monotonic() < until:
            connection.sendall(letter)
            time.sleep(pause)

    return do


def endless(connection: socket.socket) -> None:
    """As much text as anybody takes."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


@contextmanager
def receiving(say: bytes | Say = OK, *, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver within the block."""
    server = socket.create_server(("127.0.0.1", 0))
    receiver = Receiver(server.getsockname()[1], say)
    thread = threading.Thread(target=_serve, args=(server, receiver, context), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def _serve(server: socket.socket, receiver: Receiver, context: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        while True:
            connection, _address = server.accept()
            receiver.connections += 1
            threading.Thread(target=_answer, args=(connection, receiver, context), daemon=True).start()


def _answer(connection: socket.socket, receiver: Receiver, context: ssl.SSLContext | None) -> None:
    with suppress(OSError, ValueError):
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        with connection:
            receiver.requests.append(read_request(connection))
            if callable(receiver.say):
                receiver.say(connection)
            else:
                connection.sendall(receiver.say)


def read_request(connection: socket.socket) -> Request:
    text = b""
    while b"\r\n\r\n" not in text:
        text += _more(connection)
    head, _, body = text.partition(b"\r\n\r\n")
    line, *rows = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (row.partition(": ") for row in rows)}
    while len(body) < int(headers.get("content-length", 0)):
        body += _more(connection)
    return Request(line, headers, body)


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    if not piece:
        raise ValueError("the other side hung up")
    return piece


@contextmanager
def proxying() -> Iterator[Receiver]:
    """A proxy that takes CONNECT, and keeps what it was asked for."""

    def through(connection: socket.socket) -> None:
        host, _, port = proxy.requests[-1].line.split()[1].rpartition(":")
        with socket.create_connection((host, int(port))) as other:
            connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=_pump, args=(other, connection), daemon=True)
            back.start()
            _pump(connection, other)
            back.join(5)

    with receiving(through) as proxy:
        yield proxy


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """(the certificate that a client has to trust, the context of a server that has it), for this name."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}.pem", folder / f"{name}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context
