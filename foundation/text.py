"""Text as people type it: made one form before it is stored, compared by another, never trusted with layout.

`clean_*` return the text to store or raise ValidationError; `validate_*` only check, for model fields; `fold` is
for comparing and searching, never for storing.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection
from enum import Enum
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

# Characters that no reader sees and that make two equal-looking texts differ. The joiners U+200C and U+200D are
# not among them: Persian, Indic scripts and emoji need them.
_INVISIBLE = dict.fromkeys([0x00AD, 0x180E, 0x200B, 0x2060, 0xFEFF])
# Embeddings and isolates come along when a phone number is copied from a contact; they carry no meaning here.
_DIRECTION = dict.fromkeys([0x202A, 0x202B, 0x202C, 0x2066, 0x2067, 0x2068, 0x2069])
# Overrides turn text around, so that "exe.fdp" reads "pdf.exe". They have no honest use in a portal.
_OVERRIDES = frozenset("\u202d\u202e")
# Presentation programs paste these two for a line break.
_SOFT_BREAKS = {0x0B: "\n", 0x0C: "\n"}
_LINE_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")


class Flaw(Enum):
    """Why a text cannot be taken; the value is a predicate: "{field} holds a line break"."""

    LINE_BREAK = "line_break"
    CONTROL = "control"
    DIRECTION = "direction"
    SURROGATE = "surrogate"

    @property
    def reason(self) -> str:
        return str(_REASONS[self])


_REASONS: dict[Flaw, "str | Promise"] = {
    Flaw.LINE_BREAK: _("holds a line break"),
    Flaw.CONTROL: _("holds a control character"),
    Flaw.DIRECTION: _("holds a character that turns text around"),
    Flaw.SURROGATE: _("holds half a character"),
}
_SENTENCES: dict[Flaw, "str | Promise"] = {
    Flaw.LINE_BREAK: _("This must be a single line: take out the line break."),
    Flaw.CONTROL: _("This holds a control character. Type it again, or paste it as plain text."),
    Flaw.DIRECTION: _("This holds a hidden character that turns text around. Type it again."),
    Flaw.SURROGATE: _("This holds half a character. Type it again."),
}


def flaw(value: str, *, lines: bool = False) -> Flaw | None:
    """The first reason for which the text cannot be stored, or None. `lines=True` allows tabs and line breaks."""
    for character in value:
        category = unicodedata.category(character)
        if category == "Cs":
            return Flaw.SURROGATE
        if character in _OVERRIDES:
            return Flaw.DIRECTION
        if character in _LINE_BREAKS and not (lines and character in "\n\r\v\f\u2028\u2029"):
            return Flaw.LINE_BREAK
        if category == "Cc" and not (lines and character in "\t\n\r\v\f"):
            return Flaw.CONTROL
    return None


def validate_line(value: str) -> None:
    """Model-field validator: one line without control characters or direction overrides."""
    _check(value, lines=False)


def validate_text(value: str) -> None:
    """Model-field validator: as validate_line, with tabs and line breaks allowed."""
    _check(value, lines=True)


def clean_line(value: str) -> str:
    """One line to store: NFC, no invisible characters, inner spaces single, none at the ends.

    Raises ValidationError (codes: the values of Flaw) when it holds a line break or a control character. White space
    at the ends, a line break included, is only trimmed: it comes with copying a cell.
    """
    value = value.strip(" \t\n\r")
    _check(value.replace("\t", " "), lines=False)
    return " ".join(_normal(value).split())


def clean_text(value: str) -> str:
    """Text of several lines to store: NFC, line ends as \\n, no invisible characters, trimmed.

    Inner spacing is the writer's own. Raises ValidationError as clean_line does.
    """
    _check(value, lines=True)
    value = value.replace("\r\n", "\n").replace("\r", "\n").translate(_SOFT_BREAKS)
    return "\n".join(line.rstrip() for line in _normal(value).split("\n")).strip()


def clean_address(value: str) -> str:
    """An e-mail address in the one form under which we store and compare it: lower case, domain in ASCII.

    Raises ValidationError when it is not an address. Line breaks are refused even at the ends, as they are how
    headers get injected.
    """
    value = value.strip(" \t")
    _check(value, lines=False)
    value = unicodedata.normalize("NFKC", _normal(value)).casefold()
    name, at, domain = value.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise ValidationError(_("This is not an e-mail address."), code="invalid") from None
    address = f"{name}{at}{ascii_domain}"
    validate_email(address)
    return address


def strip_hidden(value: str) -> str:
    """The text without what cannot be seen: control and direction characters, halves of characters, zero width."""
    normal = _normal(value)
    return "".join(c for c in normal if c not in _OVERRIDES and unicodedata.category(c) not in {"Cc", "Cs"})


def _check(value: str, *, lines: bool) -> None:
    found = flaw(value, lines=lines)
    if found is not None:
        raise ValidationError(str(_SENTENCES[found]), code=found.value)


def _normal(value: str) -> str:
    return unicodedata.normalize("NFC", value.translate(_INVISIBLE).translate(_DIRECTION))


# Letters that carry a stroke or are two letters in one, which decomposition leaves alone.
_PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
_DIACRITICS = re.compile("[\u0300-\u036f]")


def fold(value: str) -> str:
    """A key for comparing and searching: case, accents, width, spacing and invisible characters do not count.

    Marks of scripts where they are letters (Devanagari, Thai, Arabic…) are kept. Folding twice changes nothing.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", value).casefold())
    visible = "".join(c for c in decomposed if unicodedata.category(c) not in {"Cf", "Cc"} or c.isspace())
    plain = _DIACRITICS.sub("", visible).translate(_PLAIN_LETTERS)
    return " ".join(unicodedata.normalize("NFKC", plain).casefold().split())


