"""Somebody's leave: seen by themselves, recorded by whoever leads or administers them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.errors import Refused
from people import policies
from people.actions import leaves as actions
from people.forms.leaves import LeaveEndForm, LeaveForm
from people.models import Leave, Person
from people.requests import PersonRequest
from people.views.lists import must, show_refusal


@require_http_methods(["GET", "HEAD", "POST"])
def person_leave(request: PersonRequest, pk: int) -> HttpResponse:
    """All of it that stands, the latest first, and another to record."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    must(policies.can_view_leave_of(request.user, person))
    records = policies.can_record_leave_of(request.user, person) and person.is_active
    form = LeaveForm(request.POST or None)
    if request.method == "POST":
        must(records)
        if form.is_valid():
            try:
                actions.record_leave(person=person, by=request.user, at=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _("Recorded. What is due meanwhile is due later by as many days."))
                return redirect("people:person-leave", pk=person.pk)
    leaves = Leave.objects.standing().filter(person=person).select_related("recorded_by").order_by("-from_on", "-pk")
    context = {"form": form, "someone": person, "leaves": leaves, "records": records}
    return render(request, "people/person_leave.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def leave_end(request: PersonRequest, pk: int) -> HttpResponse:
    leave = _changeable(request, pk)
    form = LeaveEndForm(request.POST or None, initial={"until_on": leave.until_on})
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_leave(leave=leave, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Changed. What is due was moved with it."))
            return redirect("people:person-leave", pk=leave.person_id)
    context = {"form": form, "someone": leave.person, "leave": leave}
    return render(request, "people/leave_end.html", context, status=422 if form.errors else 200)


@require_POST
def leave_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    leave = _changeable(request, pk)
    try:
        actions.cancel_leave(leave=leave, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. What is due was moved back, but no day that is over becomes due."))
    return redirect("people:person-leave", pk=leave.person_id)


def _changeable(request: PersonRequest, pk: int) -> Leave:
    leave = get_object_or_404(Leave.objects.standing().visible_to(request.user).select_related("person"), pk=pk)
    must(policies.can_record_leave_of(request.user, leave.person))
    return leave
