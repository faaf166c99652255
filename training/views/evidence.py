"""Documents that were handed in as evidence, read by few."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from foundation.uploads import download
from people.actions import audit
from people.requests import PersonRequest
from training.models import Evidence


@require_safe
def evidence_file(request: PersonRequest, pk: int) -> FileResponse:
    """The document; each reading is on record."""
    visible = Evidence.objects.visible_to(request.user).select_related("sign_off__learner")
    evidence = get_object_or_404(visible.exclude(file=""), pk=pk)
    audit.record(
        by=request.user,
        did="training.evidence_read",
        thing=evidence.sign_off,
        outcome=audit.Outcome.READ,
        team=evidence.sign_off.learner.team_id,
        at=timezone.now(),
    )
    try:
        response = download(evidence.file.open("rb"), name=evidence.name)
    except FileNotFoundError:
        raise Http404 from None
    response["Content-Type"] = evidence.content_type
    return response
