"""What the words of a mail server or a mail service mean for an address. Pure: words in, a verdict out.

Wrongly taking an address for gone keeps somebody from their mail; wrongly taking it for well costs a mail that bounces.
So an address is gone only where that is what was said: a server that refuses *us* (a blocked sender, spam, no relaying)
says nothing of its reader.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

# Wording of mail services that say so themselves, in the fields that carry it.
_TYPE_FIELDS = ("Type", "event", "type", "bounceType", "bounce_type")
_SOFT = re.compile(r"soft|transient|temporar|undetermined|deferr", re.IGNORECASE)
_HARD = re.compile(r"hard|permanent", re.IGNORECASE)
# RFC 3463: class, subject, detail. 1 is the address, 2.1 a mailbox that was switched off; 7 is policy, against us.
_ENHANCED = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"(?:^|;)\s*([45]\d\d)\b")
_POLICY = re.compile(r"relay|spam|policy|block|denied|authenticat|reputation|blacklist|dmarc|spf|dkim", re.IGNORECASE)


class Said(StrEnum):
    GONE = "gone"  # for good
    TROUBLE = "trouble"  # it may pass
    COMPLAINT = "complaint"
    DELIVERED = "delivered"


def judge(event: str, reason: str, description: str, answer: str, raw: Any = None) -> Said | None:
    """What anymail's event says: its type and reject reason, the service's words, the mail server's, the service's own
    data. None when it says nothing of the address."""
    if event == "delivered":
        return Said.DELIVERED
    if event in {"complained", "unsubscribed"} or (event == "rejected" and reason in {"spam", "unsubscribed"}):
        return Said.COMPLAINT
    if event == "deferred":
        return Said.TROUBLE
    if event not in {"bounced", "rejected"}:
        return None
    if reason in {"timed_out", "blocked", "spam"}:
        return Said.TROUBLE  # of the mail, or of us
    plain = reason in {"bounced", "invalid"} or (event == "bounced" and not reason)
    return _own_word(description, raw) or of_answer(answer) or (Said.GONE if plain else Said.TROUBLE)


def _own_word(description: str, raw: Any) -> Said | None:
    """How the service itself calls the bounce, where it does."""
    data = raw if isinstance(raw, Mapping) else {}
    named = " ".join([*(str(data.get(name) or "") for name in _TYPE_FIELDS), description.partition(":")[0]])
    if _SOFT.search(named) or data.get("hard_bounce") is False:
        return Said.TROUBLE
    return Said.GONE if _HARD.search(named) or data.get("hard_bounce") is True else None


def of_answer(words: str) -> Said | None:
    """What an SMTP answer ("550 5.1.1 No such user") says of the address it is about; None when it holds no code."""
    if found := _ENHANCED.search(words):
        major, subject, detail = (int(part) for part in found.groups())
        if major == 4 or subject:
            gone = major == 5 and (subject == 1 or (subject, detail) == (2, 1))
            return Said.GONE if gone else Said.TROUBLE
    if found := _CODE.search(words):
        gone = found[1] in {"550", "551", "553"} and not _POLICY.search(words)
        return Said.GONE if gone else Said.TROUBLE
    return None
