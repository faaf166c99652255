"""What people completed that colleagues may want to celebrate."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from people.models.person import PersonQuerySet
from training.models import Completion, Module, PathAssignment


def completed_since(people: PersonQuerySet, *, since: date) -> list[tuple[int, date, str]]:
    """Of these people from this day on, in their zones: paths, and soft skills when completed here for the first time;
    as the person's key, the day and the name. Two queries."""
    who = people.order_by().values("pk")
    before = Completion.objects.counting().filter(
        person=OuterRef("person"), module=OuterRef("module"), completed_at__lt=OuterRef("completed_at")
    )
    modules = Completion.objects.counting().filter(
        ~Exists(before), person__in=who, completed_on__gte=since, assignment__isnull=False,
        module__kind=Module.Kind.SOFT_SKILL,
    )  # fmt: skip
    paths = PathAssignment.objects.filter(
        person__in=who, state=PathAssignment.State.COMPLETED, ended_at__gte=datetime.combine(since, time(), tzinfo=UTC)
    )
    ended = paths.values_list("person", "ended_at", "person__time_zone", "path__name")
    found = [(key, at.astimezone(ZoneInfo(zone)).date(), name) for key, at, zone, name in ended if at]
    return [*modules.values_list("person", "completed_on", "module__name"), *found]
