"""What the page of awards lists, and what a page of a round says of where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from foundation.work import WorkItem
from people.models import Person
from recognition.models import Nomination, Programme, Round

ORDER = ("-announce_at", "-pk")
PAGE = 20
TONES = {
    Round.State.OPEN: "info",
    Round.State.JUDGING: "info",
    Round.State.TIED: "warning",
    Round.State.DECIDED: "warning",
    Round.State.ANNOUNCED: "success",
}


@dataclass(frozen=True)
class Stage:
    """One step of a round's way."""

    label: str
    state: str  # of the component: "done", "current", "todo"


def programmes() -> Sequence[Programme]:
    """All of them in order of name, those in use first."""
    return list(Programme.objects.select_related("owner", "value").order_by("archived_at", "name"))


def running(reader: Person) -> Sequence[Round]:
    """Rounds that run, and for stewards those being prepared; the first to close first."""
    found = Round.objects.visible_to(reader).filter(state__in=[Round.State.DRAFT, *Round.RUNNING])
    return list(found.select_related("programme").order_by("closes_on", "pk"))


def standing(round_: Round, reader: Person, at: datetime) -> str:
    """How it stands, by the reader's own clock."""
    if round_.state != Round.State.OPEN or round_.is_open_to(reader, at):
        return str(round_.get_state_display())
    return _("Not open yet") if at < round_.opens_at(reader) else _("Nominations are closed")


def stages(round_: Round) -> list[Stage]:
    """From nominations to announcement, and where it is."""
    State = Round.State  # noqa: N806 (a class)
    way: list[tuple[str, tuple[str, ...]]] = [
        (_("Nominations"), (State.OPEN,)),
        (_("Judging"), (State.JUDGING, State.TIED)),
        (_("Approval"), (State.DECIDED,)),
        (_("Announcement"), (State.APPROVED,)),
    ]
    here = next((place for place, (_label, states) in enumerate(way) if round_.state in states), None)
    if here is None:
        here = len(way) if round_.state == State.ANNOUNCED else -1
    return [
        Stage(label, "done" if place < here else "current" if place == here else "todo")
        for place, (label, _states) in enumerate(way)
    ]


def nominations_of(person: Person, round_: Round) -> Sequence[Nomination]:
    """Those that the person made in it, drafts among them."""
    rows = Nomination.objects.filter(round=round_, nominator=person).select_related("nominee")
    return list(rows.order_by("created_at", "pk"))


def drafts_of(person: Person, at: datetime) -> list[WorkItem]:
    """For *my work*: what was begun in rounds that are open to the person, and not handed in."""
    rows = Nomination.objects.filter(nominator=person, state=Nomination.State.DRAFT, round__state=Round.State.OPEN)
    return [
        WorkItem(
            kind=_("Awards"),
            title=_("Your draft for %(round)s") % {"round": row.round},
            href=row.get_absolute_url(),
            action=_("Go on"),
            due=row.round.closes_at(person),
            icon="award",
        )
        for row in rows.select_related("round__programme").order_by("pk")
        if row.round.is_open_to(person, at)
    ]
