"""allauth's table of addresses, kept in step with Person.email: one row each, primary, verified or still to be."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.db import transaction

from people.models import Person

BATCH = 1000


@transaction.atomic
def verify_addresses(*, people: Sequence[Person]) -> None:
    """Count each person's present address as verified, and forget every other address they had."""
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        EmailAddress.objects.filter(user__in=[person.pk for person in batch]).delete()
        EmailAddress.objects.filter(email__in=[person.email for person in batch]).delete()
        EmailAddress.objects.bulk_create(
            EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in batch
        )


@transaction.atomic
def follow_addresses(*, people: Sequence[Person]) -> None:
    """After addresses were changed: the old ones no longer sign anybody in, and the new ones are to be verified.

    Whoever has joined gets a mail with a link at the next sign-in.
    """
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        known = dict(
            EmailAddress.objects.filter(user__in=[p.pk for p in batch], primary=True).values_list("user", "email")
        )
        moved = [person for person in batch if person.pk in known and known[person.pk] != person.email]
        EmailAddress.objects.filter(user__in=[person.pk for person in moved]).delete()
        EmailAddress.objects.filter(email__in=[person.email for person in moved]).delete()
        EmailAddress.objects.bulk_create(
            EmailAddress(user=person, email=person.email, verified=False, primary=True) for person in moved
        )
