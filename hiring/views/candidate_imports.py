"""Imports of candidates: a file, its dry run, the columns, the decision to apply it, and how far that is."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from foundation.http import fragment
from hiring import policies
from hiring.actions import candidate_imports as actions
from hiring.candidate_rows import COLUMNS
from hiring.forms.candidates import ColumnsForm, column_label
from hiring.models import Opening
from hiring.views.library import show_refusal
from hiring.views.openings import to_recruit_for
from people.actions import imports
from people.forms.shared import TableForm
from people.models import ImportRun
from people.requests import PersonRequest
from people.views import import_runs
from people.views.lists import csv_answer


@require_http_methods(["GET", "POST"])
def application_import(request: PersonRequest, pk: int) -> HttpResponse:
    """A file for this one opening."""
    return _upload(request, to_recruit_for(request, pk))


@require_http_methods(["GET", "POST"])
def candidate_import(request: PersonRequest) -> HttpResponse:
    """A file that names the opening of each row."""
    if not policies.recruits(request.user):
        raise PermissionDenied
    return _upload(request, None)


def _upload(request: PersonRequest, opening: Opening | None) -> HttpResponse:
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = actions.start_import(
                data=file.read(), file_name=file.name, opening=opening, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("hiring:candidate-import-detail", run.pk)
    context = {
        "form": form,
        "opening": opening,
        "recent": import_runs.recent(_runs(request)),
    }
    return render(request, "hiring/candidate_import.html", context, status=422 if form.errors else 200)


@require_safe
def candidate_import_template(request: PersonRequest) -> StreamingHttpResponse:
    """An empty file with the headings, to start from."""
    if not policies.recruits(request.user):
        raise PermissionDenied
    return csv_answer("candidates-template.csv", [column.name for column in COLUMNS], [])


@require_safe
def candidate_import_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """Where the import stands: progress, the dry run, or every row that is wrong."""
    run = _run(request, pk)
    fixed = run.options.get("opening")
    context = {
        **import_runs.standing(run),
        "columns": [(heading, column_label(name)) for name, heading in run.report.get("columns", {}).items()],
        "opening": Opening.objects.visible_to(request.user).filter(pk=fixed).first() if fixed else None,
        "can_choose": run.state in {ImportRun.State.READY, ImportRun.State.REJECTED} and bool(run.file),
    }
    return fragment(request, "hiring/candidate_import_detail.html", "state", context)


@require_http_methods(["GET", "POST"])
def candidate_import_columns(request: PersonRequest, pk: int) -> HttpResponse:
    """Say which column of the file feeds which field."""
    run = _run(request, pk)
    chosen = {heading: name for name, heading in run.report.get("columns", {}).items()} | run.options["columns"]
    samples = run.report.get("samples", {})
    form = ColumnsForm(request.POST or None, headings=run.options["headings"], chosen=chosen, samples=samples)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_columns(run=run, columns=form.columns(), by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("hiring:candidate-import-detail", run.pk)
    context = {"run": run, "form": form}
    return render(request, "hiring/candidate_import_columns.html", context, status=422 if form.errors else 200)


@require_safe
def candidate_import_errors(request: PersonRequest, pk: int) -> StreamingHttpResponse:
    """Every bad row as CSV, to mend them side by side with the file."""
    return import_runs.errors_as_csv(_run(request, pk))


@require_POST
def candidate_import_apply(request: PersonRequest, pk: int) -> HttpResponse:
    return _act(request, pk, imports.queue_import)


@require_POST
def candidate_import_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    return _act(request, pk, imports.cancel_import)


def _act(request: PersonRequest, pk: int, action: Any) -> HttpResponse:
    import_runs.decide(request, _run(request, pk), action)
    return redirect("hiring:candidate-import-detail", pk)


def _run(request: PersonRequest, pk: int) -> ImportRun:
    run = get_object_or_404(_runs(request), pk=pk)
    if not policies.recruits(request.user):
        raise PermissionDenied
    return run


def _runs(request: PersonRequest) -> QuerySet[ImportRun]:
    return ImportRun.objects.visible_to(request.user).of_kind(ImportRun.Kind.CANDIDATES)
