"""A race lost to somebody else, as the versions of HTTP name it."""

from collections.abc import Iterator
from contextlib import contextmanager

from foundation.api.problems import Stale
from foundation.errors import Refused


@contextmanager
def stale(conflict: type[Refused]) -> Iterator[None]:
    """412 for the conflict that an action raises when the version it was given is no longer the newest."""
    try:
        yield
    except conflict as lost:
        raise Stale(str(lost)) from lost
