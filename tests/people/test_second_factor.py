"""Second factors: who must use one, how it is set up, used once, lost and taken away."""

import json
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from foundation.errors import Refused
from people.actions import sessions
from people.models import Role
from tests.cast import NOW, PASSWORD, grant
from tests.people.steps import (
    code_of,
    deeds,
    enrol_app,
    enrol_codes,
    factors_of,
    make_member,
    sign_in,
    signed_in,
    wrong_code,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SET_UP = "/account/second-factor/set-up/"


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    settings.SECOND_FACTOR = "roles"


def make_auditor(**fields):
    return make_member(roles={Role.AUDITOR: None}, **fields)


# --- who must -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "role", "staff", "must"),
    [
        ("roles", None, False, False),
        ("roles", Role.STEWARD, False, False),
        ("roles", Role.RECRUITER, False, True),
        ("roles", Role.TRAINER, False, True),
        ("roles", Role.PEOPLE_ADMIN, False, True),
        ("roles", Role.AUDITOR, False, True),
        ("roles", None, True, True),
        ("everyone", None, False, True),
        ("nobody", Role.AUDITOR, True, False),
    ],
)
def test_who_is_led_to_set_one_up(client, settings, rule, role, staff, must):
    settings.SECOND_FACTOR = rule
    sign_in(client, make_member(roles={role: None} if role else None, is_staff=staff))
    answer = client.get("/people/directory/")
    if must:
        assert answer.url == f"{SET_UP}?next=%2Fpeople%2Fdirectory%2F"
    else:
        assert answer.status_code == 200


def test_role_granted_in_mid_session_counts_at_the_next_request(client):
    person = make_member()
    sign_in(client, person)
    assert client.get("/people/directory/").status_code == 200
    grant(person, Role.RECRUITER)
    assert client.get("/people/directory/").url.startswith(SET_UP)


