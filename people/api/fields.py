"""Fields that several resources share."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import available_timezones

import django_filters
from django import forms
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from foundation.api.serializers import LineField
from foundation.text import clean_address
from people.models import Person

LARGEST_ID = 2**63 - 1
ID = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
IDS = {"type": "array", "items": ID}


class MomentField(serializers.DateTimeField):
    """A moment in UTC, whoever asks: 2026-11-26T17:00:00Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class PlannedMomentField(MomentField):
    """A moment that is planned: no year that is a slip of the finger, and none that no clock can show."""

    EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
    FARTHEST = timedelta(days=2 * 365)

    default_error_messages = {
        "far": _("That is more than two years ahead. Check the year."),
        "early": _("That is very long ago. Check the year."),
    }

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if moment < self.EARLIEST:
            self.fail("early")
        if moment > timezone.now() + self.FARTHEST:
            self.fail("far")
        return moment


@extend_schema_field({"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9]$", "example": "17:30"})
class ClockField(serializers.TimeField):
    """A time of day, as 17:30."""

    default_error_messages = {"clock": _("Give hours and minutes, as in 17:30.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **kwargs)

    def to_internal_value(self, value: Any) -> time:
        if not _CLOCK.fullmatch(value):
            self.fail("clock")
        return super().to_internal_value(value)


_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@extend_schema_field(ID)
class RowField(serializers.PrimaryKeyRelatedField[Any]):
    """One row by its id, out of those that `rows(person)` holds: others are as if they were not there."""

    default_error_messages = {"does_not_exist": _("There is nothing with this id, or nothing that you may see.")}

    def __init__(self, rows: Callable[[Person], QuerySet[Any]], **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(**kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        return self.rows(self.context["request"].user)


def rows_by_id(ids: Sequence[int | None], found: Mapping[Any, Any], field: str = "") -> list[Any]:
    """The rows in the order of their ids; ValidationError at the place of each that is not there."""
    unknown = [ErrorDetail(str(RowField.default_error_messages["does_not_exist"]), code="does_not_exist")]
    wrong: Any = {field: unknown} if field else unknown
    if any(pk not in found for pk in ids):
        raise ValidationError({str(place): wrong for place, pk in enumerate(ids) if pk not in found})
    return [found[pk] for pk in ids]


@extend_schema_field(IDS)
class RowsField(serializers.ListField):
    """Several rows by their ids, in one query; each at most once."""

    default_error_messages = {"twice": _("Something is named twice.")}

    def __init__(self, rows: Callable[[Person], QuerySet[Any]], **kwargs: Any) -> None:
        self.rows = rows
        child = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
        super().__init__(child=child, **{"max_length": 100, **kwargs})

    def to_internal_value(self, data: Any) -> Any:
        # Counted before they are looked up, which validators come too late for.
        if self.max_length is not None and isinstance(data, list) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        ids: list[int] = super().to_internal_value(data)
        if len(set(ids)) != len(ids):
            self.fail("twice")
        return rows_by_id(ids, self.rows(self.context["request"].user).in_bulk(ids))


def several(serializer: type[serializers.BaseSerializer[Any]], **limits: Any) -> "serializers.ListSerializer[Any]":
    """A list of objects; `limits` are min_length, max_length, and what fields take. The stubs do not know of these."""
    return cast("serializers.ListSerializer[Any]", serializer(many=True, **limits))


class AddressField(LineField):
    """An e-mail address in the one form under which it is stored."""

    example = "ada@mail.example"

    @property
    def pattern(self) -> str:
        return r"^[^\s@]+@[^\s@]+$" if not self.allow_blank else r"^([^\s@]+@[^\s@]+)?$"

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            return clean_address(text) if text else ""
        except DjangoValidationError as error:
            raise ValidationError(error.messages, code=error.code or "invalid") from None


class ZoneField(serializers.CharField):
    """The name of a time zone, such as Europe/London."""

    default_error_messages = {"zone": _("There is no such time zone. Give a name such as Europe/London.")}

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if name and name not in available_timezones():
            self.fail("zone")
        return name


# --- filters --------------------------------------------------------------------------------------------------------


class _IdField(forms.Field):
    """Digits and nothing else: int() would take spaces, signs and the digits of every script."""

    def to_python(self, value: Any) -> int | None:
        if not value:
            return None
        if not _ID.fullmatch(value) or int(value) > LARGEST_ID:
            raise DjangoValidationError(_("Give the id of one, in digits."), code="invalid")
        return int(value)


_ID = re.compile(r"[1-9][0-9]{0,18}")


@extend_schema_field(ID)
class IdFilter(django_filters.Filter):  # type: ignore[misc]  # it has no stubs
    """The id of something the rows belong to. An id that does not exist leaves nothing, like one of somebody else's."""

    field_class = _IdField


_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")


class _MomentFormField(forms.Field):
    """A moment with its offset."""

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            # fromisoformat alone would take weeks, days of the year and moments without an offset.
            if not _MOMENT.fullmatch(value):
                raise ValueError
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            raise DjangoValidationError(
                _("Give a date and time with its offset, as in 2026-11-26T17:00:00Z."), code="invalid"
            ) from None


@extend_schema_field({"type": "string", "format": "date-time"})
class MomentFilter(django_filters.Filter):  # type: ignore[misc]
    """A moment to compare with."""

    field_class = _MomentFormField


# What the address of a request may hold (foundation.middleware.CleanInputMiddleware).
@extend_schema_field({"type": "string", "maxLength": 100, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$"})
class WordsFilter(django_filters.CharFilter):  # type: ignore[misc]
    """Words to find, at most 100 characters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=100, **kwargs)


def choice(choices: Sequence[tuple[str, Any]], **kwargs: Any) -> django_filters.ChoiceFilter:
    """One of the choices; not the empty one."""
    return django_filters.ChoiceFilter(choices=choices, empty_label=None, **kwargs)
