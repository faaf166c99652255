"""A worker's part for chats of teams: look again, post, and note down what came back. Nothing here logs an address."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from foundation import ciphers
from foundation.errors import Refused
from foundation.text import strip_hidden
from notifications import cards, egress, signatures
from notifications.actions import ledger, webhooks
from notifications.actions.composing import composed
from notifications.egress import Answer, Verdict
from notifications.events import Asked, News, Skip, UnknownKind, event_of
from notifications.hooks import reached
from notifications.models import Delivery, Webhook, WebhookTry
from people.actions import audit
from people.actions.mail import public_url
from people.models import Person, Team

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
PATIENCE = timedelta(seconds=15)  # as with mail: what is not begun by then goes back
# A webhook is given up when nothing got through for so long, and not by a single bad moment.
OFF_AFTER, OFF_AFTER_TRIES = timedelta(days=3), 5
OFF_AFTER_REFUSALS = 10  # in a row
# So long whatever else waits for a webhook is kept from it after a failure: it costs a time-out, and not one for each.
REST = timedelta(minutes=5)
KEPT = 50  # tries of each webhook
TESTS, TESTS_WITHIN = 10, timedelta(hours=1)
TEST = "rapport.test"
LONGEST_ANSWER = 200


def deliver(*, pks: Sequence[int], clock: Clock) -> None:
    """Post what of these rows is due and nobody else's, each by itself. Raises nothing for a single row's sake."""
    token = uuid4()
    reached("received")
    claimed = ledger.claim(pks=pks, token=token, at=clock())
    reached("claimed")
    _Round(token, clock, claimed).go()
    ledger.release(token=token)


def send_test(*, webhook: Webhook, by: Person, clock: Clock) -> WebhookTry:
    """Post a test message now, whatever state the webhook is in, and say what came back. Counts for nothing else.

    Raises Refused after ten within an hour, and when the address can no longer be read.
    """
    at = clock()
    if webhook.tries.tests().filter(at__gt=at - TESTS_WITHIN).count() >= TESTS:
        raise Refused(_("Ten tests within an hour are enough. Try again later."))
    words = {"organisation": settings.ORGANISATION_NAME, "team": webhook.team.name}
    news = News(
        title=_("A test by %(organisation)s") % words,
        text=[_("Here you will hear of the team %(team)s.") % words],
        href=webhook.team.get_absolute_url(),
        action=_("Open the team"),
        data={"team": webhook.team_id},
    )
    try:
        answer = _post(webhook, news, name=f"msg_{uuid4().hex}", event=TEST, happened_at=at, at=at)
    except ciphers.Unreadable:
        raise Refused(_("The address can no longer be read. Enter it again.")) from None
    with transaction.atomic():
        noted = _note(webhook, None, answer, at)
        audit.record(by=by, did="notifications.webhook_tested", thing=webhook, team=webhook.team_id, at=at)
    return noted


class _Round:
    """One chunk: what it asks features and receivers, and what becomes of its rows."""

    def __init__(self, token: UUID, clock: Clock, rows: Sequence[Delivery]) -> None:
        self.token, self.clock, self.rows, self.until = token, clock, rows, clock() + PATIENCE
        names = {int(row.reader.partition(":")[2]) for row in rows}
        found = Webhook.objects.filter(pk__in=names).select_related("team").order_by("pk")
        self.webhooks = {webhook.reader: webhook for webhook in found}
        # What just failed is not asked again for each of its rows: until when the others wait.
        self.resting: dict[str, datetime] = {}

    def go(self) -> None:
        at = self.clock()
        wanted = [row for row in self.rows if not self._is_settled(row, at)]
        told: dict[int, News | Skip] = {}
        for key, group in groupby(sorted(wanted, key=lambda row: row.kind), key=lambda row: row.kind):
            told |= self._composed(key, list(group), at)
        for row in wanted:
            if self.clock() >= self.until:
                break
            outcome = told.get(row.pk)
            if isinstance(outcome, Skip):
                ledger.skip(pk=row.pk, token=self.token, reason=outcome.reason)
            elif outcome is not None:
                self._deliver(row, outcome)

    def _is_settled(self, row: Delivery, at: datetime) -> bool:
        """Skipped or postponed for what can be told without the feature."""
        webhook = self.webhooks.get(row.reader)
        if webhook is None or row.not_after < at:
            reason = "too late" if webhook else "webhook removed"
            return ledger.skip(pk=row.pk, token=self.token, reason=reason)
        return not webhook.is_on and self._leave(row)

    def _leave(self, row: Delivery) -> bool:
        """Paused or switched off: it waits until somebody switches that on, or until it is too late."""
        return ledger.postpone(pk=row.pk, token=self.token, until=row.not_after + timedelta(seconds=1))

    def _composed(self, key: str, rows: Sequence[Delivery], at: datetime) -> Mapping[int, News | Skip]:
        """What each is to say."""
        try:
            event = event_of(key)
        except UnknownKind:
            for row in rows:  # of another release: the next try may find another worker
                ledger.put_off(delivery=row, token=self.token, reason="unknown kind", at=at)
            return {}

        def ask(of: Sequence[Delivery]) -> Mapping[int, News | Skip]:
            return event.compose([self._asked(row, at) for row in of])

        return {row.pk: outcome for row, outcome in composed(rows=rows, ask=ask, token=self.token, at=at)}

    def _asked(self, row: Delivery, at: datetime) -> Asked:
        webhook = self.webhooks[row.reader]
        below = Team.objects.below([webhook.team_id]).values_list("pk", flat=True) if webhook.teams_below else ()
        teams = frozenset({webhook.team_id, *below})
        return Asked(row.pk, row.subject_id, row.occurrence, at, teams, webhook.zone, webhook.language)

    def _deliver(self, row: Delivery, news: News) -> None:
        webhook = self.webhooks[row.reader]
        if row.reader in self.resting:
            ledger.postpone(pk=row.pk, token=self.token, until=self.resting[row.reader])
        elif not webhook.is_on:
            self._leave(row)
        elif ledger.begin(pk=row.pk, token=self.token, at=self.clock()):
            reached("sending")
            try:
                answer = _post(
                    webhook, news, name=row.webhook_id, event=row.kind, happened_at=row.planned_at, at=self.clock()
                )
            except ciphers.Unreadable:
                self._unreadable(row, webhook)
            else:
                reached("accepted")
                self._settle(row, webhook, answer)
                reached("sent")

    def _unreadable(self, row: Delivery, webhook: Webhook) -> None:
        log.error("The address of webhook %s was stored under another SECRET_KEY", webhook.pk)
        ledger.put_off(delivery=row, token=self.token, reason="address unreadable", at=self.clock())
        webhooks.switch_off(webhook=webhook, reason=Webhook.OffReason.UNREADABLE, at=self.clock())

    @transaction.atomic
    def _settle(self, row: Delivery, webhook: Webhook, answer: Answer) -> None:
        at, verdict = self.clock(), answer.verdict
        if verdict is Verdict.TAKEN:
            ledger.finish(pk=row.pk, token=self.token, at=at)
        elif verdict is Verdict.LATER:
            asked = answer.not_before(at)
            ledger.put_off(delivery=row, token=self.token, reason=answer.words, at=at, not_before=asked)
            self.resting[row.reader] = max(at + REST, asked or at)
        else:
            ledger.fail(pk=row.pk, token=self.token, reason=answer.words)
        _note(webhook, row, answer, at)
        if reason := _count(webhook, answer, at, last=ledger.next_try(delivery=row, at=at) is None):
            webhooks.switch_off(webhook=webhook, reason=reason, at=at)


def _post(webhook: Webhook, news: News, *, name: str, event: str, happened_at: datetime, at: datetime) -> Answer:
    """The message in the webhook's form, signed if it is for a program. Raises ciphers.Unreadable."""
    url = public_url(path=news.href) if news.href else ""
    document: dict[str, Any]
    if webhook.form == Webhook.Form.SLACK:
        document = cards.slack(news, url=url)
    elif webhook.form == Webhook.Form.TEAMS:
        document = cards.teams(news, url=url)
    else:
        document = cards.generic(news, url=url, event=event, at=happened_at)
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    keys, address = webhook.secrets(at), webhook.address()
    signed = signatures.headers(keys, name=name, timestamp=int(at.timestamp()), body=body) if keys else {}
    return egress.post(address, body=body, headers=signed)


