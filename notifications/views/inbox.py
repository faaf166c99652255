"""What the portal has told the reader."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from foundation.http import fragment
from foundation.paging import page_of
from notifications import reports
from notifications.actions import inbox
from notifications.models import Delivery
from people.requests import PersonRequest
from people.views.lists import page_links

ORDER = ("-sent_at", "-pk")


@require_safe
def notice_list(request: PersonRequest) -> HttpResponse:
    shown = Delivery.objects.shown_to(request.user).select_related("recipient")
    page = page_of(shown, order=ORDER, cursor=request.GET.get("after"), size=30)
    context = {
        "lines": reports.lines_of(page.items),
        "unread": Delivery.objects.shown_to(request.user).unread().count(),
        **page_links(request, page),
    }
    return fragment(request, "notifications/notice_list.html", "rows", context)


@require_safe
def unread_count(request: PersonRequest) -> HttpResponse:
    """The number beside the bell, asked for each minute while the page is open."""
    count = Delivery.objects.shown_to(request.user).unread().count()
    return render(request, "notifications/_unread.html", {"unread": count})


@require_POST
def notice_open(request: PersonRequest, pk: int) -> HttpResponse:
    """Mark it as read and go where it leads."""
    shown = Delivery.objects.shown_to(request.user).select_related("recipient")
    delivery = get_object_or_404(shown, pk=pk)
    inbox.mark_read(person=request.user, pk=delivery.pk, at=timezone.now())
    return redirect(reports.open_href(delivery) or "notifications:notice-list")


@require_POST
def notices_read(request: PersonRequest) -> HttpResponse:
    inbox.mark_read(person=request.user, at=timezone.now())
    return redirect("notifications:notice-list")
