"""Nominating a colleague: begun, kept as a draft, handed in, taken back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.errors import Refused
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from recognition import policies
from recognition.actions import nominations as actions
from recognition.forms.nominations import NominationForm
from recognition.models import Nomination, Round


@require_http_methods(["GET", "POST"])
def nominate(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin a nomination in a round that is open where the reader works."""
    round_ = get_object_or_404(Round.objects.visible_to(request.user).select_related("programme"), pk=pk)
    must(policies.can_nominate(request.user, round_, timezone.now()))
    form = NominationForm(request.POST or None, criteria=list(round_.criteria.order_by("position")))
    if request.method == "POST" and form.is_valid():
        kept = _kept(request, form, round_, None)
        if kept is not None and (not _is_sent(request) or _handed_in(request, form, kept)):
            return redirect(round_)
        if kept is not None:
            return _page(request, form, round_, kept)
    return _page(request, form, round_, None)


@require_http_methods(["GET", "POST"])
def nomination_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """A draft of one's own to go on with; handed in, to read."""
    rows = Nomination.objects.filter(nominator=request.user).visible_to(request.user)
    one = get_object_or_404(rows.select_related("round__programme", "nominee"), pk=pk)
    said = dict(one.arguments.values_list("criterion", "words"))
    criteria = list(one.round.criteria.order_by("position"))
    form = NominationForm(request.POST or None, criteria=criteria, nominee=one.nominee, said=said)
    if request.method == "POST":
        must(policies.can_edit_nomination(request.user, one, timezone.now()))
        kept = _kept(request, form, one.round, one) if form.is_valid() else None
        if kept is not None and (not _is_sent(request) or _handed_in(request, form, kept)):
            return redirect(one.round)
    return _page(request, form, one.round, one)


def _is_sent(request: PersonRequest) -> bool:
    return request.POST.get("do") == "hand_in"


def _kept(request: PersonRequest, form: NominationForm, round_: Round, one: Nomination | None) -> Nomination | None:
    """The draft with what was typed; None when it was refused, which the form says."""
    typed = {"nominee": form.cleaned_data["nominee"], "words": form.words, "nomination": one}
    try:
        kept = actions.save_draft(round_=round_, by=request.user, at=timezone.now(), **typed)
    except Refused as refusal:
        show_refusal(form, refusal)
        return None
    if not _is_sent(request):
        messages.success(request, _("Kept as a draft. Nobody reads it until you hand it in."))
    return kept


def _handed_in(request: PersonRequest, form: NominationForm, one: Nomination) -> bool:
    try:
        actions.hand_in(nomination=one, by=request.user, at=timezone.now())
    except Refused as refusal:
        show_refusal(form, refusal)
        messages.info(request, _("It is kept as a draft."))
        return False
    messages.success(request, _("Handed in. Whatever comes of it, they are told what you said of them."))
    return True


def _page(request: PersonRequest, form: NominationForm, round_: Round, one: Nomination | None) -> HttpResponse:
    at = timezone.now()
    context = {
        "form": form,
        "round": round_,
        "nomination": one,
        "may_edit": one is None or policies.can_edit_nomination(request.user, one, at),
        "may_take_back": one is not None and policies.can_take_back(request.user, one, at),
    }
    return render(request, "recognition/nomination_edit.html", context, status=422 if form.errors else 200)


@require_POST
def nomination_take_back(request: PersonRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Nomination.objects.visible_to(request.user).select_related("round__programme"), pk=pk)
    must(policies.can_take_back(request.user, one, timezone.now()))
    actions.take_back(nomination=one, by=request.user, at=timezone.now())
    messages.success(request, _("It is a draft again. Hand it in before midnight of the last day."))
    return redirect(one)


@require_POST
def nomination_discard(request: PersonRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Nomination.objects.visible_to(request.user).select_related("round__programme"), pk=pk)
    must(policies.can_discard_nomination(request.user, one))
    actions.discard(nomination=one, by=request.user, at=timezone.now())
    messages.success(request, _("The draft is deleted."))
    return redirect(one.round)
