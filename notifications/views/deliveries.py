"""The ledger for operators: how it stands, what is in it, and what may be done with one delivery."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from foundation.http import fragment
from foundation.paging import page_of
from notifications import kinds, operations, policies
from notifications.actions import operations as actions
from notifications.forms.deliveries import DeliveryFilter, ReasonForm
from notifications.models import Delivery
from notifications.models.deliveries import DeliveryQuerySet
from people.models import Person
from people.requests import PersonRequest
from people.views.lists import must, page_links, show_refusal

State = Delivery.State


@require_safe
def delivery_overview(request: PersonRequest) -> HttpResponse:
    must(policies.can_view_deliveries(request.user))
    at, closed = timezone.now(), kinds.closed_subjects(request.user)
    rows = operations.ledger_of(request.user, closed)
    signs, stands = operations.signs_of_life(at), operations.backlog(rows, at)
    context = {
        "signs": signs,
        "backlog": stands,
        "alarms": operations.alarms(signs, stands, at),
        "standing": operations.standing(rows, at),
        "ahead": operations.ahead(request.user, rows, closed, at),
        "hold": operations.hold(rows),
        "can_operate": policies.can_operate_deliveries(request.user),
    }
    return render(request, "notifications/delivery_overview.html", context)


@require_safe
def delivery_list(request: PersonRequest) -> HttpResponse:
    must(policies.can_view_deliveries(request.user))
    chosen = DeliveryFilter(request.GET)
    wanted = chosen.cleaned_data if chosen.is_valid() else {}
    rows = _filtered(operations.ledger_of(request.user), wanted).select_related("recipient")
    page = page_of(rows, order=("-due_at", "-pk"), cursor=request.GET.get("after"))
    context = {
        "filter": chosen,
        "filtered": any(wanted.values()),
        "lines": [(row, kinds.name_of(row.kind)) for row in page.items],
        "of": next((row for row in page.items), None) if wanted.get("reader") else None,
        **page_links(request, page),
    }
    return fragment(request, "notifications/delivery_list.html", "rows", context)


def _filtered(rows: DeliveryQuerySet, wanted: dict[str, Any]) -> DeliveryQuerySet:
    exact = {name: wanted[name] for name in ("kind", "channel", "state", "reason") if wanted.get(name)}
    rows = rows.filter(**exact)
    if words := wanted.get("person"):
        rows = rows.filter(recipient__in=Person.objects.matching(words).values("pk"))
    if reader := wanted.get("reader"):
        number = reader.removeprefix("p")
        is_person = reader.startswith("p") and number.isdecimal() and len(number) < 19
        rows = rows.filter(recipient=int(number)) if is_person else rows.filter(reader=reader)
    return rows


@require_safe
def delivery_detail(request: PersonRequest, pk: int) -> HttpResponse:
    delivery = _visible(request, pk)
    may, state = policies.can_operate_deliveries(request.user), delivery.state
    again = state in {State.SENT, State.UNKNOWN} and delivery.channel != kinds.Channel.PORTAL
    is_over = delivery.not_after < timezone.now()
    context = {
        "delivery": delivery,
        "kind": kinds.name_of(delivery.kind),
        "is_own": policies.can_preview_delivery(request.user, delivery),
        "is_over": may and is_over and (again or state == State.FAILED),
        "can_retry": may and state == State.FAILED and not is_over,
        "can_repeat": may and again and not is_over,
        "can_stop": may and state == State.PLANNED,
    }
    return render(request, "notifications/delivery_detail.html", context)


def _visible(request: PersonRequest, pk: int) -> Delivery:
    rows = operations.ledger_of(request.user).select_related("recipient")
    delivery: Delivery = get_object_or_404(rows, pk=pk)
    return delivery


@require_POST
def delivery_retry(request: PersonRequest, pk: int) -> HttpResponse:
    delivery = _visible(request, pk)
    must(policies.can_operate_deliveries(request.user))
    try:
        actions.retry(delivery=delivery, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is tried again, as if for the first time."))
    return redirect("notifications:delivery-detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def delivery_repeat(request: PersonRequest, pk: int) -> HttpResponse:
    """Send one that was sent, or may have been, once more."""
    delivery = _visible(request, pk)
    must(policies.can_operate_deliveries(request.user))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.send_again(
                delivery=delivery, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("It is sent again."))
            return redirect("notifications:delivery-detail", pk)
    return render(request, "notifications/delivery_repeat.html", _about(form, delivery))


@require_http_methods(["GET", "HEAD", "POST"])
def delivery_stop(request: PersonRequest, pk: int) -> HttpResponse:
    delivery = _visible(request, pk)
    must(policies.can_operate_deliveries(request.user))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.stop(delivery=delivery, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("It is not sent."))
            return redirect("notifications:delivery-detail", pk)
    return render(request, "notifications/delivery_stop.html", _about(form, delivery))


def _about(form: ReasonForm, delivery: Delivery) -> dict[str, Any]:
    back = reverse("notifications:delivery-detail", args=[delivery.pk])
    return {"form": form, "delivery": delivery, "kind": kinds.name_of(delivery.kind), "delivery_url": back}
