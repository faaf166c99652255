"""Milestones: on which days, and whose are seen by whom."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from people.models import Person
from recognition import digests, policies
from recognition.actions import reach
from recognition.anniversaries import first_days, years_on
from recognition.models import Reach
from recognition.reports.milestones import celebrated, milestones, wishing
from tests.cast import NOW, finish, fresh, give, make_module, make_person, make_team
from training.actions import certificates, paths
from training.models import Assignment, Completion

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("since", "day", "years"),
    [
        ("2021-11-20", "2026-11-20", 5),
        ("2026-11-20", "2026-11-20", 0),
        ("2026-11-21", "2026-11-20", None),
        ("2021-11-20", "2026-11-19", None),
        ("2024-02-29", "2025-02-28", 1),
        ("2024-02-29", "2025-03-01", None),
        ("2024-02-29", "2028-02-28", None),
        ("2024-02-29", "2028-02-29", 4),
    ],
)
def test_on_which_day_a_year_is_round(since, day, years):
    assert years_on(date.fromisoformat(day), since=date.fromisoformat(since)) == years


@given(st.dates(date(1990, 1, 1), date(2026, 1, 1)), st.integers(2027, 2060))
def test_everybody_has_one_each_year_and_is_found_by_their_first_day(since, year):
    days = [date(year, 1, 1) + DAY * number for number in range(366 if year % 4 == 0 else 365)]
    (day,) = [day for day in days if years_on(day, since=since) is not None]
    assert years_on(day, since=since) == year - since.year
    assert (since.month, since.day) in first_days([day])


pytestmark = pytest.mark.django_db


def wish(person, *, wanted=True, far=Reach.EVERYONE):
    reach.wish(person=person, reach=far, photo=True, screens=True, milestones=wanted, by=person, at=NOW)
    return person


def words(found):
    return [(one.person.full_name, one.words) for one in found]


WISHES = {
    "none": (None, set()),
    "not celebrated": ((False, Reach.EVERYONE), set()),
    "everyone": ((True, Reach.EVERYONE), {"own", "mate", "manager", "stranger", "teamless"}),
    "team": ((True, Reach.TEAM), {"own", "mate", "manager"}),
    "private": ((True, Reach.PRIVATE), {"own"}),
}


@pytest.mark.parametrize("name", WISHES)
def test_who_sees_whose_by_rows_by_policy_and_in_digests(name, settings):
    asked, readers = WISHES[name]
    team, manager = make_team("Night"), make_person("Manager")
    own = make_person("Own", team=team, manager=manager, started_on=TODAY.replace(year=2021))
    people = {
        "own": own, "mate": make_person(team=team), "manager": manager, "stranger": make_person(team=make_team("Day")),
        "teamless": make_person(), "gone": make_person(team=team, is_active=False),
    }  # fmt: skip
    if asked:
        wish(own, wanted=asked[0], far=asked[1])
    people = {name: fresh(person) for name, person in people.items()}
    row = Person.objects.select_related("recognition_wish").get(pk=own.pk)
    seen = {name for name, reader in people.items() if wishing(reader).exists()}
    assert seen == readers == {name for name, who in people.items() if policies.can_view_milestones_of(who, row)}
    told = digests._milestones([one for one in people.values() if one.is_active], NOW)
    assert {name for name, reader in people.items() if told.get(reader.pk)} == readers - {"own"}


def test_a_leaver_is_celebrated_no_more():
    person = wish(make_person(started_on=TODAY))
    assert words(milestones(celebrated(), at=NOW)) == [(person.full_name, "joined")]
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert milestones(celebrated(), at=NOW) == []


def test_each_has_their_day_where_they_are():
    at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # already the 21st in Berlin, still the 20th in Lisbon
    for name, zone in (("Berlin", "Europe/Berlin"), ("Lisbon", "Europe/Lisbon")):
        wish(make_person(name, time_zone=zone, started_on=date(2020, 11, 21)))
    assert words(milestones(celebrated(), at=at)) == [("Berlin", "6 years here")]
    assert words(milestones(celebrated(), at=at, ahead=1)) == [("Berlin", "6 years here"), ("Lisbon", "6 years here")]


def test_what_was_completed_is_celebrated_the_first_time_and_while_it_counts():
    trainer, person = make_person(), wish(make_person("Maya"))
    soft, technical = make_module(name="Empathy", kind="soft_skill"), make_module(name="Till", kind="technical")
    for module in (soft, technical):
        give(module, person)
    for row in Assignment.objects.order_by("pk"):
        finish(row)
    assert words(milestones(celebrated(), at=NOW)) == [("Maya", "completed “Empathy”")]
    other = wish(make_person("Noor"))
    path = paths.create_path(by=trainer, at=NOW, steps=[(soft, 9)], name="New here", owner=trainer, description="x")
    paths.publish_path(path=path, by=trainer, at=NOW)
    paths.assign_path(path=path, people=[other], by=trainer, at=NOW)
    finish(Assignment.objects.get(person=other))
    paths.close_done(at=NOW)
    assert ("Noor", "completed “New here”") in words(milestones(celebrated(), at=NOW))
    certificates.revoke(completion=Completion.objects.get(person=person, module=soft), by=trainer, at=NOW, reason="x")
    assert "Maya" not in dict(words(milestones(celebrated(), at=NOW)))


@pytest.mark.once
@pytest.mark.parametrize("count", [2, 20])
def test_the_page_costs_the_same_however_many(client, settings, count, time_machine, django_assert_max_num_queries):
    settings.SECOND_FACTOR_REQUIRED_FOR = "nobody"
    for number in range(count):
        wish(make_person(f"Person {number:02}", started_on=TODAY.replace(year=2020) + DAY * (number % 5)))
    client.force_login(make_person("Reader"))
    time_machine.move_to(NOW)
    page = reverse("recognition:milestone-list")
    client.get(page)
    with django_assert_max_num_queries(9):
        text = client.get(page).content.decode()
    assert "Person 00" in text
    assert "6 years here" in text
    assert text.index("In the last week") < text.index("Person 00") < text.index("In the next week")
