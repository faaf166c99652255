"""Who is to take what, by when and why; what was done; how long it holds. One open assignment per person and module."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Self
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line
from people.models import Person, Role
from training.models.modules import Module, ModulePart, ModuleVersion, asked
from training.recurrence import Term
from training.standing import is_overdue

IMPORTED = UUID("5f1c2a5e-7d0b-4c3f-9a53-6b1f0a7c2d41")  # uuid5's namespace for what was imported


def read_by(reader: Person) -> models.Q:
    """Of rows that belong to a person, those that the reader may see. Row-level twin of policies.can_view_training_of:
    one's own, those of one's reporting line, and those in the scope of a trainer, people admin or auditor."""
    if not reader.is_active:
        return models.Q(pk__in=[])
    seen = models.Q(person=reader) | models.Q(person__in=Person.objects.in_reporting_line_of(reader))
    for role in (Role.TRAINER, Role.PEOPLE_ADMIN, Role.AUDITOR):
        scope = reader.scope_of(role)
        if scope.everywhere:
            return models.Q()
        if not scope.nowhere:
            seen |= scope.rows("person__team")
    return seen


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, reader: Person) -> Self:
        return self.filter(read_by(reader))

    def open(self) -> Self:
        return self.filter(state__in=Assignment.OPEN)

    def overdue(self, at: datetime, zones: "Zones | None" = None) -> Self:
        """Open, and the day it was due is over where the person is: the one definition, as `Assignment.is_overdue`."""
        return self.open().filter(past_due(at, zones=zones))


Zones = dict[date, list[str]]


def zones_at(at: datetime) -> Zones:
    """The zones that people are in, by the date that it is there."""
    zones: Zones = {}
    for zone in Person.objects.order_by("time_zone").values_list("time_zone", flat=True).distinct():
        zones.setdefault(at.astimezone(ZoneInfo(zone)).date(), []).append(zone)
    return zones


def zones_of(people: Iterable[Person], at: datetime) -> Zones:
    """The same of these people alone, who are at hand: no query."""
    zones: dict[date, set[str]] = {}
    for person in people:
        zones.setdefault(at.astimezone(person.zone).date(), set()).add(person.time_zone)
    return {today: sorted(names) for today, names in zones.items()}


def past_due(at: datetime, day: str = "due_on", zones: Zones | None = None) -> models.Q:
    """Rows whose `day` is over in their person's zone. The world has at most three dates at one moment, so zones are
    grouped by theirs: one condition for each, however many zones there are. `zones`: of zones_at, when the caller has
    them."""
    zones = zones_at(at) if zones is None else zones
    past = models.Q(**{f"{day}__lt": at.astimezone(UTC).date() - timedelta(days=1)})
    for today, names in zones.items():
        past |= models.Q(**{f"{day}__lt": today}, person__time_zone__in=names)
    return past


class Assignment(models.Model):
    """Person × module × reason × cycle, against the version that was assigned.

    `ended_by` is who took it back or waived it: nobody, when a rule held no longer or it was completed.

    `due_on` is a day in the person's own zone, and what counts now: extensions and leave have moved it, and their rows
    say from when to when. Overdue work stays open.

    `path`: the path of which it is a step, or for a step of which it is needed.

    `is_whole`: whether it asks for every part of its version, or only for those that a renewal does not skip. Decided
    when it is given; it holds for whatever version the assignment moves to.
    """

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("Not started")
        STARTED = "started", _("Under way")
        COMPLETED = "completed", _("Completed")
        WAIVED = "waived", _("Waived")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Reason(models.TextChoices):
        MANUAL = "manual", _("Given by hand")
        RULE = "rule", _("Given by a rule")
        SELF = "self", _("Chosen by oneself")
        RENEWAL = "renewal", _("Renewal")

    OPEN = (State.ASSIGNED, State.STARTED)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments")
    module = models.ForeignKey(Module, models.PROTECT, related_name="assignments")
    version = models.ForeignKey(ModuleVersion, models.PROTECT, related_name="assignments")
    cycle = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.ASSIGNED)
    reason = models.CharField(max_length=10, choices=Reason)
    rule = models.ForeignKey("training.Rule", models.PROTECT, null=True, related_name="assignments")
    path = models.ForeignKey("training.PathAssignment", models.PROTECT, null=True, related_name="assignments")
    note = models.CharField(_("why"), max_length=300, blank=True, validators=[validate_line])
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(_("due"), null=True, blank=True)
    is_whole = models.BooleanField(_("asks for every part"), default=True, db_default=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "module", "cycle"], name="training_cycle_is_there_once"),
            models.UniqueConstraint(
                fields=["person", "module"],
                condition=models.Q(state__in=("assigned", "started")),
                name="training_one_open_cycle_per_person_and_module",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("assigned", "started"), ended_at__isnull=True)
                | (~models.Q(state__in=("assigned", "started")) & models.Q(ended_at__isnull=False)),
                name="training_ended_assignment_says_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="rule") | models.Q(rule__isnull=False),
                name="training_assignment_by_a_rule_names_it",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("started", "completed")) | models.Q(started_at__isnull=False),
                name="training_started_assignment_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="training_assignments_by_due"),
            models.Index(fields=["module", "state"], name="training_assignments_of_module"),
        ]

    def __str__(self) -> str:
        return f"{self.module} · {self.person}"

    def get_absolute_url(self) -> str:
        return address_of("training:assignment-detail", self.pk)

    @property
    def minutes(self) -> int:
        """What the parts that it asks for take."""
        shorter = None if self.is_whole else self.version.renewal_minutes
        return self.version.minutes if shorter is None else shorter

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def is_overdue(self, at: datetime) -> bool:
        """Open, and the day it was due is over where the person is. Twin of `overdue`."""
        return self.is_open and is_overdue(self.due_on, at.astimezone(self.person.zone).date())


def parts_of(assignment: Assignment) -> models.QuerySet[ModulePart]:
    """The parts that it asks for, in order."""
    return assignment.version.parts.filter(asked(whole=assignment.is_whole)).order_by("position")


class Extension(models.Model):
    """The due day was moved: by somebody, or (`by` is None) by leave, then perhaps back. Append-only.

    `own_on`: what somebody chose, as it would be without the leave that stood then; None when that is the same.
    """

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="extensions")
    from_on = models.DateField(null=True)
    until_on = models.DateField()
    own_on = models.DateField(null=True)
    reason = models.CharField(_("reason"), max_length=300, validators=[validate_line])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_on__isnull=True) | ~models.Q(from_on=models.F("until_on")),
                name="training_extension_moves_the_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.until_on}"

    @property
    def is_for_leave(self) -> bool:
        return self.by_id is None


class Nudge(models.Model):
    """Somebody had a person reminded of what is due, at most once a day where that person is. Append-only."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="nudges")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "on"], name="training_one_nudge_a_day")]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.on}"


