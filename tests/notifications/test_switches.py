"""The switch in every mail: it acts at one POST, for one reader, kind and channel, and for nobody who made it up."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail, signing
from django.core.cache import cache
from django.test import Client, override_settings

from notifications import switches
from notifications.actions.notices import Outsider
from notifications.kinds import Cadence, Channel, Content
from notifications.models import OutsiderWish, Preference
from notifications.switches import Switch
from people.models import AuditEntry, Person
from tests.access.visits import lasting
from tests.cast import NOW, PASSWORD, make_person
from tests.notifications.kinds_of_tests import declared
from tests.notifications.test_letters import html_of, sent
from tests.notifications.test_sending import plan, states, work

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
MAIL_ONLY = {Channel.MAIL: Cadence.NOW}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        yield


@pytest.fixture
def ada():
    return make_person("Ada")


@pytest.fixture
def strict():
    """A mail program: no cookie, no page seen before, and Django's check of forms in force."""
    return Client(enforce_csrf_checks=True)


def url_in(message):
    return re.fullmatch(r"<https://testserver(/\S+)>", message.extra_headers["List-Unsubscribe"])[1]


def url_of(kind, person, channel="mail"):
    switch = Switch.of(reader=f"p{person.pk}", kind=kind.key, channel=channel, address=person.email)
    return f"/notices/stop/{switch.token}/"


def wishes():
    return list(Preference.objects.order_by("pk").values_list("person", "kind", "channel", "cadence"))


def deeds():
    found = AuditEntry.objects.filter(did="notifications.preferences_set").order_by("pk")
    return [(each.actor, each.changes, each.channel, each.session) for each in found]


# --- what mail programs do ------------------------------------------------------------------------------------------


def test_one_post_stops_this_kind_by_mail_and_nothing_else(plain, ada, strict):
    kind, _teller = plain
    plan(kind, 1, to=ada)
    work()
    (message,) = mail.outbox
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = strict.post(url_in(message), ONE_CLICK)
    assert (answer.status_code, "session" in answer.cookies) == (200, False)
    assert "You get no more of these" in answer.content.decode()
    assert wishes() == [(ada.pk, kind.key, "mail", "never")]
    with declared("tests.other") as (other, _its):
        plan(kind, 2, to=ada)
        plan(other, 3, to=ada)
        work()
    assert sorted(states()) == [(1, "sent", ""), (2, "skipped", "switched off"), (3, "sent", "")]
    assert [row[1] for row in states("portal")] == ["sent"] * 3


def test_the_same_link_stands_in_the_text_for_people(plain, ada):
    kind, _teller = plain
    plan(kind, 1, to=ada)
    work()
    (message,) = mail.outbox
    url = f"https://testserver{url_in(message)}"
    assert f"Stop these mails: {url}" in message.body
    assert f'href="{url}"' in html_of(message)
    assert f"Change what you are told: https://testserver/notices/preferences/#{kind.anchor}" in message.body


def test_header_survives_the_folding_of_a_message_as_it_is_sent(plain, ada):
    kind, _teller = plain
    plan(kind, 1, to=ada)
    work()
    message = sent(mail.outbox[0])
    assert message["List-Unsubscribe"].strip() == f"<https://testserver{url_in(mail.outbox[0])}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("times", [1, 3])
def test_asking_again_changes_and_records_nothing_more(plain, ada, strict, times):
    kind, _teller = plain
    for _time in range(times):
        answer = strict.post(url_of(kind, ada), ONE_CLICK)
        assert answer.status_code == 200
        assert "You get no more of these" in answer.content.decode()
    assert wishes() == [(ada.pk, kind.key, "mail", "never")]
    changes = {"kind": kind.key, "channel": "mail", "cadence": "never"}
    assert deeds() == [(ada, changes, "mail link", "")]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"data": ONE_CLICK},  # multipart
        {"data": "List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"},
        {"data": json.dumps({"do": "stop"}), "content_type": "application/json"},
        {"data": b"\xff\x00{", "content_type": "application/json"},
        {"data": b"", "content_type": "text/plain"},
    ],
)
def test_whatever_the_body_a_post_acts(plain, ada, strict, sent):
    kind, _teller = plain
    assert strict.post(url_of(kind, ada), **sent).status_code == 200
    assert wishes() == [(ada.pk, kind.key, "mail", "never")]


