"""Where a person stands with a module: one answer, in words and a tone, for badge, matrix, digest and API alike."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Tone = Literal["plain", "info", "success", "warning", "danger"]
Code = Literal["none", "assigned", "under_way", "waiting", "overdue", "done", "expiring", "expired", "waived"]
SOON_DAYS = 14
LABELS: dict[Code, Promise] = {
    "none": _("Not asked for"),
    "assigned": _("Not started"),
    "under_way": _("Under way"),
    "waiting": _("Waits on an observer"),
    "overdue": _("Overdue"),
    "done": _("Done"),
    "expiring": _("Runs out soon"),
    "expired": _("Run out"),
    "waived": _("Waived"),
}


def is_overdue(due_on: date | None, today: date) -> bool:
    """The one definition: the day it was due is over where the person is."""
    return due_on is not None and today > due_on


@dataclass(frozen=True, slots=True)
class Standing:
    """`day`: due, or valid until, whichever the word is about. `assignment`: the key of what it was read from."""

    code: Code
    tone: Tone
    day: date | None = None
    assignment: int | None = None

    @property
    def label(self) -> str:
        return str(LABELS[self.code])


NOTHING = Standing("none", "plain")


def standing_of_open(
    *, started: bool, due_on: date | None, waiting_since: date | None, today: date, key: int | None = None
) -> Standing:
    """Of what is open. Who asked an observer before the day was over waits, and is not late."""
    if is_overdue(due_on, today):
        asked_in_time = waiting_since is not None and not is_overdue(due_on, waiting_since)
        return (
            Standing("waiting", "warning", due_on, key) if asked_in_time else Standing("overdue", "danger", due_on, key)
        )
    if waiting_since is not None:
        return Standing("waiting", "info", due_on, key)
    soon = due_on is not None and (due_on - today).days <= SOON_DAYS
    return Standing("under_way" if started else "assigned", "warning" if soon else "info", due_on, key)


def standing_of_done(*, expires_on: date | None, window_days: int, today: date, key: int | None = None) -> Standing:
    """Of the last completion, when nothing is open; its last day counts."""
    if expires_on is None:
        return Standing("done", "success", None, key)
    if today > expires_on:
        return Standing("expired", "danger", expires_on, key)
    if (expires_on - today).days <= window_days:
        return Standing("expiring", "warning", expires_on, key)
    return Standing("done", "success", expires_on, key)
