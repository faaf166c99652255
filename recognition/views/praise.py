"""Customers' words: entered by whoever heard them, checked by a steward, read by whom they are about."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from foundation.errors import Refused
from foundation.paging import page_of
from people.requests import PersonRequest
from people.views.lists import must, page_links, show_refusal
from recognition import policies
from recognition.actions import posts
from recognition.actions import praise as actions
from recognition.forms.posts import RecognisePraiseForm
from recognition.forms.praise import CheckForm, PraiseForm
from recognition.models import Praise, Recognition
from recognition.reports import praise as reports
from recognition.views.posts import show_thanking


@require_GET
def praise_list(request: PersonRequest) -> HttpResponse:
    """What waits, for stewards; praise and lessons, as far as the reader may see them."""
    may_check = policies.can_check_any_praise(request.user)
    state = request.GET.get("state", "")
    if state not in reports.STATES:
        state = Praise.State.WAITING if may_check else Praise.State.SHOWN
    found = reports.listed(request.user, state)
    page = page_of(found, order=reports.ORDER, cursor=request.GET.get("after"), size=reports.PAGE)
    context = {
        "rows": page.items,
        "state": state,
        "may_check": may_check,
        "may_import": policies.can_import_praise(request.user),
        **page_links(request, page),
    }
    return render(request, "recognition/praise_list.html", context)


@require_http_methods(["GET", "POST"])
def praise_enter(request: PersonRequest) -> HttpResponse:
    """Write down what a customer said: for everybody who works here."""
    today = timezone.now().astimezone(request.user.zone).date()
    form = PraiseForm(request.POST or None, said_on=today, site=request.user.site_id)
    if request.method == "POST" and form.is_valid():
        try:
            actions.enter_praise(by=request.user, at=timezone.now(), **form.entered)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Thank you. A recognition steward looks at it now."))
            return redirect("recognition:praise-list")
    return render(request, "recognition/praise_enter.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def praise_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """For stewards, while it waits, beside what the customer wrote; afterwards the words that may be read."""
    praise = get_object_or_404(
        Praise.objects.visible_to(request.user).select_related("site", "team", "entered_by", "link__site"), pk=pk
    )
    form = CheckForm(request.POST or None, praise=praise)
    if request.method == "POST":
        must(policies.can_check_praise(request.user, praise))
        if form.is_valid() and _checked(request, praise, form):
            return redirect("recognition:praise-list")
    context = {
        "praise": praise,
        "form": form,
        "about": praise.about.order_by("full_name", "pk"),
        "thanked": Recognition.objects.visible_to(request.user).filter(praise=praise).first(),
        "may_recognise": policies.can_recognise_praise(request.user, praise)
        and not praise.recognitions.exclude(state=Recognition.State.WITHDRAWN).exists(),
    }
    return render(request, "recognition/praise_detail.html", context, status=422 if form.errors else 200)


def _checked(request: PersonRequest, praise: Praise, form: CheckForm) -> bool:
    try:
        actions.check_praise(praise=praise, by=request.user, at=timezone.now(), **form.checked)
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, _("Checked. What the customer wrote and their name are deleted."))
    return True


@require_http_methods(["GET", "POST"])
def praise_recognise(request: PersonRequest, pk: int) -> HttpResponse:
    """From a customer's praise to thanks on the wall."""
    praise = get_object_or_404(Praise.objects.visible_to(request.user), pk=pk)
    must(policies.can_recognise_praise(request.user, praise))
    form = RecognisePraiseForm(request.POST or None, praise=praise)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("value", "did", "visibility", "token")}
        try:
            one = posts.recognise(to=form.thanked, praise=praise, by=request.user, at=timezone.now(), **given)
        except Refused as refusal:
            show_thanking(form, refusal)
        else:
            messages.success(request, _("They are told now, with the customer's words."))
            return redirect(one)
    context = {"praise": praise, "form": form}
    return render(request, "recognition/praise_recognise.html", context, status=422 if form.errors else 200)
