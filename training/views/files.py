"""Files of a version: a page to bring and remove them, and each of them, piece by piece if need be."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from foundation.media import ranged
from people.requests import PersonRequest
from people.views.lists import must
from training import policies
from training.actions import files as actions
from training.forms.modules import FileForm
from training.models import ModuleVersion, VersionFile
from training.reports.files import shelf_of


@require_http_methods(["GET", "POST"])
def version_files(request: PersonRequest, pk: int) -> HttpResponse:
    """What a version has; of a draft it can be changed."""
    must(policies.can_edit_modules(request.user))
    version = get_object_or_404(ModuleVersion.objects.select_related("module"), pk=pk)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            kept = actions.add_file(
                version=version, upload=upload, name=upload.name, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("“%(name)s” is here. Name it in the text.") % {"name": kept.name})
            return redirect("training:version-files", pk)
    context = {"version": version, "module": version.module, "form": form, "shelf": shelf_of(version)}
    return render(request, "training/version_files.html", context, status=422 if form.errors else 200)


@require_safe
def file_read(request: PersonRequest, pk: int) -> HttpResponseBase:
    """For whoever may see the version. `?shown`: for the frame of a lesson, if it is a PDF. What is read in a module is
    not audited line by line: its parts are."""
    visible = VersionFile.objects.visible_to(request.user).select_related("medium")
    file = get_object_or_404(visible, pk=pk)
    medium = file.medium
    return ranged(
        request,
        lambda: medium.file.open("rb"),
        size=medium.size,
        digest=medium.digest,
        name=file.name,
        content_type=f"{medium.content_type}; charset=utf-8" if medium.kind == "captions" else medium.content_type,
        framed="shown" in request.GET,
    )


@require_POST
def file_remove(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_modules(request.user))
    file = get_object_or_404(VersionFile.objects.select_related("version"), pk=pk)
    try:
        actions.remove_file(file=file, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(name)s” is removed.") % {"name": file.name})
    return redirect("training:version-files", file.version_id)
