"""The monthly pulse: two questions, answered once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.errors import Refused
from people.requests import PersonRequest
from people.views.lists import show_refusal
from recognition.actions.pulse import answer_pulse
from recognition.forms.pulse import PulseForm
from recognition.reports.pulse import standing


@require_http_methods(["GET", "POST"])
def pulse(request: PersonRequest) -> HttpResponse:
    """Answer, or read that one has, or when it opens. The answer to a POST says nothing of what was chosen."""
    at = timezone.now()
    stands = standing(request.user, at)
    form = PulseForm(request.POST or None)
    if request.method == "POST" and stands.pulse is not None and form.is_valid():
        try:
            counted = answer_pulse(pulse=stands.pulse, scores=form.scores, by=request.user, at=at)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Counted. Thank you.") if counted else _("You have answered already."))
            return redirect("recognition:pulse")
    context = {"form": form, "stands": stands}
    return render(request, "recognition/pulse.html", context, status=422 if form.errors else 200)
