"""Paths: written, published, retired; people put on them and taken off. Each step of somebody is an assignment."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from foundation.edits import put
from foundation.errors import Invalid, Refused
from foundation.naming import free_key, refuse_taken_name
from foundation.text import fold
from people.actions import audit
from people.models import Person
from training import signals
from training.actions import assignments
from training.actions.prerequisites import in_words
from training.models import Assignment, Module, Path, PathAssignment, PathStep, Prerequisite, Rule
from training.models.assignments import zones_at
from training.models.paths import PathAssignmentQuerySet
from training.models.prerequisites import is_done
from training.order import loop_in
from training.path_files import PathContent, dump_paths

EDITABLE = ("name", "description", "language", "owner", "in_order")
State = Path.State
BATCH = assignments.BATCH
Steps = Sequence[tuple[Module, int | None]]


@transaction.atomic
def create_path(*, by: Person | None, at: datetime, steps: Steps = (), **fields: Any) -> Path:
    """A draft. `steps`: modules in their order, each with the days that it has from the beginning of the path. Raises
    Invalid when another path has the name."""
    _refuse_taken_name(fields["name"])
    fields.setdefault("key", free_key(Path.objects.all(), fields["name"], otherwise="path"))
    path = Path.objects.create(created_by=by, created_at=at, **fields)
    _write_steps(path, steps)
    audit.record(by=by, did="training.path_created", thing=path, at=at)
    return path


@transaction.atomic
def import_paths(*, contents: Sequence[PathContent], by: Person, at: datetime) -> list[Path]:
    """All of them as drafts of `by`, or none; their keys are made free. Raises Invalid when another path has the name,
    and for a module that there is not."""
    modules = {module.key: module for module in Module.objects.in_use()}
    if missing := sorted({key for content in contents for key, _days in content.steps} - modules.keys()):
        raise Invalid(_("There is no module of the key “%(key)s”.") % {"key": missing[0]})
    made = []
    for content in contents:
        fields = {name: getattr(content, name) for name in ("name", "description", "language", "in_order")}
        steps = [(modules[key], days) for key, days in content.steps]
        key = free_key(Path.objects.all(), content.key, otherwise="path")
        made.append(create_path(by=by, at=at, steps=steps, key=key, owner=by, **fields))
    deeds = [audit.Deed("training.path_imported", path, changes={"key": path.key}) for path in made]
    audit.record_many(by=by, deeds=deeds, at=at)
    return made


@transaction.atomic
def export_path(*, path: Path, by: Person, at: datetime) -> str:
    """The path as YAML that import_paths can bring in elsewhere. Raises Invalid for one without steps, which no file
    can say."""
    steps = tuple(path.steps.order_by("position").values_list("module__key", "due_days"))
    if not steps:
        message = _("A path without modules can't be downloaded. Put one in first.")
        raise Invalid(message, errors={"": [message]})
    names = ("key", "name", "description", "language", "in_order")
    content = PathContent(**{name: getattr(path, name) for name in names}, steps=steps)
    audit.record(by=by, did="training.path_exported", thing=path, outcome=audit.Outcome.EXPORTED, at=at)
    return dump_paths([content])


@transaction.atomic
def edit_path(*, path: Path, by: Person | None, at: datetime, steps: Steps, **changes: Any) -> Path:
    """Change what it says and which modules it has. Of those who are on it now, whoever lacks a new step is given it;
    a step that is left out is taken back where it was not started, and is no longer of the path where it was.

    Raises Invalid when another path has the name, or, once it is published, when its order can't be kept.
    """
    path = _locked(path)
    if fold(changes.get("name", path.name)) != fold(path.name):
        _refuse_taken_name(changes["name"])
    changed = put(path, changes, among=EDITABLE)
    before = list(path.steps.order_by("position").values_list("module", "due_days"))
    now = [(module.pk, days) for module, days in steps]
    if now != before:
        path.steps.all().delete()
        _write_steps(path, steps)
        changed.append("steps")
    if path.is_published:
        _refuse_what_nobody_can_take(path)
    if {module for module, _days in now} != {module for module, _days in before}:
        _follow(path, {module for module, _days in before} - {module for module, _days in now}, by, at)
    if changed:
        audit.record(by=by, did="training.path_edited", thing=path, changes={"fields": changed}, at=at)
    return path


@transaction.atomic
def publish_path(*, path: Path, by: Person | None, at: datetime) -> None:
    """From now on it can be given. Twice is once. Raises Refused for a path without steps, or with a module that is
    not published; Invalid when its order can't be kept, for a module needs one that comes later."""
    path = _locked(path)
    _refuse_what_nobody_can_take(path)
    if Path.objects.filter(pk=path.pk).exclude(state=State.PUBLISHED).update(state=State.PUBLISHED):
        audit.record(by=by, did="training.path_published", thing=path, at=at)


