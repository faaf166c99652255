"""The Celery application and the beat schedule: a few ticks in UTC; the database says what is due."""

import inspect
import os
from typing import Any

from celery import Celery, Task
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

from foundation import origin

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


class OriginTask(Task[Any, Any]):
    """Tells the audit trail that what happens inside comes from a task, not from a request or a command.

    While a release is being put in place an older worker gets messages of the newer one: it leaves out what it does not
    know yet. Of tasks that it does not know at all it takes none; the tables know what is due, and ask again.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        known = inspect.signature(self.run).parameters
        with origin.acting("task"):
            return super().__call__(*args, **{name: value for name, value in kwargs.items() if name in known})


TRANSPORT_ALIASES["filesystem"] = "portal.broker:Transport"

app = Celery("rapport", task_cls=OriginTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "plan-reminders-of-invitations": {"task": "portal.tasks.plan_reminders", "schedule": 300.0},
    "plan-reminders-of-hiring": {"task": "hiring.tasks.plan_reminders", "schedule": 300.0},
    "plan-reminders-of-training": {"task": "training.tasks.plan_reminders", "schedule": 300.0},
    "open-renewals-of-training": {"task": "training.tasks.open_renewals", "schedule": 3600.0},
    "apply-rules-of-training": {"task": "training.tasks.apply_rules", "schedule": 3600.0},
    "turn-pulses": {"task": "recognition.tasks.turn_pulses", "schedule": 3600.0},
    "turn-rounds-of-awards": {"task": "recognition.tasks.turn_rounds", "schedule": 300.0},
    "remind-of-ideas": {"task": "recognition.tasks.remind_of_ideas", "schedule": 3600.0},
    "plan-digests": {"task": "notifications.tasks.plan_digests", "schedule": 300.0},
    "deliver-notices": {"task": "notifications.tasks.tick", "schedule": 60.0},
    "forget-reports-of-mail": {"task": "notifications.tasks.forget_reports", "schedule": 86400.0},
    "resume-imports": {"task": "people.tasks.resume_imports", "schedule": 60.0},
    "forget-originals-of-praise": {"task": "recognition.tasks.forget_originals", "schedule": 86400.0},
    "forget-pictures-of-recognition": {"task": "recognition.tasks.forget_pictures", "schedule": 86400.0},
    "work-out-spread-of-thanks": {"task": "recognition.tasks.work_out_spread", "schedule": 86400.0},
    "forget-files-of-training": {"task": "training.tasks.forget_files", "schedule": 86400.0},
    "forget-ended-sessions": {"task": "people.tasks.forget_ended_sessions", "schedule": 86400.0},
    "forget-settled-deliveries": {"task": "notifications.tasks.forget_settled", "schedule": 86400.0},
    "deactivate-leavers": {"task": "people.tasks.deactivate_leavers", "schedule": 900.0},
}


@worker_ready.connect
def watch_worker(sender: Any, **_kwargs: Any) -> None:
    """Whether the worker goes on working is asked from within it."""
    from portal import watchdog

    watchdog.start(sender.hostname)
