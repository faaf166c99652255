"""Customers' scores from a file: hostile rows by line and reason, once each; and the page on which they stand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from foundation.errors import Invalid
from people.actions import imports
from people.models import AuditEntry, Person, Role, Team
from recognition import policies
from recognition.actions import pulse as pulses
from recognition.actions import scores
from recognition.actions.praise import check_praise
from recognition.models import CustomerScore, PulseCount
from recognition.pulse_groups import LEAST
from recognition.reports.blind_spot import months_of, teams_for
from recognition.score_rows import NoSource, NotOnScale, normal, read_score, read_source
from tests.cast import NOW, fresh, make_person, make_team, said

HEAD = "team,date,score,scale,source,reference\n"
OPEN = datetime(2026, 11, 26, 12, tzinfo=UTC)
OVER = datetime(2026, 12, 1, 13, 1, tzinfo=UTC)


@pytest.fixture
def steward():
    return make_person("Stan Steward", roles={Role.STEWARD: None})


def checked(by, data, head=HEAD):
    run = scores.start_import(data=(head + data).encode(), file_name="scores.csv", by=by, at=NOW)
    imports.check_import(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    return run


def applied(by, data):
    run = checked(by, data)
    assert run.state == "ready", run.report
    imports.queue_import(run=run, by=by, at=NOW)
    imports.apply_import(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    return run


def reasons(run):
    return {(error["line"], error["column"]): error["reason"] for error in run.report["errors"]}


@pytest.mark.django_db
def test_scores_come_in_once_on_one_scale(steward):
    make_team("Service/Night")
    data = "service/NIGHT,2026-11-19,4,1-5,Survey,1\nService/Night,2026-11-19,7.5,0–10,NPS,2\n"
    data += "Service/Night,2026-10-31,0,0-100,old portal,3\n"
    run = applied(steward, data)
    assert run.state == "applied"
    rows = CustomerScore.objects.order_by("pk").values_list("original", "scale", "value", "month")
    assert list(rows) == [
        (Decimal(4), "1-5", 4.0, date(2026, 11, 1)), (Decimal("7.5"), "0-10", 4.0, date(2026, 11, 1)),
        (Decimal(0), "0-100", 1.0, date(2026, 10, 1)),
    ]  # fmt: skip
    again = checked(steward, data + "Service/Night,2026-11-18,5,1-5,survey,4\n")
    assert again.report["counts"] == {"new": 1, "unchanged": 3, "errors": 0}
    assert AuditEntry.objects.get(did="recognition.scores_imported").changes == {"new": 3, "unchanged": 0}


@pytest.mark.django_db
def test_every_hostile_row_has_its_reason_and_nothing_comes_in(steward):
    make_team("Service")
    rows = [
        "Service,2026-11-19,4,1-7,S,1", "Service,2026-11-19,6,1-5,S,2", "Service,2026-11-19,-1,0-10,S,3",
        "Service,2099-01-01,4,1-5,S,4", "Nowhere,2026-11-19,4,1-5,S,5", "Service,2026-11-19,4,1-5,S,6",
        "Service,2026-11-19,4,1-5,s,6", "Service,2026-11-19,=1+1,1-5,S,7", "Service,,4,1-5,S,8",
        "Service,2026-11-19,NaN,1-5,S,9", "Service,2026-11-19,1e3,0-100,S,10", ",2026-11-19,4,1-5,S,11",
        "Service,2026-11-19,4,1-5,,12", "Service,2026-11-19,4,1-5,S,", "Service,2026-11-19,4.123,1-5,S,13",
    ]  # fmt: skip
    run = checked(steward, "\n".join(rows) + "\n")
    assert run.state == "rejected"
    found = reasons(run)
    assert set(found) == {
        (2, "scale"), (3, "score"), (4, "score"), (5, "date"), (6, "team"), (8, "reference"), (9, "score"),
        (10, "date"), (11, "score"), (12, "score"), (13, "team"), (14, "source"), (15, "reference"), (16, "score"),
    }  # fmt: skip
    assert all(found.values())
    assert all(error["value"] == "" for error in run.report["errors"] if error["column"] in {"score", "reference"})
    assert not CustomerScore.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["customer", "e-mail", "comment", "anything"])
def test_a_column_that_may_hold_a_customer_is_refused_and_not_repeated(steward, column):
    make_team("Service")
    data = "Service,2026-11-19,4,1-5,S,1,Anna Kowalska\n"
    run = checked(steward, data, HEAD.strip() + f",{column}\n")
    assert run.state == "rejected"
    assert "take this column out" in reasons(run)[1, column]
    assert "Kowalska" not in str(run.report)


@pytest.mark.django_db
def test_a_source_keeps_its_scale(steward):
    team = make_team("Service")
    run = checked(steward, "Service,2026-11-19,4,1-5,Survey,1\nService,2026-11-19,4,0-10,survey,2\n")
    assert "scored on 1-5" in reasons(run)[3, "scale"]
    applied(steward, "Service,2026-11-19,4,1-5,Survey,1\n")
    run = checked(steward, "Service,2026-11-19,4,0-10,SURVEY,2\n")
    assert "scored on 1-5" in reasons(run)[2, "scale"]
    one = {"team": team, "scored_on": date(2026, 11, 19), "by": steward, "at": NOW, "reference": "2"}
    with pytest.raises(Invalid) as refused:
        scores.enter_score(score=Decimal(4), scale="0-10", source="Survey", **one)
    assert set(refused.value.errors) == {"scale"}


@pytest.mark.once
@pytest.mark.parametrize(
    "text",
    [
        "anna.smith@example.org",
        "Anna Smith of Elm Road was cross",
        '=HYPERLINK("x")',
        "+44 20 7946 0000 1",
        "x" * 41,
        "",
    ],
)
def test_what_has_room_for_a_customer_is_no_source(text):
    with pytest.raises(NoSource):
        read_source(text)
    assert read_source(" CSAT-2026 desk ") == "CSAT-2026 desk"


@pytest.mark.once
@pytest.mark.parametrize(
    "text", ["", " ", "x", "1e2", "Infinity", "nan", "0x10", "٤", "1.2.3", "+4", "12345.67", "1.234"]
)
def test_what_is_no_number(text):
    with pytest.raises(NotOnScale):
        read_score(text)


@pytest.mark.once
def test_scales_are_straight():
    assert [normal(Decimal(one), "0-10") for one in (0, 5, 10)] == [1.0, 3.0, 5.0]
    assert [normal(Decimal(one), "1-5") for one in (1, 2, 5)] == [1.0, 2.0, 5.0]
    with pytest.raises(NotOnScale):
        normal(Decimal(0), "1-5")


@pytest.mark.django_db
def test_one_score_at_a_time(steward):
    team = make_team()
    one = {"team": team, "scored_on": date(2026, 11, 19), "scale": "0-10", "source": "S", "by": steward, "at": NOW}
    row = scores.enter_score(score=Decimal(10), reference="1", **one)
    assert scores.enter_score(score=Decimal(3), reference="1", **one) == row
    assert row.value == 5.0
    for wrong in ({"score": Decimal(11)}, {"score": Decimal(5), "scored_on": date(2099, 1, 1)}):
        with pytest.raises(Invalid):
            scores.enter_score(**{**one, "reference": "2", **wrong})


@pytest.mark.django_db
def test_pages_of_the_import(client, steward):
    make_team("Service")
    run = checked(steward, "Service,2026-11-19,4,1-5,S,1\n")
    client.force_login(steward)
    assert client.get(reverse("recognition:score-import")).status_code == 200
    assert (
        client.get(reverse("recognition:score-import-template")).getvalue().decode().strip("\ufeff\r\n") == HEAD.strip()
    )
    assert "Bring in 1 row" in client.get(reverse("recognition:score-import-detail", args=[run.pk])).content.decode()
    client.force_login(make_person())
    assert client.get(reverse("recognition:score-import")).status_code == 403


# The page


def scored(team: Team, steward: Person, *values: int, day: date = date(2026, 11, 19)) -> None:
    for value in values:
        scores.enter_score(
            team=team, scored_on=day, score=Decimal(value), scale="1-5", source="S", reference=str(uuid4()), by=steward,
            at=OVER,
        )  # fmt: skip


def settled(**teams: list[int]) -> None:
    pulse = pulses.open_pulse(month=date(2026, 11, 1), at=OPEN)
    for path, values in teams.items():
        team = make_team(path.replace("_", "/"))
        for value in values:
            pulses.answer_pulse(pulse=pulse, scores={1: value, 2: 3}, by=make_person(team=team), at=OPEN)
    pulses.settle_pulse(pulse=pulse, at=OVER)


@pytest.mark.django_db
def test_a_blind_spot_is_told_with_its_interval(steward, client):
    settled(Service=[5, 5, 4, 5, 5, 4])
    team = make_team("Service")
    scored(team, steward, 2, 3, 2, 3, 2, 3, 2)
    said_by_customer = said("Rude.", kind="complaint", team=team)
    check_praise(praise=said_by_customer, words="Rude.", decision="lesson", by=steward, at=NOW)
    row = months_of(team, OVER)[-1]
    assert (row.own.n, row.customers.n, row.gap.claim) == (6, 7, "own")
    assert (row.praise, row.complaints) == (0, 1)
    with time_machine.travel(OVER, tick=False):
        client.force_login(steward)
        page = client.get(reverse("recognition:blind-spot") + f"?team={team.pk}").content.decode()
    assert "You see it better than customers do" in page


@pytest.mark.django_db
def test_small_groups_stand_together_for_customers_too_and_nobody_can_subtract(steward):
    """Hostile: whoever reads every team's page finds disjoint groups of five or more, the same on each page."""
    settled(Service=[4, 4, 3, 2, 5, 5], Service_Mail=[1, 2], Service_Phone=[5, 4, 5, 5, 5], Alone=[1, 1, 1])
    for team in Team.objects.all():
        scored(team, steward, 3, 3, 4)
    groups: dict[frozenset[str], set[int]] = {}
    for team in Team.objects.order_by("path"):
        row = months_of(team, OVER)[-1]
        members = frozenset([team.path, *row.together])
        groups.setdefault(members, set()).add(row.own.n if row.own else 0)
        assert row.customers is None if len(members) == 1 else row.customers.n == 6
    assert groups == {
        frozenset(["Service", "Service/Mail"]): {8},
        frozenset(["Service/Phone"]): {5},
        frozenset(["Alone"]): {0},
    }
    assert min(n for found in groups.values() for n in found if n) >= LEAST
    assert not PulseCount.objects.filter(team__path__in=["Alone", "Service/Mail"]).exists()


