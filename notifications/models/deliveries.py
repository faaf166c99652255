"""The ledger: what is to be told to whom by which way, and what became of it."""

import uuid
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from notifications.models.choices import Channel
from notifications.models.watching import Mark
from people.models import Role

if TYPE_CHECKING:
    from people.models import Person


GATHERED_FOR = timedelta(days=14)  # two weekly digests


def held_until() -> Coalesce:
    """The moment until when what was due is on hold; long ago when nothing is. Asked within the statement itself, so
    that no claim and no queue can pass it by."""
    since = Mark.objects.filter(hold_ended_at__isnull=True).values("held_since")[:1]
    never = models.Value(datetime(1970, 1, 1, tzinfo=UTC), output_field=models.DateTimeField())
    return Coalesce(models.Subquery(since), never)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, at: datetime) -> Self:
        """Planned, their time has come, and they are not on hold; the longest due first."""
        return self.ripe(at).filter(due_at__gt=held_until()).order_by("due_at", "pk")

    def ripe(self, at: datetime) -> Self:
        """Planned, and their time has come, held or not."""
        return self.filter(state=Delivery.State.PLANNED, due_at__lte=at)

    def held(self) -> Self:
        """Planned, and waiting for a person since an old backup was restored (Mark)."""
        return self.filter(state=Delivery.State.PLANNED, due_at__lte=held_until())

    def of_chat(self) -> Self:
        """What goes to chats of teams, by another task than what goes to people: their receivers may be slow."""
        return self.filter(channel=Channel.CHAT)

    def queued(self, since: datetime) -> Self:
        """On their way to a worker, or in the hands of one."""
        return self.filter(
            models.Q(state=Delivery.State.PLANNED, queued_at__gte=since) | models.Q(state__in=Delivery.HELD)
        )

    def of_subject(self, kinds: "list[str]", subject_id: int) -> Self:
        return self.filter(kind__in=kinds, subject_id=subject_id)

    def of_subjects(self, kind: str, subject_ids: Collection[int]) -> Self:
        return self.filter(kind=kind, subject_id__in=subject_ids)

    def standing(self) -> Self:
        """All that was not taken back."""
        return self.exclude(state=Delivery.State.CANCELLED)

    def lapsed(self, at: datetime) -> Self:
        """In the hands of a worker that has not been heard of since its lease ran out."""
        return self.filter(state__in=Delivery.HELD, lease_until__lt=at)

    def visible_to(self, reader: "Person") -> Self:
        """Row-level twin of policies.can_view_delivery, but for what features keep closed (operations.ledger_of)."""
        everywhere = any(reader.scope_of(role).everywhere for role in (Role.PEOPLE_ADMIN, Role.AUDITOR))
        return self if reader.is_active and everywhere else self.none()

    def shown_to(self, person: "Person") -> Self:
        """What the portal has told the person: the inbox."""
        return self.filter(recipient=person, channel=Channel.PORTAL, state=Delivery.State.SENT)

    def gathered(self, at: datetime, digests: "list[int]") -> Self:
        """What waits for a digest: not told yet, told by one that did not go, or by one of these."""
        lost = models.Q(carried_by__state__in=("skipped", "failed", "cancelled"))
        return self.filter(
            models.Q(carried_by__isnull=True) | models.Q(carried_by__in=digests) | lost,
            state=Delivery.State.SKIPPED,
            reason=Delivery.IN_THE_DIGEST,
            due_at__gte=at - GATHERED_FOR,
        )

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Delivery(models.Model):
    """One thing told (or to be told) to one reader by one channel: a row that exists before anything leaves.

    planned → claimed → sending → sent | skipped | failed | unknown | cancelled. `sending` is committed before a message
    leaves and `sent` after; who dies in between leaves `unknown`, and nobody guesses.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CLAIMED = "claimed", _("Claimed")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        SKIPPED = "skipped", _("Skipped")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")
        CANCELLED = "cancelled", _("Cancelled")

    IN_THE_DIGEST = "in the digest"
    HELD = (State.CLAIMED, State.SENDING)
    OPEN = (State.PLANNED, *HELD)
    TOLD = (State.SENDING, State.SENT, State.UNKNOWN)  # or may have been: nobody knows (yet)

    kind = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    occurrence = models.CharField(max_length=64, blank=True)
    # "p12" for a person, "webhook:3" for a team's chat, the feature's own name for somebody without an account: a NULL
    # would not be unique.
    reader = models.CharField(max_length=80)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel)
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    due_at = models.DateTimeField()
    not_after = models.DateTimeField()
    planned_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)  # one word for why it was skipped, failed or cancelled
    # Of a notice that its reader wants in the digest: the digest that told it.
    carried_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="carries", db_index=False)
    items = models.JSONField(null=True)  # of a digest: the names of what it told, without words
    message_uuid = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "occurrence", "reader", "channel"],
                name="notifications_each_thing_is_told_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False) | (~models.Q(state="sent")),
                name="notifications_sent_says_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("claimed", "sending"), token__isnull=False, lease_until__isnull=False)
                | (
                    ~models.Q(state__in=("claimed", "sending")) & models.Q(token__isnull=True, lease_until__isnull=True)
                ),
                name="notifications_held_by_whom_and_until_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("skipped", "failed", "cancelled")) | ~models.Q(reason=""),
                name="notifications_not_sent_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(state="planned"),
                name="notifications_planned",
            ),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state__in=("claimed", "sending")),
                name="notifications_held",
            ),
            models.Index(fields=["recipient", "channel", "-sent_at", "-id"], name="notifications_inbox"),
            models.Index(fields=["state", "-due_at"], name="notifications_by_state"),
            models.Index(
                fields=["carried_by"], condition=models.Q(carried_by__isnull=False), name="notifications_carried"
            ),
            models.Index(fields=["-due_at", "-id"], name="notifications_by_due"),
            models.Index(
                fields=["sent_at"],
                condition=models.Q(state="sent"),
                name="notifications_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} {self.occurrence} {self.channel}"

    @property
    def key(self) -> tuple[str, int, str, str, str]:
        """What makes it one thing told to one reader: unique."""
        return self.kind, self.subject_id, self.occurrence, self.reader, self.channel

    @property
    def message_id(self) -> str:
        """The same at every try, so that a reader's mail program knows a message that came twice."""
        return f"<{self.message_uuid.hex}@{urlsplit(settings.PUBLIC_URL).hostname}>"

    @property
    def webhook_id(self) -> str:
        """The same for receivers of a team's chat."""
        return f"msg_{self.message_uuid.hex}"
