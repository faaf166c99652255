"""Single sign-on against a provider of our own on loopback: who is let in, by what proof, and what is kept."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from people.models import Person, Role
from tests.cast import make_person
from tests.people.steps import deeds, enrol_app, make_member, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class Provider(ThreadingHTTPServer):
    """An OpenID provider that vouches for whatever `claims` say."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.claims = {}
        self.asked = []
        self.broken = ""


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self):
        if self.server.broken and self.server.broken in self.path:
            return self.send_error(500)
        if self.path.endswith("/.well-known/openid-configuration"):
            issuer = self.server.issuer
            return self.say(
                issuer=issuer,
                authorization_endpoint=f"{issuer}/authorize",
                token_endpoint=f"{issuer}/token",
                userinfo_endpoint=f"{issuer}/userinfo",
                jwks_uri=f"{issuer}/keys",
            )
        return self.say(**self.server.claims)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append({name: values[0] for name, values in parse_qs(body).items()})
        now = int(time.time())
        identity = {"iss": self.server.issuer, "aud": "rapport", "iat": now, "exp": now + 60, **self.server.claims}
        token = jwt.encode(identity, "k" * 40, algorithm="HS256")
        return self.say(access_token="a", token_type="Bearer", expires_in=60, id_token=token)

    def say(self, **content):
        answer = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_args):
        pass


@pytest.fixture(scope="module")
def _running():
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def provider(_running, settings):
    _running.claims, _running.asked, _running.broken = {}, [], ""
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app_for(_running.issuer)]}
    }
    return _running


def app_for(issuer, **settings):
    return {
        "provider_id": "corp",
        "name": "Corp",
        "client_id": "rapport",
        "secret": "s3cret",
        "settings": {
            "server_url": issuer,
            "token_auth_method": "client_secret_post",
            "verified_email": [],
            "trusted_second_factor": False,
            **settings,
        },
    }


def configure(settings, provider, **changes):
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app_for(provider.issuer, **changes)]}
    }


def leave(client, **form):
    """Press the button; the query of the address that the provider would be asked at."""
    page = client.post(reverse("openid_connect_login", args=["corp"]), form)
    assert page.status_code == 200
    target = page.headers["Refresh"].partition("url=")[2]
    assert target in page.content.decode().replace("&amp;", "&")
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def come_back(client, provider, state, **claims):
    provider.claims = {"sub": "u-1", **claims}
    return client.get(reverse("openid_connect_callback", args=["corp"]), {"code": "c", "state": state})


def sign_on(client, provider, **claims):
    return come_back(client, provider, leave(client)["state"], **claims)


# --- let in ---------------------------------------------------------------------------------------------------------


def test_button_stands_on_the_sign_in_page_where_a_provider_is_set(client, provider, settings):
    assert "Sign in with Corp" in client.get(reverse("account_login")).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert "Sign in with Corp" not in client.get(reverse("account_login")).content.decode()


def test_leaving_needs_a_post_and_stays_within_the_policy(client, provider):
    assert client.get(reverse("openid_connect_login", args=["corp"])).status_code == 405
    page = client.post(reverse("openid_connect_login", args=["corp"]))
    assert "form-action 'self'" in page.headers["Content-Security-Policy"].split("; ")
    query = leave(client)
    assert query["code_challenge_method"] == "S256"
    assert query["client_id"] == "rapport"
    assert query["redirect_uri"] == "https://testserver/account/sso/corp/return/"
    assert set(query["scope"].split()) == {"openid", "profile", "email"}


def test_verified_address_signs_its_person_in_and_links_the_account(client, provider):
    person = make_member("Ada", email="ada@corp.example")
    answer = sign_on(
        client, provider, email="ADA@corp.example", email_verified=True, name="Ada A", picture="https://x/y"
    )
    assert (answer.status_code, answer.url) == (302, "/")
    assert signed_in(client)
    account = SocialAccount.objects.get()
    assert (account.user, account.provider, account.uid) == (person, "corp", "u-1")
    assert account.extra_data == {}
    assert provider.asked[0]["code_verifier"]
    assert deeds()[-1] == ("people.signed_in", "done", {"by": ["socialaccount"]})
    person.refresh_from_db()
    assert (person.full_name, person.email) == ("Ada", "ada@corp.example")


