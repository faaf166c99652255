"""Reporting a recognition; the stewards' queue; one case, for stewards and for whose words it is about."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from foundation.errors import Refused
from foundation.paging import page_of
from people.models import Person
from people.requests import PersonRequest
from people.views.lists import must, page_links, show_refusal
from recognition import policies
from recognition.actions import moderation as actions
from recognition.forms.moderation import AppealForm, DecideForm, ReportForm
from recognition.models import Case, Recognition
from recognition.reports import cases as reports
from recognition.reports.wall import picture_of, with_people


@require_http_methods(["GET", "POST"])
def recognition_report(request: PersonRequest, pk: int) -> HttpResponse:
    recognition = get_object_or_404(with_people(Recognition.objects.visible_to(request.user)), pk=pk)
    must(policies.can_report_recognition(request.user, recognition))
    form, at = ReportForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            actions.report(recognition=recognition, by=request.user, at=at, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Thank you. A steward looks at what you reported."))
            return redirect("recognition:wall")
    context = {"form": form, "recognition": recognition}
    return render(request, "recognition/recognition_report.html", context, status=422 if form.errors else 200)


@require_GET
def case_list(request: PersonRequest) -> HttpResponse:
    """What was reported, newest first: what waits, appeals, what was decided."""
    must(policies.can_review_cases(request.user))
    tab = request.GET.get("tab", "")
    tab = tab if tab in reports.STATES else ""
    found = reports.queue(request.user, tab)
    page = page_of(found, order=reports.ORDER, cursor=request.GET.get("after"), size=30, purpose=tab)
    context = {"cases": page.items, "tab": tab, "counts": reports.counts(request.user), **page_links(request, page)}
    return render(request, "recognition/case_list.html", context)


@require_http_methods(["GET", "POST"])
def case_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """What was written, what was said against it, and whatever the reader may do about it now."""
    case = get_object_or_404(reports.with_words(Case.objects.visible_to(request.user)), pk=pk)
    at = timezone.now()
    form = _form(request, case, at)
    if request.method == "POST":
        must(form is not None)
        if form is not None and form.is_valid() and _done(form, case, request.user, at):
            messages.success(request, _("Sent.") if isinstance(form, AppealForm) else _("Decided. They are told now."))
            return redirect(case)
    may_review = policies.can_review_case(request.user, case)
    picture = picture_of(case.recognition) if case.comment_id is None else None
    context: dict[str, Any] = {"case": case, "form": form, "may_review": may_review, "picture": picture}
    if may_review:
        context["reported"] = case.reports.select_related("reporter").order_by("at", "pk")
    status = 422 if form is not None and form.errors else 200
    return render(request, "recognition/case_detail.html", context, status=status)


def _form(request: PersonRequest, case: Case, at: datetime) -> forms.Form | None:
    """What the reader may send about the case now, if anything."""
    if policies.can_appeal(request.user, case, at):
        return AppealForm(request.POST or None)
    if policies.can_decide_case(request.user, case) or policies.can_answer_appeal(request.user, case, at):
        return DecideForm(request.POST or None)
    return None


def _done(form: forms.Form, case: Case, by: Person, at: datetime) -> bool:
    """Whether it was carried out; what was refused stands in the form."""
    act = actions.appeal if isinstance(form, AppealForm) else actions.decide
    if case.state == Case.State.APPEALED:
        act = actions.answer_appeal
    try:
        act(case=case, by=by, at=at, **form.cleaned_data)
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True
