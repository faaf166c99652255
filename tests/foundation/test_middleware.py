import zoneinfo
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.contrib.auth.signals import user_logged_out
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from foundation import origin
from foundation.middleware import (
    CleanInputMiddleware,
    FullPageRedirectMiddleware,
    HeadersMiddleware,
    OriginMiddleware,
    ReaderMiddleware,
    client_ip,
)

FACTORY = RequestFactory()
pytestmark = pytest.mark.urls("tests.foundation.api_of_tests")


def through(middleware, request, answer=None):
    """The answer of a view behind one middleware; `answer` makes it from the request."""
    return middleware(answer or (lambda _request: HttpResponse("ok")))(request)


# --- origin ---------------------------------------------------------------------------------------------------------


def test_request_id_is_ours_whatever_the_caller_sends():
    seen: list[Any] = []

    def look(request):
        seen.extend([origin.current(), request.request_id])
        return HttpResponse()

    request = FACTORY.get("/", headers={"X-Request-ID": "forged", "X-Correlation-ID": "forged"})
    answer = through(OriginMiddleware, request, look)
    assert answer["X-Request-ID"] == seen[1] == seen[0].request_id
    assert "forged" not in answer["X-Request-ID"]
    assert (seen[0].channel, seen[0].ip) == ("page", "127.0.0.1")
    assert origin.current() == origin.Origin()


def test_channel_of_the_api_is_api():
    answer = through(OriginMiddleware, FACTORY.get("/api/v1/x/"), lambda _: HttpResponse(origin.current().channel))
    assert answer.content == b"api"


