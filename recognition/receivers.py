"""What follows from what happened: people are told, and what reaches nobody any more is withdrawn from view."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from notifications.actions import notices as telling
from people import signals as people_signals
from people.models import Person
from recognition import notices, signals
from recognition.actions import reach
from recognition.models import Recognition


@receiver(signals.recognised)
def tell_who_was_thanked(recognition: Recognition, at: datetime, **_kwargs: Any) -> None:
    thanked = list(recognition.recipients.values_list("person", flat=True))
    telling.notify(kind=notices.RECOGNISED, subject_id=recognition.pk, to=thanked, at=at)


@receiver(signals.withdrawn)
def tell_nobody_any_more(recognition: Recognition, **_kwargs: Any) -> None:
    telling.cancel(kinds=[notices.RECOGNISED], subject_id=recognition.pk, reason="withdrawn")


@receiver([people_signals.person_deactivated, people_signals.person_reactivated])
def renew_what_they_were_thanked_for(person: Person, **_kwargs: Any) -> None:
    """A leaver drops from the wall at once, and is back with what they return to."""
    reach.renew_reach_of(person)
