"""Kinds that tests may say and unsay at will."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from notifications import kinds
from notifications.kinds import Content, Due, Kind, Skip


class Teller:
    """What a feature would know: `says` by subject id; a missing one is told plainly, an exception is raised."""

    def __init__(self) -> None:
        self.says: dict[int, Content | Skip | Exception] = {}
        self.asked: list[list[Due]] = []

    def compose(self, due: Sequence[Due]) -> Mapping[int, Content | Skip]:
        self.asked.append(list(due))
        told = {}
        for one in due:
            said = self.says.get(one.subject_id, Content(title=f"About {one.subject_id}", text=["Told."], href="/"))
            if isinstance(said, Exception):
                raise said
            told[one.pk] = said
        return told


@contextmanager
def declared(key: str = "tests.plain", **options: Any) -> Iterator[tuple[Kind, Teller]]:
    """A kind that exists within the block."""
    teller = Teller()
    options = {"keeps": timedelta(days=1), "compose": teller.compose, **options}
    kind = Kind(key=key, name="Plain", about="You get this in tests.", **options)
    kinds.declare(kind)
    try:
        yield kind, teller
    finally:
        del kinds._kinds[key]