def test_session_of_the_origin_follows_a_new_key():
    request: Any = FACTORY.get("/")
    request.session = SimpleNamespace(session_key="old")

    def sign_in(request):
        request.session.session_key = "new"
        return HttpResponse(origin.current().session)

    assert through(OriginMiddleware, request, sign_in).content.decode() == origin.fingerprint("new")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "ip"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (0, None, "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "10.6.6.6, 203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "rubbish", "192.0.2.1"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::7]:4711", "2001:db8::7"),
        (1, "2001:DB8::7", "2001:db8::7"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_address_is_the_one_that_trusted_proxies_vouch_for(proxies, forwarded, ip):
    meta = {"REMOTE_ADDR": "192.0.2.1"} | ({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded})
    assert client_ip(meta, proxies) == ip


def test_socket_without_an_address_is_nobody():
    assert client_ip({"REMOTE_ADDR": ""}, 0) is None
    assert client_ip({}, 0) is None


@given(st.text(max_size=30), st.integers(0, 3))
def test_what_the_caller_writes_at_the_left_never_counts(forged, proxies):
    honest = ", ".join(["203.0.113.9", "198.51.100.1", "198.51.100.2"][:proxies])
    meta = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": f"{forged}, {honest}" if honest else forged}
    assert client_ip(meta, proxies) == ("203.0.113.9" if proxies else "192.0.2.1")


# --- headers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 302, 404, 500])
def test_every_answer_carries_the_headers(status):
    answer = through(HeadersMiddleware, FACTORY.get("/"), lambda _: HttpResponse(status=status))
    assert {name: answer[name] for name in answer.headers if name != "Content-Type"} == {
        "Permissions-Policy": answer["Permissions-Policy"],
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(answer["Permissions-Policy"].split(", "))


def test_view_that_knows_better_keeps_its_own():
    answer = through(
        HeadersMiddleware, FACTORY.get("/"), lambda _: HttpResponse(headers={"Cache-Control": "private, max-age=60"})
    )
    assert answer["Cache-Control"] == "private, max-age=60"


def test_signing_out_clears_what_the_browser_kept():
    def sign_out(request):
        user_logged_out.send(sender=None, request=request, user=None)
        return HttpResponse()

    assert through(HeadersMiddleware, FACTORY.get("/"), sign_out)["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in through(HeadersMiddleware, FACTORY.get("/")).headers
    user_logged_out.send(sender=None, request=None, user=None)


# --- input ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/a%00b/", "/a%0Ab/", "/a%7Fb/", "/?q=%00", "/?q=a%0D%0Ab", "/?%00=a", "/?q=%1b", "/?q=%c2%85", "/?next=/%09/e"],
)
def test_control_characters_in_the_address_are_refused(path):
    with pytest.raises(BadRequest, match="control character"):
        through(CleanInputMiddleware, FACTORY.get(path))


@pytest.mark.parametrize(
    "path", ["/Krak%C3%B3w/?q=%F0%9F%99%82", "/?q=", "/?q=a+b&page=2", "/%FF/?q=%FF", "/?q=%E2%80%AE"]
)
def test_other_addresses_pass(path):
    assert through(CleanInputMiddleware, FACTORY.get(path)).content == b"ok"


def test_parameter_given_twice_is_refused_unless_it_may_be(settings):
    with pytest.raises(BadRequest, match="“id” more than once"):
        through(CleanInputMiddleware, FACTORY.get("/?id=1&id=2"))
    with pytest.raises(BadRequest):
        through(CleanInputMiddleware, FACTORY.get("/?id=1&id=1"))
    settings.REPEATABLE_PARAMETERS = ("stage",)
    assert through(CleanInputMiddleware, FACTORY.get("/?stage=1&stage=2")).content == b"ok"
    with pytest.raises(BadRequest):
        through(CleanInputMiddleware, FACTORY.get("/?stage=1&id=1&id=2"))


@pytest.mark.parametrize("value", ["\x00", "a\x07b", "\x1b[31m", "\x7f"])
@pytest.mark.parametrize("content_type", ["multipart", "urlencoded"])
def test_control_characters_in_a_form_are_refused(value, content_type):
    form = {"notes": value}
    if content_type == "multipart":
        request = FACTORY.post("/", form)
    else:
        request = FACTORY.post("/", urlencode(form), content_type="application/x-www-form-urlencoded")
    with pytest.raises(BadRequest, match="“notes” holds a control character"):
        through(CleanInputMiddleware, request)


def test_field_name_with_a_control_character_is_refused():
    with pytest.raises(BadRequest):
        through(CleanInputMiddleware, FACTORY.post("/", "a%00=1", content_type="application/x-www-form-urlencoded"))


def test_what_people_paste_into_a_form_passes():
    form = {"notes": "tab\t line\r\nslide\v page\f Kraków 🙂 \u200d", "many": ["1", "2"]}
    assert through(CleanInputMiddleware, FACTORY.post("/", form)).content == b"ok"


def test_body_that_is_no_form_is_not_read():
    request = FACTORY.post("/", b'{"a": "\\u0000"}', content_type="application/json")
    assert through(CleanInputMiddleware, request, lambda r: HttpResponse(r.read())).content == b'{"a": "\\u0000"}'


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_query_passes_or_is_refused(name, value):
    encoded = [quote(part, safe="", errors="replace") for part in (name, value)]
    try:
        through(CleanInputMiddleware, FACTORY.get(f"/?{encoded[0]}={encoded[1]}"))
    except BadRequest:
        return
    assert "\x00" not in name + value


# --- redirects ------------------------------------------------------------------------------------------------------


def redirected(target, *, htmx=True, current=None):
    headers = {"HX-Request": "true"} if htmx else {}
    if current:
        headers["HX-Current-URL"] = current
    return through(
        FullPageRedirectMiddleware, FACTORY.get("/panel/", headers=headers), lambda _: HttpResponseRedirect(target)
    )


@pytest.fixture
def sign_in(settings):
    settings.LOGIN_URL = "/accounts/login/"
    settings.FULL_PAGE_PATHS = None
    return "/accounts/login/?next=/panel/"


def test_sign_in_replaces_the_page_and_not_a_panel(sign_in):
    answer = redirected(sign_in, current="http://testserver/openings/3/?stage=2#top")
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fopenings%2F3%2F%3Fstage%3D2"
    assert answer.content == b""
    assert "Location" not in answer.headers


@pytest.mark.parametrize("current", [None, "http://evil.example/x", "javascript:alert(1)", "http://testserver@evil/"])
def test_page_in_sight_must_be_ours(sign_in, current):
    assert redirected(sign_in, current=current)["HX-Redirect"] == "/accounts/login/?next=%2F"


def test_other_redirects_and_plain_requests_stay(sign_in):
    assert redirected(sign_in, htmx=False)["Location"] == sign_in
    assert redirected("/openings/")["Location"] == "/openings/"
    assert redirected("https://elsewhere.example/accounts/login/")["Location"].startswith("https://elsewhere")


def test_paths_of_other_full_pages_can_be_named(sign_in, settings):
    settings.FULL_PAGE_PATHS = ["/accounts/"]
    assert redirected("/accounts/2fa/")["HX-Redirect"] == "/accounts/2fa/"


# --- the reader -----------------------------------------------------------------------------------------------------

MOMENT = datetime(2026, 11, 26, 12, tzinfo=UTC)


def seen_by(**user):
    request: Any = FACTORY.get("/")
    request.user = SimpleNamespace(**user)
    return through(
        ReaderMiddleware,
        request,
        lambda _: HttpResponse(f"{timezone.localtime(MOMENT):%H:%M} {translation.get_language()}"),
    )


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Kathmandu", "17:45"),
        (zoneinfo.ZoneInfo("Asia/Kolkata"), "17:30"),
        ("", "12:00"),
        (None, "12:00"),
        ("Mars/Olympus", "12:00"),
        ("../../etc/passwd", "12:00"),
        ("America", "12:00"),
    ],
)
def test_times_are_the_readers(settings, zone, shown):
    settings.TIME_ZONE = "UTC"
    assert seen_by(time_zone=zone, language="").content.decode().startswith(shown)
    assert timezone.get_current_timezone_name() == "UTC"


def test_language_is_the_readers_if_it_is_offered(settings):
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
    before = translation.get_language()
    assert seen_by(time_zone="UTC", language="de")["Content-Language"] == "de"
    assert seen_by(time_zone="UTC", language="tlh").content == b"12:00 en-gb"
    assert seen_by().content == b"12:00 en-gb"
    assert translation.get_language() == before
