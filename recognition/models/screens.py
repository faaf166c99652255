"""The screens in rooms: devices that show recognitions to whoever passes by."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.text import validate_line
from people.models import Site, Team


class ScreenQuerySet(models.QuerySet["Screen"]):
    def in_use(self) -> Self:
        return self.filter(revoked_at__isnull=True)

    def listed(self) -> Self:
        """Those in use first, then as they were made, with all that a line says. One query."""
        rows = self.select_related("site", "team", "created_by")
        return rows.order_by(models.F("revoked_at").desc(nulls_first=True), "name", "pk")


class Screen(models.Model):
    """A device that reads what is meant for everybody, and nothing else, by a secret address; of the secret there is
    only a digest. `site` and `team` narrow whose recognitions it shows, never widen it."""

    name = models.CharField(gettext_lazy("name"), max_length=80, validators=[validate_line])
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("site"))
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("team"))
    digest = models.CharField(max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = ScreenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("digest", name="recognition_screen_digest_is_unique"),
            models.CheckConstraint(
                condition=models.Q(site__isnull=True) | models.Q(team__isnull=True),
                name="recognition_screen_is_of_a_site_or_a_team",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Whose recognitions it shows."""
        return str(self.site or (self.team and self.team.path) or _("The whole organisation"))