def test_body_of_megabytes_is_refused_and_changes_nothing(plain, ada, strict):
    kind, _teller = plain
    body = b"a=" + b"x" * (6 * 1024 * 1024)
    answer = strict.post(url_of(kind, ada), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert wishes() == []


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "patch", "delete", "trace"])
def test_scanners_that_follow_links_change_nothing(plain, ada, strict, method, django_assert_max_num_queries):
    kind, _teller = plain
    with django_assert_max_num_queries(5):
        answer = getattr(strict, method)(url_of(kind, ada))
    assert answer.status_code == (200 if method in {"get", "head"} else 405)
    assert (wishes(), deeds(), "session" in answer.cookies) == ([], [], False)
    if method == "get":
        page = answer.content.decode()
        assert "Stop these mails?" in page
        assert f'<form method="post" action="{url_of(kind, ada)}">' in page
    if method == "head":
        assert answer.content == b""


def test_undo_is_a_post_of_its_own(plain, ada, strict):
    kind, _teller = plain
    url = url_of(kind, ada)
    strict.post(url)
    assert strict.get(f"{url}undo/").status_code == 405
    assert "You get no more of these" in strict.get(url).content.decode()
    assert "You get these again" in strict.post(f"{url}undo/").content.decode()
    assert wishes() == []
    strict.post(f"{url}undo/")
    assert [changes["cadence"] for _actor, changes, _channel, _session in deeds()] == ["never", "now"]


@pytest.mark.parametrize("was", ["digest", "now", "never", "made up", ""])
def test_undo_brings_back_what_was_and_nothing_that_there_is_not(plain, ada, strict, was):
    kind, _teller = plain
    Preference.objects.create(person=ada, kind=kind.key, channel="mail", cadence="digest")
    page = strict.post(url_of(kind, ada)).content.decode()
    assert '<input type="hidden" name="was" value="digest">' in page
    strict.post(f"{url_of(kind, ada)}undo/", {"was": was})
    assert wishes() == ([(ada.pk, kind.key, "mail", "digest")] if was == "digest" else [])


def test_who_switched_on_what_is_silent_by_itself_goes_back_to_that(ada, strict):
    with declared(cadence={Channel.PORTAL: Cadence.NOW, Channel.MAIL: Cadence.NEVER}) as (kind, _teller):
        Preference.objects.create(person=ada, kind=kind.key, channel="mail", cadence="now")
        strict.post(url_of(kind, ada))
        assert wishes() == []
        strict.post(f"{url_of(kind, ada)}undo/")
        assert wishes() == [(ada.pk, kind.key, "mail", "now")]


# --- who stands behind it -------------------------------------------------------------------------------------------


def test_session_of_somebody_else_has_no_part_in_it(plain, ada, client):
    kind, _teller = plain
    ben = make_person("Ben")
    client.force_login(ben)
    answer = client.post(url_of(kind, ada))
    assert answer.status_code == 200
    assert wishes() == [(ada.pk, kind.key, "mail", "never")]
    assert deeds()[0][0] == ada
    page = answer.content.decode()
    for word in (ada.name, ada.email, ben.email):
        assert word not in page


def test_it_signs_nobody_in(plain, ada, strict):
    kind, _teller = plain
    strict.get(url_of(kind, ada))
    strict.post(url_of(kind, ada))
    assert strict.get("/notices/").headers["Location"].startswith("/account/sign-in/")
    assert "sessionid" not in strict.cookies
    assert "session" not in strict.cookies


