"""Beat, with a heartbeat: what it starts is as before (celery.beat)."""

import logging
import os
import socket
from time import monotonic
from typing import Any

from celery.beat import PersistentScheduler
from django.db import Error, close_old_connections
from django.utils import timezone

from notifications.actions import heartbeats
from notifications.models import Heartbeat

log = logging.getLogger(__name__)
EVERY = 20  # seconds between two notes, at least


class Clock(PersistentScheduler):
    """Notes in the database that it goes on starting what is due."""

    # Woken at least as often, whatever the schedule says: the portal calls it silent after five minutes.
    max_interval = 60
    _noted = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Start what is due; the seconds until something is due again."""
        wait: float = super().tick(*args, **kwargs)
        if monotonic() - self._noted >= EVERY:
            self._noted = monotonic()
            self._note()
        return wait

    def _note(self) -> None:
        try:
            close_old_connections()
            detail = f"{socket.gethostname()}, process {os.getpid()}"
            heartbeats.note(name="beat", kind=Heartbeat.Kind.BEAT, at=timezone.now(), detail=detail)
        except Error as problem:
            log.warning(
                "The clock's heartbeat was not noted: %s", type(problem).__name__
            )  # it starts things all the same
        finally:
            close_old_connections()
