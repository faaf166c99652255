"""Passwords and sessions: nobody signs up, limits count by the address that the audit trail knows, mail is ours."""

import time
from typing import Any, cast

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from foundation.middleware import client_ip
from people.actions import mail, sessions
from people.models import Person, normal_email

NOTICES = {
    "account/email/password_changed": _("Your password was changed"),
    "account/email/password_reset": _("Your password was reset"),
    "account/email/password_set": _("A password was set for your account"),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made for your account"),
    "mfa/email/totp_activated": _("An authenticator app was added to your account"),
    "mfa/email/totp_deactivated": _("The authenticator app was removed from your account"),
    "mfa/email/webauthn_added": _("A passkey was added to your account"),
    "mfa/email/webauthn_removed": _("A passkey was removed from your account"),
    "socialaccount/email/account_connected": _("Single sign-on was linked to your account"),
}


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own, with its doors to the outside narrowed."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The address and the password do not match. Check both and try again."),
        "too_many_login_attempts": _("That was tried too often. Wait five minutes, then try again."),
        "rate_limited": _("That was tried too often. Wait five minutes, then try again."),
        "incorrect_code": _("This code is wrong, has expired, or was used before. Enter the next one."),
        "incorrect_password": _("This is not your password. Try again."),
        "enter_current_password": _("This is not your present password. Try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        # Behind a socket without an address everybody shares one limit; better than nobody getting in.
        return client_ip(request.META, settings.TRUSTED_PROXY_COUNT) or "0.0.0.0"  # noqa: S104

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of this site: no host, no scheme, and nothing that a browser might read as one."""
        if not url or not url.startswith("/") or not url.isprintable() or "//" in url.partition("?")[0] or "\\" in url:
            return False
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Only the passkey script asks for JSON; no other page has a second form for programs."""
        return request.path == reverse("mfa_login_webauthn") and super().is_ajax(request)

    # --- signing in ---

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._note_refusal(credentials, "too_often")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._note_refusal(credentials, "password")

    def _note_refusal(self, credentials: dict[str, Any], why: str) -> None:
        # Known or not, the same look-up and the same entry, so that the time taken tells nothing.
        person = Person.objects.filter(email=normal_email(credentials.get("email", ""))).first()
        sessions.note_refused_sign_in(person=person, why=why, at=timezone.now())

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Attempts count per account, whatever Host and port the request names; a known device counts by itself.

        So a stranger who guesses locks out strangers, and the owner's own browser still gets in.
        """
        email = normal_email(credentials.get("email", ""))
        return f"{email}:{_known_device(request, email)}"

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        if not user.is_active:
            sessions.note_refused_sign_in(person=cast("Person", user), why="inactive", at=timezone.now())
        return cast("HttpResponse | None", super().pre_login(request, user, **kwargs))

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        response = cast("HttpResponse", super().post_login(request, user, **kwargs))
        person = cast("Person", user)
        ways = [record.get("type") or record["method"] for record in get_authentication_records(request, user)]
        sessions.note_sign_in(person=person, ways=ways, at=timezone.now())
        _remember_device(request, response, person.email)
        return response

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "people.adapters.second_factor.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, Person):
            sessions.note_sign_out(person=request.user, why="asked", at=timezone.now())
        super().logout(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in within the last five minutes has just proved who they are; allauth would ask again."""
        records = get_authentication_records(self.request, self.request.user)
        now = time.time()
        return not any(now - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT for record in records)

    # --- passwords ---

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        sessions.set_password(person=cast("Person", user), password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_security")

    # --- mail ---

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        details = {
            "what": NOTICES.get(template_prefix, _("The way you sign in was changed")),
            "at": timezone.now(),
            "ip": self.get_client_ip(self.request),
            "security_url": mail.public_url(path=reverse("account_security")),
        }
        letter = mail.Letter(to=cast("Person", user), name="account_notice", context=lambda: details)
        mail.send_on_commit(letters=[letter])

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        address: EmailAddress = emailconfirmation.email_address
        url = mail.public_url(path=reverse("account_confirm_email", args=[emailconfirmation.key]))
        letter = mail.Letter(to=cast("Person", address.user), name="confirm_address", context=lambda: {"url": url})
        mail.send_on_commit(letters=[letter])


# --- known devices --------------------------------------------------------------------------------------------------
# A signed cookie says: from here somebody has signed in to the account of this address. It lets nobody in; it only
# keeps the count of this device's failures apart from everybody else's.

DEVICE_DAYS = 180
_SALT = "people.adapters.device"


def _cookie_name() -> str:
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def _owner(email: str) -> str:
    return salted_hmac(_SALT, normal_email(email), algorithm="sha256").hexdigest()[:32]


def _known_device(request: HttpRequest, email: str) -> str:
    """The device's id when its cookie is for this account, else ""."""
    try:
        owner, device = signing.loads(
            request.COOKIES.get(_cookie_name(), ""), salt=_SALT, max_age=DEVICE_DAYS * 24 * 60 * 60
        )
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if constant_time_compare(owner, _owner(email)) else ""


def _remember_device(request: HttpRequest, response: HttpResponse, email: str) -> None:
    if _known_device(request, email):
        return
    response.set_cookie(
        _cookie_name(),
        signing.dumps([_owner(email), get_random_string(22)], salt=_SALT),
        max_age=DEVICE_DAYS * 24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
