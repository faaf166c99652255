"""manage.py load_demo: fill an empty demo database with a believable organisation. A second run changes nothing."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from portal import demo
from portal.demo.accounts import ACCOUNTS
from portal.demo.awards import load_awards
from portal.demo.blind_spot import load_blind_spot
from portal.demo.deliveries import load_deliveries
from portal.demo.hiring import load_hiring
from portal.demo.ideas import load_ideas
from portal.demo.organisation import load_people
from portal.demo.recognition import load_recognition
from portal.demo.sessions import load_sessions
from portal.demo.training import load_training


class Command(BaseCommand):
    help = "Loads people, openings, candidates and interviews of the demo, and prints one sign-in per role."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.RAPPORT_DEMO:
            raise CommandError("The demo has known passwords. It loads only where RAPPORT_DEMO=1 is set (make demo).")
        if not demo.is_loaded():
            now = timezone.now()
            with transaction.atomic():
                accounts = load_people(at=now - timedelta(days=60))
                self.stdout.write("484 people and the accounts are in.")
                load_hiring(accounts, at=now)
                load_training(accounts, at=now)
                load_sessions(accounts, at=now)
                load_recognition(accounts, at=now)
                load_awards(accounts, at=now)
                load_ideas(accounts, at=now)
                load_blind_spot(accounts, at=now)
                load_deliveries(at=now)
                self.stdout.write(
                    "Three openings with their candidates, two years of training and a year of thanks are in."
                )
        self.stdout.write("Sign in as")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.label:<20} {account.email:<26} {account.password}")
