"""Leave: who records it, who sees it, and what is refused."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from foundation.errors import Invalid, Refused
from people import policies
from people.actions import leaves
from people.models import AuditEntry, Leave, Role
from tests.cast import NOW, fresh, make_person, make_team

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def boss():
    return make_person("Bea Boss")


@pytest.fixture
def person(boss):
    return make_person("Lou Learner", manager=boss, team=make_team("Service"))


def record(person, first, last, **fields):
    return leaves.record_leave(
        person=person, from_on=TODAY + first * DAY, until_on=TODAY + last * DAY, **{"by": None, "at": NOW, **fields}
    )


def test_leave_is_recorded_moved_and_taken_back_with_its_trail(person, boss):
    leave = record(person, 0, 5, by=boss)
    leaves.end_leave(leave=leave, until_on=TODAY + 2 * DAY, by=boss, at=NOW)
    leaves.end_leave(leave=leave, until_on=TODAY + 2 * DAY, by=boss, at=NOW)
    leaves.cancel_leave(leave=leave, by=boss, at=NOW)
    for act in (
        lambda: leaves.cancel_leave(leave=leave, by=boss, at=NOW),
        lambda: leaves.end_leave(leave=leave, until_on=TODAY, by=boss, at=NOW),
    ):
        with pytest.raises(Refused, match="taken back already"):
            act()
    did = AuditEntry.objects.filter(object_type="people.leave").order_by("pk").values_list("did", flat=True)
    assert list(did) == ["people.leave_recorded", "people.leave_moved", "people.leave_cancelled"]
    record(person, 0, 5)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (5, 5), (3, 4), (-2, 9), (5, 9)])
def test_two_of_a_person_never_overlap(person, first, last):
    leave = record(person, 0, 5)
    record(make_person(), first, last)
    with pytest.raises(Refused, match="Another leave"):
        record(person, first, last)
    other = record(person, 6, 9)
    with pytest.raises(Refused, match="Another leave"):
        leaves.end_leave(leave=leave, until_on=TODAY + 6 * DAY, by=None, at=NOW)
    leaves.cancel_leave(leave=other, by=None, at=NOW)
    leaves.end_leave(leave=leave, until_on=TODAY + 6 * DAY, by=None, at=NOW)


@pytest.mark.parametrize(("first", "last", "name"), [(3, 2, "until_on"), (0, 1101, "until_on"), (731, 740, "from_on")])
def test_days_that_cannot_be_are_refused_beside_the_field(person, first, last, name):
    with pytest.raises(Invalid) as caught:
        record(person, first, last)
    assert name in caught.value.errors
    with pytest.raises(IntegrityError), transaction.atomic():
        Leave.objects.create(person=person, from_on=TODAY, until_on=TODAY - DAY, recorded_at=NOW)


def test_nothing_is_recorded_of_a_leaver(person):
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    with pytest.raises(Refused, match="has left"):
        record(person, 0, 1)


def test_away_is_of_ones_own_day():
    east, west = make_person(time_zone="Pacific/Kiritimati"), make_person(time_zone="Pacific/Pago_Pago")
    for each in (east, west):
        record(each, 0, 0)
    people = [east.pk, west.pk]
    assert Leave.objects.away(people, NOW - timedelta(hours=12)) == {east.pk}
    assert Leave.objects.away(people, NOW + timedelta(hours=12)) == {west.pk}
    assert Leave.objects.away([], NOW) == set()


def test_rows_and_policy_agree_on_who_sees_leave(person, boss):
    service, shops = make_team("Service"), make_team("Shops")
    record(person, 0, 1)
    record(boss, 0, 1)
    readers = [
        person, boss, make_person(), make_person(is_active=False, roles={Role.AUDITOR: None}),
        *(make_person(roles={role: team}) for role in Role.values for team in (None, service, shops)),
    ]  # fmt: skip
    for reader in map(fresh, readers):
        seen = set(Leave.objects.visible_to(reader).values_list("person", flat=True))
        assert seen == {each.pk for each in (person, boss) if policies.can_view_leave_of(reader, each)}
        for each in (person, boss):
            if policies.can_record_leave_of(reader, each):
                assert each.pk in seen
                assert each != reader


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, boss, person, settings):
    settings.SECOND_FACTOR = "nobody"
    client.force_login(boss)
    with time_machine.travel(NOW, tick=False):
        yield client


def url(name, thing):
    return reverse(f"people:{name}", args=[thing.pk])


def test_manager_records_changes_and_takes_back_and_the_person_reads_it(page, person):
    sent = {"from_on": str(TODAY), "until_on": str(TODAY + 5 * DAY)}
    address = url("person-leave", person)
    assert address in page.get(person.get_absolute_url()).content.decode()
    assert page.post(address, sent).url == address
    assert page.post(address, sent).status_code == 422
    leave = Leave.objects.get()
    assert page.get(url("leave-end", leave)).status_code == 200
    assert page.post(url("leave-end", leave), {"until_on": str(TODAY - DAY)}).status_code == 422
    assert page.post(url("leave-end", leave), {"until_on": str(TODAY + 2 * DAY)}).url == address
    page.force_login(person)
    text = page.get(address).content.decode()
    assert "20 November 2026 to 22 November 2026" in text
    assert "recorded by Bea Boss" in text
    assert url("leave-cancel", leave) not in text
    assert page.post(address, sent).status_code == 403
    assert page.post(url("leave-cancel", leave)).status_code == 403
    page.force_login(make_person())
    assert page.get(address).status_code == 403
    assert page.post(url("leave-cancel", leave)).status_code == 404
    page.force_login(fresh(leave.recorded_by))
    assert page.post(url("leave-cancel", leave)).url == address
    assert page.post(url("leave-cancel", leave)).status_code == 404
    assert not Leave.objects.standing().exists()