def plain_routes(patterns, prefix="/"):
    """(path, name) of every route that takes no arguments."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern).strip("^$").replace("\\", "")
        if isinstance(pattern, URLResolver):
            yield from plain_routes(pattern.url_patterns, path)
        elif not {"<", "("} & set(path):
            yield path, pattern.name


def is_refused(answer, path) -> bool:
    if path.startswith("/api/"):
        return bool(answer.status_code == 403 and answer.json()["type"].endswith("second_factor_required"))
    return bool(answer.status_code == 302 and answer.url.startswith(SET_UP))


def test_without_a_factor_nothing_but_its_set_up_can_be_reached(client):
    sign_in(client, make_auditor())
    routes = list(plain_routes(get_resolver().url_patterns))
    assert len(routes) > 30
    asked = [(client.get, path, name) for path, name in routes]
    # Signing out comes apart, as nothing could be asked after it.
    asked += [(client.post, path, name) for path, name in routes if name != "account_logout"]
    open_names = {name for ask, path, name in asked if not is_refused(ask(path), path)}
    assert open_names == {
        "second_factor_setup",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_logout",
        "livez",
        "readyz",
        "robots",
        "security_txt",
        "change_password",
        "screen-worker",  # a script, the same for everybody; screens themselves are under a secret
        "mail-webhook-mailgun",  # under a secret of its own; a session has no part in it
        "mail-webhook-postmark",
    }


def test_fragment_is_led_to_the_set_up_as_a_whole_page(client):
    sign_in(client, make_auditor())
    answer = client.get(
        "/people/?q=a", headers={"hx-request": "true", "hx-current-url": "http://testserver/people/directory/"}
    )
    assert answer.headers["HX-Redirect"].startswith(SET_UP)


def test_refusal_is_on_the_trail(client):
    sign_in(client, make_auditor())
    client.get("/people/directory/")
    assert deeds()[-1] == ("people.sign_in", "refused", {"why": "second_factor_missing"})


def test_signing_out_works_without_a_factor(client):
    sign_in(client, make_auditor())
    assert "Sign out" in client.get(SET_UP).content.decode()
    client.post(reverse("account_logout"))
    assert client.get("/people/directory/").url.startswith(reverse("account_login"))


def test_asking_costs_no_query_once_a_factor_was_used(client, rf, django_assert_num_queries):
    from people.middleware import lacks_second_factor

    person = make_auditor()
    secret = enrol_app(person)
    sign_in(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    request = rf.get("/")
    request.user, request.session = person, client.session
    assert request.session["second_factor"] is True
    with django_assert_num_queries(0):
        assert not lacks_second_factor(request)


# --- an authenticator app -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)  # allauth announces it on commit
def test_setting_up_an_app_opens_the_house_and_shows_recovery_codes(client):
    person = make_auditor()
    sign_in(client, person)
    page = client.get(reverse("mfa_activate_totp"))
    assert "data:image/svg+xml;base64," in page.content.decode()
    secret = page.context["form"].secret
    before = client.session.session_key
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    assert client.session.session_key != before
    codes = client.get(answer.url).context["unused_codes"]
    assert len(codes) == 10
    assert client.get("/people/directory/").status_code == 200
    assert factors_of(person) == {"totp", "recovery_codes"}
    assert ("people.second_factor_added", "done", {"kind": "totp"}) in deeds()
    assert "authenticator app was added" in mail.outbox[-1].body
    assert secret not in json.dumps(list(Authenticator.objects.values_list("data", flat=True)))


def test_wrong_code_sets_up_nothing(client):
    person = make_auditor()
    sign_in(client, person)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    page = client.post(reverse("mfa_activate_totp"), {"code": wrong_code(secret)})
    assert "This code is wrong" in page.content.decode()
    assert page.context["form"].secret == secret
    assert factors_of(person) == set()


def test_password_alone_no_longer_gets_in(client):
    person = make_member()
    secret = enrol_app(person)
    answer = sign_in(client, person)
    assert answer.url == reverse("mfa_authenticate")
    assert not signed_in(client)
    page = client.post(answer.url, {"code": wrong_code(secret)})
    assert "This code is wrong" in page.content.decode()
    assert not signed_in(client)
    before = client.session.session_key
    client.post(answer.url, {"code": code_of(secret)})
    assert signed_in(client)
    assert client.session.session_key != before
    assert deeds() == [
        ("people.sign_in", "refused", {"why": "second_factor"}),
        ("people.signed_in", "done", {"by": ["password", "totp"]}),
    ]


def test_code_works_once(client):
    person = make_member()
    secret = enrol_app(person)
    code = code_of(secret)
    for browser, works in ((client, True), (Client(), False)):
        sign_in(browser, person)
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in(browser) is works


@pytest.mark.parametrize("step", [-2, -1, 1, 2])
def test_code_of_another_moment_is_refused(client, step):
    person = make_member()
    secret = enrol_app(person)
    sign_in(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret, step=step)})
    assert not signed_in(client)


def test_wrong_codes_come_to_an_end(client):
    person = make_member()
    secret = enrol_app(person)
    sign_in(client, person)
    for number in range(5):
        client.post(reverse("mfa_authenticate"), {"code": wrong_code(secret)}, REMOTE_ADDR=f"192.0.2.{number}")
    page = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}, REMOTE_ADDR="192.0.2.99")
    assert "tried too often" in page.content.decode()
    assert not signed_in(client)


def test_half_signed_in_waits_a_quarter_of_an_hour_at_most(client):
    person = make_member()
    with time_machine.travel(NOW, tick=False) as clock:
        secret = enrol_app(person)
        sign_in(client, person)
        clock.shift(timedelta(minutes=15, seconds=1))
        assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).url == reverse("account_login")
        assert not signed_in(client)


def test_removing_the_app_leads_back_to_the_set_up_and_ends_other_sessions(client):
    person = make_auditor()
    secret = enrol_app(person)
    other = Client()
    with time_machine.travel(NOW, tick=False) as clock:
        for browser in (client, other):
            sign_in(browser, person)
            browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
            clock.shift(timedelta(seconds=30))
        assert signed_in(other)
        assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
        client.post(reverse("mfa_deactivate_totp"))
        assert factors_of(person) == set()
        assert client.get("/people/directory/").url.startswith(SET_UP)
        assert not signed_in(other)


# --- recovery codes -------------------------------------------------------------------------------------------------


def test_recovery_code_works_once(client):
    person = make_member()
    enrol_app(person)
    code = enrol_codes(person)[0]
    for browser, works in ((client, True), (Client(), False)):
        sign_in(browser, person)
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in(browser) is works
    assert deeds()[0] == ("people.signed_in", "done", {"by": ["password", "recovery_codes"]})


@pytest.mark.django_db(transaction=True)  # allauth announces it on commit
def test_renewing_codes_voids_the_old_ones(client):
    person = make_member()
    secret = enrol_app(person)
    old = enrol_codes(person)
    sign_in(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    client.post(reverse("mfa_generate_recovery_codes"))
    new = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert set(old).isdisjoint(new)
    download = client.get(reverse("mfa_download_recovery_codes"))
    assert all(code in download.content.decode() for code in new)
    assert ("people.recovery_codes_renewed", "done", {"kind": "recovery_codes"}) in deeds()
    other = Client()
    sign_in(other, person)
    other.post(reverse("mfa_authenticate"), {"code": old[0]})
    assert not signed_in(other)


def test_recovery_codes_are_seen_by_their_owner_alone(client):
    owner, other = make_member(), make_member()
    enrol_app(owner)
    codes = enrol_codes(owner)
    enrol_app(other)
    client.force_login(other)
    answer = client.get(reverse("mfa_view_recovery_codes"))
    assert not any(code in answer.content.decode() for code in codes)


# --- proving it again -----------------------------------------------------------------------------------------------

SENSITIVE = [
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "account_token_add",
]


@pytest.mark.parametrize("name", SENSITIVE)
def test_changes_ask_again_after_five_minutes(client, name):
    person = make_member()
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, person)
        clock.shift(timedelta(minutes=4, seconds=59))
        assert client.get(reverse(name)).status_code == 200
        clock.shift(timedelta(seconds=2))
        answer = client.get(reverse(name))
        assert answer.url == f"{reverse('account_reauthenticate')}?next={reverse(name).replace('/', '%2F')}"
        assert "not your password" in client.post(answer.url, {"password": "wrong"}).content.decode()
        before = client.session.session_key
        back = client.post(answer.url, {"password": PASSWORD, "next": reverse(name)})
        assert back.url == reverse(name)
        assert client.session.session_key != before
        assert client.get(reverse(name)).status_code == 200
        assert len(sessions.live_sessions(person=person, at=clock_now())) == 1


def clock_now():
    from django.utils import timezone

    return timezone.now()


def test_what_was_posted_is_done_after_asking_again(client):
    person, other = make_member(), Client()
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, person)
        sign_in(other, person)
        clock.shift(timedelta(minutes=6))
        asked = client.post(reverse("account_sessions_end"))
        assert asked.url.startswith(reverse("account_reauthenticate"))
        assert signed_in(other)
        client.post(asked.url, {"password": PASSWORD, "next": reverse("account_sessions_end")})
        assert not signed_in(other)
        assert signed_in(client)


def test_asking_again_offers_the_other_ways(client):
    person = make_member()
    secret = enrol_app(person)
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, person)
        client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        clock.shift(timedelta(minutes=6))
        page = client.get(reverse("account_reauthenticate"))
        assert reverse("mfa_reauthenticate") in page.content.decode()
        assert client.get(reverse("mfa_reauthenticate")).status_code == 200
        client.post(reverse("mfa_reauthenticate"), {"code": code_of(secret)})
        assert client.get(reverse("account_token_add")).status_code == 200


# --- passkeys -------------------------------------------------------------------------------------------------------

WELL_FORMED = {"id": "AAAA", "rawId": "AAAA", "type": "public-key"}
FORGED = [
    "",
    "null",
    "1",
    "[]",
    "{}",
    '"text"',
    '{"id": 1}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": []}',
    json.dumps(WELL_FORMED | {"response": {"clientDataJSON": "e30", "attestationObject": "oA"}}),
    json.dumps(
        WELL_FORMED
        | {"response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "MQ"}}
    ),
    '{"id": "é", "rawId": "!!", "type": 5, "response": {"clientDataJSON": 5, "userHandle": {}}}',
    "{" * 500,
]


@pytest.mark.parametrize("credential", FORGED)
def test_forged_passkey_is_refused_on_every_page(client, credential):
    person = make_member()
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert answer.status_code in {302, 200}
    assert not signed_in(client)
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    client.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert not signed_in(client)
    client.force_login(person)
    sign_in(client, person)
    client.post(reverse("account_logout"))
    enrol_app(person)
    sign_in(client, person)
    assert client.post(reverse("mfa_authenticate"), {"credential": credential}).status_code == 200
    assert not signed_in(client)


@pytest.mark.parametrize("credential", FORGED)
def test_forged_passkey_is_not_added(client, credential):
    person = make_member()
    sign_in(client, person)
    client.get(reverse("mfa_add_webauthn"))
    assert client.post(reverse("mfa_add_webauthn"), {"credential": credential, "name": "x"}).status_code == 200
    assert factors_of(person) == set()


def test_passkey_options_are_for_our_own_host(client, settings):
    options = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["rpId"] == "testserver"
    assert options["request_options"]["publicKey"]["userVerification"] == "required"
    settings.PUBLIC_URL = "https://rapport.example.org"
    options = client.get(
        reverse("mfa_login_webauthn"), headers={"accept": "application/json", "host": "localhost"}
    ).json()
    assert options["request_options"]["publicKey"]["rpId"] == "rapport.example.org"


def test_passkeys_of_others_cannot_be_touched(client):
    owner, other = make_member(), make_member()
    theirs = Authenticator.objects.create(user=owner, type="webauthn", data={"name": "Key", "credential": {}})
    sign_in(client, other)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        url = reverse(name, args=[theirs.pk])
        missing = reverse(name, args=[999_999])
        assert client.get(url).status_code == client.post(url, {"name": "Mine"}).status_code == 404
        assert client.get(missing).status_code == 404
    assert Authenticator.objects.get().data["name"] == "Key"


# --- lost -----------------------------------------------------------------------------------------------------------


def test_people_admin_can_take_lost_factors_away(client):
    person, admin = make_member(), make_member()
    secret = enrol_app(person)
    sign_in(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    with pytest.raises(Refused):
        sessions.remove_second_factors(person=person, by=admin, reason=" ", at=NOW)
    sessions.remove_second_factors(person=person, by=admin, reason="Called back on the known number.", at=NOW)
    assert factors_of(person) == set()
    assert not signed_in(client)
    with pytest.raises(Refused):
        sessions.remove_second_factors(person=person, by=admin, reason="Again.", at=NOW)


def test_factor_stored_under_a_lost_key_matches_no_code(client, settings):
    person = make_member()
    secret = enrol_app(person)
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another-" + "0123456789" * 6
    sign_in(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert not signed_in(client)
    settings.SECRET_KEY_FALLBACKS = [old]
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert signed_in(client)
