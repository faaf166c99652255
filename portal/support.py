"""The support pages: Django's admin for staff, behind our own sign-in, so that it is as strong as every other page."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import URLPattern, URLResolver, path
from django.views.generic.base import RedirectView

# Nobody edits these by hand: secrets, and tables that people.actions keeps in step with others. Groups mean nothing
# here: roles are granted, with a scope and a line in the trail.
HIDDEN = (Authenticator, EmailAddress, EmailConfirmation, Group, SocialAccount, SocialApp, SocialToken, UserSession)


def urls() -> tuple[list[URLPattern | URLResolver], str, str]:
    """What lies under /support/. Its own pages for passwords and signing out give way to ours, which are recorded."""
    for model in HIDDEN:
        if admin.site.is_registered(model):
            admin.site.unregister(model)
    admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
    patterns, app_name, namespace = admin.site.urls
    ours = [
        path("password_change/", RedirectView.as_view(pattern_name="account_change_password")),
        path("logout/", RedirectView.as_view(pattern_name="account_logout")),
    ]
    return [*ours, *patterns], app_name, namespace
