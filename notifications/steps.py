"""Invitations that follow one another. Pure.

The ledger says only that something about an event changed for a reader. What to tell is worked out when it leaves: from
the event as it stands, and from what this reader was told by this channel before. So somebody who was never invited is
told of no cancellation, and of an event that was moved twice within a minute once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, Self

HOUR = "%Y%m%dT%H%MZ"  # of an event, in the name of an occurrence


class Sequenced(Protocol):
    """An event whose every change that somebody is told of raises its `sequence`."""

    sequence: int
    starts_at: datetime


@dataclass(frozen=True)
class Step:
    """One change as the ledger names it: where in the order of changes it stands, whether its reader was invited by it
    or taken out, and to when."""

    sequence: int
    invited: bool
    starts_at: datetime

    @classmethod
    def of(cls, event: Sequenced, *, invited: bool) -> Self:
        return cls(event.sequence, invited, event.starts_at)

    @classmethod
    def parse(cls, occurrence: str) -> Self:
        sequence, way, hour = occurrence.split("-")
        return cls(int(sequence), way == "in", datetime.strptime(hour, HOUR).replace(tzinfo=UTC))

    def __str__(self) -> str:
        return f"{self.sequence}-{'in' if self.invited else 'out'}-{hour_of(self.starts_at)}"


@dataclass(frozen=True)
class Past:
    """What the reader was told before, by this channel; `last` is None for nothing."""

    last: Step | None
    is_overtaken: bool

    @classmethod
    def of(cls, occurrence: str, beside: Mapping[str, bool]) -> Self:
        """`beside`: the other occurrences of the same matter, with whether each was told (kinds.Due)."""
        own = Step.parse(occurrence).sequence
        known = {Step.parse(other): told for other, told in beside.items()}
        told = [step for step, was_told in known.items() if was_told and step.sequence < own]
        return cls(
            last=max(told, key=lambda step: step.sequence, default=None),
            is_overtaken=any(step.sequence > own for step in known),
        )

    @property
    def stands(self) -> Step | None:
        """The invitation that stands in the reader's calendar."""
        return self.last if self.last and self.last.invited else None

    def moved(self, starts_at: datetime) -> bool:
        """Whether what stands in the reader's calendar begins at another minute."""
        return self.stands is not None and self.stands.starts_at != minute(starts_at)


def hour_of(moment: datetime) -> str:
    """Names the hour of an event: one that was moved is told of anew."""
    return f"{moment.astimezone(UTC):{HOUR}}"  # a form gives it in its reader's zone


def minute(moment: datetime) -> datetime:
    """As the names of steps keep it."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
