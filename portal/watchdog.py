"""Ends a worker that lives and works no more, so that whoever started it starts another.

After its broker was away a Celery worker may go on living, answer pings, and never take a task again. So a thread of
each worker sends that worker a pulse each minute, by a queue that only it reads, and looks whether the worker starts
anything at all. What can end it is only this: several pulses were sent, nothing was begun, nothing is being done.

A long task is work, a broker that cannot be reached is no fault of the worker's, and a pause of the whole process sends
no pulses: none of them counts. A new worker has as many minutes again, so that they cannot follow each other fast.
"""

import logging
import os
import threading
from collections.abc import Callable
from time import sleep

from celery.utils.nodenames import worker_direct
from celery.worker import state
from django.conf import settings

from notifications import tasks

log = logging.getLogger(__name__)
EVERY = 60.0  # seconds from pulse to pulse
GRACE = 30.0  # seconds to end by itself, before it is ended
EX_UNAVAILABLE = 69  # as sysexits.h has it: "a service is unavailable"


class Watchdog:
    """Counts the pulses that were sent since the worker last began anything."""

    def __init__(self, send: Callable[[], None], *, patience: int) -> None:
        self.send, self.patience = send, patience
        self.unanswered = 0
        self._begun = -1

    def look(self) -> bool:
        """Send a pulse; whether the worker is to be ended."""
        begun = state.all_total_count[0]
        if begun != self._begun or state.active_requests:
            self._begun, self.unanswered = begun, 0
        try:
            self.send()
        except Exception as problem:
            log.debug("No pulse, for the broker cannot be reached: %s", problem)
            return False
        self.unanswered += 1
        return bool(self.patience) and self.unanswered > self.patience


def start(name: str) -> None:
    """Watch over this process, the worker of this name, until it ends."""

    def send() -> None:
        # An old pulse says nothing; and without retries, for the next one comes anyway.
        tasks.pulse.apply_async(kwargs={"name": name}, queue=worker_direct(name), expires=EVERY, retry=False)

    watchdog = Watchdog(send, patience=settings.WORKER_WATCHDOG_MINUTES)
    threading.Thread(target=_run, args=(watchdog, name), name="watchdog", daemon=True).start()


def _run(watchdog: Watchdog, name: str) -> None:
    while not watchdog.look():
        sleep(EVERY)
    log.critical("%s took none of its last %s tasks: it ends, to be started anew", name, watchdog.unanswered)
    state.should_stop = EX_UNAVAILABLE  # type: ignore[assignment]
    sleep(GRACE)
    os._exit(EX_UNAVAILABLE)  # what does not listen does not end by itself either
