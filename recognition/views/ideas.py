"""Ideas: read, proposed, answered, done, celebrated."""

from collections.abc import Callable
from typing import Any

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
from recognition import idea_policies
from recognition.actions import ideas as actions
from recognition.actions import posts
from recognition.forms.ideas import AnswerForm, CelebrateForm, DoneForm, IdeaFilter, IdeaForm, TakeDownForm
from recognition.models import Idea
from recognition.reports import ideas as reports
from recognition.views.posts import show_thanking


@require_GET
def idea_list(request: PersonRequest) -> HttpResponse:
    """What the reader may read, newest first; by state, by team, or their own."""
    at, mine = timezone.now(), request.GET.get("mine") == "1"
    form = IdeaFilter(request.GET)
    found = Idea.objects.none()
    if form.is_valid():
        chosen = reports.Filter(state=form.cleaned_data["state"], team=form.cleaned_data["team"], mine=mine)
        found = reports.listed(request.user, chosen)
    page = page_of(found, order=reports.ORDER, cursor=request.GET.get("after"), size=reports.PAGE)
    context = {
        "filter": form,
        "mine": mine,
        "narrowed": any(request.GET.get(name) for name in ("state", "team")),
        "lines": reports.lines_of(page.items, at=at),
        "waits": reports.waiting_for(request.user, at.astimezone(request.user.zone).date()).count(),
        **page_links(request, page),
    }
    return render(request, "recognition/idea_list.html", context)


@require_GET
def idea_queue(request: PersonRequest) -> HttpResponse:
    """What waits for the reader's answer, the first due first; and what they are to do."""
    at = timezone.now()
    today = at.astimezone(request.user.zone).date()
    found = reports.waiting_for(request.user, today).select_related("author", "team")
    page = page_of(found, order=reports.QUEUE_ORDER, cursor=request.GET.get("after"), size=reports.PAGE)
    context = {
        "rows": [(one, one.answered_until(request.user), one.is_overdue(at)) for one in page.items],
        "to_do": reports.to_do_for(request.user).order_by("do_by", "pk")[: reports.MOST],
        **page_links(request, page),
    }
    return render(request, "recognition/idea_queue.html", context)


