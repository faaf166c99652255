"""Screens in rooms: what they show of whom, by rows and by policy, on the page itself; and when nothing any more."""

import base64
from datetime import timedelta
from io import BytesIO
from itertools import product
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from foundation.errors import Refused
from people.actions import photos
from people.models import AuditEntry, Person, Role, Team
from recognition import policies
from recognition.actions import moderation, posts, reach
from recognition.actions.screens import find_screen, make_screen, revoke_screen
from recognition.models import Reach, Recognition, Screen
from recognition.reports.screens import MOST, cards_of, shown_on
from recognition.reports.wall import with_people
from tests.access.scene import picture
from tests.cast import NOW, make_person, make_site, make_team, said, thank
from tests.recognition.test_praise import check

pytestmark = pytest.mark.django_db
DID = "Canary stayed with a caller until the parcel was found."


@pytest.fixture(autouse=True)
def moment(time_machine):
    cache.clear()
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def steward():
    return make_person("Stan Steward", roles={Role.STEWARD: None})


@pytest.fixture
def maya():
    return make_person("Maya Okafor", team=make_team("Service/Retail/Night"), site=make_site("Leeds"))


@pytest.fixture
def screens(steward):
    """Of the whole organisation, of her site and of a team over hers; of another site and of another team."""
    places: dict[str, dict[str, Any]] = {
        "all": {}, "site": {"site": make_site("Leeds")}, "team": {"team": make_team("Service")},
        "other site": {"site": make_site("York")}, "other team": {"team": make_team("Elsewhere")},
    }  # fmt: skip
    return {name: make_screen(name=name, by=steward, at=NOW, **place) for name, place in places.items()}


def wish(person, *, reach_=Reach.EVERYONE, screens=True, photo=True):
    reach.wish(person=person, reach=reach_, photo=photo, screens=screens, milestones=False, by=person, at=NOW)


def shown_in(screens):
    """On which screens there is anything: by rows, by policy and on the page, which agree."""
    by_rows, by_policy, on_page = set(), set(), set()
    for name, (screen, secret) in screens.items():
        teams = set(Team.objects.below([screen.team_id]).values_list("pk", flat=True)) if screen.team_id else set()
        by_rows |= {name} if shown_on(screen, at=NOW).exists() else set()
        rows = with_people(Recognition.objects.all())
        by_policy |= {name} if any(policies.can_show_on(screen, row, teams) for row in rows) else set()
        for address in (address_of(secret), f"{address_of(secret)}?cards", reverse("screen-feed", args=[secret])):
            on_page |= {name} if "Canary" in Client().get(address).content.decode() else set()
    assert by_rows == by_policy == on_page
    return by_rows


def address_of(secret):
    return reverse("screen", args=[secret])


HERS = {"all", "site", "team"}


@pytest.mark.parametrize(
    ("visibility", "wished", "on_screens"),
    [*product(Reach.values, [Reach.EVERYONE, Reach.TEAM, Reach.PRIVATE], [True, False])],
)
def test_only_what_reaches_everyone_of_people_who_wish_it(screens, maya, visibility, wished, on_screens):
    thank(maya, did=DID, visibility=visibility)
    wish(maya, reach_=wished, screens=on_screens)
    everyone = visibility == wished == Reach.EVERYONE
    assert shown_in(screens) == (HERS if everyone and on_screens else set())


def test_all_who_are_thanked_must_wish_it(screens, maya):
    other = make_person("Otto Other")
    thank(maya, other, did=DID)
    assert shown_in(screens) == HERS
    wish(other, screens=False)
    assert shown_in(screens) == set()
    wish(other)
    assert shown_in(screens) == HERS


@pytest.mark.parametrize("leaver", ["maya", "other", "giver"])
def test_nobody_who_left_is_named(screens, maya, leaver):
    people = {"maya": maya, "other": make_person("Otto Other"), "giver": make_person("Gil Giver")}
    thank(maya, people["other"], did=DID, by=people["giver"])
    Person.objects.filter(pk=people[leaver].pk).update(is_active=False)
    assert shown_in(screens) == set()


def test_a_customers_words_never_stand_there(screens, steward, maya):
    one = said("Canary: she rang.", about=[maya])
    check(one, "shown", steward, "Canary: she rang.")
    thank(maya, did=DID, by=steward, praise=one)
    assert shown_in(screens) == set()


def test_what_somebody_wrote_of_a_customer_is_masked_there(screens, maya):
    thank(maya, did="Canary rang Mrs Kowalska on 07700 900123 until it was solved.", link="https://x.example/48213")
    page = Client().get(address_of(screens["all"][1])).content.decode()
    assert "Canary rang Mrs [name] on [phone] until it was solved." in page
    for kept in ("Kowalska", "900123", "x.example", "<a ", 'href="/', "@staff"):
        assert kept not in page.replace('href="/static/', "")


def test_whom_it_mentions_besides_is_not_named(screens, maya):
    make_person("Otto Other")
    thank(maya, did=f"{DID} With @Otto Other.")
    assert shown_in(screens) == set()


@pytest.mark.parametrize("end", ["withdrawn", "hidden", "kept to herself"])
def test_what_is_taken_back_is_gone_when_it_asks_next(screens, maya, end):
    one = thank(maya, did=DID)
    assert shown_in(screens) == HERS
    if end == "withdrawn":
        posts.withdraw_recognition(recognition=one, by=one.giver, at=NOW)
    elif end == "hidden":
        moderation.report(recognition=one, kind="hurts", by=make_person(), at=NOW)
    else:
        posts.keep_to_oneself(recognition=one, person=maya, private=True, at=NOW)
    assert shown_in(screens) == set()


