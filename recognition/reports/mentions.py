"""Whom texts mention: looked up when they are written, shown with a link when they are read."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from foundation.substrings import holds_words
from foundation.text import fold
from people.models import Person
from recognition.mentions import find, first_words
from recognition.models import Comment, Recognition


def known_by(texts: Iterable[str]) -> dict[str, set[int]]:
    """By folded name or address: who among those who work here is called so, of those that the texts may mention. One
    query, none when they mention nobody."""
    words = set[str]().union(*(first_words(text) for text in texts))
    if not words:
        return {}
    asked = reduce(or_, (holds_words("search_text", word) for word in sorted(words)), Q())
    return _named(Person.objects.active().filter(asked).only("full_name", "preferred_name", "email"))


def mentioned_in(rows: Iterable[Recognition | Comment]) -> dict[int, Person]:
    """Those whom the rows mention and who work here, by key. One query, none when nobody is mentioned."""
    keys = {key for row in rows for key in row.mentions}
    people = Person.objects.active().only("full_name", "preferred_name", "email")
    return people.in_bulk(keys) if keys else {}


def linked(texts: Sequence[str], people: Sequence[Person]) -> list[str]:
    """The texts, with a link where one of these people is mentioned."""
    if not people:
        return list(texts)
    named, here = _named(people), {person.pk: person for person in people}
    return [_linked(text, named, here) for text in texts]


def _linked(text: str, named: Mapping[str, set[int]], people: Mapping[int, Person]) -> SafeString:
    parts: list[tuple[object]] = []
    place = 0
    for one in find(text, named).mentions:
        parts.append((text[place : one.start],))
        address = people[one.person].get_absolute_url()
        parts.append((format_html('<a class="praise-mention" href="{}">{}</a>', address, text[one.start : one.end]),))
        place = one.end
    parts.append((conditional_escape(text[place:]),))
    return format_html_join("", "{}", parts)


def _named(people: Iterable[Person]) -> dict[str, set[int]]:
    named: dict[str, set[int]] = {}
    for person in people:
        for name in {fold(person.full_name), fold(person.name), fold(person.email)}:
            named.setdefault(name, set()).add(person.pk)
    return named
