"""After an old backup was restored: what was due by then waits until a person says what is to become of it.

A restored database calls planned what may have been sent long ago, and no table of it can tell. So each tick is noted
twice, in the database and then in a file beside the installation, and whoever is about to queue or send compares them
first. The file is never ahead of a database that it has seen, unless that database was replaced by an older one.
"""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.errors import Refused
from notifications import memory
from notifications.memory import Memory
from notifications.models import Delivery, Mark
from people.actions import audit
from people.models import Person

log = logging.getLogger(__name__)
State = Delivery.State
# What was planned after the backup is not in the restored ledger: by then the planners have planned it again.
PLANNED_AGAIN = timedelta(minutes=10)


def watch(*, at: datetime) -> None:
    """Before anything is queued or sent: hold what was due, if this database is older than the installation."""
    # The file first: it is never ahead of a database that is read after it, whoever else ticks meanwhile.
    known, mark = memory.recall(_file()), Mark.objects.filter(pk=1).first()
    if mark is None:
        mark = _mark(at)
        known = memory.recall(_file())
    if known is None or (mark.held_since is not None and mark.held_since >= known.at):
        return
    if known.era != mark.era:
        _notice(mark, Mark.Why.ANOTHER, known, at)
    elif known.at > mark.ticked_at:
        _notice(mark, Mark.Why.RESTORED, known, at)


def tick(*, at: datetime) -> None:
    """Watch, then note that the ledger ticks: first here, then outside, so that the file is never ahead."""
    watch(at=at)
    Mark.objects.filter(pk=1, ticked_at__lt=at).update(ticked_at=at)
    _remember()


def hold(*, by: Person | None, reason: str, at: datetime) -> None:
    """Hold what is due by now, because somebody knows that a backup was restored."""
    _hold(_mark(at), Mark.Why.ASKED, by=by, reason=reason, at=at)
    _remember()


@transaction.atomic
def release(*, kind: str, by: Person, reason: str, at: datetime) -> int:
    """Send what is held of the kind ("" for all kinds) as if it were due now, what is too late by now but skipped."""
    count = _held(kind).update(due_at=at, queued_at=None)
    return _settled("notifications.hold_released", count, kind, by, reason, at)


@transaction.atomic
def discard(*, kind: str, by: Person, reason: str, at: datetime) -> int:
    """Skip what is held of the kind ("" for all kinds): it is never sent, and not planned again."""
    count = _held(kind).update(state=State.SKIPPED, reason="discarded after a restore", queued_at=None)
    return _settled("notifications.hold_discarded", count, kind, by, reason, at)


@transaction.atomic
def end_hold(*, by: Person, at: datetime) -> None:
    """From now on nothing waits any more. Raises Refused while something does, or could still be planned."""
    mark = _mark(at)
    if not mark.is_held or mark.held_since is None:
        raise Refused(_("Nothing is on hold."))
    if Delivery.objects.held().exists():
        raise Refused(_("Some notices still wait. Release or discard them first."))
    if at < mark.held_since + PLANNED_AGAIN:
        raise Refused(
            _("What was planned after the backup is being planned again. Look once more in ten minutes, then end it.")
        )
    Mark.objects.filter(pk=1).update(hold_ended_at=at)
    audit.record(by=by, did="notifications.hold_ended", thing=mark, at=at)


def _file() -> Path:
    return Path(settings.LEDGER_MEMORY)


def _mark(at: datetime) -> Mark:
    found = Mark.objects.filter(pk=1).first()
    if found is None:
        found, is_new = Mark.objects.get_or_create(pk=1, defaults={"ticked_at": at})
        if is_new and not Delivery.objects.filter(state=State.SENT).exists():
            memory.remember(_file(), Memory(found.era, found.ticked_at))  # a new database, not an old one restored
    return found


def _remember() -> None:
    mark = Mark.objects.get(pk=1)
    memory.remember(_file(), Memory(mark.era, mark.ticked_at))


def _notice(mark: Mark, why: Mark.Why, known: Memory, at: datetime) -> None:
    log.error(
        "This database knows of ticks until %s, this installation until %s: what was due is on hold",
        mark.ticked_at, known.at,
    )  # fmt: skip
    _hold(mark, why, by=None, reason="", at=max(at, known.at))
    _remember()


@transaction.atomic
def _hold(mark: Mark, why: Mark.Why, *, by: Person | None, reason: str, at: datetime) -> None:
    unchanged = Mark.objects.filter(pk=1, ticked_at=mark.ticked_at, held_since=mark.held_since)
    if not unchanged.update(held_since=at, hold_ended_at=None, held_why=why, ticked_at=at):
        return  # somebody else has just noticed
    # Nobody holds what the backup calls held. What was being sent then was sent or not: nobody knows.
    nobody_s = {"token": None, "lease_until": None}
    Delivery.objects.filter(state=State.CLAIMED).update(state=State.PLANNED, queued_at=None, **nobody_s)
    Delivery.objects.filter(state=State.SENDING).update(state=State.UNKNOWN, **nobody_s)
    waiting = Delivery.objects.held().count()
    audit.record(
        by=by, did="notifications.hold_begun", thing=mark, reason=reason, at=at,
        changes={"why": str(why), "waiting": waiting},
    )  # fmt: skip


def _held(kind: str) -> QuerySet[Delivery]:
    held = Delivery.objects.held()
    return held.filter(kind=kind) if kind else held


def _settled(did: str, count: int, kind: str, by: Person, reason: str, at: datetime) -> int:
    if not count:
        raise Refused(_("Nothing of this waits any more."))
    mark = Mark.objects.get(pk=1)
    audit.record(by=by, did=did, thing=mark, changes={"kind": kind or "all", "count": count}, reason=reason, at=at)
    return count
