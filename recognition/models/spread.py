"""How evenly thanks are spread, as it was worked out once; rings that a steward looks at; who was put off."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_text
from people.models import Person, Role
from recognition.quarters import QUARTER, YEAR


class Spread(models.Model):
    """The figures of one window, worked out once when it is over and never again, so that no two looks at the same
    window differ by one person. `figures`: as reports.figures writes them; empty for fewer than ten people."""

    span = models.CharField(max_length=10, choices=[(QUARTER, _("A quarter")), (YEAR, _("Four quarters"))])
    first_on = models.DateField()
    last_on = models.DateField()
    figures = models.JSONField()
    worked_out_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["span", "first_on"], name="recognition_spread_is_worked_out_once"),
            models.CheckConstraint(
                condition=models.Q(span__in=[QUARTER, YEAR], last_on__gt=models.F("first_on")),
                name="recognition_spread_is_of_a_window",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on.isoformat()} – {self.last_on.isoformat()}"

    @property
    def key(self) -> str:
        """In addresses."""
        return str(self.pk)


class RingQuerySet(models.QuerySet["Ring"]):
    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_ring: stewards of the whole organisation who are not in it."""
        if not (reader.is_active and reader.scope_of(Role.STEWARD).everywhere):
            return self.none()
        within = Ring.people.through.objects.filter(ring=models.OuterRef("pk"), person=reader)
        return self.exclude(models.Exists(within))


class Ring(models.Model):
    """A question to a steward: these people thank each other strikingly often. Nothing follows from it by itself, and
    nobody is told. `thanks`: how many, of those that everybody may see."""

    class Outcome(models.TextChoices):
        NOTHING = "nothing", _("Looked at; nothing to do")
        TALKED = "talked", _("Talked with them")

    spread = models.ForeignKey(Spread, models.PROTECT, related_name="rings")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    thanks = models.PositiveIntegerField()
    outcome = models.CharField(_("what came of it"), max_length=10, choices=Outcome, blank=True)
    note = models.TextField(_("note"), blank=True, validators=[validate_text])
    looked_at_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    looked_at = models.DateTimeField(null=True)

    objects = RingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="", looked_at__isnull=True, looked_at_by__isnull=True)
                | models.Q(outcome__in=["nothing", "talked"], looked_at__isnull=False, looked_at_by__isnull=False),
                name="recognition_ring_is_looked_at_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.spread}: {self.thanks}"

    def get_absolute_url(self) -> str:
        return address_of("recognition:ring-detail", self.pk)

    @property
    def names(self) -> str:
        """Of whoever is in it. Give it with its people at hand."""
        return ", ".join(sorted(one.name for one in self.people.all()))


class NotNow(models.Model):
    """A manager does not want to be reminded of somebody until then. Seen by that manager alone."""

    manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["manager", "person"], name="recognition_not_now_is_there_once")]

    def __str__(self) -> str:
        return f"{self.manager}: {self.person}"
