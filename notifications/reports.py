"""Notices as their readers may see them now: composed anew, since the ledger keeps no words."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.kinds import Channel, Content, Due, Kind, Skip, UnknownKind, kind_of
from notifications.models import Delivery

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """One notice of an inbox. Without `is_open` its matter is over, and `title` says only of what kind it was."""

    pk: int
    kind: str
    title: str
    text: Sequence[str]
    action: str
    at: datetime
    is_read: bool
    is_open: bool


def lines_of(deliveries: Iterable[Delivery]) -> list[Line]:
    """The rows with words around them, in their order; each kind is asked once."""
    rows = list(deliveries)
    told: dict[int, Content | Skip] = {}
    for key in {row.kind for row in rows}:
        told |= _told(key, [row for row in rows if row.kind == key])
    return [_line(row, told.get(row.pk)) for row in rows]


def open_href(delivery: Delivery) -> str:
    """Where the notice leads now; "" when its matter is over."""
    outcome = _told(delivery.kind, [delivery]).get(delivery.pk)
    return outcome.href if isinstance(outcome, Content) else ""


def due_of(row: Delivery, at: datetime) -> Due:
    """The row as its kind is asked about it."""
    return Due(row.pk, row.subject_id, row.occurrence, Channel(row.channel), at, row.recipient, row.reader)


def _told(key: str, rows: Sequence[Delivery]) -> Mapping[int, Content | Skip]:
    try:
        return kind_of(key).compose([due_of(row, row.sent_at or row.due_at) for row in rows])
    except UnknownKind:
        return {}
    except Exception:
        # One feature's mistake shall not close an inbox that holds those of all.
        log.exception("Notices of kind %s could not be composed", key)
        return {}


def _line(row: Delivery, outcome: Content | Skip | None) -> Line:
    content = outcome if isinstance(outcome, Content) else None
    return Line(
        pk=row.pk,
        kind=_name_of(row.kind),
        title=content.title if content else _name_of(row.kind),
        text=content.text if content else (),
        action=content.action if content else "",
        at=row.sent_at or row.due_at,
        is_read=row.read_at is not None,
        is_open=content is not None and bool(content.href),
    )


def _name_of(key: str) -> str:
    try:
        kind: Kind = kind_of(key)
    except UnknownKind:
        return key
    return str(kind.name)
