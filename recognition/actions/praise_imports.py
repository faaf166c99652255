"""Imports of customers' words. How a run goes from step to step is people.actions.imports; what its rows do is here."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import Truncator

from foundation.spreadsheets import Table, read_table
from foundation.text import fold
from people.actions import audit, imports
from people.models import ImportRun, Person, Role, RoleGrant, Site, Team
from recognition import signals
from recognition.actions.reach import hold
from recognition.models import Praise
from recognition.praise_rows import (
    Incoming,
    Plan,
    Surroundings,
    addresses_of,
    plan_import,
    telling_headings,
    tokens_of,
)

BATCH, SAID = 500, 200


@transaction.atomic
def start_import(*, data: bytes, file_name: str, by: Person, at: datetime) -> ImportRun:
    """Keep the file and queue its check. Raises Refused when it cannot be read at all; nothing is kept then."""
    kind, table = ImportRun.Kind.PRAISE, read_table(data)
    return imports.keep(kind=kind, table=table, data=data, file_name=file_name, by=by, at=at)


class PraiseImporter(imports.Importer[Plan]):
    """Has what customers said wait for a steward's check. The file is kept no longer than it takes to apply it."""

    kind = ImportRun.Kind.PRAISE
    forgets = True

    def plan(self, run: ImportRun, table: Table, at: datetime, progress: imports.Progress) -> Plan:
        return plan_import(table, _surroundings(run, table, at), progress)

    def report(self, plan: Plan, table: Table) -> imports.Report:
        return _report(plan, table)

    def hold(self, run: ImportRun) -> None:
        """All who may bring words in and more, so that no reference comes in twice at once."""
        hold(RoleGrant.objects.filter(role=Role.STEWARD).values_list("person", flat=True))

    def write(self, plan: Plan, run: ImportRun, at: datetime) -> imports.Report:
        _write(plan.new, run, at)
        return {}


def _surroundings(run: ImportRun, table: Table, at: datetime) -> Surroundings:
    """A query for each thousand people and references, and two."""
    people: dict[str, tuple[int, str]] = {}
    for batch in imports.batches(sorted(addresses_of(table))):
        people |= {one.email: (one.pk, one.name) for one in Person.objects.active().filter(email__in=batch)}
    taken = set()
    for tokens in imports.batches(sorted(tokens_of(table))):
        taken |= set(Praise.objects.filter(token__in=tokens).values_list("token", flat=True))
    return Surroundings(
        people=people,
        teams={fold(team.path): (team.pk, team.path) for team in Team.objects.all()},
        sites={fold(site.name): (site.pk, site.name) for site in Site.objects.all()},
        taken=taken,
        today=at.astimezone(run.uploaded_by.zone).date(),
    )


def _write(new: list[Incoming], run: ImportRun, at: datetime) -> None:
    rows = Praise.objects.bulk_create((_praise(one, run.uploaded_by, at) for one in new), batch_size=BATCH)
    about = Praise.about.through
    pairs = [about(praise_id=row.pk, person_id=pk) for row, one in zip(rows, new, strict=True) for pk, _ in one.about]
    about.objects.bulk_create(pairs, batch_size=BATCH)
    counts = {"new": len(new), "unchanged": run.report.get("counts", {}).get("unchanged", 0)}
    deeds = [audit.Deed("recognition.praise_imported", run, changes=counts), *_deeds(rows, new)]
    audit.record_many(by=run.uploaded_by, deeds=deeds, at=at)
    if rows:
        # Once for all of them: stewards see in their work how many wait.
        signals.praise_entered.send(sender=Praise, praise=rows[0], at=at)


def _deeds(rows: Iterable[Praise], new: Iterable[Incoming]) -> Iterator[audit.Deed]:
    for row, one in zip(rows, new, strict=True):
        about = [pk for pk, _name in one.about]
        changes = {"kind": row.kind, "channel": row.channel, "consent": row.consent, "about": about}
        yield audit.Deed("recognition.praise_entered", row, changes=changes, team=row.team_id)


def _praise(one: Incoming, by: Person, at: datetime) -> Praise:
    return Praise(
        kind=one.kind, original=one.original, words=one.words, customer=one.customer, channel=one.channel,
        source=one.source, site_id=one.site and one.site[0], team_id=one.team and one.team[0], said_on=one.said_on,
        consent=one.consent, entered_by=by, entered_at=at, token=one.token,
    )  # fmt: skip


def _report(plan: Plan, table: Table) -> dict[str, Any]:
    """What the page shows, as JSON: counts, the first rows as they would be kept, masked; every error; and a digest of
    the whole. Nothing that tells who a customer is."""
    new = [_row(one) for one in plan.new]
    complaints = sum(one.kind == Praise.Kind.COMPLAINT for one in plan.new)
    return {
        "counts": {
            "new": len(new),
            "complaints": complaints,
            "unasked": sum(not one.consent for one in plan.new),
            "unchanged": plan.unchanged,
            "errors": len(plan.errors),
        },
        "new": new[: imports.SHOWN],
        "errors": imports.error_rows(plan.errors, table, telling_headings(table)),
        "guessed": table.encoding_was_guessed,
        "ignored_columns": list(plan.ignored),
        "digest": imports.digest([one.token for one in plan.new], new, plan.errors),
    }


def _row(one: Incoming) -> dict[str, Any]:
    return {
        "line": one.line,
        "kind": one.kind,
        "words": Truncator(one.words).chars(SAID),
        "on": one.said_on.isoformat(),
        "source": one.source,
        "consent": one.consent,
        "about": one.about,
        "team": one.team[1] if one.team else "",
        "site": one.site[1] if one.site else "",
    }
