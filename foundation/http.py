"""Answers that both a browser and an htmx swap understand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.cache import patch_vary_headers

_ANY_KEY: Final = 2**62


def address_of(name: str, pk: int | None = None) -> str:
    """`reverse` for an address that holds one whole number, or none: a page of a list asks for hundreds."""
    before, after = _around(name, get_urlconf(), get_script_prefix(), keyed=pk is not None)
    return before if pk is None else f"{before}{pk:d}{after}"


@lru_cache(maxsize=256)
def _around(name: str, urlconf: str | None, _prefix: str, *, keyed: bool) -> tuple[str, str]:
    """What stands before and after the number. The prefix is one that `reverse` reads by itself."""
    address = reverse(name, urlconf=urlconf, args=[_ANY_KEY] if keyed else None)
    before, _number, after = address.partition(str(_ANY_KEY))
    return before, after


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page, not for the page.

    A boosted link and a restored history entry replace the whole body, so they get the page.
    """
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def fragment(
    request: HttpRequest,
    template: str,
    partial: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """`template#partial` to an htmx swap, `template` to everyone else.

    The answer varies by the headers that decide it, so a cache or the back button never shows a part as a page.
    """
    name = f"{template}#{partial}" if wants_fragment(request) else template
    response = render(request, name, dict(context or {}), status=status)
    patch_vary_headers(response, ("HX-Request", "HX-Boosted", "HX-History-Restore-Request"))
    return response