def test_link_works_for_years_and_after_a_change_of_key(plain, ada, strict, settings):
    kind, _teller = plain
    url = url_of(kind, ada)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "0123456789" * 6
    with time_machine.travel(NOW + timedelta(days=5 * 365), tick=False):
        assert strict.post(url).status_code == 200
    assert wishes() == [(ada.pk, kind.key, "mail", "never")]


@pytest.mark.parametrize("how", ["left", "another address", "kind is gone", "nobody"])
def test_where_nothing_goes_any_more_it_says_so_and_stores_nothing(ada, strict, how):
    with declared() as (kind, _teller):
        url = url_of(kind, ada)
        if how == "left":
            Person.objects.filter(pk=ada.pk).update(is_active=False)
        elif how == "another address":
            Person.objects.filter(pk=ada.pk).update(email="ada@elsewhere.example")
        elif how == "nobody":
            Person.objects.filter(pk=ada.pk).delete()
        asked = [strict.get(url), strict.post(url), strict.post(f"{url}undo/")] if how != "kind is gone" else []
    if how == "kind is gone":
        asked = [strict.get(url), strict.post(url), strict.post(f"{url}undo/")]
    for answer in asked:
        assert answer.status_code == 200
        assert "You get no more of these" in answer.content.decode()
    # And no page tells which of these it was.
    assert len({lasting(answer.content.decode()) for answer in asked}) == 1
    assert (wishes(), deeds()) == ([], [])


def test_what_is_fixed_has_no_switch_and_an_old_one_says_why(ada, strict):
    with declared(fixed="It is about your safety.") as (kind, _teller):
        plan(kind, 1, to=ada)
        work()
        (message,) = mail.outbox
        assert "List-Unsubscribe" not in message.extra_headers
        assert "Stop these mails" not in message.body
        for answer in (strict.get(url_of(kind, ada)), strict.post(url_of(kind, ada))):
            assert "It is about your safety." in answer.content.decode()
    assert wishes() == []


# --- what somebody makes up -----------------------------------------------------------------------------------------


def made_up(kind, ada, ben):
    """Links that nobody was sent."""
    true = Switch.of(reader=f"p{ada.pk}", kind=kind.key, channel="mail", address=ada.email).token
    data, signature = true.split(".")
    other = Switch.of(reader=f"p{ben.pk}", kind=kind.key, channel="mail", address=ben.email).token.split(".")
    return {
        "garbage": "garbage",
        "nothing signed": "." + signature,
        "no signature": data,
        "empty signature": data + ".",
        "another's signature": f"{data}.{other[1]}",
        "another reader": f"{other[0]}.{signature}",
        "a letter less": true[:-1],
        "other capitals": true.swapcase(),
        "twice": f"{true}.{true}",
        "very long": true + "a" * 700,
        "of another salt": signing.Signer(salt="other", sep=".").sign_object([f"p{ada.pk}", kind.key, "mail", "x"]),
        "of sign-in": signing.dumps([f"p{ada.pk}", kind.key, "mail", "x"]),
        "of another key": signing.Signer(key="k" * 60, salt=switches.SALT, sep=".").sign_object([f"p{ada.pk}"]),
        "of another shape": signing.Signer(salt=switches.SALT, sep=".").sign_object({"reader": f"p{ada.pk}"}),
        "of too few parts": signing.Signer(salt=switches.SALT, sep=".").sign_object(["p1"]),
        "not ascii": "p12.é",
    }


def test_made_up_links_are_pages_that_do_not_exist(plain, ada, strict, django_assert_num_queries):
    kind, _teller = plain
    pages = set()
    for name, token in made_up(kind, ada, make_person("Ben")).items():
        cache.clear()  # the limit has a test of its own
        for method in ("get", "post"):
            for end in ("", "undo/") if method == "post" else ("",):
                with django_assert_num_queries(0):
                    answer = getattr(strict, method)(f"/notices/stop/{token}/{end}")
                assert answer.status_code == 404, name
                pages.add(lasting(answer.content.decode()))
    assert len(pages) == 1
    assert (wishes(), deeds()) == ([], [])


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_tries_many_is_made_to_wait_and_true_links_are_not(plain, ada, strict, method):
    kind, _teller = plain
    ask = getattr(strict, method)
    answers = [ask(f"/notices/stop/guess{number}/").status_code for number in range(35)]
    assert answers == [404] * 30 + [429] * 5
    assert strict.post(url_of(kind, ada)).status_code == 200


