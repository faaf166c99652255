"""Joining, signing in by single sign-on, and the page where one looks after one's own way in."""

import re
from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.decorators import rate_limit
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.openid_connect import views as openid
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError
from requests.exceptions import RequestException

from foundation.errors import Refused
from people import tasks
from people.actions import invitations, sessions
from people.forms.account import JoinForm, ResetRequestForm
from people.models import ApiToken, Person
from people.requests import PersonRequest

LINK = "invitation"


# --- joining and coming back ----------------------------------------------------------------------------------------


@login_not_required
@require_safe
def invitation_link(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """Take the token out of the address bar at once; reading it changes nothing, as mail scanners follow links."""
    request.session[LINK] = [key, token]
    return redirect("account_invitation")


@login_not_required
@sensitive_post_parameters("password")
@rate_limit(action="reset_password_from_key")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """The page behind an invitation: choose a password, and you are in."""
    key, token = request.session.get(LINK, ("", ""))
    person = invitations.find_invited(key=key, token=token, at=timezone.now())
    if person is None:
        return render(request, "account/invitation_over.html", status=410)
    form = JoinForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        try:
            person = invitations.accept_invitation(
                person=person, password=form.cleaned_data["password"], at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            del request.session[LINK]
            login = Login(user=person, email=person.email)
            return cast("HttpResponse", perform_password_login(request, {"email": person.email}, login))
    return render(request, "account/invitation.html", {"form": form, "person": person})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: HttpRequest) -> HttpResponse:
    """Ask for a link. Known or unknown, the same work is done here and the same page follows."""
    form = ResetRequestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        if limited := ratelimit.consume_or_429(request, action="reset_password", key=email):
            return cast("HttpResponse", limited)
        try:
            tasks.send_way_in.delay(email=email)
        except (OperationalError, OSError):
            messages.error(request, _("Mail cannot be sent just now. Try again in a few minutes."))
            return redirect("account_reset_password")
        return redirect("account_reset_password_done")
    return render(request, "account/password_reset.html", {"form": form})


# --- single sign-on -------------------------------------------------------------------------------------------------


@login_not_required
@require_POST
def sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the provider by a page of our own: a redirect from a form would need its host in the CSP's form-action."""
    try:
        response = cast("HttpResponse", openid.login(request, provider_id=provider_id))
    except RequestException:
        return _sign_on_failed(request)
    if not isinstance(response, HttpResponseRedirect):
        return response
    leaving = render(request, "socialaccount/leaving.html", {"url": response.url})
    leaving["Refresh"] = f"0; url={response.url}"
    return leaving


@login_not_required
@require_safe
def sign_on_return(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider. An answer that makes no sense is the provider's fault, and told so."""
    try:
        return cast("HttpResponse", openid.callback(request, provider_id=provider_id))
    except (KeyError, TypeError, ValueError, ImproperlyConfigured):
        return _sign_on_failed(request)


def _sign_on_failed(request: HttpRequest) -> HttpResponse:
    sessions.note_refused_sign_in(person=None, why="sso_failed", at=timezone.now())
    return render(request, "socialaccount/authentication_error.html", status=401)


# --- looking after one's own way in ---------------------------------------------------------------------------------


@require_safe
def security(request: PersonRequest) -> HttpResponse:
    """Password, second factors, sessions and API tokens, on one page."""
    now = timezone.now()
    factors = list(Authenticator.objects.filter(user=request.user).order_by("created_at", "pk"))
    context = {
        "has_password": request.user.has_usable_password(),
        "app": _first(factors, Authenticator.Type.TOTP),
        "passkeys": [factor for factor in factors if factor.type == Authenticator.Type.WEBAUTHN],
        "codes_left": _codes_left(_first(factors, Authenticator.Type.RECOVERY_CODES)),
        "sign_ons": SocialAccount.objects.filter(user=request.user).order_by("pk"),
        "sessions": [
            {"row": row, "device": device_name(row.user_agent), "current": row.is_current()}
            for row in sessions.live_sessions(person=request.user, at=now)
        ],
        "tokens": tokens_of(request.user),
        "now": now,
    }
    return render(request, "account/security.html", context)


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    """The person's tokens that have not been revoked, the newest first; run-out ones are shown as such."""
    return person.api_tokens.filter(revoked_at=None).order_by("-created_at", "-pk")


def _first(factors: list[Authenticator], kind: str) -> Authenticator | None:
    return next((factor for factor in factors if factor.type == kind), None)


def _codes_left(codes: Authenticator | None) -> int | None:
    return len(codes.wrap().get_unused_codes()) if codes else None


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """“Firefox on Windows”, as far as the browser says."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, user_agent)), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


@require_safe
def second_factor_setup(request: PersonRequest) -> HttpResponse:
    """Where SecondFactorMiddleware leads: choose an authenticator app or a passkey."""
    if sessions.used_second_factor(session=request.session):
        return redirect("account_security")
    return render(request, "account/second_factor_setup.html")


@require_POST
def session_end(request: PersonRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(UserSession, pk=pk, user=request.user)
    if row.is_current():
        logout(request)
        return redirect("account_login")
    sessions.end_session(session=row, by=request.user, at=timezone.now())
    messages.success(request, _("That session has ended."))
    return redirect("account_security")


@require_POST
@reauthentication_required(app="people")
def sessions_end(request: PersonRequest) -> HttpResponse:
    """End all sessions but this one."""
    ended = sessions.end_sessions(
        person=request.user, by=request.user, keep=request.session.session_key, at=timezone.now()
    )
    said = ngettext("%(count)d other session has ended.", "%(count)d other sessions have ended.", ended)
    messages.success(request, said % {"count": ended})
    return redirect("account_security")
