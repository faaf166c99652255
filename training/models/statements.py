"""What is said of learning to other systems, in the verbs of xAPI: one row for each fact, never changed."""

from typing import Self
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Person
from training.models.assignments import Assignment, read_by
from training.models.modules import Module, ModuleVersion

REGISTRATIONS = UUID("0d6f9a3e-54c1-4f0b-9d0e-6c2f6b1f7a10")  # uuid5's namespace


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_statement: of whose training one sees; how often somebody tried, and with
        what score, is their own."""
        own = models.Q(person=reader) if reader.is_active else models.Q(pk__in=[])
        return self.filter(read_by(reader) & (own | ~models.Q(verb__in=Statement.OWN)))

    def standing(self) -> Self:
        """Without those that were taken back; what takes them back is among them."""
        return self.filter(~models.Exists(Statement.objects.filter(voids=models.OuterRef("uuid"))))


class Statement(models.Model):
    """Somebody did something, as other systems are told. Append-only; what is taken back is voided by another one.

    `fact` names the row that it says something of; `home` is the site's address of that day, so that activities keep
    their names when it moves. `by` is who took the statement `voids` back, null for every other verb.
    """

    class Verb(models.TextChoices):
        COMPLETED = "completed", _("Completed")
        PASSED = "passed", _("Passed")
        FAILED = "failed", _("Failed")
        SCORED = "scored", _("Scored")
        ATTENDED = "attended", _("Attended")
        VOIDED = "voided", _("Voided")

    OWN = (Verb.FAILED, Verb.SCORED)

    uuid = models.UUIDField(default=uuid4)
    verb = models.CharField(max_length=10, choices=Verb)
    fact = models.CharField(max_length=80)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="statements")
    module = models.ForeignKey(Module, models.PROTECT, related_name="+")
    version = models.ForeignKey(ModuleVersion, models.PROTECT, null=True, related_name="+")
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="+")
    part_key = models.SlugField(max_length=60, blank=True, db_index=False)
    kind = models.CharField(max_length=10)
    percent = models.PositiveSmallIntegerField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    home = models.CharField(max_length=200)
    platform = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, blank=True)
    voids = models.UUIDField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    stored_at = models.DateTimeField()

    objects = StatementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uuid"], name="training_statement_uuid_is_unique"),
            models.UniqueConstraint(fields=["fact", "verb"], name="training_fact_is_stated_once"),
            models.UniqueConstraint(fields=["voids"], name="training_statement_is_voided_once"),
            models.CheckConstraint(
                condition=models.Q(verb="voided", voids__isnull=False, by__isnull=False)
                | (~models.Q(verb="voided") & models.Q(voids__isnull=True, by__isnull=True)),
                name="training_voiding_says_what_and_by_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True) | models.Q(percent__lte=100),
                name="training_statement_percent_is_0_to_100",
            ),
        ]
        indexes = [models.Index(fields=["stored_at", "id"], name="training_statements_in_order")]

    def __str__(self) -> str:
        return f"{self.person} {self.verb} {self.module}"

    @property
    def registration(self) -> UUID | None:
        """The same for all that is said of one assignment."""
        return uuid5(REGISTRATIONS, f"{self.home}/{self.assignment_id}") if self.assignment_id else None
