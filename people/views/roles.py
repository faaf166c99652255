"""Who holds which role, where, and until when."""

from datetime import UTC, date, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.errors import Refused
from foundation.paging import page_of
from people import policies
from people.actions import roles as actions
from people.forms.organisation import EndRoleForm, GrantForm, RoleFilter
from people.models import Person, RoleGrant
from people.requests import PersonRequest
from people.views.lists import must, page_links, show_refusal


@require_safe
def role_list(request: PersonRequest) -> HttpResponse:
    must(policies.can_view_roles(request.user))
    chosen = RoleFilter(request.GET)
    wanted = chosen.cleaned_data if chosen.is_valid() else {}
    show = wanted.get("show") or "in_force"
    now = timezone.now()
    grants = RoleGrant.objects.visible_to(request.user).with_status(show, now)
    if role := wanted.get("role"):
        grants = grants.filter(role=role)
    if words := wanted.get("q"):
        grants = grants.filter(person__in=Person.objects.matching(words).values("pk"))
    order = ("-ends_at", "-pk") if show == "ended" else ("role", "person__full_name", "pk")
    related = grants.select_related("person", "team", "granted_by")
    page = page_of(related, order=order, cursor=request.GET.get("after"), purpose=show)
    context = {
        "filter": chosen,
        "filtered": any(wanted.values()),
        "page": page,
        **page_links(request, page),
        "can_grant": policies.can_grant_roles(request.user),
        "show": show,
    }
    return render(request, "people/role_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def role_grant(request: PersonRequest) -> HttpResponse:
    must(policies.can_grant_roles(request.user))
    asked = request.GET.get("person", "")
    person = Person.objects.active().filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
    form = GrantForm(request.POST or None, initial={"person": person})
    if form.is_valid():
        cleaned = form.cleaned_data
        starts_at, ends_at = _span(request.user, cleaned.pop("starts_on"), cleaned.pop("ends_on"))
        try:
            grant = actions.grant_role(
                **cleaned, starts_at=starts_at, ends_at=ends_at, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            said = {"name": grant.person.name, "role": grant.get_role_display()}
            messages.success(request, _("%(name)s now holds the role %(role)s.") % said)
            return redirect("people:role-list")
    return render(request, "people/role_grant.html", {"form": form})


def _span(reader: Person, first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """From the start of the first day to the end of the last, by the granting person's clock."""
    starts = datetime.combine(first, time(), reader.zone).astimezone(UTC) if first else None
    ends = datetime.combine(last + timedelta(days=1), time(), reader.zone).astimezone(UTC) if last else None
    return starts, ends


@require_http_methods(["GET", "HEAD", "POST"])
def role_end(request: PersonRequest, pk: int) -> HttpResponse:
    grants = RoleGrant.objects.visible_to(request.user).select_related("person", "team")
    grant = get_object_or_404(grants, pk=pk)
    must(policies.can_end_role(request.user, grant))
    form = EndRoleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.end_role(grant=grant, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(grant)s has ended.") % {"grant": grant})
            return redirect("people:role-list")
    return render(request, "people/role_end.html", {"form": form, "grant": grant})
