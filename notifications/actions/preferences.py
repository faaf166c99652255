"""Choosing how to be told."""

from collections.abc import Mapping
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.errors import Refused
from notifications.kinds import Cadence, Channel, kind_of
from notifications.models import Preference, QuietHours
from people.actions import audit
from people.models import Person


@transaction.atomic
def set_preferences(
    *,
    person: Person,
    cadences: Mapping[tuple[str, Channel], Cadence],
    since: time,
    until: time,
    digest_at: time,
    paused_until: date | None,
    at: datetime,
) -> None:
    """Store all of one's wishes, each (kind, channel) that is not named going back to what the kind does by itself.

    Raises Refused for a kind that cannot be switched off, and UnknownKind.
    """
    wishes = {
        (key, channel): cadence
        for (key, channel), cadence in cadences.items()
        if kind_of(key).cadence.get(channel) not in {None, cadence}
    }
    if any(kind_of(key).fixed for key, _channel in wishes):
        raise Refused(_("One of these cannot be switched off. Nothing was changed."))
    Preference.objects.filter(person=person).delete()
    Preference.objects.bulk_create(
        Preference(person=person, kind=key, channel=channel, cadence=cadence)
        for (key, channel), cadence in sorted(wishes.items())
    )
    QuietHours.objects.update_or_create(
        person=person,
        defaults={"since": since, "until": until, "digest_at": digest_at, "paused_until": paused_until},
    )
    audit.record(by=person, did="notifications.preferences_set", thing=person, team=person.team_id, at=at)
