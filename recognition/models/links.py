"""Where customers can leave words without an account."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line
from people.models import Site
from recognition.customer_links import token_for


class CustomerLinkQuerySet(models.QuerySet["CustomerLink"]):
    def open(self) -> Self:
        return self.filter(revoked_at__isnull=True)


class CustomerLink(models.Model):
    """An address, printed as a code, for the customers of one site. Who has it can leave words, and nothing else."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    name = models.CharField(_("where it hangs"), max_length=80, validators=[validate_line])
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = CustomerLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True) | models.Q(revoked_at__gte=models.F("created_at")),
                name="recognition_customer_link_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site} · {self.name}"

    def get_absolute_url(self) -> str:
        return address_of("recognition:customer-link", self.pk)

    @property
    def address(self) -> str:
        """Where its customers go."""
        return str(settings.PUBLIC_URL) + reverse("customer-words", args=[token_for(self.pk)])

    def ended_by(self, at: datetime) -> bool:
        return self.revoked_at is not None and self.revoked_at <= at
