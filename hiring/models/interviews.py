"""Interviews and their panels."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line, validate_text
from hiring.models.candidates import Application
from hiring.models.kits import KitVersion
from hiring.models.openings import Opening, Stage, sees_all_openings
from hiring.models.sealing import masking, open_seats, seats_before_reveal

if TYPE_CHECKING:
    from people.models import Person


def closed_to(person: "Person") -> models.Q:
    """Interviews of applications on which the person owes a scorecard: judgement and progress are closed to them."""
    return models.Q(seats_before_reveal(person, "application", owing=True))


def owed_by(person: "Person") -> models.Q:
    """Interviews on whose own panel the person sits without having submitted. To be asked of live ones only."""
    if (known := open_seats(person)) is not None:
        return models.Q(pk__in=known.owed)
    # From the person's seats, which are few, and not for each interview there is.
    return models.Q(pk__in=Panellist.objects.filter(person=person).owing().values("interview"))


class InterviewQuerySet(models.QuerySet["Interview"]):
    def visible_to(self, person: "Person") -> Self:
        """Row-level twin of policies.can_view_interview: the opening's people and the panel itself."""
        if not person.is_active:
            return self.none()
        if sees_all_openings(person):
            return self
        seats = Panellist.objects.filter(person=person).values("interview_id")
        return self.filter(
            models.Q(application__opening__in=Opening.objects.visible_to(person)) | models.Q(pk__in=seats)
        )

    def live(self) -> Self:
        return self.filter(state__in=Interview.LIVE)

    def upcoming_for(self, person: "Person", at: datetime) -> Self:
        """To come or under way. Whoever owes a scorecard on the application is told by the clock alone, so that a row
        that changes its list says nothing of what others have submitted."""
        sealed = closed_to(person) | models.Q(revealed_at__isnull=True)
        # None takes a day. Said of the start too, the rows are found in the order in which they are listed.
        return self.live().filter(sealed, starts_at__gt=at - timedelta(days=1), ends_at__gt=at)

    def waiting_for(self, person: "Person", at: datetime) -> Self:
        """Over, and scorecards are still out: the person's own, or anybody's where the person may know that."""
        others = models.Q(revealed_at__isnull=True) & ~closed_to(person)
        return self.live().filter(owed_by(person) | others, ends_at__lte=at)

    def past_for(self, person: "Person", at: datetime) -> Self:
        """All that is neither to come nor waiting."""
        done = models.Q(revealed_at__isnull=False) & ~closed_to(person)
        closed = closed_to(person) & ~owed_by(person) & models.Q(ends_at__lte=at)
        return self.filter(~models.Q(state__in=Interview.LIVE) | done & ~owed_by(person) | closed)

    def seating(self, person: "Person") -> Self:
        """Those on whose panel the person sits."""
        return self.filter(pk__in=Panellist.objects.filter(person=person).values("interview"))

    def with_seat(self, person: "Person") -> Self:
        """Annotates `own_seat`, on which `sits`, `owes_seat` and `has_draft` rest: "" without a seat on this panel."""
        standing = models.Case(
            models.When(scorecard__submitted_at__isnull=False, then=models.Value("in")),
            models.When(scorecard__isnull=False, then=models.Value("begun")),
            default=models.Value("owed"),
        )
        seats = Panellist.objects.filter(interview=models.OuterRef("pk"), person=person).values_list(standing)
        return self.annotate(own_seat=Coalesce(models.Subquery(seats), models.Value("")))

    def with_role(self, person: "Person") -> Self:
        """Annotates `own_role`: "" without a seat on this panel."""
        seats = Panellist.objects.filter(interview=models.OuterRef("pk"), person=person).values("role")
        return self.annotate(own_role=Coalesce(models.Subquery(seats), models.Value("")))

    def matching(self, words: str, person: "Person") -> Self:
        """Those whose opening, stage or candidate holds every word; a name that is masked finds nothing."""
        named = Application.objects.unmasked_for(person).matching(words)
        found = self
        for word in words.split()[:6]:
            found = found.filter(
                models.Q(application__opening__title__icontains=word) | models.Q(stage__name__icontains=word)
            )
        return self.filter(models.Q(pk__in=found.values("pk")) | models.Q(application__in=named))

    def with_mask(self, person: "Person") -> Self:
        """Annotates `is_masked` (identity hidden from this person), `owes_scorecard` (judgement and progress too)."""
        return self.annotate(
            is_masked=masking(person, "application__opening__blind", "application"),
            owes_scorecard=seats_before_reveal(person, "application", owing=True),
        )

    def with_progress(self) -> Self:
        """Annotates `required` and `submitted`: required scorecards, and those of them that are in. Show them only
        where policies.can_see_progress holds."""
        required = Panellist.objects.filter(interview=models.OuterRef("pk"), role__in=Panellist.REQUIRED)
        submitted = required.filter(scorecard__submitted_at__isnull=False)
        # Counted row by row: joined and grouped, the whole table would be counted before a page of it is cut off.
        return self.annotate(required=_number_of(required), submitted=_number_of(submitted))


