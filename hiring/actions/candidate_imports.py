"""Imports of candidates. How a run goes from step to step is people.actions.imports; what its rows do is here.

A file may name the opening of each row, or the whole of it is for one opening (`options["opening"]`). A person may say
which column feeds which field (`options["columns"]`), which checks the file anew.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from foundation.spreadsheets import Table, read_table
from hiring.actions.candidates import search_text
from hiring.candidate_rows import (
    Human,
    Known,
    NewApplication,
    OpeningKnown,
    Plan,
    Surroundings,
    columns_of,
    contact_words,
    plan_import,
    samples,
)
from hiring.models import Application, ApplicationNote, Candidate, Opening, Stage
from people import signals
from people.actions import audit, imports
from people.models import ImportRun, Person

State = ImportRun.State
BATCH = 1000


# --- by a person ----------------------------------------------------------------------------------------------------


@transaction.atomic
def start_import(*, data: bytes, file_name: str, by: Person, at: datetime, opening: Opening | None = None) -> ImportRun:
    """Keep the file and queue its check; with `opening`, all its rows are for that one. Raises Refused when the file
    cannot be read at all, or the opening is closed; nothing is kept then."""
    if opening is not None and opening.state == Opening.State.CLOSED:
        raise Refused(_("This opening is closed, so it takes no applications."))
    table = read_table(data)
    return imports.keep(
        kind=ImportRun.Kind.CANDIDATES,
        table=table,
        data=data,
        file_name=file_name,
        options={"opening": opening.pk if opening else None, "columns": {}, "headings": list(table.headings)},
        by=by,
        at=at,
        team=opening.team if opening else None,
    )


@transaction.atomic
def choose_columns(*, run: ImportRun, columns: Mapping[str, str], by: Person, at: datetime) -> None:
    """Say which column feeds which field, heading → field, and have the file checked anew.

    Raises Refused once the run is being applied, is over, or is just being checked; Invalid for two columns for one
    field.
    """
    if set(columns) - set(run.options["headings"]):
        raise Invalid(_("The file has no such column."))
    fields = [field for field in columns.values() if field]
    if len(set(fields)) < len(fields):
        raise Invalid(_("Two columns feed one field."))
    waiting = ImportRun.objects.filter(pk=run.pk, state__in=(State.READY, State.REJECTED)).exclude(file="")
    options = {**run.options, "columns": dict(columns)}
    if not waiting.update(state=State.WAITING, options=options, report={}, rows_done=0, moved_at=at):
        raise Refused(_("The columns can no longer be changed. Look at where the import stands."))
    run.refresh_from_db()
    audit.record(by=by, did="hiring.import_columns_chosen", thing=run, changes={"fields": sorted(fields)}, at=at)
    signals.import_queued.send(sender=ImportRun, run=run)


# --- by a worker ----------------------------------------------------------------------------------------------------


class CandidateImporter(imports.Importer[Plan]):
    """Adds candidates and their applications; those who are known already get the application alone."""

    kind = ImportRun.Kind.CANDIDATES

    def plan(self, run: ImportRun, table: Table, at: datetime, progress: imports.Progress) -> Plan:
        chosen = run.options["columns"]
        return plan_import(table, chosen, _surroundings(run, table, chosen, at), progress)

    def report(self, plan: Plan, table: Table) -> imports.Report:
        return _report(plan, table)

    def hold(self, run: ImportRun) -> None:
        _hold_openings(run)

    def write(self, plan: Plan, run: ImportRun, at: datetime) -> imports.Report:
        _write(plan, run, at)
        return {}


# --- judging --------------------------------------------------------------------------------------------------------


def _surroundings(run: ImportRun, table: Table, chosen: Mapping[str, str], at: datetime) -> Surroundings:
    """What the rows are judged against: a handful of queries for each thousand rows."""
    openings = _openings(run)
    columns = columns_of(table, chosen)
    emails, phones = contact_words([columns.read(row) for row in table.rows])
    candidates = _candidates(run.uploaded_by, emails, phones)
    fixed = run.options["opening"]
    return Surroundings(
        openings=[] if fixed else openings,
        candidates=candidates,
        applied=_applied([known.pk for known in candidates], [opening.pk for opening in openings]),
        today=at.astimezone(run.uploaded_by.zone).date(),
        # An opening that the importer lost the right to is one that takes nobody.
        fixed=next(iter(openings), OpeningKnown(fixed, "", closed=True)) if fixed else None,
    )


def _openings(run: ImportRun) -> list[OpeningKnown]:
    """Those that the importer runs now; rights may have ended since the file came."""
    found = Opening.objects.recruited_by(run.uploaded_by).order_by("pk")
    if run.options["opening"]:
        found = found.filter(pk=run.options["opening"])
    staged = set(Stage.objects.filter(opening__in=found.order_by()).values_list("opening", flat=True).distinct())
    rows = found.values_list("pk", "title", "state")
    return [OpeningKnown(pk, title, state == Opening.State.CLOSED, pk not in staged) for pk, title, state in rows]


def _candidates(person: Person, emails: Iterable[str], phones: Iterable[str]) -> list[Known]:
    """Candidates whom the file may mean, each once, oldest first as find_candidate takes them."""
    keys: set[int] = set()
    for name, words in (("email__in", sorted(emails)), ("phone__in", sorted(phones))):
        for start in range(0, len(words), BATCH):
            found = Candidate.objects.filter(**{name: words[start : start + BATCH]})
            keys |= set(found.values_list("pk", flat=True))
    known = []
    for batch in imports.batches(sorted(keys)):
        candidates = Candidate.objects.filter(pk__in=batch)
        shown = set(candidates.visible_to(person).values_list("pk", flat=True))
        rows = candidates.order_by("pk").values_list("pk", "full_name", "email", "phone")
        known += [Known(*row, shown=row[0] in shown) for row in rows]
    return known


def _applied(candidates: list[int], openings: list[int]) -> set[tuple[int, int]]:
    pairs: set[tuple[int, int]] = set()
    for batch in imports.batches(candidates):
        found = Application.objects.filter(candidate__in=batch)
        pairs |= {(candidate, opening) for candidate, opening in found.values_list("candidate_id", "opening_id")}
    wanted = set(openings)
    return {pair for pair in pairs if pair[1] in wanted}


# --- writing --------------------------------------------------------------------------------------------------------


def _hold_openings(run: ImportRun) -> None:
    """Let others who add to these openings wait, so that numbers and "applied already" stay true until we are done."""
    found = Opening.objects.recruited_by(run.uploaded_by)
    if run.options["opening"]:
        found = found.filter(pk=run.options["opening"])
    keys = list(found.values_list("pk", flat=True))
    list(Opening.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))


def _write(plan: Plan, run: ImportRun, at: datetime) -> None:
    """Add what the plan says: as many statements for ten rows as for ten thousand, but for their batches."""
    _add_candidates(plan.new_humans, at)
    openings = Opening.objects.in_bulk({each.opening for each in plan.applications})
    first: dict[int, int] = {}
    for stage in Stage.objects.filter(opening__in=openings).order_by("opening", "-position"):
        first[stage.opening_id] = stage.pk
    applications = []
    for each in plan.applications:
        opening = openings[each.opening]
        opening.applications_numbered += 1
        applications.append(_application(each, opening, first[opening.pk], at))
    Application.objects.bulk_create(applications, batch_size=BATCH)
    Opening.objects.bulk_update(openings.values(), ["applications_numbered"], batch_size=BATCH)
    notes = [
        ApplicationNote(application=application, author=run.uploaded_by, text=each.note, written_at=at)
        for application, each in zip(applications, plan.applications, strict=True)
        if each.note
    ]
    ApplicationNote.objects.bulk_create(notes, batch_size=BATCH)
    deeds = [audit.Deed("hiring.candidates_imported", run, changes=run.report.get("counts", {}))]
    for application in applications:
        team = openings[application.opening_id].team_id
        deeds.append(audit.Deed("hiring.application_added", application, changes={"import": run.pk}, team=team))
    audit.record_many(by=run.uploaded_by, deeds=deeds, at=at)


def _application(each: NewApplication, opening: Opening, stage: int, at: datetime) -> Application:
    return Application(
        candidate_id=each.human.pk,  # type: ignore[misc]  # every human has one by now
        opening=opening,
        number=opening.applications_numbered,
        stage_id=stage,
        source=each.source,
        applied_on=each.applied_on,
        entered_stage_at=at,
    )


def _add_candidates(humans: list[Human], at: datetime) -> None:
    """Give each human its candidate. Somebody else may add the same address at this moment: theirs is taken then."""
    candidates = []
    for human in humans:
        candidate = Candidate(full_name=human.full_name, email=human.email, phone=human.phone, created_at=at)
        candidate.search_text = search_text(candidate)
        candidates.append(candidate)
    with_address = [candidate for candidate in candidates if candidate.email]
    Candidate.objects.bulk_create(with_address, batch_size=BATCH, ignore_conflicts=True)
    Candidate.objects.bulk_create([each for each in candidates if not each.email], batch_size=BATCH)
    keys: dict[str, int] = {}
    for batch in imports.batches([candidate.email for candidate in with_address]):
        keys |= dict(Candidate.objects.filter(email__in=batch).values_list("email", "pk"))
    for human, candidate in zip(humans, candidates, strict=True):
        human.pk = keys[candidate.email] if candidate.email else candidate.pk


# --- reporting ------------------------------------------------------------------------------------------------------


def _report(plan: Plan, table: Table) -> dict[str, Any]:
    """What the page shows, as JSON: counts, the first rows of each kind, every error; and a digest of the whole.

    A candidate whom the importer may not know of counts as new, which is all that they would learn by adding one."""
    new = [each for each in plan.applications if not each.human.shown]
    known = [each for each in plan.applications if each.human.shown]
    skipped = [[each.line, each.full_name, each.opening, each.reason] for each in plan.skipped]
    rows = [_row(each, whole=True) for each in plan.applications]
    return {
        "counts": {
            "applications": len(plan.applications),
            "new": len(new),
            "known": len(known),
            "skipped": len(skipped),
            "errors": len(plan.errors),
            "humans": len({id(each.human) for each in new}),
        },
        "new": [_row(each) for each in new[: imports.SHOWN]],
        "known": [_row(each) for each in known[: imports.SHOWN]],
        "skipped": skipped[: imports.SHOWN],
        "errors": imports.error_rows(plan.errors, table),
        "columns": plan.columns,
        "ignored": list(plan.ignored),
        "unmapped": plan.unmapped,
        "samples": samples(table),
        "guessed": table.encoding_was_guessed,
        "digest": imports.digest(rows, skipped, plan.errors),
    }


def _row(each: NewApplication, *, whole: bool = False) -> dict[str, Any]:
    row = {
        "line": each.line,
        "name": each.full_name,
        "email": each.email,
        "phone": each.phone,
        "opening": each.title,
        "source": each.source,
        "applied_on": each.applied_on.isoformat(),
        "note": each.note if whole else each.note[:120],
    }
    if each.human.shown:
        row["candidate"] = each.human.pk
    return row
