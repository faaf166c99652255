"""Writing the audit trail. Each entry's hash covers its content and the hash before it; one head row queues writers.

Call it last in an action: the head stays locked until the transaction ends.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from foundation import origin
from people.models import AuditEntry, AuditHead, Person, Team

Outcome = AuditEntry.Outcome


@dataclass(frozen=True)
class Deed:
    """One line for the trail. `changes` holds field names and values that are nobody's own words or personal data."""

    did: str
    thing: models.Model | None = None
    outcome: AuditEntry.Outcome = AuditEntry.Outcome.DONE
    changes: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    team: Team | int | None = None


def record(
    *,
    by: Person | None,
    did: str,
    thing: models.Model | None = None,
    outcome: AuditEntry.Outcome = AuditEntry.Outcome.DONE,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    team: Team | int | None = None,
    at: datetime | None = None,
) -> AuditEntry:
    """Append one entry in the caller's transaction: if that rolls back, so does the entry."""
    deed = Deed(did, thing, outcome, changes or {}, reason, team)
    return record_many(by=by, deeds=[deed], at=at)[0]


# No savepoint: an entry that can't be written must not be survived by the deed.
@transaction.atomic(savepoint=False)
def record_many(*, by: Person | None, deeds: Iterable[Deed], at: datetime | None = None) -> list[AuditEntry]:
    """Append many entries at once, in order, with one lock and one insert per thousand."""
    source = origin.current()
    at = (at or timezone.now()).astimezone(UTC)
    actor = by if by is not None and by.pk else None
    entries = [
        AuditEntry(
            at=at,
            actor=actor,
            did=deed.did,
            outcome=deed.outcome,
            object_type=deed.thing._meta.label_lower if deed.thing is not None else "",
            object_id=deed.thing.pk if deed.thing is not None else None,
            team_id=deed.team.pk if isinstance(deed.team, Team) else deed.team,
            changes=json.loads(json.dumps(dict(deed.changes), default=str)),
            reason=deed.reason,
            channel=source.channel,
            request_id=source.request_id,
            ip=source.ip,
            session=source.session,
        )
        for deed in deeds
    ]
    head = _locked_head()
    for entry in entries:
        entry.previous_hash = head.hash
        entry.hash = head.hash = digest(entry)
    head.entries += len(entries)
    AuditEntry.objects.bulk_create(entries, batch_size=1000)
    head.save(update_fields=["entries", "hash"])
    return entries


def _locked_head() -> AuditHead:
    heads = AuditHead.objects.select_for_update().filter(pk=1)
    if (head := heads.first()) is None:  # the first entry ever; whoever loses the race to make it waits for the winner
        AuditHead.objects.get_or_create(pk=1)
        head = heads.get()
    return head


def digest(entry: AuditEntry) -> str:
    """SHA-256 over the entry's content and the previous hash, in hex."""
    content = [
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.did,
        str(entry.outcome),
        entry.object_type,
        entry.object_id,
        entry.team_id,
        entry.changes,
        entry.reason,
        entry.channel,
        entry.request_id,
        entry.ip,
        entry.session,
        entry.previous_hash,
    ]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What a walk along the chain found. `broken_at` is the id of the first entry that does not fit, if any; `last` the
    id of the last entry looked at; `finished` is False when the walk was told to stop before the end."""

    entries: int
    head: str
    broken_at: int | None = None
    problem: str = ""
    last: int = 0
    finished: bool = True

    @property
    def is_sound(self) -> bool:
        return not self.problem


def verify(*, since: Verdict | None = None, most: int | None = None) -> Verdict:
    """Walk the chain in order and compare it with the head. Reads only; memory does not grow with the trail.

    `since` takes up a sound walk where it stopped; `most` looks at that many entries and no more. Writers may go on
    meanwhile: entries that come in during the walk are walked too, and are no cause for alarm.
    """
    verdict = since or Verdict(0, "")
    while True:
        # Read before the walk: the trail may then hold more than the head knows, never less.
        head = AuditHead.objects.filter(pk=1).first() or AuditHead()
        start, verdict = verdict, _walk(verdict, most)
        if not verdict.is_sound or not verdict.finished:
            return verdict
        if (head.entries, head.hash) == (verdict.entries, verdict.head):
            return verdict
        if verdict.entries <= head.entries or verdict.entries == start.entries:
            problem = f"the head knows {head.entries} entries, the trail holds {verdict.entries}"
            return Verdict(verdict.entries, verdict.head, None, problem, verdict.last)


def _walk(since: Verdict, most: int | None) -> Verdict:
    previous, count, last = since.head, since.entries, since.last
    entries = AuditEntry.objects.filter(pk__gt=last).order_by("pk")
    for entry in (entries[:most] if most else entries).iterator(chunk_size=2000):
        if entry.previous_hash != previous:
            return Verdict(count, previous, entry.pk, "does not follow the entry before it", last)
        if entry.hash != digest(entry):
            return Verdict(count, previous, entry.pk, "was changed after it was written", last)
        previous, count, last = entry.hash, count + 1, entry.pk
    return Verdict(count, previous, last=last, finished=most is None or count - since.entries < most)
