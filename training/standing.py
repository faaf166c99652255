"""Where a person stands with a module: one answer, in words and a tone, for badge, matrix, digest and API alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Tone = Literal["plain", "info", "success", "warning", "danger"]
Code = Literal[
    "none", "assigned", "blocked", "under_way", "waiting", "no_session", "overdue", "away", "done", "expiring",
    "expired", "revoked", "waived",
]  # fmt: skip
Cause = Literal["own", "observer", "session", "leave"]
SOON_DAYS = 14
LABELS: dict[Code, Promise] = {
    "none": _("Not asked for"),
    "assigned": _("Not started"),
    "blocked": _("Waits for another module"),
    "under_way": _("Under way"),
    "waiting": _("Waits on an observer"),
    "no_session": _("No session offered"),
    "overdue": _("Overdue"),
    "away": _("Overdue, on leave"),
    "done": _("Done"),
    "expiring": _("Runs out soon"),
    "expired": _("Run out"),
    "revoked": _("Revoked"),
    "waived": _("Waived"),
}
# Whose lateness it is. Another cause is a line here, one in `cause_of`, and the standing that shows it in `OF_CAUSE`.
HeldUp = Literal["observer", "session"]
CAUSES: dict[Cause, Promise] = {
    "own": _("Nothing else holds it up"),
    "observer": _("Waits on an observer who was asked in time"),
    "session": _("No session with a seat was offered in time"),
    "leave": _("On leave now"),
}
# The same of what cannot be started, when it is not the learner who holds up what comes first.
BEFORE: dict[Cause, Promise] = {
    "observer": _("what comes first waits on an observer who was asked in time"),
    "session": _("of what comes first no session with a seat was offered in time"),
}


def is_overdue(due_on: date | None, today: date) -> bool:
    """The one definition: the day it was due is over where the person is."""
    return due_on is not None and today > due_on


def is_offered(days: Iterable[date], *, since: date, due_on: date) -> bool:
    """The one definition: of sessions with a seat for somebody, one was on a day from being asked to the due day."""
    return any(since <= day <= due_on for day in days)


@dataclass(frozen=True, slots=True)
class Standing:
    """`day`: due, or valid until, whichever the word is about. `assignment`: the key of what it was read from. `late`:
    why it is late; None when it is not. `first`: the name of what has to be done before it can be started."""

    code: Code
    tone: Tone
    day: date | None = None
    assignment: int | None = None
    late: Cause | None = None
    first: str = ""

    @property
    def label(self) -> str:
        return (self.code == "blocked" and self.waits_for) or str(LABELS[self.code])

    @property
    def waits_for(self) -> str:
        """What has to be done first, in words; "" when nothing has."""
        return gettext("Waits for “%(module)s”") % {"module": self.first} if self.first else ""

    @property
    def cause(self) -> str:
        """Why it is late, in words; "" when it is not."""
        if self.late and self.first and self.late != "leave":
            return ": ".join(filter(None, [self.waits_for, str(BEFORE.get(self.late, ""))]))
        return str(CAUSES[self.late]) if self.late else ""


NOTHING = Standing("none", "plain")


OF_CAUSE: dict[Cause, tuple[Code, Tone]] = {
    "own": ("overdue", "danger"),
    "observer": ("waiting", "warning"),
    "session": ("no_session", "warning"),
    "leave": ("away", "warning"),
}


def cause_of(
    *,
    due_on: date | None,
    today: date,
    held_up: HeldUp | None = None,
    away: bool = False,
) -> Cause | None:
    """Why what is open is late; None when it is not. The one definition: it is what holds it up besides the learner
    (`holding.HoldUps`); whoever is on leave today can do nothing; and all else is one's own."""
    if not is_overdue(due_on, today):
        return None
    return held_up or ("leave" if away else "own")


def standing_of_open(
    *,
    started: bool,
    due_on: date | None,
    today: date,
    waiting_since: date | None = None,
    held_up: HeldUp | None = None,
    away: bool = False,
    key: int | None = None,
    first: str = "",
) -> Standing:
    """Of what is open. `waiting_since`: the day an observer was asked for all that is left; `held_up`: by what besides
    the learner; `away`: on leave today; `first`: what has to be done before it can be started."""
    late = cause_of(due_on=due_on, today=today, held_up=held_up, away=away)
    if late is not None:
        return Standing(*OF_CAUSE[late], due_on, key, late, first)
    if waiting_since is not None:
        return Standing("waiting", "info", due_on, key)
    soon = due_on is not None and (due_on - today).days <= SOON_DAYS
    code: Code = "under_way" if started else "blocked" if first else "assigned"
    return Standing(code, "warning" if soon else "info", due_on, key, first=first)


def standing_of_done(*, expires_on: date | None, window_days: int, today: date, key: int | None = None) -> Standing:
    """Of the last completion, when nothing is open; its last day counts."""
    if expires_on is None:
        return Standing("done", "success", None, key)
    if today > expires_on:
        return Standing("expired", "danger", expires_on, key)
    if (expires_on - today).days <= window_days:
        return Standing("expiring", "warning", expires_on, key)
    return Standing("done", "success", expires_on, key)
