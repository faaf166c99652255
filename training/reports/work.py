"""What waits on a person in training, for *my work* and for whoever takes over when somebody leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _

from foundation.http import address_of
from foundation.work import WorkItem
from people.models import Person
from training.holding import HoldUps
from training.models import Assignment, Booking, Session, SignOff
from training.models.assignments import Zones, zones_of
from training.reports.holdups import hold_ups_of
from training.reports.waits import can_wait, firsts_of

SOON_DAYS = 14
MOST = 50  # of one kind; my training and the queue hold the rest
# All that a line says of each. Whole rows of three tables took longer to make than to find.
SAID_OF_PART = ("record__part__kind", "record__part__title")
SAID_OF_SESSION = ("starts_at", "ends_at", "place", "trainer", "module__name")
SAID = ("person", "state", "due_on", "is_whole", "module__name", "version__minutes", "version__renewal_minutes")


@dataclass
class Waiting:
    """What waits on one person: modules to take, practices to judge, sessions to attend, to hold and to mark; what is
    due first at the top."""

    to_take: list[Assignment] = field(default_factory=list)
    to_judge: list[SignOff] = field(default_factory=list)
    to_attend: list[Session] = field(default_factory=list)
    to_hold: list[Session] = field(default_factory=list)
    to_mark: list[Session] = field(default_factory=list)


def waiting_on_each(people: Sequence[Person], *, at: datetime) -> dict[int, Waiting]:
    """Modules that are due within two weeks, or overdue; practices to judge; sessions of the next two weeks, and those
    of which nobody has said who was there; by person. Three queries; one more when something among it was started, two
    when something may have to wait for something else."""
    found = {person.pk: Waiting() for person in people}
    last = {person.pk: at.astimezone(person.zone).date() + timedelta(days=SOON_DAYS) for person in people}
    rows = Assignment.objects.open().filter(person__in=found, due_on__lte=max(last.values()))
    rows = rows.select_related("module", "version").annotate(can_wait=can_wait()).order_by("due_on", "pk")
    due = [row for row in rows.only(*SAID) if row.due_on is not None and row.due_on <= last[row.person_id]]
    _add_modules(found, due, at, zones_of(people, at))
    for one in _asked(list(found)):
        found[one.observer_id].to_judge.append(one)
    _add_sessions(found, at)
    return found


def _add_modules(found: Mapping[int, Waiting], due: list[Assignment], at: datetime, zones: Zones) -> None:
    """What waits on observers, itself or with all that has to be done first, does not wait on the learner. What can't
    be started yet says what has to be done first, and gives way to it when that is among it."""
    may_wait = [row.pk for row in due if row.can_wait]  # type: ignore[attr-defined]
    firsts = firsts_of(may_wait, at=at, zones=zones)
    held_up = _held_up(due, waits=any(firsts.values()), at=at, zones=zones)
    for row in due:
        row.first = firsts.get(row.pk)  # type: ignore[attr-defined]
        if not held_up.waits_on_observers(row.pk):
            found[row.person_id].to_take.append(row)
    for one in found.values():
        names = {row.module.name for row in one.to_take}
        one.to_take = [row for row in one.to_take if _first(row) not in names]


def _held_up(due: list[Assignment], *, waits: bool, at: datetime, zones: Zones) -> HoldUps:
    """One query; none when nothing was started and nothing `waits`: putting it takes longer than many an answer."""
    if not waits and all(row.state == Assignment.State.ASSIGNED for row in due):
        return HoldUps()
    rows = Assignment.objects.filter(pk__in=[row.pk for row in due])
    return hold_ups_of(rows, at=at, zones=zones, theirs=None if waits else rows, sessions=False, waits=waits)


def _first(row: Assignment) -> str | None:
    """Of a row with what has to be done first."""
    name: str | None = row.first  # type: ignore[attr-defined]
    return name


def _add_sessions(found: Mapping[int, Waiting], at: datetime) -> None:
    """Each session once for every one of these people who has a seat in it, or once without. One query."""
    theirs = Q(bookings__state=Booking.State.BOOKED, bookings__person__in=tuple(found))
    soon = Session.objects.to_come(at).filter(starts_at__lt=at + timedelta(days=SOON_DAYS)).values("pk")
    to_mark = Session.objects.to_mark(at).filter(trainer__in=found).values("pk")
    rows = Session.objects.with_title().annotate(
        seat=FilteredRelation("bookings", condition=theirs), seated=F("seat__person")
    )
    rows = rows.filter((Q(trainer__in=found) | Q(seat__isnull=False)) & Q(pk__in=soon) | Q(pk__in=to_mark))
    held: set[int] = set()
    rows = rows.select_related(None).select_related("module").only(*SAID_OF_SESSION)
    for session in rows.order_by("starts_at", "pk", "seated"):
        is_to_come = session.starts_at > at
        if is_to_come and session.seated:  # type: ignore[attr-defined]
            found[session.seated].to_attend.append(session)  # type: ignore[attr-defined]
        if session.trainer_id in found and session.pk not in held:
            held.add(session.pk)
            holder = found[session.trainer_id]
            (holder.to_hold if is_to_come else holder.to_mark).append(session)


def items_of(person: Person, waiting: Waiting) -> list[WorkItem]:
    """The person's items in the language in force; of each kind the first fifty, the pages hold the rest."""
    return [
        *(_to_take(row, person) for row in waiting.to_take[:MOST]),
        *(_to_judge(one, person) for one in waiting.to_judge[:MOST]),
        *(_to_come(one, _("Sessions to attend")) for one in waiting.to_attend[:MOST]),
        *(_to_come(one, _("Sessions to hold")) for one in waiting.to_hold[:MOST]),
        *(_to_mark(one) for one in waiting.to_mark[:MOST]),
    ]


