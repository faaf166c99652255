"""One POST to a real socket that behaves and misbehaves; and a name that leads to another place than it said."""

import socket
import time
from datetime import UTC, datetime, timedelta

import pytest

from notifications import egress
from notifications.egress import Answer, Trouble, Verdict
from tests.notifications.receivers_of_tests import OK, certificate, drip, endless, hang, plain, proxying, receiving

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Nobody waits ten seconds here; a machine that is busy is waited for."""
    monkeypatch.setattr(egress, "SECONDS", 1.5)
    monkeypatch.setattr(egress, "SECONDS_FOR_TEXT", 0.3)


@pytest.fixture
def names(monkeypatch):
    """What the resolver says, one answer after the other; and what it was asked."""
    known: dict[str, list[list[str]]] = {}
    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host, port, *args, **kwargs):
        if host not in known:
            return real(host, port, *args, **kwargs)
        asked.append(host)
        found = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known, asked


def post(url, body=b"{}", **headers):
    return egress.post(url, body=body, headers=headers)


# --- what receivers say ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("say", "status", "problem", "verdict"),
    [
        (OK, 200, "", Verdict.TAKEN),
        (plain(202), 202, "", Verdict.TAKEN),
        (plain(204), 204, "", Verdict.TAKEN),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, "", Verdict.TAKEN),
        (plain(301, "Location: http://127.0.0.1:1/x"), 301, "", Verdict.REFUSED),
        (plain(307, "Location: http://169.254.169.254/"), 307, "", Verdict.REFUSED),
        (plain(400, text="invalid_payload"), 400, "", Verdict.REFUSED),
        (plain(403), 403, "", Verdict.REFUSED),
        (plain(404), 404, "", Verdict.REFUSED),
        (plain(408), 408, "", Verdict.LATER),
        (plain(410), 410, "", Verdict.GONE),
        (plain(425), 425, "", Verdict.LATER),
        (plain(429), 429, "", Verdict.LATER),
        (plain(500), 500, "", Verdict.LATER),
        (plain(503), 503, "", Verdict.LATER),
        (plain(799), 799, "", Verdict.LATER),
        (hang, None, "no answer in time", Verdict.LATER),
        (drip(), None, "no answer in time", Verdict.LATER),
        (drip(b"HTTP/1.1 200 OK\r\nX: "), None, "no answer in time", Verdict.LATER),
        (drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), None, "no answer in time", Verdict.LATER),
        (drip(b"HTTP/1.1 200 OK\r\n\r\n"), 200, "", Verdict.TAKEN),
        (drip(b"HTTP/1.1 500 No\r\nContent-Length: 999\r\n\r\n"), 500, "", Verdict.LATER),
        (endless, 200, "", Verdict.TAKEN),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nshort", 200, "", Verdict.TAKEN),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200, "", Verdict.TAKEN),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok", 200, "", Verdict.TAKEN),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", None, "no answer", Verdict.LATER),
        (b"HTTP/1.1 200 " + b"x" * 70000 + b"\r\n\r\n", None, "no answer", Verdict.LATER),
        (b"SSH-2.0-OpenSSH_9.7\r\n", None, "no answer", Verdict.LATER),
        (b"HTTP/1.1 abc\r\n\r\n", None, "no answer", Verdict.LATER),
        (b"\x00\xff" * 100 + b"\r\n", None, "no answer", Verdict.LATER),
        (b"", None, "no answer", Verdict.LATER),
    ],
)  # fmt: skip
def test_what_came_back_decides(say, status, problem, verdict):
    with receiving(say) as receiver:
        since = time.monotonic()
        answer = post(receiver.url)
        took = time.monotonic() - since
    assert (answer.status, answer.problem, answer.verdict) == (status, problem, verdict)
    assert took < 4
    assert len(answer.text) <= egress.MOST_BYTES
    assert receiver.connections == 1  # and to nowhere else: no redirect was followed


def test_no_more_of_an_answer_is_read_than_is_needed():
    with receiving(plain(200, text="x" * 300_000)) as receiver:
        assert post(receiver.url).text == "x" * egress.MOST_BYTES


def test_request_is_plain_and_whole():
    with receiving() as receiver:
        answer = post(f"http://127.0.0.1:{receiver.port}/a/b?c=d%20e", "äöü".encode(), **{"webhook-id": "msg_1"})
    (request,) = receiver.requests
    assert (answer.status, answer.text) == (200, "ok")
    assert request.line == "POST /a/b?c=d%20e HTTP/1.1"
    assert request.body.decode() == "äöü"
    assert request.headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "user-agent": egress.AGENT,
        "content-type": "application/json",
        "content-length": "6",
        "accept-encoding": "identity",
        "connection": "close",
        "webhook-id": "msg_1",
    }


def test_cookies_are_not_kept():
    with receiving(plain(200, "Set-Cookie: a=b; Path=/")) as receiver:
        for _time in range(2):
            post(receiver.url)
    assert ["cookie" in request.headers for request in receiver.requests] == [False, False]


def test_header_cannot_hold_another():
    with receiving() as receiver:
        answer = post(receiver.url, **{"webhook-id": "a\r\nX-Evil: b"})
    assert (answer.problem, receiver.requests) == ("address not allowed", [])


def test_nobody_listens():
    with receiving() as receiver:
        pass
    assert post(receiver.url).problem == "no connection"


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [
        (429, "30", 30),
        (503, "120", 120),
        (429, "Fri, 20 Nov 2026 10:05:00 GMT", 300),
        (429, "999999999999999999999", None),
        (429, "9999999", 86400),
        (429, "-5", None),
        (429, "soon", None),
        (429, "²", None),
        (429, "", None),
        (500, "30", None),
        (200, "30", None),
    ],
)
def test_receiver_that_asks_to_be_left_alone_is(status, value, seconds):
    answer = Answer(status, retry_after=value)
    assert answer.not_before(NOW) == (None if seconds is None else NOW + timedelta(seconds=seconds))


def test_answer_tells_how_long_to_wait():
    with receiving(plain(429, "Retry-After: 7 ")) as receiver:
        assert post(receiver.url).not_before(NOW) == NOW + timedelta(seconds=7)


# --- names and what they lead to ------------------------------------------------------------------------------------


def test_connection_goes_to_the_very_address_that_was_looked_at(names):
    """The name means something else a moment later: nobody asks it again."""
    known, asked = names
    known["receiver.example"] = [["127.0.0.1"], ["10.0.0.1"]]
    with receiving() as receiver:
        answer = post(f"https://receiver.example:{receiver.port}/x")
    assert asked == ["receiver.example"]
    assert receiver.connections == 1
    assert answer.problem.startswith("no answer")  # it speaks no TLS


@pytest.mark.parametrize(
    "found",
    [
        ["10.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        ["169.254.169.254"],
        ["fd00::1"],
        ["::ffff:127.0.0.1"],
        ["fe80::1%lo"],
    ],
)
def test_name_that_leads_inside_is_not_followed(names, found):
    known, _asked = names
    known["receiver.example"] = [found]
    assert post("https://receiver.example/x").problem == "address not allowed"
    assert post("https://receiver.example/x").verdict is Verdict.REFUSED


def test_name_that_was_public_when_it_was_saved_is_looked_at_again(names, settings):
    settings.WEBHOOK_LOOPBACK = False
    known, _asked = names
    known["receiver.example"] = [["93.184.216.34"], ["127.0.0.1"]]
    assert [str(ip) for ip in egress.look_up(egress.parse("https://receiver.example/x"))] == ["93.184.216.34"]
    assert post("https://receiver.example/x").problem == "address not allowed"


def test_this_machine_is_refused_without_the_setting(settings):
    settings.WEBHOOK_LOOPBACK = False
    with receiving() as receiver:
        assert post(receiver.url).problem == "address not allowed"
        assert post(f"http://localhost:{receiver.port}/x").problem == "address not allowed"
    assert receiver.connections == 0


def test_name_that_nobody_knows(names):
    known, _asked = names
    known["receiver.example"] = [[]]
    answer = post("https://receiver.example/x")
    assert (answer.problem, answer.verdict) == ("name not found", Verdict.LATER)


def test_resolver_that_hangs_holds_nobody(monkeypatch):
    def stall(*_args, **_kwargs):
        time.sleep(1)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", stall)
    since = time.monotonic()
    with pytest.raises(Trouble, match="name not found"):
        egress.look_up(egress.parse("https://receiver.example/x"), seconds=0.1)
    assert time.monotonic() - since < 0.9


def test_second_address_is_tried_when_the_first_does_not_answer(names):
    known, _asked = names
    with receiving() as receiver:
        known["receiver.example"] = [["::1", "127.0.0.1"]]  # nobody listens on the first
        post(f"https://receiver.example:{receiver.port}/x")
    assert receiver.connections == 1


# --- TLS and proxies ------------------------------------------------------------------------------------------------


def test_certificate_has_to_be_the_name_s(names, tmp_path, monkeypatch):
    known, _asked = names
    known["receiver.example"] = known["other.example"] = [["127.0.0.1"]]
    public, context = certificate(tmp_path, "receiver.example")
    with receiving(context=context) as receiver:
        unknown = post(f"https://receiver.example:{receiver.port}/x")
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
        right = post(f"https://receiver.example:{receiver.port}/x")
        wrong = post(f"https://other.example:{receiver.port}/x")
    assert (unknown.problem, right.status, wrong.problem) == ("certificate not valid", 200, "certificate not valid")
    assert [request.headers["host"] for request in receiver.requests] == [f"receiver.example:{receiver.port}"]


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with receiving() as receiver:
        assert post(receiver.url).status == 200


def test_proxy_of_the_setting_is_asked_for_the_address_that_was_looked_at(names, tmp_path, monkeypatch, settings):
    known, _asked = names
    known["receiver.example"] = [["127.0.0.1"]]
    public, context = certificate(tmp_path, "receiver.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    with receiving(context=context) as receiver, proxying() as proxy:
        settings.OUTGOING_PROXY = f"http://user:pass%40word@127.0.0.1:{proxy.port}"
        assert post(f"https://receiver.example:{receiver.port}/x").status == 200
        known["receiver.example"] = [["10.0.0.1"]]
        assert post(f"https://receiver.example:{receiver.port}/x").problem == "address not allowed"
    (asked,) = proxy.requests
    assert asked.line == f"CONNECT 127.0.0.1:{receiver.port} HTTP/1.1"
    assert asked.headers["proxy-authorization"] == "Basic dXNlcjpwYXNzQHdvcmQ="


@pytest.mark.parametrize("say", [plain(403), b"", drip(b"HTTP/1.1 200 ")])
def test_proxy_that_refuses(names, settings, say):
    known, _asked = names
    known["receiver.example"] = [["127.0.0.1"]]
    with receiving(say) as proxy:
        settings.OUTGOING_PROXY = f"http://127.0.0.1:{proxy.port}"
        assert post("https://receiver.example/x").problem == "no connection"
