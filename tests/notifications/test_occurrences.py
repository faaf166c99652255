"""The occurrence calendar: each local occurrence exactly once, in every zone, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.occurrences import ALL_DAYS, Quiet, Rhythm, instant

LONDON, KOLKATA, LORD_HOWE = ZoneInfo("Europe/London"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe")
ZONES = st.sampled_from(
    ["UTC", "Europe/London", "Europe/Warsaw", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia",
     "America/New_York", "America/St_Johns", "America/Santiago", "Africa/Casablanca", "Pacific/Chatham"]
).map(ZoneInfo)  # fmt: skip
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2037, 1, 1)).map(lambda found: found.replace(tzinfo=UTC))  # noqa: DTZ001
TIMES = st.times().map(lambda found: found.replace(second=0, microsecond=0))
DAYS = st.sets(st.integers(0, 6), min_size=1)
RHYTHMS = st.builds(Rhythm, every=st.sampled_from(["daily", "weekly"]), at=TIMES, zone=ZONES, days=DAYS)


@pytest.mark.parametrize(
    ("day", "at", "zone", "moment"),
    [
        (date(2026, 11, 22), time(9), LONDON, "2026-11-22 09:00"),
        (date(2026, 7, 1), time(9), LONDON, "2026-07-01 08:00"),
        (date(2026, 7, 1), time(9), KOLKATA, "2026-07-01 03:30"),
        # The night of 29 March 2026: 01:00 to 02:00 do not exist in London.
        (date(2026, 3, 29), time(0, 59), LONDON, "2026-03-29 00:59"),
        (date(2026, 3, 29), time(1), LONDON, "2026-03-29 01:00"),
        (date(2026, 3, 29), time(1, 30), LONDON, "2026-03-29 01:00"),
        (date(2026, 3, 29), time(2), LONDON, "2026-03-29 01:00"),
        # The night of 25 October 2026: 01:00 to 02:00 come twice; the first pass is summer time.
        (date(2026, 10, 25), time(1, 30), LONDON, "2026-10-25 00:30"),
        (date(2026, 10, 25), time(2), LONDON, "2026-10-25 02:00"),
        # Half an hour, on Lord Howe Island.
        (date(2026, 10, 4), time(2, 15), LORD_HOWE, "2026-10-03 15:30"),
        # A day that Samoa left out.
        (date(2011, 12, 30), time(9), ZoneInfo("Pacific/Apia"), "2011-12-30 10:00"),
        (date(2028, 2, 29), time(9), ZoneInfo("UTC"), "2028-02-29 09:00"),
    ],
)
def test_instant_of_a_wall_clock(day, at, zone, moment):
    assert f"{instant(day, at, zone):%Y-%m-%d %H:%M}" == moment


@given(MOMENTS, TIMES, ZONES)
def test_instant_shows_the_wanted_time_or_the_first_after_a_gap(moment, at, zone):
    day = moment.date()
    found = instant(day, at, zone)
    wall = found.astimezone(zone).replace(tzinfo=None)
    wanted = datetime.combine(day, at)
    assert wall >= wanted
    if wall != wanted:
        before = (found - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
        assert before < wanted  # nothing between: the clocks jumped over it


@given(MOMENTS, TIMES, ZONES, st.sampled_from([-1, 1]))
def test_instants_of_days_come_in_order(moment, at, zone, step):
    first, second = moment.date(), moment.date() + timedelta(days=step)
    assert (instant(first, at, zone) <= instant(second, at, zone)) is (step > 0) or instant(first, at, zone) == instant(
        second, at, zone
    )


@given(RHYTHMS, MOMENTS, st.lists(st.integers(1, 60 * 50), min_size=1, max_size=40))
def test_a_planner_that_ticks_irregularly_meets_each_period_once_and_in_order(rhythm, moment, gaps):
    """Ticks with minutes or days between them: no period is met after a later one, and its due time never changes."""
    met: dict[str, datetime] = {}
    latest = None
    for minutes in gaps:
        found = rhythm.last(moment)
        assert found is not None
        assert found.due_at <= moment
        assert met.setdefault(found.period, found.due_at) == found.due_at
        assert latest is None or found.due_at >= latest
        latest = found.due_at
        moment += timedelta(minutes=minutes)


@given(RHYTHMS, MOMENTS)
def test_ticks_of_five_minutes_miss_no_period(rhythm, moment):
    coming = rhythm.next(moment)
    assert coming is not None
    assert coming.due_at > moment
    assert rhythm.last(coming.due_at) == coming
    before = rhythm.last(coming.due_at - timedelta(seconds=1))
    assert before is not None
    assert before.due_at <= moment
    assert before.period < coming.period


@given(TIMES, DAYS, MOMENTS, ZONES, ZONES)
def test_who_moves_gets_no_period_twice(at, days, moment, here, there):
    """A period is named by the local day alone: wherever one is, the same day has the same name."""
    first = Rhythm("daily", at, here, days).last(moment)
    second = Rhythm("daily", at, there, days).last(moment)
    assert first is not None
    assert second is not None
    for found, zone in ((first, here), (second, there)):
        day = date.fromisoformat(found.period)
        assert found.due_at == instant(day, at, zone)
        assert day.weekday() in days
    # Between any two places lie 26 hours at most: on every day of the week that is two days of difference or less.
    if set(days) == set(ALL_DAYS):
        assert abs(date.fromisoformat(first.period) - date.fromisoformat(second.period)) <= timedelta(days=2)


@given(RHYTHMS, MOMENTS)
def test_due_on_chosen_days_only(rhythm, moment):
    found = rhythm.last(moment)
    assert found is not None
    local = found.due_at.astimezone(rhythm.zone)
    chosen = {min(rhythm.days)} if rhythm.every == "weekly" else rhythm.days
    # A gap over midnight may push a day's last minutes into the next one.
    assert local.weekday() in chosen or (local - timedelta(days=1)).weekday() in chosen


def test_without_days_nothing_is_due():
    assert Rhythm("daily", time(9), LONDON, ()).last(datetime(2026, 1, 1, tzinfo=UTC)) is None


# --- quiet hours ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "over"),
    [
        ("2026-11-20 12:00", "2026-11-20 12:00"),  # Friday noon
        ("2026-11-20 19:59", "2026-11-20 19:59"),
        ("2026-11-20 20:00", "2026-11-23 07:00"),  # Friday evening: Monday
        ("2026-11-21 12:00", "2026-11-23 07:00"),  # Saturday
        ("2026-11-23 03:00", "2026-11-23 07:00"),
        ("2026-11-23 07:00", "2026-11-23 07:00"),
    ],
)
def test_quiet_nights_and_weekends(moment, over):
    quiet = Quiet(time(20), time(7), LONDON, range(5))
    at = datetime.fromisoformat(f"{moment}+00:00")
    assert f"{quiet.over(at):%Y-%m-%d %H:%M}" == over


def test_weekend_of_those_who_work_thursday_to_monday():
    quiet = Quiet(time(20), time(7), LONDON, {3, 4, 5, 6, 0})
    tuesday = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert quiet.over(tuesday) == datetime(2026, 11, 26, 7, tzinfo=UTC)


@given(TIMES, TIMES, ZONES, DAYS, MOMENTS)
def test_after_the_quiet_it_is_not_quiet(since, until, zone, days, moment):
    quiet = Quiet(since, until, zone, days)
    over = quiet.over(moment)
    assert moment <= over <= moment + timedelta(days=9)
    assert quiet.over(over) == over
