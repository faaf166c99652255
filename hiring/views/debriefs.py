"""The debrief: what the panel said, side by side, once it is revealed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.errors import Refused
from hiring import policies
from hiring.actions import decisions as actions
from hiring.forms.decisions import DebriefNoteForm
from hiring.models import Interview
from hiring.reports.debrief import debrief_of
from people.actions import audit
from people.requests import PersonRequest


@require_safe
def interview_debrief(request: PersonRequest, pk: int) -> HttpResponse:
    interview = _interview(request, pk)
    if not policies.can_view_judgement(request.user, interview):
        return render(request, "hiring/interview_sealed.html", {"interview": interview}, status=403)
    opening = interview.application.opening
    context = {
        "interview": interview,
        "debrief": debrief_of(interview, opening.rules.order_by("-number").first()),
        "form": DebriefNoteForm(),
        "can_write": policies.can_write_debrief(request.user, interview),
        "can_decide": policies.can_decide(request.user, interview.application),
        "sees_application": policies.can_view_application(request.user, interview.application),
    }
    audit.record(
        by=request.user,
        did="hiring.scorecards_read",
        thing=interview,
        team=opening.team_id,
        outcome=audit.Outcome.READ,
        at=timezone.now(),
    )
    return render(request, "hiring/interview_debrief.html", context)


@require_POST
def debrief_note_add(request: PersonRequest, pk: int) -> HttpResponse:
    interview = _interview(request, pk)
    if not policies.can_write_debrief(request.user, interview):
        raise PermissionDenied
    form = DebriefNoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the note first."))
        return redirect("hiring:interview-debrief", pk)
    try:
        actions.add_debrief_note(
            interview=interview,
            text=form.cleaned_data["text"],
            competency_key=form.cleaned_data["competency"],
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("hiring:interview-debrief", pk)


def _interview(request: PersonRequest, pk: int) -> Interview:
    visible = Interview.objects.visible_to(request.user).with_mask(request.user)
    related = ("application__candidate", "application__opening", "stage")  # whoever broke a seal is asked for then
    return get_object_or_404(visible.select_related(*related), pk=pk)
