"""The states of a delivery: each step one conditional UPDATE whose row count says who won.

A worker holds a row by its token until its lease runs out. A step that finds another state, another token or a lease
that is over changes nothing and says so: that is how a worker which was believed dead is kept from sending.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from notifications.kinds import Channel, UnknownKind, kind_of
from notifications.models import Delivery

if TYPE_CHECKING:
    from django.db.models import Field

State = Delivery.State
LEASE = timedelta(minutes=2)
# Minutes to wait after a try that failed; after the last one the row has failed.
BACK_OFF = (1, 5, 15, 60, 180)
# A team's chat is tried for three days, as the Standard Webhooks specification advises.
BACK_OFF_OF_CHAT = (0.1, 5, 30, 120, 300, 600, 840, 1200, 1440)
_FREE = {"token": None, "lease_until": None}


@transaction.atomic
def claim(*, pks: Iterable[int], token: UUID, at: datetime) -> list[Delivery]:
    """Take what of these rows is planned and due; the rows that are the caller's now."""
    due = Delivery.objects.due(at).filter(pk__in=list(pks))
    due.order_by().update(state=State.CLAIMED, token=token, lease_until=at + LEASE)
    mine = Delivery.objects.filter(token=token, state=State.CLAIMED)
    return list(mine.select_related("recipient").order_by("due_at", "pk"))


def begin(
    *,
    pk: int,
    token: UUID,
    at: datetime,
    items: Sequence[str] = (),
    carries: Sequence[int] = (),
    taken: int | None = None,
) -> bool:
    """Commit that the message is about to leave, and of a digest what it tells. False: it is not the caller's to send
    (any more). What was `taken` just before is finished in the same statement, whatever becomes of this one."""
    if not carries:
        return _begins(pk, token, at, items, taken)
    with transaction.atomic():
        began = _begins(pk, token, at, items, taken)
        if began:
            Delivery.objects.filter(pk__in=carries).update(carried_by=pk)
    return began


def finish(*, pk: int, token: UUID, at: datetime) -> bool:
    """It was taken by whoever carries it on."""
    return _step(token, at, taken=pk) == 1


def _begins(pk: int, token: UUID, at: datetime, items: Sequence[str], taken: int | None) -> bool:
    stepped = _step(token, at, taken=taken, following=pk, items=items)
    if taken is None or stepped != 1:
        return stepped > 0
    return Delivery.objects.filter(pk=pk, token=token, state=State.SENDING).exists()  # one of the two did


# By hand, as it is made for each mail: one statement and one commit for two rows, where the ORM has two of each and
# takes as long over them as the mail takes to be rendered. A row goes one step on from the state in which it is found.
_STEP = """
UPDATE notifications_delivery SET
    sent_at = CASE state WHEN 'sending' THEN %(at)s ELSE sent_at END,
    reason = CASE state WHEN 'sending' THEN '' ELSE reason END,
    token = CASE state WHEN 'sending' THEN NULL ELSE token END,
    lease_until = CASE state WHEN 'sending' THEN NULL ELSE %(lease)s END,
    items = CASE state WHEN 'sending' THEN items ELSE COALESCE(%(items)s, items) END,
    state = CASE state WHEN 'sending' THEN 'sent' ELSE 'sending' END
WHERE id IN (%(taken)s, %(following)s) AND token = %(token)s
    AND (id = %(taken)s AND state = 'sending' OR id = %(following)s AND state = 'claimed' AND lease_until > %(at)s)
"""


def _step(
    token: UUID, at: datetime, *, taken: int | None = None, following: int | None = None, items: Sequence[str] = ()
) -> int:
    """What was taken becomes sent and what follows is about to leave, if they are the token's; how many of the two."""
    values = {
        "at": _stored("sent_at", at),
        "lease": _stored("lease_until", at + LEASE),
        "items": _stored("items", list(items)) if items else None,
        "token": _stored("token", token),
        "taken": taken,
        "following": following,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STEP, values)
        return int(cursor.rowcount)


def _stored(column: str, value: object) -> Any:
    """As the engine keeps it."""
    field = cast("Field[Any, Any]", Delivery._meta.get_field(column))
    return field.get_db_prep_value(value, connection)


