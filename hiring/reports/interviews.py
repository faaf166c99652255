"""Interviews as a list and as a page show them: each reader is told how far one has come, and no further than they may
know. Whoever owes a scorecard on the application is told by the clock alone (docs/domain/sealing.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from foundation.http import address_of
from hiring.models import Interview, KitCompetency, KitQuestion, KitVersion, Panellist
from hiring.models.interviews import InterviewQuerySet
from people.models import Person

ROLES = list(Panellist.Role.values)
# Columns of a line of the list; whoever wants no more of an interview saves making whole rows of five tables.
LINE = (
    *("starts_at", "ends_at", "state", "revealed_at", "reveal", "stage__name"),
    *("application__number", "application__candidate__full_name", "application__opening__title"),
)
Tone = Literal["plain", "info", "success", "warning", "danger"]


@dataclass(frozen=True)
class Standing:
    """How far an interview has come, in words and a tone of the component set."""

    label: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Row:
    """One line of the list. `progress` is empty where the reader must not know it."""

    interview: Interview
    standing: Standing
    panel: Sequence[Panellist]
    progress: str
    action: str
    href: str
    address: str

    @property
    def faces(self) -> list[tuple[Person, str]]:
        """The panel, with what each one does on it."""
        return [(seat.person, seat.role_label) for seat in self.panel]

    @property
    def leads_on(self) -> bool:
        """Whether there is more to do than to look at the interview."""
        return self.href != self.address


@dataclass(frozen=True)
class Section:
    """One competency of a kit version with its questions, in the order in which they are asked."""

    competency: KitCompetency
    questions: list[KitQuestion]

    @property
    def minutes(self) -> int:
        return sum(question.minutes for question in self.questions)


def listed(person: Person) -> InterviewQuerySet:
    """Interviews that the person may see, with all that `rows` and `standing` need. Of the people on the panels no more
    is read than their names and photos, and of their scorecards no more than whether they are in."""
    shown = ("full_name", "preferred_name", "photo")
    seats = Panellist.objects.select_related("person", "scorecard").only(
        "interview", "role", *(f"person__{name}" for name in shown), "scorecard__panellist", "scorecard__submitted_at"
    )
    return (
        Interview.objects.visible_to(person)
        .with_mask(person)
        .with_seat(person)
        .select_related("application__candidate", "application__opening", "stage")
        # Into a list of their own: a related manager filters the query anew for every interview.
        .prefetch_related(Prefetch("panellists", seats, to_attr="seats"))
    )


def rows(interviews: Iterable[Interview], *, at: datetime) -> list[Row]:
    """Interviews loaded by `listed`, as lines of the list."""
    return [_row(interview, at) for interview in interviews]


def standing(interview: Interview, *, at: datetime) -> Standing:
    """For rows loaded `with_mask` and `with_seat`; others raise, so that no page tells too much by oversight."""
    if interview.state == Interview.State.CANCELLED:
        return Standing(_("Cancelled"))
    if interview.state == Interview.State.NO_SHOW:
        return Standing(_("Candidate did not come"))
    over = interview.is_over(at)
    if over and interview.owes_seat:
        return Standing(_("Waiting for your scorecard"), "warning")
    if not interview.owes_scorecard and interview.is_revealed:
        broken = interview.reveal == Interview.Reveal.BROKEN
        return Standing(_("Seal broken"), "warning") if broken else Standing(_("Revealed"), "success")
    if over:
        return Standing(_("Over")) if interview.owes_scorecard else Standing(_("Waiting for scorecards"), "warning")
    return Standing(_("Now"), "info") if interview.starts_at <= at else Standing(_("To come"))


def progress(interview: Interview) -> str:
    """How many required scorecards are in, for those who may know: rows of `listed`."""
    if interview.owes_scorecard or not interview.is_live or interview.is_revealed:
        return ""
    required = [seat for seat in _seats(interview) if seat.is_required]
    submitted = sum(hasattr(seat, "scorecard") and seat.scorecard.is_submitted for seat in required)
    return _("%(submitted)d of %(required)d in") % {"submitted": submitted, "required": len(required)}


def sections(version: KitVersion) -> list[Section]:
    """What a kit version asks and judges, competency by competency. Two queries."""
    asked: dict[int, list[KitQuestion]] = {}
    for question in version.questions.order_by("position", "pk"):
        asked.setdefault(question.competency_id, []).append(question)
    return [
        Section(competency, asked.get(competency.pk, []))
        for competency in version.competencies.order_by("position", "pk")
    ]


def _row(interview: Interview, at: datetime) -> Row:
    address = interview.get_absolute_url()
    action, href = _("Open"), address
    if interview.owes_seat and interview.is_live:
        action = _("Prepare")
        if interview.has_begun(at):
            action = _("Go on scoring") if interview.has_draft else _("Score")
            href = address_of("hiring:scorecard-fill", interview.pk)
    return Row(
        interview=interview,
        standing=standing(interview, at=at),
        panel=in_order(_seats(interview)),
        progress=progress(interview) if interview.has_begun(at) else "",
        action=action,
        href=href,
        address=address,
    )


def _seats(interview: Interview) -> list[Panellist]:
    seats: list[Panellist] = interview.seats  # type: ignore[attr-defined]  # loaded by `listed`
    return seats


def _seat_order(seat: Panellist) -> tuple[int, str]:
    return ROLES.index(seat.role), str(seat.person)


def in_order(seats: Iterable[Panellist]) -> list[Panellist]:
    """Lead first, then by name."""
    return sorted(seats, key=_seat_order)


def panel_of(interview: Interview) -> list[Panellist]:
    """The panel, lead first, with each one's scorecard if it was begun. Who submitted is for those who may know."""
    seats = interview.panellists.select_related("person__team", "person__site", "scorecard")
    return in_order(seats)
