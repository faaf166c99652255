"""Who stands where, narrowed down, and in numbers by team."""

import csv
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from people.models import AuditEntry, Person, Role
from tests.cast import NOW, finish, give, make_module, make_person, make_team
from training.actions import assignments, certificates, learning, sign_offs
from training.actions.prerequisites import set_prerequisites
from training.models import Waiver
from training.reports.teams import STANDINGS, Wanted, matrix_of
from training.reports.totals import sum_of, totals_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()
SHOPS, LEEDS, SERVICE = "Shops", "Shops/Leeds", "Service"


@pytest.fixture
def people():
    """One of each standing, in teams of two levels and in none; by the name of what they are."""
    boss = make_person("Bea Boss")
    found = {}
    for name, team in (
        ("late", SHOPS), ("soon", LEEDS), ("waits", LEEDS), ("expired", SERVICE), ("done", SERVICE), ("waived", SHOPS),
        ("chosen", SHOPS), ("later", ""),
    ):  # fmt: skip
        found[name] = make_person(name.title(), manager=boss, team=make_team(team) if team else None)
    greeting, practice = make_module(name="Greeting", valid_months=12), make_module("practice", name="Desk")
    give(greeting, found["late"], at=NOW - 30 * DAY, due_on=TODAY - DAY)
    give(greeting, found["soon"], due_on=TODAY + 14 * DAY)
    row = give(practice, found["waits"], at=NOW - 30 * DAY, due_on=TODAY - DAY)
    record = learning.open_part(assignment=row, part=row.version.parts.get(), at=NOW - 9 * DAY)
    sign_offs.ask_for_sign_off(record=record, observer=boss, at=NOW - 9 * DAY)
    finish(give(greeting, found["expired"], at=NOW - 400 * DAY), at=NOW - 399 * DAY)
    finish(give(greeting, found["done"], at=NOW - 320 * DAY), at=NOW - 310 * DAY)
    give(greeting, found["done"], due_on=TODAY + 40 * DAY)  # its renewal: held, and open
    waived = give(greeting, found["waived"])
    assignments.waive(assignment=waived, kind=Waiver.Kind.OUTSIDE, by=boss, at=NOW, reason="Elsewhere.")
    assignments.take_up(module=greeting, person=found["chosen"], at=NOW)
    give(greeting, found["later"], due_on=TODAY + 15 * DAY)
    return found


def shown(**wanted):
    return {person.name for person in matrix_of(Person.objects.active(), at=NOW, wanted=Wanted(**wanted)).people}


def test_matrix_narrows_to_a_standing(people):
    assert set(STANDINGS) == {"overdue", "soon", "blocked", "waiting", "expired", "revoked"}
    assert shown(standing="overdue") == {"Late"}
    assert shown(standing="soon") == {"Soon"}
    assert shown(standing="waiting") == {"Waits"}
    assert shown(standing="expired") == {"Expired"}
    assert len(shown()) == len(people)
    of_expired = people["expired"].completions.get()
    certificates.revoke(completion=of_expired, by=make_person(), at=NOW, reason="Not theirs.")
    assert (shown(standing="revoked"), shown(standing="expired")) == ({"Expired"}, set())


def test_matrix_narrows_to_who_waits_for_another_module_and_to_whom_that_keeps_waiting(people):
    """As the cells say it: not late, it waits for a module; late, on the observer of what comes first."""
    boss, waits = make_person(), people["waits"]
    desk, after = waits.assignments.get().module, make_module(name="After")
    set_prerequisites(module=after, needed=[desk], by=boss, at=NOW)
    assignments.assign(module=after, people=[waits, people["later"]], by=boss, at=NOW, due_on=TODAY + 40 * DAY)
    everybody = Person.objects.active()
    blocked = matrix_of(everybody, at=NOW, wanted=Wanted(standing="blocked"))
    assert {person.name for person in blocked.people} == {"Waits", "Later"}
    assert blocked.counts["blocked"] == matrix_of(everybody, at=NOW).counts["blocked"] == 2
    assert shown(module=desk.pk, standing="blocked") == shown(module=after.pk, standing="waiting") == set()
    overdue = matrix_of(everybody, at=NOW + 42 * DAY, wanted=Wanted(module=after.pk, standing="waiting"))
    assert [person.name for person in overdue.people] == ["Waits"]
    assert overdue.late == {"observer": 1}