_TITLES = frozenset({"dr", "mr", "mrs", "ms", "mx", "prof", "sir", "pan", "pani", "herr", "frau"})


@lru_cache(maxsize=4096)  # a list shows the same colleagues in every line
def initials(name: str) -> str:
    """One or two letters to stand for a person without a photo; "?" when the name holds no letter.

    First and last name of scripts with spaces, the first character otherwise; a letter keeps the marks that belong
    to it (रा, not र). Titles and degrees are passed over.
    """
    words = [word for word in unicodedata.normalize("NFC", name).split() if any(c.isalpha() for c in word)]
    names = [word for word in words if not _is_title(word)] or words
    if not names:
        return "?"
    first, last = _first_letter(names[0]), _first_letter(names[-1]) if len(names) > 1 else ""
    # Arabic letters join and change shape when they touch; the non-joiner keeps two initials two letters.
    joint = "\u200c" if last and unicodedata.name(first[0], "").startswith("ARABIC") else ""
    return first + joint + last


def _is_title(word: str) -> bool:
    bare = word.rstrip(".,")
    # A lone letter with a full stop is a given name cut short, not a degree.
    return bare.casefold() in _TITLES or ("." in word and len(bare) > 1)


def _first_letter(word: str) -> str:
    start = next(index for index, character in enumerate(word) if character.isalpha())
    letter = word[start]
    taken = letter.upper() if len(letter.upper()) == 1 else letter
    conjunct = False
    for character in word[start + 1 :]:
        is_mark = unicodedata.category(character) in {"Mn", "Mc"}
        if not (is_mark or conjunct or character == "\u200d"):
            break
        taken += character
        # A virama ties the next consonant into the same visible letter.
        conjunct = unicodedata.combining(character) == 9 or character == "\u200d"
    return taken


NUMBER = 5  # characters kept free behind a key for a number


def key_of(text: str, taken: Collection[str], *, otherwise: str, length: int = 60) -> str:
    """A key of at most `length` characters that is not taken, made of the text, or of `otherwise` when the text has no
    letter that a key may hold; numbered from 2 when it is."""
    key = slugify(text)[:length].strip("-_") or otherwise
    if key not in taken:
        return key
    start = key[: length - NUMBER].strip("-_")
    return next(one for number in range(2, len(taken) + 3) if (one := f"{start}-{number}") not in taken)


def digest_of(said: Any) -> str:
    """One SHA-256 digest, in hexadecimal, for the same content, in whatever order its fields are; of anything that JSON
    can say, of dates and the like as text."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
