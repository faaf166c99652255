"""Completions from elsewhere: a file, its dry run, the decision to apply it; or a single one by hand."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from foundation.http import fragment
from people.actions import imports
from people.forms.shared import TableForm
from people.models import ImportRun, Person
from people.requests import PersonRequest
from people.views import import_runs
from people.views.lists import csv_answer, must, show_refusal
from training import policies
from training.actions import completion_imports as actions
from training.actions import outside
from training.completion_rows import COLUMNS
from training.forms.completions import OutsideForm


@require_http_methods(["GET", "POST"])
def import_add(request: PersonRequest) -> HttpResponse:
    must(policies.can_record(request.user))
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = actions.start_import(data=file.read(), file_name=file.name, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("training:import-detail", run.pk)
    context = {"form": form, "recent": import_runs.recent(_runs(request))}
    return render(request, "training/import_add.html", context, status=422 if form.errors else 200)


@require_safe
def import_template(request: PersonRequest) -> StreamingHttpResponse:
    """An empty file with the headings, to start from."""
    must(policies.can_record(request.user))
    return csv_answer("completions-template.csv", [column.name for column in COLUMNS], [])


@require_safe
def import_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """Where the import stands: progress, the dry run, or every row that is wrong."""
    run = _run(request, pk)
    return fragment(request, "training/import_detail.html", "state", import_runs.standing(run))


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


@require_http_methods(["GET", "POST"])
def completion_add(request: PersonRequest, pk: int) -> HttpResponse:
    """One completion of somebody, from elsewhere."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    if not policies.can_view_training_of(request.user, person):
        raise Http404
    must(policies.can_record_for(request.user, person))
    form = OutsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            outside.record_one(person=person, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("It is recorded."))
            return redirect("training:transcript", person.pk)
    context = {"form": form, "someone": person}
    return render(request, "training/completion_add.html", context, status=422 if form.errors else 200)


def _act(request: PersonRequest, pk: int, action: Any) -> HttpResponse:
    import_runs.decide(request, _run(request, pk), action)
    return redirect("training:import-detail", pk)


def _run(request: PersonRequest, pk: int) -> ImportRun:
    run = get_object_or_404(_runs(request), pk=pk)
    must(policies.can_record(request.user))
    return run


def _runs(request: PersonRequest) -> QuerySet[ImportRun]:
    return ImportRun.objects.visible_to(request.user).of_kind(ImportRun.Kind.COMPLETIONS)
