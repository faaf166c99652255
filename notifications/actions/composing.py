"""Asking features what to say: a chunk at a time, and one that cannot be composed spoils no other."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from notifications.actions import ledger
from notifications.models import Delivery

log = logging.getLogger(__name__)
Said = TypeVar("Said")
Ask = Callable[[Sequence[Delivery]], Mapping[int, Said]]


def composed(*, rows: Sequence[Delivery], ask: Ask[Said], token: UUID, at: datetime) -> Iterator[tuple[Delivery, Said]]:
    """What each row of one kind is to say. Whatever raises is asked for alone; what then has no answer is put off."""
    found = _answers(ask, rows)
    for row in rows:
        outcome = found.get(row.pk) if found is not None else (_answers(ask, [row]) or {}).get(row.pk)
        if outcome is None:
            ledger.put_off(delivery=row, token=token, reason="not composed", at=at)
        else:
            yield row, outcome


def _answers(ask: Ask[Said], rows: Sequence[Delivery]) -> Mapping[int, Said] | None:
    """None when the feature raised."""
    if not rows:
        return {}
    try:
        return ask(rows)
    except Exception:
        log.exception("Rows of kind %s could not be composed", rows[0].kind)
        return None
