"""The fair spread over the tables: worked out once, read by few; rings; and whom nobody thanked lately."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.errors import Refused
from notifications.digests import LINE
from notifications.models import Delivery
from people.models import AuditEntry, Leave, Person, Role, Team
from recognition import digests, policies
from recognition.actions import posts, praise, spreading
from recognition.fairness import tenure
from recognition.models import NotNow, Reach, Recipient, Recognition, Ring, Spread
from recognition.quarters import QUARTER, YEAR, Window
from recognition.reports import figures
from recognition.reports.spread import flow_figure, lines, page, rings_of, teams_of, whole_of, windows
from recognition.reports.unseen import unseen, with_reasons
from recognition.tasks import work_out_spread
from tests.cast import NOW, fresh, make_person, make_site, make_team, make_value, said, thank
from tests.recognition.test_spread import tells_of_fewer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SUMMER = Window(QUARTER, date(2026, 7, 1), date(2026, 9, 30))
AUGUST = datetime(2026, 8, 10, 9, tzinfo=UTC)


def crowd(path, count, *, site="Leeds", manager=None, started=date(2020, 1, 1)):
    """People of one team, made at once."""
    first, team, place = Person.objects.count(), make_team(path), make_site(site)
    rows = [
        Person(
            full_name=f"Member {first + number}", email=f"member.{first + number}@staff.example", team=team, site=place,
            manager=manager, started_on=started,
        )
        for number in range(count)
    ]  # fmt: skip
    return Person.objects.bulk_create(rows)


def give(pairs, *, at=AUGUST, **fields):
    """Thanks between these, made at once."""
    pairs = list(pairs)
    value = make_value()
    rows = Recognition.objects.bulk_create(
        [
            Recognition(giver=one, value=value, did="Stayed.", posted_at=at, token=uuid4(), reach=0, **fields)
            for one, _other in pairs
        ]
    )
    Recipient.objects.bulk_create(
        [
            Recipient(recognition=row, person=other, giver=one, posted_at=at)
            for row, (one, other) in zip(rows, pairs, strict=True)
        ]
    )
    return rows


@pytest.fixture
def house():
    """Two departments of two teams, two sites that are not quite theirs, and three bands of tenure."""
    head = make_person("Head", site=make_site())
    boss = make_person(
        "Boss", manager=head, site=make_site(), team=make_team("Service/North/A"), started_on=date(2019, 1, 1)
    )
    old, new = date(2021, 1, 1), date(2026, 2, 1)
    people = {
        "a": [boss, *crowd("Service/North/A", 11, manager=boss, started=old)],
        "b": crowd("Service/North/B", 9, manager=boss, started=new) + crowd("Service/North/B", 3, site="York"),
        "c": crowd("Service/South/C", 14, site="York", started=new),
        "d": crowd("Service/South/D", 4, site="York", started=old),
    }
    return {
        "head": head,
        "boss": boss,
        "steward": make_person("Stella", site=make_site(), roles={Role.STEWARD: None}),
        **people,
    }


def worked_out(at=NOW):
    spreading.work_out(at=at)
    return Spread.objects.get(span=QUARTER, first_on=SUMMER.first)


# --- worked out once --------------------------------------------------------------------------------------------------


def test_each_window_is_worked_out_once_whatever_changes_later(house):
    give([(house["a"][1], house["c"][0])] * 3)
    before = worked_out()
    assert Counter(Spread.objects.values_list("span", flat=True)) == {QUARTER: 4, YEAR: 1}
    give([(house["a"][1], house["c"][1])] * 3)
    Person.objects.filter(pk=house["a"][2].pk).update(team=house["c"][0].team)
    assert spreading.work_out(at=NOW) == 0
    assert worked_out().figures == before.figures
    assert AuditEntry.objects.filter(did="recognition.spread_worked_out").count() == 5
    with pytest.raises(IntegrityError), transaction.atomic():
        Spread.objects.create(span=QUARTER, first_on=SUMMER.first, last_on=SUMMER.last, figures={}, worked_out_at=NOW)


def test_a_quarter_waits_until_it_is_over_everywhere(house):
    over = datetime(2026, 10, 1, 11, 59, tzinfo=UTC)
    spreading.work_out(at=over)
    assert not Spread.objects.filter(last_on=SUMMER.last).exists()
    assert worked_out(over + timedelta(minutes=2)).last_on == SUMMER.last


def test_the_clock_calls_it(house, time_machine):
    time_machine.move_to(NOW)
    work_out_spread()
    assert Spread.objects.count() == 5


def test_only_thanks_that_stand_and_lie_in_the_window_count_private_ones_too(house):
    one, other = house["a"][1], house["c"][0]
    thank(other, by=one, at=AUGUST, visibility=Reach.PRIVATE)
    posts.withdraw_recognition(recognition=thank(other, by=one, at=AUGUST), by=one, at=AUGUST)
    thank(other, by=one, at=datetime(2026, 6, 30, 23, 59, tzinfo=UTC))
    thank(other, by=one, at=datetime(2026, 10, 1, tzinfo=UTC))
    assert whole_of(worked_out()).tally.received == 1


def test_a_leaver_counts_for_the_days_and_leave_counts_off(house):
    before = figures.work_out(SUMMER).figures["whole"]
    gone, away = house["c"][0], house["c"][1]
    Person.objects.filter(pk=gone.pk).update(is_active=False, left_on=date(2026, 7, 31))
    Leave.objects.create(person=away, from_on=date(2026, 6, 1), until_on=date(2026, 7, 10), recorded_at=NOW)
    after = figures.work_out(SUMMER).figures["whole"]
    assert after["people"] == before["people"]
    assert before["days"] - after["days"] == 61 + 10


def test_of_fewer_than_ten_people_nothing(house):
    Person.objects.exclude(pk__in=[one.pk for one in house["a"][:9]]).update(is_active=False)
    assert worked_out().figures == {}
    assert Spread.objects.get(span=YEAR).figures == {}


def test_a_year_is_withheld_when_it_would_tell_of_a_quarter_with_few(house):
    few = [one.pk for one in house["a"][:5]]
    Person.objects.exclude(pk__in=few).update(started_on=date(2026, 3, 1))
    spreading.work_out(at=NOW)
    found = dict(Spread.objects.filter(span=QUARTER).values_list("first_on", "figures"))
    assert found[date(2025, 10, 1)] == {}
    assert found[SUMMER.first]
    assert Spread.objects.get(span=YEAR).figures == {}


# --- nothing tells of fewer than ten ----------------------------------------------------------------------------------


def test_all_that_a_steward_and_every_manager_can_read_of_a_window_tells_of_no_fewer_than_ten(house):
    spread = worked_out()
    counted = Counter(
        (one.team.path if one.team else "", one.site.name if one.site else "", one.started_on)
        for one in Person.objects.select_related("team", "site")
    )
    kinds = sorted(counted, key=str)
    assert any(count < 10 for count in counted.values())
    read = []
    for by, at in (("team", 0), ("department", 0), ("site", 1), ("tenure", 2)):
        for row in spread.figures[by]:
            names = set(row["names"])
            band = {str(kind[2]): tenure(kind[2], SUMMER.last) for kind in kinds}
            row_of = [int((band[str(kind[2])] if at == 2 else kind[at]) in names) for kind in kinds]
            assert sum(counted[kind] for kind, within in zip(kinds, row_of, strict=True) if within) == row["people"]
            read.append(row_of)
    read.append([1] * len(kinds))
    assert not tells_of_fewer(read, [counted[kind] for kind in kinds], 10)
    assert len(spread.figures["team"]) > 1


def test_what_a_manager_reads_are_rows_that_the_steward_reads(house):
    give([(house["a"][1], other) for other in house["a"][2:6] + house["c"]])
    spread = worked_out()
    everything = lines(spread, "team", None)
    own = lines(spread, "team", teams_of(house["boss"]))
    assert own
    assert all(line in everything for line in own)
    assert lines(spread, "team", teams_of(house["a"][3])) == []
    assert all(
        line.tally.people >= 10 for by in ("team", "department", "site", "tenure") for line in lines(spread, by, None)
    )
    said = page(spread, house["boss"], "site")  # sites are not theirs to look at
    assert said["by"] == "team"
    assert said["among"] == []


def test_whose_teams_are_whose(house):
    name = {team.pk: team.path for team in Team.objects.all()}
    Person.objects.filter(pk__in=[one.pk for one in house["b"][9:]]).update(manager=house["head"])
    assert {name[pk] for pk in teams_of(house["boss"])} == {"Service/North/A"}  # of B, three do not report to them
    scoped = make_person(roles={Role.STEWARD: make_team("Service/South")})
    assert {name[pk] for pk in teams_of(scoped)} == {"Service/South", "Service/South/C", "Service/South/D"}
    assert teams_of(house["c"][0]) == set()


def test_small_flows_are_withheld():
    places = {"North": "Leeds", "South": "York", "West": "Hull"}
    people = {name: crowd(f"Service/{name}/All", 12, site=site) for name, site in places.items()}
    for one, other, count in (
        ("North", "North", 30),
        ("North", "South", 2),
        ("South", "North", 20),
        ("West", "West", 9),
    ):
        give([(people[one][0], people[other][1])] * count)
    spread = worked_out()
    shown = {(one, other): count for one, other, count in spread.figures["flows"]}
    named = {one.rpartition("/")[0].removeprefix("Service/") for pair in shown for one in pair}
    assert len(spread.figures["department"]) == 3
    assert named <= set(places)
    assert len(shown) < 5
    assert all(count >= 5 for count in shown.values())
    text = str(flow_figure(spread, None))
    assert "withheld" in text
    assert flow_figure(spread, {row.team_id for row in people["North"]}) is None


def test_who_belongs_to_several_departments_draws_them_not_together():
    for name in ("North", "South"):
        crowd(f"Service/{name}/All", 12)
        crowd(f"Service/{name}", 3)
    crowd("Service", 4)
    rows = worked_out().figures["department"]
    assert [row["people"] for row in rows] == [12, 12, 10]
    assert rows[2]["names"] == ["Service", "Service/North", "Service/South"]


# --- who reads it -----------------------------------------------------------------------------------------------------


def roles(house):
    return {
        "head": house["head"], "boss": house["boss"], "steward": house["steward"], "employee": house["c"][0],
        "scoped": make_person(roles={Role.STEWARD: make_team("Service/South")}),
        "recruiter": make_person(roles={Role.RECRUITER: None}), "auditor": make_person(roles={Role.AUDITOR: None}),
        "admin": make_person(roles={Role.PEOPLE_ADMIN: None}),
    }  # fmt: skip


def test_who_gets_in(client, house):
    worked_out()
    reads = set()
    for name, person in roles(house).items():
        client.force_login(person)
        answers = {route: client.get(reverse(f"recognition:{route}")).status_code for route in ("spread", "ring-list")}
        assert answers["spread"] in {200, 403}
        assert (answers["ring-list"] == 200) == (name == "steward")
        reads |= {name} if answers["spread"] == 200 else set()
    assert reads == {"head", "boss", "steward", "scoped"}


def test_the_year_is_for_those_who_see_all(house):
    worked_out()
    assert [one.span for one in windows(house["steward"])] == [QUARTER] * 4 + [YEAR]
    assert [one.span for one in windows(house["boss"])] == [QUARTER] * 4


QUERIES = ["", "?by=site", "?by=tenure", "?by=department", "?by=nonsense&window=nonsense", "?window=99999"]


def test_pages_ask_little_and_show_no_words(client, house):
    give([(house["a"][1], other) for other in house["c"]])
    word = "Stayed late for a private reason."
    thank(house["c"][0], by=house["a"][1], at=AUGUST, did=word, visibility=Reach.PRIVATE)
    spread = worked_out()
    for person in (house["steward"], house["boss"]):
        client.force_login(person)
        for query in QUERIES:
            for address in (query, f"?window={spread.pk}{query.replace('?', '&')}"):
                with CaptureQueriesContext(connection) as asked:
                    text = client.get(reverse("recognition:spread") + address).content.decode()
                assert len(asked) <= 12
                assert word not in text
                assert house["c"][0].full_name not in text


def test_without_anything_worked_out_the_page_says_so(client, house):
    client.force_login(house["steward"])
    assert "Nothing was worked out yet" in client.get(reverse("recognition:spread")).content.decode()


def test_any_number_of_people_and_thanks_is_four_queries():
    for unit in range(20):
        crowd(f"Service/{unit % 4}/{unit}", 25, site=f"Site {unit % 5}")
    people = list(Person.objects.order_by("pk"))
    give((people[number % 500], people[(number + 1 + number % 97) % 500]) for number in range(2_000))
    with CaptureQueriesContext(connection) as asked:
        found = figures.work_out(Window(YEAR, date(2025, 10, 1), date(2026, 9, 30)))
    assert len(asked) == 4
    assert found.figures["whole"]["people"] == 500
    assert found.figures["whole"]["received"] == 2_000


# --- rings ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ring(house):
    one, other = house["a"][1], house["c"][0]
    for number in range(6):
        giver, to = (one, other) if number % 2 else (other, one)
        thank(to, by=giver, at=AUGUST + number * DAY)
    worked_out()
    return Ring.objects.get()


def test_a_ring_is_found_and_nobody_is_told(house, ring):
    assert {one.pk for one in ring.people.all()} == {house["a"][1].pk, house["c"][0].pk}
    assert ring.thanks == 6
    assert not Delivery.objects.exclude(kind="recognition.recognised").exists()
    assert Recognition.objects.shown().count() == 6


def test_what_not_everybody_sees_makes_no_ring(house):
    one, other = house["a"][1], house["c"][0]
    for number in range(6):
        giver, to = (one, other) if number % 2 else (other, one)
        thank(to, by=giver, at=AUGUST + number * DAY, visibility=Reach.PRIVATE)
    worked_out()
    assert not Ring.objects.exists()


def test_who_sees_a_ring_by_rows_and_by_policy(house, ring):
    within = make_person("Within", roles={Role.STEWARD: None})
    ring.people.add(within)
    people = {name: fresh(person) for name, person in {**roles(house), "within": within}.items()}
    row = Ring.objects.prefetch_related("people").get()
    seen = {name for name, who in people.items() if Ring.objects.visible_to(who).exists()}
    assert seen == {"steward"} == {name for name, who in people.items() if policies.can_view_ring(who, row)}
    assert len(rings_of(people["steward"])) == 1


def test_a_look_is_kept_once_and_changes_nothing_else(client, house, ring):
    client.force_login(house["steward"])
    address = reverse("recognition:ring-detail", args=[ring.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"outcome": "punish"}).status_code == 422
    assert client.post(address, {"outcome": "talked", "note": "They share a desk."}).status_code == 302
    ring.refresh_from_db()
    assert (ring.outcome, ring.looked_at_by) == ("talked", house["steward"])
    assert client.post(address, {"outcome": "nothing"}).status_code == 403
    with pytest.raises(Refused):
        spreading.look_at(ring=ring, outcome="nothing", by=house["steward"], at=NOW)
    assert Recognition.objects.shown().count() == 6
    assert "They share a desk." in client.get(address).content.decode()


def test_an_outcome_without_who_is_refused_by_the_database(ring):
    with pytest.raises(IntegrityError), transaction.atomic():
        Ring.objects.filter(pk=ring.pk).update(outcome="nothing")


# --- not seen lately --------------------------------------------------------------------------------------------------


@pytest.fixture
def led():
    manager = make_person("Mona Manager")
    long_ago = date(2020, 1, 1)
    return manager, {
        name: make_person(name, manager=manager, started_on=long_ago) for name in ("Never", "Old", "Older", "Recent")
    }


def names(manager, at=NOW):
    return [one.full_name for one in unseen([manager], at=at).get(manager.pk, [])]


def test_those_whom_nobody_thanked_for_long_the_longest_first(led):
    manager, people = led
    thank(people["Old"], at=NOW - 60 * DAY)
    thank(people["Older"], at=NOW - 90 * DAY)
    thank(people["Recent"], at=NOW - 59 * DAY)
    assert names(manager) == ["Never", "Older", "Old"]
    thank(people["Older"], at=NOW - DAY, visibility=Reach.PRIVATE)
    assert names(manager) == ["Never", "Old"]


def test_three_at_a_time_and_not_now_for_a_month(client, led):
    manager, people = led
    assert names(manager) == ["Never", "Old", "Older"]
    spreading.put_off(person=people["Never"], by=manager, at=NOW)
    spreading.put_off(person=people["Never"], by=manager, at=NOW)
    assert NotNow.objects.count() == 1
    assert names(manager) == ["Old", "Older", "Recent"]
    assert names(manager, NOW + 30 * DAY) == ["Never", "Old", "Older"]


@pytest.mark.parametrize(
    "fields", [{"is_active": False}, {"started_on": NOW.date() - 59 * DAY}, {"manager": None}], ids=str
)
def test_who_is_not_among_them(led, fields):
    manager, people = led
    Person.objects.filter(pk=people["Never"].pk).update(**fields)
    assert "Never" not in names(manager)


def test_whoever_is_on_leave_is_not_among_them(led):
    manager, people = led
    Leave.objects.create(person=people["Never"], from_on=NOW.date(), until_on=NOW.date(), recorded_at=NOW)
    assert "Never" not in names(manager)
    assert "Never" in names(manager, NOW + DAY)


def test_a_digest_asks_once_for_all_readers(led, django_assert_num_queries):
    manager, _people = led
    others = [make_person() for _number in range(5)]
    make_person("Other", manager=others[0], started_on=date(2020, 1, 1))
    with django_assert_num_queries(1):
        told = digests._unseen([manager, *others], NOW)
    assert [item.title for item in told[manager.pk]] == ["Never", "Old", "Older"]
    assert [item.title for item in told[others[0].pk]] == ["Other"]
    assert told[others[1].pk] == []
    assert "recognition.unseen" in {section.key for section in LINE.sections()}


def test_the_page_names_what_the_manager_may_see_anyway(client, led):
    manager, people = led
    steward = make_person(roles={Role.STEWARD: None})
    for words, about in (
        ("She found my parcel, and rang.", "Never"),
        ("He found it twice, and rang.", "Old"),
    ):
        one = said(words, about=[people[about]])
        praise.check_praise(praise=one, words=one.words, decision="shown", by=steward, at=NOW)
    thank(people["Old"], by=steward, at=NOW - 90 * DAY, praise=one, did="")
    client.force_login(manager)
    text = client.get(reverse("recognition:unseen-list")).content.decode()
    assert "She found my parcel, and rang." in text
    assert "He found it twice, and rang." not in text  # somebody has thanked him with it
    assert [one.person.full_name for one in with_reasons(manager, at=NOW)] == ["Never", "Older", "Recent"]


def test_only_their_own_manager_reads_and_puts_off(client, led):
    manager, people = led
    other = make_person("Other manager")
    make_person("Somebody", manager=other)
    for person, status in ((manager, 302), (other, 404), (people["Old"], 404)):
        client.force_login(person)
        address = reverse("recognition:unseen-put-off", args=[people["Never"].pk])
        assert client.post(address).status_code == status
        listed = client.get(reverse("recognition:unseen-list"))
        assert listed.status_code == (403 if person == people["Old"] else 200)
        assert ("Older" in listed.content.decode()) == (person == manager)
