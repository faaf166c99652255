"""What follows from what happened: tasks, scheduled once the transaction is safe.

`robust`: a broker that is away must not fail a page whose work is saved; people.tasks.resume_imports finds it later.
"""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from people import signals, tasks
from people.models import ImportRun


@receiver(signals.import_queued)
def work_on_import(run: ImportRun, **_kwargs: Any) -> None:
    checked = run.state not in {ImportRun.State.WAITING, ImportRun.State.CHECKING}
    task = tasks.apply_import if checked else tasks.check_import
    transaction.on_commit(partial(task.delay, run_id=run.pk), robust=True)


@receiver(signals.people_imported)
def invite_if_wanted(run: ImportRun, **_kwargs: Any) -> None:
    transaction.on_commit(partial(tasks.invite_imported.delay, run_id=run.pk), robust=True)
