"""Imports of people. How a run goes from step to step is people.actions.imports; what its rows do is here."""

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Refused
from foundation.spreadsheets import Table, read_table
from people import signals
from people.actions import audit, imported_people, imports, invitations
from people.import_rows import Change, Plan, count_fields, plan_import
from people.models import ImportRun, Person

INVITED_AT_ONCE = 100


@transaction.atomic
def start_import(*, data: bytes, file_name: str, by: Person, at: datetime, invite: bool = False) -> ImportRun:
    """Keep the file and queue its check. Raises Refused when it cannot be read at all; nothing is kept then.

    With `invite`, those whom the import adds are invited once it is applied.
    """
    kind, options = ImportRun.Kind.PEOPLE, {"invite": "wanted" if invite else "no"}
    table = read_table(data)
    return imports.keep(kind=kind, table=table, data=data, file_name=file_name, options=options, by=by, at=at)


class PeopleImporter(imports.Importer[Plan]):
    """Adds and changes people, their teams and their sites."""

    kind = ImportRun.Kind.PEOPLE

    def plan(self, run: ImportRun, table: Table, at: datetime, progress: imports.Progress) -> Plan:
        return plan_import(table, imported_people.surroundings(by=run.uploaded_by, at=at), progress)

    def report(self, plan: Plan, table: Table) -> imports.Report:
        rows = [*map(_change_row, plan.new), *map(_change_row, plan.changed)]
        return {
            "counts": {
                "new": len(plan.new),
                "changed": len(plan.changed),
                "unchanged": plan.unchanged,
                "leavers": len(plan.leavers),
                "errors": len(plan.errors),
                "fields": count_fields(plan.changed),
            },
            "new": [_new_row(change) for change in plan.new[: imports.SHOWN]],
            "changed": [_change_row(change) for change in plan.changed[: imports.SHOWN]],
            "leavers": [_change_row(change) for change in plan.leavers],
            "new_teams": plan.new_teams,
            "new_sites": plan.new_sites,
            "errors": imports.error_rows(plan.errors, table),
            "guessed": table.encoding_was_guessed,
            "ignored_columns": list(plan.ignored_columns),
            "digest": imports.digest(rows, plan.new_teams, plan.new_sites, plan.errors),
        }

    def hold(self, run: ImportRun) -> None:
        imported_people.hold_organisation()

    def write(self, plan: Plan, run: ImportRun, at: datetime) -> imports.Report:
        added = imported_people.write(plan=plan, by=run.uploaded_by, run=run, at=at)
        signals.people_imported.send(sender=ImportRun, run=run)
        return {"added": added}


@transaction.atomic
def queue_invitations(*, run: ImportRun, by: Person, at: datetime) -> None:
    """Have those invited whom an applied import added. Raises Refused when that has been asked already."""
    wanted = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.APPLIED, options__invite="no")
    if not wanted.update(options={"invite": "wanted"}, moved_at=at):
        raise Refused(_("They are being invited already, or this import has not been applied."))
    audit.record(by=by, did="people.import_invited", thing=run, at=at)
    signals.people_imported.send(sender=ImportRun, run=run)


def invite_added(*, run_id: int, clock: imports.Clock) -> None:
    """Invite whom the import added, if that is wanted, a hundred at a time; what was interrupted is taken up again."""
    run = ImportRun.objects.select_related("uploaded_by").filter(pk=run_id, options__invite="wanted").first()
    if run is None or run.state != ImportRun.State.APPLIED:
        return
    waiting = Person.objects.active().filter(pk__in=run.report.get("added", []), invited_at__isnull=True)
    keys = list(waiting.exclude(last_login__isnull=False).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), INVITED_AT_ONCE):
        people = waiting.filter(pk__in=keys[start : start + INVITED_AT_ONCE]).order_by("pk")
        invitations.invite_people(people=people, by=run.uploaded_by, at=clock())
        ImportRun.objects.filter(pk=run.pk).update(moved_at=clock())
    ImportRun.objects.filter(pk=run.pk).update(options={"invite": "done"}, moved_at=clock())


@transaction.atomic
def resume_invitations(*, at: datetime) -> int:
    """Take up again the inviting that nobody has worked on for two minutes. Says of how many imports."""
    count = 0
    applied = ImportRun.objects.filter(state=ImportRun.State.APPLIED, options__invite="wanted")
    for run in applied.filter(moved_at__lt=at - imports.STUCK_AFTER).order_by("pk"):
        if applied.filter(pk=run.pk, moved_at=run.moved_at).update(moved_at=at):
            signals.people_imported.send(sender=ImportRun, run=run)
            count += 1
    return count


# --- reporting ------------------------------------------------------------------------------------------------------


def _change_row(change: Change) -> dict[str, Any]:
    fields = [[name, _text(change.before.get(name)), _text(value)] for name, value in change.after.items()]
    return {"line": change.line, "email": change.email, "name": change.name, "pk": change.pk, "fields": fields}


def _new_row(change: Change) -> dict[str, Any]:
    shown = {name: change.after[name] for name in ("team", "manager_email", "site")}
    return {"line": change.line, "email": change.email, "name": change.name, **shown}


def _text(value: Any) -> str:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value or "")