def _note(webhook: Webhook, row: Delivery | None, answer: Answer, at: datetime) -> WebhookTry:
    """Keep what came back, for the page: briefly, and without what an answer may repeat of our secrets."""
    noted = WebhookTry.objects.create(
        webhook=webhook,
        delivery=row,
        event=row.kind if row else "",
        at=at,
        status=answer.status,
        problem=answer.problem,
        milliseconds=answer.milliseconds,
        answer=_shown(answer.text, [webhook.address(), *webhook.secrets(at)]),
    )
    older = webhook.tries.order_by("-pk").values_list("pk", flat=True)[KEPT:]
    WebhookTry.objects.filter(pk__in=list(older)).delete()
    return noted


def _shown(text: str, secrets: Sequence[str]) -> str:
    """The beginning of the answer in one line, without the secrets nor any long part of them."""
    for secret in secrets:
        parts = {secret, *secret.replace("?", "/").replace("&", "/").replace("=", "/").split("/")}
        for part in sorted(parts, key=len, reverse=True):
            if len(part) >= 8:
                text = text.replace(part, "…")
    return " ".join(strip_hidden(text.replace("\n", " ").replace("\r", " ").replace("\t", " ")).split())[
        :LONGEST_ANSWER
    ]


def _count(webhook: Webhook, answer: Answer, at: datetime, *, last: bool) -> str:
    """Keep count of failures in a row; why the webhook is to be given up, "" when it is not."""
    rows = Webhook.objects.filter(pk=webhook.pk)
    if answer.verdict is Verdict.TAKEN:
        rows.exclude(failures=0).update(failures=0, failing_since=None)
        return ""
    rows.filter(failing_since=None).update(failing_since=at)
    rows.update(failures=F("failures") + 1)
    webhook.refresh_from_db(fields=["failures", "failing_since"])
    if answer.verdict is Verdict.GONE:
        return Webhook.OffReason.GONE
    if answer.verdict is Verdict.REFUSED and webhook.failures >= OFF_AFTER_REFUSALS:
        return Webhook.OffReason.REFUSED
    for_long = at - (webhook.failing_since or at) >= OFF_AFTER
    # The last try of one message says as much, unless others got through meanwhile.
    return Webhook.OffReason.FAILING if (for_long or last) and webhook.failures >= OFF_AFTER_TRIES else ""
