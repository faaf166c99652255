"""What follows from what happened: tasks, scheduled once the transaction is safe.

`robust`: a broker that is away must not fail a page whose work is saved; hiring.tasks.resume_imports finds it later.
"""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from hiring import tasks
from people import signals
from people.models import ImportRun


@receiver(signals.import_queued)
def work_on_candidates(run: ImportRun, **_kwargs: Any) -> None:
    if run.kind != ImportRun.Kind.CANDIDATES:
        return
    checked = run.state not in {ImportRun.State.WAITING, ImportRun.State.CHECKING}
    task = tasks.apply_candidates if checked else tasks.check_candidates
    transaction.on_commit(partial(task.delay, run_id=run.pk), robust=True)
