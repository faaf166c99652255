"""The switch in every mail (RFC 8058): a POST acts at once, without session, cookie, token of a form or redirect, as
mail programs send it; a GET only shows a form, because scanners follow links."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from notifications import reports, switches
from notifications.actions import switches as actions
from notifications.kinds import PERSONAL_DIGEST
from notifications.reports import Standing
from notifications.switches import Switch


@login_not_required
@csrf_exempt  # the link is the secret, and names whom it is about: a foreign page gains nothing that its reader lacks
@require_http_methods(["GET", "HEAD", "POST"])
def mail_switch(request: HttpRequest, token: str) -> HttpResponse:
    switch = switches.read(token)
    if switch is None:
        return _made_up(request)
    if request.method != "POST":
        found = reports.standing(switch)
        return _page(request, switch, found, found.state)
    before = actions.switch_off(switch=switch, at=timezone.now())
    return _page(request, switch, before, "off" if before.state == "on" else before.state)


@login_not_required
@csrf_exempt
@require_POST
def mail_switch_undo(request: HttpRequest, token: str) -> HttpResponse:
    switch = switches.read(token)
    if switch is None:
        return _made_up(request)
    before = actions.switch_on(switch=switch, was=request.POST.get("was", ""), at=timezone.now())
    return _page(request, switch, before, "back" if before.state in {"on", "off"} else before.state)


def _page(request: HttpRequest, switch: Switch, found: Standing, state: str) -> HttpResponse:
    context = {
        "state": state,
        "kind": found.kind,
        "is_person": found.person is not None,
        "gathers": switch.kind == PERSONAL_DIGEST,
        "was": found.cadence,
        "channel": switch.channel,
        "token": switch.token,
    }
    return render(request, "notifications/mail_switch.html", context)


def _made_up(request: HttpRequest) -> HttpResponse:
    """As if there were nothing, and for whoever tries many a pause."""
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="mail_switch", limit_get=True)
    if limited is not None:
        return limited
    raise Http404
