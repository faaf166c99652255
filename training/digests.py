"""What training has to say in digests: what is due, what to judge, and who of the line is late."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy, ngettext

from foundation.work import WorkItem
from notifications.digests import LINE, Item, Section
from notifications.kinds import PERSONAL_DIGEST, voice_of
from people.models import Person
from training.models import Assignment, SignOff
from training.reports.work import items_of, waiting_on_each


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
    """How many modules of whom are overdue, in the whole line; what waits on an observer is nobody's lateness."""
    waiting = SignOff.objects.holding_up().values("record__assignment")
    late = Assignment.objects.overdue(at).filter(person__is_active=True).exclude(pk__in=waiting)
    counted: dict[int, int] = {}
    for person in late.order_by("due_on", "pk").values_list("person", flat=True):
        counted[person] = counted.get(person, 0) + 1
    above = Person.objects.lines_above(counted)
    names = Person.objects.active().in_bulk(counted)
    return {
        reader.pk: list(_late_of(reader, {one: n for one, n in counted.items() if reader.pk in above[one]}, names))
        for reader in readers
    }


def _late_of(reader: Person, counted: Mapping[int, int], names: Mapping[int, Person]) -> Iterator[Item]:
    with voice_of(reader):
        for person, count in counted.items():
            if person in names:
                text = ngettext("%(count)d module is overdue", "%(count)d modules are overdue", count)
                yield Item(
                    f"overdue {person}", str(names[person]), text % {"count": count}, names[person].get_absolute_url()
                )


SECTIONS = (
    Section("training.mine", PERSONAL_DIGEST, gettext_lazy("Training"), _own),
    Section("training.line", LINE.key, gettext_lazy("Training"), _line),
)