def test_link_of_one_channel_leaves_the_other_alone(plain, ada, strict):
    kind, _teller = plain
    strict.post(url_of(kind, ada, "portal"))
    assert wishes() == [(ada.pk, kind.key, "portal", "never")]


def test_password_and_link_have_nothing_to_do_with_each_other(plain, ada, client):
    """A switch is neither an invitation nor a reset of a password."""
    kind, _teller = plain
    token = url_of(kind, ada).split("/")[3]
    for path in (f"/account/invitation/1/{token}/", f"/account/password/new/1-{token}/"):
        answer = client.get(path, follow=True)
        assert "Set password" not in answer.content.decode()
    assert ada.check_password(PASSWORD)


# --- those without an account ---------------------------------------------------------------------------------------


@pytest.fixture
def told():
    """(kind, switch): of a reminder to a candidate, who may stop it though people may not choose it."""
    with declared("tests.visitors", cadence=MAIL_ONLY, fixed="Candidates.", stops="Reminders for you.") as (
        kind,
        teller,
    ):
        for subject in (1, 2, 3):
            teller.says[subject] = Content(title="Welcome", address="cara@mail.example")
        plan(kind, 1, to=Outsider("candidate:3"))
        work()
        yield kind, url_in(mail.outbox[0])


def test_candidate_stops_reminders_to_themself_alone(told, strict):
    kind, url = told
    answer = strict.post(url, ONE_CLICK)
    assert (answer.status_code, "Reminders for you." in answer.content.decode()) == (200, True)
    assert kind.name not in answer.content.decode()
    strict.post(url, ONE_CLICK)
    plan(kind, 2, to=Outsider("candidate:3"))
    plan(kind, 3, to=Outsider("candidate:4"))
    work()
    assert states() == [(1, "sent", ""), (2, "skipped", "switched off"), (3, "sent", "")]
    assert list(OutsiderWish.objects.values_list("reader", "kind", "channel")) == [("candidate:3", kind.key, "mail")]
    changes = {"kind": kind.key, "channel": "mail", "cadence": "never", "reader": "candidate:3"}
    assert deeds() == [(None, changes, "mail link", "")]


def test_candidate_takes_it_back(told, strict):
    kind, url = told
    strict.post(url)
    strict.post(f"{url}undo/")
    assert not OutsiderWish.objects.exists()
    plan(kind, 2, to=Outsider("candidate:3"))
    work()
    assert states()[1] == (2, "sent", "")


def test_candidate_has_no_page_to_be_led_to(told, strict):
    _kind, url = told
    assert "What you are told" not in strict.post(url).content.decode()
    assert "Change what you are told" not in mail.outbox[0].body


def test_what_a_candidate_must_be_told_has_no_switch(strict):
    with declared(cadence=MAIL_ONLY, fixed="Candidates.") as (kind, teller):
        teller.says[1] = Content(title="Moved", address="cara@mail.example")
        plan(kind, 1, to=Outsider("candidate:3"))
        work()
        assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
        switch = Switch.of(reader="candidate:3", kind=kind.key, channel="mail", address="cara@mail.example")
        answer = strict.post(f"/notices/stop/{switch.token}/")
    assert "This cannot be switched off" in answer.content.decode()
    assert not OutsiderWish.objects.exists()


@override_settings(SECOND_FACTOR="everyone")
def test_second_factor_that_is_missing_stands_in_nobody_s_way(plain, ada, client):
    kind, _teller = plain
    client.force_login(ada)
    assert client.get(url_of(kind, ada)).status_code == 200
    assert client.post(url_of(kind, ada)).status_code == 200
    assert wishes() == [(ada.pk, kind.key, "mail", "never")]
