"""Leave moves due days, forward and back: set-based, and twice is once."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from people.actions import audit
from people.models import Leave, Person
from training.leaves import DAY, Span, chosen_with_leave, due_now, due_with_leave
from training.models import Assignment, Extension

REASON = "leave"
BATCH = 1000


def spans_of(people: Collection[int]) -> dict[int, list[Span]]:
    """By person, all the leave of theirs that stands. One query."""
    spans: dict[int, list[Span]] = {}
    rows = Leave.objects.standing().filter(person__in=people)
    for person, first, last in rows.values_list("person", "from_on", "until_on"):
        spans.setdefault(person, []).append((first, last))
    return spans


def chosen_by_hand(
    *, until_on: date, person: Person, spans: Mapping[int, list[Span]], at: datetime
) -> tuple[date, date]:
    """The day that counts when somebody chooses this one, and what it would be without leave: a day of leave becomes
    the first one back."""
    since, theirs = at.astimezone(person.zone).date(), spans.get(person.pk, [])
    chosen = chosen_with_leave(until_on, since, theirs)
    return due_with_leave(chosen, since, theirs), chosen


@transaction.atomic
def move_for_leave(*, people: Collection[int], by: Person | None, at: datetime) -> int:
    """Bring the due days of what these people have open to where their leave puts them; how many moved."""
    rows = Assignment.objects.select_for_update(no_key=True, of=("self",)).open().select_related("person")
    return move_rows(rows=rows.filter(person__in=people, due_on__isnull=False).order_by("pk"), by=by, at=at)


def catch_up(*, at: datetime) -> int:
    """The same for everybody whose leave is not over: for what was given in the moment in which leave was recorded."""
    soon = Leave.objects.standing().filter(until_on__gte=at.date() - DAY)
    return move_for_leave(people=set(soon.values_list("person", flat=True)), by=None, at=at)


def move_given(*, rows: Iterable[Assignment], by: Person | None, at: datetime) -> int:
    """The same for what was given or asked for just now, of which no day was ever moved."""
    rows = list(rows)
    spans = spans_of({row.person_id for row in rows})
    return move_rows(rows=[row for row in rows if row.person_id in spans], by=by, at=at) if spans else 0


def move_rows(*, rows: Iterable[Assignment], by: Person | None, at: datetime) -> int:
    """The same for these, that are open and that nobody else changes meanwhile."""
    rows = [row for row in rows if row.due_on is not None]
    spans = spans_of({row.person_id for row in rows})
    moves = _history(rows)
    moved: list[Extension] = []
    for row in rows:
        zone = row.person.zone
        chosen, since = _chosen(row, moves.get(row.pk, []))
        if chosen is None or row.due_on is None:
            continue
        target = due_with_leave(chosen, since.astimezone(zone).date(), spans.get(row.person_id, []))
        due_on = due_now(current=row.due_on, target=target, today=at.astimezone(zone).date())
        if due_on != row.due_on:
            moved.append(Extension(assignment=row, from_on=row.due_on, until_on=due_on, reason=REASON, at=at))
            row.due_on = due_on
    if moved:
        Extension.objects.bulk_create(moved, batch_size=BATCH)
        Assignment.objects.bulk_update([one.assignment for one in moved], ["due_on"], batch_size=BATCH)
        audit.record_many(by=by, deeds=[_deed(one) for one in moved], at=at)
    return len(moved)


def _history(rows: list[Assignment]) -> dict[int, list[Extension]]:
    moves: dict[int, list[Extension]] = {}
    for one in Extension.objects.filter(assignment__in=[row.pk for row in rows]).order_by("pk"):
        moves.setdefault(one.assignment_id, []).append(one)
    return moves


def _chosen(row: Assignment, moves: list[Extension]) -> tuple[date | None, datetime]:
    """The day that was last chosen for it, as it would be without leave, and when: by hand, or when it was given."""
    by_hand = [one for one in moves if not one.is_for_leave]
    if by_hand:
        return by_hand[-1].own_on or by_hand[-1].until_on, by_hand[-1].at
    return (moves[0].from_on if moves else row.due_on), row.assigned_at


def _deed(one: Extension) -> audit.Deed:
    changes = {"from": one.from_on, "until": one.until_on}
    team = one.assignment.person.team_id
    return audit.Deed("training.moved_for_leave", one.assignment, changes=changes, reason=REASON, team=team)
