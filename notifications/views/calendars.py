"""One's calendar: the page about it, its secret address, and what programs fetch there."""

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notifications import calendars, sources
from notifications.actions import feeds
from notifications.models import CalendarFeed
from people.actions.mail import public_url
from people.requests import PersonRequest

BACK, AHEAD = timedelta(days=60), timedelta(days=366)
# Kept by the program that fetched it, and asked about each time.
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="rapport.ics"',
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@require_safe
def calendar_page(request: PersonRequest) -> HttpResponse:
    feed = CalendarFeed.objects.filter(person=request.user).first()
    return render(request, "notifications/calendar.html", {"feed": feed})


@require_POST
@reauthentication_required(app="notifications")
def calendar_make(request: PersonRequest) -> HttpResponse:
    """Make an address, or another one. It stands in the answer to this POST and nowhere else."""
    secret = feeds.make_feed(person=request.user, at=timezone.now())
    address = public_url(path=reverse("calendar-feed", args=[secret]))
    subscribe = f"webcal://{address.partition('://')[2]}"
    return render(request, "notifications/calendar_made.html", {"address": address, "subscribe": subscribe})


@require_POST
def calendar_off(request: PersonRequest) -> HttpResponse:
    if feeds.end_feed(person=request.user, by=request.user, at=timezone.now()):
        messages.success(request, _("Switched off. Calendars that fetched it get nothing from now on."))
    return redirect("notifications:calendar")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """What a calendar program fetches: whoever knows the address is let in, whoever is signed in is not looked at.

    The answer is the same for an address that never was, that ended, and whose owner has left.
    """
    now, feed = timezone.now(), feeds.find_feed(secret=secret)
    if feed is None:
        return HttpResponse("There is no calendar here.\n", "text/plain; charset=utf-8", status=404)
    with translation.override(feed.person.language), timezone.override(feed.person.zone):
        events = sources.events_of(feed.person, now - BACK, now + AHEAD)
        name = _("Rapport (%(organisation)s)") % {"organisation": settings.ORGANISATION_NAME}
    feeds.note_use(feed=feed, at=now)
    tag = f'W/"{calendars.fingerprint(events, name=name)}"'
    answer: HttpResponseBase = get_conditional_response(request, etag=tag) or HttpResponse(
        calendars.feed(events, name=name, at=now), "text/calendar; charset=utf-8"
    )
    for header, value in (HEADERS | {"ETag": tag}).items():
        answer[header] = value
    return answer
