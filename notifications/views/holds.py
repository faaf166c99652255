"""What waits since an old backup was restored."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from notifications import kinds, operations, policies
from notifications.actions import holds
from notifications.forms.deliveries import HoldForm
from people.requests import PersonRequest
from people.views.lists import must, show_refusal


@require_safe
def hold_detail(request: PersonRequest) -> HttpResponse:
    must(policies.can_view_deliveries(request.user))
    hold = operations.hold(operations.ledger_of(request.user))
    context = {"hold": hold, "can_operate": policies.can_operate_deliveries(request.user)}
    return render(request, "notifications/hold_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def hold_settle(request: PersonRequest) -> HttpResponse:
    """Release or discard what waits, of one kind or of all."""
    must(policies.can_operate_deliveries(request.user))
    form = HoldForm(request.POST or None, initial={"kind": request.GET.get("kind"), "do": request.GET.get("do")})
    if form.is_valid():
        act = holds.release if form.cleaned_data["do"] == "release" else holds.discard
        try:
            count = act(
                kind=form.cleaned_data["kind"], reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, ngettext("%d notice: done.", "%d notices: done.", count) % count)
            return redirect("notifications:hold-detail")
    kind, do = form["kind"].value() or "", form["do"].value()
    context = {"form": form, "kind": kinds.name_of(kind) if kind else "", "releases": do == "release"}
    return render(request, "notifications/hold_settle.html", context)


@require_POST
def hold_end(request: PersonRequest) -> HttpResponse:
    must(policies.can_operate_deliveries(request.user))
    try:
        holds.end_hold(by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("notifications:hold-detail")
    messages.success(request, _("Nothing is on hold any more."))
    return redirect("notifications:delivery-overview")
