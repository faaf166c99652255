"""What the pages of every kind of import share: where a run stands, its errors as a file, and the decision about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone

from foundation.errors import Refused
from people.actions import imports
from people.models import ImportRun
from people.requests import PersonRequest
from people.views.lists import csv_answer

STATE = ImportRun.State
WORKING = (STATE.WAITING, STATE.CHECKING, STATE.QUEUED, STATE.APPLYING)
ERRORS_SHOWN = 200
RECENT = 10
ERROR_COLUMNS = ("line", "column", "value", "reason")


def recent(runs: QuerySet[ImportRun]) -> QuerySet[ImportRun]:
    """The latest of them, for the page on which a file is chosen."""
    return runs.order_by("-uploaded_at", "-pk")[:RECENT]


def standing(run: ImportRun) -> dict[str, Any]:
    """What the page of a run shows, whatever its kind."""
    errors = run.report.get("errors", [])
    return {
        "run": run,
        "working": run.state in WORKING,
        "counts": run.report.get("counts", {}),
        "errors": errors[:ERRORS_SHOWN],
        "errors_left_off": max(0, len(errors) - ERRORS_SHOWN),
        "shown": imports.SHOWN,
    }


def errors_as_csv(run: ImportRun) -> StreamingHttpResponse:
    """Every bad row, to mend them side by side with the file."""
    errors = run.report.get("errors", [])
    return csv_answer("errors.csv", ERROR_COLUMNS, ([row.get(name, "") for name in ERROR_COLUMNS] for row in errors))


def decide(request: PersonRequest, run: ImportRun, act: Callable[..., None], done: str = "") -> None:
    """Have it done; a refusal, and `done` when it was not refused, is what the next page says."""
    try:
        act(run=run, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if done:
            messages.success(request, done)
