"""What moves along the pipeline: single and bulk moves with undo, and decisions about several at once."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from foundation.errors import Refused
from hiring import policies
from hiring.actions import candidates as actions
from hiring.actions import decisions
from hiring.forms.decisions import DecisionForm
from hiring.forms.openings import MoveForm
from hiring.models import Application, Opening
from hiring.views.openings import board_page, to_recruit_for
from people.requests import PersonRequest

MOST = 200


@require_POST
def applications_move(request: PersonRequest, pk: int) -> HttpResponse:
    """All that were chosen, or none. Sent from the board, or from the page of one application."""
    opening = to_recruit_for(request, pk)
    chosen = _chosen(request, opening)
    form = MoveForm(request.POST, opening=opening)
    if not chosen or not form.is_valid():
        return _refused(request, opening, chosen, _("Choose candidates and the stage they go to."))
    stage = form.cleaned_data["to"]
    try:
        batch, moved = actions.move_applications(
            applications=chosen, to_stage=stage, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _refused(request, opening, chosen, str(refusal))
    words = ngettext("%(count)d candidate moved to %(stage)s.", "%(count)d candidates moved to %(stage)s.", moved)
    said = words % {"count": moved, "stage": stage}
    if request.POST.get("from") == "application":
        messages.success(request, said)
        return redirect(chosen[0])
    request.session[f"moved-{opening.pk}"] = {"batch": str(batch) if moved else "", "words": said}
    return _board(request, opening)


@require_POST
def moves_undo(request: PersonRequest, pk: int) -> HttpResponse:
    """Put back what one batch moved, which the board has just offered."""
    opening = to_recruit_for(request, pk)
    try:
        batch = uuid.UUID(request.POST.get("batch", ""))
    except ValueError:
        return _refused(request, opening, [], _("There is nothing to undo."))
    back = actions.undo_moves(batch=batch, opening=opening, by=request.user, at=timezone.now())
    words = ngettext("%(count)d candidate is back.", "%(count)d candidates are back.", back) % {"count": back}
    request.session[f"moved-{opening.pk}"] = {"batch": "", "words": words}
    return _board(request, opening)


def _board(request: PersonRequest, opening: Opening) -> HttpResponse:
    """Back to the board as it was looked at."""
    return redirect(f"{opening.get_absolute_url()}{'?stalled=1' if request.POST.get('stalled') else ''}")


def _refused(request: PersonRequest, opening: Opening, chosen: list[Application], refusal: str) -> HttpResponse:
    if request.POST.get("from") == "application" and chosen:
        messages.error(request, refusal)
        return redirect(chosen[0])
    stalled_only = bool(request.POST.get("stalled"))
    keys = [application.pk for application in chosen]
    return board_page(request, opening, stalled_only=stalled_only, refusal=refusal, chosen=keys)


@require_POST
def applications_decide(request: PersonRequest, pk: int) -> HttpResponse:
    """One decision with one set of reasons about several candidates; the first answer is the form itself."""
    opening = to_recruit_for(request, pk)
    chosen = [each for each in _chosen(request, opening) if policies.can_decide(request.user, each)]
    if not chosen:
        messages.error(request, _("Choose candidates first. Those on whom you owe a scorecard can't be decided yet."))
        return redirect(opening)
    outcomes = set(decisions.possible_outcomes(chosen[0])).intersection(
        *(decisions.possible_outcomes(each) for each in chosen[1:])
    )
    ordered = [
        outcome for outcome in decisions.possible_outcomes(chosen[0]) if outcome in outcomes and outcome != "hire"
    ]
    form = DecisionForm(request.POST if "outcome" in request.POST else None, outcomes=ordered)
    if form.is_bound and form.is_valid():
        outcome, reason = form.cleaned_data["outcome"], form.cleaned_data["reason"]
        try:
            decisions.decide_many(
                applications=chosen, outcome=outcome, reason=reason, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Decided, and your reasons are recorded."))
            return redirect(opening)
    context = {"opening": opening, "chosen": chosen, "form": form}
    return render(request, "hiring/applications_decide.html", context, status=422 if form.errors else 200)


def _chosen(request: PersonRequest, opening: Opening) -> list[Application]:
    """The applications ticked on the board, of this opening only; a foreign id empties the choice."""
    ids = {int(value) for value in request.POST.getlist("selected")[:MOST] if value.isdecimal() and len(value) < 19}
    found = list(
        Application.objects.visible_to(request.user)
        .filter(opening=opening, pk__in=ids)
        .with_mask(request.user)
        .select_related("candidate", "stage", "opening")
        .order_by("pk")
    )
    return found if len(found) == len(ids) else []