def test_matrix_narrows_to_a_team_and_all_below_and_to_a_module(people):
    assert shown(team="shops") == {"Late", "Soon", "Waits", "Waived", "Chosen"}
    assert shown(team=LEEDS) == {"Soon", "Waits"}
    assert shown(team="Shop") == set()
    desk = people["waits"].assignments.get().module
    matrix = matrix_of(Person.objects.active(), at=NOW, wanted=Wanted(module=desk.pk))
    assert ([person.name for person in matrix.people], matrix.modules) == (["Waits"], [desk])
    assert shown(module=desk.pk, standing="overdue") == set()
    assert shown(manager=people["late"]) == set()


def test_teams_in_numbers_count_what_was_asked_and_is_held(people):
    found = {total.path: total for total in totals_of(Person.objects.active(), at=NOW)}
    told = {path: (one.people, one.asked, one.held, one.percent, dict(one.late)) for path, one in found.items()}
    assert told == {
        SHOPS: (2, 1, 0, 0, {"own": 1}),
        LEEDS: (2, 2, 0, 0, {"observer": 1}),
        SERVICE: (2, 2, 1, 50, {}),
        "": (1, 1, 0, 0, {}),
    }
    assert list(found)[-1] == ""


def test_numbers_by_team_are_those_of_the_cells(people):
    """Whatever the hour: late by cause, and held."""
    for hours in (0, 9, 14, 40 * 24, 400 * 24):
        at = NOW + timedelta(hours=hours)
        matrix = matrix_of(Person.objects.active(), at=at)
        whole = sum_of(totals_of(Person.objects.active(), at=at))
        assert whole.late == Counter(matrix.late)


@pytest.fixture
def page(client, people, settings):
    """The browser of an auditor of the shops."""
    settings.SECOND_FACTOR = "nobody"
    client.force_login(make_person(roles={Role.AUDITOR: make_team(SHOPS)}))
    with time_machine.travel(NOW, tick=False):
        yield client


def test_auditor_sees_their_scope_by_team_and_goes_down_to_the_people(page):
    address = reverse("training:matrix")
    text = page.get(address, {"show": "teams"}).content.decode()
    assert 'href="?team=Shops%2FLeeds"' in text or 'href="?team=Shops/Leeds"' in text
    assert SERVICE not in text.partition("<main")[2]
    below = page.get(address, {"team": LEEDS}).content.decode()
    assert "Soon" in below
    assert "Late" not in [person.name for person in page.get(address, {"team": LEEDS}).context["matrix"].people]
    assert page.get(address, {"team": SERVICE}).context["matrix"].people == []
    assert "Nobody matches" in page.get(address, {"team": SERVICE}).content.decode()


@pytest.mark.parametrize(
    "query", [{"show": "x"}, {"module": "x"}, {"module": "9" * 30}, {"standing": "x"}, {"team": "/"}]
)
def test_filter_that_makes_no_sense_is_none(page, query):
    found = page.get(reverse("training:matrix"), query)
    assert len(found.context["matrix"].people) == 5


def test_export_holds_what_the_address_shows_and_is_audited(page):
    def rows(query):
        answer = page.get(reverse("training:matrix-csv"), query)
        return list(csv.reader(answer.getvalue().decode("utf-8-sig").splitlines()))

    head, one = rows({"standing": "overdue"})
    assert (head[-1], one[0], one[-1]) == ("Greeting", "Late", "Overdue: 2026-11-19")
    entry = AuditEntry.objects.filter(did="training.matrix_exported").latest("pk")
    assert (entry.outcome, entry.changes) == ("exported", {"rows": 1, "filters": ["standing"]})
    head, *teams = rows({"show": "teams"})
    assert teams == [["Shops", "2", "1", "0", "1", "0", "0", "0"], ["Shops/Leeds", "2", "2", "0", "0", "1", "0", "0"]]
