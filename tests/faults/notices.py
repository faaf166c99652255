"""Kinds that only the processes under test know."""

from collections.abc import Mapping, Sequence

from notifications.events import Asked, Event, News
from notifications.kinds import Cadence, Channel, Content, Due, Kind, Skip

# Subjects by what their feature says of them.
BROKEN, MOOT = 1001, 1002


def compose(due: Sequence[Due]) -> Mapping[int, Content | Skip]:
    if any(one.subject_id == BROKEN for one in due):
        raise RuntimeError("one row spoils the chunk")
    return {
        one.pk: Skip("moved") if one.subject_id == MOOT else Content(title=f"About {one.subject_id}", text=["Told."])
        for one in due
    }


def _kind(key: str, *, repeats: bool) -> Kind:
    mail = {Channel.MAIL: Cadence.NOW}
    return Kind(key=key, name=key, about="Tests.", compose=compose, cadence=mail, repeats=repeats, urgency="high")


ONCE, REPEATING = _kind("faults.once", repeats=False), _kind("faults.repeating", repeats=True)
KINDS = {kind.key: kind for kind in (ONCE, REPEATING)}


def tell(asked: Sequence[Asked]) -> Mapping[int, News | Skip]:
    return {one.pk: News(f"About {one.subject_id}", data={"thing": one.subject_id}) for one in asked}


NEWS = Event(key="faults.news", name="News", about="Tests.", compose=tell)
