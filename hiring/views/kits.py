"""Kits to read, compare and share; and what is done to a kit as a whole. Drafts are edited in kit_drafts."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Refused
from foundation.http import fragment
from foundation.paging import page_of
from hiring import policies
from hiring.actions import kits as actions
from hiring.forms.kits import KitFilter, KitForm, NewKitForm
from hiring.models import Kit, KitVersion, Opening, Stage
from hiring.reports import kit_differences
from hiring.reports import kits as reports
from hiring.reports.kit_pages import version_page
from hiring.views.library import show_refusal, with_cursor
from people.requests import PersonRequest


@require_GET
def kit_list(request: PersonRequest) -> HttpResponse:
    must(policies.can_view_library(request.user))
    chosen = KitFilter(request.GET)
    wanted = {name: value for name, value in chosen.cleaned_data.items() if value} if chosen.is_valid() else {}
    found = reports.listed(**wanted)
    page = page_of(found, order=("name", "pk"), cursor=request.GET.get("after"), purpose=str(wanted))
    context = {
        "filter": chosen,
        "filtered": bool(wanted),
        "rows": reports.with_versions(page.items),
        "newer": with_cursor(request, page.newer),
        "older": with_cursor(request, page.older),
        "can_edit": policies.can_edit_kits(request.user),
    }
    return fragment(request, "hiring/kit_list.html", "rows", context)


@require_GET
def kit_detail(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_view_library(request.user))
    kit = get_object_or_404(Kit, pk=pk)
    version = reports.current_version(kit)
    return render(request, "hiring/kit_detail.html", _context(request, kit, version))


@require_GET
def kit_version_detail(request: PersonRequest, pk: int) -> HttpResponse:
    version = readable_version(request, pk)
    return render(request, "hiring/kitversion_detail.html", _context(request, version.kit, version))


@require_GET
def kit_version_preview(request: PersonRequest, pk: int) -> HttpResponse:
    version = readable_version(request, pk)
    context = {
        "version": version,
        "sheet": reports.sheet_of(version),
        "can_edit": policies.can_edit_kit_version(request.user, version),
    }
    return render(request, "hiring/kitversion_preview.html", context)


@require_GET
def kit_compare(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_view_library(request.user))
    kit = get_object_or_404(Kit, pk=pk)
    asked = [request.GET.get(name, "") for name in ("from", "to")]
    numbers = [int(number) for number in asked if re.fullmatch("[0-9]{1,6}", number)]
    found = {one.number: one for one in reports.with_content(kit.versions.filter(number__in=numbers))}
    if len(numbers) != len(asked) or set(numbers) != set(found):
        raise Http404
    old, new = (found[number] for number in numbers)
    comparison = kit_differences.compare_kits(reports.as_file(old), reports.as_file(new))
    context = {"kit": kit, "old": old, "new": new, "comparison": comparison, "history": reports.history(kit)}
    return render(request, "hiring/kit_compare.html", context)


@require_http_methods(["GET", "POST"])
def kit_create(request: PersonRequest) -> HttpResponse:
    must(policies.can_edit_kits(request.user))
    form = NewKitForm(request.POST or None, initial={"copy_of": request.GET.get("copy_of")})
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.create_kit(by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("hiring:kit-version-edit", version.pk)
    return render(request, "hiring/kit_create.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def kit_edit(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_kits(request.user))
    kit = get_object_or_404(Kit, pk=pk)
    form = KitForm(request.POST or None, initial={"name": kit.name, "purpose": kit.purpose})
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_kit(kit=kit, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(kit)
    context = {"form": form, "kit": kit}
    return render(request, "hiring/kit_edit.html", context, status=422 if form.errors else 200)


@require_POST
def kit_archive(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_kits(request.user))
    kit = get_object_or_404(Kit, pk=pk)
    actions.archive_kit(kit=kit, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” is archived. Openings that use it go on.") % {"name": kit})
    return redirect(kit)


@require_POST
def kit_restore(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_kits(request.user))
    kit = get_object_or_404(Kit, pk=pk)
    actions.restore_kit(kit=kit, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” is offered to openings again.") % {"name": kit})
    return redirect(kit)


def must(allowed: bool) -> None:
    """403 unless allowed."""
    if not allowed:
        raise PermissionDenied


def readable_version(request: PersonRequest, pk: int) -> KitVersion:
    """Any version, with its content, for those who may read kits."""
    must(policies.can_view_library(request.user))
    return get_object_or_404(reports.with_content(KitVersion.objects.all()), pk=pk)


def _context(request: PersonRequest, kit: Kit, version: KitVersion | None) -> dict[str, Any]:
    """What the page of a kit and that of one of its versions have in common."""
    history = list(reports.history(kit))
    using = Stage.objects.filter(kit_version__kit=kit).values("opening")  # joined, every row would be told apart anew
    openings = Opening.objects.visible_to(request.user).filter(pk__in=using)
    context = {
        "kit": kit,
        "version": version,
        "history": history,
        "draft": next((one for one in history if one.is_draft), None),
        "openings": openings.exclude(state=Opening.State.CLOSED).order_by("title", "pk")[:20],
        "can_edit": policies.can_edit_kits(request.user),
    }
    return context | ({"page": version_page(version)} if version is not None else {})
