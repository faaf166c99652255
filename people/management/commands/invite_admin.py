"""manage.py invite_admin EMAIL "FULL NAME": the first person of a fresh installation."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from foundation.errors import Invalid, Refused
from people.actions import invitations, mail


class Command(BaseCommand):
    help = (
        "Makes a people admin and auditor of the whole organisation and prints the link to choose a password by. "
        "Run again before they have joined, it prints a new link, and the old one stops working."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("full_name", metavar="'FULL NAME'")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            person = invitations.invite_first_admin(email=options["email"], full_name=options["full_name"], at=now)
        except Invalid as refusal:
            reasons = [f"{name}: {' '.join(said)}" for name, said in refusal.errors.items()]
            raise CommandError("\n".join([str(refusal), *reasons])) from None
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write("Give this link to nobody else; it works once:")
        self.stdout.write(mail.public_url(path=invitations.invitation_path(person=person, at=now)))
