"""Openings: list, pipeline, what they say, opening and closing."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation import charts
from foundation.errors import Refused
from foundation.http import fragment
from foundation.paging import page_of
from hiring import policies
from hiring.actions import openings as actions
from hiring.forms.openings import OpeningFilter, OpeningForm, ReasonForm, written_person
from hiring.models import Opening
from hiring.reports import openings as reports
from people.models import Person, Role, Team
from people.requests import PersonRequest


@require_safe
def opening_list(request: PersonRequest) -> HttpResponse:
    if not policies.can_view_openings(request.user):
        raise PermissionDenied
    chosen = OpeningFilter(request.GET)
    wanted = {name: value for name, value in chosen.cleaned_data.items() if value} if chosen.is_valid() else {}
    page = page_of(
        reports.listed(request.user, **wanted),
        order=("-created_at", "-pk"),
        cursor=request.GET.get("after"),
        purpose=str(wanted),
    )
    context = {
        "filter": chosen,
        "filtered": bool(wanted),
        "openings": reports.with_counts(page.items),
        "page": page,
        "can_create": policies.can_create_openings(request.user),
    }
    return fragment(request, "hiring/opening_list.html", "rows", context)


@require_safe
def opening_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """The pipeline board."""
    return board_page(request, visible(request, pk), stalled_only=request.GET.get("stalled") == "1")


def board_page(
    request: PersonRequest, opening: Opening, *, stalled_only: bool, refusal: str = "", chosen: Iterable[int] = ()
) -> HttpResponse:
    """The board; after a refusal with what was chosen still chosen."""
    board = reports.board_of(request.user, opening, at=timezone.now(), stalled_only=stalled_only)
    context = {
        "opening": opening,
        "board": board,
        "stages": [column.stage for column in board.columns],
        "stalled_only": stalled_only,
        "rule": actions.current_rule(opening),
        "can_recruit": policies.can_recruit_for(request.user, opening),
        "moved": request.session.pop(f"moved-{opening.pk}", None),
        "refusal": refusal,
        "chosen": frozenset(chosen),
    }
    return fragment(request, "hiring/opening_detail.html", "board", context, status=422 if refusal else 200)


@require_safe
def opening_figures(request: PersonRequest, pk: int) -> HttpResponse:
    """The funnel and the time in each stage."""
    opening = visible(request, pk)
    now = timezone.now()
    rows = reports.time_in_stage(opening)
    context = {
        "opening": opening,
        "board": reports.board_of(request.user, opening, at=now),
        "durations": rows,
        "durations_chart": charts.durations("", rows) if rows else None,
    }
    return render(request, "hiring/opening_figures.html", context)


@require_http_methods(["GET", "POST"])
def opening_create(request: PersonRequest) -> HttpResponse:
    if not policies.can_create_openings(request.user):
        raise PermissionDenied
    initial = {"hiring_manager": "", "recruiters": [request.user.pk]}
    form = OpeningForm(request.POST or None, by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        opening = actions.create_opening(**form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("“%(title)s” is prepared. Give its stages their kits next.") % {"title": opening})
        return redirect("hiring:opening-stages", opening.pk)
    return render(request, "hiring/opening_edit.html", _form_context(request, form), status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def opening_edit(request: PersonRequest, pk: int) -> HttpResponse:
    opening = to_recruit_for(request, pk)
    form = OpeningForm(request.POST or None, by=request.user, initial=OpeningForm.initial_of(opening))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_opening(opening=opening, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(opening)
    context = _form_context(request, form) | {"opening": opening}
    return render(request, "hiring/opening_edit.html", context, status=422 if form.errors else 200)


@require_POST
def opening_open(request: PersonRequest, pk: int) -> HttpResponse:
    opening = to_recruit_for(request, pk)
    try:
        actions.open_opening(opening=opening, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(title)s” is open for applications.") % {"title": opening})
    return redirect(opening)


@require_http_methods(["GET", "POST"])
def opening_close(request: PersonRequest, pk: int) -> HttpResponse:
    opening = to_recruit_for(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.close_opening(opening=opening, reason=reason, by=request.user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("“%(title)s” is closed.") % {"title": opening})
        return redirect(opening)
    waiting = opening.applications.in_play().count()
    return render(request, "hiring/opening_close.html", {"opening": opening, "form": form, "waiting": waiting})


def visible(request: PersonRequest, pk: int) -> Opening:
    """The opening, or 404 for whoever may not know of it."""
    found = Opening.objects.visible_to(request.user).select_related("team", "site", "hiring_manager")
    return get_object_or_404(found, pk=pk)


def to_recruit_for(request: PersonRequest, pk: int) -> Opening:
    """The opening for somebody who runs it; 403 for those who may only look."""
    opening = visible(request, pk)
    if not policies.can_recruit_for(request.user, opening):
        raise PermissionDenied
    return opening


def _form_context(request: PersonRequest, form: OpeningForm) -> dict[str, Any]:
    """The form with what it suggests: teams in scope, and people who lead others."""
    teams = Team.objects.filter(request.user.scope_of(Role.RECRUITER).rows("pk")).order_by("path")
    managers = Person.objects.active().filter(reports__is_active=True).distinct().order_by("full_name", "pk")
    return {
        "form": form,
        "teams": teams.values_list("path", flat=True)[:300],
        "managers": [written_person(person) for person in managers[:300]],
    }
