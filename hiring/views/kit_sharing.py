"""Kits out as files, and in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from foundation.errors import Invalid, Refused
from foundation.yaml_files import FileError
from hiring import policies
from hiring.actions import kit_sharing as actions
from hiring.forms.kits import ImportForm
from hiring.kit_files import KitFile, parse_kit
from hiring.models import Kit, KitVersion
from hiring.reports import library as library_reports
from hiring.reports.kit_pages import dry_run
from hiring.views.kits import must, readable_version
from people.requests import PersonRequest


@require_GET
def kit_version_export(request: PersonRequest, pk: int) -> HttpResponse:
    version = readable_version(request, pk)
    try:
        text = actions.export_version(version=version, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, told(refusal))
        return redirect(version)
    name = f"{version.kit.key}-{version.number}.yaml"
    return HttpResponse(
        text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "POST"])
def kit_import(request: PersonRequest) -> HttpResponse:
    """First a dry run that says what would be created; the same form with `do=create` creates it."""
    must(policies.can_edit_kits(request.user))
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "hiring/kit_import.html", {"form": form}, status=422 if form.errors else 200)
    source = form.source()
    try:
        content = parse_kit(source, library=library_reports.as_files())
    except FileError as error:
        return render(request, "hiring/kit_import.html", {"form": form, "error": error}, status=422)
    trial, refusal = dry_run(content), ""
    if request.POST.get("do") == "create":
        try:
            version = _imported(request, form, content, trial.same)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The kit is here, as a draft. Read it through, then publish it."))
            return redirect("hiring:kit-version-edit", version.pk)
    text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
    context = {"trial": trial, "text": text, "refusal": refusal, "chosen": form.cleaned_data}
    return render(request, "hiring/kit_import_check.html", context, status=409 if refusal else 200)


def _imported(request: PersonRequest, form: ImportForm, content: KitFile, same: Kit | None) -> KitVersion:
    return actions.import_kit(
        content=content,
        by=request.user,
        at=timezone.now(),
        into=same if form.cleaned_data["into"] == "draft" else None,
        add_to_library=form.cleaned_data["add_to_library"],
    )


def told(refusal: Refused) -> str:
    reasons = (
        [reason for reasons in refusal.errors.values() for reason in reasons] if isinstance(refusal, Invalid) else []
    )
    return " ".join([str(refusal), *reasons])
