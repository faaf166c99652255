"""What somebody completed: the transcript, certificates, taking one back; and the page where anybody checks one."""

from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.errors import Refused
from foundation.uploads import content_disposition
from people.actions import audit
from people.models import Person
from people.requests import PersonRequest
from people.views.lists import csv_answer, must, show_refusal
from training import policies
from training.actions import certificates as actions
from training.certificates import Paper
from training.certificates import render as render_pdf
from training.forms.assignments import RevokeForm
from training.models import Certificate, Completion
from training.reports import transcripts as reports


@require_safe
def transcript(request: PersonRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    context = {
        "someone": person,
        "own": person.pk == request.user.pk,
        "entries": reports.transcript_of(person, at=timezone.now()),
        "can_record": policies.can_record_for(request.user, person),
        "organisation": settings.ORGANISATION_NAME,
    }
    return render(request, "training/transcript.html", context)


@require_safe
def transcript_csv(request: PersonRequest, pk: int) -> StreamingHttpResponse:
    person = _person(request, pk)
    entries = reports.transcript_of(person, at=timezone.now())
    audit.record(
        by=request.user,
        did="training.transcript_exported",
        thing=person,
        outcome=audit.Outcome.EXPORTED,
        changes={"rows": len(entries)},
        team=person.team_id,
    )
    return csv_answer("transcript.csv", reports.headings(), reports.csv_rows(entries, own=person.pk == request.user.pk))


@require_safe
def certificate_pdf(request: PersonRequest, pk: int) -> HttpResponse:
    """The certificate of a completion, unless that was revoked."""
    seen = Completion.objects.visible_to(request.user).counting()
    certificate = get_object_or_404(
        Certificate.objects.select_related("completion"), completion__in=seen, completion=pk
    )
    completion = certificate.completion
    paper = Paper(
        organisation=settings.ORGANISATION_NAME,
        person=certificate.person_name,
        module=certificate.module_name,
        completed_on=date_format(completion.completed_on, "j F Y"),
        valid_until=reports.until(completion),
        address=settings.PUBLIC_URL + reverse("certificate-verify", args=[certificate.token]),
        language=get_language() or "en",
    )
    name = slugify(f"{certificate.module_name} {completion.completed_on}") or "certificate"
    headers = {"Content-Disposition": content_disposition(f"{name}.pdf"), "Cache-Control": "private, no-store"}
    return HttpResponse(render_pdf(paper), content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "POST"])
def completion_revoke(request: PersonRequest, pk: int) -> HttpResponse:
    seen = Completion.objects.visible_to(request.user).select_related("person", "module", "revocation")
    completion = get_object_or_404(seen, pk=pk)
    must(policies.can_record_for(request.user, completion.person))
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke(completion=completion, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("It is revoked."))
            return redirect("training:transcript", completion.person_id)
    context = {"form": form, "completion": completion}
    return render(request, "training/completion_revoke.html", context, status=422 if form.errors else 200)


@login_not_required
@require_safe
def certificate_verify(request: HttpRequest, token: str) -> HttpResponse:
    """Whether a certificate is what it says: for anybody who holds it. Nothing more than stands on it is told."""
    found = Certificate.objects.select_related("completion__person", "completion__revocation")
    certificate = found.filter(completion__certificate=key).first() if (key := _uuid(token)) else None
    if certificate is None:
        return _made_up(request)
    context = {
        "certificate": certificate,
        "state": reports.certified(certificate, at=timezone.now()),
        "organisation": settings.ORGANISATION_NAME,
    }
    return _public(render(request, "training/certificate_verify.html", context))


def _made_up(request: HttpRequest) -> HttpResponse:
    """The same for whatever is no certificate; and for whoever tries many a pause."""
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="certificate", limit_get=True)
    if limited is not None:
        return limited
    context = {"organisation": settings.ORGANISATION_NAME}
    return _public(render(request, "training/certificate_unknown.html", context, status=404))


def _public(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "no-store"
    return answer


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _person(request: PersonRequest, pk: int) -> Person:
    """Somebody whose training the reader may see; to others as if there were nobody."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    if not policies.can_view_training_of(request.user, person):
        raise Http404
    return person
