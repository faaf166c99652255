"""What follows from what happened: notices that are due leave at once, and what mail services tell is noted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from anymail.signals import AnymailTrackingEvent, tracking
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import bounces, policies, signals, tasks
from notifications.actions import addresses, feeds
from notifications.models import Suppression
from people import signals as people_signals
from people.models import Person, Team
from people.reports import Refusing


@receiver(signals.notices_planned)
def send_what_is_due(due_at: datetime, at: datetime, **_kwargs: Any) -> None:
    """What is due at once need not wait for the minute's tick. `robust`: without a broker the tick finds it."""
    if due_at <= at:
        transaction.on_commit(tasks.tick.delay, robust=True)


@receiver([people_signals.person_deactivated, people_signals.person_reactivated])
def end_calendar(person: Person, at: datetime, **_kwargs: Any) -> None:
    """Whoever leaves takes no address along. An import ends nobody one by one, so it is asked again at coming back."""
    feeds.end_feed(person=person, by=None, at=at)


@receiver(tracking)
def note_what_a_service_tells(event: AnymailTrackingEvent, esp_name: str, **_kwargs: Any) -> None:
    """A failure here is answered with 500, and the service tells it again."""
    description, answer = str(event.description or ""), str(event.mta_response or "")
    said = bounces.judge(event.event_type or "", event.reject_reason or "", description, answer, event.esp_event)
    if said is None or not event.recipient:
        return
    name = event.event_id or f"{event.message_id} {event.timestamp}"
    addresses.note(
        source=f"{esp_name} {event.event_type} {name}",
        address=str(event.recipient),
        said=said,
        happened_at=event.timestamp,
        evidence=answer or description,
        at=timezone.now(),
    )


@receiver(people_signals.asked_what_refuses_mail)
def refusing(addresses: Iterable[str], **_kwargs: Any) -> Mapping[str, Refusing]:
    return {
        row.address: Refusing(
            address=row.address,
            since=row.since,
            why=row.get_reason_display(),
            evidence=row.evidence,
            for_good=row.reason == Suppression.Reason.GONE,
            lift_url=reverse("notifications:suppression-lift", args=[row.pk]),
        )
        for row in Suppression.objects.of(addresses)
    }


@receiver(people_signals.asked_where_a_team_leads)
def to_its_webhooks(team: Team, reader: Person, **_kwargs: Any) -> list[tuple[str, str, str]]:
    if not policies.can_manage_webhooks(reader, team):
        return []
    return [(_("Chat and webhooks"), reverse("notifications:webhook-list", args=[team.pk]), "send")]
