"""Who is mentioned in a text: an @, then a name or an e-mail address. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from foundation.text import fold

MOST = 20  # in one text
LONGEST = 7  # words of a name

_AT = re.compile(r"(?<![\w@.+-])@(?=\w)")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Not \w: that leaves out the marks that make syllables in many scripts. The ranges are punctuation of wide scripts.
_WORD = re.compile(r"[^\s@,;:!?()\[\]{}<>\"“”„«»\u3001-\u303f\uff01-\uff0f\uff1a-\uff20]+")
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Mention:
    """Where somebody stands in a text, the @ included, and the key of the person."""

    start: int
    end: int
    person: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a text says: `mentions` in their order; `unclear`: names as written that several people have."""

    mentions: tuple[Mention, ...] = ()
    unclear: tuple[str, ...] = ()

    @property
    def people(self) -> list[int]:
        """Each once, in their order."""
        return list(dict.fromkeys(one.person for one in self.mentions))


def first_words(text: str) -> set[str]:
    """The words with which whoever is mentioned may begin: what to look for. Of very many, the first twenty."""
    return {fold(text[start : ends[-1]]) for start, ends in _asked(text)}


def find(text: str, known: Mapping[str, set[int]]) -> Found:
    """Of every @ the longest name or address that is `known`, folded, to be somebody's. What nobody is called is no
    mention."""
    mentions: list[Mention] = []
    unclear: list[str] = []
    for start, ends in _asked(text):
        for end in ends:
            people = known.get(fold(text[start:end]), set())
            if len(people) == 1:
                mentions.append(Mention(start - 1, end, next(iter(people))))
            elif people:
                unclear.append(text[start:end])
            if people:
                break
    return Found(tuple(mentions), tuple(unclear))


def _asked(text: str) -> Iterator[tuple[int, list[int]]]:
    """Where a name begins behind an @, and where it may end: the longest first, the first word last."""
    for number, at in enumerate(_AT.finditer(text)):
        if number == MOST:
            return
        start = at.end()
        if address := _ADDRESS.match(text, start):
            yield start, [address.end()]
        elif ends := sorted(_ends(text, start), reverse=True):
            yield start, ends


def _ends(text: str, start: int) -> set[int]:
    ends: set[int] = set()
    place = start
    for _number in range(LONGEST):
        word = _WORD.match(text, place)
        if word is None:
            break
        ends |= _shorter(text, place, word.end())
        if text[word.end() : word.end() + 1] != " ":
            break
        place = word.end() + 1
    return ends


def _shorter(text: str, start: int, end: int) -> set[int]:
    """The end of the word, and where it ends without the full stop of a sentence or the 's of a possessive."""
    ends = {end}
    while end > start and text[end - 1] in ".…-–":
        end -= 1
    ends.add(end)
    if cut := _POSSESSIVE.search(text, start, end):
        ends.add(cut.start())
    return {one for one in ends if one > start}
