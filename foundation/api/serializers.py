"""Serializers for input that take what they declare, as the type they declare, and nothing else.

Stock DRF drops unknown names, ignores read-only ones, reads 5 as "5", "5" as 5 and "yes" as true. A caller then
believes in a change that never happened; here it is a 400 naming the field.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from foundation.text import clean_line, clean_text

UNKNOWN = gettext_lazy("There is no such field.")
READ_ONLY = gettext_lazy("This field cannot be set.")


class _Strict(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        errors = self._not_to_be_sent(data)
        for name, field in self.fields.items():
            if not field.read_only and name in data and data[name] is not None:
                wrong = wrong_type(field, data[name])
                if wrong:
                    errors[name] = wrong
        try:
            # What is of the wrong type is left out here, so that it is reported once.
            value = super().to_internal_value({name: item for name, item in data.items() if name not in errors})
        except ValidationError as error:
            raise ValidationError({**cast("dict[str, Any]", error.detail), **errors}) from None
        if errors:
            raise ValidationError(errors)
        return value

    def _not_to_be_sent(self, data: Mapping[str, Any]) -> dict[str, Any]:
        errors: dict[str, Any] = {}
        for name in data:
            field = self.fields.get(name)
            if field is None:
                errors[name] = [ErrorDetail(str(UNKNOWN), code="unknown_field")]
            elif field.read_only:
                errors[name] = [ErrorDetail(str(READ_ONLY), code="read_only")]
        return errors


class StrictSerializer(_Strict):
    """Base of serializers for input. For output use DRF's own: it is never given anything."""


class StrictModelSerializer(_Strict, serializers.ModelSerializer[Any]):
    """StrictSerializer with fields taken from a model. List the fields; validators of the model apply."""


class LineField(serializers.CharField):
    """One line of text in the form in which it is stored (see foundation.text.clean_line)."""

    clean: Callable[[str], str] = staticmethod(clean_line)
    example = "A line of text."
    # What the schema says of it (ECMA-262): the characters taken, and the same without those that do not show.
    characters = r"\u0000-\u001f\u007f-\u009f\u2028\u2029\u202d\u202e"
    hidden = r"\s\u00ad\u180e\u200b\u2060\ufeff\u202a-\u202c\u2066-\u2069"

    @property
    def pattern(self) -> str:
        """The texts taken, as a regular expression for the schema."""
        if self.allow_blank:
            return f"^[^{self.characters}]*$"
        return f"^[^{self.characters}]*[^{self.characters}{self.hidden}][^{self.characters}]*$"

    def to_internal_value(self, data: Any) -> str:
        try:
            cleaned = self.clean(super().to_internal_value(data))
        except DjangoValidationError as error:
            raise ValidationError(error.messages, code=error.code or "invalid") from None
        if not cleaned and not self.allow_blank:
            # Only invisible characters were sent.
            self.fail("blank")
        return cleaned


class TextField(LineField):
    """Text of several lines in the form in which it is stored (see foundation.text.clean_text)."""

    clean = staticmethod(clean_text)
    example = "Text.\nIn several lines, if need be."
    characters = r"\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202d\u202e"


# --- types ----------------------------------------------------------------------------------------------------------

AnyField = serializers.Field[Any, Any, Any, Any]


def wrong_type(field: AnyField, value: Any) -> Any:
    """DRF-shaped errors for a value whose JSON type is not the one that the field's schema states, else None.

    Looks into lists; nested strict serializers look after themselves.
    """
    if isinstance(field, serializers.MultipleChoiceField):
        return _wrong_items(lambda item: _wrong_scalar(field, item), value)
    child = getattr(field, "child_relation", None) or getattr(field, "child", None)
    if child is None or isinstance(field, serializers.DictField) or isinstance(child, serializers.BaseSerializer):
        return _wrong_scalar(field, value)
    return _wrong_items(lambda item: None if item is None else wrong_type(child, item), value)


def _wrong_items(check: Callable[[Any], Any], value: Any) -> Any:
    if not isinstance(value, list):
        return [_fault(_("A list is needed."))]
    found = {index: wrong for index, item in enumerate(value) if (wrong := check(item))}
    return found or None


def _wrong_scalar(field: AnyField, value: Any) -> list[ErrorDetail] | None:
    if isinstance(field, serializers.ChoiceField):
        return None if type(value) in {type(key) for key in field.choices} else [_fault(_("This is not a choice."))]
    if isinstance(field, serializers.PrimaryKeyRelatedField):
        # Our keys are numbers throughout (BigAutoField).
        return None if _is_integer(value) else [_fault(_NUMBER)]
    for kinds, fits, sentence in _SCALARS:
        if isinstance(field, kinds):
            return None if fits(value) else [_fault(sentence)]
    return None


def _fault(sentence: "str | Promise") -> ErrorDetail:
    return ErrorDetail(str(sentence), code="type")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_filled_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _is_integer(value: Any) -> bool:
    # JSON Schema counts 1.0 among the integers, and Python True among the numbers.
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and _OFFSET.search(value) is not None


_OFFSET = re.compile(r"(?:Z|[+-]\d\d:\d\d)\Z", re.IGNORECASE)
_TEXT = gettext_lazy("Text in quotes is needed.")
_NUMBER = gettext_lazy("A whole number is needed.")
# The first line that the field is an instance of counts.
_SCALARS: tuple[tuple[tuple[type, ...], Callable[[Any], bool], Promise], ...] = (
    ((serializers.BooleanField,), _is_boolean, gettext_lazy("true or false is needed.")),
    ((serializers.IntegerField,), _is_integer, _NUMBER),
    ((serializers.FloatField,), _is_number, gettext_lazy("A number is needed.")),
    # Nothing at all would be read as no time at all.
    ((serializers.DurationField,), _is_filled_text, _TEXT),
    # Without an offset, half the readers would take it for their own time.
    (
        (serializers.DateTimeField,),
        _is_moment,
        gettext_lazy("A date and time with its offset is needed, as in 2026-11-26T17:00:00Z."),
    ),
    (
        (
            serializers.CharField,
            serializers.UUIDField,
            serializers.DateField,
            serializers.TimeField,
            serializers.DecimalField,
            serializers.SlugRelatedField,
        ),
        _is_text,
        _TEXT,
    ),
)
