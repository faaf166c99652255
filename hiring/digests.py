"""What hiring has to say in digests, by the reads and rules of its pages (hiring/reports/work.py): whoever owes a
scorecard on an application is told nothing of the others'."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy, ngettext

from foundation.work import WorkItem
from hiring.models import Application, Interview, Opening, Panellist
from hiring.reports.work import SAID_BY_INTERVIEW, SOON, own_seat, work_on_openings
from notifications.digests import LINE, Digest, Item, Section
from notifications.kinds import PERSONAL_DIGEST, Cadence, voice_of
from people.models import Person

LATE = timedelta(days=1)  # a scorecard that is written the next morning is nobody's trouble
OPENINGS_DIGEST = "hiring.digest"


def _own_seats(readers: Sequence[Person], at: datetime) -> dict[int, list[Item]]:
    """Scorecards to write and interviews of the week: one query for all readers."""
    rows = (
        _owed()
        .filter(person__in=readers, interview__starts_at__lte=at + SOON)
        .select_related("interview__application__candidate", "interview__application__opening", "interview__stage")
        .only("person", "interview__application__opening__blind", *(f"interview__{name}" for name in SAID_BY_INTERVIEW))
        .order_by("person", "interview__starts_at", "pk")
    )
    by_key = {reader.pk: reader for reader in readers}
    found: dict[int, list[Item]] = {}
    for key, seats in groupby(rows, key=attrgetter("person_id")):
        with voice_of(by_key[key]):
            found[key] = [_item(own_seat(seat.interview, _candidate(seat.interview), at)) for seat in seats]
    return found


def _candidate(interview: Interview) -> str:
    """Who owes has not revealed: on a blind opening they know the alias only."""
    application = interview.application
    return application.alias if application.opening.blind else application.candidate.full_name


def _openings(readers: Sequence[Person], at: datetime) -> dict[int, list[Item]]:
    found = {}
    for reader in readers:
        with voice_of(reader):
            work = sorted(work_on_openings(reader, at=at), key=lambda item: (item.due is None, item.due or at))
            found[reader.pk] = [_item(each) for each in work]
    return found


def _item(work: WorkItem) -> Item:
    due = date_format(localtime(work.due), "D j M, H:i") if work.due else ""
    return Item(f"{work.kind} {work.href}", work.title, " · ".join(filter(None, [work.meta, due])), work.href)


# --- the reporting line ---------------------------------------------------------------------------------------------


def _line(readers: Sequence[Person], at: datetime) -> dict[int, list[Item]]:
    """How many scorecards of whom are late, in the whole line: never which, and none on a candidate on whom the reader
    owes one. The number of queries is fixed; the walk up is over those who are late, who are few."""
    late = list(
        _owed()
        .filter(role__in=Panellist.REQUIRED, interview__ends_at__lte=at - LATE)
        .order_by("interview__ends_at", "pk")
        .values_list("person", "interview__application", "interview__ends_at")
    )
    above = Person.objects.lines_above({person for person, _application, _since in late})
    own = set(_owed().filter(person__in=readers).values_list("person", "interview__application"))
    names = Person.objects.active().in_bulk({person for person, _application, _since in late})
    counted: dict[int, dict[int, list[datetime]]] = {}
    wanted = {reader.pk for reader in readers}
    for person, application, since in late:
        for manager in wanted.intersection(above[person]):
            if (manager, application) not in own and person in names:
                counted.setdefault(manager, {}).setdefault(person, []).append(since)
    return {reader.pk: list(_late_of(reader, counted[reader.pk], names)) for reader in readers if reader.pk in counted}


def _late_of(reader: Person, counted: Mapping[int, list[datetime]], names: Mapping[int, Person]) -> Iterator[Item]:
    with voice_of(reader):
        for person, since in counted.items():
            text = ngettext(
                "%(count)d scorecard is late, since %(day)s",
                "%(count)d scorecards are late, the first since %(day)s",
                len(since),
            )
            day = date_format(localtime(min(since)), "D j M")
            yield Item(
                f"late {person}",
                str(names[person]),
                text % {"count": len(since), "day": day},
                names[person].get_absolute_url(),
            )


def _owed() -> QuerySet[Panellist]:
    return Panellist.objects.live().owing().filter(interview__application__state__in=Application.IN_PLAY)


def _readers() -> QuerySet[Person]:
    """Who runs or decides on an open opening by name."""
    opening = Opening.objects.open().order_by()
    runs = Exists(Opening.recruiters.through.objects.filter(person=OuterRef("pk"), opening__in=opening))
    decides = Exists(opening.filter(hiring_manager=OuterRef("pk")))
    return Person.objects.active().filter(runs | decides)


OPENINGS = Digest(
    OPENINGS_DIGEST,
    gettext_lazy("Your openings"),
    gettext_lazy(
        "Scorecards to chase, decisions to take and applications that stall. None comes when there is nothing."
    ),
    readers=_readers,
    cadence=Cadence.DAILY,
)
SECTIONS = (
    Section("hiring.seats", PERSONAL_DIGEST, gettext_lazy("Interviews and scorecards"), _own_seats),
    Section("hiring.openings", OPENINGS_DIGEST, gettext_lazy("What waits"), _openings),
    Section("hiring.line", LINE.key, gettext_lazy("Scorecards"), _line),
)
