"""Files of an application: kept by content, given back as downloads, removed after a look at what goes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from foundation.uploads import FileType, download, identify, safe_name
from hiring import policies
from hiring.actions import candidates as actions
from hiring.forms.candidates import LARGEST_FILE, FileForm
from hiring.models import Application, ApplicationFile
from hiring.views.applications import application_page, visible_application
from people.actions import audit
from people.requests import PersonRequest


@require_POST
def file_add(request: PersonRequest, pk: int) -> HttpResponse:
    application = visible_application(request, pk)
    if not policies.can_keep_files(request.user, application):
        raise PermissionDenied
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            kept = _keep(request, application, form)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": kept.name})
            return redirect(application)
    return application_page(request, application, file=form)


def _keep(request: PersonRequest, application: Application, form: FileForm) -> ApplicationFile:
    upload = form.cleaned_data["file"]
    kind = identify(upload, name=upload.name, max_bytes=LARGEST_FILE)
    return actions.add_file(
        application=application,
        content=upload.read(),
        name=safe_name(upload.name),
        content_type=kind.value,
        suffix=kind.extensions[0],
        by=request.user,
        at=timezone.now(),
    )


@require_safe
def file_download(request: PersonRequest, pk: int) -> FileResponse:
    """For the opening's people, and for a panel whose kit shows the application."""
    file = _file(request, pk)
    audit.record(
        by=request.user,
        did="hiring.file_read",
        thing=file.application,
        outcome=audit.Outcome.READ,
        changes={"file": file.pk},
        team=file.application.opening.team_id,
        at=timezone.now(),
    )
    kind = next((kind for kind in FileType if kind.value == file.content_type), None)
    return download(file.file.open("rb"), name=file.name, kind=kind)


@require_http_methods(["GET", "POST"])
def file_remove(request: PersonRequest, pk: int) -> HttpResponse:
    file = _file(request, pk)
    application = file.application
    if not policies.can_keep_files(request.user, application):
        raise PermissionDenied
    if request.method == "POST":
        actions.remove_file(file=file, by=request.user, at=timezone.now())
        messages.success(request, _("“%(name)s” is removed.") % {"name": file.name})
        return redirect(application)
    return render(request, "hiring/application_file_remove.html", {"file": file, "application": application})


def _file(request: PersonRequest, pk: int) -> ApplicationFile:
    visible = ApplicationFile.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("application__opening"), pk=pk)
