"""Programmes of awards and their rounds: who writes them, what may change when, whose midnight counts."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from foundation.errors import Invalid, Refused
from people.models import AuditEntry, Role
from recognition import local_days, policies
from recognition.actions import awards
from recognition.models import Criterion, Programme, Round
from tests.access.bodies import FIVE, ROUND
from tests.cast import NOW, fresh, make_person, make_programme, make_round, make_team

DAY = timedelta(days=1)
SPRING = date(2027, 3, 28)  # clocks go forward in Europe that night


@pytest.mark.parametrize(
    ("zone", "day", "begins", "hours"),
    [
        ("Asia/Kolkata", SPRING, "2027-03-27 18:30", 24),
        ("Europe/London", SPRING, "2027-03-28 00:00", 23),
        ("Pacific/Kiritimati", SPRING, "2027-03-27 10:00", 24),
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23 22:00", 23),  # there is no midnight
        ("America/Havana", date(2026, 11, 1), "2026-11-01 04:00", 25),  # there are two
        ("UTC", date(2028, 2, 29), "2028-02-29 00:00", 24),
    ],
)
def test_a_day_lasts_from_midnight_to_midnight_there(zone, day, begins, hours):
    begin, end = local_days.begins_at(day, ZoneInfo(zone)), local_days.ends_at(day, ZoneInfo(zone))
    assert begin == datetime.fromisoformat(begins).replace(tzinfo=UTC)
    assert end - begin == timedelta(hours=hours)


def test_no_zone_is_earlier_or_later_than_everywhere():
    days = [date(2026, month, 1) for month in range(1, 13)]
    for zone in map(ZoneInfo, available_timezones()):
        for day in days:
            assert local_days.has_begun_somewhere_at(day) <= local_days.begins_at(day, zone)
            assert local_days.ends_at(day, zone) <= local_days.is_over_everywhere_at(day)


@pytest.fixture
def steward(db):
    return make_person("Stan Steward", roles={Role.STEWARD: None})


def test_each_can_nominate_from_their_own_midnight_to_their_own_midnight(steward):
    row = make_round(opens_on=date(2026, 11, 23), closes_on=date(2026, 11, 24))
    open_hours = {
        "Asia/Kolkata": (datetime(2026, 11, 22, 18, 30, tzinfo=UTC), datetime(2026, 11, 24, 18, 30, tzinfo=UTC)),
        "America/Mexico_City": (datetime(2026, 11, 23, 6, tzinfo=UTC), datetime(2026, 11, 25, 6, tzinfo=UTC)),
    }
    second = timedelta(seconds=1)
    for zone, (first, last) in open_hours.items():
        person = make_person(time_zone=zone)
        moments = (first - second, first, last - second, last)
        assert [row.is_open_to(person, at) for at in moments] == [False, True, True, False]
    assert not make_round(published=False).is_open_to(steward, NOW)


def test_who_sees_a_round_by_rows_and_by_policy(steward):
    readers = {
        "steward": steward, "anybody": make_person(), "leaver": make_person(is_active=False),
        "team_steward": make_person(roles={Role.STEWARD: make_team("Service/Retail")}),
        "gone_steward": make_person(roles={Role.STEWARD: None}, is_active=False),
    }  # fmt: skip
    for row, expected in (
        (make_round(published=False), {"steward"}),
        (make_round(), {"steward", "anybody", "team_steward"}),
    ):
        rows = {name for name, who in readers.items() if Round.objects.visible_to(fresh(who)).filter(pk=row.pk)}
        assert rows == {name for name, who in readers.items() if policies.can_view_round(fresh(who), row)} == expected
        may_run = {name for name, who in readers.items() if policies.can_run_awards(fresh(who))}
        assert may_run == {"steward"}


STEPS = {
    "edit": lambda row, by: awards.edit_round(round_=row, name="Autumn", by=by, at=NOW),
    "publish": lambda row, by: awards.publish_round(round_=row, by=by, at=NOW),
    "cancel": lambda row, by: awards.cancel_round(round_=row, reason="Too few of us.", by=by, at=NOW),
}
PATHS = {
    (): ("draft", {"edit", "publish", "cancel"}),
    ("publish",): ("open", {"cancel"}),
    ("publish", "cancel"): ("cancelled", set()),
    ("cancel",): ("cancelled", set()),
}


@pytest.mark.parametrize("path", PATHS, ids="-".join)
def test_each_step_of_a_steward_leads_where_it_may_and_every_other_is_refused(path, steward):
    row = make_round(published=False)
    for name in path:
        STEPS[name](row, steward)
    state, allowed = PATHS[path]
    assert Round.objects.get().state == state
    audited = AuditEntry.objects.count()
    for name in set(STEPS) - allowed:
        with pytest.raises(Refused):
            STEPS[name](Round.objects.get(), steward)
    assert (Round.objects.get().state, AuditEntry.objects.count()) == (state, audited)


def test_a_programme_is_not_changed_while_a_round_of_it_runs(steward):
    row = make_round()
    with pytest.raises(Refused, match="running"):
        awards.edit_programme(programme=row.programme, quorum=1, by=steward, at=NOW)
    STEPS["cancel"](row, steward)
    awards.edit_programme(programme=row.programme, quorum=1, by=steward, at=NOW)
    assert Programme.objects.get().quorum == 1


def test_a_round_keeps_the_criteria_it_was_published_with(steward):
    row = make_round()
    STEPS["cancel"](row, steward)
    rubric = [{"name": name, "anchors": ["."] * 5} for name in ("Speed", "Price", "Looks")]
    awards.edit_programme(programme=row.programme, rubric=rubric, by=steward, at=NOW)
    assert list(Criterion.objects.order_by("position").values_list("name", flat=True)) == ["Care", "Effect"]


def test_it_is_not_published_when_the_last_day_has_begun_for_anybody(steward):
    row = make_round(published=False, opens_on=date(2026, 11, 20), closes_on=date(2026, 11, 20))
    with pytest.raises(Refused):
        STEPS["publish"](row, steward)


ANCHORS = ["."] * 5


@pytest.mark.parametrize(
    "rubric",
    [
        [{"name": "One", "anchors": ANCHORS}],
        [{"name": str(number), "anchors": ANCHORS} for number in range(6)],
        [{"name": "Same", "anchors": ANCHORS}, {"name": "SAME", "anchors": ANCHORS}],
        [{"name": "One", "anchors": ANCHORS}, {"name": "Two", "anchors": ["."] * 4}],
    ],
    ids=["one", "six", "same", "four anchors"],
)
def test_a_rubric_is_two_to_five_criteria_with_five_anchors(rubric, db):
    with pytest.raises(Invalid):
        make_programme(rubric=rubric)


def test_two_programmes_do_not_share_a_name(db):
    make_programme(name="Calm in the storm")
    with pytest.raises(Invalid):
        make_programme(name="CALM in the storm")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("closes_on", date(2026, 11, 17)),
        ("judge_by", date(2026, 11, 25)),
        ("announce_at", datetime(2026, 12, 1, 11, 59, tzinfo=UTC)),  # the thirtieth is not over everywhere
    ],
)
def test_days_are_in_order(field, value, db):
    with pytest.raises(Invalid) as refused:
        make_round(**{field: value})
    assert field in refused.value.errors


@pytest.mark.parametrize(
    "broken",
    [
        {"closes_on": date(2026, 11, 1)},
        {"judge_by": date(2026, 11, 25)},
        {"state": "draft"},
        {"state": "cancelled"},
        {"published_at": None},
    ],
    ids=str,
)
def test_the_database_keeps_no_round_that_cannot_be(broken, db):
    make_round()
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.update(**broken)


@pytest.mark.parametrize("broken", [{"quorum": 0}, {"places": 11}, {"most": 0}, {"tie_rule": "dice"}], ids=str)
def test_the_database_keeps_no_programme_that_cannot_be(broken, db):
    make_programme()
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.update(**broken)


def test_from_programme_to_published_round_by_the_pages(client, steward, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(steward)
    typed = {
        "name": "Calm in the storm", "purpose": "For whoever stays calm.", "owner": steward.email, "quorum": 2,
        "tie_rule": "lowest", "places": 1, "most": 2, "cool_off": 2, "months": 0, "criterion_0": "Care",
        "anchors_0": FIVE, "criterion_1": "Effect", "anchors_1": "One.\nTwo.",
    }  # fmt: skip
    new = reverse("recognition:programme-create")
    answer = client.post(new, typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["anchors_1"]
    assert client.post(new, typed | {"anchors_1": FIVE}).status_code == 302
    programme = Programme.objects.get()
    page = client.get(reverse("recognition:programme-edit", args=[programme.pk])).content.decode()
    assert "Four." in page
    begin = reverse("recognition:round-create", args=[programme.pk])
    assert client.post(begin, ROUND | {"closes_on": "2026-11-22"}).status_code == 422
    assert client.post(begin, ROUND).status_code == 302
    row = Round.objects.get()
    client.post(reverse("recognition:round-publish", args=[row.pk]))
    reader = make_person()
    client.force_login(reader)
    assert "Not open yet" in client.get(row.get_absolute_url()).content.decode()
    time_machine.move_to(NOW + 3 * DAY, tick=False)
    client.force_login(reader)
    assert "Nominations" in client.get(reverse("recognition:award-list")).content.decode()


def test_the_page_of_awards_costs_the_same_however_many_there_are(client, steward, django_assert_max_num_queries):
    for _each in range(6):
        make_round()
    client.force_login(steward)
    with django_assert_max_num_queries(12):
        assert len(client.get(reverse("recognition:award-list")).context["running"]) == 6
