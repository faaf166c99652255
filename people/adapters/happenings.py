"""What allauth and Django announce about sign-ins, passed on to the actions that write it down."""

from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.usersessions import signals as usersessions
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from people.actions import sessions
from people.adapters.single_sign_on import trusts_second_factor
from people.models import Person

REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@receiver(user_logged_in, dispatch_uid="people.adapters.signed_in")
def _mark_session(request: HttpRequest, user: Person, **_kwargs: Any) -> None:
    records = get_authentication_records(request, user)
    by_factor = any(record["method"] == "mfa" for record in records)
    by_provider = bool(records) and trusts_second_factor(records[-1].get("provider"))
    sessions.mark_signed_in(session=request.session, second_factor=by_factor or by_provider, at=timezone.now())


# allauth's would look at each of the person's sessions, two queries apiece.
account.user_logged_in.disconnect(usersessions.on_user_logged_in)


@receiver(account.user_logged_in, dispatch_uid="people.adapters.session_begun")
def _begin_session(request: HttpRequest, **_kwargs: Any) -> None:
    sessions.begin_session(request=request, at=timezone.now())


@receiver(account.authentication_step_completed, dispatch_uid="people.adapters.proved_again")
def _proved_again(request: HttpRequest, **extra: Any) -> None:
    if extra.get("reauthenticated") and request.user.is_authenticated:
        sessions.renew_key(session=request.session)


@receiver(account.password_set, dispatch_uid="people.adapters.password_set")
def _password_set(request: HttpRequest, user: Person, **_kwargs: Any) -> None:
    _note_password(request, user, "password_set")


@receiver(account.password_changed, dispatch_uid="people.adapters.password_changed")
def _password_changed(request: HttpRequest, user: Person, **_kwargs: Any) -> None:
    _note_password(request, user, "password_changed")


@receiver(account.password_reset, dispatch_uid="people.adapters.password_reset")
def _password_reset(request: HttpRequest, user: Person, **_kwargs: Any) -> None:
    _note_password(request, user, "password_reset")


def _note_password(request: HttpRequest, person: Person, did: str) -> None:
    sessions.note_password(person=person, did=did, keep=request.session.session_key, at=timezone.now())


@receiver(mfa.authenticator_added, dispatch_uid="people.adapters.factor_added")
def _factor_added(request: HttpRequest, user: Person, authenticator: Authenticator, **_kwargs: Any) -> None:
    if authenticator.type in REAL:
        sessions.mark_second_factor(session=request.session, used=True)
        sessions.renew_key(session=request.session)
        _note_factor(request, user, "second_factor_added", authenticator)


@receiver(mfa.authenticator_removed, dispatch_uid="people.adapters.factor_removed")
def _factor_removed(request: HttpRequest, user: Person, authenticator: Authenticator, **_kwargs: Any) -> None:
    if authenticator.type in REAL:
        sessions.mark_second_factor(session=request.session, used=sessions.has_second_factor(person=user))
        _note_factor(request, user, "second_factor_removed", authenticator)


@receiver(mfa.authenticator_reset, dispatch_uid="people.adapters.factor_renewed")
def _codes_renewed(request: HttpRequest, user: Person, authenticator: Authenticator, **_kwargs: Any) -> None:
    _note_factor(request, user, "recovery_codes_renewed", authenticator)


def _note_factor(request: HttpRequest, person: Person, did: str, authenticator: Authenticator) -> None:
    sessions.note_second_factor(
        person=person, did=did, kind=authenticator.type, keep=request.session.session_key, at=timezone.now()
    )


@receiver(mfa.authentication_failed, dispatch_uid="people.adapters.factor_failed")
def _factor_failed(user: Person, **_kwargs: Any) -> None:
    sessions.note_refused_sign_in(person=user, why="second_factor", at=timezone.now())