class Waiver(models.Model):
    """Somebody need not take it, and why: the four reasons of cmi5. Append-only."""

    class Kind(models.TextChoices):
        TESTED_OUT = "tested_out", _("Tested out")
        EQUIVALENT = "equivalent", _("Equivalent module")
        OUTSIDE = "outside", _("Equivalent activity outside")
        ADMINISTRATIVE = "administrative", _("Administrative")

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="waiver")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    reason = models.CharField(_("reason"), max_length=300, validators=[validate_line])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.assignment}: {self.get_kind_display()}"


class CompletionQuerySet(models.QuerySet["Completion"]):
    def visible_to(self, reader: Person) -> Self:
        return self.filter(read_by(reader))

    def counting(self) -> Self:
        """Those that were not revoked: only they show that somebody holds a module."""
        return self.filter(revocation__isnull=True)

    def latest(self) -> Self:  # type: ignore[override]
        """Of each person and module, the last one that counts, by when it was done: what is imported may be older than
        what was written before it."""
        same = Completion.objects.counting().filter(person=models.OuterRef("person"), module=models.OuterRef("module"))
        done_at = models.OuterRef("completed_at")
        later = models.Q(completed_at__gt=done_at) | models.Q(completed_at=done_at, pk__gt=models.OuterRef("pk"))
        return self.counting().filter(~models.Exists(same.filter(later)))

    def held(self, at: datetime, zones: "Zones | None" = None) -> Self:
        """Of each person and module the last one, if its term is not over where the person is."""
        return self.latest().filter(models.Q(expires_on__isnull=True) | ~past_due(at, "expires_on", zones))