@transaction.atomic
def retire_path(*, path: Path, by: Person, at: datetime) -> None:
    """Give it to nobody new; who is on it goes on. Twice is once."""
    if Path.objects.filter(pk=path.pk, state=State.PUBLISHED).update(state=State.RETIRED):
        audit.record(by=by, did="training.path_retired", thing=path, at=at)


# --- people -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PathGiven:
    """Who was put on the path, how many were on it already, and the assignments that this made."""

    paths: list[PathAssignment]
    had_it: int
    assignments: list[Assignment] = field(default_factory=list)


@transaction.atomic
def assign_path(
    *,
    path: Path,
    people: Iterable[Person],
    by: Person | None,
    at: datetime,
    due_on: date | None = None,
    note: str = "",
    rule: Rule | None = None,
) -> PathGiven:
    """Put each of the people on the path, and give them what they have not done of it: due on the one day, else so many
    days after their path begins, for each step its own; set-based. What they have open keeps its day.

    Who is on it stays as they are. Leavers are left out. Raises Refused when it is not published, Invalid when the day
    is over.
    """
    path = _locked(path)
    if not path.is_published:
        raise Refused(_("“%(name)s” can't be given to anybody now: it is not published.") % {"name": path.name})
    people = [person for person in {person.pk: person for person in people}.values() if person.is_active]
    if due_on is not None and any(due_on < _today(person, at) for person in people):
        message = _("This day is over.")
        raise Invalid(message, errors={"due_on": [message]})
    on_it = set(path.assignments.open().filter(person__in=people).values_list("person", flat=True))
    new = [person for person in people if person.pk not in on_it]
    told = {"reason": "rule" if rule else "manual", "rule": rule, "note": note, "assigned_at": at, "assigned_by": by}
    starts = {person.pk: rule.starts_for(person, at) if rule else _today(person, at) for person in new}
    rows = [PathAssignment(path=path, person=one, starts_on=starts[one.pk], due_on=due_on, **told) for one in new]
    PathAssignment.objects.bulk_create(rows, batch_size=BATCH)
    given = _give_steps(path, rows, by, at)
    deeds = [audit.Deed("training.path_assigned", row, team=row.person.team_id) for row in rows]
    close_done(at=at, people=[person.pk for person in new])
    audit.record_many(by=by, deeds=deeds, at=at)
    signals.path_assigned.send(sender=PathAssignment, paths=rows, at=at)
    return PathGiven(rows, len(on_it), given)


@transaction.atomic
def withdraw_path(*, given: PathAssignment, by: Person, at: datetime, reason: str) -> int:
    """Take somebody off the path, with all that they have not started; how many modules. Raises Refused when it is
    over, and for oneself."""
    if by.pk == given.person_id:
        raise Refused(_("Nobody takes back their own training. Ask your manager or a trainer."))
    if not PathAssignment.objects.open().filter(pk=given.pk).update(state="withdrawn", ended_at=at, ended_by=by):
        raise Refused(_("This is over already."), code="ended")
    taken = _take_back(Assignment.objects.filter(path=given.pk), by, at)
    audit.record(by=by, did="training.path_withdrawn", thing=given, reason=reason, team=given.person.team_id, at=at)
    return taken


def withdraw_paths(*, rows: PathAssignmentQuerySet, at: datetime) -> int:
    """Take people off for whom a rule holds no longer, without a memory of it; their assignments are the rule's to take
    back. How many. Set-based, in the caller's transaction."""
    found = list(rows.select_for_update(no_key=True, of=("self",)).select_related("person", "path"))
    PathAssignment.objects.filter(pk__in=[row.pk for row in found]).update(state="withdrawn", ended_at=at)
    deeds = [audit.Deed("training.path_withdrawn", row, team=row.person.team_id) for row in found]
    audit.record_many(by=None, deeds=deeds, at=at)
    return len(found)


@transaction.atomic
def close_done(*, at: datetime, people: Iterable[int] | None = None) -> int:
    """Complete the paths, of everybody or of these people, of which nothing is left to do and something was done; how
    many. Set-based; twice is once."""
    rows = PathAssignment.objects.open()
    if people is not None:
        rows = rows.filter(person__in=list(people))
        if not rows.exists():
            return 0
    steps = rows.annotate(module=F("path__steps__module"))
    done = is_done(OuterRef("person"), OuterRef("module"), at=at, zones=zones_at(at))
    asked = Assignment.objects.open().filter(person=OuterRef("person"), module=OuterRef("module"))
    left = steps.filter(~done, Exists(asked)).values("pk")
    ready = rows.filter(pk__in=steps.filter(done).values("pk")).exclude(pk__in=left)
    found = list(ready.select_for_update(no_key=True, of=("self",)).select_related("person", "path"))
    PathAssignment.objects.filter(pk__in=[row.pk for row in found]).update(state="completed", ended_at=at)
    deeds = [audit.Deed("training.path_completed", row, team=row.person.team_id) for row in found]
    audit.record_many(by=None, deeds=deeds, at=at)
    return len(found)


