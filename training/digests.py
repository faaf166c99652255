"""What training has to say in digests: what is due, what to judge, and who of the line is late."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy, ngettext

from foundation.work import WorkItem
from notifications.digests import LINE, Item, Section
from notifications.kinds import PERSONAL_DIGEST, voice_of
from people.models import Person
from training.models import Assignment
from training.reports.lateness import late_among
from training.reports.work import items_of, waiting_on_each
from training.standing import CAUSES, Cause


def _own(readers: Sequence[Person], at: datetime) -> dict[int, list[Item]]:
    """What is due within two weeks or overdue, and practices to judge. Two queries for all readers."""
    found: dict[int, list[Item]] = {}
    waiting = waiting_on_each(readers, at=at)
    for reader in readers:
        with voice_of(reader):
            found[reader.pk] = [_item(one) for one in items_of(reader, waiting[reader.pk])]
    return found


def _item(work: WorkItem) -> Item:
    due = date_format(localtime(work.due), "D j M") if work.due else ""
    return Item(f"{work.kind} {work.href}", work.title, " · ".join(filter(None, [work.meta, due])), work.href)


def _line(readers: Sequence[Person], at: datetime) -> dict[int, list[Item]]:
    """How many modules of whom are overdue, and why, in the whole line."""
    counted: dict[int, Counter[Cause]] = {}
    for late in late_among(Assignment.objects.filter(person__is_active=True), at=at):
        counted.setdefault(late.person, Counter())[late.cause] += 1
    above = Person.objects.lines_above(counted)
    names = Person.objects.active().in_bulk(counted)
    return {
        reader.pk: list(_late_of(reader, {one: n for one, n in counted.items() if reader.pk in above[one]}, names))
        for reader in readers
    }


def _late_of(reader: Person, counted: Mapping[int, Mapping[Cause, int]], names: Mapping[int, Person]) -> Iterator[Item]:
    """Those first whose lateness is their own."""
    with voice_of(reader):
        for person, causes in sorted(counted.items(), key=lambda one: "own" not in one[1]):
            if person in names:
                text = " · ".join(_said(cause, causes[cause]) for cause in CAUSES if causes.get(cause))
                yield Item(f"overdue {person}", str(names[person]), text, names[person].get_absolute_url())


def _said(cause: Cause, count: int) -> str:
    said = {
        "own": ngettext("%(count)d module is overdue", "%(count)d modules are overdue", count),
        "observer": ngettext("%(count)d waits on an observer", "%(count)d wait on an observer", count),
        "session": ngettext("%(count)d without a session on offer", "%(count)d without a session on offer", count),
        "leave": ngettext("%(count)d overdue while on leave", "%(count)d overdue while on leave", count),
    }
    return said[cause] % {"count": count}


SECTIONS = (
    Section("training.mine", PERSONAL_DIGEST, gettext_lazy("Training"), _own),
    Section("training.line", LINE.key, gettext_lazy("Training"), _line),
)
