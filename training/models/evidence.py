"""What somebody hands in to show that they learned elsewhere. What was said of it is frozen (migration 0009); what was
uploaded is deleted when it is of no use any more."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line
from people.models import Person, Role
from training.models.assignments import Assignment
from training.models.learning import SignOff


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_evidence: whose it is, who judges it, and trainers in whose scope the
        person is."""
        if not reader.is_active:
            return self.none()
        scope = reader.scope_of(Role.TRAINER)
        if scope.everywhere:
            return self.all()
        seen = models.Q(sign_off__learner=reader) | models.Q(sign_off__observer=reader)
        return self.filter(seen if scope.nowhere else seen | scope.rows("sign_off__learner__team"))

    def outlived(self, before: datetime) -> Self:
        """Those with a file or a link that nobody needs: taken back; returned before that moment; accepted for what
        ran out, was revoked, or ended without a completion before it."""
        state = SignOff.State
        over = models.Q(sign_off__record__assignment__completion__expires_on__lt=before.date())
        over |= models.Q(sign_off__record__assignment__completion__revocation__at__lt=before)
        over |= models.Q(sign_off__record__assignment__ended_at__lt=before) & ~models.Q(
            sign_off__record__assignment__state=Assignment.State.COMPLETED
        )
        return self.filter(forgotten_at__isnull=True).filter(
            models.Q(sign_off__state=state.WITHDRAWN)
            | models.Q(sign_off__state=state.RETURNED, sign_off__judged_at__lt=before)
            | models.Q(sign_off__state=state.ACCEPTED) & over
        )


class Evidence(models.Model):
    """What was learned, when, and a file or a link that shows it; judged by its sign-off."""

    sign_off = models.OneToOneField(SignOff, models.PROTECT, related_name="evidence")
    title = models.CharField(_("what you learned"), max_length=160, validators=[validate_line])
    done_on = models.DateField(_("done on"))
    link = models.CharField(_("link"), max_length=500, blank=True)
    file = models.FileField(_("file"), upload_to="evidence", max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True, validators=[validate_line])
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    forgotten_at = models.DateTimeField(null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(forgotten_at__isnull=True) & (~models.Q(file="") | ~models.Q(link=""))
                | models.Q(forgotten_at__isnull=False, file="", link="", name=""),
                name="training_evidence_shows_something_until_it_is_forgotten",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where its file is downloaded."""
        return address_of("training:evidence-file", self.pk)
