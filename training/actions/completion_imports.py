"""Imports of completions. How a run goes from step to step is people.actions.imports; what its rows do is here."""

from datetime import datetime
from typing import Any

from django.db import transaction

from foundation.spreadsheets import Table, read_table
from people.actions import audit, imports
from people.models import ImportRun, Person
from training.actions import outside
from training.completion_rows import New, Plan, Skipped, addresses_of, plan_import


@transaction.atomic
def start_import(*, data: bytes, file_name: str, by: Person, at: datetime) -> ImportRun:
    """Keep the file and queue its check. Raises Refused when it cannot be read at all; nothing is kept then."""
    kind, table = ImportRun.Kind.COMPLETIONS, read_table(data)
    return imports.keep(kind=kind, table=table, data=data, file_name=file_name, by=by, at=at)


class CompletionImporter(imports.Importer[Plan]):
    """Adds what was completed elsewhere."""

    kind = ImportRun.Kind.COMPLETIONS

    def plan(self, run: ImportRun, table: Table, at: datetime, progress: imports.Progress) -> Plan:
        around = outside.surroundings(by=run.uploaded_by, addresses=addresses_of(table), at=at)
        return plan_import(table, around, progress)

    def report(self, plan: Plan, table: Table) -> imports.Report:
        return _report(plan, table)

    def hold(self, run: ImportRun) -> None:
        outside.hold(run.report.get("modules", []))

    def write(self, plan: Plan, run: ImportRun, at: datetime) -> imports.Report:
        outside.write(new=plan.new, by=run.uploaded_by, at=at)
        counts = run.report.get("counts", {})
        audit.record(by=run.uploaded_by, did="training.completions_imported", thing=run, changes=counts, at=at)
        return {}


def _report(plan: Plan, table: Table) -> dict[str, Any]:
    """What the page shows, as JSON: counts, the first rows of each kind, every error; and a digest of the whole."""
    new, taken = [_new(one) for one in plan.new], outside.taken_back_by(plan.new)
    skipped = [_skipped(one) for one in plan.skipped]
    return {
        "counts": {
            "new": len(new),
            "skipped": len(skipped),
            "unchanged": plan.unchanged,
            "taken_back": len(taken),
            "errors": len(plan.errors),
        },
        "new": new[: imports.SHOWN],
        "skipped": skipped[: imports.SHOWN],
        "errors": imports.error_rows(plan.errors, table),
        "modules": sorted({one.row.module.pk for one in plan.new}),
        "guessed": table.encoding_was_guessed,
        "ignored_columns": list(plan.ignored),
        "digest": imports.digest(new, skipped, [row.pk for row in taken], plan.errors),
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
