"""Candidates (humans), their applications (candidate × opening), files, notes and moves."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.substrings import holds_words
from foundation.text import fold, validate_line, validate_text
from hiring.models.openings import Opening, Stage, sees_all_openings
from hiring.models.sealing import NEVER, masking, seats_before_reveal

if TYPE_CHECKING:
    from people.models import Person


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, person: "Person") -> Self:
        """Candidates with an application whose identity the person may know."""
        theirs = Application.objects.filter(candidate=models.OuterRef("pk"))
        # Asked of each candidate, not of all applications first: one candidate must cost the same among however many.
        return self.filter(models.Exists(theirs.visible_to(person).unmasked_for(person))).exclude(
            models.Exists(theirs.masked_for(person))
        )

    def matching(self, words: str) -> Self:
        return self.filter(holds_words("search_text", words))


class Candidate(models.Model):
    """A human who applied, once, however often they apply."""

    full_name = models.CharField(_("full name"), max_length=150, validators=[validate_line])
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, validators=[validate_line])
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    hired_as = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="hired_from"
    )
    created_at = models.DateTimeField()
    search_text = models.TextField(editable=False, default="")

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="hiring_candidate_email_is_unique_whatever_case"
            ),
            models.CheckConstraint(
                condition=~models.Q(email="") | ~models.Q(phone=""), name="hiring_candidate_can_be_reached"
            ),
        ]
        indexes = [
            models.Index(fields=["full_name", "id"], name="hiring_candidates_by_name"),
            models.Index(fields=["phone"], name="hiring_candidates_by_phone"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return address_of("hiring:candidate-detail", self.pk)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, person: "Person") -> Self:
        """Row-level twin of policies.can_view_application: whoever may see the opening."""
        if sees_all_openings(person):
            return self
        return self.filter(opening__in=Opening.objects.visible_to(person))

    def masked_for(self, person: "Person") -> Self:
        """Blind applications on whose panel this person sits before reveal: their identity is hidden everywhere."""
        seats = seats_before_reveal(person, "pk", owing=False)
        return self.none() if seats is NEVER else self.filter(models.Q(opening__blind=True) & models.Q(seats))

    def unmasked_for(self, person: "Person") -> Self:
        seats = seats_before_reveal(person, "pk", owing=False)
        # In this order: seats are looked up for blind openings only.
        return self if seats is NEVER else self.exclude(models.Q(opening__blind=True) & models.Q(seats))

    def with_mask(self, person: "Person") -> Self:
        """Annotates `is_masked` (identity hidden from this person) and `owes_scorecard` (judgement hidden)."""
        return self.annotate(
            is_masked=masking(person, "opening__blind", "pk"),
            owes_scorecard=seats_before_reveal(person, "pk", owing=True),
        )

    def judgement_visible_to(self, person: "Person") -> Self:
        """Applications on which this person owes no scorecard; entitlement is `visible_to`, reveal is per interview."""
        return self.visible_to(person).exclude(seats_before_reveal(person, "pk", owing=True))

    def matching(self, words: str) -> Self:
        """Those whose candidate matches. Names are found by it: use it on `unmasked_for` rows only."""
        # Through the candidates: joined, applications would be looked at in the order of the list until enough match.
        return self.filter(candidate__in=Candidate.objects.matching(words)) if fold(words).split() else self

    def in_play(self) -> Self:
        return self.filter(state__in=Application.IN_PLAY)

    def stalled(self, at: datetime) -> Self:
        """Active and longer at their stage than the stage allows: one comparison for each patience there is, because
        the engines disagree on how to add days that stand in a column. Asks once which patiences there are."""
        stalled = models.Q(pk__in=[])
        for days in Stage.objects.order_by().values_list("stalled_after_days", flat=True).distinct():
            stalled |= models.Q(stage__stalled_after_days=days, entered_stage_at__lte=at - timedelta(days=days))
        return self.filter(stalled, state=Application.State.ACTIVE)


class Application(models.Model):
    """One candidate for one opening, at one stage."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        ON_HOLD = "on_hold", _("On hold")
        OFFERED = "offered", _("Offered")
        HIRED = "hired", _("Hired")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    IN_PLAY = (State.ACTIVE, State.ON_HOLD, State.OFFERED)

    class Source(models.TextChoices):
        CAREERS_PAGE = "careers page", _("Careers page")
        REFERRAL = "referral", _("Referral")
        AGENCY = "agency", _("Agency")
        JOB_BOARD = "job board", _("Job board")
        WALK_IN = "walk-in", _("Walk-in")
        OTHER = "other", _("Other")

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="applications")
    opening = models.ForeignKey(Opening, models.PROTECT, related_name="applications")
    number = models.PositiveIntegerField(_("number"))
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="applications")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    source = models.CharField(_("source"), max_length=20, choices=Source, default=Source.OTHER)
    applied_on = models.DateField(_("applied"))
    entered_stage_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0, editable=False)

    is_masked: bool  # annotated by with_mask
    owes_scorecard: bool

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate", "opening"], name="hiring_candidate_applies_once_an_opening"),
            models.UniqueConstraint(fields=["opening", "number"], name="hiring_application_number_is_unique"),
        ]
        indexes = [
            models.Index(fields=["opening", "stage", "state", "entered_stage_at"], name="hiring_applications_board"),
            models.Index(fields=["applied_on", "id"], name="hiring_applications_by_date"),
            models.Index(fields=["entered_stage_at", "id"], name="hiring_applications_waiting"),
        ]

    def __str__(self) -> str:
        return self.alias

    def get_absolute_url(self) -> str:
        return address_of("hiring:application-detail", self.pk)

    @property
    def label(self) -> str:
        """The name, or the alias where identity is hidden. Only for rows loaded `with_mask`; others raise, so that no
        page shows a name by oversight."""
        return self.alias if self.is_masked else self.candidate.full_name

    @property
    def alias(self) -> str:
        """What a panellist of a blind opening calls the candidate."""
        return _("Candidate %(number)d") % {"number": self.number}

    def days_in_stage(self, at: datetime) -> int:
        return max(0, (at - self.entered_stage_at).days)


