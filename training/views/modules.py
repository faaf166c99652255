"""The catalogue, a module, and its life: written as text, published, archived."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Refused
from foundation.http import fragment
from foundation.paging import page_of
from foundation.yaml_files import FileError
from people.requests import PersonRequest
from people.views.lists import must, page_links, show_refusal
from training import policies
from training.actions import assignments, bundles
from training.actions import modules as actions
from training.actions.prerequisites import set_prerequisites
from training.contents import ModuleContent
from training.forms.modules import ContentForm, FirstForm, ModuleFilter, ModuleForm, PublishForm
from training.item_analysis import ENOUGH
from training.models import Assignment, Module, ModulePart, ModuleVersion
from training.module_files import dump_module
from training.module_zips import Bundle, packed
from training.reports import modules as reports
from training.reports.files import files_of, flaws_of, named_files, shown, video_of
from training.reports.items import quizzes_of
from training.reports.learning import with_progress
from training.reports.sessions import coming_of


@require_GET
def module_list(request: PersonRequest) -> HttpResponse:
    chosen = ModuleFilter(request.GET)
    wanted = {name: value for name, value in chosen.cleaned_data.items() if value} if chosen.is_valid() else {}
    found = reports.listed(request.user, **wanted)
    page = page_of(found, order=("name", "pk"), cursor=request.GET.get("after"), purpose=str(wanted))
    context = {
        "filter": chosen,
        "filtered": bool(wanted),
        "rows": reports.rows_of(page.items, request.user, at=timezone.now()),
        "can_edit": policies.can_edit_modules(request.user),
    }
    return fragment(request, "training/module_list.html", "rows", context | page_links(request, page))


@require_GET
def module_detail(request: PersonRequest, pk: int) -> HttpResponse:
    module, at = _visible(request, pk), timezone.now()
    history = list(reports.history(module))
    current = next((one for one in history if one.state == ModuleVersion.State.PUBLISHED), None)
    mine = with_progress(module.assignments.open().filter(person=request.user)).first()
    context: dict[str, Any] = {
        "module": module,
        "version": current,
        "parts": list(current.parts.order_by("position")) if current else [],
        "draft": next((one for one in history if one.is_draft), None),
        "row": reports.rows_of([module], request.user, at=at)[0],
        "needed": reports.needed_by(module, request.user, at=at),
        "mine": mine,
        "history": history,
        "can_edit": policies.can_edit_modules(request.user),
        "can_edit_rules": policies.can_edit_rules(request.user),
        "can_assign": policies.can_assign(request.user) and current is not None,
    }
    if any(part.kind == ModulePart.Kind.SESSION for part in context["parts"]):
        context["dates"] = coming_of(module, request.user, at=at)
        has_seat = any(line.booking is not None and line.booking.is_open for line in context["dates"])
        context["bookable"] = mine is not None and not has_seat
    if context["can_edit"] or context["can_assign"]:
        context["numbers"] = reports.numbers_of(module, request.user, at=at)
    return render(request, "training/module_detail.html", context)


@require_http_methods(["GET", "POST"])
def module_create(request: PersonRequest) -> HttpResponse:
    must(policies.can_edit_modules(request.user))
    form = ContentForm(request.POST or None, request.FILES or None)
    offered = reports.offered_keys()
    bundle, error = _read(form, offered) if request.method == "POST" else (None, None)
    if bundle is not None:
        try:
            version = bundles.create_module(bundle=bundle, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The module is here, as a draft. Read it through, then publish it."))
            return redirect(version)
    context = {"form": form, "error": error}
    return render(request, "training/module_create.html", context, status=422 if form.errors or error else 200)


@require_http_methods(["GET", "POST"])
def module_draft(request: PersonRequest, pk: int) -> HttpResponse:
    """The draft as text; without one, the published version is what one begins with."""
    must(policies.can_edit_modules(request.user))
    module = get_object_or_404(Module, pk=pk)
    present = _present(module)
    seal = actions.digest_of_content(content=present)
    form = ContentForm(
        request.POST or None, request.FILES or None, initial={"text": dump_module(present), "seen": seal}
    )
    bundle, error = _read(form) if request.method == "POST" else (None, None)
    if bundle is not None and _is_told_of_change(form, bundle.content, present, seal):
        try:
            version = bundles.write_draft(
                module=module, bundle=bundle, by=request.user, at=timezone.now(), seen=present.parts
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is saved. Nobody takes it before you publish it."))
            _say_what_stays(request, reports.left_by_a_draft(bundle.content, present))
            return redirect(version)
    context = {"form": form, "error": error, "module": module}
    return render(request, "training/module_draft.html", context, status=422 if form.errors or error else 200)


@require_http_methods(["GET", "POST"])
def module_edit(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_modules(request.user))
    module = get_object_or_404(Module, pk=pk)
    form = ModuleForm(request.POST or None, instance=get_object_or_404(Module, pk=pk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_module(module=module, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(module)
    context = {"form": form, "module": module}
    return render(request, "training/module_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def module_first(request: PersonRequest, pk: int) -> HttpResponse:
    """What has to be done before it can be started."""
    must(policies.can_edit_modules(request.user))
    module = get_object_or_404(Module, pk=pk)
    form = FirstForm(request.POST or None, module=module)
    if request.method == "POST" and form.is_valid():
        needed = list(form.cleaned_data["needed"])
        try:
            given = set_prerequisites(module=module, needed=needed, by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            count = len({one.person_id for one in given})
            also = ngettext("%(n)d person was given what they lack.", "%(n)d people were given what they lack.", count)
            messages.success(request, f"{_('Saved.')} {also % {'n': count}}" if given else _("Saved."))
            return redirect(module)
    waiting = module.assignments.filter(state=Assignment.State.ASSIGNED, person__is_active=True).count()
    context = {"form": form, "module": module, "waiting": waiting}
    return render(request, "training/module_first.html", context, status=422 if form.errors else 200)


@require_POST
def module_take(request: PersonRequest, pk: int) -> HttpResponse:
    module = _visible(request, pk)
    try:
        assignment = assignments.take_up(module=module, person=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(module)
    return redirect(assignment)


@require_POST
def module_archive(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_modules(request.user))
    module = get_object_or_404(Module, pk=pk)
    actions.archive_module(module=module, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” is archived. Who has it goes on; nobody new gets it.") % {"name": module})
    return redirect(module)


@require_POST
def module_restore(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_modules(request.user))
    module = get_object_or_404(Module, pk=pk)
    actions.restore_module(module=module, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” is offered again.") % {"name": module})
    return redirect(module)


# --- versions -------------------------------------------------------------------------------------------------------


@require_GET
def version_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """Everything in it, answers too: for trainers."""
    version = _version(request, pk)
    files = {file.name: file for file in files_of(version)}
    context = {
        "version": version,
        "module": version.module,
        "files": shown(files.values()),
        "parts": [(part, part.content, video_of(part.content, files)) for part in version.parts.all()],
        "flaws": flaws_of(version) if version.is_draft else [],
    }
    return render(request, "training/version_detail.html", context)


@require_GET
def version_questions(request: PersonRequest, pk: int) -> HttpResponse:
    """How its questions do, in numbers."""
    version = _version(request, pk)
    context = {"version": version, "module": version.module, "quizzes": quizzes_of(version), "enough": ENOUGH}
    return render(request, "training/version_questions.html", context)


@require_GET
def version_export(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The text; with the files that it names, if there are any, as a ZIP."""
    version = _version(request, pk)
    files = named_files(version)
    name = f"{version.module.key}-{version.number}.{'zip' if files else 'yaml'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    text = dump_module(reports.content_of(version))
    if not files:
        return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)
    pieces = packed(text, [(file.name, file.medium.size, partial(file.medium.file.open, "rb")) for file in files])
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)


