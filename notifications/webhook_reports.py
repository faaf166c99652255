"""What came back from the webhooks of teams, in words for whoever looks after them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.events import UnknownKind, event_of
from notifications.models import Delivery, Webhook, WebhookTry

# Why there is no status.
PROBLEMS = {
    "address not allowed": _("Not sent: the name leads to an address that is not public"),
    "name not found": _("Its name could not be found"),
    "no connection": _("No connection"),
    "certificate not valid": _("Its certificate is not valid"),
    "no answer in time": _("No answer within ten seconds"),
    "no answer": _("The connection broke before an answer came"),
}
SHOWN = 20
REPEATABLE = (Delivery.State.SENT, Delivery.State.UNKNOWN, Delivery.State.FAILED)


@dataclass(frozen=True)
class Posted:
    """One try of a webhook, as its page shows it."""

    event: str
    at: datetime
    said: str
    milliseconds: int
    answer: str
    was_taken: bool
    again: int | None = None  # the try whose message can be posted again


@dataclass(frozen=True)
class WebhookLine:
    webhook: Webhook
    events: Sequence[str]
    last: Posted | None


def webhook_lines(webhooks: Sequence[Webhook]) -> list[WebhookLine]:
    """The webhooks in their order, each with its last try; one query for all of them."""
    last = {each.webhook_id: posted(each) for each in WebhookTry.objects.all().latest_of(webhooks)}
    return [WebhookLine(each, event_names(each.events), last.get(each.pk)) for each in webhooks]


def tries_of(webhook: Webhook) -> list[Posted]:
    """The latest, newest first; of each message the last one says whether it can be posted again."""
    found: list[Posted] = []
    seen: set[int] = set()
    for each in webhook.tries.select_related("delivery").order_by("-pk")[:SHOWN]:
        ended = each.delivery is not None and each.delivery.state in REPEATABLE and each.delivery.pk not in seen
        found.append(replace(posted(each), again=each.pk if ended else None))
        seen |= {each.delivery_id} if each.delivery_id else set()
    return found


def posted(each: WebhookTry) -> Posted:
    """The try in words."""
    said = gettext("Answered %(status)d") % {"status": each.status} if each.status else problem(each.problem)
    name = _name_of_event(each.event) if each.event else str(_("Test message"))
    return Posted(name, each.at, said, each.milliseconds, each.answer, each.was_taken)


def problem(word: str) -> str:
    """Why there is no status, as a sentence."""
    return str(PROBLEMS.get(word, word))


def event_names(keys: Iterable[str]) -> list[str]:
    """What a webhook hears of, by name."""
    return [_name_of_event(key) for key in keys]


def waiting_for(webhook: Webhook) -> int:
    """How many messages wait to be posted there."""
    waiting = Delivery.objects.of_chat().filter(reader=webhook.reader, state__in=Delivery.OPEN)
    return waiting.count()


def _name_of_event(key: str) -> str:
    try:
        return str(event_of(key).name)
    except UnknownKind:
        return key
