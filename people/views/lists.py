"""What pages with lists and forms share."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse

from foundation.errors import Invalid, Refused
from foundation.paging import Page
from foundation.spreadsheets import write_csv
from foundation.uploads import content_disposition


def must(allowed: bool) -> None:
    """403 unless allowed."""
    if not allowed:
        raise PermissionDenied


def page_links(request: HttpRequest, page: Page[Any]) -> dict[str, str]:
    """`newer` and `older` as addresses that keep the filters."""
    return {"newer": _with_cursor(request, page.newer), "older": _with_cursor(request, page.older)}


def _with_cursor(request: HttpRequest, cursor: str | None) -> str:
    if cursor is None:
        return ""
    query = request.GET.copy()
    query["after"] = cursor
    return f"?{query.urlencode()}"


def show_refusal(form: forms.BaseForm, refusal: Refused) -> None:
    """Put what an action refused beside the fields it is about, or above the form."""
    errors = refusal.errors if isinstance(refusal, Invalid) else {}
    if not errors:
        form.add_error(None, str(refusal))
    for name, reasons in errors.items():
        for reason in reasons:
            form.add_error(name if name in form.fields else None, reason)


def typed(request: HttpRequest) -> str:
    """What has been typed into a field that asks for suggestions: the one parameter, whatever the field is called."""
    return next((str(value) for value in request.GET.values()), "")


def csv_answer(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The rows as a CSV download, streamed."""
    chunks: Iterator[bytes] = write_csv(headings, rows)
    headers = {"Content-Disposition": content_disposition(name), "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)
