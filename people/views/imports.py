"""Imports of people: a file, its dry run, the decision to apply it, and how far that is."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from foundation.http import fragment
from foundation.paging import page_of
from people import policies
from people.actions import imports, people_imports
from people.forms.organisation import PeopleTableForm
from people.import_rows import COLUMNS
from people.models import ImportRun, Person
from people.requests import PersonRequest
from people.views import import_runs
from people.views.lists import csv_answer, must, page_links


@require_safe
def import_list(request: PersonRequest) -> HttpResponse:
    must(policies.can_import_people(request.user))
    runs = _runs(request).order_by("-uploaded_at", "-pk")
    page = page_of(runs.defer("report"), order=("-uploaded_at", "-pk"), cursor=request.GET.get("after"))
    return render(request, "people/import_list.html", {"page": page, **page_links(request, page)})


@require_http_methods(["GET", "HEAD", "POST"])
def import_add(request: PersonRequest) -> HttpResponse:
    must(policies.can_import_people(request.user))
    form = PeopleTableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = people_imports.start_import(
                data=file.read(),
                file_name=file.name,
                by=request.user,
                at=timezone.now(),
                invite=form.cleaned_data["invite"],
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("people:import-detail", pk=run.pk)
    return render(request, "people/import_add.html", {"form": form, "columns": COLUMNS})


@require_safe
def import_template(request: PersonRequest) -> StreamingHttpResponse:
    """An empty file with the headings, to start from."""
    must(policies.can_import_people(request.user))
    return csv_answer("people-template.csv", [column.name for column in COLUMNS], [])


@require_safe
def import_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """Where the import stands: progress, the dry run, or every row that is wrong."""
    run = _run(request, pk)
    context = {
        **import_runs.standing(run),
        "few_places": len(run.report.get("new_teams", [])) + len(run.report.get("new_sites", [])) <= 12,
        **_after_applying(run),
    }
    return fragment(request, "people/import_detail.html", "state", context)


def _after_applying(run: ImportRun) -> dict[str, Any]:
    if run.state != ImportRun.State.APPLIED:
        return {}
    added = Person.objects.filter(pk__in=run.report.get("added", []))
    return {"uninvited": added.active().filter(invited_at__isnull=True, last_login__isnull=True).count()}


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


@require_POST
def import_invite(request: PersonRequest, pk: int) -> HttpResponse:
    return _act(request, pk, people_imports.queue_invitations, done=_("The invitations are on their way."))


def _act(request: PersonRequest, pk: int, action: Any, done: str = "") -> HttpResponse:
    import_runs.decide(request, _run(request, pk), action, done)
    return redirect("people:import-detail", pk=pk)


def _run(request: PersonRequest, pk: int) -> ImportRun:
    run = get_object_or_404(_runs(request), pk=pk)
    must(policies.can_import_people(request.user))
    return run


def _runs(request: PersonRequest) -> QuerySet[ImportRun]:
    return ImportRun.objects.visible_to(request.user).of_kind(ImportRun.Kind.PEOPLE)
