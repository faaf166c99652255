"""The switch in every mail: one kind by one channel, off and on again, without signing in."""

from datetime import datetime

from django.db import transaction

from foundation import origin
from notifications.kinds import Cadence, Channel, Kind
from notifications.models import OutsiderWish, Preference
from notifications.reports import Standing, standing
from notifications.switches import Switch
from people.actions import audit
from people.models import Person


@transaction.atomic
def switch_off(*, switch: Switch, at: datetime) -> Standing:
    """Nothing of the kind any more by that channel; how it stood before. A second time changes and records nothing."""
    before = standing(switch)
    if before.state != "on" or before.kind is None:
        return before
    if before.person:
        _wish(before.person, before.kind, switch.channel, Cadence.NEVER)
    else:
        OutsiderWish.objects.get_or_create(
            reader=switch.reader, kind=switch.kind, channel=switch.channel, defaults={"stopped_at": at}
        )
    _record(switch, before, Cadence.NEVER, at)
    return before


@transaction.atomic
def switch_on(*, switch: Switch, was: str, at: datetime) -> Standing:
    """As it was before it was switched off, by the same link; how it stood. Where `was` says nothing: as the kind does
    by itself, or at once."""
    before = standing(switch)
    if before.state != "off" or before.kind is None:
        return before
    own = before.kind.cadence.get(Channel(switch.channel), Cadence.NOW)
    wanted = next((each for each in (was, own) if each in Cadence.values and each != Cadence.NEVER), Cadence.NOW)
    if before.person:
        _wish(before.person, before.kind, switch.channel, Cadence(wanted))
    else:
        OutsiderWish.objects.filter(reader=switch.reader, kind=switch.kind, channel=switch.channel).delete()
    _record(switch, before, wanted, at)
    return before


def _wish(person: Person, kind: Kind, channel: str, cadence: Cadence) -> None:
    """A row only where it differs from what the kind does by itself, as on the page of preferences."""
    if kind.cadence.get(Channel(channel)) == cadence:
        Preference.objects.filter(person=person, kind=kind.key, channel=channel).delete()
    else:
        Preference.objects.update_or_create(
            person=person, kind=kind.key, channel=channel, defaults={"cadence": cadence}
        )


def _record(switch: Switch, before: Standing, cadence: str, at: datetime) -> None:
    changes = {"kind": switch.kind, "channel": switch.channel, "cadence": str(cadence)}
    if not before.person:
        changes["reader"] = switch.reader
    with origin.by_mail_link():
        audit.record(
            by=before.person,
            did="notifications.preferences_set",
            thing=before.person,
            changes=changes,
            team=before.person.team_id if before.person else None,
            at=at,
        )
