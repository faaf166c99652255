"""Imports: a file is kept, checked by a worker, looked at by a person, applied by a worker, all or nothing.

The row is the queue of record. Each step is claimed by a conditional UPDATE of `state` and `moved_at`; `moved_at` is
then the claim's token: a worker that finds another value there has been given up for dead, and stops. What the files
of one kind mean is said by an `Importer`, which its app declares when it starts.
"""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

from django.core.files.storage import default_storage
from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from foundation import uploads
from foundation.errors import Refused
from foundation.spreadsheets import RowError, Table, Unreadable, read_table
from foundation.text import digest_of
from people import signals
from people.actions import audit
from people.models import ImportRun, Person, Team

Clock = Callable[[], datetime]
Progress = Callable[[int], None]
Report = dict[str, Any]
PlanT = TypeVar("PlanT")
Thing = TypeVar("Thing")
BATCH = 1000  # keys that one query asks for
State = ImportRun.State

# A worker says at least this often that it lives, on any machine that is not on its knees.
STUCK_AFTER = timedelta(minutes=2)
KEPT_FOR = timedelta(days=30)
# As many rows of each kind as a dry run shows one by one; errors are kept all.
SHOWN = 500
FINISHED = (State.APPLIED, State.REJECTED, State.FAILED, State.CANCELLED)
STARTS_AGAIN_AS = {
    State.WAITING: State.WAITING,
    State.CHECKING: State.WAITING,
    State.QUEUED: State.QUEUED,
    State.APPLYING: State.QUEUED,
}


class Superseded(Exception):
    """Another worker has taken the run over; whoever hears this stops and changes nothing more."""


class Importer(Generic[PlanT]):
    """What files of one kind mean. `PlanT` is what such a file would do. `forgets`: the file is deleted as soon as it
    is applied, refused or failed, and what the dry run showed of it with the first of these."""

    kind: ImportRun.Kind
    forgets = False

    def plan(self, run: ImportRun, table: Table, at: datetime, progress: Progress) -> PlanT:
        """What the file would do now, or what is wrong with it. Changes nothing, and tells `progress` rows judged."""
        raise NotImplementedError

    def report(self, plan: PlanT, table: Table) -> Report:
        """What the page shows, as JSON: `counts`, `errors` (when there are any, nothing is applied), and `digest`,
        which differs whenever something else would come of the file."""
        raise NotImplementedError

    def hold(self, run: ImportRun) -> None:
        """Lock what the plan must not be overtaken by, in the transaction that applies it."""

    def write(self, plan: PlanT, run: ImportRun, at: datetime) -> Report:
        """Do it and record it, in the caller's transaction; answers with what is to stand in the report as well."""
        raise NotImplementedError


_importers: dict[str, Importer[Any]] = {}


def declare_importer(importer: Importer[Any]) -> None:
    """Have files of its kind checked and applied by this one."""
    _importers[importer.kind] = importer


# --- by a person ----------------------------------------------------------------------------------------------------


def keep(
    *,
    kind: ImportRun.Kind,
    table: Table,
    data: bytes,
    file_name: str,
    by: Person,
    at: datetime,
    options: Mapping[str, Any] | None = None,
    team: Team | None = None,
) -> ImportRun:
    """Keep a file that could be read as `table`, and queue its check, in the caller's transaction."""
    name = f"imports/{uuid.uuid4().hex}.csv"
    uploads.keep({name: data})
    run = ImportRun(
        kind=kind,
        file=name,
        file_name=uploads.safe_name(file_name),
        options=dict(options or {}),
        uploaded_by=by,
        uploaded_at=at,
        moved_at=at,
        rows_total=len(table.rows),
    )
    run.save(force_insert=True)
    changes = {"rows": run.rows_total}
    audit.record(by=by, did="people.import_uploaded", thing=run, changes=changes, team=team, at=at)
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
def cancel_import(*, run: ImportRun, by: Person | None, at: datetime) -> None:
    """Put a checked import aside; the file is forgotten at once. Raises Refused once it is being applied. `by` nobody:
    it waited too long."""
    if not move(run=run, before=State.READY, after=State.CANCELLED, at=at):
        raise Refused(_("This import can no longer be put aside."))
    _forget_file(run)
    audit.record(by=by, did="people.import_cancelled", thing=run, at=at)


# --- by a worker ----------------------------------------------------------------------------------------------------


def check_import(*, run_id: int, clock: Clock) -> None:
    """Dry run: what the file would change, or every row that is wrong. Changes nothing; may be called at any time."""
    run = claim(run_id=run_id, before=State.WAITING, after=State.CHECKING, at=clock())
    if run is not None:
        _work(run, _check, clock)


def apply_import(*, run_id: int, clock: Clock) -> None:
    """Carry out what the dry run showed, in one transaction that also marks it applied: wholly, once, or not at all.

    When something changed meanwhile so that something else would come of the file than was shown, nothing is done and
    the new dry run waits for another look.
    """
    run = claim(run_id=run_id, before=State.QUEUED, after=State.APPLYING, at=clock())
    if run is not None:
        _work(run, _apply, clock)


