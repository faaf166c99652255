"""The audit trail: append-only, hash-chained. Triggers (migration 0002) refuse UPDATE and DELETE on both engines."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.roles import Role
from people.models.team import Team

if TYPE_CHECKING:
    from people.models.person import Person


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, person: "Person") -> Self:
        """Auditors see what happened in their scope; entries without a team belong to the whole organisation."""
        scope = person.scope_of(Role.AUDITOR)
        return self.filter(scope.rows("team"))

    def about(self, thing: models.Model) -> Self:
        return self.filter(object_type=thing._meta.label_lower, object_id=thing.pk)


class AuditEntry(models.Model):
    """One thing that was done, refused, exported or read. Holds ids and field names, never a person's own words."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        READ = "read", _("Read")
        EXPORTED = "exported", _("Exported")

    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    did = models.CharField(_("what"), max_length=80)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.DONE)
    object_type = models.CharField(_("kind"), max_length=60, blank=True)
    object_id = models.BigIntegerField(_("which"), null=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    changes = models.JSONField(_("changes"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    channel = models.CharField(_("by way of"), max_length=10, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    ip = models.GenericIPAddressField(null=True)
    session = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("hash", name="people_audit_hash_is_unique"),
            models.UniqueConstraint("previous_hash", name="people_audit_chain_does_not_fork"),
        ]
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="people_audit_by_thing"),
            models.Index(fields=["actor", "id"], name="people_audit_by_actor"),
            models.Index(fields=["did", "id"], name="people_audit_by_deed"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.did}"


class AuditHead(models.Model):
    """The newest hash and the number of entries: one row, locked by each writer, so that the chain cannot fork or lose
    its tail unseen."""

    entries = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="people_audit_has_one_head")]

    def __str__(self) -> str:
        return f"{self.entries}: {self.hash[:12]}"
