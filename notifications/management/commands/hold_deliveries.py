"""manage.py hold_deliveries: after a backup was restored, before anything is started."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from notifications import operations
from notifications.actions import holds
from notifications.models import Delivery


class Command(BaseCommand):
    help = "What is due by now waits until somebody releases or discards it: it may have been sent after the backup."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", default="A backup was restored", help="for the audit trail")

    def handle(self, *args: Any, **options: Any) -> None:
        holds.hold(by=None, reason=options["reason"], at=timezone.now())
        found = operations.hold(Delivery.objects.all())
        self.stdout.write(f"{found.total if found else 0} notices wait. See Admin, Deliveries, On hold.")
