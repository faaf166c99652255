"""The editor of a draft. One form holds all of it; every button sends all that was typed, saves it, then does its own.

The page works as plain HTML. static/js/kit-editor.js sends the same form as one types, and asks by the header
X-Part for the part of the page that it swaps: "status" after saving, "editor" after a change of rows.
"""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.errors import Conflict, Refused
from hiring import policies
from hiring.actions import kit_drafts, kits
from hiring.forms.kits import DraftForm, PublishForm
from hiring.models import Competency, Kit, KitVersion, Question
from hiring.reports import kits as reports
from hiring.reports import library as library_reports
from hiring.reports.kit_pages import VersionPage, version_page
from hiring.views.kit_deeds import DEEDS
from hiring.views.kit_sharing import told
from hiring.views.kits import must, readable_version
from hiring.views.library import show_refusal
from people.requests import PersonRequest

# Buttons that lead elsewhere once everything typed is saved.
LEADS_TO = {"preview": "hiring:kit-version-preview", "publish": "hiring:kit-version-publish"}


@require_POST
def kit_draft(request: PersonRequest, pk: int) -> HttpResponse:
    """Start the kit's next version, from the version named by `copy_of` or from the published one."""
    must(policies.can_edit_kits(request.user))
    kit = get_object_or_404(Kit, pk=pk)
    copy_of = request.POST.get("copy_of", "")
    source = kit.versions.filter(pk=copy_of).first() if re.fullmatch("[0-9]{1,18}", copy_of) else None
    try:
        draft = kits.start_draft(kit=kit, copy_of=source, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.info(request, str(refusal))
        present = kit.versions.filter(state=KitVersion.State.DRAFT).first()
        return redirect("hiring:kit-version-edit", present.pk) if present else redirect(kit)
    return redirect("hiring:kit-version-edit", draft.pk)


@require_http_methods(["GET", "POST"])
def kit_version_edit(request: PersonRequest, pk: int) -> HttpResponse:
    version = readable_version(request, pk)
    must(policies.can_edit_kits(request.user))
    if request.method == "POST":
        return _save(request, version)
    if not version.is_draft:
        messages.info(request, _("Version %(number)d is published, so it stays as it is.") % {"number": version.number})
        return redirect(version)
    return _editor(request, version, DraftForm(version))


def _save(request: PersonRequest, version: KitVersion) -> HttpResponse:
    form = DraftForm(version, request.POST)
    verb, _colon, target = request.POST.get("do", "").partition(":")
    try:
        kit_drafts.save_draft(
            version=version, revision=_revision(request), by=request.user, at=timezone.now(), **form.valid_parts()
        )
    except Refused as refusal:
        return _refused(request, form, refusal)
    if not form.without(target if verb == "remove" else ""):
        return _saved(request, version, form)
    if verb in LEADS_TO:
        return redirect(LEADS_TO[verb], version.pk)
    return _done(request, version, form, verb, target) if verb in DEEDS else _saved(request, version, form)


def _revision(request: PersonRequest) -> int:
    """The revision that the page was made from; one that no draft has when it is missing or mangled."""
    revision = request.POST.get("revision", "")
    return int(revision) if re.fullmatch("[0-9]{1,9}", revision) else -1


def _done(request: PersonRequest, version: KitVersion, form: DraftForm, verb: str, target: str) -> HttpResponse:
    try:
        place = DEEDS[verb](request, KitVersion.objects.get(pk=version.pk), target)
    except Conflict as refusal:
        return _refused(request, form, refusal)
    except Refused as refusal:
        if request.headers.get("X-Part"):
            return _refused(request, form, refusal)
        messages.error(request, str(refusal))
        return redirect("hiring:kit-version-edit", version.pk)
    if request.headers.get("X-Part"):
        version = reports.load(version.pk)
        return _editor(request, version, DraftForm(version), place=place)
    return redirect(f"{reverse('hiring:kit-version-edit', args=[version.pk])}#{place}")


def _saved(request: PersonRequest, version: KitVersion, form: DraftForm) -> HttpResponse:
    """What was right is saved; what was wrong is still in the fields, with its reason."""
    version = reports.load(version.pk)
    if form.errors() or request.headers.get("X-Part"):
        return _editor(request, version, DraftForm(version, request.POST) if form.errors() else DraftForm(version))
    messages.success(request, _("Saved."))
    return redirect("hiring:kit-version-edit", version.pk)


def _refused(request: PersonRequest, form: DraftForm, refusal: Refused) -> HttpResponse:
    """Nothing was saved, or nothing more: show what was typed beside what is stored, and how to go on."""
    context = {"refusal": refusal, "version": form.version}
    if request.headers.get("X-Part"):
        return render(request, "hiring/kitversion_conflict.html#stale", context, status=409)
    version = reports.load(form.version.pk)
    again = DraftForm(version, request.POST)
    kept = [(name, value) for name, values in request.POST.lists() for value in values if name not in _NOT_KEPT]
    context |= {
        "version": version,
        "typed": again.typed(),
        "kept": kept if version.is_draft and isinstance(refusal, Conflict) else [],
    }
    return render(request, "hiring/kitversion_conflict.html", context, status=409)


_NOT_KEPT = frozenset({"csrfmiddlewaretoken", "revision", "do", "add_competency", "add_question"})


def _editor(request: PersonRequest, version: KitVersion, form: DraftForm, *, place: str = "") -> HttpResponse:
    part = request.headers.get("X-Part", "")
    page = version_page(version)
    context: dict[str, Any] = {"version": version, "kit": version.kit, "form": form, "page": page, "place": place}
    context["errors"] = form.errors()
    context |= _rows(form, page)
    template = "hiring/kitversion_edit.html"
    if part == "status" and not place:
        template += "#status"
    else:
        context |= _choices(version, page)
        template += "#editor" if part else ""
    response = render(request, template, context, status=422 if form.errors() and not part else 200)
    patch_vary_headers(response, ("X-Part",))
    return response


def _rows(form: DraftForm, page: VersionPage) -> dict[str, Any]:
    """The form's rows, each with what the sheet and the library know about it."""
    shares = {row.competency.pk: row.share for row in page.sheet.competencies}
    asked = {row.question.pk: row for row in page.sheet.questions}
    changes = {departure.place: departure.changes for departure in page.departures}
    return {
        "competencies": [
            {"row": row, "share": shares[row.record.pk], "changes": changes.get(f"competency-{row.record.pk}")}
            for row in form.competencies
        ],
        "questions": [
            {"row": row, "asked": asked[row.record.pk], "changes": changes.get(f"question-{row.record.pk}")}
            for row in form.questions
        ],
    }


def _choices(version: KitVersion, page: VersionPage) -> dict[str, Any]:
    """What the library offers that the draft does not have yet."""
    present = {competency.key for competency in version.competencies.all()}
    library = library_reports.in_groups(Competency.objects.in_use())
    asked = {question.pk for question in page.originals.values()}
    offered = Question.objects.filter(archived_at__isnull=True, competency__key__in=present).exclude(pk__in=asked)
    return {
        "more_competencies": library.exclude(key__in=present),
        "more_questions": offered.select_related("competency").order_by("competency__name", "pk"),
    }


@require_http_methods(["GET", "POST"])
def kit_version_publish(request: PersonRequest, pk: int) -> HttpResponse:
    version = readable_version(request, pk)
    must(policies.can_edit_kits(request.user))
    if not version.is_draft:
        messages.info(request, _("Version %(number)d is published already.") % {"number": version.number})
        return redirect(version)
    form = PublishForm(request.POST or None, initial={"revision": version.revision})
    if request.method == "POST" and form.is_valid():
        try:
            kits.publish_version(version=version, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            if refusal.code == "not_a_draft":
                messages.info(request, str(refusal))
                return redirect(version.kit)
            version = _explain(form, refusal, version)
        else:
            messages.success(request, _("Version %(number)d is published.") % {"number": version.number})
            return redirect(version.kit)
    former = version.kit.versions.filter(state=KitVersion.State.PUBLISHED).first()
    context = {"version": version, "form": form, "page": version_page(version), "former": former}
    return render(request, "hiring/kitversion_publish.html", context, status=409 if form.errors else 200)


def _explain(form: PublishForm, refusal: Refused, version: KitVersion) -> KitVersion:
    """Say why on the form; returns the draft as it is now."""
    if isinstance(refusal, Conflict):
        # They have now been told, and the page shows the draft as it is: pressing again publishes that.
        version = reports.load(version.pk)
        form.data = {**form.data.dict(), "revision": version.revision}  # type: ignore[attr-defined]
    show_refusal(form, refusal)
    return version


@require_http_methods(["GET", "POST"])
def kit_version_discard(request: PersonRequest, pk: int) -> HttpResponse:
    version = readable_version(request, pk)
    must(policies.can_edit_kits(request.user))
    if request.method != "POST":
        if not version.is_draft:
            return redirect(version)
        others = version.kit.versions.exclude(pk=version.pk).exists()
        return render(request, "hiring/kitversion_discard.html", {"version": version, "others": others})
    try:
        kit = kits.discard_draft(version=version, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, told(refusal))
        return redirect(version.kit)
    messages.success(request, _("The draft is gone."))
    return redirect(kit) if kit is not None else redirect("hiring:kit-list")
