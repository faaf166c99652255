"""Imports: a file is kept, checked by a worker, looked at by a person, applied by a worker, all or nothing.

The row is the queue of record. Each step is claimed by a conditional UPDATE of `state` and `moved_at`; `moved_at` is
then the claim's token: a worker that finds another value there has been given up for dead, and stops. `move`, `claim`
and `resume_stuck` know nothing of people, so an import of another kind may use them too.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from foundation.errors import Refused
from foundation.spreadsheets import RowError, Table, Unreadable, read_table
from foundation.uploads import safe_name
from people import signals
from people.actions import audit, imported_people, invitations
from people.import_rows import Change, Plan, count_fields, plan_import
from people.models import ImportRun, Person

Clock = Callable[[], datetime]
State = ImportRun.State

# A worker says at least this often that it lives, on any machine that is not on its knees.
STUCK_AFTER = timedelta(minutes=2)
KEPT_FOR = timedelta(days=30)
INVITED_AT_ONCE = 100
# As many changes as the dry run shows one by one; errors are kept all.
SHOWN = 500
FINISHED = (State.APPLIED, State.REJECTED, State.FAILED, State.CANCELLED)


class Superseded(Exception):
    """Another worker has taken the run over; whoever hears this stops and changes nothing more."""


# --- by a person ----------------------------------------------------------------------------------------------------


@transaction.atomic
def start_import(*, data: bytes, file_name: str, by: Person, at: datetime, invite: bool = False) -> ImportRun:
    """Keep the file and queue its check. Raises Refused when it cannot be read at all; nothing is kept then.

    With `invite`, those whom the import adds are invited once it is applied.
    """
    table = read_table(data)
    name = default_storage.save(f"imports/{uuid.uuid4().hex}.csv", ContentFile(data))
    run = ImportRun(
        kind=ImportRun.Kind.PEOPLE,
        file=name,
        file_name=safe_name(file_name),
        options={"invite": "wanted" if invite else "no"},
        uploaded_by=by,
        uploaded_at=at,
        moved_at=at,
        rows_total=len(table.rows),
    )
    run.save(force_insert=True)
    audit.record(by=by, did="people.import_uploaded", thing=run, changes={"rows": run.rows_total}, at=at)
    signals.import_queued.send(sender=ImportRun, run=run)
    return run


@transaction.atomic
def queue_import(*, run: ImportRun, by: Person, at: datetime) -> None:
    """Have a checked import applied. Only the first of two clicks does; the second raises Refused."""
    if not move(run=run, before=State.READY, after=State.QUEUED, at=at):
        raise Refused(_("This import is not waiting to be applied. Look at where it stands."))
    audit.record(by=by, did="people.import_queued", thing=run, at=at)
    signals.import_queued.send(sender=ImportRun, run=run)


@transaction.atomic
def queue_invitations(*, run: ImportRun, by: Person, at: datetime) -> None:
    """Have those invited whom an applied import added. Raises Refused when that has been asked already."""
    wanted = ImportRun.objects.filter(pk=run.pk, state=State.APPLIED, options__invite="no")
    if not wanted.update(options={"invite": "wanted"}, moved_at=at):
        raise Refused(_("They are being invited already, or this import has not been applied."))
    audit.record(by=by, did="people.import_invited", thing=run, at=at)
    signals.people_imported.send(sender=ImportRun, run=run)


@transaction.atomic
def cancel_import(*, run: ImportRun, by: Person, at: datetime) -> None:
    """Put a checked import aside; the file is forgotten at once. Raises Refused once it is being applied."""
    if not move(run=run, before=State.READY, after=State.CANCELLED, at=at):
        raise Refused(_("This import can no longer be put aside."))
    _forget_file(run)
    audit.record(by=by, did="people.import_cancelled", thing=run, at=at)


# --- by a worker ----------------------------------------------------------------------------------------------------


def check_import(*, run_id: int, clock: Clock) -> None:
    """Dry run: what the file would change, or every row that is wrong. Changes nobody; may be called at any time."""
    run = claim(run_id=run_id, before=State.WAITING, after=State.CHECKING, at=clock())
    if run is None:
        return
    try:
        table = _read(run)
        plan = _plan(run, table, clock(), partial(_beat, run, clock))
    except Unreadable as problem:
        finish(run=run, state=State.REJECTED, report=_unreadable_report(problem), at=clock())
    except Superseded:
        return
    except OperationalError:
        # The database was busy or away: nothing was written, and the sweeper tries again.
        raise
    except Exception:
        finish(run=run, state=State.FAILED, report={"problem": _("Something went wrong on our side.")}, at=clock())
        raise
    else:
        state = State.REJECTED if plan.errors else State.READY
        finish(run=run, state=state, report=_report(plan, table), at=clock())


def apply_import(*, run_id: int, clock: Clock) -> None:
    """Carry out what the dry run showed, in one transaction that also marks it applied: wholly, once, or not at all.

    When people changed meanwhile so that other changes would come of the file than were shown, nothing is done and
    the new dry run waits for another look.
    """
    run = claim(run_id=run_id, before=State.QUEUED, after=State.APPLYING, at=clock())
    if run is None:
        return
    try:
        _apply(run, _read(run), clock)
    except Superseded:
        return
    except OperationalError:
        # The database was busy or away: nothing was written, and the sweeper tries again.
        raise
    except Exception:
        finish(run=run, state=State.FAILED, report={"problem": _("Something went wrong on our side.")}, at=clock())
        raise


@transaction.atomic
def _apply(run: ImportRun, table: Table, clock: Clock) -> None:
    # Locks the row: a sweeper that takes us for dead waits until it sees that we were not.
    if not ImportRun.objects.filter(pk=run.pk, state=State.APPLYING, moved_at=run.moved_at).update(rows_done=0):
        raise Superseded
    imported_people.hold_organisation()
    plan = _plan(run, table, clock())
    report = _report(plan, table)
    if report["digest"] != run.report.get("digest"):
        state = State.REJECTED if plan.errors else State.READY
        finish(run=run, state=state, report={**report, "stale": True}, at=clock())
        return
    added = imported_people.write(plan=plan, by=run.uploaded_by, run=run, at=clock())
    run.rows_done = run.rows_total
    finish(run=run, state=State.APPLIED, report={**run.report, "added": added}, at=clock())
    signals.people_imported.send(sender=ImportRun, run=run)


def invite_added(*, run_id: int, clock: Clock) -> None:
    """Invite whom the import added, if that is wanted, a hundred at a time; what was interrupted is taken up again."""
    run = ImportRun.objects.select_related("uploaded_by").filter(pk=run_id, options__invite="wanted").first()
    if run is None or run.state != State.APPLIED:
        return
    waiting = Person.objects.active().filter(pk__in=run.report.get("added", []), invited_at__isnull=True)
    keys = list(waiting.exclude(last_login__isnull=False).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), INVITED_AT_ONCE):
        people = waiting.filter(pk__in=keys[start : start + INVITED_AT_ONCE]).order_by("pk")
        invitations.invite_people(people=people, by=run.uploaded_by, at=clock())
        ImportRun.objects.filter(pk=run.pk).update(moved_at=clock())
    ImportRun.objects.filter(pk=run.pk).update(options={"invite": "done"}, moved_at=clock())


@transaction.atomic
def resume_stuck(*, kind: str, at: datetime) -> int:
    """Queue again what nobody has worked on for two minutes: messages get lost and workers die. Says how many."""
    since = at - STUCK_AFTER
    restart = {
        State.WAITING: State.WAITING,
        State.CHECKING: State.WAITING,
        State.QUEUED: State.QUEUED,
        State.APPLYING: State.QUEUED,
    }
    count = 0
    for run in ImportRun.objects.of_kind(kind).filter(state__in=restart, moved_at__lt=since).order_by("pk"):
        stood = ImportRun.objects.filter(pk=run.pk, state=run.state, moved_at=run.moved_at)
        if stood.update(state=restart[State(run.state)], moved_at=at):
            signals.import_queued.send(sender=ImportRun, run=run)
            count += 1
    applied = ImportRun.objects.of_kind(kind).filter(state=State.APPLIED, options__invite="wanted")
    for run in applied.filter(moved_at__lt=since).order_by("pk"):
        if applied.filter(pk=run.pk, moved_at=run.moved_at).update(moved_at=at):
            signals.people_imported.send(sender=ImportRun, run=run)
            count += 1
    return count


@transaction.atomic
def forget_old_files(*, kind: str, at: datetime) -> int:
    """Drop files and details of imports that have been over for 30 days; the row and its counts stay."""
    over = ImportRun.objects.of_kind(kind).filter(state__in=FINISHED, moved_at__lt=at - KEPT_FOR)
    runs = list(over.exclude(file="").order_by("pk")[:100])
    for run in runs:
        _forget_file(run)
    return len(runs)


# --- the state machine ----------------------------------------------------------------------------------------------


def move(*, run: ImportRun, before: str, after: str, at: datetime) -> bool:
    """Take the run from one state to the next; False when it is not in the first, and then nothing happens."""
    moved = ImportRun.objects.filter(pk=run.pk, state=before).update(state=after, moved_at=at)
    if moved:
        run.state, run.moved_at = after, at
    return bool(moved)


def claim(*, run_id: int, before: str, after: str, at: datetime) -> ImportRun | None:
    """The run, now this worker's; None when another was quicker or it is not to be had."""
    run = ImportRun.objects.select_related("uploaded_by").filter(pk=run_id).first()
    return run if run is not None and move(run=run, before=before, after=after, at=at) else None


