"""Interviews: the list, one interview, its calendar file, and calling it off. Planning is in scheduling."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Refused
from foundation.http import fragment
from foundation.paging import page_of
from hiring import policies
from hiring.actions import interviews as actions
from hiring.forms.interviews import BreakSealForm, CancelForm, InterviewFilter, NoShowForm
from hiring.models import Interview
from hiring.models.interviews import InterviewQuerySet
from hiring.reports import calendars
from hiring.reports import interviews as reports
from hiring.reports.candidates import files_for_panel
from hiring.reports.panels import local_time
from hiring.views.library import show_refusal
from notifications.calendars import file_of
from people.requests import PersonRequest

NEWEST_FIRST, SOONEST_FIRST = ("-starts_at", "-pk"), ("starts_at", "pk")


@require_GET
def interview_list(request: PersonRequest) -> HttpResponse:
    chosen, now = InterviewFilter(request.GET), timezone.now()
    wanted = {name: value for name, value in chosen.cleaned_data.items() if value} if chosen.is_valid() else {}
    order = SOONEST_FIRST if not wanted.get("show") else NEWEST_FIRST
    page = page_of(_wanted(request, wanted), order=order, cursor=request.GET.get("after"), size=50, purpose=str(wanted))
    context = {
        "filter": chosen,
        "filtered": bool(wanted.get("q")),
        **_tabs(wanted),
        "rows": reports.rows(request.user, page.items, at=now),
        "page": page,
        "sees_others": policies.can_view_openings(request.user),
    }
    return fragment(request, "hiring/interview_list.html", "rows", context)


def _tabs(wanted: dict[str, str]) -> dict[str, Any]:
    """Which tab is open, and the address of each with the other filters kept."""
    kept = {name: value for name, value in wanted.items() if name != "show"}
    tabs: dict[str, Any] = {"all": wanted.get("who") == "all", "reset_url": f"?{urlencode(_only(wanted, 'show'))}"}
    for tab, show in (("upcoming", ""), ("waiting", "waiting"), ("past", "past")):
        tabs[f"{tab}_url"] = f"?{urlencode(kept | ({'show': show} if show else {}))}"
        tabs[tab] = wanted.get("show", "") == show
    return tabs


def _only(wanted: dict[str, str], name: str) -> dict[str, str]:
    return {name: wanted[name]} if name in wanted else {}


def _wanted(request: PersonRequest, wanted: dict[str, str]) -> InterviewQuerySet:
    found, now = reports.listed(request.user).only(*reports.LINE), timezone.now()
    if wanted.get("who") != "all":
        found = found.seating(request.user)
    if wanted.get("q"):
        found = found.matching(wanted["q"], request.user)
    if wanted.get("show") == "waiting":
        return found.waiting_for(request.user, now)
    return found.past_for(request.user, now) if wanted.get("show") else found.upcoming_for(request.user, now)


@require_GET
def interview_detail(request: PersonRequest, pk: int) -> HttpResponse:
    interview, person, now = visible_interview(request, pk), request.user, timezone.now()
    sees_progress = policies.can_see_progress(person, interview)
    context = {
        "interview": interview,
        "standing": reports.standing(interview, at=now),
        "panel": [(seat, local_time(seat.person, interview.starts_at)) for seat in reports.panel_of(interview)],
        "seat": policies.seat_of(person, interview),
        "sections": reports.sections(interview.kit_version_id),
        "over": interview.is_over(now),
        "begun": interview.has_begun(now),
        "prepares": interview.owes_seat and interview.is_live,
        "can_fill": policies.can_fill_scorecard(person, interview),
        "sees_progress": sees_progress,
        "sees_seal": sees_progress and interview.is_revealed,
        "sees_judgement": policies.can_view_judgement(person, interview),
        "files": files_for_panel(person, interview),
        "sees_application": policies.can_view_application(person, interview.application),
        "place_url": interview.place if interview.place.startswith(("https://", "http://")) else "",
        **_may(request, interview),
    }
    return render(request, "hiring/interview_detail.html", context)


def _may(request: PersonRequest, interview: Interview) -> dict[str, bool]:
    person, now = request.user, timezone.now()
    return {
        "can_move": policies.can_move_interview(person, interview, now),
        "can_cancel": policies.can_cancel_interview(person, interview, now),
        "can_set_panel": policies.can_set_panel(person, interview, now),
        "can_mark_no_show": policies.can_mark_no_show(person, interview, now),
        "can_take_up": policies.can_take_up_interview(person, interview),
        "can_break_seal": policies.can_break_seal(person, interview),
    }


@require_GET
def interview_calendar(request: PersonRequest, pk: int) -> HttpResponse:
    """Nothing in it depends on what was submitted."""
    interview = visible_interview(request, pk)
    event = calendars.event_of(interview, panel=reports.panel_of(interview))
    content = file_of(event, alarm=event.summary, at=timezone.now())
    headers = {"Content-Disposition": f'attachment; filename="interview-{interview.pk}.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
def interview_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    interview = visible_interview(request, pk)
    _must(policies.can_cancel_interview(request.user, interview, timezone.now()))
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_interview(interview=interview, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("The interview is cancelled. The panel is told by mail and, if we have an address, the candidate."),
            )
            return redirect(interview)
    return _form_page(request, "hiring/interview_cancel.html", interview, form)


@require_http_methods(["GET", "POST"])
def interview_no_show(request: PersonRequest, pk: int) -> HttpResponse:
    interview = visible_interview(request, pk)
    _must(policies.can_mark_no_show(request.user, interview, timezone.now()))
    form = NoShowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.mark_no_show(interview=interview, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Noted that the candidate did not come."))
            return redirect(interview)
    return _form_page(request, "hiring/interview_no_show.html", interview, form)


@require_POST
def interview_take_up(request: PersonRequest, pk: int) -> HttpResponse:
    interview = visible_interview(request, pk)
    _must(policies.can_take_up_interview(request.user, interview))
    try:
        actions.take_up_interview(interview=interview, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The interview is taken up again."))
    return redirect(interview)


@require_http_methods(["GET", "POST"])
def interview_break_seal(request: PersonRequest, pk: int) -> HttpResponse:
    interview = visible_interview(request, pk)
    _must(policies.can_break_seal(request.user, interview))
    form = BreakSealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.break_seal(interview=interview, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The seal is broken. Your reason stays in view."))
            return redirect(interview)
    context = {"panel": reports.panel_of(interview)}
    return _form_page(request, "hiring/interview_break_seal.html", interview, form, **context)


def visible_interview(request: PersonRequest, pk: int) -> Interview:
    """The interview with all that its pages show, or 404 for whoever may not know of it."""
    related = ("application__opening__team", "kit_version__kit", "revealed_by", "created_by")
    rows = reports.listed(request.user).with_seat(request.user).select_related(*related)
    return get_object_or_404(rows, pk=pk)


def _form_page(
    request: PersonRequest, template: str, interview: Interview, form: django_forms.Form, **more: Any
) -> HttpResponse:
    context = {"interview": interview, "form": form, **more}
    return render(request, template, context, status=422 if form.errors else 200)


def _must(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
