"""Giving people something to take, moving its day, taking it back, waiving it, completing it, renewing it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Avg, Max, OuterRef, Subquery
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person
from training import signals
from training.actions import certificates, leaves, seats
from training.models import (
    Assignment,
    Attempt,
    Booking,
    Completion,
    Extension,
    Module,
    ModuleVersion,
    PartRecord,
    PathAssignment,
    Prerequisite,
    Rule,
    SignOff,
    Waiver,
)
from training.models.assignments import AssignmentQuerySet, parts_of
from training.recurrence import can_be_refreshed, term_of, window_opens_on
from training.reports.waits import lacking_among
from training.standing import is_overdue

State = Assignment.State
Reason = Assignment.Reason
BATCH = 1000


@dataclass(frozen=True)
class Given:
    """What an assigning did: the new assignments, how many people had the module open already, and what they were
    given besides, because it has to be done before."""

    assignments: list[Assignment]
    had_it: int
    needed: list[Assignment] = field(default_factory=list)


@transaction.atomic
def assign(
    *,
    module: Module,
    people: Iterable[Person],
    by: Person | None,
    at: datetime,
    due_on: date | Callable[[Person], date | None] | None = None,
    note: str = "",
    reason: Assignment.Reason = Reason.MANUAL,
    rule: Rule | None = None,
    whole: bool = False,
    paths: Mapping[int, PathAssignment] | None = None,
) -> Given:
    """Give the module's published version to each of the people as their next cycle; set-based. `due_on` may depend on
    the person. `paths`: by person, the path of which it is a step.

    A renewal, and what is given to whoever holds the module or let it run out within its window, asks only for the
    parts that are not skipped then; unless it is to be `whole`.

    Who was given it and has it open keeps what they have; what somebody has open by their own choice is asked of them
    from now on. What has to be done before it is given too. Leavers are left out. Raises Refused when the module is
    archived or has nothing published, Invalid when the day is over.
    """
    version = _published(module)
    people = [person for person in {person.pk: person for person in people}.values() if person.is_active]
    days = {person.pk: due_on(person) if callable(due_on) else due_on for person in people}
    if any(is_overdue(days[person.pk], at.astimezone(person.zone).date()) for person in people):
        message = _("This day is over.")
        raise Invalid(message, errors={"due_on": [message]})
    told = {"reason": reason, "rule": rule, "note": note, "assigned_at": at, "assigned_by": by}
    held = _theirs(module, people).open().select_for_update(no_key=True, of=("self",)).select_related("person")
    open_now = {one.person_id: one for one in held}
    cycles = dict(_theirs(module, people).values_list("person").annotate(last=Max("cycle")).order_by())
    had_it = [] if whole else [person for person in people if person.pk in cycles]
    shorter = _who_takes_less(module, had_it, reason, at)
    rows = [
        Assignment(
            person=person,
            module=module,
            version=version,
            cycle=cycles.get(person.pk, 0) + 1,
            due_on=days[person.pk],
            is_whole=person.pk not in shorter,
            path=(paths or {}).get(person.pk),
            **told,
        )
        for person in people
        if person.pk not in open_now
    ]
    try:
        with transaction.atomic():
            Assignment.objects.bulk_create(rows, batch_size=BATCH)
    except IntegrityError:
        raise Refused(_("Somebody else gave this module to one of them just now. Try again.")) from None
    asked = [] if reason == Reason.SELF else _ask_for_chosen(open_now.values(), told, days, paths or {})
    given = [*rows, *asked]
    leaves.move_given(rows=given, by=by, at=at)
    deeds = [audit.Deed("training.assigned", row, team=row.person.team_id) for row in given]
    audit.record_many(by=by, deeds=deeds, at=at)
    signals.assigned.send(sender=Assignment, assignments=given, at=at)
    needed = give_needed(rows=Assignment.objects.filter(pk__in=[row.pk for row in given]), by=by, at=at)
    return Given(given, len(open_now) - len(asked), needed)


def give_needed(*, rows: AssignmentQuerySet, by: Person | None, at: datetime) -> list[Assignment]:
    """Of those that nobody has started: give what has to be done before, to whoever has neither done it nor has it to
    take, for the same reason and due the same day; in the caller's transaction. Returns all that was given.

    So nobody waits for something that nobody gave them. What was taken back from somebody only a person gives again.
    """
    given: list[Assignment] = []
    if not Prerequisite.objects.filter(module__in=rows.values("module")).exists():
        return given
    for lacking in lacking_among(rows, at=at, by_hand=by is not None):
        first = lacking.rows[0]
        today = {row.person_id: at.astimezone(row.person.zone).date() for row in lacking.rows}
        due_on = {row.person_id: row.due_on and max(row.due_on, today[row.person_id]) for row in lacking.rows}
        done = assign(
            module=lacking.needed,
            people=[row.person for row in lacking.rows],
            by=by,
            at=at,
            due_on=lambda person, days=due_on: days[person.pk],  # type: ignore[misc]
            note=_("Needed for “%(module)s”.") % {"module": first.module},
            reason=Reason.SELF if first.reason == Reason.SELF else Reason.RULE if first.rule_id else Reason.MANUAL,
            rule=first.rule,
            paths={row.person_id: row.path for row in lacking.rows if row.path is not None},
        )
        given += [*done.assignments, *done.needed]
    return given


def _who_takes_less(module: Module, people: Sequence[Person], reason: Assignment.Reason, at: datetime) -> set[int]:
    """Of whom a shorter path is asked: who renews; who holds it, or let it run out within its window. Only of what they
    completed here: who did so elsewhere has not seen these parts."""
    zones = {person.pk: person.zone for person in people}
    here = Completion.objects.latest().filter(module=module, person__in=zones, assignment__isnull=False)
    return {
        person
        for person, ends in (here.values_list("person", "expires_on") if zones else ())
        if reason == Reason.RENEWAL or can_be_refreshed(module.validity, ends, at.astimezone(zones[person]).date())
    }


def _ask_for_chosen(
    open_now: Iterable[Assignment],
    told: Mapping[str, Any],
    days: Mapping[int, date | None],
    paths: Mapping[int, PathAssignment],
) -> list[Assignment]:
    """What is open by the people's own choice, now with a reason, a giver and a day."""
    chosen = [one for one in open_now if one.reason == Reason.SELF]
    for one in chosen:
        for name, value in told.items():
            setattr(one, name, value)
        one.due_on, one.path = days[one.person_id], paths.get(one.person_id)
    Assignment.objects.bulk_update(chosen, [*told, "due_on", "path"], batch_size=BATCH)
    return chosen