def _work(run: ImportRun, step: Callable[[ImportRun, Clock], None], clock: Clock) -> None:
    try:
        step(run, clock)
    except Superseded:
        return
    except OperationalError:
        # The database was busy or away: nothing was written, and the sweeper tries again.
        raise
    except Exception:
        report = {"problem": _("Something went wrong on our side.")}
        if finish(run=run, state=State.FAILED, report=report, at=clock()) and _importers[run.kind].forgets:
            _drop_file(run)
        raise


def _check(run: ImportRun, clock: Clock) -> None:
    importer = _importers[run.kind]
    try:
        table = _read(run)
        plan = importer.plan(run, table, clock(), lambda done: beat(run=run, done=done, at=clock()))
    except Unreadable as problem:
        errors = [{"line": problem.line or 1, "column": "", "value": "", "reason": str(problem)}]
        report = {"counts": {"errors": 1}, "errors": errors, "unreadable": True}
    else:
        report = importer.report(plan, table)
    mine = finish(run=run, state=_checked(report), report=report, at=clock())
    if mine and importer.forgets and report["errors"]:
        _drop_file(run)


@transaction.atomic
def _apply(run: ImportRun, clock: Clock) -> None:
    # Locks the row: a sweeper that takes us for dead waits until it sees that we were not.
    if not ImportRun.objects.filter(pk=run.pk, state=State.APPLYING, moved_at=run.moved_at).update(rows_done=0):
        raise Superseded
    importer, table = _importers[run.kind], _read(run)
    importer.hold(run)
    plan = importer.plan(run, table, clock(), lambda done: None)
    report = importer.report(plan, table)
    if report["digest"] != run.report.get("digest"):
        finish(run=run, state=_checked(report), report={**report, "stale": True}, at=clock())
        return
    more = importer.write(plan, run, clock())
    run.rows_done = run.rows_total
    finish(run=run, state=State.APPLIED, report={**report, **more}, at=clock())
    if importer.forgets:
        _forget_file(run)


@transaction.atomic
def resume_stuck(*, at: datetime) -> int:
    """Queue again what nobody has worked on for two minutes: messages get lost and workers die. Says how many."""
    count = 0
    for run in ImportRun.objects.filter(state__in=STARTS_AGAIN_AS, moved_at__lt=at - STUCK_AFTER).order_by("pk"):
        stood = ImportRun.objects.filter(pk=run.pk, state=run.state, moved_at=run.moved_at)
        if stood.update(state=STARTS_AGAIN_AS[State(run.state)], moved_at=at):
            signals.import_queued.send(sender=ImportRun, run=run)
            count += 1
    return count


@transaction.atomic
def forget_old_files(*, at: datetime) -> int:
    """Drop files and details of imports that have been over for 30 days; the row and its counts stay."""
    over = ImportRun.objects.filter(state__in=FINISHED, moved_at__lt=at - KEPT_FOR)
    # Of some a part is gone already (Importer.forgets).
    runs = list(over.filter(~Q(file="") | Q(report__has_key="errors")).order_by("pk")[:100])
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


def finish(*, run: ImportRun, state: str, report: dict[str, Any], at: datetime) -> bool:
    """Put down what came of it. Does nothing, and says so, when the run is no longer this worker's."""
    mine = ImportRun.objects.filter(pk=run.pk, state=run.state, moved_at=run.moved_at)
    return bool(mine.update(state=state, report=report, moved_at=at, rows_done=run.rows_done))


def _checked(report: Report) -> State:
    return State.REJECTED if report["errors"] else State.READY


def _read(run: ImportRun) -> Table:
    with run.file.open("rb") as file:
        return read_table(file.read())


def _forget_file(run: ImportRun) -> None:
    kept = {key: value for key, value in run.report.items() if key == "counts"}
    _drop_file(run)
    ImportRun.objects.filter(pk=run.pk).update(report=kept)


def _drop_file(run: ImportRun) -> None:
    if name := run.file.name:
        transaction.on_commit(partial(default_storage.delete, name))
    ImportRun.objects.filter(pk=run.pk).update(file="")


# --- for importers --------------------------------------------------------------------------------------------------


def digest(*parts: Any) -> str:
    """Differs when one of the parts does; they are written as JSON, and what JSON does not know as its text."""
    return digest_of(parts)


def batches(values: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    """All of them in their order, so many at a time as one query may ask for."""
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))


def error_rows(errors: list[RowError], table: Table, telling: Collection[str] = frozenset()) -> list[dict[str, Any]]:
    """Errors as a report keeps them: each with what stands in its cell, shortened, and with control characters that
    one can see; nothing of the columns that may tell who a customer is."""
    rows = {row.line: row for row in table.rows}
    columns = {heading: index for index, heading in enumerate(table.headings)}
    found = []
    for error in errors:
        known = error.line in rows and error.column in columns and error.column not in telling
        cell = rows[error.line].cells[columns[error.column]] if known else ""
        value = "".join(chr(0x2400 + ord(c)) if ord(c) < 32 else c for c in cell[:100])
        found.append({"line": error.line, "column": error.column, "value": value, "reason": error.reason})
    return found
