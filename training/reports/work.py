"""What waits on a person in training, for *my work* and for whoever takes over when somebody leaves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation.http import address_of
from foundation.work import WorkItem
from people.models import Person
from training.models import Assignment, SignOff

SOON_DAYS = 14
MOST = 50  # of one kind; my training and the queue hold the rest


@dataclass
class Waiting:
    """What waits on one person: modules to take and practices to judge, what is due first at the top."""

    to_take: list[Assignment] = field(default_factory=list)
    to_judge: list[SignOff] = field(default_factory=list)


def waiting_on_each(people: Sequence[Person], *, at: datetime) -> dict[int, Waiting]:
    """Modules that are due within two weeks, or overdue, and practices to judge, by person. Two queries."""
    found = {person.pk: Waiting() for person in people}
    last = {person.pk: at.astimezone(person.zone).date() + timedelta(days=SOON_DAYS) for person in people}
    # What waits on an observer does not wait on the learner.
    asked = SignOff.objects.holding_up().filter(learner__in=found).values("record__assignment")
    rows = Assignment.objects.open().filter(person__in=found, due_on__lte=max(last.values())).exclude(pk__in=asked)
    for row in (
        rows.select_related("module", "version")
        .only("person", "state", "due_on", "module__name", "version__minutes")
        .order_by("due_on", "pk")
    ):
        if row.due_on is not None and row.due_on <= last[row.person_id]:
            found[row.person_id].to_take.append(row)
    for one in _asked(list(found)):
        found[one.observer_id].to_judge.append(one)
    return found


def items_of(person: Person, waiting: Waiting) -> list[WorkItem]:
    """The person's items in the language in force; of each kind the first fifty, the pages hold the rest."""
    return [
        *(_to_take(row, person) for row in waiting.to_take[:MOST]),
        *(_to_judge(one, person) for one in waiting.to_judge[:MOST]),
    ]


def work_for(person: Person, *, at: datetime) -> list[WorkItem]:
    """What waits on the person. Two queries."""
    return items_of(person, waiting_on_each([person], at=at)[person.pk])


def waiting_on(person: Person) -> list[WorkItem]:
    """Practices that somebody else has to judge when the person leaves."""
    return [_to_judge(one, person) for one in _asked([person.pk])]


def _asked(observers: Sequence[int]) -> QuerySet[SignOff]:
    asked = SignOff.objects.waiting().filter(observer__in=observers)
    return asked.select_related("learner", "record__part").order_by("due_on", "pk")


def _to_take(row: Assignment, person: Person) -> WorkItem:
    started = row.state == Assignment.State.STARTED
    return WorkItem(
        kind=_("Modules to take"),
        title=row.module.name,
        href=row.get_absolute_url(),
        action=_("Go on") if started else _("Start"),
        meta=_("%(minutes)d minutes") % {"minutes": row.version.minutes},
        due=_end_of(row.due_on, person),
        icon="book",
    )


def _to_judge(one: SignOff, person: Person) -> WorkItem:
    return WorkItem(
        kind=_("Practices to judge"),
        title=_("%(name)s: %(practice)s") % {"name": one.learner.name, "practice": one.record.part.title},
        href=address_of("training:sign-off-detail", one.pk),
        action=_("Judge"),
        due=_end_of(one.due_on, person),
        icon="eye",
    )


def _end_of(day: date | None, person: Person) -> datetime | None:
    """The last moment of the day where the person is."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=person.zone) if day else None
