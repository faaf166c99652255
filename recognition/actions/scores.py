"""Customers' scores: brought in from a file or by a program, once each."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid
from foundation.spreadsheets import Table, read_table
from foundation.text import fold
from people.actions import audit, imports
from people.models import ImportRun, Person, Role, RoleGrant, Team
from recognition.actions.reach import hold
from recognition.models import CustomerScore
from recognition.praise_rows import token_of
from recognition.pulse_groups import first_of
from recognition.score_rows import (
    Incoming,
    NoSource,
    NotOnScale,
    Plan,
    Surroundings,
    normal,
    other_scale,
    plan_import,
    read_source,
    telling_headings,
    tokens_of,
)

BATCH = 500


@transaction.atomic
def enter_score(
    *, team: Team, scored_on: date, score: Decimal, scale: str, source: str, reference: str, by: Person, at: datetime
) -> CustomerScore:
    """One score. The same source and reference again answers with what came the first time.

    Raises Invalid for a score that is not on its scale, a source that is no short name or has another scale, and for a
    day to come.
    """
    token = token_of(source, reference)
    if already := CustomerScore.objects.filter(token=token).first():
        return already
    errors: dict[str, list[str]] = {}
    value = 0.0
    try:
        value = normal(score, scale)
    except NotOnScale as refusal:
        errors["score"] = [str(refusal)]
    try:
        source = read_source(source)
    except NoSource as refusal:
        errors["source"] = [str(refusal)]
    known = _scale_of(source)
    if known is not None and known != scale:
        errors["scale"] = [other_scale(known)]
    if scored_on > at.astimezone(by.zone).date():
        errors["scored_on"] = [_("This day is still to come.")]
    if errors:
        raise Invalid(_("This can't be taken."), errors=errors)
    row, made = CustomerScore.objects.get_or_create(token=token, defaults={
        "team": team, "scored_on": scored_on, "month": first_of(scored_on), "scale": scale, "original": score,
        "value": value, "source": source, "entered_by": by, "entered_at": at,
    })  # fmt: skip
    if made:
        audit.record(by=by, did="recognition.score_entered", thing=row, team=team, at=at)
    return row


@transaction.atomic
def start_import(*, data: bytes, file_name: str, by: Person, at: datetime) -> ImportRun:
    """Keep the file and queue its check. Raises Refused when it cannot be read at all; nothing is kept then."""
    kind, table = ImportRun.Kind.SCORES, read_table(data)
    return imports.keep(kind=kind, table=table, data=data, file_name=file_name, by=by, at=at)


class ScoreImporter(imports.Importer[Plan]):
    """Brings in what customers scored. The file is kept no longer than it takes to apply it."""

    kind = ImportRun.Kind.SCORES
    forgets = True

    def plan(self, run: ImportRun, table: Table, at: datetime, progress: imports.Progress) -> Plan:
        return plan_import(table, _surroundings(run, table, at), progress)

    def report(self, plan: Plan, table: Table) -> imports.Report:
        return _report(plan, table)

    def hold(self, run: ImportRun) -> None:
        """All who may bring scores in and more, so that no reference comes in twice at once."""
        hold(RoleGrant.objects.filter(role=Role.STEWARD).values_list("person", flat=True))

    def write(self, plan: Plan, run: ImportRun, at: datetime) -> imports.Report:
        _write(plan.new, run, at)
        return {}


def _surroundings(run: ImportRun, table: Table, at: datetime) -> Surroundings:
    """A query for each thousand references, and two."""
    taken: set[UUID] = set()
    for tokens in imports.batches(sorted(tokens_of(table))):
        taken |= set(CustomerScore.objects.filter(token__in=tokens).values_list("token", flat=True))
    return Surroundings(
        teams={fold(team.path): (team.pk, team.path) for team in Team.objects.all()},
        taken=taken,
        scales=_scales(),
        today=at.astimezone(run.uploaded_by.zone).date(),
    )


def _scale_of(source: str) -> str | None:
    """That of one source, whatever its case: one entry of the index when it is written as before, else `_scales`."""
    row = CustomerScore.objects.filter(source=source).order_by().values_list("scale", flat=True)[:1]
    return next(iter(row), None) or _scales().get(fold(source))


def _scales() -> dict[str, str]:
    """The scale of each source that is known, by its folded name. One query, of an index alone."""
    rows = CustomerScore.objects.order_by().values_list("source", "scale").distinct()
    return {fold(source): scale for source, scale in rows}


def _write(new: list[Incoming], run: ImportRun, at: datetime) -> None:
    """One line of the trail for the file: a score tells of no person."""
    by = run.uploaded_by
    CustomerScore.objects.bulk_create(
        (
            CustomerScore(
                team_id=one.team[0], scored_on=one.scored_on, month=first_of(one.scored_on), scale=one.scale,
                original=one.original, value=one.value, source=one.source, token=one.token, entered_by=by,
                entered_at=at,
            )
            for one in new
        ),
        batch_size=BATCH,
    )  # fmt: skip
    counts = {"new": len(new), "unchanged": run.report.get("counts", {}).get("unchanged", 0)}
    audit.record(by=by, did="recognition.scores_imported", thing=run, changes=counts, at=at)


def _report(plan: Plan, table: Table) -> dict[str, Any]:
    """What the page shows, as JSON: counts, the first rows as they would be kept, every error, a digest of all."""
    new = [_row(one) for one in plan.new]
    return {
        "counts": {"new": len(new), "unchanged": plan.unchanged, "errors": len(plan.errors)},
        "new": new[: imports.SHOWN],
        "errors": imports.error_rows(plan.errors, table, telling_headings(table)),
        "guessed": table.encoding_was_guessed,
        "digest": imports.digest([one.token for one in plan.new], new, plan.errors),
    }


def _row(one: Incoming) -> dict[str, Any]:
    return {
        "line": one.line,
        "team": one.team[1],
        "on": one.scored_on.isoformat(),
        "score": str(one.original),
        "scale": one.scale,
        "value": round(one.value, 2),
        "source": one.source,
    }
