"""How somebody wishes to be thanked."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from recognition.models.posts import Reach


class Wish(models.Model):
    """Of one person; whoever has none is thanked before everyone. Holds for what was written before, too."""

    REACHES = ((Reach.EVERYONE, _("Everyone")), (Reach.TEAM, _("My team")), (Reach.PRIVATE, _("Only me")))

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recognition_wish")
    reach = models.PositiveSmallIntegerField(_("who may see that I was thanked"), choices=REACHES, default=0)
    photo = models.BooleanField(_("show my photo beside it"), default=True)
    screens = models.BooleanField(_("show it on the screens in our rooms"), default=True)
    milestones = models.BooleanField(_("celebrate my anniversaries and what I completed"), default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reach__in=[Reach.EVERYONE, Reach.TEAM, Reach.PRIVATE]),
                name="recognition_wish_is_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_reach_display()}"
