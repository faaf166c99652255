"""Links for customers: what a stranger can do with one, and what not."""

import re
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from foundation.errors import Refused
from people.models import AuditEntry, Role
from recognition import customer_links
from recognition.actions.customer_links import leave_words, make_link, revoke_link
from recognition.actions.praise import check_praise
from recognition.models import CustomerLink, Praise
from tests.cast import NOW, make_person, make_site, make_team, said

pytestmark = pytest.mark.django_db
WORDS = "Anna Kowalska: he carried it to the bus for me."


@pytest.fixture(autouse=True)
def moment(time_machine):
    cache.clear()
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def steward():
    return make_person("Stan Steward", roles={Role.STEWARD: None})


@pytest.fixture
def link(steward):
    return make_link(site=make_site("Leeds"), name="At the desk", by=steward, at=NOW)


def body(**fields):
    return {"kind": "praise", "original": WORDS, "customer": "Anna Kowalska", "token": str(uuid4())} | fields


def page_of(link):
    return reverse("customer-words", args=[customer_links.token_for(link.pk)])


def test_a_customer_leaves_words_and_a_steward_says_whom_they_are_about(client, link, steward, settings):
    person = make_person("Maya Okafor")
    stranger = Client()
    page = stranger.get(page_of(link))
    assert "Leeds" in page.content.decode()
    # Nothing of the house: no name, no address, no way in.
    for kept in ("Maya", "Stan", "@", 'href="/"', "sign-in", "/recognition/"):
        assert kept not in page.content.decode()
    assert set(stranger.cookies) == {settings.CSRF_COOKIE_NAME}
    assert (page["X-Robots-Tag"], page["Cache-Control"]) == ("noindex, nofollow", "no-store")
    answer = stranger.post(page_of(link), body(whom="the tall one", consent="on"), follow=True)
    assert "It has arrived" in answer.content.decode()
    one = Praise.objects.get()
    assert (one.words, one.original, one.whom, one.customer, one.state, one.consent, one.channel) == (
        "[name]: he carried it to the bus for me.", WORDS, "the tall one", "Anna Kowalska", "waiting", True, "link",
    )  # fmt: skip
    assert (one.entered_by, one.link, one.site, one.about.count()) == (None, link, link.site, 0)
    client.force_login(steward)
    assert "the tall one" in client.get(one.get_absolute_url()).content.decode()
    checked = {"words": one.words, "decision": "shown", "about_0": person.email, "team": ""}
    assert client.post(one.get_absolute_url(), checked).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.whom, one.original, list(one.about.all())) == ("shown", "", "", [person])


def test_a_complaint_becomes_a_lesson_and_is_never_shown(link, steward):
    Client().post(page_of(link), body(kind="complaint", consent="on"))
    one = Praise.objects.get()
    team = make_team("Service/Night")
    check_praise(praise=one, words="He left.", decision="lesson", about=[], team=team, by=steward, at=NOW)
    one.refresh_from_db()
    assert (one.state, one.kind, one.team) == ("lesson", "complaint", team)


def test_a_page_without_these_fields_leaves_whom_it_is_about(client, steward):
    person = make_person()
    one = said("Kind.", about=[person])
    client.force_login(steward)
    client.post(one.get_absolute_url(), {"words": "Kind.", "decision": "shown"})
    assert list(one.about.all()) == [person]


@pytest.mark.parametrize(
    "token", ["1", "1.made-up", "x", "9" * 36, "é", "0x1.a", "1:{signed}", "{signed}x", "²{signed}"]
)
def test_a_guess_is_answered_as_a_revoked_one_is(link, steward, token):
    over = make_link(site=link.site, name="Over", by=steward, at=NOW)
    revoke_link(link=over, by=steward, at=NOW)
    guess = token.replace("{signed}", customer_links.token_for(link.pk))
    answers = [
        getattr(Client(), method)(address)
        for method in ("get", "post")
        for address in (reverse("customer-words", args=[guess]), page_of(over))
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r"hx-headers='[^']*'", "", answer.content.decode()) for answer in answers}) == 1
    assert not Praise.objects.exists()


def test_a_signature_of_another_purpose_does_not_do(link):
    from django.core import signing

    for other in (signing.Signer(sep=".").sign(str(link.pk)), signing.Signer(sep=".", salt="x").sign(str(link.pk))):
        assert customer_links.read(other) is None
    assert customer_links.read(customer_links.token_for(link.pk)) == link.pk


def test_guessing_is_paused_and_a_true_link_is_not(link):
    made_up = reverse("customer-words", args=["1.made-up"])
    assert [Client().get(made_up).status_code for _n in range(31)] == [404] * 30 + [429]
    assert Client().get(page_of(link)).status_code == 200


