"""Cursor pages for the API: signed, bound to the list with its filters and order, the next page only.

{"results": […], "next": "https://…?cursor=…"}      and the same address as Link: <…>; rel="next"
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from drf_spectacular.settings import spectacular_settings
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.utils.urls import replace_query_param

from foundation.api.problems import BadParameters
from foundation.paging import MAX_SIZE, BadCursor, Page, page_of

if TYPE_CHECKING:
    # rest_framework.views loads this module, by way of the settings, while it is being loaded itself.
    from rest_framework.views import APIView

CURSOR = "cursor"
PAGE_SIZE = "page_size"
ORDERING = "ordering"


class SignedCursorPagination(BasePagination):
    """Keyset pages of a queryset (see foundation.paging) for DRF views.

    A view names its orders as `orderings = {"newest": ("-created_at", "-pk"), …}`, the first being the default; readers
    choose with `?ordering=newest`. Without it the order is by key. A cursor that was tampered with, or is used with
    other filters than it was made for, is a 400.
    """

    page: Page[Any]

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any]:
        self.request = request
        try:
            self.page = page_of(
                queryset,
                order=_order(request, view),
                cursor=request.query_params.get(CURSOR),
                size=_page_size(request),
                purpose=_digest_of_filters(request),
            )
        except BadCursor:
            raise BadParameters(
                {CURSOR: _("This cursor is not valid here: take the address of the next page as it was given.")}
            ) from None
        return self.page.items

    def get_paginated_response(self, data: Any) -> Response:
        if self.page.older is None:
            return Response({"results": data, "next": None})
        following = replace_query_param(self.request.build_absolute_uri(), CURSOR, self.page.older)
        return Response({"results": data, "next": following}, headers={"Link": f'<{following}>; rel="next"'})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {
                    **_nullable("string"),
                    "format": "uri",
                    "description": "Address of the next page, null on the last one.",
                },
            },
        }

    def get_schema_operation_parameters(self, view: "APIView") -> list[dict[str, Any]]:
        parameters = [
            _parameter(CURSOR, {"type": "string"}, "Where the page starts: taken from `next`, never made up."),
            _parameter(
                PAGE_SIZE,
                {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": api_settings.PAGE_SIZE},
                "Rows in a page.",
            ),
        ]
        orderings = _orderings(view)
        if orderings:
            names = list(orderings)
            schema = {"type": "string", "enum": names, "default": names[0]}
            parameters.append(_parameter(ORDERING, schema, "Order of the list."))
        return parameters


def _nullable(kind: str) -> dict[str, Any]:
    # OpenAPI 3.1 dropped the keyword of 3.0.
    return {"type": kind, "nullable": True} if spectacular_settings.OAS_VERSION < "3.1" else {"type": [kind, "null"]}


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _orderings(view: "APIView | None") -> Mapping[str, Sequence[str]]:
    return getattr(view, "orderings", None) or {}


def _order(request: Request, view: "APIView | None") -> Sequence[str]:
    orderings = _orderings(view)
    chosen = request.query_params.get(ORDERING)
    if chosen is None:
        return next(iter(orderings.values()), ("pk",))
    if chosen not in orderings:
        raise BadParameters({ORDERING: _("Choose one of: %(names)s.") % {"names": ", ".join(orderings)}})
    return orderings[chosen]


def _page_size(request: Request) -> int:
    asked = request.query_params.get(PAGE_SIZE)
    if asked is None:
        return int(api_settings.PAGE_SIZE or 50)
    # isascii: int() would read the digits of every script.
    if not (asked.isascii() and asked.isdigit() and len(asked) < 6 and 1 <= int(asked) <= MAX_SIZE):
        raise BadParameters({PAGE_SIZE: _("Give a whole number from 1 to %(most)d.") % {"most": MAX_SIZE}})
    return int(asked)


def _digest_of_filters(request: Request) -> str:
    filters = sorted((name, values) for name, values in request.query_params.lists() if name not in {CURSOR, PAGE_SIZE})
    return salted_hmac("foundation.api.paging", repr(filters), algorithm="sha256").hexdigest()[:16] if filters else ""
