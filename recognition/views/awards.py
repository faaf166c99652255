"""Awards for everybody to read; programmes and rounds for stewards to write."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Refused
from foundation.paging import page_of
from people.requests import PersonRequest
from people.views.lists import must, page_links, show_refusal
from recognition import policies
from recognition.actions import awards as actions
from recognition.forms.awards import ProgrammeForm, ReasonForm, RoundForm
from recognition.models import Programme, Round
from recognition.reports import awards as reports
from recognition.reports import panels, winners


@require_GET
def award_list(request: PersonRequest) -> HttpResponse:
    """What runs, who won, and the programmes."""
    at = timezone.now()
    running = reports.running(request.user)
    past = Round.objects.visible_to(request.user).filter(state=Round.State.ANNOUNCED).select_related("programme")
    page = page_of(past, order=winners.ORDER, cursor=request.GET.get("after"), size=winners.PAGE)
    context = {
        "running": [(one, reports.standing(one, request.user, at)) for one in running],
        "programmes": reports.programmes(),
        "may_run": policies.can_run_awards(request.user),
        "announced": winners.announced(page.items, request.user),
        "mine": winners.mine(request.user),
        **page_links(request, page),
    }
    return render(request, "recognition/award_list.html", context)


@require_http_methods(["GET", "POST"])
def programme_create(request: PersonRequest) -> HttpResponse:
    must(policies.can_run_awards(request.user))
    form = ProgrammeForm(request.POST or None, owner=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.create_programme(by=request.user, at=timezone.now(), **form.written)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The programme is here. Begin a round of it when you like."))
            return redirect("recognition:award-list")
    return render(request, "recognition/programme_edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def programme_edit(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_run_awards(request.user))
    programme = get_object_or_404(Programme, pk=pk)
    form = ProgrammeForm(request.POST or None, programme=programme)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_programme(programme=programme, by=request.user, at=timezone.now(), **form.written)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. It holds for the rounds to come."))
            return redirect("recognition:award-list")
    context = {"form": form, "programme": programme}
    return render(request, "recognition/programme_edit.html", context, status=422 if form.errors else 200)


@require_POST
def programme_archive(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_run_awards(request.user))
    programme, archived = get_object_or_404(Programme, pk=pk), request.POST.get("archived") == "1"
    actions.archive_programme(programme=programme, archived=archived, by=request.user, at=timezone.now())
    messages.success(request, _("Archived. Its rounds stay.") if archived else _("In use again."))
    return redirect("recognition:award-list")


@require_http_methods(["GET", "POST"])
def round_create(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_run_awards(request.user))
    programme, form = get_object_or_404(Programme, pk=pk), RoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_round(programme=programme, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The round is a draft. Look at it, then publish it."))
            return redirect(made)
    context = {"form": form, "programme": programme}
    return render(request, "recognition/round_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def round_edit(request: PersonRequest, pk: int) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.visible_to(request.user).select_related("programme"), pk=pk)
    must(policies.can_run_awards(request.user))
    form = RoundForm(request.POST or None, initial={name: getattr(round_, name) for name in actions.DATES})
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_round(round_=round_, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(round_)
    context = {"form": form, "programme": round_.programme, "round": round_}
    return render(request, "recognition/round_edit.html", context, status=422 if form.errors else 200)


@require_GET
def round_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """How a round stands, its rules, and what the reader may do about it now."""
    rows = Round.objects.visible_to(request.user).select_related("programme__owner", "programme__value")
    round_, at = get_object_or_404(rows, pk=pk), timezone.now()
    criteria = [(one.name, one.anchors) for one in round_.criteria.order_by("position")]
    context = {
        "round": round_,
        "standing": reports.standing(round_, request.user, at),
        "tone": reports.TONES.get(Round.State(round_.state), "plain"),
        "stages": reports.stages(round_),
        "criteria": criteria or [(one["name"], one["anchors"]) for one in round_.programme.rubric],
        "may_run": policies.can_run_awards(request.user),
        "may_nominate": policies.can_nominate(request.user, round_, at),
        "seat": panels.seat(request.user, round_),
        "may_view_results": policies.can_view_results(request.user, round_),
        "announced": winners.announced([round_], request.user) if round_.state == Round.State.ANNOUNCED else [],
        "mine": reports.nominations_of(request.user, round_),
    }
    return render(request, "recognition/round_detail.html", context)


@require_POST
def round_publish(request: PersonRequest, pk: int) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    must(policies.can_run_awards(request.user))
    try:
        actions.publish_round(round_=round_, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Published. Everybody sees it, and it opens on its day."))
    return redirect(round_)


@require_http_methods(["GET", "POST"])
def round_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.visible_to(request.user).select_related("programme"), pk=pk)
    must(policies.can_run_awards(request.user))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_round(round_=round_, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Cancelled."))
            return redirect(round_)
    context = {"form": form, "round": round_}
    return render(request, "recognition/round_cancel.html", context, status=422 if form.errors else 200)
