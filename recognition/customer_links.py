"""The address that a customer finds at a site: signed, so that nobody guesses one, and printed whenever wanted. Pure.

It never runs out by itself: it hangs on a wall. It ends when a steward revokes the link that it names, or when it was
signed with another SECRET_KEY than is known now.
"""

from django.core import signing

_SALT = "recognition.customer_links"
_MOST = 80  # characters; ours have some 50


def token_for(pk: int) -> str:
    return _signer().sign(str(pk))


def read(token: str) -> int | None:
    """The link that was signed; None for whatever else somebody made up."""
    try:
        text = _signer().unsign(token) if len(token) <= _MOST else ""
    except signing.BadSignature:
        return None
    return int(text) if text.isascii() and text.isdecimal() else None


def _signer() -> signing.Signer:
    return signing.Signer(sep=".", salt=_SALT)
