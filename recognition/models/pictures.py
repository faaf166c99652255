"""The picture of a recognition."""

from pathlib import PurePosixPath

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.text import validate_line
from recognition.models.posts import Recognition


class Picture(models.Model):
    """At most one of each recognition, as two WebP files without metadata, under a made-up name; the smaller one stands
    beside the larger. `alt` says what is to be seen. Sizes in pixels, so that a page keeps its place."""

    recognition = models.OneToOneField(Recognition, models.CASCADE, related_name="picture")
    file = models.FileField(upload_to="recognition", max_length=200)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    small_width = models.PositiveSmallIntegerField()
    alt = models.CharField(_("what is to be seen in it"), max_length=300, validators=[validate_line])
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(alt=""), name="recognition_picture_says_what_is_to_be_seen"),
            models.CheckConstraint(
                condition=models.Q(width__gt=0, height__gt=0, small_width__gt=0), name="recognition_picture_has_a_size"
            ),
        ]

    def __str__(self) -> str:
        return self.alt

    @property
    def names(self) -> tuple[str, str]:
        """Where the larger and the smaller one are stored."""
        path = PurePosixPath(self.file.name or "")
        return str(path), str(path.with_name(f"{path.stem}-small{path.suffix}"))

    @property
    def url(self) -> str:
        """The larger one's address: another for every picture."""
        return self._address("large")

    @property
    def small_url(self) -> str:
        return self._address("small")

    def _address(self, size: str) -> str:
        version = PurePosixPath(self.file.name or "").stem
        return reverse("recognition:picture", args=[self.recognition_id, version, size])