def work_for(person: Person, *, at: datetime) -> list[WorkItem]:
    """What waits on the person. As many queries as `waiting_on_each`."""
    return items_of(person, waiting_on_each([person], at=at)[person.pk])


def waiting_on(person: Person) -> list[WorkItem]:
    """Practices that somebody else has to judge when the person leaves, and sessions to hold or to mark."""
    theirs = Session.objects.filter(trainer=person).with_title().order_by("starts_at", "pk")
    return [
        *(_to_judge(one, person) for one in _asked([person.pk])),
        *(_to_come(one, _("Sessions to hold")) for one in theirs.filter(state=Session.State.PLANNED)),
        *(_to_mark(one) for one in theirs.filter(state=Session.State.HELD).unmarked()),
    ]


def _asked(observers: Sequence[int]) -> QuerySet[SignOff]:
    asked = SignOff.objects.waiting().filter(observer__in=observers)
    rows = asked.select_related("learner", "record__part").order_by("due_on", "pk")
    return rows.only("observer", "due_on", "learner__preferred_name", "learner__full_name", *SAID_OF_PART)


def _to_take(row: Assignment, person: Person) -> WorkItem:
    first = _first(row)
    started = row.state == Assignment.State.STARTED
    minutes = _("%(minutes)d minutes") % {"minutes": row.minutes}
    return WorkItem(
        kind=_("Modules to take"),
        title=row.module.name,
        href=row.get_absolute_url(),
        action=_("See") if first else _("Go on") if started else _("Start"),
        meta=_("First: “%(module)s”") % {"module": first} if first else minutes,
        due=_end_of(row.due_on, person),
        icon="book",
    )


def _to_judge(one: SignOff, person: Person) -> WorkItem:
    return WorkItem(
        kind=_("Evidence to judge") if one.record.part.kind == "evidence" else _("Practices to judge"),
        title=_("%(name)s: %(practice)s") % {"name": one.learner.name, "practice": one.record.part.title},
        href=address_of("training:sign-off-detail", one.pk),
        action=_("Judge"),
        due=_end_of(one.due_on, person),
        icon="eye",
    )


def _to_come(one: Session, kind: str) -> WorkItem:
    return WorkItem(
        kind=kind,
        title=_title(one),
        href=one.get_absolute_url(),
        action=_("See"),
        meta=one.place or one.module.name,
        due=one.starts_at,
        icon="calendar",
    )


def _to_mark(one: Session) -> WorkItem:
    return WorkItem(
        kind=_("Attendance to mark"),
        title=_title(one),
        href=address_of("training:session-attendance", one.pk),
        action=_("Mark"),
        meta=one.module.name,
        due=one.ends_at + timedelta(days=2),
        icon="check",
    )


def _title(session: Session) -> str:
    """Of a row `with_title`."""
    title: str = session.title  # type: ignore[attr-defined]
    return title


def _end_of(day: date | None, person: Person) -> datetime | None:
    """The last moment of the day where the person is."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=person.zone) if day else None
