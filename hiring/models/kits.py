"""Kits and their versions: draft, then published and frozen (triggers of migration 0002 hold that too)."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line, validate_text
from hiring.models.library import Anchored, Question


class KitQuerySet(models.QuerySet["Kit"]):
    def in_use(self) -> Self:
        return self.filter(archived_at__isnull=True)

    def matching(self, words: str) -> Self:
        """Those whose name or purpose holds every word."""
        found = self
        for word in words.split()[:6]:
            found = found.filter(models.Q(name__icontains=word) | models.Q(purpose__icontains=word))
        return found


class Kit(models.Model):
    """Competencies with weights, questions, guidance: what one kind of interview asks, in numbered versions."""

    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    purpose = models.TextField(_("purpose"), blank=True, validators=[validate_text])
    archived_at = models.DateTimeField(null=True, blank=True)
    starter_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = KitQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("key", name="hiring_kit_key_is_unique")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("hiring:kit-detail", self.pk)


class KitVersion(models.Model):
    """Frozen once published; a published version is superseded by the next one but stays with those who use it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        SUPERSEDED = "superseded", _("Superseded")

    kit = models.ForeignKey(Kit, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    length_minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=60)
    basis = models.TextField(_("job analysis"), blank=True, validators=[validate_text])
    opening_text = models.TextField(_("how the panel opens"), blank=True, validators=[validate_text])
    opening_minutes = models.PositiveSmallIntegerField(_("minutes to open"), default=5)
    closing_text = models.TextField(_("the candidate's questions"), blank=True, validators=[validate_text])
    closing_minutes = models.PositiveSmallIntegerField(_("minutes to close"), default=10)
    guidance = models.TextField(_("guidance for the panel"), blank=True, validators=[validate_text])
    panel_size = models.PositiveSmallIntegerField(_("panel size"), default=3)
    panel_training = models.TextField(_("how the panel is trained"), blank=True, validators=[validate_text])
    same_panel = models.BooleanField(_("same panel for all candidates"), default=True)
    application_hidden = models.BooleanField(_("panel does not see the application"), default=True)
    change_note = models.CharField(_("what changed"), max_length=300, blank=True, validators=[validate_line])
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kit", "number"], name="hiring_kit_version_number_is_unique"),
            models.UniqueConstraint(fields=["kit"], condition=models.Q(state="draft"), name="hiring_kit_has_one_draft"),
            models.UniqueConstraint(
                fields=["kit"], condition=models.Q(state="published"), name="hiring_kit_has_one_published_version"
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(published_at__isnull=False),
                name="hiring_published_kit_version_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kit} · {self.number}"

    def get_absolute_url(self) -> str:
        return address_of("hiring:kit-version-detail", self.pk)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class KitCompetency(Anchored):
    """A competency as this kit version words and weighs it: a copy, so that the library may move on."""

    version = models.ForeignKey(KitVersion, models.CASCADE, related_name="competencies")
    position = models.PositiveSmallIntegerField()
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    minimum = models.PositiveSmallIntegerField(_("must-have minimum"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="hiring_kit_competency_is_there_once"),
            models.CheckConstraint(
                condition=models.Q(weight__gte=1, weight__lte=10), name="hiring_kit_weight_is_1_to_10"
            ),
            models.CheckConstraint(
                condition=models.Q(minimum__isnull=True) | models.Q(minimum__gte=1, minimum__lte=5),
                name="hiring_kit_minimum_is_1_to_5",
            ),
        ]


class KitQuestion(models.Model):
    """A question as this kit version asks it, in order, with its minutes."""

    version = models.ForeignKey(KitVersion, models.CASCADE, related_name="questions")
    competency = models.ForeignKey(KitCompetency, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=Question.Kind)
    text = models.TextField(_("question"), validators=[validate_text])
    probes = models.JSONField(_("probes"), default=list, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="hiring_kit_question_is_there_once"),
            models.CheckConstraint(
                condition=models.Q(minutes__gte=1, minutes__lte=120), name="hiring_question_minutes_are_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.text
