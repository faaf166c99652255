"""What is due at once need not wait for the minute's tick. `robust`: without a broker the tick finds it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications import policies, signals, tasks
from people import signals as people_signals
from people.models import Person, Team


@receiver(signals.notices_planned)
def send_what_is_due(due_at: datetime, at: datetime, **_kwargs: Any) -> None:
    if due_at <= at:
        transaction.on_commit(tasks.tick.delay, robust=True)


@receiver(people_signals.asked_where_a_team_leads)
def to_its_webhooks(team: Team, reader: Person, **_kwargs: Any) -> list[tuple[str, str, str]]:
    if not policies.can_manage_webhooks(reader, team):
        return []
    return [(_("Chat and webhooks"), reverse("notifications:webhook-list", args=[team.pk]), "send")]