def beat(*, run: ImportRun, done: int, at: datetime) -> None:
    """Say that the worker lives and how far it is. Raises Superseded when the run is no longer this worker's."""
    mine = ImportRun.objects.filter(pk=run.pk, state=run.state, moved_at=run.moved_at)
    if not mine.update(rows_done=done, moved_at=at):
        raise Superseded
    run.rows_done, run.moved_at = done, at


def finish(*, run: ImportRun, state: str, report: dict[str, Any], at: datetime) -> None:
    """Put down what came of it. Does nothing when the run is no longer this worker's."""
    mine = ImportRun.objects.filter(pk=run.pk, state=run.state, moved_at=run.moved_at)
    mine.update(state=state, report=report, moved_at=at, rows_done=run.rows_done)


def _beat(run: ImportRun, clock: Clock, done: int) -> None:
    beat(run=run, done=done, at=clock())


def _forget_file(run: ImportRun) -> None:
    kept = {key: value for key, value in run.report.items() if key == "counts"}
    if name := run.file.name:
        transaction.on_commit(partial(default_storage.delete, name))
    ImportRun.objects.filter(pk=run.pk).update(file="", report=kept)


# --- reading and reporting ------------------------------------------------------------------------------------------


def _read(run: ImportRun) -> Table:
    with run.file.open("rb") as file:
        return read_table(file.read())


