"""The library: competencies and their questions."""

from typing import Any, TypeVar

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Conflict, Invalid, Refused
from foundation.http import fragment
from foundation.paging import page_of
from hiring import policies
from hiring.actions import library as actions
from hiring.forms.library import CompetencyForm, LibraryFilter, QuestionForm
from hiring.models import Competency, Question
from hiring.reports import library as reports
from people.requests import PersonRequest

Found = TypeVar("Found", Competency, Question)


@require_GET
def competency_list(request: PersonRequest) -> HttpResponse:
    _must(policies.can_view_library(request.user))
    chosen = LibraryFilter(request.GET)
    wanted = {name: value for name, value in chosen.cleaned_data.items() if value} if chosen.is_valid() else {}
    found = reports.listed(**wanted)
    page = page_of(found, order=("place", "name", "pk"), cursor=request.GET.get("after"), purpose=str(wanted))
    context = {
        "filter": chosen,
        "filtered": bool(wanted),
        "rows": reports.with_kits(page.items),
        "newer": with_cursor(request, page.newer),
        "older": with_cursor(request, page.older),
        "can_edit": policies.can_edit_library(request.user),
    }
    return fragment(request, "hiring/competency_list.html", "rows", context)


@require_GET
def competency_detail(request: PersonRequest, pk: int) -> HttpResponse:
    _must(policies.can_view_library(request.user))
    competency = get_object_or_404(Competency, pk=pk)
    questions = list(competency.questions.order_by("pk"))
    context = {
        "competency": competency,
        "questions": [question for question in questions if question.archived_at is None],
        "archived": [question for question in questions if question.archived_at is not None],
        "kits": reports.kits_by_competency([competency.key]).get(competency.key, []),
        "can_edit": policies.can_edit_library(request.user),
    }
    return render(request, "hiring/competency_detail.html", context)


@require_http_methods(["GET", "POST"])
def competency_create(request: PersonRequest) -> HttpResponse:
    _must(policies.can_edit_library(request.user))
    form = CompetencyForm(request.POST or None, initial={"group": Competency.Group.SERVICE})
    if request.method == "POST" and form.is_valid():
        content = _content(form)
        try:
            competency = actions.create_competency(by=request.user, at=timezone.now(), **content)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("“%(name)s” is in the library.") % {"name": competency})
            return redirect(competency)
    return render(request, "hiring/competency_edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def competency_edit(request: PersonRequest, pk: int) -> HttpResponse:
    _must(policies.can_edit_library(request.user))
    competency = get_object_or_404(Competency, pk=pk)
    form, conflict = CompetencyForm(request.POST or None, initial=_initial(competency)), False
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            actions.edit_competency(
                competency=competency, by=request.user, at=timezone.now(), seen=seen, **_content(form)
            )
        except Refused as refusal:
            conflict = show_refusal(form, refusal, competency)
        else:
            messages.success(request, _("Saved. Published kits keep the wording they have."))
            return redirect(competency)
    context = {"form": form, "competency": competency, "conflict": conflict}
    return render(request, "hiring/competency_edit.html", context, status=_status(form, conflict))


@require_POST
def competency_archive(request: PersonRequest, pk: int) -> HttpResponse:
    competency = _to_edit(request, Competency, pk)
    actions.archive_competency(competency=competency, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” is archived. Kits that hold it keep it.") % {"name": competency})
    return redirect(competency)


@require_POST
def competency_restore(request: PersonRequest, pk: int) -> HttpResponse:
    competency = _to_edit(request, Competency, pk)
    actions.restore_competency(competency=competency, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” is offered to kits again.") % {"name": competency})
    return redirect(competency)


@require_http_methods(["GET", "POST"])
def question_create(request: PersonRequest, pk: int) -> HttpResponse:
    _must(policies.can_edit_library(request.user))
    competency = get_object_or_404(Competency, pk=pk)
    form = QuestionForm(request.POST or None, initial={"kind": Question.Kind.BEHAVIOURAL})
    if request.method == "POST" and form.is_valid():
        try:
            question = actions.create_question(
                competency=competency, by=request.user, at=timezone.now(), **_content(form)
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The question is in the library."))
            return redirect(_place(question))
    context = {"form": form, "competency": competency}
    return render(request, "hiring/question_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def question_edit(request: PersonRequest, pk: int) -> HttpResponse:
    _must(policies.can_edit_library(request.user))
    question = get_object_or_404(Question.objects.select_related("competency"), pk=pk)
    form, conflict = QuestionForm(request.POST or None, initial=_initial(question)), False
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            actions.edit_question(question=question, by=request.user, at=timezone.now(), seen=seen, **_content(form))
        except Refused as refusal:
            conflict = show_refusal(form, refusal, question)
        else:
            messages.success(request, _("Saved. Published kits keep the wording they have."))
            return redirect(_place(question))
    context = {"form": form, "competency": question.competency, "question": question, "conflict": conflict}
    return render(request, "hiring/question_edit.html", context, status=_status(form, conflict))


@require_POST
def question_archive(request: PersonRequest, pk: int) -> HttpResponse:
    question = _to_edit(request, Question, pk)
    actions.archive_question(question=question, by=request.user, at=timezone.now())
    messages.success(request, _("The question is archived. Kits that ask it keep it."))
    return redirect(question.competency)


@require_POST
def question_restore(request: PersonRequest, pk: int) -> HttpResponse:
    question = _to_edit(request, Question, pk)
    actions.restore_question(question=question, by=request.user, at=timezone.now())
    messages.success(request, _("The question is offered to kits again."))
    return redirect(_place(question))


def with_cursor(request: PersonRequest, cursor: str | None) -> str:
    """The present address, on the page of the list that the cursor names; "" for none."""
    if cursor is None:
        return ""
    query = request.GET.copy()
    query["after"] = cursor
    return f"?{query.urlencode()}"


def show_refusal(form: django_forms.Form, refusal: Refused, record: Competency | Question | None = None) -> bool:
    """Put the refusal where it belongs on the form; True for a conflict, after which saving again means it."""
    if isinstance(refusal, Conflict) and record is not None:
        record.refresh_from_db()
        form.data = {name: form.data.get(name, "") for name in form.fields} | {"seen": reports.fingerprint(record)}
        form.add_error(None, str(refusal))
        return True
    errors = refusal.errors if isinstance(refusal, Invalid) else {}
    for name, reasons in errors.items():
        for reason in reasons:
            form.add_error(name if name in form.fields else None, reason)
    if not errors:
        form.add_error(None, str(refusal))
    return False


def _must(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _content(form: django_forms.Form) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "seen"}


def _initial(record: Competency | Question) -> dict[str, Any]:
    fields = reports.COMPETENCY_FIELDS if isinstance(record, Competency) else reports.QUESTION_FIELDS
    return {name: getattr(record, name) for name in fields} | {"seen": reports.fingerprint(record)}


def _status(form: django_forms.Form, conflict: bool) -> int:
    return 409 if conflict else 422 if form.errors else 200


def _place(question: Question) -> str:
    return f"{reverse('hiring:competency-detail', args=[question.competency_id])}#question-{question.pk}"


def _to_edit(request: PersonRequest, model: type[Found], pk: int) -> Found:
    _must(policies.can_edit_library(request.user))
    return get_object_or_404(model, pk=pk)