class ApplicationFileQuerySet(models.QuerySet["ApplicationFile"]):
    def visible_to(self, person: "Person") -> Self:
        """Row-level twin of policies.can_view_files: the opening's people, and a live panel whose kit shows the
        application; nobody from whom the candidate's identity is hidden."""
        from hiring.models.interviews import Panellist

        if not person.is_active:
            return self.none()
        unmasked = self.exclude(application__in=Application.objects.masked_for(person))
        if sees_all_openings(person):
            return unmasked
        seats = Panellist.objects.filter(person=person, interview__kit_version__application_hidden=False).live()
        return unmasked.filter(
            models.Q(application__in=Application.objects.visible_to(person))
            | models.Q(application__in=seats.values("interview__application"))
        )


class ApplicationFile(models.Model):
    """A file that came with an application: checked by content, stored under a made-up name, only ever downloaded."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="files")
    file = models.FileField(upload_to="candidates", max_length=200)
    name = models.CharField(max_length=200, validators=[validate_line])
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    objects = ApplicationFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "digest"], name="hiring_file_is_there_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where it is downloaded."""
        return address_of("hiring:file-download", self.pk)


class ApplicationNoteQuerySet(models.QuerySet["ApplicationNote"]):
    def visible_to(self, person: "Person") -> Self:
        """Notes are for the opening's people, and closed to those from whom the candidate's identity is hidden."""
        unmasked = self.exclude(application__in=Application.objects.masked_for(person))
        if sees_all_openings(person):
            return unmasked
        return unmasked.filter(application__in=Application.objects.visible_to(person))


class ApplicationNote(models.Model):
    """A recruiter's note on an application; never shown to a panel."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("note"), validators=[validate_text])
    written_at = models.DateTimeField()

    objects = ApplicationNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["application", "-written_at"], name="hiring_notes_by_time")]

    def __str__(self) -> str:
        return self.text[:60]


class StageMove(models.Model):
    """An application's step from stage to stage; moves made together share a `batch` and can be undone together."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="moves")
    from_stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+")
    to_stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    entered_from_stage_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    batch = models.UUIDField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["application", "-at"], name="hiring_moves_by_time"),
            models.Index(fields=["batch"], name="hiring_moves_by_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.from_stage_id} → {self.to_stage_id}"
