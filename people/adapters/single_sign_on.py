"""Single sign-on: a verified address of an active person signs that person in. It never makes a new one."""

from typing import Any, cast

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from people.actions import addresses, sessions
from people.models import Person


def trusts_second_factor(provider_id: str | None) -> bool:
    """Whether the provider of this id asks for a second factor itself (OIDC_PROVIDERS)."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return any(app["settings"]["trusted_second_factor"] for app in apps if app["provider_id"] == provider_id)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Providers come from the settings alone: no query, and none is added from the support pages."""
        return [
            app for apps in _build_apps_from_settings(provider=provider, client_id=client_id).values() for app in apps
        ]

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Judge the claims strictly, then forget them: the link between the two accounts is all we keep."""
        user = super().populate_user(request, sociallogin, data)
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo") or claims.get("id_token") or claims
        # allauth takes any text for yes, "false" included.
        claim = claims.get("email_verified")
        stated = claim is True or claim == "true"
        for address in sociallogin.email_addresses:
            address.verified = stated or self.is_email_verified(sociallogin.provider, address.email)
        sociallogin.account.extra_data = {}
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let a known, active person in, and nobody else; accounts are linked by their address, not by hand."""
        person = cast("Person | None", sociallogin.user) if sociallogin.is_existing else None
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            self._refuse(request, sociallogin, None, "sso_not_a_sign_in")
        elif person is None:
            verified = any(address.verified for address in sociallogin.email_addresses)
            self._refuse(request, sociallogin, None, "sso_unknown" if verified else "sso_unverified")
        elif not person.is_active:
            self._refuse(request, sociallogin, person, "sso_inactive")
        elif email := sociallogin._did_authenticate_by_email:
            if email != person.email:
                self._refuse(request, sociallogin, person, "sso_unknown")
            # Proved by the provider, so that no mail needs to prove it again.
            addresses.verify_addresses(people=[person])

    def _refuse(self, request: HttpRequest, sociallogin: SocialLogin, person: Person | None, why: str) -> None:
        sessions.note_refused_sign_in(person=person, why=why, at=timezone.now())
        page = {"provider": sociallogin.provider, "unverified": why == "sso_unverified"}
        raise ImmediateHttpResponse(render(request, "socialaccount/refused.html", page, status=403))

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        sessions.note_refused_sign_in(person=None, why="sso_failed", at=timezone.now())

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("account_security")
