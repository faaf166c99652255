"""The panel for stewards; judging for judges, without names; revealing late, and deciding a tie."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Refused
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from recognition import policies
from recognition.actions import counting
from recognition.actions import panels as actions
from recognition.forms.panels import AppointForm, BallotForm, RecuseForm, TieForm
from recognition.models import Candidacy, Judge, Round
from recognition.reports import panels as reports
from recognition.reports.fairness import fairness_of
from recognition.reports.winners import without_citation

FAIR = (Round.State.DECIDED, Round.State.APPROVED, Round.State.ANNOUNCED)


@require_http_methods(["GET", "POST"])
def panel_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Who judges, and how many ballots are in; never what they say."""
    round_ = get_object_or_404(Round.objects.visible_to(request.user).select_related("programme"), pk=pk)
    must(policies.can_run_awards(request.user))
    form, at = AppointForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            actions.appoint(round_=round_, person=form.cleaned_data["person"], by=request.user, at=at)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Appointed. They are told when judging begins."))
            return redirect("recognition:panel-edit", round_.pk)
    context = {
        "round": round_, "form": form, "seats": reports.seats(round_), "may_change": round_.state in actions.STAFFED,
        "nominees": round_.candidacies.count(), "may_reveal": policies.can_reveal_late(request.user, round_, at),
    }  # fmt: skip
    return render(request, "recognition/panel_edit.html", context, status=422 if form.errors else 200)


@require_POST
def judge_release(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_run_awards(request.user))
    judge = get_object_or_404(Judge.objects.select_related("round"), pk=pk)
    try:
        actions.release(judge=judge, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Released. Nothing more is waited for from them."))
    return redirect("recognition:panel-edit", judge.round_id)


@require_POST
def round_reveal(request: PersonRequest, pk: int) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    must(policies.can_reveal_late(request.user, round_, timezone.now()))
    try:
        counting.reveal_late(round_=round_, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("recognition:panel-edit", round_.pk)
    messages.success(request, _("Revealed, without those who were late."))
    return redirect(
        "recognition:round-results" if policies.can_view_results(request.user, round_) else round_, round_.pk
    )


def _seat(request: PersonRequest, round_id: int) -> Judge:
    """The reader's own; 404 for everybody else."""
    rows = Judge.objects.live().filter(person=request.user, round__state=Round.State.JUDGING)
    return get_object_or_404(rows.select_related("round__programme", "person"), round=round_id)


@require_GET
def judging(request: PersonRequest, pk: int) -> HttpResponse:
    """Whom the reader judges, by number."""
    judge = _seat(request, pk)
    cases = reports.cases_for(judge)
    context = {
        "round": judge.round, "cases": cases, "closed": judge.recusals.count(),
        "left": sum(not case.is_done for case in cases), "until": judge.round.judge_by,
    }  # fmt: skip
    return render(request, "recognition/judging.html", context)


def _case(request: PersonRequest, pk: int) -> tuple[Judge, reports.Case]:
    """A nominee that the reader judges; 404 for all others."""
    candidacy = get_object_or_404(Candidacy, pk=pk)
    judge = _seat(request, candidacy.round_id)
    found = reports.cases_for(judge, only=pk)
    if not found:
        raise Http404
    return judge, found[0]


@require_http_methods(["GET", "POST"])
def ballot(request: PersonRequest, pk: int) -> HttpResponse:
    """One nominee without a name: the case, and the scores."""
    judge, case = _case(request, pk)
    form, round_ = BallotForm(request.POST or None, criteria=[one for one, _words in case.said]), judge.round
    if request.method == "POST":
        must(not case.is_done)
        if form.is_valid() and _cast(request, form, judge, case):
            round_.refresh_from_db(fields=["state"])  # it may have been the last that was waited for
            is_judged = round_.state == Round.State.JUDGING
            return redirect("recognition:judging" if is_judged else "recognition:round-results", round_.pk)
    said = [(one, words, form[f"score_{one.pk}"]) for one, words in case.said]
    context = {"round": round_, "case": case, "form": form, "said": said}
    return render(request, "recognition/ballot.html", context, status=422 if form.errors else 200)


def _cast(request: PersonRequest, form: BallotForm, judge: Judge, case: reports.Case) -> bool:
    given = {"scores": form.scores, "reason": form.cleaned_data["reason"]}
    try:
        counting.cast_ballot(judge=judge, candidacy=case.candidacy, by=request.user, at=timezone.now(), **given)
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, _("Sealed. You read the others' once all are in."))
    return True


@require_http_methods(["GET", "POST"])
def recuse(request: PersonRequest, pk: int) -> HttpResponse:
    """Not judge a nominee, with the reason."""
    judge, case = _case(request, pk)
    form = RecuseForm(request.POST or None)
    if request.method == "POST":
        must(not case.is_done)
        if form.is_valid():
            actions.recuse_oneself(
                judge=judge, candidacy=case.candidacy, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("You don't judge them. Thank you for saying so."))
            return redirect("recognition:round-detail", judge.round_id)
    context = {"round": judge.round, "case": case, "form": form}
    return render(request, "recognition/recuse.html", context, status=422 if form.errors else 200)


@require_GET
def round_results(request: PersonRequest, pk: int) -> HttpResponse:
    """Names, scores and reasons, once all are in: for the panel and whoever answers for the round."""
    rows = Round.objects.with_results_for(request.user).select_related("programme", "tie_by")
    round_ = get_object_or_404(rows, pk=pk)
    context = {
        "round": round_,
        "results": reports.results(round_),
        "criteria": list(round_.criteria.order_by("position")),
        "may_decide_tie": policies.can_decide_tie(request.user, round_),
        "may_approve": policies.can_approve(request.user, round_),
        "uncited": without_citation(round_),
        "fairness": fairness_of(round_) if round_.state in FAIR else [],
    }
    return render(request, "recognition/round_results.html", context)


@require_http_methods(["GET", "POST"])
def round_tie(request: PersonRequest, pk: int) -> HttpResponse:
    """The panel's decision in writing between those who are tied."""
    round_ = get_object_or_404(Round.objects.with_results_for(request.user).select_related("programme"), pk=pk)
    must(policies.can_decide_tie(request.user, round_))
    tied = round_.candidacies.filter(is_tied=True).select_related("nominee").order_by("number")
    form = TieForm(request.POST or None, tied=list(tied))
    if request.method == "POST" and form.is_valid():
        try:
            counting.decide_tie(round_=round_, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Decided. Now it waits for the citation and the approval."))
            return redirect("recognition:round-results", round_.pk)
    return render(
        request, "recognition/round_tie.html", {"round": round_, "form": form}, status=422 if form.errors else 200
    )
