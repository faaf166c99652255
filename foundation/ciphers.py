"""Secrets that have to be read again, encrypted at rest under SECRET_KEY: a copied database is not enough.

Each use has a purpose, a name that makes a key of its own: what was encrypted for one cannot be read for another.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(ValueError):
    """It was encrypted under a SECRET_KEY that is not in SECRET_KEY_FALLBACKS, or was changed since."""


def encrypt(text: str, *, purpose: str) -> str:
    return _cipher(purpose).encrypt(text.encode()).decode()


def decrypt(encrypted: str, *, purpose: str) -> str:
    """What was encrypted, under today's key or an earlier one. Raises Unreadable."""
    try:
        return _cipher(purpose).decrypt(encrypted.encode()).decode()
    except InvalidToken:
        raise Unreadable(purpose) from None


def _cipher(purpose: str) -> MultiFernet:
    return _made(purpose, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@cache
def _made(purpose: str, *keys: str) -> MultiFernet:
    def fernet(key: str) -> Fernet:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())
        return Fernet(base64.urlsafe_b64encode(derived))

    return MultiFernet([fernet(key) for key in keys])