def show(*, pks: Iterable[int], token: UUID, at: datetime) -> int:
    """Put rows into their readers' inboxes: nothing leaves, so there is no moment of doubt."""
    rows = Delivery.objects.filter(pk__in=list(pks), token=token, state=State.CLAIMED)
    return rows.update(state=State.SENT, sent_at=at, reason="", **_FREE)


def skip(*, pk: int, token: UUID, reason: str) -> bool:
    """It need not be told any more; the reason is one word."""
    rows = Delivery.objects.filter(pk=pk, token=token, state=State.CLAIMED)
    return bool(rows.update(state=State.SKIPPED, reason=reason[:40], **_FREE))


def release(*, token: UUID) -> int:
    """Give back what is held and was not begun, for any worker to take. No attempt was made."""
    rows = Delivery.objects.filter(token=token, state=State.CLAIMED)
    return rows.update(state=State.PLANNED, queued_at=None, **_FREE)


def postpone(*, pk: int, token: UUID, until: datetime) -> bool:
    """Its reader is to be left alone just now. No attempt was made."""
    rows = Delivery.objects.filter(pk=pk, token=token, state=State.CLAIMED)
    return bool(rows.update(state=State.PLANNED, due_at=until, queued_at=None, **_FREE))


def put_off(*, delivery: Delivery, token: UUID, reason: str, at: datetime, not_before: datetime | None = None) -> bool:
    """It certainly did not leave, or may come twice: try again later, or give up after the last of its back-off."""
    rows = Delivery.objects.filter(pk=delivery.pk, token=token, state__in=Delivery.HELD)
    again = next_try(delivery=delivery, at=at)
    if again is None:
        return bool(rows.update(state=State.FAILED, reason=reason[:40], attempts=F("attempts") + 1, **_FREE))
    again = max(again, not_before or again)
    return bool(
        rows.update(
            state=State.PLANNED, due_at=again, queued_at=None, reason=reason[:40], attempts=F("attempts") + 1, **_FREE
        )
    )


def next_try(*, delivery: Delivery, at: datetime) -> datetime | None:
    """When to try again after a failure now; None when that was the last try.

    Receivers of chat are tried up to a fifth later, each row by another part of it: what failed together does not come
    back together. By the row and not by chance, so that asking twice gives one answer.
    """
    chat = delivery.channel == Channel.CHAT
    waits: Sequence[float] = BACK_OFF_OF_CHAT if chat else BACK_OFF
    if delivery.attempts >= len(waits):
        return None
    later = 1 + (delivery.message_uuid.int >> delivery.attempts) % 1000 / 5000 if chat else 1
    return at + timedelta(minutes=waits[delivery.attempts] * later)


def fail(*, pk: int, token: UUID, reason: str) -> bool:
    """It was refused for good."""
    rows = Delivery.objects.filter(pk=pk, token=token, state__in=Delivery.HELD)
    return bool(rows.update(state=State.FAILED, reason=reason[:40], attempts=F("attempts") + 1, **_FREE))


def doubt(*, delivery: Delivery, token: UUID, at: datetime) -> bool:
    """Nobody knows whether it left: said so, or tried again where the kind would rather come twice than never."""
    if _repeats(delivery):
        return put_off(delivery=delivery, token=token, reason="in doubt", at=at)
    rows = Delivery.objects.filter(pk=delivery.pk, token=token, state=State.SENDING)
    return bool(rows.update(state=State.UNKNOWN, attempts=F("attempts") + 1, **_FREE))


def recover(*, at: datetime) -> int:
    """Take back what dead workers held: unsent it is planned again, and in the moment of sending it is in doubt.

    How many rows. Safe to run at any time, by any number of processes.
    """
    lapsed = Delivery.objects.lapsed(at)
    count = lapsed.filter(state=State.CLAIMED).update(state=State.PLANNED, queued_at=None, **_FREE)
    for delivery in lapsed.filter(state=State.SENDING).order_by("pk"):
        if delivery.token is not None:
            count += doubt(delivery=delivery, token=delivery.token, at=at)
    return count


def _repeats(delivery: Delivery) -> bool:
    if delivery.channel == Channel.CHAT:
        return True  # its receiver knows by the id what came twice
    try:
        return kind_of(delivery.kind).repeats
    except UnknownKind:
        return False
