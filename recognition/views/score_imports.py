"""Customers' scores from a file: its dry run, and the decision to bring them in."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from foundation.http import fragment
from people.actions import imports
from people.forms.shared import TableForm
from people.models import ImportRun
from people.requests import PersonRequest
from people.views import import_runs
from people.views.lists import csv_answer, must
from recognition import policies
from recognition.actions import scores as actions
from recognition.score_rows import COLUMNS


@require_http_methods(["GET", "POST"])
def import_add(request: PersonRequest) -> HttpResponse:
    """Choose a file; it is checked first."""
    must(policies.can_import_praise(request.user))
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = actions.start_import(data=file.read(), file_name=file.name, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("recognition:score-import-detail", run.pk)
    context = {"form": form, "recent": import_runs.recent(_runs(request))}
    return render(request, "recognition/score_import.html", context, status=422 if form.errors else 200)


@require_safe
def import_template(request: PersonRequest) -> StreamingHttpResponse:
    """An empty file with the headings, to start from."""
    must(policies.can_import_praise(request.user))
    return csv_answer("scores-template.csv", [column.name for column in COLUMNS], [])


@require_safe
def import_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """Where the import stands: progress, the dry run, or every row that is wrong."""
    return fragment(request, "recognition/score_import_detail.html", "state", import_runs.standing(_run(request, pk)))


@require_safe
def import_errors(request: PersonRequest, pk: int) -> StreamingHttpResponse:
    """Every bad row as CSV, to mend them side by side with the file."""
    return import_runs.errors_as_csv(_run(request, pk))


@require_POST
def import_apply(request: PersonRequest, pk: int) -> HttpResponse:
    return _act(request, pk, imports.queue_import)


@require_POST
def import_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    return _act(request, pk, imports.cancel_import)


def _act(request: PersonRequest, pk: int, action: Any) -> HttpResponse:
    import_runs.decide(request, _run(request, pk), action)
    return redirect("recognition:score-import-detail", pk)


def _run(request: PersonRequest, pk: int) -> ImportRun:
    run = get_object_or_404(_runs(request), pk=pk)
    must(policies.can_import_praise(request.user))
    return run


def _runs(request: PersonRequest) -> QuerySet[ImportRun]:
    return ImportRun.objects.visible_to(request.user).of_kind(ImportRun.Kind.SCORES)
