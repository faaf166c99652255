"""What has to come before what, and whether that can be done at all. Pure."""

from collections.abc import Collection, Mapping
from typing import TypeVar

Key = TypeVar("Key")


def loop_in(before: Mapping[Key, Collection[Key]]) -> list[Key]:
    """Keys of which each needs the next, the first one again at the end; [] when there is no such loop. `before` says
    what each of them needs."""
    cleared: set[Key] = set()
    for start in before:
        way: list[Key] = []  # from the start to where we are
        left = [[start]]  # of each place on the way, and of the start, what is still to be looked at
        while left:
            if not left[-1]:
                left.pop()
                if way:
                    cleared.add(way.pop())
                continue
            key = left[-1].pop()
            if key in way:
                return [*way[way.index(key) :], key]
            if key not in cleared:
                way.append(key)
                left.append(list(before.get(key, ())))
    return []
