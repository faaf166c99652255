"""manage.py load_starter: the starter competencies, questions and kits."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from foundation.errors import Refused
from hiring.actions.starter import load_starter


class Command(BaseCommand):
    help = (
        "Adds the starter competencies, questions and kits, or brings them up to date. What was edited stays as it is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_starter(by=None, at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"Starter content: {len(loaded.added)} added, {len(loaded.renewed)} brought up to date, "
            f"{len(loaded.kept)} left as this organisation made them."
        )
