"""Tokens and sessions for the API."""

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request


class SignedInSession(SessionAuthentication):
    """The browser's own session, with CSRF checks."""


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: Request) -> None:
        return None
