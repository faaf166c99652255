"""The inbox: one's own notices, as they may be seen now."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from notifications.kinds import Content, Skip
from notifications.models import Delivery
from tests.cast import NOW, make_person
from tests.notifications.test_sending import plan, work

pytestmark = pytest.mark.django_db
INBOX = "/notices/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        yield


@pytest.fixture
def ada():
    return make_person("Ada")


def notice(person, subject):
    return Delivery.objects.shown_to(person).get(subject_id=subject)


def test_inbox_shows_one_s_own_newest_first_and_counts_what_is_unread(client, plain, ada):
    kind, _teller = plain
    plan(kind, 1, 2, to=ada)
    plan(kind, 3)
    work()
    client.force_login(ada)
    page = client.get(INBOX).content.decode()
    assert page.index("About 2") < page.index("About 1")
    assert "About 3" not in page
    assert "2 unread notices" in client.get("/notices/unread/").content.decode()


def test_opening_marks_as_read_and_leads_on(client, plain, ada):
    kind, teller = plain
    teller.says[1] = Content(title="One", href="/people/me/")
    plan(kind, 1, 2, to=ada)
    work()
    client.force_login(ada)
    answer = client.post(reverse("notifications:notice-open", args=[notice(ada, 1).pk]))
    assert answer.headers["Location"] == "/people/me/"
    assert notice(ada, 1).read_at is not None
    assert notice(ada, 2).read_at is None
    assert "1 unread notice<" in client.get("/notices/unread/").content.decode()
    client.post(reverse("notifications:notices-read"))
    assert "0 unread notices" in client.get("/notices/unread/").content.decode()


def test_what_is_over_says_so_and_shows_no_words(client, plain, ada):
    kind, teller = plain
    plan(kind, 1, to=ada)
    work()
    teller.says[1] = Skip("not visible")
    client.force_login(ada)
    page = client.get(INBOX).content.decode()
    assert "About 1" not in page
    assert "No longer open" in page
    answer = client.post(reverse("notifications:notice-open", args=[notice(ada, 1).pk]))
    assert answer.headers["Location"] == INBOX


def test_others_notices_are_not_there(client, plain, ada):
    kind, _teller = plain
    plan(kind, 1)
    work()
    theirs = Delivery.objects.get(channel="portal")
    client.force_login(ada)
    assert client.post(reverse("notifications:notice-open", args=[theirs.pk])).status_code == 404
    client.post(reverse("notifications:notices-read"))
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_mistake_of_one_kind_does_not_close_the_inbox(client, plain, ada):
    kind, teller = plain
    plan(kind, 1, to=ada)
    work()
    teller.says[1] = RuntimeError("broken")
    client.force_login(ada)
    assert "No longer open" in client.get(INBOX).content.decode()


def test_asking_for_the_count_keeps_no_session_alive_and_takes_nobody_away(client, ada):
    client.force_login(ada)
    for minutes in (30, 59):
        with time_machine.travel(NOW + timedelta(minutes=2 + minutes), tick=False):
            assert client.get("/notices/unread/").status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=63), tick=False):
        asked = client.get("/notices/unread/", headers={"HX-Request": "true"})
        assert (asked.status_code, asked.content, asked.headers["HX-Reswap"]) == (286, b"", "none")
        assert client.get("/").status_code == 302


@pytest.mark.parametrize("count", [1, 3, 50])
def test_inbox_costs_the_same_however_many_notices(client, plain, ada, count, django_assert_max_num_queries):
    kind, _teller = plain
    plan(kind, *range(count), to=ada)
    work()
    client.force_login(ada)
    with django_assert_max_num_queries(10):
        client.get(INBOX)
