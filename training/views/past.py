"""How it stood on any day: for auditors, and for whoever has to show it to one."""

from datetime import datetime, time, timedelta

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from people.actions import audit
from people.requests import PersonRequest
from people.views.lists import csv_answer, must
from training.forms.teams import DayFilter
from training.reports import past, teams
from training.standing import CAUSES


@require_GET
def past_day(request: PersonRequest) -> HttpResponse:
    form, lines = _asked(request)
    context = {
        "filter": form,
        "lines": lines,
        "day": form.day,
        "is_today": form.day == form.today,
        "query": request.GET.urlencode(),
    }
    return render(request, "training/past_day.html", context, status=422 if form.errors else 200)


@require_GET
def past_day_csv(request: PersonRequest) -> StreamingHttpResponse:
    """What the page with this address shows."""
    form, lines = _asked(request)
    audit.record(
        by=request.user,
        did="training.past_day_exported",
        outcome=audit.Outcome.EXPORTED,
        changes={"rows": len(lines), "day": form.day},
    )
    late = [f"{_('Late')}: {label}" for label in CAUSES.values()]
    headings = [_("Day"), _("Module"), _("Asked"), _("Held"), _("Waived"), *late]
    rows = (
        [str(form.day), one.name, one.asked, one.held, one.waived, *(one.late[cause] for cause in CAUSES)]
        for one in lines
    )
    return csv_answer(f"training-{form.day}.csv", headings, rows)


def _asked(request: PersonRequest) -> tuple[DayFilter, list[past.Line]]:
    """Today is as it stands now; a day that is over, as it stood when it ended for the reader."""
    must(request.user.leads_people or teams.sees_training(request.user))
    at = timezone.now()
    form = DayFilter(request.GET, today=at.astimezone(request.user.zone).date())
    end = datetime.combine(form.day + timedelta(days=1), time(), tzinfo=request.user.zone) - timedelta(microseconds=1)
    moment = min(end, at)
    people = past.people_at(request.user, moment, at=at)
    return form, past.compliance_at(teams.narrowed(people, teams.Wanted(team=form.path)), moment)
