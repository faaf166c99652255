"""JSON as strictly as we mean it: bounded before it is read, and without the corners where two readers disagree."""

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from foundation.api.problems import TooLarge

MAX_DEPTH = 32
MAX_BYTES = 1024 * 1024

# A whole string, an unfinished one up to the end (so that no text makes this quadratic), or a bracket.
_TOKENS = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class BoundedJSONParser(BaseParser):
    """application/json in UTF-8, or 400 that names what is wrong and where.

    Refused: more than settings.API_MAX_BYTES (413), nesting deeper than 32, a key twice in one object, NaN and
    infinities (1e999 is one), NUL, half a surrogate pair, integers of thousands of digits.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit: int = getattr(settings, "API_MAX_BYTES", MAX_BYTES)
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(_("The body is larger than %(limit)d bytes.") % {"limit": limit})
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ParseError(_("The body is not UTF-8 at byte %(at)d.") % {"at": error.start}) from None
        return parse_json(text)


def parse_json(text: str) -> Any:
    """The value of a JSON text under the rules of BoundedJSONParser; raises ParseError."""
    _check_depth(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_float, parse_int=_int
        )
    except json.JSONDecodeError as error:
        raise ParseError(
            _("The body is not JSON: line %(line)d, column %(column)d.") % {"line": error.lineno, "column": error.colno}
        ) from None
    _check_strings(value)
    return value


def _check_depth(text: str) -> None:
    depth = 0
    for token in _TOKENS.finditer(text):
        character = text[token.start()]
        if character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ParseError(_("The body is nested deeper than %(limit)d levels.") % {"limit": MAX_DEPTH})
        elif character in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(_("The body names “%(name)s” twice in one object.") % {"name": _shown(twice)})
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(_("%(name)s is not a number of JSON.") % {"name": name})


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ParseError(_("The body holds a number that is too large."))
    return number


def _int(digits: str) -> int:
    # Far beyond any column of ours, far below where Python itself gives up.
    if len(digits.lstrip("-")) > 40:
        raise ParseError(_("The body holds a number that is too large."))
    return int(digits)


def _check_strings(value: Any) -> None:
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise ParseError(_("The body holds a character that cannot be stored (NUL, or half a character)."))
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_strings(name)
            _check_strings(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_strings(inner)


def _shown(name: str) -> str:
    return name[:50].encode("ascii", "backslashreplace").decode()
