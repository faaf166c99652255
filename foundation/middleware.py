"""What every request goes through, in the order in which settings.MIDDLEWARE should name it.

OriginMiddleware outermost; HeadersMiddleware outside everything that may answer with personal data;
CleanInputMiddleware before sessions, so that nothing is looked up for a hostile request; FullPageRedirectMiddleware
outside whatever redirects to sign-in; ReaderMiddleware after authentication.

An error page for a request that CleanInputMiddleware refused has neither `request.user` nor `request.session`.
"""

import ipaddress
import re
import zoneinfo
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.core.exceptions import BadRequest
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from foundation import origin

Handler = Callable[[HttpRequest], HttpResponseBase]

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
_HEADERS = {
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # Everything here is about people, signed links of candidates included. A view that knows better (a photo, a
    # calendar feed) sets its own.
    "Cache-Control": "no-store",
}


class OriginMiddleware:
    """Give the request an id of our own making, find the caller's address, and tell foundation.origin.

    The id is `request.request_id` and the header X-Request-ID of the answer. The address is the one that
    settings.TRUSTED_PROXY_COUNT proxies vouch for; with 0 the X-Forwarded-For header is not looked at.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        channel: origin.Channel = "api" if is_api(request) else "page"
        ip = client_ip(request.META, settings.TRUSTED_PROXY_COUNT)
        with origin.acting(channel, ip=ip, session_key=lambda: _session_key(request)) as request_id:
            request.request_id = request_id  # type: ignore[attr-defined]
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            return response


class HeadersMiddleware:
    """Safe headers on every answer, errors included, where the view did not set its own. The CSP is django-csp's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in _HEADERS.items():
            response.setdefault(name, value)
        if getattr(request, "signed_out", False):
            # Cookies are left out: the answer carries the message that tells of signing out in one.
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


@receiver(user_logged_out, dispatch_uid="foundation.middleware.signed_out")
def _remember_signing_out(request: HttpRequest | None, **_kwargs: Any) -> None:
    if request is not None:
        request.signed_out = True  # type: ignore[attr-defined]


class PackingMiddleware(GZipMiddleware):
    """Packs pages; what can be asked for piece by piece leaves as it is, or no piece would fit."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.has_header("Accept-Ranges"):
            return response
        return super().process_response(request, response)


class CleanInputMiddleware:
    """Answer 400 to what no honest client sends, before anything is looked up or stored.

    Control characters in the path or the query; NUL and kin in a form (tabs and line breaks pass; vertical tab and form
    feed too, as people paste them from slides); a query parameter given twice, unless its name is in
    settings.REPEATABLE_PARAMETERS.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _CONTROL.search(request.path_info):
            raise BadRequest(_("The address holds a control character."))
        _check_query(request.GET)
        if request.method == "POST":
            _check_form(request.POST)
        return self.get_response(request)


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FORM_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


def _check_query(query: QueryDict) -> None:
    repeatable: Iterable[str] = getattr(settings, "REPEATABLE_PARAMETERS", ())
    for name, values in query.lists():
        if any(_CONTROL.search(text) for text in (name, *values)):
            raise BadRequest(_("The address holds a control character."))
        if len(values) > 1 and name not in repeatable:
            raise BadRequest(_("The address gives “%(name)s” more than once.") % {"name": name[:50]})


def _check_form(form: QueryDict) -> None:
    for name, values in form.lists():
        if any(_FORM_CONTROL.search(text) for text in (name, *values)):
            raise BadRequest(
                _("The field “%(name)s” holds a control character. Go back and type it again.") % {"name": name[:50]}
            )


class FullPageRedirectMiddleware:
    """Let a redirect to sign-in replace the page, not the panel that htmx was about to swap.

    For redirects to a path under settings.FULL_PAGE_PATHS (by default that of LOGIN_URL): the answer becomes
    HX-Redirect, and `next` the page that the reader sees instead of the fragment that was asked for.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.headers.get("HX-Request") != "true" or not 300 <= response.status_code < 400:
            return response
        target = urlsplit(response.headers.get("Location", ""))
        paths = getattr(settings, "FULL_PAGE_PATHS", None) or [resolve_url(settings.LOGIN_URL)]
        if target.netloc or not any(target.path.startswith(str(path)) for path in paths):
            return response
        query = QueryDict(target.query, mutable=True)
        if "next" in query:
            query["next"] = _page_in_sight(request) or "/"
        # 204 would do, but some proxies strip headers from answers without a body.
        instead = HttpResponse(headers={"HX-Redirect": f"{target.path}?{query.urlencode()}" if query else target.path})
        instead.cookies = response.cookies
        return instead


def _page_in_sight(request: HttpRequest) -> str | None:
    """Path and query of the page in the browser's address bar, if it is one of ours."""
    address = request.headers.get("HX-Current-URL", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return None
    parts = urlsplit(address)
    return parts._replace(scheme="", netloc="", fragment="").geturl() or None


class ReaderMiddleware:
    """Show times in the reader's zone and words in the reader's language: `time_zone` and `language` of the user.

    An unknown zone or a language that is not offered falls back to the installation's, silently: a page must not fail
    because a zone was renamed.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = getattr(request.user, "language", "") or ""
        zone = _zone(getattr(request.user, "time_zone", None))
        spoken = language if language in dict(settings.LANGUAGES) else translation.get_language_from_request(request)
        with timezone.override(zone), translation.override(spoken):
            response = self.get_response(request)
            response.setdefault("Content-Language", spoken)
            return response


def _zone(name: object) -> zoneinfo.ZoneInfo | None:
    if isinstance(name, zoneinfo.ZoneInfo):
        return name
    try:
        return zoneinfo.ZoneInfo(str(name)) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def is_api(request: HttpRequest) -> bool:
    """Whether the caller is a program that expects problem+json rather than a page."""
    return request.path_info.startswith("/api/")


def client_ip(meta: dict[str, Any], proxies: int) -> str | None:
    """The caller's address: the nth entry of X-Forwarded-For from the right for n trusted proxies, else the peer.

    What stands further left was written by the caller and means nothing. With fewer entries than proxies the request
    did not come the way it should, and the peer is all we know. None for a socket without an address.
    """
    peer = _address(str(meta.get("REMOTE_ADDR", "")))
    if proxies <= 0:
        return peer
    hops = str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    return _address(hops[-proxies]) or peer if len(hops) >= proxies else peer


def _address(text: str) -> str | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def _session_key(request: HttpRequest) -> str | None:
    session = getattr(request, "session", None)
    return session.session_key if session is not None else None