@require_http_methods(["GET", "POST"])
def idea_propose(request: PersonRequest) -> HttpResponse:
    """For everybody who works here."""
    form = IdeaForm(request.POST or None, author=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            idea = actions.propose(by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Thank you. Until when you have an answer stands below."))
            return redirect(idea)
    return render(request, "recognition/idea_propose.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def idea_detail(request: PersonRequest, pk: int) -> HttpResponse:
    reader, at = request.user, timezone.now()
    idea = _visible(request, pk)
    context = {
        "idea": idea,
        "told": reports.detail(idea, reader),
        "answer_until": idea.answered_until(reader),
        "is_overdue": idea.is_overdue(at),
        "is_mine": idea.author_id == reader.pk,
        "may_answer": idea_policies.can_answer_idea(reader, idea),
        "may_do": idea_policies.can_do_idea(reader, idea),
        "may_withdraw": idea_policies.can_withdraw_idea(reader, idea),
        "may_show_name": idea_policies.can_show_name(reader, idea),
        "may_second": idea_policies.can_second_idea(reader, idea),
        "may_take_down": idea_policies.can_take_down_idea(reader, idea),
        "may_celebrate": idea_policies.can_celebrate_idea(reader, idea),
    }
    return render(request, "recognition/idea_detail.html", context)


def _visible(request: PersonRequest, pk: int) -> Idea:
    found = Idea.objects.visible_to(request.user).select_related("author", "team", "doer", "removed_by")
    return get_object_or_404(reports.with_who_knows(found, request.user), pk=pk)


@require_http_methods(["GET", "POST"])
def idea_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """Answer it, or amend the answer."""
    idea = _visible(request, pk)
    must(idea_policies.can_answer_idea(request.user, idea))
    before = idea.answers.select_related("doer").order_by("-at", "-pk").first()
    form = AnswerForm(request.POST or None, before=before)
    if request.method == "POST" and form.is_valid() and _answered(request, form, idea):
        return redirect(idea)
    context = {"idea": idea, "form": form, "before": before, "told": reports.detail(idea, request.user)}
    return render(request, "recognition/idea_answer.html", context, status=422 if form.errors else 200)


def _answered(request: PersonRequest, form: AnswerForm, idea: Idea) -> bool:
    """`before` is the answer that the page showed, so that nobody overwrites one that they have not read."""
    before = idea.answers.filter(pk=form.cleaned_data["before"] or 0).first()
    try:
        actions.answer(idea=idea, before=before, by=request.user, at=timezone.now(), **form.given)
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, _("Answered. Whoever proposed it is told now."))
    return True


@require_POST
def idea_start(request: PersonRequest, pk: int) -> HttpResponse:
    """Somebody has begun."""
    idea = _visible(request, pk)
    must(idea_policies.can_do_idea(request.user, idea))
    _tried(request, lambda: actions.start(idea=idea, by=request.user, at=timezone.now()), _("It is being done."))
    return redirect(idea)


@require_POST
def idea_second(request: PersonRequest, pk: int) -> HttpResponse:
    """It would help the reader, too; or no more."""
    idea = _visible(request, pk)
    must(idea_policies.can_second_idea(request.user, idea))
    on = request.POST.get("on") == "1"
    said = _("Whoever answers sees that it would help one more of us, not who.") if on else _("Taken back.")
    _tried(request, lambda: actions.second(idea=idea, on=on, by=request.user, at=timezone.now()), said)
    return redirect(idea)


@require_POST
def idea_show_name(request: PersonRequest, pk: int) -> HttpResponse:
    """Its author shows that it is theirs, for good."""
    idea = _visible(request, pk)
    must(idea_policies.can_show_name(request.user, idea))
    actions.show_name(idea=idea, by=request.user, at=timezone.now())
    messages.success(request, _("Your name stands beside it now."))
    return redirect(idea)


def _tried(request: PersonRequest, step: Callable[[], None], said: str) -> bool:
    try:
        step()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, said)
    return True


@require_http_methods(["GET", "POST"])
def idea_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Its author takes it back, before it is answered."""
    idea = _visible(request, pk)
    must(idea_policies.can_withdraw_idea(request.user, idea))
    if request.method == "POST":
        said = _("Withdrawn. Nobody sees it any more.")
        gone = _tried(request, lambda: actions.withdraw(idea=idea, by=request.user, at=timezone.now()), said)
        return redirect("recognition:idea-list") if gone else redirect(idea)
    return render(request, "recognition/idea_withdraw.html", {"idea": idea})


@require_http_methods(["GET", "POST"])
def idea_done(request: PersonRequest, pk: int) -> HttpResponse:
    """What came of it, and who did it."""
    idea = _visible(request, pk)
    must(idea_policies.can_do_idea(request.user, idea))
    form = DoneForm(request.POST or None, idea=idea)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"outcome": form.cleaned_data["outcome"], "doers": form.doers}
        try:
            actions.finish(idea=idea, by=request.user, at=timezone.now(), **given)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Done. Thank those who did it."))
            return redirect(idea)
    return render(
        request, "recognition/idea_done.html", {"idea": idea, "form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def idea_take_down(request: PersonRequest, pk: int) -> HttpResponse:
    """By a steward, with a reason."""
    idea = _visible(request, pk)
    must(idea_policies.can_take_down_idea(request.user, idea))
    form = TakeDownForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_down(idea=idea, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Taken down. Whoever proposed it is told why."))
            return redirect(idea)
    context = {"idea": idea, "form": form}
    return render(request, "recognition/idea_take_down.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def idea_celebrate(request: PersonRequest, pk: int) -> HttpResponse:
    """From an idea that is done to thanks on the wall."""
    idea = _visible(request, pk)
    must(idea_policies.can_celebrate_idea(request.user, idea))
    form = CelebrateForm(request.POST or None, idea=idea, by=request.user)
    if request.method == "POST" and form.is_valid():
        names = ("value", "happened", "did", "changed", "visibility", "token")
        given = {name: form.cleaned_data[name] for name in names}
        try:
            one = posts.recognise(to=form.thanked, idea=idea, by=request.user, at=timezone.now(), **given)
        except Refused as refusal:
            show_thanking(form, refusal)
        else:
            messages.success(request, _("Thank you for saying it. They are told now."))
            return redirect(one)
    context = {"idea": idea, "form": form}
    return render(request, "recognition/idea_celebrate.html", context, status=422 if form.errors else 200)