def test_link_holds_when_addresses_change(client, provider):
    person = make_member(email="ada@corp.example")
    sign_on(client, provider, email="ada@corp.example", email_verified=True)
    Person.objects.filter(pk=person.pk).update(email="ada@new.example")
    again = Client()
    sign_on(again, provider, email="somebody@else.example", email_verified=False)
    assert signed_in(again)
    assert SocialAccount.objects.count() == 1


def test_invited_person_joins_by_signing_on(client, provider):
    person = make_person(email="new@corp.example")
    person.set_unusable_password()
    person.save()
    sign_on(client, provider, email="new@corp.example", email_verified=True)
    assert signed_in(client)
    assert EmailAddress.objects.values_list("user", "verified").get() == (person.pk, True)


def test_signing_on_leaves_the_password_alone(client, provider):
    person = make_person(email="ada@corp.example")
    before = person.password
    sign_on(client, provider, email="ada@corp.example", email_verified=True)
    person.refresh_from_db()
    assert person.password == before


def test_next_is_kept_and_never_leads_away(client, provider):
    make_member(email="ada@corp.example")
    state = leave(client, next="/people/directory/")["state"]
    assert come_back(client, provider, state, email="ada@corp.example", email_verified=True).url == "/people/directory/"
    other = Client()
    state = leave(other, next="//evil.example")["state"]
    assert come_back(other, provider, state, email="ada@corp.example", email_verified=True).url == "/"


# --- refused --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", [False, "false", "False", 0, 1, None, "", "yes", [], {}, ["true"]])
def test_unverified_address_lets_nobody_in(client, provider, claim):
    make_member(email="ada@corp.example")
    answer = sign_on(client, provider, email="ada@corp.example", email_verified=claim)
    assert answer.status_code == 403
    assert "does not vouch" in answer.content.decode()
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()
    assert deeds() == [("people.sign_in", "refused", {"why": "sso_unverified"})]


def test_address_without_a_claim_is_unverified(client, provider):
    make_member(email="ada@corp.example")
    assert sign_on(client, provider, email="ada@corp.example").status_code == 403
    assert sign_on(client, provider).status_code == 403
    assert not signed_in(client)


def test_trusted_domain_makes_up_for_a_missing_claim(client, provider, settings):
    configure(settings, provider, verified_email=["corp.example"])
    make_member(email="ada@corp.example")
    make_member(email="eve@other.example")
    assert sign_on(Client(), provider, email="eve@other.example").status_code == 403
    assert sign_on(Client(), provider, email="eve@evil-corp.example").status_code == 403
    sign_on(client, provider, email="ada@corp.example")
    assert signed_in(client)


def test_unknown_address_makes_no_account(client, provider):
    answer = sign_on(client, provider, email="nobody@corp.example", email_verified=True)
    assert answer.status_code == 403
    assert "invite you" in answer.content.decode()
    assert not Person.objects.exists()
    assert not signed_in(client)
    assert deeds() == [("people.sign_in", "refused", {"why": "sso_unknown"})]


def test_leaver_is_refused_whether_linked_or_not(client, provider):
    person = make_member(email="ada@corp.example")
    sign_on(Client(), provider, email="ada@corp.example", email_verified=True)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert sign_on(client, provider, email="ada@corp.example", email_verified=True).status_code == 403
    SocialAccount.objects.all().delete()
    answer = sign_on(client, provider, email="ada@corp.example", email_verified=True)
    assert answer.status_code == 403
    assert not signed_in(client)
    assert deeds()[-1] == ("people.sign_in", "refused", {"why": "sso_inactive"})


