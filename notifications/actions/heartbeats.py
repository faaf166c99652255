"""Noting down that a process works, and forgetting those that are no more."""

from datetime import datetime, timedelta

from django.db import transaction

from notifications.models import Heartbeat

REMEMBERED = timedelta(days=1)  # a worker that was not replaced under its name is gone for good by then


@transaction.atomic
def note(*, name: str, kind: Heartbeat.Kind, at: datetime, detail: str = "") -> None:
    """The process of this name worked at this moment."""
    fields = {"kind": kind, "at": at, "detail": detail[:200]}
    Heartbeat.objects.update_or_create(name=name[:200], defaults=fields)


def forget(*, at: datetime) -> int:
    """Drop workers that have been silent for a day, as long as others work; how many."""
    workers = Heartbeat.objects.filter(kind=Heartbeat.Kind.WORKER)
    if not workers.filter(at__gte=at - REMEMBERED).exists():
        return 0
    return workers.filter(at__lt=at - REMEMBERED).delete()[0]
