"""Openings, their stages, and the combination rule that is fixed by the first interview."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line, validate_text
from hiring.models.kits import KitVersion
from people.models import Role, Site, Team

if TYPE_CHECKING:
    from people.models import Person


def sees_all_openings(person: "Person") -> bool:
    """Recruiter of the whole organisation. Rows are not asked which openings they belong to then: the question costs
    time to put, and led to it, the engines begin with the openings and sort every row instead of walking an index."""
    return person.is_active and person.scope_of(Role.RECRUITER).everywhere


class OpeningQuerySet(models.QuerySet["Opening"]):
    def visible_to(self, person: "Person") -> Self:
        """Row-level twin of policies.can_view_opening: recruiters in scope or named on it, and the hiring manager."""
        if not person.is_active:
            return self.none()
        scope = person.scope_of(Role.RECRUITER)
        if scope.everywhere:
            return self
        mine = models.Q(hiring_manager=person)
        if not scope.nowhere:
            named = Opening.recruiters.through.objects.filter(person=person).values("opening_id")
            mine |= scope.rows("team") | models.Q(pk__in=named)
        return self.filter(mine)

    def recruited_by(self, person: "Person") -> Self:
        """Row-level twin of policies.can_recruit_for: those that this person runs, not merely decides on."""
        scope = person.scope_of(Role.RECRUITER)
        if not person.is_active or scope.nowhere:
            return self.none()
        if scope.everywhere:
            return self
        named = Opening.recruiters.through.objects.filter(person=person).values("opening_id")
        return self.filter(scope.rows("team") | models.Q(pk__in=named))

    def matching(self, words: str) -> Self:
        """Those whose title or team holds every word."""
        found = self
        for word in words.split()[:6]:
            found = found.filter(models.Q(title__icontains=word) | models.Q(team__path__icontains=word))
        return found

    def open(self) -> Self:
        return self.filter(state=Opening.State.OPEN)


class Opening(models.Model):
    """A job to fill."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    title = models.CharField(_("title"), max_length=150, validators=[validate_line])
    team = models.ForeignKey(Team, models.PROTECT, related_name="openings")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="openings")
    headcount = models.PositiveSmallIntegerField(_("headcount"), default=1)
    description = models.TextField(_("description"), blank=True, validators=[validate_text])
    hiring_manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="openings_managed")
    recruiters = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="openings_recruited", blank=True)
    blind = models.BooleanField(_("panel does not learn who the candidate is until reveal"), default=False)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    applications_numbered = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(headcount__gte=1), name="hiring_opening_has_a_place"),
            models.CheckConstraint(
                condition=~models.Q(state="open") | models.Q(opened_at__isnull=False),
                name="hiring_open_opening_says_when",
            ),
        ]
        indexes = [models.Index(fields=["state", "-created_at"], name="hiring_openings_by_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("hiring:opening-detail", self.pk)


class Stage(models.Model):
    """A step of the opening's pipeline; an interview stage has a kit version, a panel size and a length."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=80, validators=[validate_line])
    kit_version = models.ForeignKey(KitVersion, models.PROTECT, null=True, blank=True, related_name="stages")
    panel_size = models.PositiveSmallIntegerField(_("panel size"), default=3)
    length_minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=60)
    stalled_after_days = models.PositiveSmallIntegerField(_("stalled after days"), default=7)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["opening", "position"],
                name="hiring_stage_position_is_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CombinationRule(models.Model):
    """How scores are combined, as hiring.combination reads it; a new version for each change after it is fixed."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="rules")
    number = models.PositiveSmallIntegerField(_("version"))
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    reason = models.TextField(_("reason"), blank=True, validators=[validate_text])
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()
    fixed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opening", "number"], name="hiring_rule_number_is_unique"),
            models.CheckConstraint(
                condition=models.Q(number=1) | ~models.Q(reason=""), name="hiring_changed_rule_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opening} · {self.number}"
