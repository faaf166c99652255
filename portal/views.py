"""Pages that span apps: my work, and search over all that the reader may see."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.requests import PersonRequest
from portal import reports


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """My work: what waits on me, over all apps, most urgent first."""
    groups = reports.my_work(request.user, at=timezone.now())
    return render(request, "portal/home.html", {"groups": groups, "count": sum(len(group.items) for group in groups)})


@require_safe
def search(request: PersonRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    found = reports.search(request.user, words) if words else []
    return render(request, "portal/search.html", {"search_query": words, "groups": found})
