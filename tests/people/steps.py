"""What people do to get in, as steps of a test."""

import time

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from people.models import AuditEntry, Person
from tests.cast import PASSWORD, make_person

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def make_member(name="", **fields) -> Person:
    """Somebody who has joined: with PASSWORD and a verified address."""
    person = make_person(name, **fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_in(client: Client, person: Person, password: str = PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": person.email, "password": password}, **extra)


def signed_in(client: Client) -> bool:
    """Whether the next page is for somebody."""
    return client.get(reverse("account_security")).status_code == 200


def enrol_app(person: Person) -> str:
    """Give the person an authenticator app; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return str(secret)


def code_of(secret, *, step=0):
    """What the app shows now, or so many steps of 30 seconds later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step)))


def wrong_code(secret: str) -> str:
    return f"{(int(code_of(secret)) + 1) % 1_000_000:06}"


def enrol_codes(person):
    """Recovery codes beside whatever the person has."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    return RecoveryCodes.activate(person).get_unused_codes()


def factors_of(person: Person) -> set[str]:
    return set(Authenticator.objects.filter(user=person).values_list("type", flat=True))


def deeds(*, did: str = "") -> list[tuple[str, str, dict[str, object]]]:
    """The audit trail, oldest first: what, outcome, changes."""
    entries = AuditEntry.objects.filter(did__startswith=did).order_by("pk")
    return [(entry.did, entry.outcome, entry.changes) for entry in entries]
