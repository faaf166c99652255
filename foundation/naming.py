"""Names and keys of what an organisation makes: each taken once."""

from typing import Any

from django.db.models import QuerySet

from foundation.errors import Invalid
from foundation.text import NUMBER, fold, key_of


def named(among: QuerySet[Any], name: str) -> Any | None:
    """The row of that name, however it is written in small and capital letters; None when there is none. One query, and
    one more when there is."""
    wanted = fold(name)
    found = (pk for pk, other in among.values_list("pk", "name") if fold(other) == wanted)
    pk = next(found, None)
    return None if pk is None else among.get(pk=pk)


def refuse_taken_name(among: QuerySet[Any], name: str, message: str) -> None:
    """Raises Invalid with the message, at the field `name`, when one of these rows has the name."""
    if named(among, name) is not None:
        raise Invalid(message, errors={"name": [message]})


def free_key(among: QuerySet[Any], text: str, *, otherwise: str, length: int = 60) -> str:
    """`key_of` the text that none of these rows has. One query."""
    start = key_of(text, (), otherwise=otherwise, length=length - NUMBER)
    taken = set(among.filter(key__startswith=start).values_list("key", flat=True))
    return key_of(text, taken, otherwise=otherwise, length=length)
