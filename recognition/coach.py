"""What would make a thank-you tell more: remarks for whoever is writing it, never a mark. Pure.

They look at lengths, and at a few words that praise without saying for what. Nobody is kept from posting by a remark.
"""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from foundation.text import fold

SHORT = 60  # characters: about a line on a phone
# What is said of anybody, in the languages of the portal; a text that holds little else says nothing of this person.
GENERAL = frozenset(
    "a always amazing an and are as at awesome best brilliant did done ever everything excellent"
    " fantastic for good great hard have help helpful i is it job just keep legend lovely many much nice"
    " of really rock rockstar so star super superstar team thank thanks the this to up us very we well"
    " with wonderful work you your".split()
)
MOST_GENERAL = 0.8
WORD = re.compile(r"\w+")


def remarks(*, happened: str, did: str, changed: str) -> Sequence[str]:
    """At most two remarks, the weightiest first; none for what tells a story."""
    found = []
    words = WORD.findall(fold(did))
    if words and sum(word in GENERAL for word in words) >= MOST_GENERAL * len(words):
        found.append(_("That could be said of anybody. What exactly did you see or hear them do?"))
    elif words and len(did) < SHORT:
        found.append(_("One detail more, and others can do the same: what did they say, try, or stay for?"))
    if words and not happened:
        found.append(_("What was going on? Readers who were not there will see why it mattered."))
    if words and not changed:
        found.append(_("What was different afterwards, for the customer or for you? That is what people remember."))
    return found[:2]