def _number_of(rows: models.QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("interview").annotate(number=models.Count("pk")).values("number")
    return Coalesce(models.Subquery(counted, output_field=models.IntegerField()), 0)


class Interview(models.Model):
    """One sitting, of one application, at one stage, with one kit version."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        HELD = "held", _("Held")
        CANCELLED = "cancelled", _("Cancelled")
        NO_SHOW = "no_show", _("Candidate did not come")

    LIVE = (State.SCHEDULED, State.HELD)
    EARLY = timedelta(minutes=30)  # a panel that begins a little early must not be locked out

    class Reveal(models.TextChoices):
        COMPLETE = "complete", _("All required scorecards were in")
        BROKEN = "broken", _("The seal was broken")

    application = models.ForeignKey(Application, models.PROTECT, related_name="interviews")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="interviews")
    kit_version = models.ForeignKey(KitVersion, models.PROTECT, related_name="interviews")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place or link"), max_length=300, blank=True, validators=[validate_line])
    state = models.CharField(max_length=10, choices=State, default=State.SCHEDULED)
    state_reason = models.TextField(_("reason"), blank=True, validators=[validate_text])
    sequence = models.PositiveIntegerField(default=0, editable=False)
    revealed_at = models.DateTimeField(null=True)
    reveal = models.CharField(max_length=8, choices=Reveal, blank=True)
    revealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reveal_reason = models.TextField(_("why the seal was broken"), blank=True, validators=[validate_text])
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    is_masked: bool  # annotated by with_mask
    owes_scorecard: bool
    required: int  # annotated by with_progress
    submitted: int
    own_seat: str  # annotated by with_seat
    own_role: str  # annotated by with_role

    objects = InterviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="hiring_interview_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(revealed_at__isnull=True, reveal="")
                | models.Q(revealed_at__isnull=False, reveal="complete")
                | (models.Q(revealed_at__isnull=False, reveal="broken") & ~models.Q(reveal_reason="")),
                name="hiring_reveal_says_how_and_why",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "starts_at"], name="hiring_interviews_by_time"),
            models.Index(fields=["starts_at", "id"], name="hiring_interviews_in_order"),
            models.Index(fields=["stage", "application"], name="hiring_interviews_by_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.application.alias} · {self.stage}"

    def get_absolute_url(self) -> str:
        return address_of("hiring:interview-detail", self.pk)

    @property
    def label(self) -> str:
        """The candidate's name, or the alias where identity is hidden. Only for rows loaded `with_mask`."""
        return self.application.alias if self.is_masked else self.application.candidate.full_name

    @property
    def sits(self) -> bool:
        """Whether the reader is on this panel. This and the next two: only for rows loaded `with_seat`."""
        return self.own_seat != ""

    @property
    def owes_seat(self) -> bool:
        """Whether the reader's own scorecard of this interview is still out."""
        return self.own_seat in {"owed", "begun"}

    @property
    def has_draft(self) -> bool:
        return self.own_seat == "begun"

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    @property
    def is_revealed(self) -> bool:
        return self.revealed_at is not None

    @property
    def opens_at(self) -> datetime:
        """From now on scorecards may be begun and submitted, so from now on there is something to be sealed."""
        return self.starts_at - self.EARLY

    def has_begun(self, at: datetime) -> bool:
        return self.opens_at <= at

    def is_over(self, at: datetime) -> bool:
        return self.ends_at <= at


class PanellistQuerySet(models.QuerySet["Panellist"]):
    def live(self) -> Self:
        return self.filter(interview__state__in=Interview.LIVE)

    def owing(self) -> Self:
        """Seats whose scorecard is not in, be it begun or not: without one there is no moment of submission either."""
        return self.filter(scorecard__submitted_at__isnull=True)

    def required(self) -> Self:
        return self.filter(role__in=Panellist.REQUIRED)


class Panellist(models.Model):
    """One seat on a panel. Leads and members are required; a shadow learns, and their scorecard never counts."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead")
        MEMBER = "member", _("Member")
        SHADOW = "shadow", _("Shadow")

    REQUIRED = (Role.LEAD, Role.MEMBER)

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="panellists")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats")
    role = models.CharField(_("role"), max_length=6, choices=Role, default=Role.MEMBER)

    objects = PanellistQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["interview", "person"], name="hiring_panellist_sits_once"),
            models.UniqueConstraint(
                fields=["interview"], condition=models.Q(role="lead"), name="hiring_panel_has_one_lead"
            ),
        ]
        indexes = [models.Index(fields=["person", "interview"], name="hiring_seats_by_person")]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"

    @property
    def role_label(self) -> str:
        """The role in words. Django's own get_role_display translates and hashes every role there is, each time."""
        return str(self.Role(self.role).label)

    @property
    def is_required(self) -> bool:
        return self.role in self.REQUIRED
