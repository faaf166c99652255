"""Deciding about one application: what the rule says first, then a person's decision with reasons."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.errors import Invalid, Refused
from hiring import policies
from hiring.actions import decisions as actions
from hiring.forms.decisions import DecisionForm
from hiring.models import Application, CombinationRule, Decision
from hiring.reports.comparison import departure_of, stage_table
from people.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def application_decide(request: PersonRequest, pk: int) -> HttpResponse:
    """The first answer to a departing decision shows the departure; the second, with it seen, records both."""
    application = _application(request, pk)
    rule = application.opening.rules.order_by("-number").first()
    form = DecisionForm(request.POST or None, outcomes=actions.possible_outcomes(application))
    departure = ""
    if request.method == "POST" and form.is_valid():
        departure = departure_of(application, form.cleaned_data["outcome"], rule)
        if not departure or form.cleaned_data["seen_departure"] == departure:
            decided = _decide(request, application, form)
            if decided is not None:
                return redirect(application)
    context = {
        "application": application,
        "form": form,
        "departure": departure,
        "result": _result(request, application, rule),
        "rule": rule,
        "previous": Decision.objects.visible_to(request.user)
        .filter(application=application)
        .select_related("by", "stage")
        .order_by("-at", "-pk"),
    }
    return render(request, "hiring/application_decide.html", context, status=422 if form.errors or departure else 200)


def _decide(request: PersonRequest, application: Application, form: DecisionForm) -> Decision | None:
    try:
        decision = actions.decide(
            application=application,
            outcome=form.cleaned_data["outcome"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except Invalid as refusal:
        for field, errors in refusal.errors.items():
            form.add_error(field if field in form.fields else None, errors)
        return None
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    words = {"decision": decision.get_outcome_display(), "name": application.label}
    messages.success(request, _("%(name)s: %(decision)s. Your reasons are recorded.") % words)
    return decision


def _result(request: PersonRequest, application: Application, rule: CombinationRule | None) -> object:
    """The application's row of its stage's comparison, where there is one."""
    if rule is None or application.stage.kit_version_id is None:
        return None
    table = stage_table(request.user, application.stage, rule)
    row = next((row for row in table.rows if row.application.pk == application.pk), None)
    return {"row": row, "table": table} if row else None


def _application(request: PersonRequest, pk: int) -> Application:
    visible = Application.objects.visible_to(request.user).with_mask(request.user)
    application = get_object_or_404(
        visible.select_related("candidate", "opening__team", "stage__kit_version__kit"), pk=pk
    )
    if not policies.can_decide(request.user, application):
        raise PermissionDenied
    return application