def take_up(*, module: Module, person: Person, at: datetime) -> Assignment:
    """The person takes the module of their own choice, without a day; returns what is open, new or not."""
    given = assign(module=module, people=[person], by=person, at=at, reason=Reason.SELF)
    return given.assignments[0] if given.assignments else Assignment.objects.open().get(person=person, module=module)


@transaction.atomic
def withdraw(*, assignment: Assignment, by: Person, at: datetime, reason: str) -> None:
    """Take it back: what was done stays on record. Raises Refused when it is over, and for what one was given
    oneself."""
    if by.pk == assignment.person_id and assignment.reason != Reason.SELF:
        raise Refused(_("Nobody takes back their own training. Ask your manager or a trainer."))
    _end(assignment, State.WITHDRAWN, at, by)
    _let_go(assignment, at)
    audit.record(
        by=by, did="training.withdrawn", thing=assignment, reason=reason, team=assignment.person.team_id, at=at
    )
    signals.withdrawn.send(sender=Assignment, assignment=assignment, at=at)


def withdraw_unstarted(*, rows: Sequence[Assignment], by: Person | None, at: datetime) -> int:
    """Take back those that nobody has started, without a memory of it; how many. Set-based, in the caller's
    transaction: who starts one at the same moment keeps it. Reminders see for themselves that it is over."""
    waiting = Assignment.objects.select_for_update(no_key=True).filter(state=State.ASSIGNED)
    taken = set(waiting.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    Assignment.objects.filter(pk__in=taken).update(state=State.WITHDRAWN, ended_at=at)
    deeds = [audit.Deed("training.withdrawn", row, team=row.person.team_id) for row in rows if row.pk in taken]
    audit.record_many(by=by, deeds=deeds, at=at)
    return len(taken)


@transaction.atomic
def waive(*, assignment: Assignment, kind: Waiver.Kind, by: Person, at: datetime, reason: str) -> Waiver:
    """The person need not take it, this cycle. Raises Refused when it is over, and for oneself."""
    if by.pk == assignment.person_id:
        raise Refused(_("Nobody waives their own training. Ask your manager or a trainer."))
    _end(assignment, State.WAIVED, at, by)
    _let_go(assignment, at)
    waiver = Waiver.objects.create(assignment=assignment, kind=kind, by=by, reason=reason, at=at)
    audit.record(
        by=by,
        did="training.waived",
        thing=assignment,
        changes={"kind": str(kind)},
        reason=reason,
        team=assignment.person.team_id,
        at=at,
    )
    signals.withdrawn.send(sender=Assignment, assignment=assignment, at=at)
    return waiver


@transaction.atomic
def extend(*, assignment: Assignment, until_on: date, by: Person, at: datetime, reason: str) -> Extension:
    """Move the day it is due to a later one; of a day of leave, to the first one back. Raises Refused when it is over
    and for oneself, Invalid for a day that is not later."""
    if by.pk == assignment.person_id:
        raise Refused(_("Nobody extends their own training. Ask your manager or a trainer."))
    current = Assignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
    _refuse_ended(current)
    today = at.astimezone(current.person.zone).date()
    if current.due_on is None or until_on <= max(current.due_on, today - timedelta(days=1)):
        message = _("Choose a later day than the one it is due.") if current.due_on else _("It has no day to move.")
        raise Invalid(message, errors={"until_on": [message]})
    spans = leaves.spans_of([current.person_id])
    until_on, own_on = leaves.chosen_by_hand(until_on=until_on, person=current.person, spans=spans, at=at)
    extension = Extension.objects.create(
        assignment=current, from_on=current.due_on, until_on=until_on, own_on=own_on, by=by, reason=reason, at=at
    )
    Assignment.objects.filter(pk=current.pk).update(due_on=until_on)
    audit.record(
        by=by,
        did="training.extended",
        thing=current,
        changes={"from": current.due_on, "until": until_on},
        reason=reason,
        team=current.person.team_id,
        at=at,
    )
    assignment.due_on = until_on
    return extension


def is_open_now(assignment: Assignment) -> bool:
    """Locked until the transaction ends: nobody completes or takes back what is being worked on."""
    return Assignment.objects.select_for_update(no_key=True).open().filter(pk=assignment.pk).exists()


@transaction.atomic
def complete_if_done(*, assignment: Assignment, at: datetime) -> Completion | None:
    """Complete the assignment if every part that it asks for is done; None when something is left, or it is over.

    The caller has just finished a part, or changed the version.
    """
    # As it is now: the version may have changed since the caller read it.
    assignment.refresh_from_db(fields=["version", "state"])
    done = PartRecord.objects.filter(assignment=assignment, done_at__isnull=False).values("part")
    if parts_of(assignment).exclude(pk__in=done).exists() or not _change(assignment, State.COMPLETED, at):
        return None
    _let_go(assignment, at)  # of a seat, or of an observer who was asked for what the shorter path leaves out
    completion = _write_completion(assignment, at)
    certificates.issue(completion=completion, at=at)
    audit.record(
        by=assignment.person, did="training.completed", thing=assignment, team=assignment.person.team_id, at=at
    )
    signals.completed.send(sender=Completion, completion=completion, at=at)
    return completion


def open_renewals(*, at: datetime) -> int:
    """Give everyone whose completion enters its renewal window the next cycle, due when the term ends; how many.

    Only of what is still offered, and was required of them and completed when it last was: what was taken back or
    waived since, or only ever chosen by oneself, is not renewed; what a rule asked last, only while the rule is on and
    they match it. Set-based; safe to run at any time, twice, or after days of silence.
    """
    count = 0
    for module, rule, due_on in _in_window(at):
        if rule is not None and not rule.is_on:
            continue
        people = rule.still_matching(at).filter(pk__in=due_on) if rule else Person.objects.filter(pk__in=due_on)
        given = assign(
            module=module,
            people=people,
            by=None,
            at=at,
            due_on=lambda person, days=due_on: days[person.pk],  # type: ignore[misc]
            reason=Reason.RENEWAL,
            rule=rule,
        )
        count += len(given.assignments)
    return count


def _in_window(at: datetime) -> Iterator[tuple[Module, Rule | None, dict[int, date]]]:
    """By module, and by the rule that once gave it: whose window has opened where they are, and when it is due."""
    tomorrow = at.date() + timedelta(days=1)  # a day begins up to 14 hours before it does in UTC
    rules = Rule.objects.in_bulk()
    for module in Module.objects.published().filter(valid_months__isnull=False).order_by("pk"):
        entering = (
            Completion.objects.latest()
            .filter(
                module=module, person__is_active=True, expires_on__lte=tomorrow + timedelta(days=module.window_days)
            )
            .annotate(last_asked=Subquery(_last_asked().values("state")[:1]))
            .annotate(asked_by=Subquery(_last_asked().values("rule")[:1]))
            .filter(last_asked=State.COMPLETED)
            .select_related("person")
        )
        found: dict[Rule | None, dict[int, date]] = {}
        for completion in entering:
            today = at.astimezone(completion.person.zone).date()
            term = completion.term
            if term is not None and window_opens_on(module.validity, term.ends) <= today:
                # What has run out long ago is due today: nobody is late before they were told.
                rule = rules.get(completion.asked_by)  # type: ignore[attr-defined]
                found.setdefault(rule, {})[completion.person_id] = max(term.ends, today)
        for rule, due_on in found.items():
            yield module, rule, due_on


def _last_asked() -> AssignmentQuerySet:
    """Of a completion: what was asked of its person for its module, the last time first."""
    asked = Assignment.objects.filter(person=OuterRef("person"), module=OuterRef("module")).exclude(reason=Reason.SELF)
    return asked.order_by("-cycle")


def _theirs(module: Module, people: Sequence[Person]) -> AssignmentQuerySet:
    return Assignment.objects.filter(module=module, person__in=[person.pk for person in people])


def _published(module: Module) -> ModuleVersion:
    offered = ModuleVersion.objects.filter(module__archived_at__isnull=True, state=ModuleVersion.State.PUBLISHED)
    version = offered.filter(module=module).first()
    if version is None:
        raise Refused(_("“%(name)s” can't be given to anybody now: it is not published.") % {"name": module.name})
    return version


def _refuse_ended(assignment: Assignment) -> None:
    if not assignment.is_open:
        message = _("This is over already: %(state)s.")
        raise Refused(message % {"state": assignment.get_state_display().lower()}, code="ended")


def _end(assignment: Assignment, state: Assignment.State, at: datetime, by: Person) -> None:
    if not _change(assignment, state, at, by):
        _refuse_ended(Assignment.objects.get(pk=assignment.pk))


def _change(assignment: Assignment, state: Assignment.State, at: datetime, by: Person | None = None) -> bool:
    changed = Assignment.objects.filter(pk=assignment.pk).open().update(state=state, ended_at=at, ended_by=by)
    if changed:
        assignment.state, assignment.ended_at = state, at
    return bool(changed)


def _let_go(assignment: Assignment, at: datetime) -> None:
    """Nobody is asked about it any longer, and its seats are free."""
    seats.release(bookings=Booking.objects.filter(assignment=assignment), at=at)
    SignOff.objects.waiting().filter(record__assignment=assignment).update(state=SignOff.State.WITHDRAWN)


def _write_completion(assignment: Assignment, at: datetime) -> Completion:
    day = at.astimezone(assignment.person.zone).date()
    theirs = Completion.objects.filter(person=assignment.person_id, module=assignment.module_id)
    before = theirs.latest().first()
    term = term_of(assignment.module.validity, day, before.term if before else None)
    passed = Attempt.objects.filter(
        record__assignment=assignment,
        record__part__version=assignment.version_id,
        record__part__kind="quiz",
        passed=True,
    )
    percent = passed.aggregate(mean=Avg("percent"))["mean"]
    return Completion.objects.create(
        person=assignment.person,
        module=assignment.module,
        version=assignment.version,
        assignment=assignment,
        completed_at=at,
        completed_on=day,
        base_on=term.base if term else None,
        term_months=term.months if term else None,
        expires_on=term.ends if term else None,
        percent=None if percent is None else int(percent),
    )
