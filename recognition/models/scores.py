"""What customers scored a team's service, from surveys elsewhere."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.text import validate_line
from people.models import Team
from recognition.score_rows import SCALES


class CustomerScore(models.Model):
    """One score by one customer: as it came, and on the scale of 1 to 5. Nothing tells who the customer is; `token` is
    what its source and reference make, the reference itself is not kept."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=_("team"))
    scored_on = models.DateField(_("scored on"))
    month = models.DateField(editable=False)  # the first day of that month
    scale = models.CharField(_("scale"), max_length=6, choices=[(name, name) for name in SCALES])
    original = models.DecimalField(_("score"), max_digits=5, decimal_places=2)
    value = models.FloatField(editable=False)
    source = models.CharField(_("where exactly"), max_length=200, validators=[validate_line])
    token = models.UUIDField(editable=False, unique=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scale__in=list(SCALES), value__gte=1, value__lte=5),
                name="recognition_score_is_on_a_scale",
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1, month__lte=models.F("scored_on")),
                name="recognition_score_is_of_a_month",
            ),
        ]
        # All that totals of months ask of it.
        indexes = [
            models.Index(fields=["team", "month", "value"], name="recognition_score_by_month"),
            models.Index(fields=["source", "scale"], name="recognition_score_sources"),
        ]

    def __str__(self) -> str:
        return f"{self.original} ({self.scale})"
