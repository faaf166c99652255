"""The secret address of one's calendar: made, made anew, switched off."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from notifications.models import CalendarFeed
from people.actions import audit
from people.actions.tokens import digest
from people.models import Person

USE_NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def make_feed(*, person: Person, at: datetime) -> str:
    """A new secret for the address of the person's calendar, kept nowhere in clear: show it once. The one before it, if
    there was one, ends at once."""
    secret = secrets.token_urlsafe(32)
    made = {"digest": digest(secret=secret), "made_at": at, "used_at": None}
    _feed, is_first = CalendarFeed.objects.update_or_create(person=person, defaults=made)
    did = "notifications.calendar_made" if is_first else "notifications.calendar_renewed"
    audit.record(by=person, did=did, thing=person, team=person.team_id, at=at)
    return secret


@transaction.atomic
def end_feed(*, person: Person, by: Person | None, at: datetime) -> bool:
    """The address answers no more; False when there was none. A new one can be made at any time."""
    ended, _rows = CalendarFeed.objects.filter(person=person).delete()
    if ended:
        audit.record(by=by, did="notifications.calendar_switched_off", thing=person, team=person.team_id, at=at)
    return bool(ended)


def find_feed(*, secret: str) -> CalendarFeed | None:
    """The feed with this secret, of somebody who works here; None for any other text. One query."""
    return CalendarFeed.objects.open().select_related("person").filter(digest=digest(secret=secret)).first()


def note_use(*, feed: CalendarFeed, at: datetime) -> None:
    """Remember that it was fetched, at most once an hour, so that fetching does not write each time."""
    due = at - USE_NOTED_EVERY
    if feed.used_at is None or feed.used_at <= due:
        CalendarFeed.objects.filter(pk=feed.pk, digest=feed.digest).used_before(due).update(used_at=at)
