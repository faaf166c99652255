"""What operators do with one delivery: try it again, send it again, stop it. Each is told to the audit trail."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.errors import Refused
from notifications import signals
from notifications.models import Channel, Delivery
from people.actions import audit
from people.models import Person

State = Delivery.State
STOPPED = "stopped by an operator"
_ANEW = {"state": State.PLANNED, "attempts": 0, "queued_at": None, "reason": "", "sent_at": None}


@transaction.atomic
def retry(*, delivery: Delivery, by: Person, at: datetime) -> None:
    """Plan one that failed as due now, as if it had never been tried. Raises Refused when it has not failed, or it is
    too late for it: nothing but a look at the facts would be made of it."""
    _in_time(delivery, at)
    _change(delivery, (State.FAILED,), _ANEW | {"due_at": at})
    _record("notifications.delivery_retried", delivery, by, "", at)
    signals.notices_planned.send(sender=Delivery, due_at=at, at=at)


@transaction.atomic
def send_again(*, delivery: Delivery, reason: str, by: Person, at: datetime) -> None:
    """Send a mail although it may have arrived, or did: under the same Message-ID. Raises Refused for what was neither
    sent nor left in doubt, for what the portal shows by itself, and when it is too late."""
    if delivery.channel == Channel.PORTAL:
        raise Refused(_("What the portal shows needs no sending again."))
    if not reason:
        raise Refused(_("Say why it is to be sent although it may have arrived."))
    _in_time(delivery, at)
    _change(delivery, (State.SENT, State.UNKNOWN), _ANEW | {"due_at": at})
    _record("notifications.delivery_sent_again", delivery, by, reason, at)
    signals.notices_planned.send(sender=Delivery, due_at=at, at=at)


@transaction.atomic
def stop(*, delivery: Delivery, reason: str, by: Person, at: datetime) -> None:
    """Never send one that is planned. Not `cancelled`, which is the feature's word: what a feature has taken back it
    may plan again. Raises Refused when a worker has it in hand, or it has ended."""
    if not reason:
        raise Refused(_("Say why it is not to be sent."))
    _change(delivery, (State.PLANNED,), {"state": State.SKIPPED, "reason": STOPPED, "queued_at": None})
    _record("notifications.delivery_stopped", delivery, by, reason, at)


def _in_time(delivery: Delivery, at: datetime) -> None:
    if delivery.not_after < at:
        raise Refused(_("It is too late for this one: its reader would be told of what is over."))


def _change(delivery: Delivery, states: tuple[State, ...], fields: dict[str, object]) -> None:
    if not Delivery.objects.filter(pk=delivery.pk, state__in=states).update(**fields):
        raise Refused(_("It has gone on meanwhile. Look at it again."))


def _record(did: str, delivery: Delivery, by: Person, reason: str, at: datetime) -> None:
    changes = {"kind": delivery.kind, "was": str(delivery.state)}
    audit.record(by=by, did=did, thing=delivery, changes=changes, reason=reason, at=at)
