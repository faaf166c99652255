"""Days that begin and end at everybody's own midnight. Pure."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)
LAST_OFFSET = timedelta(hours=12)  # in the zone where a day ends last, UTC−12
FIRST_OFFSET = timedelta(hours=14)  # in the zone where it begins first, UTC+14


def begins_at(day: date, zone: tzinfo) -> datetime:
    """The day's midnight there; where the clock leaps over midnight, the moment it leaps."""
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def ends_at(day: date, zone: tzinfo) -> datetime:
    """The midnight after the day there."""
    return begins_at(day + DAY, zone)


def has_begun_somewhere_at(day: date) -> datetime:
    """When the day begins for the first people on earth."""
    return begins_at(day, UTC) - FIRST_OFFSET


def is_over_everywhere_at(day: date) -> datetime:
    """When the day is over for the last people on earth."""
    return ends_at(day, UTC) + LAST_OFFSET


def last_second(day: date, zone: tzinfo) -> datetime:
    """The last second of the day there: what is due on a day is due then."""
    return ends_at(day, zone) - timedelta(seconds=1)


def working_day_from(day: date, works_on: Callable[[date], bool]) -> date:
    """The first day from this one on which somebody works; the day itself for whoever says of no day that they do."""
    return next((found for found in (day + DAY * n for n in range(7)) if works_on(found)), day)


def morning(day: date, starts: time, zone: tzinfo) -> datetime:
    """When somebody begins work on that day."""
    return datetime.combine(day, starts, tzinfo=zone)
