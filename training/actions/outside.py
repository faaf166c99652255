"""What was completed elsewhere, or before this portal: judged against what is known, and written, set-based."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people.actions import audit, imports
from people.models import Person
from training import signals
from training.actions import assignments
from training.completion_rows import Held, Incoming, ModuleKnown, New, PersonKnown, Surroundings, judge
from training.models import Assignment, Completion, Module, ModuleVersion
from training.reports.teams import people_recorded_by

BATCH = 1000


def surroundings(*, by: Person, addresses: Iterable[str], at: datetime) -> Surroundings:
    """What rows about these people are judged against: two queries for each thousand of them, and one."""
    people: dict[str, PersonKnown] = {}
    recorded = people_recorded_by(by)
    for batch in imports.batches(sorted(set(addresses))):
        for person in recorded.filter(email__in=batch).only("email", "full_name", "time_zone", "is_active"):
            people[person.email] = _known(person, at)
    offered = Module.objects.filter(versions__state__in=(ModuleVersion.State.PUBLISHED, ModuleVersion.State.SUPERSEDED))
    modules = {one.key: _module(one) for one in offered.distinct().order_by("pk")}
    return Surroundings(people, modules, _held([one.pk for one in people.values()]), own=by.email)


def _known(person: Person, at: datetime) -> PersonKnown:
    today = at.astimezone(person.zone).date()
    return PersonKnown(person.pk, person.full_name, today, not person.is_active, person.time_zone)


def _module(module: Module) -> ModuleKnown:
    return ModuleKnown(module.pk, module.key, module.name, module.validity)


def _held(people: Sequence[int]) -> dict[tuple[int, int], list[Held]]:
    held: dict[tuple[int, int], list[Held]] = {}
    for batch in imports.batches(people):
        for one in Completion.objects.filter(person__in=batch).select_related("revocation"):
            known = Held(one.completed_on, one.term, one.source, hasattr(one, "revocation"))
            held.setdefault((one.person_id, one.module_id), []).append(known)
    return held


def taken_back_by(new: Sequence[New]) -> list[Assignment]:
    """What rules gave and nobody has started, to people who hold it now: a rule would not ask them. What somebody gave
    by hand stays until somebody takes it back."""
    held = {(one.row.person.pk, one.row.module.pk) for one in new if one.holds_until_its_window()}
    found: list[Assignment] = []
    for batch in imports.batches(sorted({person for person, _module in held})):
        rows = Assignment.objects.filter(
            person__in=batch, state=Assignment.State.ASSIGNED, rule__isnull=False
        ).select_related("person")
        found += [row for row in rows.order_by("pk") if (row.person_id, row.module_id) in held]
    return found


def write(*, new: Sequence[New], by: Person, at: datetime) -> None:
    """Put them down and take back what rules need not ask any more; in the caller's transaction, which has held the
    modules."""
    rows = [_completion(one, by, at) for one in new]
    Completion.objects.bulk_create(rows, batch_size=BATCH)
    teams = _teams(rows)
    assignments.withdraw_unstarted(rows=taken_back_by(new), by=by, at=at)
    deeds = [audit.Deed("training.completion_imported", row, team=teams[row.person_id]) for row in rows]
    audit.record_many(by=by, deeds=deeds, at=at)
    signals.brought_in.send(sender=Completion, completions=rows, at=at)


def hold(modules: Iterable[int]) -> None:
    """Let another import of the same modules wait, so that what was judged stays true until it is written."""
    keys = sorted(set(modules))
    list(Module.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def record_one(
    *,
    person: Person,
    module: Module,
    completed_on: date,
    expires_on: date | None,
    source: str,
    evidence: str,
    by: Person,
    at: datetime,
) -> None:
    """One completion from elsewhere. Raises Refused where an import would leave it out, and for oneself; Invalid for a
    day to come, or an end before the beginning."""
    if by.pk == person.pk:
        raise Refused(_("Nobody records their own training. Ask your manager or a trainer."))
    known = _known(person, at)
    if completed_on > known.today:
        raise Invalid(_("This day is to come."), errors={"completed_on": [_("This day is to come.")]})
    if expires_on is not None and expires_on < completed_on:
        message = _("This is before the day it was completed.")
        raise Invalid(message, errors={"expires_on": [message]})
    hold([module.pk])
    row = Incoming(0, known, _module(module), completed_on, expires_on, source, evidence)
    new, skipped, _unchanged = judge([row], _held([person.pk]))
    if skipped:
        raise Refused(_("%(name)s %(reason)s.") % {"name": person, "reason": skipped[0].reason})
    if not new:
        raise Refused(_("This is recorded already."))
    write(new=new, by=by, at=at)


def _completion(one: New, by: Person, at: datetime) -> Completion:
    row, term = one.row, one.term
    return Completion(
        person_id=row.person.pk,
        module_id=row.module.pk,
        certificate=Completion.print_of(row.person.pk, row.module.pk, row.completed_on, row.source),
        completed_at=datetime.combine(row.completed_on, time.min, tzinfo=ZoneInfo(row.person.time_zone)),
        completed_on=row.completed_on,
        base_on=term.base if term else None,
        term_months=term.months if term else None,
        expires_on=term.ends if term else None,
        source=row.source,
        evidence=row.evidence,
        imported_by=by,
        imported_at=at,
    )


def _teams(rows: Sequence[Completion]) -> dict[int, int | None]:
    teams: dict[int, int | None] = {}
    for batch in imports.batches(sorted({row.person_id for row in rows})):
        teams |= dict(Person.objects.filter(pk__in=batch).values_list("pk", "team"))
    return teams
