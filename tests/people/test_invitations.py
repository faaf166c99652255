"""Joining: invitations, their links, passwords that are taken, and the way back for who forgot theirs."""

import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from foundation.errors import Refused
from people import tasks
from people.actions import addresses, invitations
from people.models import ApiToken, Person, Role, RoleGrant
from tests.cast import NOW, PASSWORD, make_person
from tests.people.steps import code_of, deeds, enrol_app, make_member, sign_in, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]  # mail goes on commit
FORGOTTEN = "/account/password/forgotten/"


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def make_invited(name="Ida Invited", **fields) -> Person:
    """Somebody added, without a password, not invited yet."""
    person = make_person(name, **fields)
    person.set_unusable_password()
    person.save()
    return person


def link_in(message):
    return next(word for word in message.body.split() if word.startswith("https://testserver/account/"))


def html_of(message) -> str:
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    return str(html)


def invited_link(person, by=None):
    post = invitations.invite_person(person=person, by=by, at=NOW)
    assert post.undelivered == []
    return link_in(mail.outbox[-1])


def join(client, link, password=PASSWORD):
    client.get(link)
    return client.post("/account/invitation/", {"password": password})


class CountingBackend(EmailBackend):
    made = 0

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        CountingBackend.made += 1


# --- the mail -------------------------------------------------------------------------------------------------------


def test_mail_says_who_what_and_until_when(clock):
    person, admin = make_invited(), make_member("Pam Admin")
    invited_link(person, by=admin)
    message = mail.outbox[0]
    assert message.subject == "Your account at Your organisation is waiting"
    assert message.to == [person.email]
    assert "Hello Ida Invited," in message.body
    assert "Pam Admin has invited you" in message.body
    assert "until Friday 4 December 2026" in message.body
    html = html_of(message)
    assert link_in(message) in html
    assert re.search(r"\.button \{ background: #0d", html) is None  # it stands in the elements …
    assert "@media (prefers-color-scheme: dark)" in html  # … but for what no element can say
    assert 'style="' in html
    assert message.extra_headers == {"Auto-Submitted": "auto-generated"}
    assert deeds() == [("people.invited", "done", {})]


def test_mail_escapes_what_people_are_called(clock):
    person = make_invited("<b>Ida</b> & Co")
    invited_link(person)
    assert "Hello <b>Ida</b> & Co," in mail.outbox[0].body
    assert "<b>Ida" not in html_of(mail.outbox[0])


def test_link_uses_our_own_address_whatever_host_was_asked_for(client, settings):
    settings.PUBLIC_URL = "https://rapport.example.org"
    person = make_member()
    answer = client.post(
        FORGOTTEN, {"email": person.email}, headers={"host": "localhost", "x-forwarded-host": "evil.example"}
    )
    assert answer.status_code == 302
    assert "https://rapport.example.org/account/password/new/" in mail.outbox[0].body
    assert "localhost" not in str(mail.outbox[0].body) + html_of(mail.outbox[0])
    assert "evil" not in mail.outbox[0].body
    assert client.post(FORGOTTEN, {"email": person.email}, headers={"host": "evil.example"}).status_code == 400
    assert len(mail.outbox) == 1


def test_many_are_invited_over_one_connection(clock, settings, django_assert_max_num_queries):
    people = [make_invited(f"Person {number}") for number in range(30)]
    settings.EMAIL_BACKEND = "tests.people.test_invitations.CountingBackend"
    with django_assert_max_num_queries(60):
        post = invitations.invite_people(people=people, by=None, at=NOW)
    assert post.undelivered == []
    assert len(mail.outbox) == 30
    assert CountingBackend.made == 1
    assert len({link_in(message) for message in mail.outbox}) == 30
    assert Person.objects.filter(invited_at=NOW).count() == 30