def test_the_newest_of_ninety_days_and_no_more_than_fit(screens, maya):
    (screen, _secret) = screens["all"]
    thank(maya, did=DID, at=NOW - timedelta(days=90))
    assert cards_of(screen, at=NOW) == []
    for number in range(MOST + 1):
        thank(maya, did=f"{DID} {number}", at=NOW - timedelta(hours=number))
    cards = cards_of(screen, at=NOW)
    assert [card.words for card in cards] == [f"{DID} {number}" for number in range(MOST)]


@pytest.mark.parametrize("wished", [True, False])
def test_a_photo_stands_in_the_page_itself_of_whoever_wishes_it(
    screens, maya, wished, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        photos.set_photo(person=maya, photo=BytesIO(picture("red")), by=maya, at=NOW)
    wish(maya, photo=wished)
    thank(maya, did=DID)
    page = Client().get(address_of(screens["all"][1])).content.decode()
    assert ("data:image/webp;base64," in page) == wished
    assert "/people/" not in page
    if wished:
        data = page.partition("base64,")[2].partition('"')[0]
        assert base64.b64decode(data)[8:12] == b"WEBP"


# Its address


def test_it_is_read_without_an_account_and_listed_nowhere(screens, maya):
    thank(maya, did=DID)
    answer = Client().get(address_of(screens["all"][1]))
    assert (answer.status_code, answer["X-Robots-Tag"], answer["Cache-Control"]) == (
        200,
        "noindex, nofollow",
        "no-store",
    )
    assert not answer.cookies
    assert Client().post(address_of(screens["all"][1])).status_code in {403, 405}


def test_a_revoked_one_is_blank_at_once_as_one_that_was_made_up(screens, maya, steward):
    thank(maya, did=DID)
    screen, secret = screens["all"]
    for _twice in range(2):
        revoke_screen(screen=screen, by=steward, at=NOW)
    answers = [
        Client().get(f"{address_of(one)}{asked}")
        for one, asked in product([secret, "made-up", screen.digest, "é", "x" * 500], ["", "?cards"])
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert b"<body></body>" in answers[0].content
    assert AuditEntry.objects.filter(did="recognition.screen_revoked").count() == 1
    assert find_screen(secret=secret) is None


def test_guessing_is_paused(screens):
    assert [Client().get(address_of("made-up")).status_code for _n in range(31)] == [404] * 30 + [429]
    assert Client().get(address_of(screens["all"][1])).status_code == 200


def test_the_secret_is_shown_once_and_kept_nowhere(client, steward):
    client.force_login(steward)
    page = client.post(reverse("recognition:screens"), {"name": "Canteen", "site": "", "team": ""}).content.decode()
    secret = page.partition("/screen/")[2].partition("/")[0]
    screen = Screen.objects.get()
    assert find_screen(secret=secret) == screen
    assert secret not in str(Screen.objects.values().get()) + str(
        [*AuditEntry.objects.values_list("changes", flat=True)]
    )
    assert secret not in client.get(reverse("recognition:screens")).content.decode()
    client.post(reverse("recognition:screen-revoke", args=[screen.pk]))
    assert Client().get(address_of(secret)).status_code == 404


def test_a_screen_is_of_a_site_or_of_a_team(client, steward):
    site, team = make_site(), make_team()
    with pytest.raises(Refused):
        make_screen(name="Both", site=site, team=team, by=steward, at=NOW)
    made, _secret = make_screen(name="One", site=site, by=steward, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Screen.objects.filter(pk=made.pk).update(team=team)
    client.force_login(make_person(roles={Role.STEWARD: team}))
    assert client.get(reverse("recognition:screens")).status_code == 403


def test_the_worker_serves_screens_and_no_other_page():
    answer = Client().get(reverse("screen-worker"))
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert reverse("screen-worker").rpartition("/")[0] == address_of("x").rstrip("/").rpartition("/")[0]
    assert "Service-Worker-Allowed" not in answer


@pytest.mark.parametrize("count", [1, 20])
def test_a_full_screen_costs_the_same(screens, maya, count, django_assert_max_num_queries):
    for _each in range(count):
        thank(maya, make_person(), did=DID)
    with django_assert_max_num_queries(5):
        Client().get(address_of(screens["team"][1]))


@pytest.mark.once
def test_the_feed_is_atom_and_says_what_the_screen_shows(screens, maya):
    hostile = "Canary <script>alert(1)</script> & ]]> stayed until it was found."
    one = thank(maya, *(make_person(f"Person {number}") for number in range(6)), did=hostile)
    _screen, secret = screens["all"]
    answer = Client().get(reverse("screen-feed", args=[secret]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    (entry,) = ElementTree.fromstring(answer.content).findall("{*}entry")  # noqa: S314 (our own)
    said = {name: entry.findtext(f"{{*}}{name}") for name in ("title", "summary", "updated")}
    assert said["title"].startswith("Thanks to Maya Okafor, Person 0, Person 1, Person 2, Person 3 +2: ")
    assert said["summary"] == hostile
    assert said["updated"] == NOW.isoformat()
    assert entry.find("{*}link").get("href").endswith(one.get_absolute_url())
    assert not answer.cookies
