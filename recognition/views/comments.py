"""Writing a comment, taking it back, reporting somebody else's."""

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
from recognition.actions import comments as actions
from recognition.actions.moderation import report
from recognition.forms.comments import CommentForm
from recognition.forms.moderation import ReportForm
from recognition.models import Comment, Recognition
from recognition.reports.wall import with_people


@require_POST
def comment_add(request: PersonRequest, pk: int) -> HttpResponse:
    """What is wrong with it stands above the words, which are not lost."""
    found = with_people(Recognition.objects.visible_to(request.user).shown())
    recognition, form = get_object_or_404(found, pk=pk), CommentForm(request.POST)
    if form.is_valid():
        try:
            row = actions.comment(recognition=recognition, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(row)
    return render(request, "recognition/comment_add.html", {"form": form, "recognition": recognition}, status=422)


@require_POST
def comment_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    comment = _visible(request, pk)
    must(policies.can_withdraw_comment(request.user, comment))
    actions.withdraw_comment(comment=comment, by=request.user, at=timezone.now())
    messages.success(request, _("Withdrawn. Nobody sees it any more."))
    return redirect(comment.recognition)


@require_http_methods(["GET", "POST"])
def comment_report(request: PersonRequest, pk: int) -> HttpResponse:
    comment = _visible(request, pk)
    must(comment.author_id != request.user.pk)
    form, at, recognition = ReportForm(request.POST or None), timezone.now(), comment.recognition
    if request.method == "POST" and form.is_valid():
        try:
            report(recognition=recognition, comment=comment, by=request.user, at=at, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Thank you. A steward looks at what you reported."))
            return redirect(recognition)
    context = {"form": form, "recognition": recognition, "comment": comment}
    return render(request, "recognition/recognition_report.html", context, status=422 if form.errors else 200)


def _visible(request: PersonRequest, pk: int) -> Comment:
    found = Comment.objects.visible_to(request.user).select_related("author", "recognition__value")
    return get_object_or_404(found, pk=pk)
