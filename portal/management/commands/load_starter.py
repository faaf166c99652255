"""manage.py load_starter: the starter competencies, questions, kits, modules, skills, paths and values."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from foundation.errors import Refused
from hiring.actions import starter as hiring_starter
from recognition.actions import starter as recognition_starter
from training.actions import starter as training_starter


class Command(BaseCommand):
    help = (
        "Adds the starter library, kits, modules, skills, paths and values, or brings them up to date. "
        "What was edited stays as it is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        try:
            loaded = [
                hiring_starter.load_starter(by=None, at=at),
                training_starter.load_starter(at=at),
                training_starter.load_skills(at=at),
                training_starter.load_paths(at=at),
                recognition_starter.load_values(at=at),
            ]
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        added, renewed, kept = (sum(len(getattr(one, name)) for one in loaded) for name in ("added", "renewed", "kept"))
        self.stdout.write(
            f"Starter content: {added} added, {renewed} brought up to date, {kept} left as this organisation made them."
        )
