"""Candidates: the list with its export, one human, and correcting name and contact."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from foundation.http import fragment
from foundation.paging import page_of
from hiring import policies
from hiring.actions import candidates as actions
from hiring.forms.candidates import CandidateFilter, ContactForm
from hiring.models import Candidate
from hiring.reports import candidates as reports
from hiring.views.library import show_refusal
from notifications.actions import addresses
from notifications.reports import suppression_of
from people.actions import audit
from people.requests import PersonRequest
from people.views.lists import csv_answer


@require_safe
def candidate_list(request: PersonRequest) -> HttpResponse:
    """One line an application: the same human may stand in it more than once."""
    if not policies.can_view_candidates(request.user):
        raise PermissionDenied
    chosen, wanted = _filters(request)
    now, sort = timezone.now(), request.GET.get("sort", "")
    found = reports.listed(request.user, wanted, at=now)
    ordered, order = reports.in_order(request.user, found, sort)
    page = page_of(ordered, order=order, cursor=request.GET.get("after"), purpose=f"{wanted}{sort}")
    context = {
        "filter": chosen,
        "filtered": wanted.any,
        "rows": reports.rows(request.user, page.items, at=now),
        "count": reports.counted(found),
        "most": reports.COUNTED,
        "page": page,
        "query": _query(request),
        "can_import": policies.recruits(request.user),
    }
    return fragment(request, "hiring/candidate_list.html", "rows", context)


@require_safe
def candidate_export(request: PersonRequest) -> StreamingHttpResponse:
    """The rows of the list's filters."""
    if not policies.can_view_candidates(request.user):
        raise PermissionDenied
    _chosen, wanted = _filters(request)
    found = reports.listed(request.user, wanted, at=timezone.now())
    audit.record(
        by=request.user,
        did="hiring.candidates_exported",
        outcome=audit.Outcome.EXPORTED,
        changes={"rows": found.count(), "filters": sorted(name for name, value in request.GET.items() if value)},
        at=timezone.now(),
    )
    return csv_answer("candidates.csv", reports.EXPORTED, reports.export_rows(request.user, found))


@require_safe
def candidate_detail(request: PersonRequest, pk: int) -> HttpResponse:
    candidate = _candidate(request, pk)
    context = {
        "candidate": candidate,
        "rows": reports.applications_of(request.user, candidate, at=timezone.now()),
        "can_edit": policies.can_edit_candidate(request.user, candidate),
        "refusing": suppression_of(candidate.email),
    }
    return render(request, "hiring/candidate_detail.html", context)


@require_POST
def candidate_write_again(request: PersonRequest, pk: int) -> HttpResponse:
    """The candidate's address is right and works again."""
    candidate = _candidate(request, pk)
    if not policies.can_edit_candidate(request.user, candidate):
        raise PermissionDenied
    if suppression := suppression_of(candidate.email):
        addresses.lift(suppression=suppression, by=request.user, at=timezone.now(), thing=candidate)
        messages.success(request, _("Mail goes to %(address)s again.") % {"address": candidate.email})
    return redirect(candidate)


@require_http_methods(["GET", "POST"])
def candidate_edit(request: PersonRequest, pk: int) -> HttpResponse:
    candidate = _candidate(request, pk)
    if not policies.can_edit_candidate(request.user, candidate):
        raise PermissionDenied
    initial = {name: getattr(candidate, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_candidate(candidate=candidate, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(candidate)
    context = {"candidate": candidate, "form": form}
    return render(request, "hiring/candidate_edit.html", context, status=422 if form.errors else 200)


def _candidate(request: PersonRequest, pk: int) -> Candidate:
    return get_object_or_404(Candidate.objects.visible_to(request.user).select_related("hired_as"), pk=pk)


def _filters(request: PersonRequest) -> tuple[CandidateFilter, reports.Wanted]:
    """The filter form, and what of it makes sense: a filter that does not is shown as an error and lets all through."""
    opening = _number(request.GET.get("opening", ""))
    form = CandidateFilter(
        request.GET,
        openings=reports.openings_to_choose(request.user, opening),
        stages=reports.stages_to_choose(request.user, opening),
    )
    form.is_valid()
    given: dict[str, Any] = {name: value for name, value in form.cleaned_data.items() if value}
    return form, reports.Wanted(**given)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else None


def _query(request: PersonRequest) -> str:
    """The filters in force as a query string, for the export."""
    query = request.GET.copy()
    for name in ("after", "sort"):
        query.pop(name, None)
    return query.urlencode()