def test_accounts_are_not_linked_by_hand(client, provider):
    person = make_member(email="eve@corp.example")
    client.force_login(person)
    page = client.post(f"{reverse('openid_connect_login', args=['corp'])}?process=connect")
    state = parse_qs(urlsplit(page.headers["Refresh"].partition("url=")[2]).query)["state"][0]
    answer = come_back(client, provider, state, email="boss@corp.example", email_verified=True)
    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


def test_state_of_another_browser_is_refused(client, provider):
    make_member(email="ada@corp.example")
    state = leave(Client())["state"]
    answer = come_back(client, provider, state, email="ada@corp.example", email_verified=True)
    assert answer.status_code == 401
    assert not signed_in(client)
    assert deeds() == [("people.sign_in", "refused", {"why": "sso_failed"})]


def test_state_works_once(client, provider):
    make_member(email="ada@corp.example")
    state = leave(client)["state"]
    come_back(client, provider, state, email="ada@corp.example", email_verified=True)
    client.post(reverse("account_logout"))
    assert come_back(client, provider, state, email="ada@corp.example", email_verified=True).status_code == 401
    assert not signed_in(client)


@pytest.mark.parametrize("broken", ["openid-configuration", "userinfo"])
def test_provider_that_fails_is_told_so(client, provider, broken):
    state = leave(client)["state"] if broken == "userinfo" else "x"
    provider.broken = broken
    if broken == "userinfo":
        answer = come_back(client, provider, state, email="ada@corp.example", email_verified=True)
    else:
        answer = client.post(reverse("openid_connect_login", args=["corp"]))
    assert answer.status_code == 401
    assert "Single sign-on failed" in answer.content.decode()


@pytest.mark.parametrize("claims", [{"sub": None}, {"sub": ""}, {"sub": "x" * 500}, {"email": 5}, {"email": ["a@b.c"]}])
def test_senseless_claims_are_told_so(client, provider, claims):
    state = leave(client)["state"]
    answer = come_back(client, provider, state, **{"email_verified": True, **claims})
    assert answer.status_code in {401, 403}
    assert not signed_in(client)


def test_unknown_provider_is_not_there(client, provider):
    assert client.post(reverse("openid_connect_login", args=["other"])).status_code == 404
    assert client.get(reverse("openid_connect_callback", args=["other"])).status_code == 404


def test_giving_up_over_there_leads_to_a_calm_page(client, provider):
    state = leave(client)["state"]
    answer = client.get(
        reverse("openid_connect_callback", args=["corp"]), {"error": "access_denied", "state": state}, follow=True
    )
    assert "Sign-in cancelled" in answer.content.decode()


# --- second factor --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("trusted", "where"), [(False, "/account/second-factor/set-up/"), (True, None)])
def test_second_factor_is_asked_for_unless_the_provider_does(client, provider, settings, trusted, where):
    settings.SECOND_FACTOR = "roles"
    configure(settings, provider, trusted_second_factor=trusted)
    make_member(email="ada@corp.example", roles={Role.RECRUITER: None})
    sign_on(client, provider, email="ada@corp.example", email_verified=True)
    answer = client.get("/people/directory/")
    if where:
        assert answer.url.startswith(where)
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize(("trusted", "where"), [(False, "/account/second-factor/"), (True, "/")])
def test_enrolled_factor_is_asked_for_unless_the_provider_does(client, provider, settings, trusted, where):
    configure(settings, provider, trusted_second_factor=trusted)
    enrol_app(make_member(email="ada@corp.example"))
    assert sign_on(client, provider, email="ada@corp.example", email_verified=True).url == where


def test_trust_in_a_provider_does_not_outlive_its_sign_in(client, provider, settings):
    from tests.people.steps import sign_in

    configure(settings, provider, trusted_second_factor=True)
    person = make_member(email="ada@corp.example")
    enrol_app(person)
    sign_on(client, provider, email="ada@corp.example", email_verified=True)
    client.post(reverse("account_logout"))
    assert sign_in(client, person).url == reverse("mfa_authenticate")
