"""Signing in with a password: who gets in, who does not, what is told, what is limited, how a session ends."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import identify_hasher
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from people import tasks
from people.models import AuditEntry, Person
from tests.cast import NOW, PASSWORD, make_person
from tests.people.steps import BROWSER, deeds, make_member, sign_in, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LOGIN = "/account/sign-in/"
WRONG = "wrong horse battery"


# --- getting in -----------------------------------------------------------------------------------------------------


def test_right_password_opens_the_page_that_was_wanted(client):
    person = make_member("Ada")
    refused = client.get("/people/?team=1")
    assert refused.url == f"{LOGIN}?next=/people/%3Fteam%3D1"
    answer = client.post(refused.url, {"login": person.email, "password": PASSWORD, "next": "/people/?team=1"})
    assert (answer.status_code, answer.url) == (302, "/people/?team=1")
    assert signed_in(client)
    assert deeds() == [("people.signed_in", "done", {"by": ["password"]})]


def test_address_is_taken_whatever_its_case(client):
    person = make_member(email="ada.ampersand@staff.example")
    client.post(LOGIN, {"login": " ADA.Ampersand@Staff.example ", "password": PASSWORD})
    assert signed_in(client)
    assert AuditEntry.objects.get().actor == person


def test_wrong_password_and_unknown_address_get_the_same_answer(client):
    person = make_member()

    def refusal(login):
        page = Client().post(LOGIN, {"login": login, "password": WRONG})
        assert page.status_code == 200
        return _without_tokens(page).replace(login, "ADDRESS")

    assert refusal(person.email) == refusal("nobody@staff.example")
    assert deeds() == [("people.sign_in", "refused", {"why": "password"})] * 2
    assert [entry.object_id for entry in AuditEntry.objects.order_by("pk")] == [person.pk, None]
    assert not AuditEntry.objects.exclude(actor=None).exists()


def _without_tokens(page) -> str:
    import re

    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", page.content.decode())


def test_somebody_who_left_is_told_so_only_with_the_right_password(client):
    person = make_member(is_active=False)
    assert sign_in(client, person).url == reverse("account_inactive")
    assert "closed" in client.get(reverse("account_inactive")).content.decode()
    assert not signed_in(client)
    assert deeds()[-1] == ("people.sign_in", "refused", {"why": "inactive"})
    guess = _without_tokens(Client().post(LOGIN, {"login": person.email, "password": WRONG}))
    nobody = _without_tokens(Client().post(LOGIN, {"login": "nobody@staff.example", "password": WRONG}))
    assert guess.replace(person.email, "") == nobody.replace("nobody@staff.example", "")


@pytest.mark.django_db(transaction=True)  # mail goes on commit
def test_address_that_was_changed_is_confirmed_before_it_signs_in(client):
    person = make_person(email="new@staff.example")
    EmailAddress.objects.create(user=person, email=person.email, verified=False, primary=True)
    assert sign_in(client, person).url == reverse("account_email_verification_sent")
    assert not signed_in(client)
    assert client.get(reverse("account_email_verification_sent")).status_code == 200
    link = _link_in(str(mail.outbox[0].body))
    assert link.startswith("https://testserver/account/confirm-address/")
    assert mail.outbox[0].to == ["new@staff.example"]
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified
    client.post(link)
    sign_in(client, person)
    assert signed_in(client)


def test_confirming_by_a_forged_link_is_refused(client):
    page = client.get("/account/confirm-address/MQ:abc:def/")
    assert "no longer works" in page.content.decode()
    assert client.post("/account/confirm-address/MQ:abc:def/").status_code == 404


def test_nobody_can_sign_up_or_manage_addresses(client):
    for name in ("account_signup", "account_email", "socialaccount_signup", "socialaccount_connections"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for path in ("signup/", "email/", "3rdparty/", "3rdparty/signup/", "login/code/", "signup/passkey/"):
        assert client.get(f"/account/{path}").status_code == 404
        assert client.post(f"/account/{path}", {"email": "me@evil.example"}).status_code == 404
    assert not Person.objects.exists()


@pytest.mark.parametrize("where", ["sign-in/", "password/forgotten/", "sign-out/"])
def test_pages_for_people_have_no_second_form_for_programs(client, where):
    answer = client.get(f"/account/{where}", headers={"accept": "application/json"}, follow=True)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_sign_in_page_asks_the_database_nothing(client, django_assert_num_queries):
    client.get(LOGIN)
    with django_assert_num_queries(0):
        assert client.get(LOGIN).status_code == 200


def test_demo_accounts_are_listed_where_the_demo_gives_them(client, rf):
    from allauth.account.forms import LoginForm
    from django.template.loader import render_to_string

    accounts = [{"label": "Recruiter", "name": "Rosa", "email": "rosa@demo.example", "password": "let me look"}]
    page = render_to_string("account/login.html", {"form": LoginForm(), "demo_accounts": accounts}, rf.get(LOGIN))
    assert 'data-fill-email="rosa@demo.example"' in page
    assert "demo-fill.js" in page
    assert "demo-fill" not in client.get(LOGIN).content.decode()


# --- where it leads -------------------------------------------------------------------------------------------------

ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http://testserver@evil.example",
    "http://testserver/people/",
    " //evil.example",
    "javascript:alert(1)",
    "/x//evil.example",
    "///evil.example",
    "/\u2028/evil.example",
    "data:text/html,x",
    "evil.example",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_never_leads_off_the_site(target):
    person = make_member()
    client = Client()
    entered = client.post(LOGIN, {"login": person.email, "password": PASSWORD, "next": target})
    # Signed in already, the page leads on at once; and so does signing out.
    again = client.get(LOGIN, {"next": target})
    left = client.post(reverse("account_logout"), {"next": target})
    assert [answer.headers["Location"] for answer in (entered, again, left)] == ["/", "/", LOGIN]


@pytest.mark.parametrize("target", ["/\t/evil.example", "/x\n//evil.example", "/\r/evil.example", "/\x00"])
def test_next_with_a_control_character_is_not_followed(client, target):
    person = make_member()
    assert client.get(LOGIN, {"next": target}).status_code == 400
    answer = client.post(LOGIN, {"login": person.email, "password": PASSWORD, "next": target})
    assert answer.status_code == 400 or answer.url == "/"


# --- limits ---------------------------------------------------------------------------------------------------------


def test_sixth_try_is_refused_even_when_right_and_others_get_in(client):
    person, other = make_member(), make_member()
    for number in range(5):
        sign_in(client, person, WRONG, REMOTE_ADDR=f"192.0.2.{number}")
    page = sign_in(client, person, REMOTE_ADDR="192.0.2.9")
    assert "tried too often" in page.content.decode()
    assert deeds()[-1] == ("people.sign_in", "refused", {"why": "too_often"})
    assert sign_in(client, other, REMOTE_ADDR="192.0.2.9").status_code == 302


def test_waiting_lifts_the_limit(client):
    person = make_member()
    with time_machine.travel(NOW, tick=False) as clock:
        for _number in range(6):
            sign_in(client, person, WRONG)
        assert sign_in(client, person).status_code == 200
        clock.shift(timedelta(minutes=5, seconds=1))
        assert sign_in(client, person).status_code == 302


def test_own_browser_still_gets_in_while_a_stranger_guesses(client):
    person = make_member()
    sign_in(client, person)
    client.post(reverse("account_logout"))
    stranger = Client()
    for number in range(6):
        sign_in(stranger, person, WRONG, REMOTE_ADDR=f"192.0.2.{number}")
    assert sign_in(stranger, person, REMOTE_ADDR="192.0.2.99").status_code == 200
    assert sign_in(client, person).status_code == 302


def test_own_browser_has_its_limit_too(client):
    person = make_member()
    sign_in(client, person)
    client.post(reverse("account_logout"))
    for number in range(5):
        sign_in(client, person, WRONG, REMOTE_ADDR=f"192.0.2.{number}")
    assert sign_in(client, person, REMOTE_ADDR="192.0.2.99").status_code == 200


def test_device_of_one_account_opens_no_other_count(client):
    mine, theirs = make_member(), make_member()
    sign_in(client, mine)
    client.post(reverse("account_logout"))
    for number in range(5):
        sign_in(Client(), theirs, WRONG, REMOTE_ADDR=f"192.0.2.{number}")
    assert sign_in(client, theirs, REMOTE_ADDR="192.0.2.99").status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "a:b:c", "W10:1sK:abc"])
def test_forged_device_cookie_is_no_device(client, cookie):
    person = make_member()
    client.cookies["device"] = cookie
    for number in range(5):
        sign_in(Client(), person, WRONG, REMOTE_ADDR=f"192.0.2.{number}")
    assert sign_in(client, person, REMOTE_ADDR="192.0.2.99").status_code == 200


def test_another_port_in_the_host_header_is_not_another_count(client):
    person = make_member()
    for number in range(5):
        sign_in(client, person, WRONG, REMOTE_ADDR=f"192.0.2.{number}", headers={"host": f"testserver:{8000 + number}"})
    assert sign_in(client, person, REMOTE_ADDR="192.0.2.99").status_code == 200


def test_forged_forwarding_neither_dodges_the_limit_nor_reaches_the_trail(client):
    for number in range(10):
        page = client.post(
            LOGIN,
            {"login": f"nobody{number}@staff.example", "password": WRONG},
            headers={"x-forwarded-for": f"198.51.100.{number}"},
        )
        assert "do not match" in page.content.decode()
    page = client.post(
        LOGIN, {"login": "nobody@staff.example", "password": WRONG}, headers={"x-forwarded-for": "198.51.100.77"}
    )
    assert "tried too often" in page.content.decode()
    assert set(AuditEntry.objects.values_list("ip", flat=True)) == {"127.0.0.1"}


def test_behind_a_proxy_its_word_counts_and_what_the_caller_wrote_does_not(client, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    person = make_member()
    for number in range(10):
        client.post(
            LOGIN,
            {"login": f"nobody{number}@staff.example", "password": WRONG},
            headers={"x-forwarded-for": f"10.0.0.{number}, 198.51.100.7"},
        )
    limited = sign_in(client, person, headers={"x-forwarded-for": "10.0.0.99, 198.51.100.7"})
    assert "tried too often" in limited.content.decode()
    assert sign_in(client, person, headers={"x-forwarded-for": "10.0.0.99, 198.51.100.8"}).status_code == 302
    assert UserSession.objects.get().ip == "198.51.100.8"


def test_many_tries_from_one_address_get_429(client):
    for number in range(30):
        client.post(LOGIN, {"login": "", "password": f"{number}"})
    answer = client.post(LOGIN, {"login": "", "password": "x"})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "too often" in answer.content.decode()
    assert answer.headers["Content-Security-Policy"]


# --- sessions -------------------------------------------------------------------------------------------------------


def test_session_key_is_new_after_signing_in_and_the_old_one_is_dead(client):
    person = make_member()
    client.get("/account/invitation/1/x-y/")
    before = client.session.session_key
    assert before
    sign_in(client, person)
    assert client.session.session_key != before
    intruder = Client()
    intruder.cookies["session"] = before
    assert not signed_in(intruder)
    client.post(reverse("account_logout"))
    assert not Session.objects.filter(session_data__contains="_auth_user_id").exists()


def test_preset_session_id_is_not_adopted(client):
    client.cookies["session"] = "a" * 32
    sign_in(client, make_member())
    assert client.session.session_key != "a" * 32
    assert signed_in(client)


def test_old_cookie_is_dead_after_signing_out(client):
    person = make_member()
    sign_in(client, person)
    stolen = client.cookies["session"].value
    assert client.post(reverse("account_logout")).headers["Clear-Site-Data"] == '"cache", "storage"'
    thief = Client()
    thief.cookies["session"] = stolen
    assert not signed_in(thief)
    assert deeds()[-1] == ("people.signed_out", "done", {"why": "asked"})


def test_signing_out_needs_a_post(client):
    sign_in(client, make_member())
    assert client.get(reverse("account_logout")).status_code == 200
    assert signed_in(client)


@pytest.mark.parametrize(
    ("pauses", "why"),
    [
        ([59], ""),
        ([60], "idle"),
        ([50] * 14, ""),
        ([50] * 15, "too_long"),
    ],
)
def test_session_ends_when_idle_or_after_twelve_hours_however_busy(client, pauses, why):
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, make_member())
        for minutes in pauses:
            clock.shift(timedelta(minutes=minutes))
            inside = signed_in(client)
        assert inside is (not why)
    assert deeds(did="people.signed_out") == ([("people.signed_out", "done", {"why": why})] if why else [])


def test_reader_is_told_why_and_led_back(client):
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, make_member())
        clock.shift(timedelta(hours=2))
        answer = client.get("/people/", follow=True)
    assert answer.redirect_chain == [(f"{LOGIN}?next=/people/", 302)]
    assert "signed out to keep your account safe" in answer.content.decode()


def test_idle_session_in_a_fragment_replaces_the_page(client):
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, make_member())
        clock.shift(timedelta(hours=2))
        answer = client.get(
            "/people/?q=a", headers={"hx-request": "true", "hx-current-url": "http://testserver/people/?q=a"}
        )
    assert answer.headers["HX-Redirect"] == f"{LOGIN}?next=%2Fpeople%2F%3Fq%3Da"
    assert answer.content == b""


def test_reading_writes_to_the_session_once_a_minute_at_most(client):
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, make_member())
        began = UserSession.objects.get().last_seen_at
        clock.shift(timedelta(seconds=59))
        signed_in(client)
        assert UserSession.objects.get().last_seen_at == began
        clock.shift(timedelta(seconds=1))
        signed_in(client)
        assert UserSession.objects.get().last_seen_at == began + timedelta(minutes=1)


def test_leaver_is_out_at_the_next_request(client):
    person = make_member()
    sign_in(client, person)
    assert signed_in(client)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert not signed_in(client)


def test_own_sessions_are_listed_and_others_ended(client):
    person, stranger = make_member("Ada"), make_member("Eve")
    phone, foreign = Client(), Client()
    sign_in(client, person, headers={"user-agent": BROWSER})
    sign_in(phone, person, headers={"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/605"})
    sign_in(foreign, stranger)
    page = client.get(reverse("account_security")).content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert page.count("setting-session") == 2
    theirs = UserSession.objects.get(user=stranger)
    assert client.post(reverse("account_session_end", args=[theirs.pk])).status_code == 404
    on_phone = UserSession.objects.get(user=person, user_agent__contains="iPhone")
    client.post(reverse("account_session_end", args=[on_phone.pk]))
    assert (signed_in(client), signed_in(phone), signed_in(foreign)) == (True, False, True)


def test_all_other_sessions_end_at_once(client):
    person = make_member()
    others = [Client(), Client()]
    for each in (client, *others):
        sign_in(each, person)
    client.post(reverse("account_sessions_end"))
    assert [signed_in(each) for each in (client, *others)] == [True, False, False]
    assert deeds(did="people.session_ended") == [("people.session_ended", "done", {"sessions": 2})]


def test_ending_the_session_in_hand_signs_out(client):
    sign_in(client, make_member())
    answer = client.post(reverse("account_session_end", args=[UserSession.objects.get().pk]))
    assert answer.url == LOGIN
    assert not signed_in(client)


@pytest.mark.parametrize(
    "name", ["account_sessions_end", "account_logout", "account_token_add", "account_change_password"]
)
def test_forms_without_a_csrf_token_are_refused(name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member())
    answer = client.post(reverse(name), {"oldpassword": PASSWORD, "password1": "another horse battery"})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()
    assert signed_in(client)


def test_ended_sessions_are_forgotten_and_open_ones_kept(client):
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(Client(), make_member())
        clock.shift(timedelta(hours=12, seconds=1))
        sign_in(client, make_member())
        assert Session.objects.count() == 2
        tasks.forget_ended_sessions()
        assert Session.objects.count() == UserSession.objects.count() == 1
        assert signed_in(client)


def test_signing_in_without_a_csrf_token_is_refused():
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, make_member()).status_code == 403


def test_passwords_are_stored_with_argon2():
    from portal import settings as shipped

    assert shipped.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    with override_settings(PASSWORD_HASHERS=shipped.PASSWORD_HASHERS):
        person = make_person()
        assert identify_hasher(person.password).algorithm == "argon2"
        assert person.check_password(PASSWORD)


def test_every_allauth_setting_is_one_that_allauth_reads():
    from allauth import app_settings as general
    from allauth.account import app_settings as account
    from allauth.mfa import app_settings as mfa
    from allauth.socialaccount import app_settings as social
    from allauth.usersessions import app_settings as sessions

    from portal import settings as shipped

    known = {
        "ACCOUNT_": account._app_settings,
        "MFA_": mfa._app_settings,
        "SOCIALACCOUNT_": social._app_settings,
        "USERSESSIONS_": sessions._app_settings,
        "ALLAUTH_": general._app_settings,
    }
    ours = [name for name in vars(shipped) if name.startswith(tuple(known)) and name.isupper()]
    assert len(ours) > 20
    for name in ours:
        prefix = next(prefix for prefix in known if name.startswith(prefix))
        assert hasattr(type(known[prefix]), name.removeprefix(prefix)), name


def _link_in(text: str) -> str:
    return next(word for word in text.split() if word.startswith("http"))
