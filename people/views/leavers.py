"""Somebody leaves, or comes back; and their photo."""

from pathlib import PurePosixPath

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from foundation.uploads import PHOTO_CONTENT_TYPE
from people import policies, reports
from people.actions import leavers, photos
from people.actions import people as actions
from people.forms.people import HandOverForm, LeaverForm, PhotoForm
from people.models import Person
from people.requests import PersonRequest
from people.views.lists import must, show_refusal


@require_http_methods(["GET", "HEAD", "POST"])
def person_deactivate(request: PersonRequest, pk: int) -> HttpResponse:
    """End somebody's access; what waits on them is listed first, and after."""
    person = get_object_or_404(Person.objects.visible_to(request.user).with_place(), pk=pk)
    must(policies.can_edit_person(request.user, person))
    today = timezone.now().astimezone(person.zone).date()
    form = LeaverForm(request.POST or None, initial={"left_on": person.left_on or today})
    if form.is_valid():
        try:
            leavers.deactivate_person(person=person, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s can no longer sign in.") % {"name": person.name})
            return redirect("people:person-waiting", pk=person.pk)
    waiting = reports.waiting_on(person)
    return render(request, "people/person_deactivate.html", {"form": form, "someone": person, "waiting": waiting})


@require_http_methods(["GET", "HEAD", "POST"])
def person_waiting(request: PersonRequest, pk: int) -> HttpResponse:
    """What waits on somebody, to be reassigned; their reports are handed over here."""
    person = get_object_or_404(Person.objects.visible_to(request.user).with_place(), pk=pk)
    must(policies.can_edit_person(request.user, person))
    form = HandOverForm(request.POST or None, initial={"to": person.manager})
    if form.is_valid():
        try:
            moved = actions.hand_over_reports(
                person=person, to=form.cleaned_data["to"], by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            text = ngettext("%(n)d person has a new manager.", "%(n)d people have a new manager.", moved)
            messages.success(request, text % {"n": moved})
            return redirect("people:person-waiting", pk=person.pk)
    context = {
        "form": form,
        "someone": person,
        "waiting": reports.waiting_on(person),
        "has_reports": person.reports.active().exists(),
    }
    return render(request, "people/person_waiting.html", context)


@require_POST
def person_reactivate(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    must(policies.can_edit_person(request.user, person))
    try:
        leavers.reactivate_person(person=person, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is back. Roles are granted anew.") % {"name": person.name})
    return redirect(person)


# --- photo ----------------------------------------------------------------------------------------------------------


@require_safe
def person_photo(request: PersonRequest, pk: int, version: str, size: str) -> FileResponse:
    """The photo's bytes; its address changes with every photo, so a browser may keep it for good (and only it)."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    name = person.photo.name
    if not name or PurePosixPath(name).stem != version or size not in ("small", "large"):
        raise Http404
    stored = name if size == "large" else photos.small_photo_name(name=name)
    try:
        file = person.photo.storage.open(stored, "rb")
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return FileResponse(file, content_type=PHOTO_CONTENT_TYPE, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def photo_edit(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    must(policies.can_edit_own_profile(request.user, person))
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            photos.set_photo(person=person, photo=form.cleaned_data["photo"], by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error("photo", str(refusal))
        else:
            messages.success(request, _("The photo is in place."))
            return redirect(person)
    return render(request, "people/photo_edit.html", {"form": form, "someone": person})


@require_POST
def photo_remove(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    must(policies.can_edit_own_profile(request.user, person))
    photos.remove_photo(person=person, by=request.user, at=timezone.now())
    messages.success(request, _("The photo is removed."))
    return redirect(person)
