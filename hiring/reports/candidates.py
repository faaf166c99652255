"""Candidates as lists, and what their pages show beside the name. Where identity is hidden from the reader, nothing
here finds, sorts, links or counts by it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When
from django.utils.translation import ngettext

from hiring.models import Application, ApplicationFile, Candidate, Interview, Opening, Stage
from hiring.models.candidates import ApplicationQuerySet
from people.models import Person

OFFERED = 60  # openings to choose from in the filter; all others are reached from their own page
COUNTED = 1000  # beyond this a list says "more than"

# What the list may be sorted by, as `?sort=` says it. Those who wait longest entered their stage first.
ORDERS: dict[str, tuple[str, ...]] = {
    "": ("-applied_on", "-pk"),
    "applied": ("applied_on", "pk"),
    "-applied": ("-applied_on", "-pk"),
    "waiting": ("-entered_stage_at", "-pk"),
    "-waiting": ("entered_stage_at", "pk"),
    "name": ("candidate__full_name", "pk"),
    "-name": ("-candidate__full_name", "-pk"),
}
_TONES: dict[str, str] = {
    Application.State.ON_HOLD: "warning",
    Application.State.OFFERED: "info",
    Application.State.HIRED: "success",
}
# Columns of a line of the list: making whole rows of four tables took longer than finding them.
LINE = (
    *("number", "state", "applied_on", "entered_stage_at", "candidate__full_name", "opening__title"),
    *("stage__name", "stage__stalled_after_days"),
)
EXPORTED = ("full_name", "email", "phone", "opening", "stage", "state", "source", "applied_on", "in_stage_since")


@dataclass(frozen=True)
class Wanted:
    """The filters of the list; empty ones let everything through."""

    q: str = ""
    opening: int | None = None
    stage: int | None = None
    state: str = ""
    source: str = ""
    stalled: bool = False

    @property
    def any(self) -> bool:
        return self != Wanted()


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    application: Application
    days: int
    stalled: bool

    @property
    def waited(self) -> str:
        return ngettext("%(n)d day", "%(n)d days", self.days) % {"n": self.days}

    @property
    def state(self) -> str:
        """The state in words. Django's own get_state_display translates and hashes every state there is, each time."""
        return str(Application.State(self.application.state).label)

    @property
    def tone(self) -> str:
        return tone_of(self.application)


def tone_of(application: Application) -> str:
    """The tone of the badge that shows the application's state."""
    return _TONES.get(application.state, "plain")


def listed(person: Person, wanted: Wanted, *, at: datetime) -> ApplicationQuerySet:
    """Applications that the person may see and the filters let through. A masked one is found by nobody's name."""
    found = Application.objects.visible_to(person)
    if wanted.q:
        found = found.unmasked_for(person).matching(wanted.q)
    for name, value in (("opening", wanted.opening), ("stage", wanted.stage), ("source", wanted.source)):
        if value:
            found = found.filter(**{name: value})
    if wanted.state:
        found = found.in_play() if wanted.state == "in_play" else found.filter(state=wanted.state)
    if wanted.stalled:
        found = found.stalled(at)
    return found


def in_order(person: Person, found: ApplicationQuerySet, sort: str) -> tuple[ApplicationQuerySet, tuple[str, ...]]:
    """The rows and the order for foundation.paging. By name, masked rows stand together: a place among names would give
    the name away."""
    order = ORDERS.get(sort, ORDERS[""])
    if not sort.endswith("name"):
        return found, order
    masked = list(Application.objects.masked_for(person).values_list("pk", flat=True))
    if not masked:
        return found, order
    name = Case(When(pk__in=masked, then=Value("")), default=F("candidate__full_name"))
    return found.annotate(sort_name=name), tuple(field.replace("candidate__full_name", "sort_name") for field in order)


def rows(person: Person, applications: Iterable[Application], *, at: datetime) -> list[Row]:
    """Lines for one page of applications, in their order. The mask is asked for these rows only: a list of thousands
    must not pay for it."""
    keys = [application.pk for application in applications]
    loaded = (
        Application.objects.filter(pk__in=keys)
        .with_mask(person)
        .select_related("candidate", "opening", "stage")
        .only(*LINE)
        .in_bulk()
    )
    return [_row(loaded[key], at) for key in keys if key in loaded]


def counted(applications: ApplicationQuerySet) -> int:
    """How many there are; COUNTED + 1 stands for "more", so that counting costs the same however many."""
    return applications.order_by()[: COUNTED + 1].count()


def openings_to_choose(person: Person, chosen: int | None) -> list[tuple[int, str]]:
    """The newest openings the person may see, and the chosen one wherever it stands, as (id, title)."""
    visible = Opening.objects.visible_to(person).order_by("-created_at", "-pk")
    found = list(visible.values_list("pk", "title")[:OFFERED])
    if chosen and chosen not in dict(found):
        found += visible.filter(pk=chosen).values_list("pk", "title")
    return sorted(found, key=lambda row: (row[1], row[0]))


def stages_to_choose(person: Person, opening: int | None) -> list[tuple[int, str]]:
    """The stages of the chosen opening; without one there is nothing to choose, for every opening has its own."""
    if not opening:
        return []
    visible = Stage.objects.filter(opening__in=Opening.objects.visible_to(person), opening=opening)
    return list(visible.order_by("position").values_list("pk", "name"))


def export_rows(person: Person, applications: ApplicationQuerySet) -> Iterator[list[Any]]:
    """Cells for EXPORTED, newest first. A masked row holds the alias and no word that leads to the person."""
    loaded = (
        applications.with_mask(person).select_related("candidate", "opening", "stage").order_by("-applied_on", "-pk")
    )
    for each in loaded.iterator(chunk_size=2000):
        masked = each.is_masked
        contact = ["", ""] if masked else [each.candidate.email, each.candidate.phone]
        facts = [each.opening.title, each.stage.name, str(each.get_state_display())]
        source = "" if masked else str(each.get_source_display())
        yield [each.label, *contact, *facts, source, each.applied_on, each.entered_stage_at]


# --- one human ------------------------------------------------------------------------------------------------------


def applications_of(person: Person, candidate: Candidate, *, at: datetime) -> list[Row]:
    """The candidate's applications that the person may see under their name, newest first."""
    return [_row(application, at) for application in _known_to(person, candidate.pk).order_by("-applied_on", "-pk")]


def other_applications(person: Person, application: Application, *, at: datetime) -> list[Row]:
    """What the same human applied for besides. Masked ones are left out, and nothing is said where this one is masked:
    either would give the name to the number."""
    if application.is_masked:
        return []
    others = _known_to(person, application.candidate_id).exclude(pk=application.pk).only(*LINE)
    return [_row(other, at) for other in others.order_by("-applied_on", "-pk")]


def files_for_panel(person: Person, interview: Interview) -> QuerySet[ApplicationFile]:
    """The application's files for the page of an interview: none where the kit keeps the application from the panel."""
    files = ApplicationFile.objects.visible_to(person).filter(application=interview.application_id)
    return files.none() if interview.kit_version.application_hidden else files.order_by("-uploaded_at", "-pk")


def _known_to(person: Person, candidate: int) -> ApplicationQuerySet:
    found = Application.objects.visible_to(person).unmasked_for(person).filter(candidate=candidate)
    return found.with_mask(person).select_related("candidate", "opening", "stage")


def _row(application: Application, at: datetime) -> Row:
    days = application.days_in_stage(at)
    waiting = application.state == Application.State.ACTIVE
    return Row(application, days, stalled=waiting and days >= application.stage.stalled_after_days)
