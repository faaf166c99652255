"""Imports of completions. How a run goes from step to step is people.actions.imports; what its rows do is here."""

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from foundation.spreadsheets import RowError, Table, Unreadable, read_table
from foundation.uploads import safe_name
from people import signals
from people.actions import audit, imports
from people.models import ImportRun, Person
from training.actions import outside
from training.completion_rows import New, Plan, Skipped, addresses_of, plan_import

Clock = Callable[[], datetime]
State = ImportRun.State
SHOWN = 500  # as many rows as the dry run shows one by one; errors are kept all


@transaction.atomic
def start_import(*, data: bytes, file_name: str, by: Person, at: datetime) -> ImportRun:
    """Keep the file and queue its check. Raises Refused when it cannot be read at all; nothing is kept then."""
    table = read_table(data)
    run = ImportRun(
        kind=ImportRun.Kind.COMPLETIONS,
        file=default_storage.save(f"imports/{uuid.uuid4().hex}.csv", ContentFile(data)),
        file_name=safe_name(file_name),
        uploaded_by=by,
        uploaded_at=at,
        moved_at=at,
        rows_total=len(table.rows),
    )
    run.save(force_insert=True)
    audit.record(by=by, did="training.import_uploaded", thing=run, changes={"rows": run.rows_total}, at=at)
    signals.import_queued.send(sender=ImportRun, run=run)
    return run


def check_import(*, run_id: int, clock: Clock) -> None:
    """Dry run: what the file would add, or every row that is wrong. Adds nothing; may be called at any time."""
    run = imports.claim(run_id=run_id, before=State.WAITING, after=State.CHECKING, at=clock())
    if run is None:
        return
    try:
        table = _read(run)
        plan = _plan(run, table, clock(), lambda done: imports.beat(run=run, done=done, at=clock()))
    except Unreadable as problem:
        errors = [{"line": problem.line or 1, "column": "", "reason": str(problem)}]
        imports.finish(run=run, state=State.REJECTED, report={"counts": {"errors": 1}, "errors": errors}, at=clock())
    except imports.Superseded:
        return
    except OperationalError:
        # The database was busy or away: nothing was written, and the sweeper tries again.
        raise
    except Exception:
        _fail(run, clock())
        raise
    else:
        state = State.REJECTED if plan.errors else State.READY
        imports.finish(run=run, state=state, report=_report(plan, table), at=clock())


def apply_import(*, run_id: int, clock: Clock) -> None:
    """Carry out what the dry run showed, in one transaction that also marks it applied: wholly, once, or not at all.

    When something changed meanwhile so that something else would come of the file than was shown, nothing is done and
    the new dry run waits for another look.
    """
    run = imports.claim(run_id=run_id, before=State.QUEUED, after=State.APPLYING, at=clock())
    if run is None:
        return
    try:
        _apply(run, _read(run), clock)
    except imports.Superseded:
        return
    except OperationalError:
        raise
    except Exception:
        _fail(run, clock())
        raise


@transaction.atomic
def _apply(run: ImportRun, table: Table, clock: Clock) -> None:
    # Locks the row: a sweeper that takes us for dead waits until it sees that we were not.
    if not ImportRun.objects.filter(pk=run.pk, state=State.APPLYING, moved_at=run.moved_at).update(rows_done=0):
        raise imports.Superseded
    at = clock()
    outside.hold(run.report.get("modules", []))
    plan = _plan(run, table, at)
    report = _report(plan, table)
    if report["digest"] != run.report.get("digest"):
        state = State.REJECTED if plan.errors else State.READY
        imports.finish(run=run, state=state, report={**report, "stale": True}, at=clock())
        return
    outside.write(new=plan.new, by=run.uploaded_by, at=at)
    run.rows_done = run.rows_total
    imports.finish(run=run, state=State.APPLIED, report=report, at=clock())
    audit.record(by=run.uploaded_by, did="training.completions_imported", thing=run, changes=report["counts"], at=at)


def _read(run: ImportRun) -> Table:
    with run.file.open("rb") as file:
        return read_table(file.read())


def _plan(run: ImportRun, table: Table, at: datetime, progress: Callable[[int], None] = lambda done: None) -> Plan:
    around = outside.surroundings(by=run.uploaded_by, addresses=addresses_of(table), at=at)
    return plan_import(table, around, progress)


def _report(plan: Plan, table: Table) -> dict[str, Any]:
    """What the page shows, as JSON: counts, the first rows of each kind, every error; and a digest of the whole."""
    new, taken = [_new(one) for one in plan.new], outside.taken_back_by(plan.new)
    skipped = [_skipped(one) for one in plan.skipped]
    errors = [_error(one) for one in plan.errors]
    content = json.dumps([new, skipped, [row.pk for row in taken], errors], sort_keys=True)
    return {
        "counts": {
            "new": len(new),
            "skipped": len(skipped),
            "unchanged": plan.unchanged,
            "taken_back": len(taken),
            "errors": len(errors),
        },
        "new": new[:SHOWN],
        "skipped": skipped[:SHOWN],
        "errors": errors,
        "modules": sorted({one.row.module.pk for one in plan.new}),
        "guessed": table.encoding_was_guessed,
        "ignored_columns": list(plan.ignored),
        "digest": hashlib.sha256(content.encode()).hexdigest(),
    }


def _new(one: New) -> dict[str, Any]:
    row = one.row
    return {
        "line": row.line,
        "person": row.person.pk,
        "name": row.person.name,
        "module": row.module.name,
        "on": row.completed_on.isoformat(),
        "until": one.term.ends.isoformat() if one.term else "",
        "source": row.source,
        "evidence": row.evidence,
    }


def _skipped(one: Skipped) -> dict[str, Any]:
    row = one.row
    return {
        "line": row.line,
        "name": row.person.name,
        "module": row.module.name,
        "on": row.completed_on.isoformat(),
        "reason": one.reason,
    }


def _error(error: RowError) -> dict[str, Any]:
    return {"line": error.line, "column": error.column, "reason": error.reason}


def _fail(run: ImportRun, at: datetime) -> None:
    imports.finish(run=run, state=State.FAILED, report={"problem": _("Something went wrong on our side.")}, at=at)
