"""The wall, one recognition, and whether there are newer ones."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from foundation.http import fragment
from foundation.paging import page_of
from people.models import Person
from people.requests import PersonRequest
from people.views.lists import page_links
from recognition import policies
from recognition.forms.comments import CommentForm
from recognition.forms.wall import WallFilter
from recognition.models import Recognition
from recognition.reports import comments
from recognition.reports import wall as reports
from recognition.reports.comments import with_comment_count
from recognition.reports.mentions import mentioned_in
from recognition.reports.reactions import tallies_of

FILTERS = {*WallFilter.base_fields, "filters"} - {"mine"}


@require_GET
def wall(request: PersonRequest) -> HttpResponse:
    """What the reader may see, newest first. The filters are there when somebody asks for them: what they offer costs
    more than the page."""
    at, mine = timezone.now(), request.GET.get("mine", "")
    form = WallFilter(request.GET) if not FILTERS.isdisjoint(request.GET) else None
    chosen = _chosen(form, mine, request.user, at)
    found = reports.wall(request.user, chosen) if chosen else Recognition.objects.none()
    page = page_of(with_comment_count(found), order=reports.ORDER, cursor=request.GET.get("after"), size=reports.PAGE)
    context = {
        "filter": form,
        "mine": mine,
        "narrowed": form is not None and any(request.GET.get(name) for name in form.fields if name != "mine"),
        "lines": _lines(page.items, request.user, at),
        "newest": at.isoformat() if not request.GET else "",
        "can_edit_values": policies.can_edit_values(request.user),
        **page_links(request, page),
    }
    return fragment(request, "recognition/wall.html", "posts", context)


def _lines(rows: Sequence[Recognition], reader: Person, at: datetime) -> list[reports.Line]:
    """With all that stands below each and in it. One query, and one when somebody is mentioned."""
    reactions, mentioned = tallies_of(rows, reader), mentioned_in(rows)
    return reports.lines_of(rows, reader, at=at, reactions=reactions, mentioned=mentioned)


def _chosen(form: WallFilter | None, mine: str, reader: Person, at: datetime) -> reports.Filter | None:
    """None for what nothing can match."""
    if form is None:
        return reports.Filter(mine=mine)
    if not form.is_valid():
        return None
    given = form.cleaned_data
    return reports.Filter(
        q=given["q"],
        value=given["value"],
        team=given["team"],
        site=given["site"],
        since=reports.since(given["span"], at=at, reader=reader),
        customers=given["customers"],
        mine=mine,
    )


@require_GET
def wall_newer(request: PersonRequest) -> HttpResponse:
    """How many came since the page was loaded, as a button; asked for by the page itself."""
    try:
        moment = parse_datetime(request.GET.get("since", ""))
    except ValueError:
        moment = None
    if moment is None or timezone.is_naive(moment):
        return HttpResponseBadRequest()
    context = {"count": reports.newer_than(request.user, moment), "newest": moment.isoformat()}
    return render(request, "recognition/wall.html#newer", context)


@require_GET
def recognition_detail(request: PersonRequest, pk: int) -> HttpResponse:
    found = reports.with_people(Recognition.objects.visible_to(request.user))
    recognition = get_object_or_404(found, pk=pk)
    (line,) = _lines([recognition], request.user, timezone.now())
    context = {
        "line": line,
        "title": recognition.thanked_in_words,
        "case": None if recognition.is_shown else recognition.cases.filter(comment=None).order_by("-pk").first(),
        "changes": recognition.changes.order_by("-at") if recognition.edited_at else [],
    }
    if recognition.is_shown:
        context |= _comments(request, recognition)
    return render(request, "recognition/recognition_detail.html", context)


def _comments(request: PersonRequest, recognition: Recognition) -> dict[str, Any]:
    """A page of them, oldest first, and the form for one more."""
    found = comments.comments_of(recognition, request.user)
    page = page_of(found, order=comments.ORDER, cursor=request.GET.get("after"), purpose=f"comments-{recognition.pk}")
    lines = comments.lines_of(page.items, request.user)
    return {"comments": lines, "form": CommentForm(), **page_links(request, page)}
