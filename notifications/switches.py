"""The switch in every mail: a signed link that names its reader, the kind and the channel, and nothing else. Pure.

It never runs out: a mail of years ago still holds a switch that works, as long as SECRET_KEY (or one of
SECRET_KEY_FALLBACKS) is the one it was signed with. It is bound to the address that the mail went to, so that whoever
inherits a mailbox switches nothing off for somebody who has moved on. It signs nobody in.
"""

import hashlib
from dataclasses import dataclass
from typing import Self

from django.core import signing

SALT = "notifications.switches"
MOST = 600  # characters; ours have some 150


@dataclass(frozen=True)
class Switch:
    """`reader` as the ledger names them, `mark` stands for the address without telling it."""

    reader: str
    kind: str
    channel: str
    mark: str

    @classmethod
    def of(cls, *, reader: str, kind: str, channel: str, address: str) -> Self:
        return cls(reader, kind, channel, mark_of(address))

    @property
    def token(self) -> str:
        return _signer().sign_object([self.reader, self.kind, self.channel, self.mark])


def read(token: str) -> Switch | None:
    """The switch that was signed; None for whatever else somebody made up."""
    if len(token) > MOST:
        return None
    try:
        parts = _signer().unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return Switch(*parts) if isinstance(parts, list) and len(parts) == 4 else None


def mark_of(address: str) -> str:
    """A few characters that another address has others of."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:12]


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")
