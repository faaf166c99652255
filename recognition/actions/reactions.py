"""Answering a recognition with a tap."""

from datetime import datetime

from django.db import transaction

from people.models import Person
from recognition.models import Reaction, Recognition


@transaction.atomic
def react(*, recognition: Recognition, kind: str, on: bool, by: Person, at: datetime) -> None:
    """Add a reaction, or take it back. Twice is once, at the same moment too. The trail holds none of it: nobody's
    reactions are to be followed."""
    if not on:
        Reaction.objects.filter(recognition=recognition, person=by, kind=kind).delete()
    elif kind in Reaction.Kind.values:
        row = Reaction(recognition=recognition, person=by, kind=kind, at=at)
        Reaction.objects.bulk_create([row], ignore_conflicts=True)
