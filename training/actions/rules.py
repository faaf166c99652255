"""Rules: written, switched on and off, applied: idempotent and set-based."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from foundation.edits import put
from foundation.errors import Refused
from people.actions import audit
from people.models import Person
from people.models.person import PersonQuerySet
from training.actions import assignments, paths
from training.models import Assignment, Path, Rule
from training.reports.rules import gaining, losing, losing_paths

Row = TypeVar("Row", bound=Model)

AT_ONCE = 2000  # people
EDITABLE = (
    "name", "why", "team", "site", "job_title", "role", "leads_people", "joined_within_days", "joined_before_days",
    "skill", "due", "due_days", "due_on",
)  # fmt: skip


@transaction.atomic
def create_rule(*, by: Person, at: datetime, **fields: Any) -> Rule:
    """A rule that is off: look at what it would do, then switch it on."""
    rule = Rule.objects.create(created_by=by, created_at=at, **fields)
    audit.record(by=by, did="training.rule_created", thing=rule, team=rule.team_id, at=at)
    return rule


@transaction.atomic
def edit_rule(*, rule: Rule, by: Person, at: datetime, **changes: Any) -> Rule:
    """Change what it asks, and apply it if it is on. What it gives stays: make another rule for something else."""
    rule = Rule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    if changed := put(rule, changes, among=EDITABLE):
        audit.record(
            by=by, did="training.rule_edited", thing=rule, changes={"fields": changed}, team=rule.team_id, at=at
        )
        if rule.is_on:
            apply_rule(rule=rule, at=at)
    return rule


@transaction.atomic
def switch_on(*, rule: Rule, by: Person, at: datetime) -> None:
    """Apply it now and from now on. Raises Refused when its module or path is not offered. Twice is once."""
    if rule.module is not None and rule.module.archived_at is not None:
        raise Refused(_("“%(name)s” is archived. Offer it again first.") % {"name": rule.module})
    if rule.path is not None and not rule.path.is_published:
        raise Refused(_("“%(name)s” is not published. Publish it first.") % {"name": rule.path})
    if Rule.objects.filter(pk=rule.pk, state=Rule.State.OFF).update(state=Rule.State.ON):
        rule.state = Rule.State.ON
        apply_rule(rule=rule, at=at)
        audit.record(by=by, did="training.rule_switched_on", thing=rule, team=rule.team_id, at=at)


@transaction.atomic
def switch_off(*, rule: Rule, by: Person, at: datetime) -> None:
    """Give it to nobody new; what nobody has started is taken back, what was started goes on. Twice is once."""
    if Rule.objects.filter(pk=rule.pk, state=Rule.State.ON).update(state=Rule.State.OFF):
        rule.state = Rule.State.OFF
        apply_rule(rule=rule, at=at)
        audit.record(by=by, did="training.rule_switched_off", thing=rule, team=rule.team_id, at=at)


@transaction.atomic
def apply_rule(*, rule: Rule, at: datetime, people: Iterable[int] | None = None) -> tuple[int, int]:
    """Give and take back what the rule says, for everybody or for these people; how many gained and lost.

    Twice is once. A module without a published version is given to nobody yet.
    """
    keys = None if people is None else list(people)
    lost, gained = losing(rule, at, keys), gaining(rule, at)
    if keys is not None:
        gained = gained.filter(pk__in=keys)
    withdrawn = 0
    for rows in _batches(lost.select_related("person")):
        withdrawn += assignments.withdraw_unstarted(rows=rows, by=None, at=at)
    if rule.path is not None:
        return _apply_path(rule, rule.path, gained, at, keys), withdrawn
    if not rule.is_on or rule.module is None or not rule.module.versions.filter(state="published").exists():
        return 0, withdrawn
    count = 0
    for batch in _batches(gained):
        given = assignments.assign(
            module=rule.module,
            people=batch,
            by=None,
            at=at,
            due_on=lambda person: rule.due_for(person, at),
            note=rule.why,
            reason=Assignment.Reason.RULE,
            rule=rule,
        )
        count += len(given.assignments)
    return count, withdrawn


def _batches(rows: QuerySet[Row]) -> Iterator[list[Row]]:
    """All of them, few enough at a time that an organisation of any size fits into a worker; none twice, whatever is
    done with those before."""
    last, batch = 0, list(rows.order_by("pk")[:AT_ONCE])
    while batch:
        yield batch
        last = batch[-1].pk
        batch = list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]) if len(batch) == AT_ONCE else []


def _apply_path(rule: Rule, path: Path, gained: PersonQuerySet, at: datetime, people: list[int] | None) -> int:
    """Put on the path, and take off it; how many gained."""
    paths.withdraw_paths(rows=losing_paths(rule, at, people), at=at)
    if not rule.is_on or not path.is_published:
        return 0
    told: dict[str, Any] = {"path": path, "by": None, "at": at, "note": rule.why, "rule": rule}
    return sum(len(paths.assign_path(people=batch, **told).paths) for batch in _batches(gained))


def apply_all(*, at: datetime, people: Iterable[int] | None = None) -> tuple[int, int]:
    """Apply every rule that is on, for everybody or for these people."""
    keys = None if people is None else list(people)
    done = [
        apply_rule(rule=rule, at=at, people=keys)
        for rule in Rule.objects.on().select_related("module", "path", "skill")
    ]
    return sum(gained for gained, _lost in done), sum(lost for _gained, lost in done)
