"""API tokens: made, used, revoked."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext as _

from foundation.errors import Refused
from people.actions import audit
from people.models import ApiToken, Person, TokenScope

PREFIX = "rpt_"  # scanners for leaked secrets know tokens by it
LONGEST = timedelta(days=366)
MOST = 20
USE_NOTED_EVERY = timedelta(minutes=1)


def digest(*, secret: str) -> str:
    """What is stored of a secret. One round is enough for 256 random bits: nobody guesses those."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_token(
    *, person: Person, name: str, scopes: Iterable[str], expires_at: datetime, at: datetime
) -> tuple[ApiToken, str]:
    """A token and its secret, which is kept nowhere: show it once. Raises Refused on what a form should have caught."""
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(TokenScope.values):
        raise Refused(_("Choose at least one scope from the list."))
    if not at < expires_at <= at + LONGEST:
        raise Refused(_("A token ends in the future, and within a year."))
    if person.api_tokens.valid(at).count() >= MOST:
        raise Refused(_("You have %(most)d tokens in use. Revoke one before making another.") % {"most": MOST})
    secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        person=person,
        name=name,
        prefix=secret[: len(PREFIX) + 4],
        digest=digest(secret=secret),
        scopes=wanted,
        created_at=at,
        expires_at=expires_at,
    )
    audit.record(
        by=person,
        did="people.token_created",
        thing=token,
        changes={"scopes": wanted, "expires_at": expires_at},
        team=person.team_id,
        at=at,
    )
    return token, secret


def find_token(*, secret: str, at: datetime) -> ApiToken | None:
    """The valid token with this secret and its person, by one lookup of the digest; None for any other text."""
    if not secret.startswith(PREFIX):
        return None
    return ApiToken.objects.valid(at).select_related("person").filter(digest=digest(secret=secret)).first()


def note_use(*, token: ApiToken, at: datetime) -> None:
    """Remember that the token is in use, at most once a minute, so that reading the API does not write each time."""
    due = at - USE_NOTED_EVERY
    if token.last_used_at is not None and token.last_used_at > due:
        return
    unused = models.Q(last_used_at=None) | models.Q(last_used_at__lte=due)
    ApiToken.objects.filter(unused, pk=token.pk).update(last_used_at=at)


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Person, at: datetime) -> None:
    """End the token for good; the next request with it is refused. Raises Refused when it has ended already."""
    if not revoke_tokens(tokens=ApiToken.objects.filter(pk=token.pk), by=by, at=at):
        raise Refused(_("This token has been revoked already."))


@transaction.atomic
def revoke_tokens(*, tokens: models.QuerySet[ApiToken], by: Person | None, at: datetime) -> int:
    """End all of these that have not ended; how many those were."""
    ended = [token for token in tokens.select_related("person").order_by("pk") if token.revoked_at is None]
    ids = [token.pk for token in ended]
    ApiToken.objects.filter(pk__in=ids, revoked_at=None).update(revoked_at=at)
    if ended:
        deeds = [audit.Deed("people.token_revoked", thing=token, team=token.person.team_id) for token in ended]
        audit.record_many(by=by, deeds=deeds, at=at)
    return len(ended)
