"""What the organisation values, said as behaviour."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line, validate_text


class ValueQuerySet(models.QuerySet["Value"]):
    def in_use(self) -> Self:
        return self.filter(archived_at__isnull=True)


class Value(models.Model):
    """A behaviour that the organisation wants to see, with examples of it. `examples`: one to a line."""

    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=80, validators=[validate_line])
    description = models.CharField(_("what it means"), max_length=300, validators=[validate_line])
    examples = models.TextField(_("examples"), validators=[validate_text])
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    archived_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    starter_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = ValueQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("key", name="recognition_value_key_is_unique")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{address_of('recognition:wall')}?value={self.pk}"

    @property
    def example_list(self) -> list[str]:
        return self.examples.splitlines()
