"""Webhooks of teams: set up, changed, paused, switched off and on, removed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import ciphers
from foundation.errors import Invalid, Refused
from notifications import destinations, egress, signals, signatures
from notifications.actions import notices, operations
from notifications.events import all_events
from notifications.models import Delivery, Webhook, WebhookTry
from notifications.models.webhooks import PURPOSE
from notifications.notices import WEBHOOK_OFF
from notifications.occurrences import named
from notifications.policies import can_manage_webhooks
from people.actions import audit
from people.models import Person, Role, RoleGrant, Team

MOST = 20  # of one team
OVERLAP = timedelta(days=1)  # for which an earlier secret still signs
ASKED_AGAIN = "posted again from the page of the webhook"
State = Webhook.State


def add_webhook(
    *,
    team: Team,
    name: str,
    form: str,
    address: str,
    events: Iterable[str],
    teams_below: bool,
    time_zone: str,
    by: Person,
    at: datetime,
) -> tuple[Webhook, str]:
    """A webhook that is on, and the secret that signs its messages ("" for chats, which verify none): show it once.

    Raises Invalid for an address that is not fit or whose name is not public, and for no or unknown events.
    """
    checked = _checked(address, form)  # asks the network, so before the transaction
    secret = signatures.new_secret() if form == Webhook.Form.GENERIC else ""
    with transaction.atomic():
        team = Team.objects.select_for_update().get(pk=team.pk)
        if team.webhooks.count() >= MOST:
            raise Refused(_("A team has at most %(most)d webhooks. Remove one first.") % {"most": MOST})
        webhook = Webhook.objects.create(
            team=team,
            name=name,
            form=Webhook.Form(form),
            host=checked.host,
            encrypted_address=ciphers.encrypt(address, purpose=PURPOSE),
            encrypted_secret=ciphers.encrypt(secret, purpose=PURPOSE) if secret else "",
            events=_known(events),
            teams_below=teams_below,
            time_zone=time_zone,
            language=by.language,
            state_since=at,
            created_by=by,
            created_at=at,
        )
        _record(webhook, "added", by, at, form=webhook.form, events=webhook.events)
    return webhook, secret


def edit_webhook(
    *,
    webhook: Webhook,
    name: str,
    events: Iterable[str],
    teams_below: bool,
    time_zone: str,
    by: Person,
    at: datetime,
    address: str = "",
) -> Webhook:
    """Change what it is called, what it hears of and, when one is given, where it leads. Raises as add_webhook does."""
    checked = _checked(address, webhook.form) if address else None
    wanted = {"name": name, "events": _known(events), "teams_below": teams_below, "time_zone": time_zone}
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
        changed = [field for field, value in wanted.items() if getattr(webhook, field) != value]
        if checked:
            wanted |= {"host": checked.host, "encrypted_address": ciphers.encrypt(address, purpose=PURPOSE)}
            changed.append("address")
        if not changed:
            return webhook
        for field, value in wanted.items():
            setattr(webhook, field, value)
        webhook.save(update_fields=list(wanted))
        _record(webhook, "changed", by, at, fields=changed)
    return webhook


@transaction.atomic
def pause_webhook(*, webhook: Webhook, by: Person, at: datetime) -> None:
    """Post nothing there for now; what happens meanwhile waits until it is too late. Raises Refused unless it is on."""
    if not _turn(webhook, State.ON, state=State.PAUSED, state_since=at):
        raise Refused(_("This webhook is not on."))
    _record(webhook, "paused", by, at)


@transaction.atomic
def resume_webhook(*, webhook: Webhook, by: Person, at: datetime) -> None:
    """Post again, beginning with what waits and is not too late. Raises Refused when it is on."""
    on = {"state": State.ON, "off_reason": "", "state_since": at, "failing_since": None, "failures": 0}
    if not _turn(webhook, State.PAUSED, State.OFF, **on):
        raise Refused(_("This webhook is on already."))
    waiting = Delivery.objects.of_chat().filter(reader=webhook.reader, state=Delivery.State.PLANNED)
    waiting.update(due_at=at, queued_at=None)
    signals.notices_planned.send(sender=Delivery, due_at=at, at=at)
    _record(webhook, "resumed", by, at)


@transaction.atomic
def switch_off(*, webhook: Webhook, reason: str, at: datetime) -> None:
    """The portal gives it up, and tells whoever set it up, or, when that is their business no longer, the people admins
    of the team. Nothing when it is not on (any more)."""
    if not _turn(webhook, State.ON, state=State.OFF, off_reason=reason, state_since=at):
        return
    notices.notify(kind=WEBHOOK_OFF, subject_id=webhook.pk, to=_keepers(webhook, at), at=at, occurrence=named(at))
    _record(webhook, "switched_off", None, at, reason=reason)


def _keepers(webhook: Webhook, at: datetime) -> list[Person]:
    if can_manage_webhooks(webhook.created_by, webhook.team):
        return [webhook.created_by]
    admins = RoleGrant.objects.in_force(at).covering([webhook.team_id]).filter(role=Role.PEOPLE_ADMIN)
    return list(Person.objects.active().filter(pk__in=admins.values("person")))


@transaction.atomic
def rotate_secret(*, webhook: Webhook, by: Person, at: datetime) -> str:
    """A new secret, to be shown once. For a day messages are signed with the one before, too."""
    webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
    if webhook.form != Webhook.Form.GENERIC:
        raise Refused(_("Only what goes to programs is signed. A chat is known by its address: change that."))
    secret = signatures.new_secret()
    webhook.encrypted_earlier_secret, webhook.earlier_secret_until = webhook.encrypted_secret, at + OVERLAP
    webhook.encrypted_secret = ciphers.encrypt(secret, purpose=PURPOSE)
    webhook.save(update_fields=["encrypted_secret", "encrypted_earlier_secret", "earlier_secret_until"])
    _record(webhook, "secret_rotated", by, at)
    return secret


@transaction.atomic
def remove_webhook(*, webhook: Webhook, by: Person, at: datetime) -> None:
    """Forget its address, its secret and what came back; take back what waits for it."""
    waiting = Delivery.objects.of_chat().filter(reader=webhook.reader, state=Delivery.State.PLANNED)
    waiting.update(state=Delivery.State.CANCELLED, reason="webhook removed")
    _record(webhook, "removed", by, at)
    webhook.delete()


def post_again(*, tried: WebhookTry, by: Person, at: datetime) -> None:
    """Post the message of a try once more, under the same id. Raises Refused for a test message, while the webhook is
    not on, when a worker has it in hand or is to try it anyway, and when it is too late to tell."""
    if tried.webhook.state != State.ON:
        raise Refused(_("Switch the webhook on first."))
    if tried.delivery is None:
        raise Refused(_("Only what happened can be posted again. Send another test message instead."))
    if tried.delivery.state == Delivery.State.FAILED:
        operations.retry(delivery=tried.delivery, by=by, at=at)
    else:
        operations.send_again(delivery=tried.delivery, reason=ASKED_AGAIN, by=by, at=at)


def _turn(webhook: Webhook, *states: str, **changes: object) -> bool:
    """From one of these states to another, once."""
    turned = bool(Webhook.objects.filter(pk=webhook.pk, state__in=states).update(**changes))
    if turned:
        webhook.refresh_from_db()
    return turned


def _record(webhook: Webhook, did: str, by: Person | None, at: datetime, **changes: object) -> None:
    """Never with the address, of which the trail would be a copy in clear."""
    audit.record(by=by, did=f"notifications.webhook_{did}", thing=webhook, changes=changes, team=webhook.team_id, at=at)


def _known(events: Iterable[str]) -> list[str]:
    wanted = sorted(set(events))
    if not wanted or not set(wanted) <= {event.key for event in all_events()}:
        raise Invalid(_("Choose what it is to hear of."), errors={"events": [_("Choose at least one from the list.")]})
    return wanted


def _checked(text: str, form: str) -> destinations.Address:
    """The address, fit to be posted to, with a name that leads to public places only."""
    try:
        address = egress.parse(text)
        if form == Webhook.Form.TEAMS and address.host.endswith((".webhook.office.com", "outlook.office.com")):
            raise destinations.Unfit(
                _("Connectors of Teams are retired. Make a webhook with Workflows and take its address.")
            )
        egress.look_up(address, seconds=5)
    except destinations.Unfit as unfit:
        raise Invalid(str(unfit.reason), errors={"address": [str(unfit.reason)]}) from None
    except egress.Trouble as trouble:
        reason = (
            _("This name leads into a private network. A webhook goes to a public place.")
            if trouble.problem == egress.FORBIDDEN
            else _("This name could not be found. Look for a slip, or try again in a moment.")
        )
        raise Invalid(reason, errors={"address": [reason]}) from None
    return address
