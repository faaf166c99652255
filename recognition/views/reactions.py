"""Reacting to a recognition, without leaving the page."""

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from foundation.http import wants_fragment
from people.requests import PersonRequest
from recognition.actions.reactions import react
from recognition.models import Reaction, Recognition
from recognition.reports.reactions import tallies_of


@require_POST
def recognition_react(request: PersonRequest, pk: int) -> HttpResponse:
    """`on` or `off` names the kind, so that a double click does the same as one."""
    recognition = get_object_or_404(Recognition.objects.visible_to(request.user).shown(), pk=pk)
    # Not "remove": a button of that name would hide the form's own remove() from the script that replaces it.
    on = "on" in request.POST
    kind = request.POST.get("on" if on else "off", "")
    if kind not in Reaction.Kind.values:
        return HttpResponseBadRequest()
    react(recognition=recognition, kind=kind, on=on, by=request.user, at=timezone.now())
    if not wants_fragment(request):
        return redirect(recognition)
    context = {"recognition": recognition, "reactions": tallies_of([recognition], request.user)[pk]}
    return render(request, "recognition/_reactions.html", context)
