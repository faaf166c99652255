"""Who gets in: signing in is required everywhere unless a view says otherwise; sessions end when idle; a second factor
where settings.SECOND_FACTOR asks for one."""

from collections.abc import Callable
from typing import cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from foundation.api.problems import CONTENT_TYPE, problem
from foundation.middleware import is_api
from people import policies
from people.actions import audit, sessions
from people.models import Person

Handler = Callable[[HttpRequest], HttpResponseBase]


class SignInMiddleware(LoginRequiredMiddleware):
    """Everything is for signed-in people, except views marked with login_not_required.

    A session that has been idle or has lasted too long ends here, before any view sees who it belonged to.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        person, now = request.user if isinstance(request.user, Person) else None, timezone.now()
        why = sessions.why_over(session=request.session, at=now) if person else ""
        if request.path in settings.POLLED_PATHS:
            # What a page asks by itself is no sign of life, and must not take anybody away from what they are typing:
            # 286 is htmx's word for "ask no more".
            gone = person is None or why
            return HttpResponse(status=286, headers={"HX-Reswap": "none"}) if gone else None
        if person and why:
            sessions.note_sign_out(person=person, why=why, at=now)
            logout(request)
            if not is_api(request):
                words = _("You were signed out to keep your account safe. Sign in to go on where you were.")
                messages.info(request, words)
        elif person:
            sessions.note_activity(session=request.session, at=now)
            person.only_reads = request.method in {"GET", "HEAD"}
        return None


class SecondFactorMiddleware:
    """Whoever must use a second factor and has not, in this session, reaches nothing but its set-up and the way out."""

    # What somebody on the way to a second factor needs; URL names, so that a new page is closed until listed here.
    OPEN = frozenset(
        {
            "second_factor_setup",
            "mfa_index",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "account_reauthenticate",
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
            "account_logout",
            "livez",
            "readyz",
            "robots",
            "security_txt",
            "change_password",
            # Asks for its secret alone, whoever the browser is signed in as.
            "calendar-feed",
            "certificate-verify",
            "customer-words",
            "screen",
            "screen-feed",
            "screen-worker",
            "notifications:mail-switch",
            "notifications:mail-switch-undo",
            *(f"mail-webhook-{service}" for service in settings.MAIL_SERVICES),
        }
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is None or match.view_name in self.OPEN or not lacks_second_factor(request):
            return None
        sessions.note_refused_sign_in(
            person=cast("Person", request.user), why="second_factor_missing", at=timezone.now()
        )
        if is_api(request):
            document = problem(403, code="second_factor_required", detail=_("Set up a second factor first."))
            return JsonResponse(document, status=403, content_type=CONTENT_TYPE)
        return redirect(f"{reverse('second_factor_setup')}?{urlencode({'next': _wanted(request)})}")


class RefusalMiddleware:
    """One entry in the audit trail for each 403 that somebody signed in is given, by a page or the API.

    Written after the view, so that it stays when what the view did was rolled back. Someone without the second factor
    they need has been recorded above, as a refused sign-in.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        by_session = isinstance(request.user, Person)
        response = self.get_response(request)
        # By now the API's own authentication has set the user; a token stands for a sign-in that was complete.
        refused = response.status_code == 403 and isinstance(request.user, Person)
        if refused and not (by_session and lacks_second_factor(request)):
            self._note(request, cast("Person", request.user))
        return response

    def _note(self, request: HttpRequest, person: Person) -> None:
        match = request.resolver_match
        audit.record(
            by=person,
            did="people.access_refused",
            outcome=audit.Outcome.REFUSED,
            # The name of the page and its keys, never the query: that may hold somebody's words.
            changes={
                "page": match.view_name if match else "",
                "method": request.method or "",
                **{name: value for name, value in (match.kwargs if match else {}).items() if isinstance(value, int)},
            },
            team=person.team_id,
            at=timezone.now(),
        )


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the signed-in person must use a second factor and this session has not.

    Costs nothing once the session has, or where nobody must; else the person's grants, which pages read anyway.
    """
    person = request.user
    if settings.SECOND_FACTOR == "nobody" or not isinstance(person, Person):
        return False
    if sessions.used_second_factor(session=request.session):
        return False
    return settings.SECOND_FACTOR == "everyone" or policies.needs_second_factor(person)


def _wanted(request: HttpRequest) -> str:
    path = request.get_full_path()
    return path if request.method == "GET" and get_adapter(request).is_safe_url(path) else "/"
