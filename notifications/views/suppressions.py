"""Addresses that refuse mail, and writing to them again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.paging import page_of
from notifications import policies
from notifications.actions import addresses
from notifications.models import Suppression
from people.models import Person
from people.requests import PersonRequest
from people.views.lists import must, page_links


@require_safe
def suppression_list(request: PersonRequest) -> HttpResponse:
    must(policies.can_view_suppressions(request.user))
    page = page_of(
        Suppression.objects.visible_to(request.user),
        order=("-since", "-pk"),
        cursor=request.GET.get("after"),
        purpose="suppressions",
    )
    people = {person.email: person for person in Person.objects.filter(email__in=[row.address for row in page.items])}
    context = {"rows": [(row, people.get(row.address)) for row in page.items], **page_links(request, page)}
    return render(request, "notifications/suppression_list.html", context)


@require_POST
def suppression_lift(request: PersonRequest, pk: int) -> HttpResponse:
    suppression = get_object_or_404(Suppression.objects.visible_to(request.user), pk=pk)
    must(policies.can_lift_suppression(request.user, suppression))
    addresses.lift(suppression=suppression, by=request.user, at=timezone.now())
    messages.success(request, _("Mail goes to %(address)s again.") % {"address": suppression.address})
    return redirect("notifications:suppression-list")
