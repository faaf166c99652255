"""What this installation remembers outside its database: which database it served, and when it last ticked there.

One small file beside the installation (settings.LEDGER_MEMORY), which no backup of the database brings back. Pure but
for that file.
"""

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Memory:
    era: UUID
    at: datetime


def recall(file: Path) -> Memory | None:
    """What is remembered; None where nothing is, or nothing that can be read."""
    try:
        found = json.loads(file.read_text())
        memory = Memory(UUID(found["era"]), datetime.fromisoformat(found["at"]))
        return memory if memory.at.tzinfo else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        log.warning("%s cannot be read: a restored backup would go unnoticed until it is written again", file)
        return None


def remember(file: Path, memory: Memory) -> None:
    """Keep it, in place of what was known. Put in place whole; without a writable disk only said in the log."""
    written = file.with_name(f"{file.name}.{uuid4().hex}")
    try:
        written.write_text(json.dumps({"era": str(memory.era), "at": memory.at.isoformat()}))
        written.replace(file)
    except OSError as problem:
        log.warning("%s cannot be written, so a restored backup would go unnoticed: %s", file, problem)
        with suppress(OSError):
            written.unlink(missing_ok=True)
