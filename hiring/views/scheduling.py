"""Planning interviews: when, where, with whom. The form is sent to look people up and to weigh the panel as often as
need be; nothing is stored until the last button."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.errors import Refused
from foundation.http import fragment
from hiring import policies
from hiring.actions import interviews as actions
from hiring.forms.interviews import MOST_SEATS, SEAT, PanelForm, ScheduleForm, TimeForm, chosen_panel
from hiring.models import Application, Interview, Panellist, Stage
from hiring.reports import panels as reports
from hiring.views.interviews import visible_interview
from hiring.views.library import show_refusal
from people.models import Person
from people.requests import PersonRequest

Panel = list[tuple[Person, str]]
TEMPLATE = "hiring/interview_plan.html"


@require_http_methods(["GET", "POST"])
def interview_schedule(request: PersonRequest, pk: int) -> HttpResponse:
    application = _application(request, pk)
    stages = application.opening.stages.exclude(kit_version=None).order_by("position")
    now_or_next = stages.filter(position__gte=application.stage.position).first() or stages.last()
    form = ScheduleForm(request.POST or None, stages=stages, initial={"stage": now_or_next, "date": _soon()})
    panel = _panel(request.POST)
    if _asked_to_store(request) and form.is_valid():
        interview = _schedule(request, application, form, panel)
        if interview is not None:
            return redirect(interview)
    number = str(form["stage"].value())
    stage = stages.filter(pk=number).first() if number.isdecimal() else None
    return _page(request, _Plan(application, application, stage or now_or_next, panel), form)


def _schedule(request: PersonRequest, application: Application, form: ScheduleForm, panel: Panel) -> Interview | None:
    given = form.cleaned_data
    try:
        interview = actions.schedule_interview(
            application=application,
            stage=given["stage"],
            starts_at=given["starts_at"],
            place=given["place"],
            panel=_seats(panel),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return None
    messages.success(
        request,
        _("The interview is scheduled. The panel is invited by mail and, if we have an address, the candidate."),
    )
    return interview


@require_http_methods(["GET", "POST"])
def interview_reschedule(request: PersonRequest, pk: int) -> HttpResponse:
    interview = visible_interview(request, pk)
    _must(policies.can_move_interview(request.user, interview, timezone.now()))
    starts = timezone.localtime(interview.starts_at)
    initial = {"date": starts.date(), "time": starts.time(), "place": interview.place}
    form = TimeForm(request.POST or None, initial=initial)
    if _asked_to_store(request) and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("starts_at", "place")}
        try:
            actions.reschedule_interview(interview=interview, by=request.user, at=timezone.now(), **given)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("The interview is moved. The panel is told by mail and, if we have an address, the candidate."),
            )
            return redirect(interview)
    return _page(request, _Plan(interview, interview.application, interview.stage, _seated(interview), interview), form)


@require_http_methods(["GET", "POST"])
def interview_panel(request: PersonRequest, pk: int) -> HttpResponse:
    interview = visible_interview(request, pk)
    _must(policies.can_set_panel(request.user, interview, timezone.now()))
    panel = _panel(request.POST) if request.method == "POST" else _seated(interview)
    form = PanelForm(request.POST or None)
    if _asked_to_store(request) and form.is_valid():
        try:
            actions.set_panel(interview=interview, panel=_seats(panel), by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The panel is changed."))
            return redirect(interview)
    return _page(request, _Plan(interview, interview.application, interview.stage, panel, interview), form)


@dataclass(frozen=True)
class _Plan:
    """What is being planned. `named` is loaded with its mask, so that its label tells no name it must not."""

    named: Application | Interview
    application: Application
    stage: Stage | None
    panel: Panel
    interview: Interview | None = None

    def times(self, form: Form) -> tuple[datetime | None, datetime | None]:
        """When the interview would begin and end, as far as the form says so by now."""
        interview = self.interview
        minutes = self.stage.length_minutes if self.stage else 60
        length = interview.ends_at - interview.starts_at if interview else timedelta(minutes=minutes)
        starts_at = interview.starts_at if interview else None
        if isinstance(form, TimeForm) and form.is_bound:
            form.is_valid()
            starts_at = form.cleaned_data.get("starts_at")
        return starts_at, starts_at + length if starts_at else None


def _page(request: PersonRequest, plan: _Plan, form: Form) -> HttpResponse:
    refused = _asked_to_store(request)
    starts_at, ends_at = plan.times(form)
    if not refused:  # who only looked somebody up is not told what is still missing
        form.errors.clear()
    moves_only = isinstance(form, TimeForm) and plan.interview is not None
    words = request.POST.get("q", "").strip()[:100]
    context = {
        "plan": plan,
        "form": form,
        "moves_only": moves_only,
        "words": words,
        **_people(request, plan, "" if moves_only else words, starts_at, ends_at, suggest=not moves_only),
        "roles": Panellist.Role.choices,
        "expectation": _expectation(plan),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "candidate_starts": _candidate_time(plan, starts_at),
        "past": starts_at is not None and starts_at < timezone.now(),
        "full": len(plan.panel) >= MOST_SEATS,
    }
    return fragment(request, TEMPLATE, "planner", context, status=422 if refused else 200)


def _people(
    request: PersonRequest,
    plan: _Plan,
    words: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    *,
    suggest: bool,
) -> dict[str, Any]:
    """The panel, whom the words find, and whom we suggest, each with their load at that time."""
    taken = [person.pk for person, _role in plan.panel]
    found = reports.found(request.user, words, besides=taken) if words else []
    besides = [*taken, *(person.pk for person in found)]
    suggested = reports.suggestions(plan.application, plan.stage, besides=besides) if suggest and plan.stage else []
    people = [*(person for person, _role in plan.panel), *found, *suggested]
    load = reports.loads(people, starts_at=starts_at, ends_at=ends_at, besides=plan.interview)
    return {
        "panel": [(person, role, load[person.pk]) for person, role in plan.panel],
        "found": [(person, load[person.pk]) for person in found],
        "suggested": [(person, load[person.pk]) for person in suggested],
    }


def _expectation(plan: _Plan) -> list[str]:
    if plan.stage is None:
        return []
    return reports.expectation([role for _person, role in plan.panel], wanted=plan.stage.panel_size)


def _candidate_time(plan: _Plan, starts_at: datetime | None) -> tuple[datetime, str] | None:
    """The candidate's own time, where it is known, may be known, and differs."""
    name = "" if plan.named.is_masked else plan.application.candidate.time_zone
    if starts_at is None or not name:
        return None
    try:
        there = starts_at.astimezone(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return None
    same = there.utcoffset() == timezone.localtime(starts_at).utcoffset()
    return None if same else (there.replace(tzinfo=None), name)


def _panel(data: QueryDict) -> Panel:
    """The panel as the form holds it, after the button that adds or removes somebody."""
    typed = {name: value for name, value in data.items() if isinstance(value, str)}
    added, removed = typed.get("add", ""), typed.get("off", "")
    leads = any(name.startswith(SEAT) and value == Panellist.Role.LEAD for name, value in typed.items())
    if added:
        typed |= {f"{SEAT}{added}": str(Panellist.Role.MEMBER if leads else Panellist.Role.LEAD)}
    if removed:
        typed.pop(f"{SEAT}{removed}", None)
    return chosen_panel(typed)


def _seats(panel: Panel) -> list[actions.Seat]:
    return [actions.Seat(person, role) for person, role in panel]


def _asked_to_store(request: PersonRequest) -> bool:
    return request.method == "POST" and request.POST.get("do") == "store"


def _seated(interview: Interview) -> Panel:
    return [(seat.person, seat.role) for seat in interview.panellists.select_related("person__team").order_by("pk")]


def _soon() -> date:
    day = timezone.localdate() + timedelta(days=1)
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def _application(request: PersonRequest, pk: int) -> Application:
    rows = Application.objects.visible_to(request.user).with_mask(request.user)
    application = get_object_or_404(rows.select_related("opening__team", "candidate", "stage"), pk=pk)
    _must(policies.can_recruit_for(request.user, application.opening))
    return application


def _must(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