@pytest.mark.django_db
def test_of_many_teams_that_stand_together_a_few_are_named(steward, client):
    settled(Service=[4, 4, 3, 2, 5, 5], **{f"Service_{name}": [3] for name in "ABCDE"})
    scored(make_team("Service"), steward, 3, 3, 4, 4, 5)
    with time_machine.travel(OVER, tick=False):
        client.force_login(steward)
        page = client.get(reverse("recognition:blind-spot"), {"team": make_team("Service").pk}).content.decode()
    assert "with Service/A, Service/B, Service/C and 2 more" in page


@pytest.mark.django_db
def test_groups_stay_as_they_were_when_teams_move(steward):
    """Else the same month, read before and after, could be subtracted."""
    settled(Service=[4, 4, 3], Service_Mail=[1, 2], Other=[5, 4, 5, 5, 5])
    Team.objects.filter(path="Service/Mail").update(parent=make_team("Other"))
    row = months_of(make_team("Other"), OVER)[-1]
    assert (row.together, row.own.n) == ([], 5)


@pytest.mark.django_db
def test_nothing_of_a_month_is_told_before_it_is_over_everywhere(steward):
    pulse = pulses.open_pulse(month=date(2026, 11, 1), at=OPEN)
    team = make_team()
    for _each in range(6):
        pulses.answer_pulse(pulse=pulse, scores={1: 4, 2: 3}, by=make_person(team=team), at=OPEN)
    scored(team, steward, 1, 2, 3, 4, 5)
    assert date(2026, 11, 1) not in {row.month for row in months_of(team, datetime(2026, 12, 1, 12, 30, tzinfo=UTC))}


