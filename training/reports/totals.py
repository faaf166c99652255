"""Teams in numbers: how much of what was asked of their people is held, and what is late and why."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from people.models.person import PersonQuerySet
from training.models import Assignment, Completion, past_due
from training.models.assignments import AssignmentQuerySet, CompletionQuerySet
from training.reports.lateness import late_among


@dataclass(frozen=True)
class Total:
    """One team without those below it, or people without one (`path` is ""). `asked` counts pairs of a person and a
    module that somebody asks of them, waived ones left out unless they are held; `held` those of them with a completion
    that has not run out; `late` by cause."""

    path: str
    people: int
    asked: int
    held: int
    late: Counter[str] = field(default_factory=Counter)

    @property
    def percent(self) -> int | None:
        """Rounded down, so that only all of it is 100."""
        return self.held * 100 // self.asked if self.asked else None


def totals_of(people: PersonQuerySet, *, at: datetime, module: int | None = None) -> list[Total]:
    """By path, then those without a team; of the module or of all. One grouped query, and what is late besides."""
    asked = Assignment.objects.filter(person__in=people.order_by().values("pk"))
    asked = asked.filter(module=module) if module else asked
    late: dict[int | None, Counter[str]] = {}
    for one in late_among(asked, at=at):
        late.setdefault(one.team, Counter())[one.cause] += 1
    rows = (
        last_asked(asked)
        .annotate(held=Exists(_holding(at)))
        .order_by()
        .values("person__team", "person__team__path")
        .annotate(
            people=Count("person", distinct=True),
            asked=Count("pk", filter=~Q(state=Assignment.State.WAIVED) | Q(held=True)),
            holding=Count("pk", filter=Q(held=True)),
        )
    )
    found = [
        Total(
            row["person__team__path"] or "",
            row["people"],
            row["asked"],
            row["holding"],
            late.get(row["person__team"], Counter()),
        )
        for row in rows
    ]
    return sorted(found, key=lambda total: (not total.path, total.path.lower()))


def sum_of(totals: list[Total]) -> Total:
    """All teams together."""
    late: Counter[str] = Counter()
    for one in totals:
        late += one.late
    return Total(
        "",
        sum(one.people for one in totals),
        sum(one.asked for one in totals),
        sum(one.held for one in totals),
        late,
    )


def last_asked(assignments: AssignmentQuerySet) -> AssignmentQuerySet:
    """Of each person and module the last that was asked of them and not taken back."""
    asked = Assignment.objects.exclude(state=Assignment.State.WITHDRAWN).exclude(reason=Assignment.Reason.SELF)
    later = asked.filter(person=OuterRef("person"), module=OuterRef("module"), cycle__gt=OuterRef("cycle"))
    mine = assignments.exclude(state=Assignment.State.WITHDRAWN).exclude(reason=Assignment.Reason.SELF)
    return mine.filter(~Exists(later))


def _holding(at: datetime) -> CompletionQuerySet:
    of_cell = Completion.objects.filter(person=OuterRef("person"), module=OuterRef("module")).latest()
    return of_cell.filter(Q(expires_on__isnull=True) | ~past_due(at, "expires_on"))
