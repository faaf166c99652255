"""How evenly thanks are spread, for whoever leads people and for stewards; rings, for stewards of everybody; and whom a
manager has not seen thanked lately."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Refused
from people.models import Person
from people.requests import PersonRequest
from people.views.lists import must
from recognition import policies
from recognition.actions import spreading as actions
from recognition.forms.spread import LookForm
from recognition.models import Ring
from recognition.reports import spread as reports
from recognition.reports import unseen


@require_GET
def spread(request: PersonRequest) -> HttpResponse:
    """One window and one way to group at a time; a manager reads the groups of their own teams alone."""
    must(policies.can_view_spread(request.user))
    windows = reports.windows(request.user)
    asked = request.GET.get("window", "")
    chosen = next((one for one in windows if str(one.pk) == asked), windows[0] if windows else None)
    sees_all = policies.can_view_whole_spread(request.user)
    context: dict[str, Any] = {"windows": windows, "chosen": chosen, "sees_all": sees_all, "kinds": reports.KINDS}
    if chosen is not None:
        context |= reports.page(chosen, request.user, request.GET.get("by", ""))
    return render(request, "recognition/spread.html", context)


@require_GET
def ring_list(request: PersonRequest) -> HttpResponse:
    """The newest windows first, of each what nobody has looked at before what somebody has."""
    must(policies.can_view_whole_spread(request.user))
    return render(request, "recognition/ring_list.html", {"rings": reports.rings_of(request.user)})


@require_http_methods(["GET", "POST"])
def ring_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """Who they are, and what came of a look."""
    rows = Ring.objects.visible_to(request.user).select_related("spread", "looked_at_by").prefetch_related("people")
    ring = get_object_or_404(rows, pk=pk)
    form = LookForm(request.POST or None)
    if request.method == "POST":
        must(policies.can_look_at_ring(request.user, ring))
        if form.is_valid():
            try:
                actions.look_at(ring=ring, by=request.user, at=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, _("Saved."))
            return redirect("recognition:ring-list")
    return render(
        request, "recognition/ring_detail.html", {"form": form, "ring": ring}, status=422 if form.errors else 200
    )


@require_GET
def unseen_list(request: PersonRequest) -> HttpResponse:
    """Of those who report to the reader; nobody else reads it."""
    must(request.user.leads_people)
    people = unseen.with_reasons(request.user, at=timezone.now())
    return render(request, "recognition/unseen_list.html", {"people": people})


@require_POST
def unseen_put_off(request: PersonRequest, pk: int) -> HttpResponse:
    """Not now: again in a month."""
    person = get_object_or_404(Person.objects.active().filter(manager=request.user), pk=pk)
    actions.put_off(person=person, by=request.user, at=timezone.now())
    messages.success(request, _("Not for the next month."))
    return redirect("recognition:unseen-list")
