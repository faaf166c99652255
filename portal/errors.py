"""Error pages that keep their dignity when nothing else works: no query, no session, no context of the request."""

import errno
import sys

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from redis.exceptions import RedisError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
AWAY = (InterfaceError, OperationalError, RedisError)


def _page(request: HttpRequest, status: int, template: str = "", message: str = "") -> HttpResponse:
    context = {"request_id": getattr(request, "request_id", ""), "message": message}
    return HttpResponse(render_to_string(template or f"{status}.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Our own sentences are shown; Django's suspicions (a forged host, a broken upload) are for the log."""
    return _page(request, 400, message=str(exception) if isinstance(exception, BadRequest) else "")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, message=str(exception) if isinstance(exception, PermissionDenied) else "")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing of the exception: it can tell of what the reader may not know."""
    return _page(request, 404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """For allauth's limits, which ask for this by the name handler429."""
    response = _page(request, 429)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when database or cache are away or the disk is full: that passes, so a program may try again in a
    moment."""
    problem = sys.exc_info()[1]
    if not isinstance(problem, AWAY) and not (isinstance(problem, OSError) and problem.errno in NO_ROOM):
        return _page(request, 500)
    response = _page(request, 503)
    response["Retry-After"] = "30"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long or came from elsewhere: say what to do, keep what was typed in the browser."""
    return _page(request, 403, "403_csrf.html")
