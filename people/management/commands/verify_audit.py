"""manage.py verify_audit: walk the audit trail's hash chain."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.actions import audit


class Command(BaseCommand):
    help = "Checks that no entry of the audit trail was changed, removed, added or reordered. Exits 1 if one was."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = audit.verify()
        if not verdict.is_sound:
            where = f"Entry {verdict.broken_at} " if verdict.broken_at else ""
            raise CommandError(f"The audit trail is not sound. {where}{verdict.problem}.")
        head = verdict.head[:16] or "(empty)"
        self.stdout.write(f"The audit trail is sound: {verdict.entries} entries, head {head}.")
