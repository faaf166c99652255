"""Done for many people at once: more time, a reminder. Set-based; it says for whom it was not done, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.errors import Invalid
from notifications.actions import notices as telling
from notifications.actions.notices import Notice
from people.actions import audit
from people.models import Leave, Person
from training import notices
from training.actions import leaves
from training.holding import HoldUps
from training.models import Assignment, Extension, Module, Nudge
from training.models.assignments import zones_of
from training.reports.holdups import hold_ups_of
from training.standing import SOON_DAYS, is_overdue

BATCH = 1000


class Why(models.TextChoices):
    """Why something was not done for somebody."""

    NOTHING_OPEN = "nothing_open", gettext_lazy("Nothing of it is open")
    OWN = "own", gettext_lazy("Nobody does this for themselves")
    NO_DAY = "no_day", gettext_lazy("It has no day")
    LATER = "later", gettext_lazy("It is due on that day or later already")
    NOT_SOON = "not_soon", gettext_lazy("It is not due within two weeks")
    WAITING = "waiting", gettext_lazy("It waits on an observer")
    AWAY = "away", gettext_lazy("They are on leave")
    TODAY = "today", gettext_lazy("They were reminded of it today already")


@dataclass(frozen=True)
class Outcome:
    """What was changed, and for whom it was not done, by the reason why."""

    changed: list[Assignment] = field(default_factory=list)
    left: dict[Why, list[Person]] = field(default_factory=dict)

    def leave(self, why: Why, person: Person) -> None:
        """Name the person under the reason, once."""
        named = self.left.setdefault(why, [])
        if person not in named:
            named.append(person)

    def of_all(self) -> "Outcome":
        """When all that people have open was meant: only those are named for whom nothing at all was done."""
        done = {row.person_id for row in self.changed}
        named = {why: [one for one in people if one.pk not in done] for why, people in self.left.items()}
        return Outcome(self.changed, {why: people for why, people in named.items() if people})


@transaction.atomic
def extend_many(
    *, people: Sequence[Person], module: Module | None, until_on: date, by: Person, at: datetime, reason: str
) -> Outcome:
    """Move the day of what each of the people has open, of the module or of all, to a later one. Raises Invalid when
    the day is over for one of them."""
    if any(is_overdue(until_on, at.astimezone(person.zone).date()) for person in people):
        message = _("This day is over.")
        raise Invalid(message, errors={"until_on": [message]})
    outcome = Outcome()
    moved: list[Extension] = []
    spans = leaves.spans_of([person.pk for person in people])
    for row in _open_of(people, module, by, outcome):
        if row.due_on is None:
            outcome.leave(Why.NO_DAY, row.person)
        elif until_on <= row.due_on:
            outcome.leave(Why.LATER, row.person)
        else:
            day, own_on = leaves.chosen_by_hand(until_on=until_on, person=row.person, spans=spans, at=at)
            made = Extension(assignment=row, from_on=row.due_on, until_on=day, own_on=own_on)
            made.by, made.reason, made.at = by, reason, at
            moved.append(made)
            row.due_on = day
            outcome.changed.append(row)
    Extension.objects.bulk_create(moved, batch_size=BATCH)
    Assignment.objects.bulk_update(outcome.changed, ["due_on"], batch_size=BATCH)
    deeds = [
        audit.Deed(
            "training.extended",
            one.assignment,
            changes={"from": one.from_on, "until": one.until_on},
            reason=reason,
            team=one.assignment.person.team_id,
        )
        for one in moved
    ]
    audit.record_many(by=by, deeds=deeds, at=at)
    return outcome if module is not None else outcome.of_all()


@transaction.atomic
def nudge_many(*, people: Sequence[Person], module: Module | None, by: Person, at: datetime) -> Outcome:
    """Remind each of the people now of the module, or of all that is overdue or due within two weeks: once a day,
    whoever asks how often. What has no day is due to nobody; what waits on an observer does not wait on them."""
    outcome = Outcome()
    rows = _open_of(people, module, by, outcome)
    held_up = _hold_ups(rows, at)
    away = Leave.objects.away([person.pk for person in people], at)
    meant = []
    for row in rows:
        if row.person_id in away:
            outcome.leave(Why.AWAY, row.person)
        elif row.due_on is None:
            outcome.leave(Why.NO_DAY, row.person)
        elif held_up.waits_on_observers(row.pk):
            outcome.leave(Why.WAITING, row.person)
        elif module is None and (row.due_on - at.astimezone(row.person.zone).date()).days > SOON_DAYS:
            outcome.leave(Why.NOT_SOON, row.person)
        else:
            meant.append(row)
    days = {row.pk: at.astimezone(row.person.zone).date() for row in meant}
    told = _nudged(days)
    for row in meant:
        if (row.pk, days[row.pk]) in told:
            outcome.leave(Why.TODAY, row.person)
        else:
            outcome.changed.append(row)
    nudges = [Nudge(assignment=row, on=days[row.pk], by=by, at=at) for row in outcome.changed]
    Nudge.objects.bulk_create(nudges, batch_size=BATCH)
    telling.plan(notices=[_notice(nudge, at) for nudge in nudges], at=at)
    deeds = [audit.Deed("training.nudged", row, team=row.person.team_id) for row in outcome.changed]
    audit.record_many(by=by, deeds=deeds, at=at)
    return outcome if module is not None else outcome.of_all()


def _open_of(people: Sequence[Person], module: Module | None, by: Person, outcome: Outcome) -> list[Assignment]:
    """Locked until the transaction ends; whoever has nothing of it open is named, and so is `by`."""
    rows = Assignment.objects.select_for_update(no_key=True, of=("self",)).open()
    rows = rows.filter(person__in=[person.pk for person in people]).select_related("person", "module")
    if module is not None:
        rows = rows.filter(module=module)
    found = list(rows.order_by("person__full_name", "person", "pk"))
    have = {row.person_id for row in found}
    for person in people:
        if person.pk == by.pk:
            outcome.leave(Why.OWN, person)
        elif person.pk not in have:
            outcome.leave(Why.NOTHING_OPEN, person)
    return [row for row in found if row.person_id != by.pk]


def _hold_ups(rows: Iterable[Assignment], at: datetime) -> HoldUps:
    meant = Assignment.objects.filter(pk__in=[row.pk for row in rows])
    return hold_ups_of(meant, at=at, zones=zones_of([row.person for row in rows], at), sessions=False)


def _nudged(days: dict[int, date]) -> set[tuple[int, date]]:
    """Of these assignments, those of which somebody had their person reminded on about that day."""
    first = min(days.values(), default=None)
    if first is None:
        return set()
    made = Nudge.objects.filter(assignment__in=days, on__range=(first, first + timedelta(days=2)))
    return set(made.values_list("assignment", "on"))


def _notice(nudge: Nudge, at: datetime) -> Notice:
    return Notice(notices.DUE, nudge.assignment_id, nudge.assignment.person_id, at, notices.nudge_name(nudge.on))
