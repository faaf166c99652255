"""Signs of life of the processes that carry notices, and how far the ticks have come in this database."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When one process last proved that it works: the clock by having started what was due, a worker by having taken a
    task from the queue and written this row in it. To be alive is not enough."""

    class Kind(models.TextChoices):
        BEAT = "beat", _("Clock")
        WORKER = "worker", _("Worker")

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


class Mark(models.Model):
    """One row: when the ledger last ticked in this database, and from when on what was due waits for a person.

    The installation remembers the same moment outside the database (notifications/memory.py). A database that knows of
    an earlier one than the installation does was restored from a backup: what it calls planned may have been sent.
    """

    class Why(models.TextChoices):
        RESTORED = "restored", _("The database is older than what this installation remembers.")
        ANOTHER = "another", _("This is not the database that this installation served last.")
        ASKED = "asked", _("An operator asked for it.")

    era = models.UUIDField(default=uuid.uuid4, editable=False)
    ticked_at = models.DateTimeField()
    held_since = models.DateTimeField(null=True)  # what was due by then waits, until the hold has ended
    hold_ended_at = models.DateTimeField(null=True)
    held_why = models.CharField(max_length=10, choices=Why, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="notifications_there_is_one_mark"),
            models.CheckConstraint(
                condition=models.Q(held_since__isnull=True) | ~models.Q(held_why=""),
                name="notifications_hold_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticked_at:%Y-%m-%d %H:%M:%S}"

    @property
    def is_held(self) -> bool:
        return self.held_since is not None and self.hold_ended_at is None
