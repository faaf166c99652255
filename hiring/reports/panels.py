"""Who could sit on a panel: how much each already has that week, what stands against the time, and what to expect of
the panel as an instrument. Says when people are taken, never by whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hiring.agreement import panel_reliability
from hiring.combination import shown
from hiring.models import Application, Interview, Panellist, Stage
from people.models import Person

SUGGESTED = 6
FOUND = 8


@dataclass(frozen=True)
class Load:
    """What speaks for and against one person at one time. `week` counts their other interviews of that week."""

    week: int
    local: str
    conflicts: tuple[str, ...]

    @property
    def said(self) -> str:
        """In words; nothing while nobody has said when."""
        if not self.local:
            return ""
        if not self.week:
            return _("no other interview that week")
        return ngettext("%(count)d other interview that week", "%(count)d other interviews that week", self.week) % {
            "count": self.week
        }


def loads(
    people: Iterable[Person], *, starts_at: datetime | None, ends_at: datetime | None, besides: Interview | None = None
) -> dict[int, Load]:
    """Load and conflicts of each person at that time, leaving out the interview that is being planned. One query.

    Weeks begin on Monday in the zone of the reader; working hours and days are those of each person, in theirs.
    """
    people = list(people)
    if starts_at is None or ends_at is None:
        return {person.pk: Load(0, "", ()) for person in people}
    monday = _monday(timezone.localtime(starts_at).date())
    first, last = (timezone.make_aware(datetime.combine(day, datetime.min.time())) for day in (monday, _next(monday)))
    seats = (
        Panellist.objects.live()
        .filter(person__in=[person.pk for person in people])
        .filter(interview__starts_at__lt=max(last, ends_at), interview__ends_at__gt=min(first, starts_at))
    )
    if besides is not None:
        seats = seats.exclude(interview=besides)
    taken: dict[int, list[tuple[datetime, datetime]]] = {}
    for seated, start, end in seats.values_list("person_id", "interview__starts_at", "interview__ends_at"):
        taken.setdefault(seated, []).append((start, end))
    answer = {}
    for person in people:
        slots = sorted(taken.get(person.pk, []))
        conflicts = (*_overlaps(person, slots, starts_at, ends_at), *_outside(person, starts_at, ends_at))
        week = sum(first <= start < last for start, _end in slots)
        answer[person.pk] = Load(week, local_time(person, starts_at), conflicts)
    return answer


def suggestions(application: Application, stage: Stage, *, besides: Iterable[int]) -> list[Person]:
    """Who sat on panels of this stage lately, then the opening's own people: the same panel makes candidates
    comparable. At most six. Two queries."""
    lately: QuerySet[Panellist, int] = (
        Panellist.objects.filter(interview__stage=stage, person__is_active=True)
        .exclude(person__in=besides)
        .values_list("person", flat=True)
        .annotate(seats=Count("pk"), last=Max("interview__starts_at"))
        .order_by("-last", "-seats", "person")
    )
    wanted = list(lately[:SUGGESTED])
    opening = application.opening
    own = [opening.hiring_manager_id, *opening.recruiters.values_list("pk", flat=True)]
    wanted += [pk for pk in own if pk not in wanted and pk not in set(besides)]
    people = Person.objects.active().with_place().in_bulk(wanted[:SUGGESTED])
    return [people[pk] for pk in wanted if pk in people]


def found(reader: Person, words: str, *, besides: Iterable[int]) -> list[Person]:
    """Active people whom the words match, as many as fit under a search box."""
    matching = Person.objects.visible_to(reader).active().matching(words).exclude(pk__in=besides).with_place()
    return list(matching.order_by("full_name", "pk")[:FOUND])


def expectation(roles: Sequence[str], *, wanted: int) -> list[str]:
    """What to expect of a panel with these roles, in sentences: its size beside the stage's, its reliability."""
    raters = sum(role in Panellist.REQUIRED for role in roles)
    if not raters:
        return [_("Nobody on this panel scores yet.")]
    sentences = [
        ngettext(
            "%(raters)d panellist's score counts; the stage asks for %(wanted)d.",
            "%(raters)d panellists' scores count; the stage asks for %(wanted)d.",
            raters,
        )
        % {"raters": raters, "wanted": wanted},
        ngettext(
            "One rater alone: expected reliability about %(now)s. One more would bring it to about %(more)s.",
            "%(raters)d separate raters: expected reliability about %(now)s. "
            "One more would bring it to about %(more)s.",
            raters,
        )
        % {"raters": raters, "now": _two_places(raters), "more": _two_places(raters + 1)},
    ]
    if Panellist.Role.LEAD not in roles:
        sentences.append(_("Choose who leads."))
    return sentences


def _two_places(raters: int) -> str:
    return str(shown(panel_reliability(raters))).removeprefix("0")


def _overlaps(
    person: Person, slots: Sequence[tuple[datetime, datetime]], starts_at: datetime, ends_at: datetime
) -> list[str]:
    return [
        _("Has another interview from %(start)s to %(end)s.")
        % {"start": _clock(timezone.localtime(start)), "end": _clock(timezone.localtime(end))}
        for start, end in slots
        if start < ends_at and end > starts_at
    ]


def _outside(person: Person, starts_at: datetime, ends_at: datetime) -> list[str]:
    start, end = starts_at.astimezone(person.zone), ends_at.astimezone(person.zone)
    opens = datetime.combine(start.date(), person.work_starts, person.zone)
    closes = datetime.combine(start.date(), person.work_ends, person.zone)
    if closes <= opens:  # a night shift ends tomorrow, or began yesterday
        opens, closes = (opens - timedelta(days=1), closes) if start < closes else (opens, closes + timedelta(days=1))
    if not person.works_on(opens.date()):
        return [_("Does not work on %(day)s.") % {"day": date_format(start, "l")}]
    if start < opens or end > closes:
        return [
            _("Works from %(start)s to %(end)s where they are.")
            % {"start": _clock(person.work_starts), "end": _clock(person.work_ends)}
        ]
    return []


def local_time(person: Person, starts_at: datetime) -> str:
    """When it begins where the person is; with the day and the place where these are not the reader's."""
    start = starts_at.astimezone(person.zone)
    here = timezone.localtime(starts_at)
    if start.utcoffset() == here.utcoffset():
        return _clock(start)
    day = f"{date_format(start, 'D')} " if start.date() != here.date() else ""
    return f"{day}{_clock(start)} {person.time_zone.rpartition('/')[2].replace('_', ' ')}"


def _clock(moment: object) -> str:
    return format(moment, "%H:%M")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _next(monday: date) -> date:
    return monday + timedelta(days=7)
