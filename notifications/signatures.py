"""Signatures by the Standard Webhooks specification (www.standardwebhooks.com), symmetric kind. Pure.

docs/domain/webhooks.md shows receivers how to verify one.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
BYTES = 32  # the specification asks for 24 to 64


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def sign(secret: str, *, name: str, timestamp: int, body: bytes) -> str:
    """One signature ("v1,…") of the message of that name at that moment."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    content = f"{name}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def headers(keys: Iterable[str], *, name: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What a receiver verifies by: a signature with each secret, so that a change of secrets breaks nothing."""
    return {
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(key, name=name, timestamp=timestamp, body=body) for key in keys),
    }
