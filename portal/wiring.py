"""Receivers that join what must not know each other: features and people, the database library and Django."""

import sqlite3
from datetime import date
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Q
from django.dispatch import receiver
from django.utils.translation import gettext as _

from foundation.http import address_of
from foundation.work import WorkItem
from hiring.reports import colleagues
from people import signals
from people.models import Person
from people.models.person import PersonQuerySet
from recognition.reports import cases, ideas, praise
from recognition.signals import asked_what_was_completed
from training import policies as training_policies
from training.reports import celebrated
from training.reports import work as training_work


@receiver(signals.asked_what_waits)
def hiring_waits(person: Person, **_kwargs: Any) -> list[WorkItem]:
    return colleagues.waiting_on(person)


@receiver(signals.asked_what_waits)
def training_waits(person: Person, **_kwargs: Any) -> list[WorkItem]:
    return training_work.waiting_on(person)


@receiver(signals.asked_where_a_person_leads)
def training_of(person: Person, reader: Person, **_kwargs: Any) -> list[tuple[str, str, str]]:
    """Their transcript, for whoever may read it."""
    if not training_policies.can_view_training_of(reader, person):
        return []
    return [(_("Transcript"), address_of("training:transcript", person.pk), "award")]


@receiver(signals.asked_what_waits)
def recognition_waits(person: Person, **_kwargs: Any) -> list[WorkItem]:
    return praise.waiting_on(person)


@receiver(signals.asked_where_a_person_leads)
def thanks_to(person: Person, reader: Person, **_kwargs: Any) -> list[tuple[str, str, str]]:
    """For whoever works here, but oneself."""
    if person == reader or not person.is_active:
        return []
    return [(_("Thank"), f"{address_of('recognition:recognise')}?to={person.pk}", "heart")]


@receiver(asked_what_was_completed)
def completed_in_training(people: PersonQuerySet, since: date, **_kwargs: Any) -> list[tuple[int, date, str]]:
    return celebrated.completed_since(people, since=since)


@receiver(signals.asked_what_is_sealed)
def hiring_is_sealed(reader: Person, **_kwargs: Any) -> Q:
    return colleagues.sealed_entries(reader)


@receiver(signals.asked_what_is_sealed)
def reports_are_sealed(reader: Person, **_kwargs: Any) -> Q:
    return cases.sealed_entries(reader)


@receiver(signals.asked_what_is_sealed)
def authors_of_ideas_are_sealed(reader: Person, **_kwargs: Any) -> Q:
    return ideas.sealed_entries(reader)


@receiver(connection_created)
def use_what_sqlite_can(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Django counts on 999 parameters a statement, SQLite's limit of long ago; ask the library, as later versions do.

    An import of 10,000 people then takes 30 statements instead of 600.
    """
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = limit
