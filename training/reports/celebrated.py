"""What people completed that colleagues may want to celebrate."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import DateField, DateTimeField, Exists, OuterRef, Value
from django.db.models.functions import Cast

from people.models.person import PersonQuerySet
from training.models import Completion, Module, PathAssignment


def completed_since(people: PersonQuerySet, *, since: date) -> list[tuple[int, date, str]]:
    """Of these people from this day on, in their zones: paths, and soft skills when completed here for the first time;
    as the person's key, the day and the name. One query."""
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
    # A module's completion knows its day, a path's its moment.
    no_day, no_moment = Cast(Value(None), DateField()), Cast(Value(None), DateTimeField())
    days = modules.order_by().values_list("person", "module__name", "person__time_zone", "completed_on", no_moment)
    moments = paths.order_by().values_list("person", "path__name", "person__time_zone", no_day, "ended_at")
    return [
        (key, day or moment.astimezone(ZoneInfo(zone)).date(), name)
        for key, name, zone, day, moment in days.union(moments, all=True)
    ]
