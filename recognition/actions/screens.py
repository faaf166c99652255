"""Screens: made, found by their secret, revoked."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Refused
from people.actions import audit
from people.actions.tokens import digest
from people.models import Person, Site, Team
from recognition.models import Screen

MOST = 200


@transaction.atomic
def make_screen(
    *, name: str, by: Person, at: datetime, site: Site | None = None, team: Team | None = None
) -> tuple[Screen, str]:
    """A screen and its secret, which is kept nowhere: show it once. Raises Refused for a site and a team at once, and
    when there are very many already."""
    if site is not None and team is not None:
        raise Refused(_("Choose a site or a team, not both."))
    if Screen.objects.in_use().count() >= MOST:
        raise Refused(_("There are %(most)d screens in use. Revoke one before making another.") % {"most": MOST})
    secret = secrets.token_urlsafe(32)
    screen = Screen.objects.create(
        name=name, site=site, team=team, digest=digest(secret=secret), created_by=by, created_at=at
    )
    changes = {"site": site and site.pk}
    audit.record(by=by, did="recognition.screen_made", thing=screen, changes=changes, team=team, at=at)
    return screen, secret


def find_screen(*, secret: str) -> Screen | None:
    """The screen in use with this secret, by one lookup of the digest; None for any other text."""
    rows = Screen.objects.in_use().select_related("site", "team")
    return rows.filter(digest=digest(secret=secret)).first()


@transaction.atomic
def revoke_screen(*, screen: Screen, by: Person, at: datetime) -> None:
    """It shows nothing from the next time it asks, which is within a minute. Twice is once."""
    if Screen.objects.in_use().filter(pk=screen.pk).update(revoked_at=at):
        audit.record(by=by, did="recognition.screen_revoked", thing=screen, team=screen.team_id, at=at)
