"""When a reminder or a digest is due, by the clock on its reader's wall. Pure: no database, no clock of its own.

Every local occurrence is due exactly once, in every zone: where the clocks skip it, at the first minute after the gap;
where they repeat it, at its first pass. Moments are aware datetimes; what comes back is in UTC.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
ALL_DAYS = frozenset(range(7))


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When it is `at` on that day in the zone."""
    local = datetime.combine(day, at, tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # The clocks skip it. Read by the offset after the gap it lies before the change, by the one before it after.
    return _change(local.replace(fold=1).astimezone(UTC), moment, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second between the two at which the zone's offset changes."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def named(moment: datetime) -> str:
    """The moment as part of an occurrence's name: the same in whatever zone it is given."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


@dataclass(frozen=True)
class Occurrence:
    """One turn of something that recurs: `period` names it and is the same whatever happens to zone or hour."""

    period: str
    due_at: datetime


@dataclass(frozen=True)
class Rhythm:
    """Every one of `days` (Monday is 0) at `at` in `zone`; `weekly`: on the first of them in an ISO week."""

    every: Literal["daily", "weekly"]
    at: time
    zone: ZoneInfo
    days: Collection[int] = ALL_DAYS

    def last(self, moment: datetime) -> Occurrence | None:
        """The latest occurrence that is due by the moment: what a planner that slept owes now, and nothing older."""
        today = moment.astimezone(self.zone).date() + DAY  # a gap may push yesterday's into today
        return next((each for each in self._around(today, -DAY) if each.due_at <= moment), None)

    def next(self, moment: datetime) -> Occurrence | None:
        """The first occurrence after the moment."""
        today = moment.astimezone(self.zone).date() - DAY
        return next((each for each in self._around(today, DAY) if each.due_at > moment), None)

    def _around(self, day: date, step: timedelta) -> Iterator[Occurrence]:
        chosen = {min(self.days)} if self.every == "weekly" and self.days else set(self.days)
        for _each in range(17):  # two weeks and the days at both ends
            if day.weekday() in chosen:
                yield Occurrence(self._period(day), instant(day, self.at, self.zone))
            day += step

    def _period(self, day: date) -> str:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02}" if self.every == "weekly" else day.isoformat()


@dataclass(frozen=True)
class Quiet:
    """When somebody is left alone: from one hour to another (over midnight, too), and on all days but `days`."""

    since: time
    until: time
    zone: ZoneInfo
    days: Collection[int] = ALL_DAYS

    def over(self, moment: datetime) -> datetime:
        """The moment itself when it is not quiet, else when the quiet ends. Without any day: the moment."""
        if not self.days:
            return moment
        for _each in range(9):
            local = moment.astimezone(self.zone)
            if local.weekday() not in self.days:
                moment = instant(local.date() + DAY, time(0), self.zone)
            elif self._is_quiet(local.time()):
                day = local.date() + DAY if self.since > self.until and local.time() >= self.since else local.date()
                moment = instant(day, self.until, self.zone)
            else:
                return moment
        return moment

    def _is_quiet(self, now: time) -> bool:
        if self.since <= self.until:
            return self.since <= now < self.until
        return now >= self.since or now < self.until
