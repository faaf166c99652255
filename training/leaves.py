"""What leave does to due days: calendar days, no clock, no zone. Pure.

A person who has a module open has so many days for it, the first and the due day counted. Days of leave are none of
them. So the due day follows from three things alone: the day chosen, since when, and the leave that stands; whatever
was recorded, shortened and taken back before, and how often.
"""

from collections.abc import Iterable
from datetime import date, timedelta

Span = tuple[date, date]  # first and last day away; spans of one person do not overlap
DAY = timedelta(days=1)


def due_with_leave(chosen: date, since: date, spans: Iterable[Span]) -> date:
    """The day on which the person has had as many days at work since `since` as `chosen` gives them. Never a day of
    leave, unless it is over before `since`."""
    due = chosen
    for first, last in sorted((max(first, since), last) for first, last in spans if last >= since):
        if first <= due:
            due += min(last - first + DAY, date.max - due)
    return due


def chosen_with_leave(wanted: date, since: date, spans: Iterable[Span]) -> date:
    """The day without leave that makes it `wanted` with it; of a day of leave, the first day back."""
    before = ((max(first, since), min(last + DAY, wanted)) for first, last in spans)
    return wanted - sum((end - first for first, end in before if first < end), timedelta(0))


def due_now(*, current: date, target: date, today: date) -> date:
    """To where a due day moves when leave changes: on at once; back never past today, for nobody is late before they
    were told, and not at all when it is over."""
    return target if target >= current else max(target, min(current, today))
