"""Did the promise hold? Looks at what was due, at the ledger, and at the history of the mail server; knows no process.

The invariants have the numbers of docs/domain/reminders.md ("How it is tried").
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ENDED = {"sent", "unknown", "failed", "cancelled", "skipped"}
Key = tuple[str, int, str, str, str]  # kind, subject, occurrence, reader, channel


@dataclass(frozen=True)
class Run:
    """One scenario, when it is over."""

    due: Sequence[Key]
    rows: Sequence[Mapping[str, Any]]  # key, state, message_id
    history: Sequence[Mapping[str, Any]]  # event, message_id, as tests/faults/sink.py writes it
    kills: int = 0  # how many processes died while they may have been sending
    repeating: frozenset[str] = frozenset()  # kinds that may come twice
    audit_problem: str = ""
    seconds_to_consume: float | None = None  # from the end of the fault until something new was sent
    stated: Mapping[Key, str] = field(default_factory=dict)  # how a key must have ended, where that is known


def violations(run: Run) -> list[str]:
    """Every breach found, in words; empty when the promise held."""
    return [*_once(run), *_ended(run), *_only_what_was_due(run), *_honest(run), *_told(run), *_around(run)]


def _accepted(run: Run) -> Counter[str]:
    return Counter(event["message_id"] for event in run.history if event["event"] == "accepted")


def _once(run: Run) -> Iterable[str]:
    """I1: one row and one Message-ID for a key, and a message taken at most once."""
    for key, count in Counter(row["key"] for row in run.rows).items():
        if count > 1:
            yield f"I1: {count} rows for {key}"
    names = Counter(row["message_id"] for row in run.rows)
    yield from (f"I1: {count} rows share {name}" for name, count in names.items() if count > 1)
    may_repeat = {row["message_id"] for row in run.rows if row["key"][0] in run.repeating}
    for name, count in _accepted(run).items():
        if count > 1 and name not in may_repeat:
            yield f"I1: {name} was taken {count} times"


def _ended(run: Run) -> Iterable[str]:
    """I2: everything due is there, came to an end, and to the stated one."""
    states = {row["key"]: row["state"] for row in run.rows}
    for key in run.due:
        if states.get(key, "missing") not in ENDED:
            yield f"I2: {key} is {states.get(key, 'missing')}"
    for key, state in run.stated.items():
        if states.get(key) != state:
            yield f"I2: {key} is {states.get(key)}, not {state}"


def _only_what_was_due(run: Run) -> Iterable[str]:
    """I3: no row and no message beyond what was due."""
    due, names = set(run.due), {row["message_id"] for row in run.rows}
    yield from (f"I3: {row['key']} was not due" for row in run.rows if row["key"] not in due)
    yield from (f"I3: {name} is nobody's message" for name in _accepted(run) if name not in names)


def _honest(run: Run) -> Iterable[str]:
    """I4: a doubt has a cause: an answer that never came, or a process that died while it was sending."""
    unanswered = {event["message_id"] for event in run.history if event.get("answered") is False}
    doubts = [row for row in run.rows if row["state"] == "unknown" and row["message_id"] not in unanswered]
    if len(doubts) > run.kills:
        yield f"I4: {len(doubts)} unknown without a cause, {run.kills} killed: {[row['key'] for row in doubts]}"


def _told(run: Run) -> Iterable[str]:
    """I4, the other half: what the ledger calls sent was taken, and what it calls anything else was not."""
    accepted = _accepted(run)
    for row in run.rows:
        taken = accepted[row["message_id"]]
        leaves = row["key"][4] != "portal"  # what stands in an inbox never left
        if row["state"] == "sent" and leaves and not taken:
            yield f"I4: {row['key']} is called sent and was not taken"
        if row["state"] not in {"sent", "unknown"} and taken and row["key"][0] not in run.repeating:
            yield f"I4: {row['key']} is called {row['state']} and was taken"


def _around(run: Run) -> Iterable[str]:
    """I5: the audit trail holds. I6: after the fault, work goes on within a minute."""
    if run.audit_problem:
        yield f"I5: {run.audit_problem}"
    if run.seconds_to_consume is None or run.seconds_to_consume > 60:
        yield f"I6: consuming again after {run.seconds_to_consume} s"
