"""The picture of a recognition: given to who may see it, put in place, removed."""

from pathlib import PurePosixPath

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from foundation.uploads import PHOTO_CONTENT_TYPE
from people.models import Person
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from recognition import policies
from recognition.actions import pictures as actions
from recognition.forms.posts import PictureForm
from recognition.models import Case, Recognition
from recognition.reports.wall import has_picture, picture_of, with_people


@require_safe
def picture(request: PersonRequest, pk: int, version: str, size: str) -> HttpResponse | FileResponse:
    """Its bytes, for who may see it now; asked about at each use, because wishes change."""
    one = get_object_or_404(with_people(Recognition.objects.filter(picture__isnull=False)), pk=pk)
    found = picture_of(one) if _may_view(request.user, one) else None
    names = dict(zip(("large", "small"), found.names, strict=True)) if found else {}
    if found is None or size not in names or PurePosixPath(found.names[0]).stem != version:
        raise Http404
    etag = f'"{version}-{size}"'
    if (same := get_conditional_response(request, etag=etag)) is not None:
        return same
    try:
        file = found.file.storage.open(names[size], "rb")
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Cache-Control": "private, no-cache", "ETag": etag, "X-Content-Type-Options": "nosniff"}
    return FileResponse(file, content_type=PHOTO_CONTENT_TYPE, headers=headers)


def _may_view(reader: Person, one: Recognition) -> bool:
    """Whoever sees the recognition; of what was reported, who decides about it."""
    if policies.can_view_picture(reader, one):
        return True
    taken_down = one.state in Recognition.TAKEN_DOWN
    return taken_down and Case.objects.reviewable_by(reader).filter(recognition=one, comment=None).exists()


def _visible(request: PersonRequest, pk: int) -> Recognition:
    return get_object_or_404(with_people(Recognition.objects.visible_to(request.user)), pk=pk)


@require_http_methods(["GET", "POST"])
def picture_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Put one in place, or another instead, as long as the words can be changed."""
    one, at = _visible(request, pk), timezone.now()
    must(policies.can_edit_recognition(request.user, one, at))
    form = PictureForm(request.POST or None, request.FILES or None)
    form.fields["picture"].required = form.fields["picture_alt"].required = True
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            prepared = actions.prepare_picture(upload=given["picture"], alt=given["picture_alt"])
            if prepared is not None:
                actions.put_picture(recognition=one, prepared=prepared, by=request.user, at=at)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The picture is in place."))
            return redirect(one)
    context = {"form": form, "recognition": one, "has_picture": has_picture(one)}
    return render(request, "recognition/picture_edit.html", context, status=422 if form.errors else 200)


@require_POST
def picture_remove(request: PersonRequest, pk: int) -> HttpResponse:
    """For whoever brought it, and whoever is thanked beside it."""
    one = _visible(request, pk)
    must(policies.can_remove_picture(request.user, one))
    actions.remove_picture(recognition=one, by=request.user, at=timezone.now())
    messages.success(request, _("The picture is removed."))
    return redirect(one)
