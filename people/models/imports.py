"""An import of a file: checked first (dry run), applied when a person says so, all or nothing."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from people.models.person import Person


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, person: "Person") -> Self:
        """Whoever uploaded a file sees its run; nobody else, for the file holds what they may see."""
        return self.filter(uploaded_by=person)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class ImportRun(models.Model):
    """One uploaded file on its way in. The row is the queue of record; a task message only carries its id."""

    class Kind(models.TextChoices):
        PEOPLE = "people", _("People")
        CANDIDATES = "candidates", _("Candidates")
        COMPLETIONS = "completions", _("Completions")
        PRAISE = "praise", _("Customers' words")
        SCORES = "scores", _("Customers' scores")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be checked")
        CHECKING = "checking", _("Being checked")
        REJECTED = "rejected", _("Has errors; nothing was changed")
        READY = "ready", _("Checked; ready to apply")
        QUEUED = "queued", _("Waiting to be applied")
        APPLYING = "applying", _("Being applied")
        APPLIED = "applied", _("Applied")
        FAILED = "failed", _("Failed; nothing was changed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    file = models.FileField(upload_to="imports", max_length=200)
    file_name = models.CharField(max_length=200)
    options = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    rows_total = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)
    report = models.JSONField(default=dict)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rows_done__gte=0) & models.Q(rows_total__gte=0),
                name="people_import_counts_are_not_negative",
            )
        ]
        indexes = [models.Index(fields=["state", "moved_at"], name="people_imports_by_state")]

    def __str__(self) -> str:
        # Not the file's name: support pages show this, and only the uploader sees what a file is called.
        return f"{self.get_kind_display()} · {self.pk}"
