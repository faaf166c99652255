"""Planning digests: a row for each reader and period, at the reader's hour on their working days."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import CharField, Count, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from notifications.actions import notices
from notifications.actions.notices import AHEAD, Notice
from notifications.digests import Digest, all_digests
from notifications.kinds import Cadence, Channel, Kind
from notifications.models import Delivery, Preference, QuietHours
from notifications.occurrences import Rhythm
from notifications.reports import weekdays
from people.models import Person

Habit = tuple[str, time, str, str]  # cadence, hour, zone, working days
HABIT = ("wanted", "hour", "time_zone", "work_days")


def plan_digests(*, at: datetime) -> None:
    """Plan what is due soon, and the latest that came due while nobody planned and is not too late yet.

    Readers are taken together who have the same habits: one query finds the habits there are, one more for each that is
    due those who have no row of the period yet.
    """
    for digest in all_digests():
        notices.plan(notices=_of(digest, at), at=at)


def _of(digest: Digest, at: datetime) -> Iterator[Notice]:
    readers = with_habits(digest)
    for habit in readers.order_by().values_list(*HABIT).distinct():
        turn = rhythm_of(habit).last(at + AHEAD)
        if turn is None or turn.due_at + digest.kind.keeps < at:
            continue
        planned = Delivery.objects.filter(
            kind=digest.key, subject_id=OuterRef("pk"), occurrence=turn.period, recipient=OuterRef("pk")
        )
        alike = readers.filter(**dict(zip(HABIT, habit, strict=True))).exclude(Exists(planned))
        # Read at once: what is planned meanwhile would be in the way of a query that is still looking for it.
        for pk in list(alike.order_by("pk").values_list("pk", flat=True)):
            yield Notice(digest.kind, pk, pk, turn.due_at, turn.period)


def forecast(
    *, closed: Mapping[str, Collection[int]], since: datetime, until: datetime
) -> Iterator[tuple[datetime, Kind, int]]:
    """How many digests would be planned by when: at most so many, as those without anything in them do not go."""
    del closed  # that somebody gets a digest tells nothing of what may be in it
    for digest in all_digests():
        alike = with_habits(digest).order_by().values_list(*HABIT).annotate(number=Count("pk"))
        for *habit, number in alike:
            rhythm, moment = rhythm_of((habit[0], habit[1], habit[2], habit[3])), since + AHEAD
            while (turn := rhythm.next(moment)) and turn.due_at <= until:
                yield turn.due_at, digest.kind, number
                moment = turn.due_at


def with_habits(digest: Digest) -> QuerySet[Person]:
    """The digest's readers who want it, with when they want it."""
    wish = Preference.objects.filter(person=OuterRef("pk"), kind=digest.key, channel=Channel.MAIL)
    return (
        digest.readers()
        .annotate(
            wanted=Coalesce(Subquery(wish.values("cadence")[:1]), Value(str(digest.cadence)), output_field=CharField()),
            hour=Coalesce(F("quiet_hours__digest_at"), Value(QuietHours.DIGEST_AT)),
        )
        .filter(wanted__in=(Cadence.DAILY, Cadence.WEEKLY))
    )


def rhythm_of(habit: Habit) -> Rhythm:
    """When those with this habit want it; never, for who never works."""
    wanted, hour, zone, days = habit
    every: Literal["daily", "weekly"] = "daily" if wanted == Cadence.DAILY else "weekly"
    return Rhythm(every, hour, ZoneInfo(zone), weekdays(days))
