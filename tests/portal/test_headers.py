"""What every answer carries, whatever kind it is, and what the cookies and fixed addresses look like."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings
from django.urls import path, reverse
from rest_framework.response import Response
from rest_framework.views import APIView

import portal.urls
from people.models import Role
from tests.cast import NOW, make_person
from tests.people.steps import enrol_app, make_member, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ROOT = Path(__file__).resolve().parents[2]

CSP = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; img-src 'self' data:; manifest-src 'self'; media-src 'self'; "
    "object-src 'none'; script-src 'self'; style-src 'self'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
}


def fail(request):
    raise RuntimeError("canary-in-the-exception")


class Asked(APIView):
    def get(self, request):
        return Response({})


urlpatterns = [
    path("api/v1/asked/", Asked.as_view()),
    path("fails/", fail),
    path("api/v1/fails/", fail),
    *portal.urls.urlpatterns,
]
handler400, handler403 = portal.urls.handler400, portal.urls.handler403
handler404, handler500 = portal.urls.handler404, portal.urls.handler500


def answers():
    """One answer of each kind, by name."""
    stranger, member, staff = Client(), Client(), Client(raise_request_exception=False)
    sign_in(member, make_member())
    staff.force_login(make_person(is_staff=True, is_superuser=True, roles={Role.AUDITOR: None}))
    return {
        "page for anyone": stranger.get("/account/sign-in/"),
        "page": member.get("/people/directory/"),
        "fragment": member.get("/people/directory/", headers={"hx-request": "true"}),
        "account page": member.get("/account/security/"),
        "redirect to sign in": stranger.get("/people/directory/"),
        "redirect of htmx": stranger.get("/people/directory/", headers={"hx-request": "true"}),
        "403": member.get(reverse("people:role-list")),
        "signing out": member.post("/account/sign-out/"),
        "form refused": stranger.post("/account/sign-in/", {}),
        "400": stranger.get("/account/sign-in/?a=%00"),
        "400 host": stranger.get("/account/sign-in/", headers={"host": "evil.example"}),
        "403 csrf": Client(enforce_csrf_checks=True).post("/account/sign-in/", {}),
        "404": staff.get("/nothing/"),
        "404 signed out": stranger.get("/nothing/"),
        "405": stranger.post("/livez"),
        "410": stranger.get("/account/invitation/"),
        "500": staff.get("/fails/"),
        "api 401": stranger.get("/api/v1/asked/"),
        "api": staff.get("/api/v1/asked/"),
        "api 404": staff.get("/api/v1/nothing/"),
        "api 500": staff.get("/api/v1/fails/"),
        "support": staff.get("/support/"),
        "support signed out": stranger.get("/support/"),
        "static": stranger.get("/static/css/tokens.css"),
        "health": stranger.get("/livez"),
        "robots": stranger.get("/robots.txt"),
    }


@pytest.fixture
def kinds():
    with override_settings(ROOT_URLCONF="tests.portal.test_headers"):
        found = answers()
        yield found
        for answer in found.values():
            answer.close()


def test_every_kind_of_answer_carries_the_same_safe_headers(kinds):
    for kind, answer in kinds.items():
        got = dict(answer.headers)
        for name, value in ALWAYS.items():
            assert got.get(name) == value, (kind, name)
        policy = "; ".join(sorted(part.strip() for part in got["Content-Security-Policy"].split(";") if part.strip()))
        assert policy == CSP, kind
        assert len(got["X-Request-ID"]) == 32, kind
        assert "Server" not in got
        assert "X-Powered-By" not in got


def test_kinds_are_what_they_are_called(kinds):
    for kind, answer in kinds.items():
        told = [int(word) for word in kind.split() if word.isdigit()]
        assert not told or answer.status_code == told[0], kind
    assert {answer.status_code for answer in kinds.values()} >= {200, 302, 400, 401, 403, 404, 405, 410, 500}


def test_nothing_personal_is_cached_and_static_files_are(kinds):
    for kind, answer in kinds.items():
        kept = answer.headers.get("Cache-Control", "")
        if kind == "static":
            assert "no-store" not in kept
        else:
            assert "no-store" in kept, kind


def test_type_says_the_charset_of_every_text(kinds):
    for kind, answer in kinds.items():
        content_type = answer.headers.get("Content-Type", "")
        if content_type.startswith("text/"):
            assert 'charset="utf-8"' in content_type or "charset=utf-8" in content_type, kind
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        body.decode("utf-8")


def test_errors_tell_nothing_but_the_reference(kinds):
    for kind in ("500", "api 500", "400", "404"):
        body = kinds[kind].content.decode()
        assert "canary" not in body
        assert "Traceback" not in body
        assert kinds[kind].headers["X-Request-ID"] in body, kind


def test_no_answer_lets_another_origin_in(kinds):
    answer = Client().get("/account/sign-in/", headers={"origin": "https://evil.example"})
    for got in (answer, *kinds.values()):
        assert not [name for name in got.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    "address",
    [
        "/.git/HEAD",
        "/.env",
        "/var/rapport.sqlite3",
        "/static/",
        "/static/css/",
        "/media/",
        "/static/../manage.py",
        "/requirements.txt",
    ],
)
def test_nothing_lies_about(client, address):
    client.force_login(make_person())
    assert client.get(address).status_code == 404


def test_trace_is_not_answered(client):
    assert client.trace("/account/sign-in/").status_code == 405


# --- cookies --------------------------------------------------------------------------------------------------------

COOKIES = {
    "SESSION_COOKIE_NAME": "__Host-session",
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
}


def test_production_names_and_guards_its_cookies():
    from portal import settings as shipped

    assert {name: getattr(shipped, name) for name in COOKIES} == COOKIES
    with override_settings(**COOKIES):
        client = Client()
        person = make_member()
        seen: dict[str, Any] = {}
        for answer in (
            client.get("/account/sign-in/", secure=True),
            sign_in(client, person, secure=True),
            client.post("/account/sign-out/", secure=True),
        ):
            seen |= answer.cookies
    assert set(seen) == {"__Host-session", "__Host-csrf", "__Host-device"}
    for name, cookie in seen.items():
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert cookie["path"] == "/", name
        assert not cookie["domain"], name


def test_production_speaks_https_only():
    from portal import settings as shipped

    assert shipped.SECURE_HSTS_SECONDS >= 31_536_000
    assert shipped.SECURE_HSTS_INCLUDE_SUBDOMAINS
    answer = Client().get("/account/sign-in/", secure=True)
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert Client().get("/account/sign-in/").headers["Location"] == "https://testserver/account/sign-in/"
        assert Client().get("/livez").status_code == 200


# --- fixed addresses ------------------------------------------------------------------------------------------------


def test_robots_are_sent_away(client):
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_security_txt_says_whom_to_tell_and_stays_fresh(client, settings):
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    with time_machine.travel(NOW, tick=False):
        lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    assert lines == [
        "Contact: mailto:security@example.org",
        "Expires: 2027-05-19T00:00:00Z",
        "Canonical: https://testserver/.well-known/security.txt",
    ]


def test_password_managers_find_the_page_for_changing(client):
    assert client.get("/.well-known/change-password").headers["Location"] == "/account/password/"


# --- support pages --------------------------------------------------------------------------------------------------


def test_support_pages_are_for_staff_behind_the_same_sign_in(client):
    assert client.get("/support/", follow=True).redirect_chain[-1][0] == "/account/sign-in/?next=%2Fsupport%2F"
    assert client.get("/support/login/?next=//evil.example").url.startswith("/account/sign-in/?next=%2Fsupport%2F")
    client.force_login(make_person(is_superuser=True))
    assert client.get("/support/").status_code in {302, 403}
    assert client.get("/support/", follow=True).status_code == 403
    staff = Client()
    staff.force_login(make_person(is_staff=True, is_superuser=True))
    assert staff.get("/support/").status_code == 200


def test_staff_need_their_second_factor_there_too(client):
    person = make_member(is_staff=True, is_superuser=True)
    sign_in(client, person)
    assert client.get("/support/").url.startswith("/account/second-factor/set-up/")
    enrol_app(person)
    other = Client()
    assert sign_in(other, person).url == reverse("mfa_authenticate")
    assert other.get("/support/", follow=True).redirect_chain[-1][0] == "/account/second-factor/"


def test_support_pages_hide_secrets_and_lead_to_our_pages_for_passwords(client):
    client.force_login(make_person(is_staff=True, is_superuser=True))
    listed = client.get("/support/").content.decode()
    for app in ("mfa", "socialaccount", "account", "usersessions"):
        assert f"/support/{app}/" not in listed
        assert client.get(f"/support/{app}/").status_code == 404
    assert client.get("/support/password_change/").url == "/account/password/"
    assert client.get("/support/logout/").url == "/account/sign-out/"


# --- what the checks say --------------------------------------------------------------------------------------------

PRODUCTION = {
    "SECRET_KEY": "check-only-" + "0123456789abcdef" * 4,
    "ALLOWED_HOSTS": "rapport.example.org",
    "PUBLIC_URL": "https://rapport.example.org",
    "DATABASE_URL": "postgres://rapport@127.0.0.1:5432/rapport",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp://127.0.0.1:25",
}


@pytest.mark.parametrize(
    ("more", "warned"),
    [
        ({"CACHE_URL": "redis://127.0.0.1:6379/1"}, False),
        ({}, True),
        ({"WEB_WORKERS": "1"}, False),
    ],
)
def test_check_warns_when_each_process_would_count_by_itself(more, warned):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**kept, **PRODUCTION, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("people.W001" in done.stderr) is warned, done.stderr
    assert (done.returncode != 0) is warned, done.stderr
