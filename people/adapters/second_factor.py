"""Second factors: secrets encrypted at rest, passkeys bound to our own address, forged answers refused."""

import base64
import logging
import secrets
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn import forms as passkeys
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import ciphers
from people.actions import sessions
from people.adapters.single_sign_on import trusts_second_factor
from people.models import Person

log = logging.getLogger(__name__)
PURPOSE = "people.second_factor"


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth keeps secrets of authenticator apps and recovery codes in clear; here a copied database is not enough."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is wrong, has expired, or was used before. Enter the next one."),
        "unverified_email": _("Confirm your address first: sign out and in again, and follow the link in the mail."),
    }

    def encrypt(self, text: str) -> str:
        return ciphers.encrypt(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return ciphers.decrypt(encrypted_text, purpose=PURPOSE)
        except ciphers.Unreadable:
            # SECRET_KEY was changed without keeping the old one in SECRET_KEY_FALLBACKS. No code may match.
            log.error("A second factor was stored under another SECRET_KEY and can no longer be used")
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host of PUBLIC_URL, whatever Host a request names; in development to that one."""
        host = urlsplit(settings.PUBLIC_URL).hostname if settings.PRODUCTION else None
        return {"id": host or context.request.get_host().partition(":")[0], "name": "Rapport"}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002 (allauth's name)
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}


class SecondFactorStage(AuthenticateStage):
    """Asked of everybody who has enrolled a factor, unless single sign-on has just asked for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        records = get_authentication_records(request, self.login.user)
        if records and trusts_second_factor(records[-1].get("provider")):
            return False
        return bool(super()._should_handle(request))


class _Forgiving:
    """A credential is JSON from the browser, and the library raises all sorts of things on a forged one.

    Every failure becomes the same sentence beside the form and one entry of the audit trail.
    """

    user: AbstractBaseUser | None

    def _checked(self, check: Any) -> Any:
        try:
            return check()
        except ValidationError:
            self._note()
            raise
        except Exception as error:
            log.info("A credential was refused: %s", type(error).__name__)
            self._note()
            raise get_account_adapter().validation_error("incorrect_code") from error

    def _note(self) -> None:
        # allauth's page for adding a passkey makes and checks its form twice.
        if getattr(context.request, "passkey_refusal_noted", False):
            return
        context.request.passkey_refusal_noted = True
        person = cast("Person | None", self.user)
        sessions.note_refused_sign_in(person=person, why="passkey", at=timezone.now())


class AddPasskeyForm(_Forgiving, passkeys.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True

    def clean(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self._checked(super().clean))


class AuthenticatePasskeyForm(_Forgiving, passkeys.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        return cast("Authenticator", self._checked(super().clean_credential))


class LoginPasskeyForm(_Forgiving, passkeys.LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        return cast("Authenticator", self._checked(super().clean_credential))


class ReauthenticatePasskeyForm(_Forgiving, passkeys.ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        return cast("Authenticator", self._checked(super().clean_credential))
