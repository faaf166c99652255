"""The library: competencies with their anchors, and questions. Kits copy from it, so it may be edited at any time."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line, validate_text

SCORES = (1, 2, 3, 4, 5)


class Anchored(models.Model):
    """What a competency says, wherever it stands: in the library, or copied into a kit version."""

    class Group(models.TextChoices):
        SERVICE = "service", _("Service")
        VALUES = "values", _("Values alignment")
        ADD = "add", _("Culture add")

    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    group = models.CharField(_("group"), max_length=10, choices=Group, default=Group.SERVICE)
    definition = models.TextField(_("definition"), validators=[validate_text])
    anchor_1 = models.TextField(_("what a 1 looks like"), blank=True, validators=[validate_text])
    anchor_2 = models.TextField(_("what a 2 looks like"), blank=True, validators=[validate_text])
    anchor_3 = models.TextField(_("what a 3 looks like"), blank=True, validators=[validate_text])
    anchor_4 = models.TextField(_("what a 4 looks like"), blank=True, validators=[validate_text])
    anchor_5 = models.TextField(_("what a 5 looks like"), blank=True, validators=[validate_text])
    no_evidence = models.TextField(_("what no evidence means"), blank=True, validators=[validate_text])

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def anchors(self) -> list[tuple[int, str]]:
        """The five anchors, 1 to 5, with their scores."""
        return [(score, getattr(self, f"anchor_{score}")) for score in SCORES]

    @property
    def anchor_texts(self) -> list[str]:
        """The five anchors, 1 to 5, without their scores; as `{% anchor_scale %}` takes them."""
        return [text for _score, text in self.anchors]

    @property
    def is_anchored(self) -> bool:
        return all(text.strip() for _score, text in self.anchors)


class CompetencyQuerySet(models.QuerySet["Competency"]):
    def in_use(self) -> Self:
        return self.filter(archived_at__isnull=True)


class Competency(Anchored):
    """One observable service behaviour to be judged."""

    why = models.TextField(_("why it matters"), blank=True, validators=[validate_text])
    archived_at = models.DateTimeField(null=True, blank=True)
    starter_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = CompetencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("competencies")
        constraints = [models.UniqueConstraint("key", name="hiring_competency_key_is_unique")]

    def get_absolute_url(self) -> str:
        return address_of("hiring:competency-detail", self.pk)


class Question(models.Model):
    """Asked of every candidate, tied to a competency."""

    class Kind(models.TextChoices):
        BEHAVIOURAL = "behavioural", _("Behavioural")
        SITUATIONAL = "situational", _("Situational")

    competency = models.ForeignKey(Competency, models.CASCADE, related_name="questions")
    key = models.SlugField(_("key"), max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    text = models.TextField(_("question"), validators=[validate_text])
    probes = models.JSONField(_("probes"), default=list, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=8)
    archived_at = models.DateTimeField(null=True, blank=True)
    starter_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["competency", "key"], name="hiring_question_key_is_unique")]

    def __str__(self) -> str:
        return self.text
