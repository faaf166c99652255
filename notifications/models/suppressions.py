"""Addresses that refuse mail, and what mail services said of addresses."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Person, Role

if TYPE_CHECKING:
    from collections.abc import Iterable


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, addresses: "Iterable[str]") -> Self:
        return self.filter(address__in={address.lower() for address in addresses if address})

    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_suppression: the addresses of the people whom a people admin looks after.

        Never those of candidates: who applied is not a people admin's to know.
        """
        if not reader.is_active or not reader.holds(Role.PEOPLE_ADMIN):
            return self.none()
        theirs = Person.objects.filter(reader.scope_of(Role.PEOPLE_ADMIN).rows("team"))
        return self.filter(address__in=theirs.values("email"))


class Suppression(models.Model):
    """An address to which no notices are sent any more. The row says so by being there; lifted, it is gone."""

    class Reason(models.TextChoices):
        GONE = "gone", _("It does not exist or takes no mail")
        TROUBLE = "trouble", _("It failed on several days")
        COMPLAINT = "complaint", _("Its reader called our mail spam, or told the mail service to stop")

    # In clear: whoever mends it must see which address it is. Lower case, as people and candidates are stored.
    address = models.CharField(max_length=254, unique=True)
    reason = models.CharField(max_length=9, choices=Reason)
    since = models.DateTimeField()
    evidence = models.CharField(max_length=300, blank=True)  # what the mail server or service said

    objects = SuppressionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"


class MailReport(models.Model):
    """One thing that a mail server or service told of an address, so that its repetition changes nothing."""

    class Said(models.TextChoices):
        GONE = "gone"
        TROUBLE = "trouble"
        COMPLAINT = "complaint"
        DELIVERED = "delivered"
        LIFTED = "lifted"  # a person here says that the address is well

    key = models.CharField(max_length=64, unique=True)
    address = models.CharField(max_length=254)
    said = models.CharField(max_length=9, choices=Said)
    at = models.DateTimeField()  # when it happened, as far as they say; they tell in any order

    class Meta:
        indexes = [models.Index(fields=["address", "said", "at"], name="notifications_reports_of_mail")]

    def __str__(self) -> str:
        return f"{self.address}: {self.said}"
