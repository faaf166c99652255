"""What somebody does not want they do not get; when they are to be left alone it waits."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.core import mail

from foundation.errors import Refused
from notifications.actions import preferences
from notifications.kinds import Cadence, Channel, UnknownKind, all_kinds
from notifications.models import Delivery, Preference, QuietHours
from people.models import AuditEntry
from tests.cast import NOW, make_person
from tests.notifications.kinds_of_tests import declared
from tests.notifications.test_sending import plan, states, work

pytestmark = pytest.mark.django_db
PAGE = "/notices/preferences/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ada():
    return make_person("Ada")


def wish(person, cadences=(), since=time(20), until=time(7), digest_at=time(8), paused_until=None):
    preferences.set_preferences(
        person=person,
        cadences=dict(cadences),
        since=since,
        until=until,
        digest_at=digest_at,
        paused_until=paused_until,
        at=NOW,
    )


def test_switched_off_by_one_channel_it_still_comes_by_the_other(plain, ada):
    kind, _teller = plain
    wish(ada, {(kind.key, Channel.MAIL): Cadence.NEVER})
    plan(kind, 1, to=ada)
    plan(kind, 2)
    work()
    assert states() == [(1, "skipped", "switched off"), (2, "sent", "")]
    assert [row[1] for row in states("portal")] == ["sent", "sent"]


def test_switched_on_where_the_kind_is_silent_by_itself(ada):
    with declared(cadence={Channel.PORTAL: Cadence.NOW, Channel.MAIL: Cadence.NEVER}) as (kind, _teller):
        plan(kind, 1)
        plan(kind, 2, to=ada)
        wish(ada, {(kind.key, Channel.MAIL): Cadence.NOW})
        work()
    assert states() == [(1, "skipped", "switched off"), (2, "sent", "")]


def test_what_is_fixed_cannot_be_switched_off(ada):
    with declared(fixed="It is about your safety.") as (kind, _teller):
        with pytest.raises(Refused, match="cannot be switched off"):
            wish(ada, {(kind.key, Channel.MAIL): Cadence.NEVER})
        Preference.objects.create(person=ada, kind=kind.key, channel="mail", cadence="never")
        plan(kind, 1, to=ada)
        work()
    assert states() == [(1, "sent", "")]


def test_unknown_kind_is_refused_and_nothing_stored(ada):
    with pytest.raises(UnknownKind):
        wish(ada, {("made.up", Channel.MAIL): Cadence.NEVER})
    assert not Preference.objects.exists()
    assert not QuietHours.objects.exists()


def test_only_what_differs_is_stored_and_set_back_it_is_gone(plain, ada):
    kind, _teller = plain
    wish(ada, {(kind.key, Channel.MAIL): Cadence.NEVER, (kind.key, Channel.PORTAL): Cadence.NOW})
    assert list(Preference.objects.values_list("channel", "cadence")) == [("mail", "never")]
    wish(ada, {(kind.key, Channel.MAIL): Cadence.NOW})
    assert not Preference.objects.exists()
    assert AuditEntry.objects.filter(did="notifications.preferences_set", actor=ada).count() == 2


def test_by_night_mail_waits_for_the_morning_and_the_portal_does_not(plain, ada):
    kind, _teller = plain
    ada.work_days = "mon,tue,wed,thu,fri,sat,sun"
    ada.save(update_fields=["work_days"])
    plan(kind, 1, to=ada)
    night = NOW.replace(hour=22)
    work(night)
    assert states() == [(1, "planned", "")]
    assert states("portal") == [(1, "sent", "")]
    work(night + timedelta(hours=8))
    assert mail.outbox == []
    work(night + timedelta(hours=9))
    assert states() == [(1, "sent", "")]
    assert Delivery.objects.get(channel="mail").attempts == 0


def test_what_cannot_wait_comes_by_night():
    with declared(urgency="high") as (kind, _teller):
        plan(kind, 1)
        work(NOW.replace(hour=22))
    assert states() == [(1, "sent", "")]


def test_quiet_for_longer_than_it_keeps_it_is_skipped_and_says_so(plain, ada):
    kind, _teller = plain
    wish(ada, paused_until=date(2026, 12, 24))
    plan(kind, 1, to=ada)
    work()
    assert states() == [(1, "skipped", "quiet for too long")]


def test_own_hours_count(plain, ada):
    kind, _teller = plain
    wish(ada, since=time(9), until=time(11))
    plan(kind, 1, to=ada)
    work()
    assert states() == [(1, "planned", "")]
    work(NOW.replace(hour=11))
    assert states() == [(1, "sent", "")]


def test_page_shows_and_stores_what_one_wants(client, plain, ada):
    kind, _teller = plain
    client.force_login(ada)
    page = client.get(PAGE).content.decode()
    assert "You get this in tests." in page
    names = [f"{one.key}-{channel}" for one in _offered() for channel in one.cadence]
    hours = {"since": "21:00", "until": "06:30", "digest_at": "09:15", "paused_until": "2026-12-24"}
    data = dict.fromkeys(names, "now") | hours | {"notifications.digest-mail": "daily"}
    data[f"{kind.key}-mail"] = "never"
    answer = client.post(PAGE, data)
    assert answer.headers["Location"] == PAGE
    assert Preference.objects.get(person=ada, kind=kind.key).cadence == "never"
    assert Preference.objects.get(person=ada, kind="notifications.digest").cadence == "daily"
    stored = QuietHours.objects.get(person=ada)
    assert (stored.since, stored.until, stored.paused_until) == (time(21), time(6, 30), date(2026, 12, 24))
    assert stored.digest_at == time(9, 15)
    assert 'value="21:00"' in client.get(PAGE).content.decode()


def test_page_wants_a_digest_for_what_is_to_come_in_it(client, plain, ada):
    kind, _teller = plain
    client.force_login(ada)
    names = [f"{one.key}-{channel}" for one in _offered() for channel in one.cadence]
    data = dict.fromkeys(names, "now") | {"since": "21:00", "until": "06:30", "digest_at": "08:00"}
    data |= {f"{kind.key}-mail": "digest", "notifications.digest-mail": "never"}
    answer = client.post(PAGE, data)
    assert "Choose how often this one comes" in answer.content.decode()
    assert not Preference.objects.exists()
    client.post(PAGE, data | {"notifications.digest-mail": "weekly"})
    assert list(Preference.objects.filter(kind=kind.key).values_list("cadence", flat=True)) == ["digest"]


def test_digest_of_leaders_is_offered_to_who_leads(client, ada):
    client.force_login(ada)
    assert "Your people" not in client.get(PAGE).content.decode()
    make_person("Ben", manager=ada)
    assert "Your people" in client.get(PAGE).content.decode()


def test_page_keeps_what_was_typed_when_it_is_wrong(client, plain, ada):
    client.force_login(ada)
    answer = client.post(PAGE, {"since": "soon", "until": "06:30"})
    assert "soon" in answer.content.decode()
    assert not QuietHours.objects.exists()


def _offered():
    return [kind for kind in all_kinds() if Channel.PORTAL in kind.cadence]
