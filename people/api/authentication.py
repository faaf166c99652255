"""Tokens and sessions for the API."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from people.actions import tokens
from people.models import ApiToken, Person


class SignedInSession(SessionAuthentication):
    """The browser's own session, with CSRF checks. SecondFactorMiddleware has seen it before."""


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer rpt_…`. A header that is there must be right: a wrong one is 401, never a session."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[Person, ApiToken] | None:
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if not kind:
            return None
        now = timezone.now()
        token = tokens.find_token(secret=secret.strip(), at=now) if kind.lower() == "bearer" else None
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, has expired or was revoked."))
        tokens.note_use(token=token, at=now)
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
