"""manage.py check_deliveries: does the portal still tell people things? For a monitor: exit 1 when it does not."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from notifications import operations
from notifications.models import Delivery


class Command(BaseCommand):
    help = "Prints how deliveries stand, one line each, and exits with 1 when somebody has to look."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--unknown", type=int, metavar="N", help="also exit with 1 when more than N are unknown since yesterday"
        )
        parser.add_argument(
            "--failed", type=int, metavar="N", help="also exit with 1 when more than N have failed since yesterday"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        rows = Delivery.objects.all()
        signs, stands = operations.signs_of_life(at), operations.backlog(rows, at)
        alarms = operations.alarms(signs, stands, at)
        for sign in signs:
            age = f"{(at - sign.at).total_seconds():.0f} s ago" if sign.at else "never"
            # A worker that is silent while others work has been replaced, or is missed by nobody yet.
            is_well = not alarms["nobody_works"] if sign.name == "worker" else not sign.is_late
            self._say(f"{sign.name} {sign.detail}".strip(), age, is_well)
        oldest = f"{(at - stands.oldest_due).total_seconds():.0f} s" if stands.oldest_due else "-"
        self._say("due", f"{stands.due}, the longest for {oldest}", not alarms["late"])
        hold = operations.hold(rows)
        self._say("on hold", str(hold.total) if hold else "no", hold is None)
        bad = any(alarms.values()) or hold is not None
        for state in (Delivery.State.UNKNOWN, Delivery.State.FAILED):
            count = rows.filter(state=state, due_at__gt=at - timedelta(days=1)).count()
            is_much = options[state] is not None and count > options[state]
            self._say(f"{state} since yesterday", str(count), not is_much)
            bad = bad or is_much
        if bad:
            raise SystemExit(1)

    def _say(self, what: str, how: str, is_well: bool) -> None:
        self.stdout.write(f"{'ok  ' if is_well else 'BAD '} {what}: {how}")
