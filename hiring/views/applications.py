"""One application: its page, its notes, and adding somebody to an opening. Its files are in files."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from hiring import policies
from hiring.actions import candidates as actions
from hiring.forms.candidates import ApplicationForm, FileForm, NoteForm
from hiring.models import Application, ApplicationFile, Candidate, Interview, Opening, Stage
from hiring.models.interviews import InterviewQuerySet
from hiring.reports import candidates as reports
from hiring.reports import interviews, timeline
from hiring.views.library import show_refusal
from hiring.views.openings import to_recruit_for
from people.requests import PersonRequest


@require_safe
def application_detail(request: PersonRequest, pk: int) -> HttpResponse:
    return application_page(request, visible_application(request, pk))


@require_POST
def note_add(request: PersonRequest, pk: int) -> HttpResponse:
    application = visible_application(request, pk)
    if not policies.can_write_note(request.user, application):
        raise PermissionDenied
    form = NoteForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            actions.add_note(application=application, text=text, by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The note is kept."))
            return redirect(application)
    return application_page(request, application, note=form)


@require_http_methods(["GET", "POST"])
def application_create(request: PersonRequest, pk: int) -> HttpResponse:
    """Add somebody. Whoever is known already is shown first; sending the form again says that it is the same human."""
    opening = to_recruit_for(request, pk)
    form = ApplicationForm(request.POST or None, today=timezone.localdate())
    same: Candidate | None = None
    if request.method == "POST" and form.is_valid():
        same = _same_human(request, form)
        again = same is not None and same.applications.filter(opening=opening).exists()
        if same is None or again or form.cleaned_data["same"] == str(same.pk):
            application = _add(request, opening, form)
            if application is not None:
                return redirect(application)
    context = {
        "opening": opening,
        "form": form,
        "same": same,
        "same_applications": reports.applications_of(request.user, same, at=timezone.now()) if same else [],
    }
    return render(request, "hiring/application_create.html", context, status=422 if form.errors or same else 200)


def _same_human(request: PersonRequest, form: ApplicationForm) -> Candidate | None:
    """The candidate this is, if the reader may know of them; else nothing is said."""
    given = form.cleaned_data
    found = actions.find_candidate(email=given["email"], phone=given["phone"], full_name=given["full_name"])
    return Candidate.objects.visible_to(request.user).filter(pk=found.pk).first() if found else None


def _add(request: PersonRequest, opening: Opening, form: ApplicationForm) -> Application | None:
    given = {name: value for name, value in form.cleaned_data.items() if name != "same"}
    try:
        application = actions.add_application(opening=opening, by=request.user, at=timezone.now(), **given)
    except Refused as refusal:
        show_refusal(form, refusal)
        return None
    messages.success(request, _("Added. A CV or a letter goes under Files."))
    return application


def visible_application(request: PersonRequest, pk: int) -> Application:
    """The application, loaded with_mask, or 404 for whoever may not know of it."""
    found = Application.objects.visible_to(request.user).with_mask(request.user)
    return get_object_or_404(found.select_related("candidate__hired_as", "opening__team", "stage"), pk=pk)


def application_page(
    request: PersonRequest, application: Application, *, note: Form | None = None, file: Form | None = None
) -> HttpResponse:
    """The page, with a form that was refused as it was typed."""
    person, now = request.user, timezone.now()
    stages = list(application.opening.stages.order_by("position"))
    found, files = list(_interviews(request, application)), list(_files(request, application))
    sittings = interviews.rows(person, found, at=now)
    recruits, decides = policies.can_recruit_for(person, application.opening), policies.can_decide(person, application)
    context: dict[str, Any] = {
        "application": application,
        "row": reports.Row(application, application.days_in_stage(now), stalled=False),
        "steps": timeline.steps_of(application, stages),
        "next": timeline.next_of(application, sittings, stages, recruits=recruits, decides=decides),
        "interviews": sittings,
        "results": timeline.results_of(person, application, _revealed(stages, found)),
        "others": reports.other_applications(person, application, at=now),
        "events": timeline.events_of(person, application, stages, found, files),
        "files": files,
        "note": note or NoteForm(),
        "file": file or FileForm(),
        "can_decide": decides,
        "can_schedule": recruits and timeline.may_be_interviewed(application, sittings, stages),
        "can_write_note": policies.can_write_note(person, application),
        "can_keep_files": policies.can_keep_files(person, application),
        "can_open_candidate": policies.can_open_candidate_of(person, application),
    }
    refused = any(form is not None and form.errors for form in (note, file))
    return render(request, "hiring/application_detail.html", context, status=422 if refused else 200)


def _interviews(request: PersonRequest, application: Application) -> InterviewQuerySet:
    """Those of the application, as `interviews.rows` and `timeline.events_of` need them."""
    found = interviews.listed(request.user).filter(application=application).order_by("-starts_at", "-pk")
    people = (*timeline.named("created_by"), *timeline.named("revealed_by"))
    related = ("application__candidate", "application__opening", "stage", "created_by", "revealed_by")
    return found.select_related(*related).only(*interviews.LINE, "created_at", "reveal_reason", *people)


def _revealed(stages: list[Stage], interviews: list[Interview]) -> list[Stage]:
    keys = {interview.stage_id for interview in interviews if interview.is_revealed}
    return [stage for stage in stages if stage.pk in keys]


def _files(request: PersonRequest, application: Application) -> QuerySet[ApplicationFile]:
    files = ApplicationFile.objects.visible_to(request.user).filter(application=application)
    return (
        files.select_related("uploaded_by")
        .only("application", "name", "size", "uploaded_at", *timeline.named("uploaded_by"))
        .order_by("-uploaded_at", "-pk")
    )
