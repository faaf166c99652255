"""What the processes under test know beyond the portal: kinds to tell, and shorter times, so that no test waits."""

import os
from datetime import timedelta

from django.apps import AppConfig

LEASE = timedelta(seconds=int(os.environ.get("FAULTS_LEASE", "4")))
QUEUED_FOR = timedelta(seconds=3)
PATIENCE = timedelta(seconds=2)
REST = timedelta(seconds=1)


class FaultsConfig(AppConfig):
    name = "tests.faults"
    label = "faults"

    def ready(self) -> None:
        from notifications import egress, events, kinds
        from notifications.actions import dispatch, holds, ledger, posting, sending
        from portal import clock, watchdog
        from portal.celery import app
        from tests.faults.notices import KINDS, NEWS

        kinds.declare(*KINDS.values())
        events.declare_event(NEWS)
        ledger.LEASE, dispatch.QUEUED_FOR, sending.PATIENCE = LEASE, QUEUED_FOR, PATIENCE
        clock.EVERY, watchdog.EVERY, watchdog.GRACE = 1, 0.5, 5.0
        holds.PLANNED_AGAIN = timedelta(0)
        ledger.BACK_OFF = (0.01,) * len(ledger.BACK_OFF)  # type: ignore[assignment]  # minutes
        ledger.BACK_OFF_OF_CHAT = (0.01,) * len(ledger.BACK_OFF_OF_CHAT)  # type: ignore[assignment]
        posting.PATIENCE, posting.REST, egress.SECONDS = PATIENCE, REST, 2.0
        app.conf.beat_schedule = {"deliver": {"task": "notifications.tasks.tick", "schedule": 1.0}}
        if os.environ.get("FAULTS_PLAN"):
            app.conf.beat_schedule["plan"] = {"task": "tests.faults.tasks.plan_periods", "schedule": 1.0}
