"""API tokens: shown once, stored hashed, used within their scopes, revoked for good; and sessions at the API."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import path, reverse
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.errors import Refused
from people.actions import tokens
from people.api.throttling import PersonThrottle
from people.models import ApiToken, Person, Role, TokenScope
from tests.cast import NOW
from tests.people.steps import deeds, make_member, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.people.test_tokens")]


class Who(APIView):
    """Answers who asks; the least an endpoint can be."""

    required_scope: object = "people"

    def get(self, request):
        return Response({"person": request.user.pk})

    def post(self, request):
        return Response({"person": request.user.pk}, status=201)


class Closed(Who):
    required_scope = None


class ByMethod(Who):
    required_scope = {"GET": "hiring:write"}


def _urls():
    from portal.urls import urlpatterns

    return [
        path("api/v1/who/", Who.as_view()),
        path("api/v1/closed/", Closed.as_view()),
        path("api/v1/by-method/", ByMethod.as_view()),
        *urlpatterns,
    ]


urlpatterns = _urls()


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def make_token(person, *scopes, days=30):
    return tokens.create_token(
        person=person, name="Sync", scopes=scopes or ["people:read"], expires_at=NOW + timedelta(days=days), at=NOW
    )


def ask(secret, where="who", method="get", **extra):
    headers = {"authorization": f"Bearer {secret}"} if secret is not None else {}
    return getattr(Client(), method)(f"/api/v1/{where}/", headers=headers, **extra)


# --- made -----------------------------------------------------------------------------------------------------------


def test_secret_is_random_stored_hashed_and_of_a_known_form():
    person = make_member()
    token, secret = make_token(person)
    _other, second = make_token(person)
    assert re.fullmatch(r"rpt_[A-Za-z0-9_-]{43}", secret)
    assert secret != second
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert secret not in str(row)
    assert secret[12:] not in str(row)
    assert row["prefix"] == secret[:8]
    assert len(row["digest"]) == 64
    assert deeds()[0] == (
        "people.token_created",
        "done",
        {"scopes": ["people:read"], "expires_at": "2026-12-20 10:00:00+00:00"},
    )


@pytest.mark.parametrize(
    ("scopes", "days", "why"),
    [
        ([], 30, "scope"),
        (["people:read", "everything"], 30, "scope"),
        (["people:read"], 0, "year"),
        (["people:read"], -1, "year"),
        (["people:read"], 367, "year"),
    ],
)
def test_token_needs_known_scopes_and_an_end_within_a_year(scopes, days, why):
    with pytest.raises(Refused, match=why):
        tokens.create_token(
            person=make_member(), name="x", scopes=scopes, expires_at=NOW + timedelta(days=days), at=NOW
        )
    assert not ApiToken.objects.exists()


def test_nobody_hoards_tokens():
    person = make_member()
    for _number in range(tokens.MOST):
        make_token(person)
    with pytest.raises(Refused, match="20 tokens"):
        make_token(person)
    make_token(make_member())


def test_page_shows_the_secret_once(client):
    person = make_member()
    sign_in(client, person)
    form = {"name": " Payroll  sync ", "scopes": ["people:read", "hiring:read"], "days": "90"}
    page = client.post(reverse("account_token_add"), form)
    [secret] = set(re.findall(r"rpt_[\w-]{43}", page.content.decode()))
    assert page.headers["Cache-Control"] == "no-store"
    token = ApiToken.objects.get()
    assert (token.name, token.scopes, token.expires_at) == (
        "Payroll sync",
        ["hiring:read", "people:read"],
        NOW + timedelta(days=90),
    )
    listed = client.get(reverse("account_security")).content.decode()
    assert "Payroll sync" in listed
    assert secret[:8] in listed
    assert secret not in listed
    assert ask(secret).status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"name": "a\nb"}, {"scopes": []}, {"scopes": ["admin"]}, {"days": "9999"}, {"days": "x"}],
)
def test_page_refuses_what_a_token_cannot_be(client, change):
    sign_in(client, make_member())
    form = {"name": "Sync", "scopes": ["people:read"], "days": "90"} | change
    page = client.post(reverse("account_token_add"), form)
    assert page.status_code == 200
    assert "error" in page.content.decode()
    assert not ApiToken.objects.exists()


def test_scopes_are_few_and_say_what_they_open():
    assert all(re.fullmatch(r"[a-z]+:(read|write)", scope) for scope in TokenScope.values)
    assert all(label for label in TokenScope.labels)


# --- used -----------------------------------------------------------------------------------------------------------


def test_token_acts_as_its_owner():
    person = make_member()
    _token, secret = make_token(person)
    assert ask(secret).json() == {"person": person.pk}


@pytest.mark.parametrize(
    ("scopes", "where", "method", "status"),
    [
        (["people:read"], "who", "get", 200),
        (["people:read"], "who", "head", 200),
        (["people:read"], "who", "post", 403),
        (["people:write"], "who", "post", 201),
        (["people:write"], "who", "get", 403),
        (["hiring:read", "hiring:write"], "who", "get", 403),
        (TokenScope.values, "closed", "get", 403),
        (["hiring:write"], "by-method", "get", 200),
        (TokenScope.values, "by-method", "post", 403),
    ],
)
def test_scopes_open_what_they_name_and_nothing_else(scopes, where, method, status):
    _token, secret = make_token(make_member(), *scopes)
    answer = ask(secret, where, method)
    assert answer.status_code == status
    if status == 403:
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer rpt_",
        "Bearer rpt_" + "a" * 43,
        "Bearer rpt_" + "é" * 43,
        "Bearer " + "a" * 10_000,
        "Basic YTpi",
        "Token abc",
        "rpt_abc",
    ],
)
def test_wrong_header_is_401_and_says_how(header):
    client = Client()
    client.force_login(make_member())
    answer = client.get("/api/v1/who/", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_nobody_is_401():
    answer = ask(None)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_token_ends_on_its_day(clock):
    _token, secret = make_token(make_member(), days=1)
    clock.shift(timedelta(days=1) - timedelta(seconds=1))
    assert ask(secret).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert ask(secret).status_code == 401


def test_token_of_a_leaver_is_dead_at_once():
    person = make_member()
    _token, secret = make_token(person)
    assert ask(secret).status_code == 200
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert ask(secret).status_code == 401


def test_looking_a_token_up_costs_one_query(django_assert_num_queries):
    _token, secret = make_token(make_member())
    with django_assert_num_queries(1):
        found = tokens.find_token(secret=secret, at=NOW)
        assert found is not None
        assert found.person.is_active
    with django_assert_num_queries(0):
        assert tokens.find_token(secret="sessionid", at=NOW) is None


def test_use_is_noted_once_a_minute_at_most(clock):
    token, secret = make_token(make_member())
    for seconds, noted in ((0, 0), (59, 0), (1, 60), (30, 60), (30, 120)):
        clock.shift(timedelta(seconds=seconds))
        ask(secret)
        token.refresh_from_db()
        assert token.last_used_at == NOW + timedelta(seconds=noted)


def test_token_needs_no_csrf_and_a_session_does():
    person = make_member()
    _token, secret = make_token(person, "people:write")
    client = Client(enforce_csrf_checks=True)
    assert client.post("/api/v1/who/", headers={"authorization": f"Bearer {secret}"}).status_code == 201
    client.force_login(person)
    refused = client.post("/api/v1/who/")
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]


def test_session_needs_its_second_factor_at_the_api_and_a_token_was_made_with_one(settings):
    settings.SECOND_FACTOR = "roles"
    person = make_member(roles={Role.AUDITOR: None})
    _token, secret = make_token(person)
    client = Client()
    sign_in(client, person)
    answer = client.get("/api/v1/who/")
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:rapport:problem:second_factor_required"
    assert ask(secret).status_code == 200


def test_idle_session_is_401_at_the_api(clock):
    client = Client()
    sign_in(client, make_member())
    assert client.get("/api/v1/who/").status_code == 200
    clock.shift(timedelta(hours=2))
    assert client.get("/api/v1/who/").status_code == 401


def test_limit_counts_per_person_over_all_tokens_and_sessions(monkeypatch):
    monkeypatch.setattr(PersonThrottle, "THROTTLE_RATES", {"person": "3/min"})
    person, other = make_member(), make_member()
    secrets = [make_token(person)[1] for _ in range(2)]
    browser = Client()
    browser.force_login(person)
    answers = [ask(secrets[0]), ask(secrets[1]), browser.get("/api/v1/who/"), ask(secrets[0])]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].headers["Content-Type"] == "application/problem+json"
    assert ask(make_token(other)[1]).status_code == 200
    forged = Client().get(
        "/api/v1/who/", headers={"authorization": f"Bearer {secrets[1]}", "x-forwarded-for": "198.51.100.1"}
    )
    assert forged.status_code == 429


# --- revoked --------------------------------------------------------------------------------------------------------


def test_revoking_asks_first_and_ends_the_token_for_good(client):
    person = make_member()
    token, secret = make_token(person)
    sign_in(client, person)
    url = reverse("account_token_revoke", args=[token.pk])
    assert "Sync" in client.get(url).content.decode()
    assert ask(secret).status_code == 200
    assert client.post(url).url == reverse("account_security")
    assert ask(secret).status_code == 401
    assert "Sync" not in client.get(reverse("account_security")).content.decode().split("no longer works")[-1]
    assert client.get(url).status_code == 404
    with pytest.raises(Refused, match="already"):
        tokens.revoke_token(token=token, by=person, at=NOW)
    assert deeds(did="people.token_revoked") == [("people.token_revoked", "done", {})]


def test_tokens_of_others_are_not_there(client):
    token, secret = make_token(make_member())
    sign_in(client, make_member())
    for pk in (token.pk, 999_999):
        url = reverse("account_token_revoke", args=[pk])
        assert client.get(url).status_code == client.post(url).status_code == 404
    assert ask(secret).status_code == 200
