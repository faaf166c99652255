"""Milestones: who joined, whose year is round, who completed what; of those who wish it alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import cast

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import Person
from people.models.person import PersonQuerySet
from recognition import signals
from recognition.anniversaries import first_days, years_on
from recognition.models import Reach

DAYS = 7  # back and ahead
MOST = 200
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Milestone:
    """Of one person on a day of theirs. `years` here, 0 when they joined; None when they completed `title`."""

    person: Person
    on: date
    years: int | None = None
    title: str = ""

    @property
    def words(self) -> str:
        """In the language in force."""
        if self.years is None:
            return _("completed “%(title)s”") % {"title": self.title}
        if not self.years:
            return _("joined")
        return ngettext("%(n)d year here", "%(n)d years here", self.years) % {"n": self.years}


def wishing(reader: Person) -> PersonQuerySet:
    """Whose milestones the reader may see: those who wish them celebrated, as far as they wish to be thanked. Row-level
    twin of policies.can_view_milestones_of."""
    if not reader.is_active:
        return Person.objects.none()
    near = Q(manager=reader) if reader.team_id is None else Q(manager=reader) | Q(team=reader.team_id)
    seen = Q(pk=reader.pk) | Q(recognition_wish__reach=Reach.EVERYONE) | Q(near, recognition_wish__reach=Reach.TEAM)
    return celebrated().filter(seen)


def celebrated() -> PersonQuerySet:
    """Those who work here and wish it, with their wish at hand."""
    return Person.objects.active().filter(recognition_wish__milestones=True).select_related("recognition_wish")


def milestones(people: PersonQuerySet, *, at: datetime, back: int = DAYS, ahead: int = 0) -> list[Milestone]:
    """Of these people: anniversaries of so many days back and ahead, where each of them is, and what was completed;
    the newest first, at most two hundred. One query, and those of whoever answers what was completed."""
    utc = at.astimezone(UTC).date()
    days = [utc + DAY * number for number in range(-back - 1, ahead + 2)]
    completed = _completed(people, since=days[0])
    began = (Q(started_on__month=month, started_on__day=day) for month, day in sorted(first_days(days)))
    whoever = people.filter(reduce(or_, began, Q(pk__in=completed)))
    found = [one for person in whoever for one in [*_anniversaries(person, days), *_done(person, completed)]]
    found = [one for one in found if -back <= (one.on - at.astimezone(one.person.zone).date()).days <= ahead]
    found.sort(key=lambda one: (one.person.full_name, one.person.pk))
    return sorted(found, key=lambda one: one.on, reverse=True)[:MOST]


def _anniversaries(person: Person, days: Iterable[date]) -> list[Milestone]:
    if person.started_on is None:
        return []
    years = ((day, years_on(day, since=person.started_on)) for day in days)
    return [Milestone(person, day, number) for day, number in years if number is not None]


def _done(person: Person, completed: dict[int, list[tuple[date, str]]]) -> list[Milestone]:
    return [Milestone(person, on, title=title) for on, title in completed.get(person.pk, ())]


def _completed(people: PersonQuerySet, *, since: date) -> dict[int, list[tuple[date, str]]]:
    """What each of them completed and when, by the person's key."""
    found: dict[int, list[tuple[date, str]]] = {}
    for _receiver, answer in signals.asked_what_was_completed.send(sender=Person, people=people, since=since):
        for key, on, title in cast("list[tuple[int, date, str]]", answer):
            found.setdefault(key, []).append((on, title))
    return found
