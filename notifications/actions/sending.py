"""A worker's part: look again, then send, one reader at a time."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from notifications import smtp
from notifications.actions import addresses, ledger, letters
from notifications.actions.composing import composed
from notifications.bounces import Said
from notifications.hooks import reached
from notifications.kinds import Cadence, Channel, Content, Kind, Skip, UnknownKind, kind_of
from notifications.models import Delivery
from notifications.reports import Closed, Wishes, closed_to, dues_of, refusing, wishes_of
from people.models import Person

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
# For so long a worker goes through its chunk; what it has not begun by then goes back. A slow mail server must not keep
# a worker that was told to end (deploy/systemd gives it 40 s), nor rows until their lease runs out.
PATIENCE = timedelta(seconds=15)


def deliver(*, pks: Sequence[int], clock: Clock) -> None:
    """Deliver what of these rows is due and nobody else's, each by itself. Raises nothing for a single row's sake."""
    token = uuid4()
    reached("received")
    claimed = ledger.claim(pks=pks, token=token, at=clock())
    reached("claimed")
    wishes = wishes_of((row.recipient for row in claimed if row.recipient), at=clock())
    carrier = _Carrier(token, clock, wishes, closed_to(claimed))
    try:
        for key, group in groupby(sorted(claimed, key=lambda row: row.kind), key=lambda row: row.kind):
            rows = list(group)
            try:
                carrier.deliver(kind_of(key), rows)
            except UnknownKind:
                # An older worker with newer rows: the next try may find a newer worker.
                for row in rows:
                    ledger.put_off(delivery=row, token=token, reason="unknown kind", at=clock())
        ledger.release(token=token)
    finally:
        carrier.close()


class _Letter(NamedTuple):
    """One delivery, ready to leave."""

    row: Delivery
    content: Content
    message: mail.EmailMultiAlternatives


class _Carrier:
    """The deliveries of one chunk over one connection."""

    def __init__(self, token: UUID, clock: Clock, wishes: Wishes, closed: Closed) -> None:
        self.token, self.clock, self.wishes, self.closed = token, clock, wishes, closed
        self.until = clock() + PATIENCE
        self.sent: Counter[int | None] = Counter()
        self._backend: BaseEmailBackend | None = None

    def deliver(self, kind: Kind, rows: list[Delivery]) -> None:
        at = self.clock()
        wanted = [row for row in rows if not self._is_settled(kind, row, at)]
        shown: list[int] = []
        ready: list[_Letter] = []

        def ask(of: Sequence[Delivery]) -> Mapping[int, Content | Skip]:
            return _without_refusing(kind.compose(dues_of(kind, of, at)))

        for row, outcome in composed(rows=wanted, ask=ask, token=self.token, at=at):
            if isinstance(outcome, Skip):
                ledger.skip(pk=row.pk, token=self.token, reason=outcome.reason)
            elif row.channel == Channel.PORTAL:
                shown.append(row.pk)
            elif letter := self._written(kind, row, outcome):
                ready.append(letter)
        if shown:
            ledger.show(pks=shown, token=self.token, at=self.clock())
        self._send(kind, ready)

    def close(self) -> None:
        if self._backend is not None:
            try:
                self._backend.close()
            except Exception:
                log.debug("The connection to the mail server was gone already", exc_info=True)
            self._backend = None

    def _is_settled(self, kind: Kind, row: Delivery, at: datetime) -> bool:
        """Skipped or postponed for what can be told without the feature."""
        reason = self._against(kind, row, at)
        until = self._quiet_until(kind, row, at)
        if not reason and until > row.not_after:
            reason = "quiet for too long"
        if reason:
            return ledger.skip(pk=row.pk, token=self.token, reason=reason)
        return until > at and ledger.postpone(pk=row.pk, token=self.token, until=until)

    def _against(self, kind: Kind, row: Delivery, at: datetime) -> str:
        """Why it is not to be told at all; "" when nothing stands against it."""
        if row.not_after < at:
            return "too late"
        return self._unwanted(kind, row) or self.closed.against(row)

    def _unwanted(self, kind: Kind, row: Delivery) -> str:
        """Why its reader is not to be told, if they work here."""
        if row.recipient is None:
            return ""
        if not row.recipient.is_active:
            return "left"
        wanted = self.wishes.cadence(row.recipient, kind, Channel(row.channel))
        if wanted == Cadence.NEVER:
            return "switched off"
        if wanted == Cadence.DIGEST and self.wishes.has_digest(row.recipient):
            return Delivery.IN_THE_DIGEST
        return ""

    def _is_too_much(self, kind: Kind, reader: Person) -> bool:
        """Whether the reader has had a day's worth of mail, so that what is not urgent can wait for the digest."""
        if kind.urgency != "low" or not self.wishes.has_digest(reader):
            return False
        had = self.wishes.mails.get(reader.pk, 0) + self.sent[reader.pk]
        return bool(had >= settings.MAILS_A_DAY)

    def _quiet_until(self, kind: Kind, row: Delivery, at: datetime) -> datetime:
        """Mail waits for its reader's quiet hours to end, unless it cannot wait; the portal disturbs nobody."""
        if row.recipient is None or row.channel == Channel.PORTAL or kind.urgency == "high":
            return at
        return self.wishes.quiet_until(row.recipient, at)

    def _written(self, kind: Kind, row: Delivery, content: Content) -> _Letter | None:
        try:
            message = letters.write(delivery=row, kind=kind, content=content)
        except letters.Unwritable as problem:
            ledger.fail(pk=row.pk, token=self.token, reason=str(problem))
        except Exception:
            log.exception("Delivery %s could not be written", row.pk)
            ledger.put_off(delivery=row, token=self.token, reason="not written", at=self.clock())
        else:
            return _Letter(row, content, message)
        return None

    def _send(self, kind: Kind, written: Sequence[_Letter]) -> None:
        """One after the other, all of them written before: between two mails there is one commit and nothing else."""
        taken: int | None = None  # and not noted yet
        for letter in written:
            if self.clock() >= self.until:
                break
            row = letter.row
            if row.recipient and self._is_too_much(kind, row.recipient):
                ledger.skip(pk=row.pk, token=self.token, reason=Delivery.IN_THE_DIGEST)
                continue
            backend = self._open(row)
            if backend is None:
                continue
            began = ledger.begin(
                pk=row.pk, token=self.token, at=self.clock(), taken=taken,
                items=letter.content.items, carries=letter.content.carries,
            )  # fmt: skip
            if taken:
                reached("sent")
            taken = row.pk if began and self._is_taken(letter, backend) else None
        if taken:
            ledger.finish(pk=taken, token=self.token, at=self.clock())
            reached("sent")

    def _is_taken(self, letter: _Letter, backend: BaseEmailBackend) -> bool:
        """Hand over what was begun. If it is not taken, the ledger says what became of it."""
        reached("sending")
        letter.message.connection = backend
        try:
            letter.message.send()
        except Exception as error:
            log.warning("Delivery %s was not taken: %s", letter.row.pk, type(error).__name__)
            self._settle(letter.row, error, backend, letter.message.to[0])
            self.close()
            return False
        self.sent[letter.row.recipient_id] += 1
        reached("accepted")
        return True

    def _open(self, row: Delivery) -> BaseEmailBackend | None:
        """The connection; None, with the row put off, when there is none to be had."""
        try:
            self._backend = self._backend or mail.get_connection()
            self._backend.open()
        except Exception as error:
            log.warning("No connection to the mail server: %s", type(error).__name__)
            ledger.put_off(delivery=row, token=self.token, reason="no connection", at=self.clock())
            self.close()
        return self._backend

    def _settle(self, row: Delivery, error: Exception, backend: Any, address: str) -> None:
        found = smtp.verdict(error, backend)
        if found is smtp.Verdict.DOUBT:
            ledger.doubt(delivery=row, token=self.token, at=self.clock())
        elif found is smtp.Verdict.REFUSED:
            ledger.fail(pk=row.pk, token=self.token, reason="refused")
        else:
            ledger.put_off(delivery=row, token=self.token, reason="not taken", at=self.clock())
        if words := smtp.bounce_of(error):
            self._note_bounce(row, address, words)

    def _note_bounce(self, row: Delivery, address: str, words: str) -> None:
        at = self.clock()
        source = f"delivery {row.pk} {row.attempts}"
        addresses.note(source=source, address=address, said=Said.GONE, happened_at=at, evidence=words, at=at)


def _without_refusing(told: Mapping[int, Content | Skip]) -> Mapping[int, Content | Skip]:
    """Of outsiders only the feature knows the address, and only now."""
    closed = refusing(one.address for one in told.values() if isinstance(one, Content))
    if not closed:
        return told
    refused = Skip("suppressed")
    return {
        pk: refused if isinstance(one, Content) and one.address.lower() in closed else one for pk, one in told.items()
    }
