"""A module's draft, edited piece by piece. Each page makes a whole new content out of what it was sent, and brings it
in through the rules of a file; what was typed is never lost."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.errors import Conflict, Refused
from foundation.text import key_of
from foundation.yaml_files import FileError
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from training import authoring, policies
from training.actions import modules as actions
from training.contents import ModuleContent, Part
from training.forms.part_items import ITEM_FORMS, TYPES, AddItemForm
from training.forms.parts import PART_FORMS, AddPartForm, Edited, StartForm, seal_of
from training.models import Module, ModulePart, ModuleVersion
from training.reports import modules as reports

NAMED_BY = {"quiz": "text", "scenario": "says", "practice": "behaviour"}
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "seen", "do"})


@dataclass(frozen=True)
class Draft:
    """A module and what its last version holds: its draft or, without one, what a draft begins with."""

    module: Module
    version: ModuleVersion
    content: ModuleContent

    def number_of(self, part: Part) -> int:
        return [one.key for one in self.content.parts].index(part.key) + 1

    def place_of(self, part: Part, item: Any = None) -> str:
        """Where a file of the module has it."""
        place = f"parts[{self.number_of(part)}]"
        if item is None:
            return place
        keys = [one.key for one in authoring.items_of(part)]
        return f"{place}.{authoring.ITEMS[part.kind]}[{keys.index(item.key) + 1}]"

    def bring_in(self, parts: tuple[Part, ...], request: PersonRequest) -> ModuleVersion:
        """Bring the parts in as the draft. Raises FileError with the rules that they break, and Refused."""
        content = authoring.checked(replace(self.content, parts=parts))
        if self.version.is_draft and content.parts == self.content.parts:
            return self.version  # twice is once
        return actions.write_draft(
            module=self.module, content=content, by=request.user, at=timezone.now(), seen=self.content.parts
        )


def _draft(request: PersonRequest, pk: int) -> Draft:
    must(policies.can_edit_modules(request.user))
    module = get_object_or_404(Module, pk=pk)
    version = module.versions.select_related("module").order_by("number").last()
    if version is None:
        raise Http404
    return Draft(module, version, reports.content_of(version))


@require_http_methods(["GET", "POST"])
def module_start(request: PersonRequest) -> HttpResponse:
    """Name, kind and summary; a lesson to change stands in the draft, for no module is without a part."""
    must(policies.can_edit_modules(request.user))
    form = StartForm(_sent(request), initial={"kind": Module.Kind.SOFT_SKILL})
    if form.is_valid():
        key = key_of(form.cleaned_data["name"], (), otherwise="module")
        lesson = authoring.example_part("lesson", key="lesson", title=_("First lesson"), minutes=5)
        content = ModuleContent(key=key, parts=(lesson,), **form.cleaned_data)
        try:
            version = actions.create_module(content=content, by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The module is here, as a draft, with a lesson for you to change."))
            return redirect("training:draft-parts", version.module_id)
    return render(request, "training/module_start.html", {"form": form}, status=422 if form.errors else 200)


# --- parts ------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def draft_parts(request: PersonRequest, pk: int) -> HttpResponse:
    """The parts in order. POST adds one, with an example in it to change."""
    draft = _draft(request, pk)
    form = AddPartForm(_sent(request), draft.content.parts)
    if form.is_valid():
        part = form.added()
        if _saved(request, draft, form, (*draft.content.parts, part), ""):
            return redirect("training:draft-part", pk, part.key)
    template = authoring.template_of(draft.content)
    context = {"draft": draft, "form": form, "template": template, "lacking": [one for one, has in template if not has]}
    return _page(request, "training/draft_parts.html", form, context)


@require_http_methods(["GET", "POST"])
def draft_part(request: PersonRequest, pk: int, part: str) -> HttpResponse:
    draft = _draft(request, pk)
    old = authoring.found(draft.content.parts, part)
    if old is None:
        return _gone(request, draft)
    form = PART_FORMS[old.kind](_sent(request), old)
    if form.is_valid() and _saved(request, draft, form, _with(draft, form.changed()), draft.place_of(old)):
        return _onward(request, draft, old)
    context = {"draft": draft, "part": old, "form": form, "add": AddItemForm(None, old)}
    context["items"] = [(one, TYPES.get(getattr(one, "type", ""), "")) for one in authoring.items_of(old)]
    return _page(request, "training/draft_part.html", form, context)


@require_POST
def draft_part_move(request: PersonRequest, pk: int, part: str) -> HttpResponse:
    """Put it at the place that the button names: twice is once."""
    draft = _draft(request, pk)
    _told(request, draft, authoring.moved(draft.content.parts, part, _place(request)))
    return redirect(f"{reverse('training:draft-parts', args=[pk])}#part-{part}")


@require_http_methods(["GET", "POST"])
def draft_part_remove(request: PersonRequest, pk: int, part: str) -> HttpResponse:
    draft = _draft(request, pk)
    back = reverse("training:draft-parts", args=[pk])
    old = authoring.found(draft.content.parts, part)
    if old is None:
        return _removed(request, back)
    parts = authoring.without(draft.content.parts, part)
    context = {"draft": draft, "part": old, "title": old.title, "back": back, "last": not parts}
    return _removal(request, draft, old, parts, context)


# --- questions, scenes, lines of a rubric -----------------------------------------------------------------------------


@require_POST
def draft_item_add(request: PersonRequest, pk: int, part: str) -> HttpResponse:
    """A question of the type chosen, or a line of a rubric, with an example to change. Scenes begin at a choice."""
    draft = _draft(request, pk)
    old = authoring.found(draft.content.parts, part)
    if old is None:
        return _gone(request, draft)
    form = AddItemForm(request.POST, old)
    if not form.is_valid() or form.is_stale:
        messages.error(request, _("Nothing was added: look at what is there now."))
        return redirect("training:draft-part", pk, part)
    made = form.added()
    new = authoring.with_items(old, [*authoring.items_of(old), made])
    if _told(request, draft, _with(draft, new)):
        return redirect("training:draft-item", pk, part, made.key)
    return redirect("training:draft-part", pk, part)


@require_http_methods(["GET", "POST"])
def draft_item(request: PersonRequest, pk: int, part: str, item: str) -> HttpResponse:
    draft = _draft(request, pk)
    old = authoring.found(draft.content.parts, part)
    thing = authoring.found(authoring.items_of(old), item) if old else None
    if old is None or thing is None:
        return _gone(request, draft)
    form = ITEM_FORMS[old.kind](_sent(request), old, thing)
    if form.is_valid() and _saved(request, draft, form, _with(draft, form.changed()), draft.place_of(old, thing)):
        return _onward(request, draft, old)
    number = [one.key for one in authoring.items_of(old)].index(item) + 1
    context = {"draft": draft, "part": old, "item": thing, "form": form, "number": number}
    context["type"] = TYPES.get(getattr(thing, "type", ""), "")
    return _page(request, "training/draft_item.html", form, context)


@require_POST
def draft_item_move(request: PersonRequest, pk: int, part: str, item: str) -> HttpResponse:
    draft = _draft(request, pk)
    old = authoring.found(draft.content.parts, part)
    if old is not None and old.kind in authoring.ITEMS:
        new = authoring.with_items(old, authoring.moved(authoring.items_of(old), item, _place(request)))
        _told(request, draft, _with(draft, new))
    return redirect(f"{reverse('training:draft-part', args=[pk, part])}#item-{item}")


@require_http_methods(["GET", "POST"])
def draft_item_remove(request: PersonRequest, pk: int, part: str, item: str) -> HttpResponse:
    draft = _draft(request, pk)
    old = authoring.found(draft.content.parts, part)
    thing = authoring.found(authoring.items_of(old), item) if old else None
    if old is None or thing is None:
        return _removed(request, reverse("training:draft-parts", args=[pk]))
    new = authoring.without_item(old, item)
    left = {one.key for one in authoring.items_of(new)} | {item}
    context = {
        "draft": draft,
        "part": old,
        "item": thing,
        "title": Truncator(getattr(thing, NAMED_BY[old.kind])).chars(60),
        "back": reverse("training:draft-part", args=[pk, part]),
        "last": not left - {item},
        "lost": [one for one in authoring.items_of(old) if one.key not in left],
    }
    return _removal(request, draft, old, _with(draft, new), context)


# --- what they share --------------------------------------------------------------------------------------------------


def _sent(request: PersonRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _with(draft: Draft, part: Part) -> tuple[Part, ...]:
    return authoring.put(draft.content.parts, part)


def _saved(request: PersonRequest, draft: Draft, form: Edited, parts: tuple[Part, ...], place: str) -> bool:
    """Save what the form makes of the draft. Or say in the form why not, and answer False."""
    if form.is_stale and parts != draft.content.parts:
        form.take_notice()
        return False
    try:
        draft.bring_in(parts, request)
    except FileError as error:
        form.explain(error, place)
    except Refused as refusal:
        form.is_refused = isinstance(refusal, Conflict)
        form.add_error(None, str(refusal))
    return not form.errors


def _told(request: PersonRequest, draft: Draft, parts: tuple[Part, ...]) -> bool:
    """Save the parts, or leave a message that says why not."""
    try:
        draft.bring_in(parts, request)
    except FileError as error:
        messages.error(request, " ".join(authoring.in_words(problem.message) for problem in error.problems[:3]))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        return True
    return False


def _page(request: PersonRequest, template: str, form: Edited, context: dict[str, Any]) -> HttpResponse:
    status = 409 if form.is_refused else 422 if form.errors else 200
    return render(request, template, {"kinds": dict(ModulePart.Kind.choices)} | context, status=status)


def _onward(request: PersonRequest, draft: Draft, part: Part) -> HttpResponse:
    """To where the button leads, once it is saved."""
    messages.success(request, _("Saved in the draft. Nobody takes it before you publish it."))
    if request.POST.get("do") == "read":
        version = draft.module.versions.order_by("number").last()
        return redirect(f"{version.get_absolute_url()}#part-{part.key}" if version else draft.module)
    if request.resolver_match and request.resolver_match.url_name == "draft-item":
        return redirect("training:draft-part", draft.module.pk, part.key)
    return redirect("training:draft-parts", draft.module.pk)


def _gone(request: PersonRequest, draft: Draft) -> HttpResponse:
    """It was removed meanwhile: nothing to show, but what was typed is shown, to take along."""
    if request.method == "GET":
        raise Http404
    lists = [(name, values) for name, values in request.POST.lists() if name not in NOT_TYPED]
    typed = [value for _name, values in lists for value in values if len(value) > 3]
    return render(request, "training/draft_gone.html", {"draft": draft, "typed": typed}, status=409)


def _removal(
    request: PersonRequest, draft: Draft, part: Part, parts: tuple[Part, ...], context: dict[str, Any]
) -> HttpResponse:
    """The question, and on POST the deed, unless the part is another one than the question was about."""
    seen = seal_of(asdict(part))
    if context["last"]:
        messages.error(
            request,
            _("“%(name)s” is the last one, and one must be there. Add another first.") % {"name": context["title"]},
        )
        return redirect(context["back"])
    if request.method == "GET" or request.POST.get("seen") != seen:
        context |= {"seen": seen, "stale": request.method == "POST", "kinds": dict(ModulePart.Kind.choices)}
        return render(request, "training/draft_remove.html", context, status=409 if context["stale"] else 200)
    if _told(request, draft, parts):
        messages.success(request, _("“%(name)s” is removed.") % {"name": context["title"]})
    return redirect(context["back"])


def _removed(request: PersonRequest, back: str) -> HttpResponse:
    if request.method == "GET":
        raise Http404
    messages.info(request, _("It is removed already."))
    return redirect(back)


def _place(request: PersonRequest) -> int:
    """The place that the button names; 0 when it names none."""
    to = request.POST.get("to", "")
    return int(to) if to.isdecimal() and len(to) < 4 else 0