def test_revoked_is_over_at_once_also_for_a_page_that_was_open(link, steward):
    stranger = Client()
    stranger.get(page_of(link))
    revoke_link(link=link, by=steward, at=NOW)
    revoke_link(link=link, by=steward, at=NOW)
    assert stranger.post(page_of(link), body()).status_code == 404
    with pytest.raises(Refused):  # as if it was revoked while the page was being sent
        leave_words(link=link, kind="praise", original=WORDS, whom="", customer="", consent=True, token=uuid4(), at=NOW)
    assert not Praise.objects.exists()
    assert AuditEntry.objects.filter(did="recognition.customer_link_revoked").count() == 1


def test_the_same_page_sent_twice_is_once(link):
    sent = body()
    for _double in range(3):
        assert Client().post(page_of(link), sent).status_code == 302
    assert Praise.objects.count() == 1
    derived = str(UUID("6b1d4b5c-7a55-5f0e-9d3b-5d2f4b1c8e70"))  # as imports make them of a reference
    assert Client().post(page_of(link), body(token=derived)).status_code == 422


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_flood_of_one_address_is_paused_and_another_is_heard(link, settings, proxies):
    settings.TRUSTED_PROXY_COUNT = proxies

    def send(address, forged=""):
        seen = {"REMOTE_ADDR": address} if not proxies else {
            "REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": f"{forged}{address}"
        }  # fmt: skip
        return Client(**seen).post(page_of(link), body()).status_code

    # Whatever the caller says of itself before our proxy's word does not count.
    codes = [send("203.0.113.7", f"198.51.100.{n}, " if proxies else "") for n in range(22)]
    assert codes == [302] * 20 + [429] * 2
    assert send("203.0.113.8") == 302
    assert Praise.objects.count() == 21


def test_one_link_takes_no_more_from_all_addresses_together(link, steward, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "customer_words": "20/h/ip,3/h/key"}
    other = make_link(site=link.site, name="Other", by=steward, at=NOW)
    codes = [Client(REMOTE_ADDR=f"203.0.113.{n}").post(page_of(link), body()).status_code for n in range(5)]
    assert codes == [302] * 3 + [429] * 2
    assert Client(REMOTE_ADDR="203.0.113.1").post(page_of(other), body()).status_code == 302


def test_a_program_is_thanked_and_nothing_of_it_is_kept(link):
    assert Client().post(page_of(link), body(website="http://spam.example")).status_code == 302
    assert not Praise.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"original": ""}, {"original": "x" * 2001}, {"original": "a\x07b"}, {"original": "a\u202eb"},
        {"whom": "x" * 201}, {"whom": "two\nlines"}, {"customer": "x" * 201}, {"kind": "lesson"},
        {"token": "never"}, {"token": ""},
    ],
)  # fmt: skip
def test_hostile_input_is_told_and_not_kept(link, fields):
    answer = Client().post(page_of(link), body(**fields))
    assert answer.status_code in {400, 422}
    assert not Praise.objects.exists()


def test_text_stays_text(client, link, steward):
    hostile = "<script>alert(1)</script>"
    Client().post(page_of(link), body(original=hostile, whom=hostile, customer=hostile))
    client.force_login(steward)
    for address in (Praise.objects.get().get_absolute_url(), reverse("recognition:praise-list")):
        assert "<script>alert(1)" not in client.get(address).content.decode()
    echoed = Client().post(page_of(link), body(original=hostile, kind="lesson"))
    assert "<script>alert(1)" not in echoed.content.decode()


def test_without_the_token_of_the_form_nothing_is_taken(link):
    assert Client(enforce_csrf_checks=True).post(page_of(link), body()).status_code == 403
    assert not Praise.objects.exists()


def test_the_sheet_shows_the_address_as_a_code(client, link, steward, settings):
    client.force_login(steward)
    page = client.get(link.get_absolute_url()).content.decode()
    assert settings.PUBLIC_URL + page_of(link) in page
    assert "<svg" in page
    assert "style=" not in page[page.index("sheet-code") : page.index("screen-only")]
    made = {"site": link.site.pk, "name": "At the exit"}
    answer = client.post(reverse("recognition:customer-links"), made)
    assert answer.headers["Location"] == CustomerLink.objects.get(name="At the exit").get_absolute_url()
    client.post(reverse("recognition:customer-link-revoke", args=[link.pk]))
    assert client.get(link.get_absolute_url()).status_code == 404
    assert "Revoked" in client.get(reverse("recognition:customer-links")).content.decode()


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_costs_the_same_however_long(client, steward, count, django_assert_max_num_queries):
    for number in range(count):
        make_link(site=make_site(f"Site {number}"), name="Desk", by=steward, at=NOW)
    client.force_login(steward)
    with django_assert_max_num_queries(9):
        client.get(reverse("recognition:customer-links"))