@pytest.mark.django_db
def test_the_twins_agree():
    top, other = make_team("Service"), make_team("Other")
    mail = make_team("Service/Mail")
    manager = make_person(team=other)
    make_person(team=mail, manager=manager)
    readers = [
        manager, make_person(team=mail), make_person(), make_person(roles={Role.STEWARD: None}),
        make_person(team=other, roles={Role.STEWARD: top}), make_person(roles={Role.PEOPLE_ADMIN: None}),
        make_person(team=mail, is_active=False),
    ]  # fmt: skip
    for reader in map(fresh, readers):
        seen = set(teams_for(reader))
        assert seen == {team for team in Team.objects.all() if policies.can_view_blind_spot(reader, team)}
        assert bool(seen) == policies.can_view_any_blind_spot(reader)
    assert set(teams_for(fresh(manager))) == {other, mail}


@pytest.mark.django_db
def test_the_page_of_a_team_that_is_not_the_readers_is_not_there(client, django_assert_max_num_queries):
    mine, other = make_team("Service"), make_team("Other")
    client.force_login(make_person(team=mine))
    for wrong in (str(other.pk), "x", "0", "9" * 30):
        assert client.get(reverse("recognition:blind-spot"), {"team": wrong}).status_code == 404
    with django_assert_max_num_queries(12):
        assert client.get(reverse("recognition:blind-spot")).status_code == 200
