"""Of whom nothing is left but sessions: what there was to choose from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from people.models import Person
from training.holding import Offered
from training.models import Assignment, Booking, ModulePart, PartRecord, Session, SignOff
from training.models.modules import asked

Kind = ModulePart.Kind


@dataclass
class Offer:
    """A session: when it began, its seats, how many are taken, and who has or had one."""

    starts_at: datetime
    seats: int
    taken: int = 0
    seated: set[int] = field(default_factory=set)

    def is_open_to(self, person: int) -> bool:
        return self.taken < self.seats or person in self.seated


def left_to_sessions(assignments: QuerySet[Assignment], *, by: datetime | None = None) -> dict[int, Offered]:
    """Of these, by key, those whose learner has nothing left but sessions: since when they could go, and the days of
    those that were offered with a seat for them, as days are where the learner is.

    A session that is full is an offer to those alone who have a seat in it, or had one; a cancelled one is none. What
    waits on an observer is not left to the learner. Of a past moment with `by`, from what was done by then; sessions
    are those on record now. One query where no module has a session, else at most four.
    """
    with_session = ModulePart.objects.filter(version=OuterRef("version"), kind=Kind.SESSION)
    rows = list(
        Assignment.objects.filter(Exists(with_session), pk__in=assignments.values("pk"))
        .select_related("person")
        .only("module", "version", "assigned_at", "person__time_zone")
    )
    left = _left(rows, by) if rows else {}
    waiting = [row for row in rows if left[row.pk] and {kind for kind, _key in left[row.pk]} == {Kind.SESSION}]
    offers = _offers({row.module_id for row in waiting}) if waiting else {}
    return {
        row.pk: _offered(row, [one for _kind, key in left[row.pk] for one in offers.get((row.module_id, key), ())])
        for row in waiting
    }


def _left(rows: Iterable[Assignment], by: datetime | None) -> Mapping[int, list[tuple[str, str]]]:
    """By assignment, the kinds and keys of the parts that the learner has still to do."""
    keys = [row.pk for row in rows]
    parts: dict[int, list[tuple[int, str, str]]] = {}
    wanted = ModulePart.objects.filter(asked(whole=F("version__assignments__is_whole")), version__assignments__in=keys)
    for assignment, pk, kind, key in wanted.values_list("version__assignments", "pk", "kind", "key"):
        parts.setdefault(assignment, []).append((pk, kind, key))
    waiting = SignOff.objects.waiting_at(by) if by else SignOff.objects.waiting()
    done_by = Q(done_at__lte=by) if by else Q(done_at__isnull=False)
    settled = PartRecord.objects.filter(done_by | Exists(waiting.filter(record=OuterRef("pk"))), assignment__in=keys)
    done = set(settled.values_list("assignment", "part"))
    return {
        row.pk: [(kind, key) for pk, kind, key in parts.get(row.pk, ()) if (row.pk, pk) not in done] for row in rows
    }


def _offers(modules: Iterable[int]) -> Mapping[tuple[int, str], list[Offer]]:
    """By module and part, the sessions that were not cancelled. One query: a row for each booking, or one without."""
    sessions = Session.objects.filter(module__in=modules).exclude(state=Session.State.CANCELLED)
    columns = ("pk", "module", "part_key", "starts_at", "seats")
    of_bookings = ("bookings__person", "bookings__state", "bookings__seated_at")
    offers: dict[int, Offer] = {}
    found: dict[tuple[int, str], list[Offer]] = {}
    for pk, module, key, starts_at, seats, person, state, seated_at in sessions.values_list(*columns, *of_bookings):
        if pk not in offers:
            offers[pk] = Offer(starts_at, seats)
            found.setdefault((module, key), []).append(offers[pk])
        offers[pk].taken += state in Booking.TAKEN
        if seated_at is not None:
            offers[pk].seated.add(person)
    return found


def _offered(row: Assignment, offers: Iterable[Offer]) -> Offered:
    person: Person = row.person
    days = [offer.starts_at.astimezone(person.zone).date() for offer in offers if offer.is_open_to(person.pk)]
    return Offered(row.assigned_at.astimezone(person.zone).date(), days)
