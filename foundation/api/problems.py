"""RFC 9457: every failure under /api/ is application/problem+json, whoever raised it.

    {"type": "urn:rapport:problem:invalid", "title": "Bad Request", "status": 400, "detail": "…",
     "instance": "<request id>", "errors": [{"pointer": "/ratings/1/score", "code": "invalid", "detail": "…"}]}

`errors` stands there when single inputs are to blame: `pointer` into the body (RFC 6901), or `parameter` of the query.
"""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from foundation import origin
from foundation.errors import Invalid, Refused
from foundation.middleware import is_api

CONTENT_TYPE = "application/problem+json"

Problem = dict[str, Any]


class BadParameters(exceptions.APIException):
    """400: query parameters that are unknown or hold what they may not; one sentence per name."""

    status_code = 400
    default_code = "parameters"

    def __init__(self, errors: Mapping[str, "str | Promise"]) -> None:
        super().__init__(_("Some query parameters cannot be used."), code=self.default_code)
        self.parameters = {name: str(reason) for name, reason in errors.items()}


class TooLarge(exceptions.APIException):
    """413: more bytes than this endpoint takes."""

    status_code = 413
    default_code = "too_large"


class Stale(exceptions.APIException):
    """412: the caller read an older version than the one that stands."""

    status_code = 412
    default_code = "stale"


class VersionMissing(exceptions.APIException):
    """428: the caller did not say which version it means to change."""

    status_code = 428
    default_code = "version_missing"


def problem(
    status: int, *, code: str = "", detail: "str | Promise" = "", errors: list[dict[str, str]] | None = None
) -> Problem:
    """The members of a problem document; the instance is the id of the request in hand."""
    phrase = HTTPStatus(status).phrase
    document: Problem = {
        "type": f"urn:rapport:problem:{code or phrase.lower().replace(' ', '_')}",
        "title": phrase,
        "status": status,
        "detail": str(detail) or phrase,
        "instance": origin.current().request_id,
    }
    if errors:
        document["errors"] = errors
    return document


def handle(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. None for what we did not anticipate: that is a 500, which ProblemMiddleware words."""
    known = _as_api_exception(exc)
    # rest_framework.views loads this module (by way of the settings) while it is being loaded itself.
    from rest_framework.views import exception_handler

    response = exception_handler(known, dict(context))
    if response is None:
        return None
    # Only input is told field by field: the parts of a 401 or 429 are of no use to a caller.
    response.data = problem(
        response.status_code, code=_code(known), detail=_detail(known), errors=list(_errors_of(known))
    )
    response.content_type = CONTENT_TYPE
    return response


class _RefusedProblem(exceptions.APIException):
    """409: an anticipated refusal. Nothing was changed."""

    status_code = 409


# Refusals of foundation.uploads for which HTTP has its own word.
_STATUS_OF = {"too_large": 413, "unsupported_file": 415}


def _as_api_exception(exc: Exception) -> Exception:
    if isinstance(exc, Invalid):
        whole = api_settings.NON_FIELD_ERRORS_KEY
        errors = {name or whole: reasons for name, reasons in exc.errors.items()}
        return exceptions.ValidationError(errors or {whole: [str(exc)]}, code=exc.code)
    if isinstance(exc, Refused):
        refusal = _RefusedProblem(str(exc), code=exc.code)
        refusal.status_code = _STATUS_OF.get(exc.code, 409)
        return refusal
    return _from_django(exc)


def _from_django(exc: Exception) -> Exception:
    if isinstance(exc, ValidationError):
        return exceptions.ValidationError(getattr(exc, "message_dict", None) or exc.messages)
    if isinstance(exc, RequestDataTooBig):
        return TooLarge(_("The body is too large."))
    if isinstance(exc, BadRequest):
        return exceptions.ParseError(str(exc) or None)
    if isinstance(exc, SuspiciousOperation | MultiPartParserError):
        # The text of these is for the log, not for whoever sent it.
        return exceptions.ParseError(_("The request could not be understood."))
    if isinstance(exc, Http404):
        # Django's text names the model and the query, which tells of what the caller may not know.
        return exceptions.NotFound(_GENERIC[404]())
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied(str(exc) or None)
    return exc


def _code(exc: Exception) -> str:
    if isinstance(exc, exceptions.ValidationError):
        return "invalid"
    codes = exc.get_codes() if isinstance(exc, exceptions.APIException) else ""
    return codes if isinstance(codes, str) else getattr(exc, "default_code", "")


def _detail(exc: Exception) -> str:
    if isinstance(exc, exceptions.ValidationError):
        return _("Some of what was sent cannot be taken.")
    detail = getattr(exc, "detail", "")
    return str(detail.get("detail", "")) if isinstance(detail, Mapping) else str(detail)


def _errors_of(exc: Exception) -> Iterator[dict[str, str]]:
    if isinstance(exc, BadParameters):
        for name, reason in exc.parameters.items():
            yield {"parameter": name, "code": "parameter", "detail": reason}
    elif isinstance(exc, exceptions.ValidationError):
        yield from _flatten(exc.detail, "")


def _flatten(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _flatten(inner, pointer if own else f"{pointer}/{_escaped(name)}")
    elif isinstance(detail, list):
        # A list holds sentences about one value, or one mapping for each item of a list of objects.
        for index, inner in enumerate(detail):
            yield from _flatten(inner, f"{pointer}/{index}" if isinstance(inner, Mapping | list) else pointer)
    elif detail:
        yield {"pointer": pointer, "code": getattr(detail, "code", None) or "invalid", "detail": str(detail)}


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


# Headers that keep their meaning when a page of an error becomes a problem.
_KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


class ProblemMiddleware:
    """Turn every error page under /api/ into a problem: 404 of a wrong address, 405, CSRF, 500, and kin.

    Stands right inside HeadersMiddleware, outside everything that may answer with an error page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_problem = response.headers.get("Content-Type", "").startswith(CONTENT_TYPE)
        if response.status_code < 400 or is_problem or not is_api(request):
            return response
        document = problem(response.status_code, detail=_GENERIC.get(response.status_code, _nothing)())
        instead = JsonResponse(document, status=response.status_code, content_type=CONTENT_TYPE)
        for name in _KEPT:
            if name in response.headers:
                instead[name] = response.headers[name]
        instead.cookies = response.cookies
        return instead


def _nothing() -> str:
    return ""


_GENERIC: dict[int, Callable[[], str]] = {
    400: lambda: _("The request could not be understood."),
    403: lambda: _("You may not do this."),
    404: lambda: _("There is nothing here, or nothing that you may see."),
    405: lambda: _("This address does not take that method."),
    500: lambda: _("Something went wrong here. Nothing was changed. Tell us the instance if it happens again."),
}