@require_http_methods(["GET", "POST"])
def version_publish(request: PersonRequest, pk: int) -> HttpResponse:
    version = _version(request, pk)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_version(version=version, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Published. It never changes from now on; the next change is a new version."))
            return redirect(version.module)
    context = {"form": form, "version": version, "module": version.module, "first": version.number == 1}
    return render(request, "training/version_publish.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def version_discard(request: PersonRequest, pk: int) -> HttpResponse:
    version = _version(request, pk)
    if request.method == "GET":
        return render(request, "training/version_discard.html", {"version": version, "module": version.module})
    try:
        module = actions.discard_draft(version=version, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(version)
    messages.success(request, _("The draft is gone."))
    return redirect(module or "training:module-list")


def _visible(request: PersonRequest, pk: int) -> Module:
    return get_object_or_404(Module.objects.visible_to(request.user), pk=pk)


def _version(request: PersonRequest, pk: int) -> ModuleVersion:
    must(policies.can_edit_modules(request.user))
    return get_object_or_404(reports.with_parts(ModuleVersion.objects.all()), pk=pk)


def _read(form: ContentForm, offered: set[str] | None = None) -> tuple[Bundle | None, FileError | None]:
    """What was sent as a module, or what is wrong with it; `offered` is what it may need."""
    if not form.is_valid():
        return None, None
    try:
        return form.bundle(offered), None
    except FileError as error:
        return None, error
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return None, None


def _say_what_stays(request: PersonRequest, left: list[str]) -> None:
    if left:
        stays = _("As it was, for it is the module's and not the draft's: %(names)s. Change it on the module.")
        messages.info(request, stays % {"names": ", ".join(left)})


def _present(module: Module) -> ModuleContent:
    last = module.versions.order_by("number").last()
    if last is None:
        raise Http404
    return reports.content_of(last)


def _is_told_of_change(form: ContentForm, content: ModuleContent, present: ModuleContent, seal: str) -> bool:
    """Whether the text may replace what is there: nobody changed that since the page was made, or the writer was told
    so and sent the text again."""
    if form.cleaned_data["seen"] in {"", seal} or content.parts == present.parts:
        return True
    form.add_error(None, _("The draft was changed meanwhile, and nothing of yours is saved yet."))
    form.add_error(None, _("Look at it in another tab. Save again, and this text takes its place."))
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["seen"] = seal  # type: ignore[index]
    return False