class Completion(models.Model):
    """Somebody completed a module, on a day in their own zone, and how long that holds. Append-only.

    `base_on` and `term_months` say where its term is counted from (recurrence.Term), None when it holds for good. One
    that was done elsewhere, or before this portal, was imported: it has a `source` instead of an assignment and a
    version, and `completed_at` is the first moment of its day, so that what is done here that day follows it.

    `certificate` is what only whoever holds its certificate knows; of what was imported, which has none, it is
    `print_of` what it says, so that the same is never there twice.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="completions")
    module = models.ForeignKey(Module, models.PROTECT, related_name="completions")
    version = models.ForeignKey(ModuleVersion, models.PROTECT, null=True, related_name="completions")
    assignment = models.OneToOneField(Assignment, models.PROTECT, null=True, related_name="completion")
    completed_at = models.DateTimeField()
    completed_on = models.DateField()
    base_on = models.DateField(null=True)
    term_months = models.PositiveSmallIntegerField(null=True)
    expires_on = models.DateField(null=True)
    percent = models.PositiveSmallIntegerField(null=True)
    certificate = models.UUIDField(default=uuid4)
    source = models.CharField(
        _("where it was done"), max_length=200, blank=True, db_default="", validators=[validate_line]
    )
    evidence = models.CharField(_("evidence"), max_length=500, blank=True, db_default="", validators=[validate_line])
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(null=True)

    objects = CompletionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("certificate", name="training_certificate_is_unique"),
            models.CheckConstraint(
                condition=models.Q(
                    assignment__isnull=False,
                    version__isnull=False,
                    source="",
                    evidence="",
                    imported_by__isnull=True,
                    imported_at__isnull=True,
                )
                | (
                    models.Q(
                        assignment__isnull=True,
                        version__isnull=True,
                        imported_by__isnull=False,
                        imported_at__isnull=False,
                    )
                    & ~models.Q(source="")
                ),
                name="training_completion_is_of_here_or_imported",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=True, base_on__isnull=True, term_months__isnull=True)
                | models.Q(expires_on__isnull=False, base_on__isnull=False, term_months__isnull=False),
                name="training_completion_has_a_whole_term_or_none",
            ),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True) | models.Q(percent__lte=100),
                name="training_percent_is_0_to_100",
            ),
        ]
        indexes = [models.Index(fields=["expires_on"], name="training_completions_by_end")]

    def __str__(self) -> str:
        return f"{self.module} · {self.person} · {self.completed_on}"

    @property
    def term(self) -> Term | None:
        if self.expires_on is None or self.base_on is None or self.term_months is None:
            return None
        return Term(self.base_on, self.term_months, self.expires_on)

    @staticmethod
    def print_of(person: int, module: int, completed_on: date, source: str) -> UUID:
        return uuid5(IMPORTED, f"{person}/{module}/{completed_on}/{source}")

    @property
    def is_imported(self) -> bool:
        return bool(self.source)

    def is_valid(self, day: date) -> bool:
        """Whether it still holds on the day; the last day counts."""
        return self.expires_on is None or day <= self.expires_on
