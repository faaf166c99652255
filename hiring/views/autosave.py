"""Saving a scorecard as it is typed, for static/js/scorecard.js: JSON out, the form's own fields in."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.errors import Conflict, Refused
from hiring.actions.scorecards import missing_from
from hiring.views.scorecards import Desk, desk, store
from people.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def scorecard_save(request: PersonRequest, pk: int) -> HttpResponse:
    """GET: what is stored, and a fresh CSRF token. POST: store; 200 with the new revision, 409 with what is stored
    instead, 422 with what can't be stored, and why."""
    at_desk = desk(request, pk, shown=False)
    if request.method == "GET":
        return JsonResponse({"token": get_token(request), **_state(request, at_desk)})
    form = at_desk.form(request.user.pk, request.POST)
    if not form.is_valid():
        detail = _("Something can't be stored as it is: %(reasons)s") % {"reasons": _reasons(form.errors)}
        return JsonResponse({"code": "invalid", "detail": detail, "errors": form.errors}, status=422)
    try:
        store(request, at_desk, form)
    except Conflict as conflict:
        told = [vars(difference) for difference in at_desk.differences]
        return _refusal(conflict, {**_state(request, at_desk), "differences": told})
    except Refused as refusal:
        return _refusal(refusal, _state(request, at_desk))
    return JsonResponse(_state(request, at_desk))


def _refusal(refusal: Refused, more: dict[str, Any]) -> JsonResponse:
    return JsonResponse({**more, "code": refusal.code, "detail": str(refusal)}, status=409)


def _state(request: PersonRequest, at_desk: Desk) -> dict[str, Any]:
    scorecard = at_desk.scorecard
    return {
        "person": request.user.pk,
        "revision": at_desk.revision,
        "saved": f"{timezone.localtime(scorecard.saved_at):%H:%M:%S}" if scorecard else "",
        "sealed": scorecard.get_absolute_url() if scorecard and scorecard.is_submitted else "",
        "fields": at_desk.stored,
        "missing": len(missing_from(scorecard, at_desk.competencies)) if scorecard else None,
    }


def _reasons(errors: Any) -> str:
    return " ".join(str(reason) for reasons in errors.values() for reason in reasons)