def test_mail_server_that_is_down_is_told_and_breaks_nothing(clock, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    people = [make_invited(), make_invited()]
    post = invitations.invite_people(people=people, by=None, at=NOW)
    assert post.undelivered == people
    assert Person.objects.filter(invited_at=NOW).count() == 2


def test_nothing_is_sent_when_the_work_is_undone(clock):
    from django.db import transaction

    person = make_invited()

    def invite_and_fail():
        with transaction.atomic():
            invitations.invite_person(person=person, by=None, at=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        invite_and_fail()
    assert mail.outbox == []


def test_leavers_and_those_who_joined_are_not_invited(clock):
    for person, why in ((make_invited(is_active=False), "has left"), (make_member(), "has joined already")):
        with pytest.raises(Refused, match=why):
            invitations.invite_people(people=[make_invited(), person], by=None, at=NOW)
    assert not Person.objects.exclude(invited_at=None).exists()
    assert deeds() == []
    assert mail.outbox == []


# --- the link -------------------------------------------------------------------------------------------------------


def test_invited_person_chooses_a_password_and_is_in(client, clock):
    person = make_invited()
    link = invited_link(person)
    opened = client.get(link)
    assert opened.url == "/account/invitation/"
    page = client.get(opened.url)
    assert person.email in page.content.decode()
    assert link.rsplit("/", 2)[1] not in page.content.decode()
    answer = client.post(opened.url, {"password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, "/")
    assert signed_in(client)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert person.joined_at == NOW
    address = EmailAddress.objects.get()
    assert (address.email, address.verified, address.primary) == (person.email, True, True)
    assert deeds() == [
        ("people.invited", "done", {}),
        ("people.invitation_accepted", "done", {}),
        ("people.signed_in", "done", {"by": ["password"]}),
    ]


def test_joining_leads_to_the_second_factor_where_one_is_needed(client, clock, settings):
    settings.SECOND_FACTOR = "everyone"
    join(client, invited_link(make_invited()))
    assert client.get("/").url == f"{reverse('second_factor_setup')}?next=%2F"


def test_reading_the_link_changes_nothing(client, clock):
    person = make_invited()
    link = invited_link(person)
    for _scanner in range(3):
        Client().get(link)
        Client().head(link)
    assert join(client, link).status_code == 302
    assert signed_in(client)


def test_link_works_once(client, clock):
    person = make_invited()
    link = invited_link(person)
    join(client, link)
    again = Client()
    answer = join(again, link, "another horse battery")
    assert answer.status_code == 410
    assert "no longer works" in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_two_who_open_the_link_at_once_do_not_both_get_in(clock):
    person = make_invited()
    link = invited_link(person)
    key, token = link.rstrip("/").split("/")[-2:]
    first = invitations.find_invited(key=key, token=token, at=NOW)
    second = invitations.find_invited(key=key, token=token, at=NOW)
    assert first is not None
    assert second is not None
    invitations.accept_invitation(person=first, password=PASSWORD, at=NOW)
    with pytest.raises(Refused, match="just been used"):
        invitations.accept_invitation(person=second, password="another horse battery", at=NOW)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize(("days", "works"), [(13, True), (14, True), (15, False)])
def test_link_runs_out(client, clock, days, works):
    link = invited_link(make_invited())
    clock.shift(timedelta(days=days))
    client.get(link)
    page = client.get("/account/invitation/")
    assert page.status_code == (200 if works else 410)
    if not works:
        assert FORGOTTEN in page.content.decode()


def test_new_invitation_voids_the_old_link(client, clock):
    person = make_invited()
    old = invited_link(person)
    clock.shift(timedelta(hours=1))
    invitations.invite_person(person=person, by=None, at=NOW + timedelta(hours=1))
    client.get(old)
    assert client.get("/account/invitation/").status_code == 410
    assert join(client, link_in(mail.outbox[-1])).status_code == 302


def test_link_survives_no_change_of_address(client, clock):
    person = make_invited()
    link = invited_link(person)
    Person.objects.filter(pk=person.pk).update(email="else@staff.example")
    client.get(link)
    assert client.get("/account/invitation/").status_code == 410


def test_link_of_a_leaver_is_dead(client, clock):
    person = make_invited()
    link = invited_link(person)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    client.get(link)
    assert client.get("/account/invitation/").status_code == 410


@pytest.mark.parametrize("key", ["", "0", "zzzzzzzzzzzzzzzzzzzz", "é", "1", "-1"])
@pytest.mark.parametrize("token", ["x", "abc-def", "é-é", "zzzzzzzzzzzzzzz-0"])
def test_invented_links_lead_nowhere(client, clock, key, token):
    invited_link(make_invited())
    client.get(f"/account/invitation/{key}/{token}/")
    assert client.get("/account/invitation/").status_code == 410
    assert invitations.find_invited(key=key, token=token, at=NOW) is None


def test_invitation_token_resets_no_password_and_the_other_way_round(client, clock):
    person = make_invited()
    key, token = invited_link(person).rstrip("/").split("/")[-2:]
    page = client.get(f"/account/password/new/{key}-{token}/", follow=True)
    assert "no longer works" in page.content.decode()
    from allauth.account.forms import default_token_generator

    assert invitations.find_invited(key=key, token=default_token_generator.make_token(person), at=NOW) is None


def test_nobody_is_invited_out_of_the_blue(client, clock):
    page = client.get("/account/invitation/")
    assert page.status_code == 410
    assert client.post("/account/invitation/", {"password": PASSWORD}).status_code == 410


# --- the password ---------------------------------------------------------------------------------------------------

REFUSED_PASSWORDS = {
    "eleven char": "too short",
    "passwordpassword": "too common",
    "1234567890123": "too common",
    "Ida Invited 1": "too similar",
    "ida.invited": "too short",
    "Password2026!": "too common",
    "dragondragondragon": "too common",
    "rapport-2026": "leans on the name",
    "Rapport Rapport": "leans on the name",
    "organisation1": "leans on the name",
}


@pytest.mark.parametrize(("password", "why"), REFUSED_PASSWORDS.items())
def test_weak_passwords_are_refused_with_the_reason(client, clock, password, why):
    person = make_invited()
    page = join(client, invited_link(person), password)
    assert page.status_code == 200
    assert why in page.content.decode()
    person.refresh_from_db()
    assert not person.has_usable_password()


@pytest.mark.parametrize(
    "password",
    [
        "all lower case words",
        "dragon in the garden",
        "  spaces are kept  ",
        "пароль из слов",
        "CaSe Is KePt Too",
        "correct horse battery staple " * 10,
        "emoji 🐎 battery staple",
    ],
)
def test_any_long_password_is_taken_as_it_is(client, clock, password):
    person = make_invited()
    join(client, invited_link(person), password)
    person.refresh_from_db()
    assert person.check_password(password)
    assert not person.check_password(password.strip() if password != password.strip() else password.swapcase())


def test_password_field_may_be_pasted_into_and_shown(client, clock):
    client.get(invited_link(make_invited()))
    page = client.get("/account/invitation/").content.decode()
    [field] = re.findall(r"<input[^>]+name=\"password\"[^>]*>", page)
    assert 'autocomplete="new-password"' in field
    assert "onpaste" not in page
    assert "maxlength" not in field
    assert "js/reveal.js" in page


# --- forgotten ------------------------------------------------------------------------------------------------------


def reset_link(client, person):
    client.post(FORGOTTEN, {"email": person.email})
    return link_in(mail.outbox[-1])


def choose(client, link, password="another horse battery"):
    form = client.get(link, follow=True)
    return client.post(form.redirect_chain[-1][0] if form.redirect_chain else link, {"password1": password})


def test_forgotten_password_is_replaced_by_a_link(client, clock):
    person = make_member()
    answer = choose(client, reset_link(client, person))
    assert answer.url == reverse("account_reset_password_from_key_done")
    assert client.get(answer.url).status_code == 200
    assert not signed_in(client)
    sign_in(client, person, "another horse battery")
    assert signed_in(client)
    assert "Your password was reset" in mail.outbox[-1].body
    assert ("people.password_reset", "done", {}) in deeds()


def test_known_and_unknown_addresses_get_the_same_answer_and_cost_the_same(client, clock, monkeypatch):
    person = make_member()
    asked = []
    monkeypatch.setattr(tasks.send_way_in, "delay", lambda **message: asked.append(message))

    def answer(email):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as queries:
            got = Client().post(FORGOTTEN, {"email": email})
        return (
            got.status_code,
            got.headers["Location"],
            got.content,
            dict(got.headers) | {"X-Request-ID": ""},
            len(queries),
        )

    assert answer(person.email) == answer("nobody@staff.example")
    assert answer(person.email)[-1] == 0
    assert asked[:2] == [{"email": person.email}, {"email": "nobody@staff.example"}]


def test_nothing_is_sent_to_strangers_or_leavers(client, clock):
    leaver = make_member(is_active=False)
    for email in ("nobody@staff.example", leaver.email):
        assert client.post(FORGOTTEN, {"email": email}).url == f"{FORGOTTEN}sent/"
    assert mail.outbox == []


def test_worker_needs_no_request_to_send_the_link(clock):
    person = make_member()
    tasks.send_way_in(email=person.email)
    assert "/account/password/new/" in link_in(mail.outbox[0])


def test_queue_that_is_away_is_told_and_breaks_nothing(client, clock, monkeypatch):
    def away(**_message):
        raise OperationalError

    monkeypatch.setattr(tasks.send_way_in, "delay", away)
    page = client.post(FORGOTTEN, {"email": make_member().email}, follow=True)
    assert page.status_code == 200
    assert "cannot be sent just now" in page.content.decode()


def test_asking_is_limited_for_each_address(client, clock):
    person = make_member()
    for _number in range(5):
        client.post(FORGOTTEN, {"email": person.email.upper()})
    assert client.post(FORGOTTEN, {"email": person.email}).status_code == 429
    assert len(mail.outbox) == 5


def test_reset_link_works_once_and_for_an_hour(client, clock):
    person = make_member()
    link = reset_link(client, person)
    choose(client, link)
    page = Client().get(link, follow=True)
    assert "no longer works" in page.content.decode()
    fresh = reset_link(client, person)
    clock.shift(timedelta(minutes=61))
    assert "no longer works" in Client().get(fresh, follow=True).content.decode()


def test_reset_link_survives_no_change_of_address(client, clock):
    person = make_member()
    link = reset_link(client, person)
    person.email = "else@staff.example"
    person.save()
    addresses.follow_addresses(people=[person])
    assert "no longer works" in client.get(link, follow=True).content.decode()


def test_reset_does_not_skip_the_second_factor(client, clock):
    person = make_member()
    secret = enrol_app(person)
    choose(client, reset_link(client, person))
    assert sign_in(client, person, "another horse battery").url == reverse("mfa_authenticate")
    assert not signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert signed_in(client)


def test_reset_ends_sessions_and_tokens(client, clock):
    person = make_member()
    sign_in(client, person)
    ApiToken.objects.create(
        person=person, name="x", prefix="rpt_", digest="d", created_at=NOW, expires_at=NOW + timedelta(days=9)
    )
    choose(Client(), reset_link(Client(), person))
    assert not signed_in(client)
    assert ApiToken.objects.get().revoked_at == NOW


def test_reset_wants_a_good_password_too(client, clock):
    person = make_member()
    page = choose(client, reset_link(client, person), "passwordpassword")
    assert "too common" in page.content.decode()


def test_who_never_joined_gets_the_invitation_again(client, clock):
    person = make_invited()
    old = invited_link(person)
    clock.shift(timedelta(days=20))
    client.post(FORGOTTEN, {"email": person.email})
    assert "Open this link and choose a password" in mail.outbox[-1].body
    assert link_in(mail.outbox[-1]) != old
    assert join(client, link_in(mail.outbox[-1])).status_code == 302


# --- changing -------------------------------------------------------------------------------------------------------


def test_changing_the_password_ends_other_sessions_and_keeps_this_one(client, clock):
    person, other = make_member(), Client()
    for browser in (client, other):
        sign_in(browser, person)
    page = client.post(
        reverse("account_change_password"), {"oldpassword": "wrong", "password1": "another horse battery"}
    )
    assert "not your present password" in page.content.decode()
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "another horse battery"}
    )
    assert answer.url == reverse("account_security")
    assert (signed_in(client), signed_in(other)) == (True, False)
    assert "Your password was changed" in mail.outbox[-1].body
    assert "127.0.0.1" in mail.outbox[-1].body


def test_who_came_by_single_sign_on_may_set_a_password(client, clock):
    person = make_invited()
    client.force_login(person)
    assert client.get(reverse("account_change_password")).url == reverse("account_set_password")
    client.post(reverse("account_set_password"), {"password1": "another horse battery"})
    person.refresh_from_db()
    assert person.check_password("another horse battery")
    assert signed_in(client)


# --- addresses ------------------------------------------------------------------------------------------------------


def test_changed_address_signs_in_no_more_and_the_new_one_after_confirmation(client, clock):
    person = make_member(email="old@staff.example")
    person.email = "new@staff.example"
    person.save()
    addresses.follow_addresses(people=[person])
    assert EmailAddress.objects.values_list("email", "verified", "primary").get() == ("new@staff.example", False, True)
    person.email = "old@staff.example"
    assert sign_in(client, person).status_code == 200
    person.email = "new@staff.example"
    assert sign_in(client, person).url == reverse("account_email_verification_sent")


def test_address_left_by_one_person_can_go_to_another(clock):
    first, second = make_member(email="desk@staff.example"), make_invited(email="second@staff.example")
    Person.objects.filter(pk=first.pk).update(email="first@staff.example")
    Person.objects.filter(pk=second.pk).update(email="desk@staff.example")
    second.refresh_from_db()
    addresses.verify_addresses(people=[second])
    assert EmailAddress.objects.get(email="desk@staff.example").user == second


def test_following_leaves_those_alone_whose_address_stayed_or_who_never_joined(clock):
    stayed, never = make_member(), make_invited()
    addresses.follow_addresses(people=[stayed, never])
    assert list(EmailAddress.objects.values_list("user", "verified")) == [(stayed.pk, True)]


# --- the first person -----------------------------------------------------------------------------------------------


def invite_admin(*words) -> str:
    out = StringIO()
    call_command("invite_admin", *words, stdout=out)
    return out.getvalue()


def test_fresh_installation_has_nobody_and_its_first_admin_joins_by_the_printed_link(client, clock):
    assert not Person.objects.exists()
    said = invite_admin("Ada@Example.org", "Ada Admin")
    person = Person.objects.get()
    assert (person.email, person.full_name, person.has_usable_password()) == ("ada@example.org", "Ada Admin", False)
    assert {grant.role for grant in RoleGrant.objects.filter(person=person, team=None)} == {
        Role.PEOPLE_ADMIN,
        Role.AUDITOR,
    }
    assert join(client, said.split()[-1]).status_code == 302
    assert client.get("/").url.startswith(reverse("second_factor_setup"))
    assert mail.outbox == []


def test_inviting_the_first_admin_again_prints_a_new_link_and_grants_nothing_twice(client, clock):
    first = invite_admin("ada@example.org", "Ada Admin").split()[-1]
    clock.shift(timedelta(minutes=1))
    second = invite_admin("ada@example.org", "Ada Admin").split()[-1]
    assert RoleGrant.objects.count() == 2
    client.get(first)
    assert client.get("/account/invitation/").status_code == 410
    assert join(client, second).status_code == 302
    with pytest.raises(CommandError, match="has joined already"):
        invite_admin("ada@example.org", "Ada Admin")


@pytest.mark.parametrize(
    ("email", "name"), [("not an address", "Ada"), ("a@b.c\nBcc: x@y.z", "Ada"), ("ada@example.org", "")]
)
def test_first_admin_needs_an_address_and_a_name(clock, email, name):
    with pytest.raises(CommandError):
        invite_admin(email, name)
    assert not Person.objects.exists()
