"""Values, for everybody to read and stewards to edit; and how one wishes to be thanked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Refused
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from recognition import policies
from recognition.actions import reach
from recognition.actions import values as actions
from recognition.forms.values import ValueForm, WishForm
from recognition.models import Value, Wish


@require_GET
def value_list(request: PersonRequest) -> HttpResponse:
    may = policies.can_edit_values(request.user)
    values = Value.objects.order_by("position", "pk")
    context = {
        "values": [value for value in values if value.archived_at is None],
        "archived": [value for value in values if value.archived_at] if may else [],
        "can_edit": may,
    }
    return render(request, "recognition/value_list.html", context)


@require_http_methods(["GET", "POST"])
def value_create(request: PersonRequest) -> HttpResponse:
    must(policies.can_edit_values(request.user))
    form = ValueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.create_value(by=request.user, at=timezone.now(), **_words(form))
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The value is here. People can be thanked for it from now on."))
            return redirect("recognition:value-list")
    return render(request, "recognition/value_edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def value_edit(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_values(request.user))
    value = get_object_or_404(Value, pk=pk)
    initial = {"name": value.name, "description": value.description, "examples": value.example_list}
    form = ValueForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_value(value=value, by=request.user, at=timezone.now(), **_words(form))
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("recognition:value-list")
    context = {"form": form, "value": value}
    return render(request, "recognition/value_edit.html", context, status=422 if form.errors else 200)


def _words(form: ValueForm) -> dict[str, str]:
    given = form.cleaned_data
    return {"name": given["name"], "description": given["description"], "examples": "\n".join(given["examples"])}


@require_POST
def value_archive(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_values(request.user))
    actions.archive_value(value=get_object_or_404(Value, pk=pk), by=request.user, at=timezone.now())
    messages.success(request, _("Archived. Whoever was thanked for it stays on the wall."))
    return redirect("recognition:value-list")


@require_POST
def value_restore(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_values(request.user))
    actions.restore_value(value=get_object_or_404(Value, pk=pk), by=request.user, at=timezone.now())
    messages.success(request, _("In use again."))
    return redirect("recognition:value-list")


@require_POST
def value_move(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_values(request.user))
    value = get_object_or_404(Value, pk=pk)
    actions.move_value(value=value, up=request.POST.get("to") == "up", by=request.user, at=timezone.now())
    return redirect("recognition:value-list")


@require_http_methods(["GET", "POST"])
def wish_edit(request: PersonRequest) -> HttpResponse:
    """How I wish to be thanked."""
    mine = Wish.objects.filter(person=request.user).first()
    form = WishForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        reach.wish(person=request.user, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved. It holds for what was written before, too."))
        return redirect("recognition:wish-edit")
    return render(request, "recognition/wish_edit.html", {"form": form}, status=422 if form.errors else 200)
