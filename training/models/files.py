"""Files of lessons: what was brought, once, and under which name each version has it (migration 0009 freezes those)."""

from typing import Self

from django.conf import settings
from django.db import models

from foundation.http import address_of
from people.models import Person, Role
from training.models.assignments import Assignment
from training.models.learning import SignOff
from training.models.modules import ModuleVersion


class Medium(models.Model):
    """What a file holds, kept once however many versions have it, under a made-up name. `digest` is that of what was
    brought; pictures are made anew from it."""

    class Kind(models.TextChoices):
        PICTURE = "picture"
        VIDEO = "video"
        CAPTIONS = "captions"
        DOCUMENT = "document"

    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind)
    content_type = models.CharField(max_length=100)
    file = models.FileField(upload_to="lessons", max_length=200)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    brought_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest"], name="training_medium_is_kept_once")]

    def __str__(self) -> str:
        return self.digest


class VersionFileQuerySet(models.QuerySet["VersionFile"]):
    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_read_file: who may take the module now, who took or takes this version, who is
        asked to judge something of it, and trainers."""
        if not reader.is_active:
            return self.none()
        if reader.holds(Role.TRAINER):
            return self.all()
        offered = models.Q(version__state="published", version__module__archived_at__isnull=True)
        taken = Assignment.objects.filter(person=reader, version=models.OuterRef("version"))
        judged = SignOff.objects.filter(observer=reader, record__part__version=models.OuterRef("version"))
        return self.filter(offered | models.Exists(taken) | models.Exists(judged))


class VersionFile(models.Model):
    """A file of a version, by the name under which its text speaks of it."""

    version = models.ForeignKey(ModuleVersion, models.CASCADE, related_name="files")
    name = models.CharField(max_length=100)
    medium = models.ForeignKey(Medium, models.PROTECT, related_name="uses")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    objects = VersionFileQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="training_file_name_is_there_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where it is read, piece by piece if need be."""
        return address_of("training:file-read", self.pk)
