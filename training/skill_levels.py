"""How good somebody is at a skill: one answer from what people judged and what modules gave. Pure.

docs/domain/skills.md says why it is so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from training.standing import Tone

LEVELS = (1, 2, 3, 4)
NONE = 0  # nothing shown yet


@dataclass(frozen=True, slots=True)
class Source:
    """Where a level comes from: a module that was completed, or somebody's judgement (`sign_off`: its key). `until`:
    the last day on which it holds; None for good."""

    level: int
    at: datetime
    until: date | None = None
    module: int | None = None
    sign_off: int | None = None


def source_of(judgement: Source | None, completions: Iterable[Source]) -> Source | None:
    """What the level is read from, of what holds now; None when nothing does.

    A judgement stands above what was completed before it: it saw the person, and may say less. What is completed after
    it may raise the level, and never lowers it. Among equals, what holds longest.
    """
    found = [one for one in completions if judgement is None or one.at > judgement.at]
    if judgement is not None:
        found.append(judgement)
    return max(found, key=lambda one: (one.level, one.until or date.max, one.at), default=None)


@dataclass(frozen=True, slots=True)
class Held:
    """A person's level of a skill, where it comes from, and what their job needs (0: it is not asked)."""

    source: Source | None = None
    need: int = NONE

    @property
    def level(self) -> int:
        return self.source.level if self.source else NONE

    @property
    def gap(self) -> int:
        """How many levels are missing."""
        return max(self.need - self.level, 0)

    @property
    def tone(self) -> Tone:
        if self.gap:
            return "danger" if self.gap > 1 else "warning"
        if self.need:
            return "success"
        return "info" if self.level else "plain"

    @property
    def label(self) -> str:
        """In words; "" where there is neither a level nor a need."""
        if self.gap:
            return (_("%(level)d, needs %(need)d") if self.level else _("Not yet, needs %(need)d")) % {
                "level": self.level,
                "need": self.need,
            }
        if self.level:
            return _("Level %(level)d") % {"level": self.level}
        return _("Not yet") if self.source else ""


NOTHING = Held()
