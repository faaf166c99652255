"""Citing and approving; and what was said of somebody."""

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
from recognition.actions import announcing as actions
from recognition.forms.awards import CitationForm
from recognition.models import Candidacy, Round
from recognition.reports import winners as reports


@require_http_methods(["GET", "POST"])
def citation_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """The words that are announced with a winner."""
    open_ = Round.objects.with_results_for(request.user).filter(state=Round.State.DECIDED)
    rows = Candidacy.objects.filter(is_winner=True, round__in=open_).select_related("nominee", "round__programme")
    winner = get_object_or_404(rows, pk=pk)
    form = CitationForm(request.POST or None, initial={"words": winner.citation})
    if request.method == "POST" and form.is_valid():
        try:
            actions.cite(candidacy=winner, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("recognition:round-results", winner.round_id)
    context = {"form": form, "winner": winner, "round": winner.round}
    return render(request, "recognition/citation_edit.html", context, status=422 if form.errors else 200)


@require_POST
def round_approve(request: PersonRequest, pk: int) -> HttpResponse:
    """By a steward or the owner, who judged nobody in it and nominated nobody who wins."""
    rows = Round.objects.with_results_for(request.user).select_related("programme")
    round_ = get_object_or_404(rows, pk=pk)
    must(policies.can_approve(request.user, round_))
    try:
        actions.approve(round_=round_, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Approved. It is announced at its hour."))
    return redirect("recognition:round-results", round_.pk)


@require_GET
def candidacy_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """A winner with the citation, as far as they wish; and to the nominee, what was said of them and by whom."""
    rows = reports.with_wishes(Candidacy.objects.visible_to(request.user))
    one = get_object_or_404(rows, pk=pk)
    is_own = one.nominee_id == request.user.pk
    context = {"candidacy": one, "round": one.round, "is_own": is_own, "said": reports.said_of(one) if is_own else []}
    return render(request, "recognition/candidacy_detail.html", context)
