"""The stages of an opening and the rule that combines their scores."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.errors import Invalid, Refused
from hiring import policies
from hiring import rule as rules
from hiring.actions import openings as actions
from hiring.forms.openings import ReasonForm, RuleForm, StageFormSet
from hiring.models import Opening, Stage
from hiring.reports.comparison import rule_history
from hiring.views.openings import to_recruit_for, visible
from people.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def opening_stages(request: PersonRequest, pk: int) -> HttpResponse:
    opening = to_recruit_for(request, pk)
    stages = list(opening.stages.order_by("position"))
    formset = StageFormSet(
        request.POST or None,
        prefix="stage",
        used=[stage.kit_version_id for stage in stages if stage.kit_version_id],
        initial=[_as_typed(stage) for stage in stages],
    )
    reason = ReasonForm(request.POST or None)
    if request.method == "POST" and formset.is_valid() and reason.is_valid():
        try:
            _save(request, opening, formset.ordered(), reason.cleaned_data["reason"])
        except Refused as refusal:
            reason.add_error("reason" if isinstance(refusal, Invalid) else None, str(refusal))
        else:
            messages.success(request, _("The stages are set."))
            return redirect("hiring:opening-rule" if stages else "hiring:opening-detail", opening.pk)
    context = {"opening": opening, "formset": formset, "reason": reason, "rule": actions.current_rule(opening)}
    refused = request.method == "POST"
    return render(request, "hiring/opening_stages.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "POST"])
def opening_rule(request: PersonRequest, pk: int) -> HttpResponse:
    opening = visible(request, pk)
    can_edit = policies.can_recruit_for(request.user, opening)
    if request.method == "POST" and not can_edit:
        raise PermissionDenied
    stored = actions.current_rule(opening)
    stages = list(
        opening.stages.exclude(kit_version=None)
        .select_related("kit_version__kit")
        .prefetch_related("kit_version__competencies")
        .order_by("position")
    )
    form = RuleForm(request.POST or None, stages=stages, rule=rules.parse(stored.document) if stored else None)
    if request.method == "POST" and form.is_valid() and _set_rule(request, opening, form):
        return redirect("hiring:opening-rule", opening.pk)
    names = {
        each.key: each.name for stage in stages if stage.kit_version for each in stage.kit_version.competencies.all()
    }
    context = {
        "opening": opening,
        "form": form,
        "rule": stored,
        "history": rule_history(opening.pk, names, {str(stage.pk): stage.name for stage in stages}),
        "can_edit": can_edit,
    }
    return render(request, "hiring/opening_rule.html", context, status=422 if form.errors else 200)


def _as_typed(stage: Stage) -> dict[str, object]:
    return {
        "pk": stage.pk,
        "name": stage.name,
        "kit_version": stage.kit_version_id,
        "panel_size": stage.panel_size,
        "stalled_after_days": stage.stalled_after_days,
        "ORDER": stage.position,
    }


def _save(request: PersonRequest, opening: Opening, ordered: list[dict[str, object]], reason: str) -> None:
    inputs = [
        actions.StageInput(
            pk=stage["pk"],  # type: ignore[arg-type]
            name=str(stage["name"]),
            kit_version=stage["kit_version"],  # type: ignore[arg-type]
            panel_size=stage["panel_size"],  # type: ignore[arg-type]
            stalled_after_days=stage["stalled_after_days"],  # type: ignore[arg-type]
        )
        for stage in ordered
    ]
    actions.set_stages(opening=opening, stages=inputs, reason=reason, by=request.user, at=timezone.now())


def _set_rule(request: PersonRequest, opening: Opening, form: RuleForm) -> bool:
    try:
        actions.set_rule(
            opening=opening,
            rule=form.rule(),
            by=request.user,
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )
    except Invalid as refusal:
        form.add_error("reason", str(refusal))
        return False
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The rule is set."))
    return True
