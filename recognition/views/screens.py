"""Screens: a steward makes and revokes them; a device shows one recognition after the other, without signing in."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.errors import Refused
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from recognition import policies
from recognition.actions import screens as actions
from recognition.forms.screens import ScreenForm
from recognition.models import Screen
from recognition.reports.screens import cards_of, feed_of


@require_http_methods(["GET", "POST"])
def screen_list(request: PersonRequest) -> HttpResponse:
    """The screens, and a new one. Its address stands in the answer to the POST and nowhere else."""
    must(policies.can_run_screens(request.user))
    form = ScreenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            screen, secret = actions.make_screen(by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            address, feed = (settings.PUBLIC_URL + reverse(name, args=[secret]) for name in ("screen", "screen-feed"))
            context = {"screen": screen, "address": address, "feed": feed}
            return render(request, "recognition/screen_made.html", context)
    context = {"form": form, "screens": Screen.objects.listed()}
    return render(request, "recognition/screens.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def screen_revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask, then let it show nothing any more, for good."""
    must(policies.can_run_screens(request.user))
    screen = get_object_or_404(Screen.objects.in_use(), pk=pk)
    if request.method == "GET":
        return render(request, "recognition/screen_revoke.html", {"screen": screen})
    actions.revoke_screen(screen=screen, by=request.user, at=timezone.now())
    messages.success(request, _("It is blank within a minute."))
    return redirect("recognition:screens")


@login_not_required
@require_safe
def screen(request: HttpRequest, secret: str) -> HttpResponse:
    """What the device shows; and the same again for itself, as `?cards`, every minute."""
    found = actions.find_screen(secret=secret)
    if found is None:
        return _blank(request)
    template = "recognition/screen.html#cards" if "cards" in request.GET else "recognition/screen.html"
    # Without a token of forms, as it has none: so the device is given no cookie.
    context = {
        "cards": cards_of(found, at=timezone.now()),
        "organisation": settings.ORGANISATION_NAME,
        "csrf_token": "",
    }
    return _unlisted(render(request, template, context))


@login_not_required
@require_safe
def screen_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What the device would show, as an Atom feed."""
    found = actions.find_screen(secret=secret)
    if found is None:
        return _blank(request)
    text = feed_of(found, at=timezone.now(), house=settings.ORGANISATION_NAME)
    return _unlisted(HttpResponse(text, content_type="application/atom+xml; charset=utf-8"))


@login_not_required
@require_safe
def screen_worker(request: HttpRequest) -> HttpResponse:
    """What keeps the last good page while there is no connection. Under this address it serves screens and no more."""
    script = (settings.BASE_DIR / "static/js/screen-worker.js").read_bytes()
    return _unlisted(HttpResponse(script, content_type="text/javascript; charset=utf-8"))


def _blank(request: HttpRequest) -> HttpResponse:
    """Nothing, for a revoked screen as for an address that somebody made up; and a pause for whoever tries many."""
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="screen", limit_get=True)
    return _unlisted(limited or render(request, "recognition/screen_over.html", status=404))


def _unlisted(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "no-store"
    return answer
