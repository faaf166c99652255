"""How readers answer a recognition with a tap."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from recognition.models.posts import Recognition


class Reaction(models.Model):
    """One reader's, of one kind. Pages say how many there are of a kind, never of whom, and nobody's are added up."""

    class Kind(models.TextChoices):
        CELEBRATE = "celebrate", _("Well done")
        THANK = "thank", _("Thank you from me, too")
        INSPIRED = "inspired", _("I want to try that")

    recognition = models.ForeignKey(Recognition, models.CASCADE, related_name="reactions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recognition", "person", "kind"], name="recognition_reaction_is_there_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["celebrate", "thank", "inspired"]), name="recognition_reaction_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recognition}: {self.get_kind_display()}"
