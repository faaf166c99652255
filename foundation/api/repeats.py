"""Requests that are safe to repeat: whoever lost the answer to a POST sends it again under the same Idempotency-Key.

Idempotency-Key: 7f3c6f9e-…      1 to 100 printable ASCII characters, made by the caller, new for each thing to make
"""

import hashlib
import json
import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request

HEADER = "Idempotency-Key"
# Printable ASCII without the blank: a header's ends are trimmed on the way, so that one at an end would get lost.
PATTERN = r"^[!-~]{1,100}$"
_KEY = re.compile(PATTERN)


class KeyReused(APIException):
    """422: the key was sent before, with another request."""

    status_code = 422
    default_code = "key_reused"
    default_detail = gettext_lazy("This key was sent before with another request. Make a new key for each thing.")


class Repeatable:
    """Marks views whose creations take the key, for the document."""


def key_of(request: Request) -> str | None:
    """The caller's key, or None without one; raises ParseError for what is none."""
    key: str | None = request.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        raise ParseError(_("Idempotency-Key takes 1 to 100 printable ASCII characters without blanks."))
    return key


def digest_of(request: Request) -> str:
    """What makes two requests the same: method, address, and what the body says (in whatever order)."""
    said = json.dumps([request.method, request.get_full_path(), request.data], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