def _plan(run: ImportRun, table: Table, at: datetime, progress: Callable[[int], None] = lambda done: None) -> Plan:
    return plan_import(table, imported_people.surroundings(by=run.uploaded_by, at=at), progress)


def _report(plan: Plan, table: Table) -> dict[str, Any]:
    """What the page shows, as JSON: counts, the first changes of each kind, every error; and a digest of the whole."""
    rows = [*map(_change_row, plan.new), *map(_change_row, plan.changed)]
    content = json.dumps([rows, plan.new_teams, plan.new_sites, [str(error) for error in plan.errors]], sort_keys=True)
    return {
        "counts": {
            "new": len(plan.new),
            "changed": len(plan.changed),
            "unchanged": plan.unchanged,
            "leavers": len(plan.leavers),
            "errors": len(plan.errors),
            "fields": count_fields(plan.changed),
        },
        "new": [_new_row(change) for change in plan.new[:SHOWN]],
        "changed": [_change_row(change) for change in plan.changed[:SHOWN]],
        "leavers": [_change_row(change) for change in plan.leavers],
        "new_teams": plan.new_teams,
        "new_sites": plan.new_sites,
        "errors": [{**_error_row(error), "value": value} for error, value in _with_values(plan.errors, table)],
        "guessed": table.encoding_was_guessed,
        "ignored_columns": list(plan.ignored_columns),
        "digest": hashlib.sha256(content.encode()).hexdigest(),
    }


def _change_row(change: Change) -> dict[str, Any]:
    fields = [[name, _text(change.before.get(name)), _text(value)] for name, value in change.after.items()]
    return {"line": change.line, "email": change.email, "name": change.name, "pk": change.pk, "fields": fields}


def _new_row(change: Change) -> dict[str, Any]:
    shown = {name: change.after[name] for name in ("team", "manager_email", "site")}
    return {"line": change.line, "email": change.email, "name": change.name, **shown}


def _with_values(errors: list[RowError], table: Table) -> Iterator[tuple[RowError, str]]:
    """Each error with what stands in its cell, shortened, and with control characters one can see."""
    rows = {row.line: row for row in table.rows}
    columns = {heading: index for index, heading in enumerate(table.headings)}
    for error in errors:
        known = error.line in rows and error.column in columns
        cell = rows[error.line].cells[columns[error.column]] if known else ""
        yield error, "".join(chr(0x2400 + ord(c)) if ord(c) < 32 else c for c in cell[:100])


def _error_row(error: RowError) -> dict[str, Any]:
    return {"line": error.line, "column": error.column, "reason": error.reason}


def _unreadable_report(problem: Unreadable) -> dict[str, Any]:
    error = RowError(problem.line or 1, "", str(problem))
    return {"counts": {"errors": 1}, "errors": [_error_row(error)], "unreadable": True}


def _text(value: Any) -> str:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value or "")
