"""Interviews as a list and as a page show them: each reader is told how far one has come, and no further than they may
know. Whoever owes a scorecard on the application is told by the clock alone (docs/domain/sealing.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol, TypeVar

from django.utils.translation import gettext as _

from foundation.http import address_of
from hiring.models import Interview, KitCompetency, KitQuestion, Panellist
from hiring.models.interviews import InterviewQuerySet
from people.models import Person

ROLES = list(Panellist.Role.values)
FACE = ("id", "full_name", "preferred_name", "photo")  # what a line shows of whoever sits on the panel
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


class Seat(NamedTuple):
    """One on a panel, by name and photo alone, and how their scorecard stands, in the words of `with_seat`."""

    person: Person
    role: str
    scorecard: Literal["owed", "begun", "in"]


class _Seated(Protocol):
    @property
    def person(self) -> Person: ...
    @property
    def role(self) -> str: ...


AnySeat = TypeVar("AnySeat", bound=_Seated)


@dataclass(frozen=True)
class Row:
    """One line of the list. `progress` is empty where the reader must not know it."""

    interview: Interview
    standing: Standing
    panel: Sequence[Seat]
    progress: str
    action: str
    href: str
    address: str

    @property
    def faces(self) -> list[tuple[Person, str]]:
        """The panel, with what each one does on it."""
        return [(seat.person, str(Panellist.Role(seat.role).label)) for seat in self.panel]

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
    """Interviews that the person may see, with all that `rows` needs."""
    found = Interview.objects.visible_to(person).with_mask(person)
    return found.select_related("application__candidate", "application__opening", "stage")


def rows(person: Person, interviews: Iterable[Interview], *, at: datetime) -> list[Row]:
    """Interviews loaded by `listed` for this person, as lines of the list. One query, for their panels, which also
    tells what `with_seat` would."""
    found = list(interviews)
    panels = _panels([interview.pk for interview in found])
    for interview in found:
        own = (seat.scorecard for seat in panels[interview.pk] if seat.person.pk == person.pk)
        interview.own_seat = next(own, "")
    return [_row(interview, panels[interview.pk], at) for interview in found]


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


def _progress(interview: Interview, panel: Iterable[Seat]) -> str:
    """How many required scorecards are in, for those who may know."""
    if interview.owes_scorecard or not interview.is_live or interview.is_revealed:
        return ""
    required = [seat for seat in panel if seat.role in Panellist.REQUIRED]
    submitted = sum(seat.scorecard == "in" for seat in required)
    return _("%(submitted)d of %(required)d in") % {"submitted": submitted, "required": len(required)}


def sections(version: int) -> list[Section]:
    """What a kit version asks and judges, competency by competency. Two queries."""
    asked: dict[int, list[KitQuestion]] = {}
    for question in KitQuestion.objects.filter(version=version).order_by("position", "pk"):
        asked.setdefault(question.competency_id, []).append(question)
    competencies = KitCompetency.objects.filter(version=version).order_by("position", "pk")
    return [Section(competency, asked.get(competency.pk, [])) for competency in competencies]


def _row(interview: Interview, panel: list[Seat], at: datetime) -> Row:
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
        panel=in_order(panel),
        progress=_progress(interview, panel) if interview.has_begun(at) else "",
        action=action,
        href=href,
        address=address,
    )


def _panels(interviews: list[int]) -> dict[int, list[Seat]]:
    """Who sits on each. Read as values: the same few people sit on many panels, and are made once each."""
    panels: dict[int, list[Seat]] = {interview: [] for interview in interviews}
    seats = Panellist.objects.filter(interview__in=interviews).values_list(
        "interview", "role", "scorecard", "scorecard__submitted_at", *(f"person__{name}" for name in FACE)
    )
    people: dict[int, Person] = {}
    for interview, role, scorecard, submitted_at, *face in seats:
        if face[0] not in people:
            people[face[0]] = Person.from_db(None, FACE, face)
        stands: Literal["owed", "begun", "in"] = "in" if submitted_at else "begun" if scorecard else "owed"
        panels[interview].append(Seat(people[face[0]], role, stands))
    return panels


def in_order(seats: Iterable[AnySeat]) -> list[AnySeat]:
    """Lead first, then by name."""
    return sorted(seats, key=lambda seat: (ROLES.index(seat.role), str(seat.person)))


def panel_of(interview: Interview) -> list[Panellist]:
    """The panel, lead first, with each one's scorecard if it was begun. Who submitted is for those who may know."""
    seats = interview.panellists.select_related("person__team", "person__site", "scorecard")
    return in_order(seats)
