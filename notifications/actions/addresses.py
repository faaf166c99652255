"""Addresses that refuse mail: what mail services say of them, and taking that back."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Model

from foundation.text import strip_hidden
from notifications.bounces import Said
from notifications.models import MailReport, Suppression
from people.actions import audit
from people.models import Person
from people.models.person import normal_email

Reason = Suppression.Reason
# An address that failed on so many days, within so many, and took no mail in between, is left alone.
DAYS, WITHIN = 5, timedelta(days=30)
KEPT = timedelta(days=90)  # services repeat themselves for days, not for months


@transaction.atomic
def note(*, source: str, address: str, said: Said, happened_at: datetime | None, evidence: str, at: datetime) -> None:
    """What a mail server or service said of an address. `source` names the event: the same one again changes nothing,
    and events count by when they happened, in whichever order they come."""
    address, happened_at = normal_email(address), min(happened_at or at, at)
    if "@" not in address or len(address) > 254:
        return
    if said == Said.DELIVERED:
        _note_good(address, MailReport.Said.DELIVERED, happened_at)
        _reconsider(address, at)
        return
    _report, is_new = MailReport.objects.get_or_create(
        key=_key(source, said, address), defaults={"address": address, "said": said, "at": happened_at}
    )
    if not is_new or happened_at <= _last(address, MailReport.Said.LIFTED, at):
        return
    if said == Said.TROUBLE and not _fails(address, at):
        return
    _suppress(address, Reason(said), evidence, at)


@transaction.atomic
def lift(*, suppression: Suppression, by: Person, at: datetime, thing: Model | None = None) -> None:
    """Write to the address again. What was said of it before counts no more, however late it is told.

    `thing` is whose address it is, for the trail, where that is nobody who works here.
    """
    _note_good(suppression.address, MailReport.Said.LIFTED, at)
    gone, _each = Suppression.objects.filter(pk=suppression.pk).delete()
    if gone:
        _record("notifications.address_cleared", suppression, by, at, thing)


@transaction.atomic
def forget_reports(*, at: datetime) -> int:
    """Let go of what was said so long ago that nobody repeats it; how many. Addresses that refuse mail stay."""
    gone, _each = MailReport.objects.filter(at__lt=at - KEPT).delete()
    return gone


def _suppress(address: str, reason: Reason, evidence: str, at: datetime) -> None:
    words = strip_hidden(" ".join(evidence.split()))[:300]
    suppression, is_new = Suppression.objects.get_or_create(
        address=address, defaults={"reason": reason, "since": at, "evidence": words}
    )
    worse = suppression.reason == Reason.TROUBLE and reason != Reason.TROUBLE
    if worse:
        Suppression.objects.filter(pk=suppression.pk).update(reason=reason, evidence=words)
        suppression.reason = reason
    if is_new or worse:
        _record("notifications.address_refuses", suppression, None, at)


def _reconsider(address: str, at: datetime) -> None:
    """A mail arrived: it may have been between the failures, and be told of late."""
    for suppression in Suppression.objects.filter(address=address, reason=Reason.TROUBLE):
        if not _fails(address, at):
            suppression.delete()
            _record("notifications.address_cleared", suppression, None, at)


def _fails(address: str, at: datetime) -> bool:
    """Whether the address has failed on DAYS different days since it last took a mail."""
    good = max(_last(address, said, at) for said in (MailReport.Said.DELIVERED, MailReport.Said.LIFTED))
    found = MailReport.objects.filter(address=address, said=MailReport.Said.TROUBLE, at__gt=max(good, at - WITHIN))
    return len({moment.date() for moment in found.values_list("at", flat=True)}) >= DAYS


def _last(address: str, said: MailReport.Said, at: datetime) -> datetime:
    found = MailReport.objects.filter(address=address, said=said).order_by("-at").values_list("at", flat=True).first()
    return found or at - KEPT


def _note_good(address: str, said: MailReport.Said, happened_at: datetime) -> None:
    """One row an address, of the latest: there are as many deliveries as mails."""
    report, _is_new = MailReport.objects.get_or_create(
        key=_key("", said, address), defaults={"address": address, "said": said, "at": happened_at}
    )
    MailReport.objects.filter(pk=report.pk, at__lt=happened_at).update(at=happened_at)


def _key(source: str, said: str, address: str) -> str:
    return hashlib.sha256(f"{source}\n{said}\n{address}".encode()).hexdigest()


def _record(did: str, suppression: Suppression, by: Person | None, at: datetime, thing: Model | None = None) -> None:
    """Without the address: that is personal, and the trail is for good. Whose it is stands there, if they work here."""
    person = Person.objects.filter(email=suppression.address).first()
    changes = {"reason": str(suppression.reason)}
    team = person.team_id if person else None
    audit.record(by=by, did=did, thing=person or thing, changes=changes, team=team, at=at)
