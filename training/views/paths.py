"""Paths: written, published, given, and followed."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Refused
from foundation.yaml_files import FileError
from people.models import Role
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from training import policies
from training.actions import paths as actions
from training.forms.assignments import WithdrawForm
from training.forms.paths import GivePathForm, PathFileForm, PathForm
from training.models import Path, PathAssignment
from training.path_files import parse_paths
from training.reports import paths as reports
from training.views.assignments import chosen_in


@require_GET
def path_list(request: PersonRequest) -> HttpResponse:
    context = {"paths": reports.listed(request.user), "can_edit": policies.can_edit_modules(request.user)}
    return render(request, "training/path_list.html", context)


@require_GET
def path_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """What is in it; for whoever leads or trains people, how far they have come."""
    path = get_object_or_404(reports.listed(request.user), pk=pk)
    at = timezone.now()
    context = {
        "path": path,
        "steps": reports.steps_of(path),
        "mine": next((line for line in reports.paths_of(request.user, at=at) if line.given.path_id == pk), None),
        "on_it": reports.on_it(path, request.user, at=at),
        "can_edit": policies.can_edit_modules(request.user),
        "can_edit_rules": policies.can_edit_rules(request.user),
        "can_assign": policies.can_assign(request.user) and path.is_published,
        "rules": path.rules.order_by("name", "pk") if policies.can_view_rules(request.user) else [],
    }
    return render(request, "training/path_detail.html", context)


@require_http_methods(["GET", "POST"])
def path_create(request: PersonRequest) -> HttpResponse:
    must(policies.can_edit_modules(request.user))
    form = PathForm(request.POST or None, initial={"owner": request.user})
    if request.method == "POST" and form.is_valid():
        try:
            path = actions.create_path(by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The path is here, as a draft. Look through it, then publish it."))
            return redirect(path)
    return render(request, "training/path_edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def path_import(request: PersonRequest) -> HttpResponse:
    """Paths of another organisation, as drafts."""
    must(policies.can_edit_modules(request.user))
    form, error = PathFileForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        try:
            contents = parse_paths(form.source(), known=reports.known_modules())
            made = actions.import_paths(contents=contents, by=request.user, at=timezone.now())
        except FileError as wrong:
            error = wrong
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Here, as drafts: %(names)s.") % {"names": ", ".join(map(str, made))})
            return redirect(made[0] if len(made) == 1 else "training:path-list")
    context = {"form": form, "error": error}
    return render(request, "training/path_import.html", context, status=422 if form.errors or error else 200)


@require_GET
def path_export(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_modules(request.user))
    path = get_object_or_404(Path, pk=pk)
    try:
        text = actions.export_path(path=path, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(path)
    headers = {"Content-Disposition": f'attachment; filename="{path.key}.yaml"'}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
def path_edit(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_modules(request.user))
    path = get_object_or_404(Path, pk=pk)
    initial = {name: getattr(path, name) for name in actions.EDITABLE}
    form = PathForm(request.POST or None, initial=initial, path=path)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_path(path=path, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(path)
    theirs = path.assignments.open().filter(person__is_active=True)
    names = [str(one.person) for one in theirs.select_related("person").order_by("person__full_name", "pk")[:10]]
    context = {"form": form, "path": path, "affected": theirs.count(), "names": names}
    return render(request, "training/path_edit.html", context, status=422 if form.errors else 200)


@require_POST
def path_publish(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_modules(request.user))
    path = get_object_or_404(Path, pk=pk)
    try:
        actions.publish_path(path=path, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Published. It can be given to people now."))
    return redirect(path)


@require_POST
def path_retire(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_modules(request.user))
    path = get_object_or_404(Path, pk=pk)
    actions.retire_path(path=path, by=request.user, at=timezone.now())
    messages.success(request, _("Retired. Who is on it goes on; nobody new gets it."))
    return redirect(path)


@require_http_methods(["GET", "POST"])
def path_give(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_assign(request.user))
    path = get_object_or_404(Path, pk=pk, state=Path.State.PUBLISHED)
    trains = request.user.holds(Role.TRAINER)
    form = GivePathForm(request.POST or None, leads=request.user.leads_people, trains=trains)
    if request.method == "POST" and form.is_valid():
        said: Any = {name: form.cleaned_data[name] for name in ("due_on", "note")}
        try:
            people = chosen_in(request.user, form)
            given = actions.assign_path(path=path, people=people, by=request.user, at=timezone.now(), **said)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _told_of(given))
            return redirect(path)
    context = {"form": form, "path": path, "steps": reports.steps_of(path)}
    return render(request, "training/path_give.html", context, status=422 if form.errors else 200)


def _told_of(given: actions.PathGiven) -> str:
    count = len(given.paths)
    said = ngettext("%(count)d person is on it now.", "%(count)d people are on it now.", count) % {"count": count}
    if given.had_it:
        had = ngettext("%(count)d was already.", "%(count)d were already.", given.had_it) % {"count": given.had_it}
        said = f"{said} {had}"
    return said


@require_http_methods(["GET", "POST"])
def path_take_off(request: PersonRequest, pk: int) -> HttpResponse:
    """Take somebody off a path."""
    visible = PathAssignment.objects.visible_to(request.user).select_related("path", "person")
    given = get_object_or_404(visible, pk=pk)
    must(policies.can_take_off(request.user, given))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_path(given=given, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("They are off it. What they had started stays with them."))
            return redirect(given.path)
    context = {"form": form, "given": given}
    return render(request, "training/path_take_off.html", context, status=422 if form.errors else 200)
