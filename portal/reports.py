"""Reads that span apps."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.work import WorkItem
from hiring import policies as hiring_policies
from hiring.models import Application, Kit, Opening
from hiring.reports.work import work_for as hiring_work
from people.models import Person
from recognition.reports import ideas, panels, praise
from recognition.reports.cases import work_for as recognition_work
from training.reports.modules import listed as modules_listed
from training.reports.work import work_for as training_work

LATER = datetime.max.replace(tzinfo=UTC)
SHOWN = 8


@dataclass(frozen=True)
class Group:
    title: str
    items: list[WorkItem]


def my_work(person: Person, *, at: datetime) -> list[Group]:
    """What waits on the person, in three groups by urgency, each with the most urgent first; empty ones left out."""
    of_recognition = [
        *recognition_work(person, at=at),
        *praise.waiting_on(person),
        *panels.work_for(person, at=at),
        *ideas.work_for(person, at=at),
    ]
    waiting = [*hiring_work(person, at=at), *training_work(person, at=at), *of_recognition]
    items = sorted(waiting, key=lambda item: (item.due or LATER, item.title))
    end_of_day = at.astimezone(person.zone).replace(hour=23, minute=59, second=59)
    groups = [
        Group(_("Overdue"), [item for item in items if item.due and item.due < at]),
        Group(_("Today"), [item for item in items if item.due and at <= item.due <= end_of_day]),
        Group(_("Next"), [item for item in items if not item.due or item.due > end_of_day]),
    ]
    return [group for group in groups if group.items]


@dataclass(frozen=True)
class Hit:
    title: str
    href: str
    meta: str = ""


@dataclass(frozen=True)
class HitGroup:
    title: str
    icon: str
    hits: list[Hit]
    more: str


def search(person: Person, words: str) -> list[HitGroup]:
    """What matches every word, of everything the person may see; each group links to its full list."""
    groups = [
        _people(person, words),
        _candidates(person, words),
        _openings(person, words),
        _kits(person, words),
        _modules(person, words),
    ]
    return [group for group in groups if group.hits]


def _more(name: str, words: str, hits: list[Hit]) -> tuple[list[Hit], str]:
    return hits[:SHOWN], f"{reverse(name)}?{urlencode({'q': words})}" if len(hits) > SHOWN else ""


def _people(person: Person, words: str) -> HitGroup:
    found = Person.objects.visible_to(person).matching(words).with_place().order_by("full_name", "pk")
    hits = [Hit(str(each), each.get_absolute_url(), each.job_title) for each in found[: SHOWN + 1]]
    return HitGroup(_("People"), "users", *_more("people:person-list", words, hits))


def _candidates(person: Person, words: str) -> HitGroup:
    """By application: name where the reader may know it; masked applications are found by nobody's name."""
    found = (
        Application.objects.visible_to(person)
        .unmasked_for(person)
        .with_mask(person)
        .matching(words)
        .select_related("candidate", "opening", "stage")
        .order_by("candidate__full_name", "pk")
    )
    hits = [Hit(each.label, each.get_absolute_url(), f"{each.opening} · {each.stage}") for each in found[: SHOWN + 1]]
    return HitGroup(_("Candidates"), "person", *_more("hiring:candidate-list", words, hits))


def _openings(person: Person, words: str) -> HitGroup:
    found = Opening.objects.visible_to(person).matching(words).select_related("team").order_by("title", "pk")
    hits = [Hit(each.title, each.get_absolute_url(), str(each.team)) for each in found[: SHOWN + 1]]
    return HitGroup(_("Openings"), "briefcase", *_more("hiring:opening-list", words, hits))


def _kits(person: Person, words: str) -> HitGroup:
    found = Kit.objects.in_use().matching(words).order_by("name", "pk")
    if not hiring_policies.can_view_library(person):
        found = found.none()
    hits = [Hit(each.name, each.get_absolute_url()) for each in found[: SHOWN + 1]]
    return HitGroup(_("Kits"), "layers", *_more("hiring:kit-list", words, hits))


def _modules(person: Person, words: str) -> HitGroup:
    found = modules_listed(person, q=words).order_by("name", "pk")
    hits = [Hit(each.name, each.get_absolute_url(), each.get_kind_display()) for each in found[: SHOWN + 1]]
    return HitGroup(_("Modules"), "book", *_more("training:module-list", words, hits))
