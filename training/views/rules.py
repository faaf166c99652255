"""Rules: looked at before they are switched on."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Refused
from people.requests import PersonRequest
from people.views.lists import must
from training import policies
from training.actions import rules as actions
from training.forms.rules import RuleForm
from training.models import Module, Path, Rule
from training.reports import rules as reports


@require_GET
def rule_list(request: PersonRequest) -> HttpResponse:
    must(policies.can_view_rules(request.user))
    rules = Rule.objects.select_related("module", "path", "team", "site", "skill").order_by(
        "module__name", "path__name", "name", "pk"
    )
    context = {"rules": rules, "can_edit": policies.can_edit_rules(request.user)}
    return render(request, "training/rule_list.html", context)


@require_GET
def rule_detail(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_view_rules(request.user))
    rule = get_object_or_404(
        Rule.objects.select_related("module", "path", "team", "site", "skill", "created_by"), pk=pk
    )
    context = {
        "rule": rule,
        "preview": reports.preview(rule, at=timezone.now()),
        "can_edit": policies.can_edit_rules(request.user),
    }
    return render(request, "training/rule_detail.html", context)


@require_http_methods(["GET", "POST"])
def rule_create(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_rules(request.user))
    return _create(request, {"module": get_object_or_404(Module.objects.in_use(), pk=pk)})


@require_http_methods(["GET", "POST"])
def path_rule_create(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_rules(request.user))
    return _create(request, {"path": get_object_or_404(Path.objects.exclude(state=Path.State.RETIRED), pk=pk)})


def _create(request: PersonRequest, gives: Mapping[str, Any]) -> HttpResponse:
    """A rule that gives the module, or the path."""
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rule = actions.create_rule(**gives, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The rule is here, and off. See what it would do, then switch it on."))
        return redirect(rule)
    context = {"form": form, "gives": next(iter(gives.values())), "is_path": "path" in gives}
    return render(request, "training/rule_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def rule_edit(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_rules(request.user))
    rule = get_object_or_404(Rule.objects.select_related("module", "path", "team", "skill"), pk=pk)
    initial = {name: getattr(rule, name) for name in actions.EDITABLE}
    form = RuleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.edit_rule(rule=rule, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(rule)
    context = {"form": form, "gives": rule.gives, "is_path": rule.path is not None, "rule": rule}
    return render(request, "training/rule_edit.html", context, status=422 if form.errors else 200)


@require_POST
def rule_switch_on(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_rules(request.user))
    rule = get_object_or_404(Rule.objects.select_related("module", "path"), pk=pk)
    try:
        actions.switch_on(rule=rule, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("On. Whoever comes to match it gets it by themselves."))
    return redirect(rule)


@require_POST
def rule_switch_off(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_rules(request.user))
    rule = get_object_or_404(Rule.objects.select_related("module", "path"), pk=pk)
    actions.switch_off(rule=rule, by=request.user, at=timezone.now())
    messages.success(request, _("Off. What nobody had started is taken back."))
    return redirect(rule)
