"""Keyset pages: the thousandth costs what the first costs, and rows added meanwhile neither repeat nor hide one.

    page = page_of(queryset, order=("-at", "-pk"), cursor=request.GET.get("after"), size=50)
    page.items, page.newer, page.older      # the last two are cursors for `?after=`, or None

A cursor is signed and belongs to one list in one order; anything else in its place is BadCursor, which is a 400.
"""

import datetime as dt
import decimal
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import F, Field, Model, Q, QuerySet
from django.utils.translation import gettext as _

M = TypeVar("M", bound=Model)

MAX_SIZE = 200


class BadCursor(BadRequest):
    """The cursor was made for another list, cut short, or tampered with."""


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Rows in the list's order. `newer` leads towards the start of the list, `older` away from it."""

    items: list[M]
    newer: str | None
    older: str | None


@dataclass(frozen=True, slots=True)
class _Column:
    """One part of the order, with the means to compare by it."""

    name: str
    descending: bool
    field: "Field[Any, Any]"
    nullable: bool

    def ordering(self, *, backward: bool) -> Any:
        descending = self.descending is not backward
        # The engines disagree on where NULL sorts, so it is said: last, and first when walking backward.
        nulls = {"nulls_first" if backward else "nulls_last": True} if self.nullable else {}
        return F(self.name).desc(**nulls) if descending else F(self.name).asc(**nulls)

    def beyond(self, value: Any, *, backward: bool) -> Q | None:
        """Rows that this column alone puts after `value`; None when there can be none."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if backward else None
        operator = "lt" if self.descending is not backward else "gt"
        after = Q(**{f"{self.name}__{operator}": value})
        return after | Q(**{f"{self.name}__isnull": True}) if self.nullable and not backward else after

    def equal(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


def page_of(
    queryset: QuerySet[M], *, order: Sequence[str], cursor: str | None = None, size: int = 50, purpose: str = ""
) -> Page[M]:
    """One page of the queryset, `size` rows long (at most 200).

    `order` comes from the program, never from the reader, and ends in a unique column such as "pk"; names may be
    annotations or follow foreign keys. Give `purpose` to keep the cursors of two lists of one model apart, such as the
    filters in force. Costs one query; walking backward onto the first page costs two. Raises BadCursor.
    """
    size = max(1, min(size, MAX_SIZE))
    columns = [_column(queryset, name) for name in order]
    salt = "|".join(("foundation.paging", queryset.model._meta.label, *order, purpose))
    backward, values = _read(cursor, columns, salt) if cursor else (False, None)
    rows = queryset.order_by(*(column.ordering(backward=backward) for column in columns))
    if values is not None:
        rows = rows.filter(_after(columns, values, backward=backward))
    found = list(rows[: size + 1])
    more, items = len(found) > size, found[:size]
    if backward and not more:
        # The start of the list: show it as the list shows itself, full and with what came in meanwhile.
        return page_of(queryset, order=order, size=size, purpose=purpose)
    if backward:
        items.reverse()
    has_newer, has_older = (more, True) if backward else (values is not None, more)
    return Page(
        items=items,
        newer=_write(items[0], columns, salt, backward=True) if has_newer and items else None,
        older=_write(items[-1], columns, salt, backward=False) if has_older and items else None,
    )


def _column(queryset: QuerySet[Any], name: str) -> _Column:
    bare = name.removeprefix("-")
    if bare == "pk":
        bare = queryset.model._meta.pk.name
    # Resolved on a copy: resolving adds joins to the query it is asked of.
    field = F(bare).resolve_expression(queryset.query.clone(), summarize=False).output_field
    return _Column(name=bare, descending=name.startswith("-"), field=field, nullable=_may_be_null(queryset, bare))


def _may_be_null(queryset: QuerySet[Any], name: str) -> bool:
    if name in queryset.query.annotations:
        # An expression does not say; taking it for nullable is right either way.
        return True
    model: Any = queryset.model
    for part in name.split("__"):
        step = model._meta.get_field(part)
        if step.null:
            return True
        model = step.related_model
    return False


def _after(columns: Sequence[_Column], values: Sequence[Any], *, backward: bool) -> Q:
    """Rows after the values: (a beyond x) or (a = x and b beyond y) or …"""
    alternatives = Q()
    equal = Q()
    possible = False
    for column, value in zip(columns, values, strict=True):
        beyond = column.beyond(value, backward=backward)
        if beyond is not None:
            alternatives |= equal & beyond
            possible = True
        equal &= column.equal(value)
    if not possible:
        return Q(pk__in=[])
    first, value = columns[0], values[0]
    if value is not None and not first.nullable:
        # Says nothing new, but lets the planner start in the index instead of reading up to the place.
        bound = "lte" if first.descending is not backward else "gte"
        return Q(**{f"{first.name}__{bound}": value}) & alternatives
    return alternatives


def _write(row: Model, columns: Sequence[_Column], salt: str, *, backward: bool) -> str:
    values = [_to_json(_value(row, column.name)) for column in columns]
    # Without a time stamp: the same place in a list always has the same address.
    return signing.Signer(salt=salt).sign_object([int(backward), *values])


def _read(cursor: str, columns: Sequence[_Column], salt: str) -> tuple[bool, list[Any]]:
    try:
        backward, *values = signing.Signer(salt=salt).unsign_object(cursor)
        return bool(backward), [
            None if value is None else column.field.to_python(value)
            for column, value in zip(columns, values, strict=True)
        ]
    except (signing.BadSignature, ValidationError, ValueError, TypeError):
        raise BadCursor(
            _("This link to a page of the list is not valid any more. Start from the first page.")
        ) from None


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part, None)
    return row


def _to_json(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, decimal.Decimal | uuid.UUID) else value
