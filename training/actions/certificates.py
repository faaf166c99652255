"""Certificates of what was completed here, and taking a completion back."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.errors import Refused
from people.actions import audit
from people.models import Person
from training import signals
from training.models import Certificate, Completion, Revocation


def issue(*, completion: Completion, at: datetime) -> Certificate:
    """The certificate of a completion that was just written, in the transaction that wrote it."""
    return Certificate.objects.create(
        completion=completion,
        person_name=completion.person.full_name,
        module_name=completion.module.name,
        issued_at=at,
    )


@transaction.atomic
def revoke(*, completion: Completion, by: Person, at: datetime, reason: str) -> Revocation:
    """It counts no more, from now on, and its certificate says so; it stays on record. Raises Refused the second time,
    and for one's own."""
    if by.pk == completion.person_id:
        raise Refused(_("Nobody revokes what they completed themselves. Ask another trainer."))
    try:
        with transaction.atomic():
            revocation = Revocation.objects.create(completion=completion, by=by, reason=reason, at=at)
    except IntegrityError:
        raise Refused(_("This was revoked already."), code="revoked") from None
    audit.record(by=by, did="training.revoked", thing=completion, reason=reason, team=completion.person.team_id, at=at)
    signals.revoked.send(sender=Revocation, revocation=revocation, at=at)
    return revocation
