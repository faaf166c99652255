"""What readers write under a recognition."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.text import validate_text
from people.models import Person
from recognition.models.posts import Recognition


class CommentQuerySet(models.QuerySet["Comment"]):
    def shown(self) -> Self:
        return self.filter(state=Recognition.State.SHOWN)

    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_comment: to exactly those who see the recognition."""
        own = models.Q(author=reader, state__in=Recognition.TAKEN_DOWN)
        seen = Recognition.objects.visible_to(reader).shown().values("pk")
        return self.filter(models.Q(state=Recognition.State.SHOWN) | own, recognition__in=seen)


class Comment(models.Model):
    """Plain text; never changed, only withdrawn, reported and decided about as a recognition is."""

    recognition = models.ForeignKey(Recognition, models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    words = models.TextField(_("comment"), validators=[validate_text])
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=Recognition.State, default=Recognition.State.SHOWN)
    token = models.UUIDField(editable=False)
    mentions = models.JSONField(editable=False, default=list)  # the keys of the people whom it mentions

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "token"], name="recognition_comment_is_posted_once"),
            models.CheckConstraint(condition=~models.Q(words=""), name="recognition_comment_says_something"),
        ]
        indexes = [models.Index(fields=["recognition", "state", "at", "id"], name="recognition_comments")]

    def __str__(self) -> str:
        return f"{self.author}: {self.recognition}"

    def get_absolute_url(self) -> str:
        return f"{self.recognition.get_absolute_url()}#comment-{self.pk}"

    @property
    def is_shown(self) -> bool:
        return self.state == Recognition.State.SHOWN
