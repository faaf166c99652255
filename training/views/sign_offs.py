"""The observer's queue, and judging a practice, or evidence."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Refused
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from training import policies
from training.actions import sign_offs as actions
from training.contents import Content, External, Practice
from training.forms.assignments import JudgeEvidenceForm, JudgeForm
from training.models import Evidence, SignOff
from training.reports.files import files_for, shown
from training.reports.learning import judged_lines

WITH = ("record__part", "record__assignment__module", "record__assignment__person", "observer", "learner")


@require_GET
def sign_off_list(request: PersonRequest) -> HttpResponse:
    mine = SignOff.objects.filter(observer=request.user).select_related(*WITH)
    context = {
        "waiting": mine.waiting().order_by("due_on", "pk"),
        "judged": mine.filter(judged_at__isnull=False).order_by("-judged_at", "-pk")[:20],
    }
    return render(request, "training/signoff_list.html", context)


@require_http_methods(["GET", "POST"])
def sign_off_detail(request: PersonRequest, pk: int) -> HttpResponse:
    sign_off = get_object_or_404(SignOff.objects.visible_to(request.user).select_related(*WITH), pk=pk)
    content = sign_off.record.part.content
    form = _form(request, content)
    if request.method == "POST":
        must(sign_off.observer_id == request.user.pk)
        if form.is_valid() and _judged(request, sign_off, form):
            return redirect("training:sign-off-list")
    context = {
        "sign_off": sign_off,
        "files": shown(files_for(sign_off.record.part.version_id, content).values()),
        "form": form,
        "can_judge": policies.can_judge(request.user, sign_off),
    }
    if isinstance(content, Practice):
        rubric = [(line, form.data.get(f"level-{line.key}", "")) for line in content.rubric]
        context |= {"practice": content, "lines": judged_lines(content, sign_off), "rubric": rubric}
        return render(request, "training/signoff_detail.html", context, status=422 if form.errors else 200)
    context |= {"external": content, "evidence": Evidence.objects.get(sign_off=sign_off)}
    return render(request, "training/signoff_evidence.html", context, status=422 if form.errors else 200)


def _form(request: PersonRequest, content: Content) -> JudgeForm | JudgeEvidenceForm:
    if isinstance(content, Practice):
        return JudgeForm(request.POST or None, practice=content)
    if isinstance(content, External):
        return JudgeEvidenceForm(request.POST or None)
    raise Http404


@require_POST
def sign_off_take_back(request: PersonRequest, pk: int) -> HttpResponse:
    sign_off = get_object_or_404(SignOff.objects.visible_to(request.user).select_related(*WITH), pk=pk)
    must(sign_off.learner_id == request.user.pk)
    try:
        actions.take_back(sign_off=sign_off, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("training:part-detail", sign_off.record.assignment_id, sign_off.record.part_id)


def _judged(request: PersonRequest, sign_off: SignOff, form: JudgeForm | JudgeEvidenceForm) -> bool:
    by, comment, at = request.user, form.cleaned_data["comment"], timezone.now()
    try:
        if isinstance(form, JudgeForm):
            judged = actions.judge(sign_off=sign_off, by=by, levels=form.levels(), comment=comment, at=at)
        else:
            accepted = form.cleaned_data["accepted"]
            judged = actions.judge_evidence(sign_off=sign_off, by=by, accepted=accepted, comment=comment, at=at)
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    accepted = judged.state == SignOff.State.ACCEPTED
    messages.success(request, _("Signed off.") if accepted else _("Returned, with your comment."))
    return True