def _give_steps(path: Path, rows: Sequence[PathAssignment], by: Person | None, at: datetime) -> list[Assignment]:
    """To each what they have neither done nor open, of what is still offered. As many statements for any number."""
    given: list[Assignment] = []
    zones, on_path = zones_at(at), {row.person_id: row for row in rows}
    offered = Q(module__in=Module.objects.published().values("pk"))
    for step in path.steps.filter(offered).select_related("module").order_by("position") if rows else ():
        asked = Assignment.objects.open().filter(person=OuterRef("pk"), module=step.module_id)
        lacking = Person.objects.filter(pk__in=on_path).exclude(Exists(asked.exclude(reason="self")))
        lacking = lacking.filter(~is_done(OuterRef("pk"), step.module, at=at, zones=zones))
        for rule, people in _by_rule(list(lacking), on_path):
            done = assignments.assign(
                module=step.module,
                people=people,
                by=by,
                at=at,
                due_on=_due(step, on_path, at),
                note=_("A step of “%(path)s”.") % {"path": path},
                reason=Assignment.Reason.RULE if rule else Assignment.Reason.MANUAL,
                rule=rule,
                paths=on_path,
            )
            given += done.assignments
    return given


def _by_rule(
    people: Sequence[Person], on_path: Mapping[int, PathAssignment]
) -> Iterable[tuple[Rule | None, list[Person]]]:
    found: dict[Rule | None, list[Person]] = {}
    for person in people:
        found.setdefault(on_path[person.pk].rule, []).append(person)
    return found.items()


def _due(step: PathStep, on_path: Mapping[int, PathAssignment], at: datetime) -> Callable[[Person], date | None]:
    """Nobody is late before they were told."""

    def of(person: Person) -> date | None:
        given = on_path[person.pk]
        if given.rule is not None and given.rule.due == Rule.Due.NEVER:
            return None
        by_days = None if step.due_days is None else given.starts_on + timedelta(days=step.due_days)
        day = given.due_on or by_days
        if given.rule is not None and given.rule.due == Rule.Due.FIXED:
            day = given.rule.due_on
        return day and max(day, _today(person, at))

    return of


def _follow(path: Path, left_out: set[int], by: Person | None, at: datetime) -> None:
    """Those who are on it now go along with its new steps."""
    theirs = Assignment.objects.filter(path__in=path.assignments.open(), module__in=left_out)
    _take_back(theirs, by, at)
    theirs.open().update(path=None)
    rows = list(path.assignments.open().filter(person__is_active=True).select_related("person", "rule"))
    _give_steps(path, rows, by, at)
    close_done(at=at, people=[row.person_id for row in rows])


def _take_back(rows: Any, by: Person | None, at: datetime) -> int:
    fresh = rows.filter(state=Assignment.State.ASSIGNED).select_related("person")
    return assignments.withdraw_unstarted(rows=list(fresh), by=by, at=at)


# --- what holds of a path ---------------------------------------------------------------------------------------------


def _write_steps(path: Path, steps: Steps) -> None:
    PathStep.objects.bulk_create(
        PathStep(path=path, module=module, position=number, due_days=days)
        for number, (module, days) in enumerate(steps, start=1)
    )


def _refuse_what_nobody_can_take(path: Path) -> None:
    modules = list(path.steps.order_by("position").values_list("module", flat=True))
    if not modules:
        raise Refused(_("A path needs at least one module."))
    names = dict(Module.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", "name"))
    offered = set(Module.objects.published().filter(pk__in=modules).values_list("pk", flat=True))
    if missing := [pk for pk in modules if pk not in offered]:
        raise Refused(_("“%(name)s” is not published: nobody could take it.") % {"name": names[missing[0]]})
    before: dict[int, set[int]] = {}
    for module, needed in Prerequisite.objects.values_list("module", "needed"):
        before.setdefault(module, set()).add(needed)
    for one, following in pairwise(modules) if path.in_order else ():
        before.setdefault(following, set()).add(one)
    if loop := loop_in(before):
        message = in_words(loop, names)
        raise Invalid(message, errors={"": [message]})


def _locked(path: Path) -> Path:
    return Path.objects.select_for_update(no_key=True).get(pk=path.pk)


def _today(person: Person, at: datetime) -> date:
    return at.astimezone(person.zone).date()


def _refuse_taken_name(name: str) -> None:
    refuse_taken_name(Path.objects.all(), name, _("There is a path called “%(name)s” already.") % {"name": name})
