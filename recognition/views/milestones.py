"""Milestones of colleagues, as far as they wish."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from people.requests import PersonRequest
from recognition.reports import milestones as reports


@require_GET
def milestone_list(request: PersonRequest) -> HttpResponse:
    """Of the last week and the next."""
    at = timezone.now()
    found = reports.milestones(reports.wishing(request.user), at=at, ahead=reports.DAYS)
    today = at.astimezone(request.user.zone).date()
    context = {
        "coming": [one for one in reversed(found) if one.on > today],
        "passed": [one for one in found if one.on <= today],
    }
    return render(request, "recognition/milestone_list.html", context)
