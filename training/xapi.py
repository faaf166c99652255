"""Statements in the shape of xAPI 1.0.3 (IEEE 9274.1.1): values in, JSON out. Pure.

Who somebody is stands in no statement: an account of this site with the number that the API calls them by everywhere
(docs/decisions/0010-statements-without-names.md).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

VERSION = "1.0.3"
VERBS = "http://adlnet.gov/expapi/verbs/"
TYPES = "http://adlnet.gov/expapi/activities/"
MODULE = "module"
# What a part is called among the activity types of ADL.
TYPE_OF = {
    MODULE: "module",
    "quiz": "assessment",
    "scenario": "simulation",
    "practice": "performance",
    "session": "meeting",
    "evidence": "file",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One statement, by what it says. `part` is "" for the whole module, `number` None for what was done elsewhere;
    `percent` is None for readers who may not know it; `voids` is the statement that it takes back, by `actor`."""

    uuid: UUID
    verb: str
    home: str
    actor: int
    at: datetime
    stored_at: datetime
    module_key: str
    module_name: str
    number: int | None = None
    part: str = ""
    kind: str = MODULE
    registration: UUID | None = None
    percent: int | None = None
    seconds: int | None = None
    platform: str = ""
    language: str = ""
    voids: UUID | None = None


def statement(said: Said) -> dict[str, Any]:
    """The statement. What it does not say is left out, as the specification asks: it knows no null."""
    found: dict[str, Any] = {
        "id": str(said.uuid),
        "actor": account(said.home, str(said.actor)),
        "verb": {"id": VERBS + said.verb, "display": {"en": said.verb}},
        "object": _object(said),
        "timestamp": moment(said.at),
        "stored": moment(said.stored_at),
        "authority": account(said.home, "rapport"),
        "version": VERSION,
    }
    if result := _result(said):
        found["result"] = result
    if context := _context(said):
        found["context"] = context
    return found


def account(home: str, name: str) -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": f"{home}/", "name": name}}


def activity(said: Said, *, part: str = "") -> str:
    """The address by which the module, that version of it or its part is known: it need not lead anywhere."""
    steps = [said.module_key, *([str(said.number)] if said.number else []), *([part] if part else [])]
    return f"{said.home}/xapi/activities/{'/'.join(steps)}"


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def duration(seconds: int) -> str:
    """ISO 8601: 3725 seconds are PT1H2M5S."""
    hours, rest = divmod(seconds, 3600)
    named = ((hours, "H"), (rest // 60, "M"), (rest % 60, "S"))
    return "PT" + ("".join(f"{number}{unit}" for number, unit in named if number) or "0S")


def _object(said: Said) -> dict[str, Any]:
    if said.voids is not None:
        return {"objectType": "StatementRef", "id": str(said.voids)}
    definition: dict[str, Any] = {"type": TYPES + TYPE_OF.get(said.kind, "module")}
    if not said.part:
        definition["name"] = {"und": said.module_name}
    return {"objectType": "Activity", "id": activity(said, part=said.part), "definition": definition}


def _result(said: Said) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if said.percent is not None:
        found["score"] = {"scaled": said.percent / 100, "raw": said.percent, "min": 0, "max": 100}
    if said.verb in {"completed", "passed", "failed"}:
        found["success"] = said.verb != "failed"
    if said.verb == "completed":
        found["completion"] = True
    if said.seconds is not None:
        found["duration"] = duration(said.seconds)
    return found


def _context(said: Said) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if said.registration is not None:
        found["registration"] = str(said.registration)
    if said.voids is not None:  # platform and language are of activities alone
        return found
    if said.part:
        of_module = {"objectType": "Activity", "id": activity(said), "definition": {"type": f"{TYPES}{MODULE}"}}
        found["contextActivities"] = {"parent": [of_module]}
    found |= {name: value for name in ("platform", "language") if (value := getattr(said, name))}
    return found
