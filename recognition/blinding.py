"""A case without the name of whom it is about. Pure."""

import re
from collections.abc import Iterable

from recognition.masked_names import called


def blinded(text: str, names: Iterable[str], label: str) -> str:
    """The text with the label wherever one of the names stands, whole or in parts, whatever case or accents; also the
    part of an e-mail address that tells it. Pronouns, nicknames and what only one person did stay."""
    known = called(names)
    if known is None:
        return text
    return re.sub(known.pattern, lambda _found: label, text, flags=re.IGNORECASE)


def names_of(full_name: str, preferred_name: str, email: str) -> list[str]:
    """What somebody may be called in a text."""
    local = email.partition("@")[0]
    return [name for name in (email, full_name, preferred_name, local) if name.strip()]
