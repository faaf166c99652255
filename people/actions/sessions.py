"""Signing in and out, and what that leaves: sessions, and entries of the audit trail.

allauth does the signing in; people.adapters tells these functions what came of it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from foundation.errors import Refused
from people.actions import addresses, audit, tokens
from people.models import ApiToken, Person

REFUSED = audit.Outcome.REFUSED

SEEN_NOTED_EVERY = timedelta(minutes=1)


# --- what a session knows of itself ---------------------------------------------------------------------------------


def mark_signed_in(*, session: SessionBase, second_factor: bool, at: datetime) -> None:
    """Start the session's two clocks, and remember whether a second factor opened it."""
    session["signed_in_at"] = session["seen_at"] = at.timestamp()
    session["second_factor"] = second_factor


def mark_second_factor(*, session: SessionBase, used: bool) -> None:
    """Note whether this session has shown a second factor."""
    session["second_factor"] = used


def begin_session(*, request: HttpRequest, at: datetime) -> None:
    """Put the session in hand on the list of own sessions, and take off those that have run out."""
    live = Session.objects.filter(expire_date__gt=at).values("session_key")
    UserSession.objects.filter(user=request.user).exclude(session_key__in=live).delete()
    UserSession.objects.create_from_request(request)


def forget_ended(*, at: datetime) -> None:
    """Delete the rows of sessions that have run out; nobody can use them any more."""
    Session.objects.filter(expire_date__lte=at).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def renew_key(*, session: SessionBase) -> None:
    """Give the session a new key, as its cookie is now worth more than before (ASVS 7.2.4)."""
    old = session.session_key
    session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=session.session_key)


def used_second_factor(*, session: SessionBase) -> bool:
    """Whether this session was opened with a second factor, or has enrolled one, which proves it at hand too."""
    return bool(session.get("second_factor"))


def why_over(*, session: SessionBase, at: datetime) -> Literal["idle", "too_long", ""]:
    """Whether the session has been idle for settings.SESSION_IDLE_MINUTES or lasted SESSION_COOKIE_AGE, used or not."""
    signed_in = datetime.fromtimestamp(session.get("signed_in_at", 0), UTC)
    seen = datetime.fromtimestamp(session.get("seen_at", 0), UTC)
    if at - signed_in >= timedelta(seconds=settings.SESSION_COOKIE_AGE):
        return "too_long"
    return "idle" if at - seen >= timedelta(minutes=settings.SESSION_IDLE_MINUTES) else ""


def note_activity(*, session: SessionBase, at: datetime) -> None:
    """Move the idle clock, at most once a minute, so that reading pages does not write each time."""
    if at.timestamp() - session.get("seen_at", 0) >= SEEN_NOTED_EVERY.total_seconds():
        session["seen_at"] = at.timestamp()
        UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=at)


# --- what happened --------------------------------------------------------------------------------------------------


def note_sign_in(*, person: Person, ways: Sequence[str], at: datetime) -> None:
    """Record who signed in and by which ways, such as password and totp."""
    audit.record(
        by=person, did="people.signed_in", thing=person, changes={"by": list(ways)}, team=person.team_id, at=at
    )


def note_sign_out(*, person: Person, why: str, at: datetime) -> None:
    """`why` is asked, idle or too_long."""
    audit.record(by=person, did="people.signed_out", thing=person, changes={"why": why}, team=person.team_id, at=at)


def note_refused_sign_in(*, person: Person | None, why: str, at: datetime) -> None:
    """A sign-in that failed. Nobody is its actor; `person` is whose account was tried, if there is one.

    What was typed is not kept: it may be a password in the wrong field.
    """
    audit.record(
        by=None,
        did="people.sign_in",
        thing=person,
        outcome=REFUSED,
        changes={"why": why},
        team=person.team_id if person else None,
        at=at,
    )


def live_sessions(*, person: Person, at: datetime) -> list[UserSession]:
    """Where the person is signed in, latest first. Reads only; without those that have run out."""
    idle = at - timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    begun = at - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    known = Session.objects.filter(expire_date__gt=at).values("session_key")
    rows = UserSession.objects.filter(user=person, session_key__in=known, last_seen_at__gt=idle, created_at__gt=begun)
    return list(rows.order_by("-last_seen_at", "-pk"))


# --- ending sessions ------------------------------------------------------------------------------------------------


@transaction.atomic
def end_session(*, session: UserSession, by: Person, at: datetime) -> None:
    """End one session of somebody; its cookie means nothing from the next request on."""
    _end([session])
    audit.record(by=by, did="people.session_ended", thing=session.user, changes={"sessions": 1}, at=at)


@transaction.atomic
def end_sessions(*, person: Person, by: Person | None, at: datetime, keep: str | None = None) -> int:
    """End all sessions of the person but the one with the key `keep`; how many that were."""
    others = list(UserSession.objects.filter(user=person).exclude(session_key=keep or ""))
    if others:
        _end(others)
        audit.record(by=by, did="people.session_ended", thing=person, changes={"sessions": len(others)}, at=at)
    return len(others)


def _end(sessions: Sequence[UserSession]) -> None:
    Session.objects.filter(session_key__in=[session.session_key for session in sessions]).delete()
    UserSession.objects.filter(pk__in=[session.pk for session in sessions]).delete()


# --- passwords and second factors -----------------------------------------------------------------------------------


def set_password(*, person: Person, password: str) -> None:
    """Store a new password; note_password follows."""
    person.set_password(password)
    person.save(update_fields=["password"])


@transaction.atomic
def note_password(*, person: Person, did: str, keep: str | None, at: datetime) -> None:
    """After a password was set, changed or reset: other sessions and all tokens end, in case it had become known.

    `did` is password_set, password_changed or password_reset. A reset also proves the address.
    """
    if did == "password_reset":
        addresses.verify_addresses(people=[person])
    audit.record(by=person, did=f"people.{did}", thing=person, team=person.team_id, at=at)
    tokens.revoke_tokens(tokens=ApiToken.objects.filter(person=person), by=person, at=at)
    end_sessions(person=person, by=person, keep=keep, at=at)


@transaction.atomic
def note_second_factor(*, person: Person, did: str, kind: str, keep: str | None, at: datetime) -> None:
    """After a factor was added, removed or renewed: other sessions end. `did` is second_factor_added and so on."""
    audit.record(by=person, did=f"people.{did}", thing=person, changes={"kind": kind}, team=person.team_id, at=at)
    end_sessions(person=person, by=person, keep=keep, at=at)


@transaction.atomic
def remove_second_factors(*, person: Person, by: Person | None, reason: str, at: datetime) -> None:
    """For somebody who lost phone and recovery codes: remove every factor and end every session.

    The caller has made sure who is asking. The person signs in with the password alone once more, and is led to set
    up a new factor if one is required. Raises Refused when there is none to remove.
    """
    if not reason.strip():
        raise Refused(_("Say how you made sure who is asking."))
    removed, _rows = Authenticator.objects.filter(user=person).delete()
    if not removed:
        raise Refused(_("%(name)s has no second factor.") % {"name": person.name})
    end_sessions(person=person, by=by, at=at)
    audit.record(by=by, did="people.second_factors_removed", thing=person, reason=reason, team=person.team_id, at=at)


def has_second_factor(*, person: Person) -> bool:
    """Whether the person has enrolled one; recovery codes alone are none."""
    real = ~models.Q(type=Authenticator.Type.RECOVERY_CODES)
    return bool(Authenticator.objects.filter(real, user=person).exists())
