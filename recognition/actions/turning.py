"""What the clock does to rounds of awards."""

from datetime import datetime

from recognition.actions import announcing, counting, nominations
from recognition.models import Round


def turn_rounds(*, at: datetime) -> None:
    """Close what is over everywhere; reveal what nobody owes any more, because a judge left; announce
    what is approved and whose hour has come. Each round in a transaction of its own; again and again changes
    nothing."""
    for round_ in Round.objects.filter(state=Round.State.OPEN).order_by("pk"):
        nominations.begin_judging(round_=round_, at=at)
    for round_ in Round.objects.filter(state=Round.State.JUDGING).order_by("pk"):
        counting.settle(round_=round_, at=at)
    for round_ in Round.objects.filter(state=Round.State.APPROVED, announce_at__lte=at).order_by("pk"):
        announcing.announce(round_=round_, at=at)
