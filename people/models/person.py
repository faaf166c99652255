"""Person: everyone with an account."""

from collections.abc import Iterable
from datetime import time
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.substrings import holds_words
from foundation.text import clean_line, initials, validate_line
from foundation.trees import ancestors, descendants
from people.models.roles import Role, RoleGrant, Scope
from people.models.team import Site, Team

if TYPE_CHECKING:
    from datetime import date

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class PersonQuerySet(models.QuerySet["Person"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def in_reporting_line_of(self, person: "Person") -> Self:
        """All who report to the person, directly or not: one recursive query, without the person."""
        return self.filter(pk__in=descendants(Person, "manager", [person.pk])).exclude(pk=person.pk)

    def leading(self) -> Self:
        """Line managers, derived: somebody active reports to them."""
        return self.filter(models.Exists(Person.objects.active().filter(manager=models.OuterRef("pk")).order_by()))

    def managers_above(self, people: Iterable[int]) -> Self:
        """The people given and everyone they report to, directly or not."""
        return self.filter(pk__in=ancestors(Person, "manager", list(people)))

    def lines_above(self, people: Iterable[int]) -> dict[int, set[int]]:
        """For each of the people: everyone they report to, directly or not. One query."""
        wanted = set(people)
        boss = dict(self.managers_above(wanted).values_list("pk", "manager"))
        above: dict[int, set[int]] = {}
        for person in wanted:
            found: set[int] = set()
            step = boss.get(person)
            while step is not None and step not in found:
                found.add(step)
                step = boss.get(step)
            above[person] = found - {person}
        return above

    def visible_to(self, reader: "Person") -> Self:
        """Row-level twin of policies.can_view_person: colleagues see colleagues; leavers only where there is cause."""
        if not reader.is_active:
            return self.none()
        if reader.scope_of(Role.AUDITOR).everywhere or reader.scope_of(Role.PEOPLE_ADMIN).everywhere:
            return self
        administered = reader.scope_of(Role.PEOPLE_ADMIN).rows("team") | reader.scope_of(Role.AUDITOR).rows("team")
        return self.filter(models.Q(is_active=True) | models.Q(pk=reader.pk) | administered)

    def matching(self, words: str) -> Self:
        """Those whose name, e-mail, job title or team hold every word, whatever case or accents."""
        return self.filter(holds_words("search_text", words))

    def by_name(self, words: str) -> Self:
        """In order of name; before the others those who are called so."""
        called = models.Q(full_name__icontains=words) | models.Q(preferred_name__icontains=words)
        return self.order_by(models.Case(models.When(called, then=0), default=1), "full_name", "pk")

    def with_status(self, status: str) -> Self:
        """ "active", "waiting" (active, never signed in), "left", or "all"."""
        if status == "waiting":
            return self.filter(is_active=True, last_login__isnull=True)
        return self if status == "all" else self.filter(is_active=status != "left")

    def in_team(self, team: Team) -> Self:
        """In the team or below it."""
        return self.filter(team__in=Team.objects.below([team.pk]))

    def with_place(self) -> Self:
        return self.select_related("team", "site", "manager")


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=normal_email(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """For Django's own commands; pages and imports go through people.actions."""
        person = Person(email=normal_email(email), **fields)
        person.set_password(password)
        person.save()
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


PersonObjects = PersonManager.from_queryset(PersonQuerySet)


def normal_email(address: str) -> str:
    """The form in which addresses are stored and compared: NFC, trimmed, lower case."""
    return clean_line(address).lower()


class Person(AbstractBaseUser, PermissionsMixin):
    """Everyone with an account. Nobody is ever deleted: leavers are deactivated and keep their history."""

    email = models.EmailField(_("e-mail"), max_length=254)
    full_name = models.CharField(_("full name"), max_length=150, validators=[validate_line])
    preferred_name = models.CharField(_("preferred name"), max_length=80, blank=True, validators=[validate_line])
    photo = models.FileField(_("photo"), upload_to="photos", blank=True, max_length=200)
    job_title = models.CharField(_("job title"), max_length=120, blank=True, validators=[validate_line])
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="members")
    manager = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reports")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="members")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language"), max_length=12, default="en-gb")
    work_days = models.CharField(_("working days"), max_length=27, default="mon,tue,wed,thu,fri")
    work_starts = models.TimeField(_("work starts"), default=time(9))
    work_ends = models.TimeField(_("work ends"), default=time(17, 30))
    started_on = models.DateField(_("started"), null=True, blank=True)
    left_on = models.DateField(_("left"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the support pages"), default=False)
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True, editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    search_text = models.TextField(editable=False, default="")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    # Set on whoever asks for a page and can change nothing by it (people.middleware): what the guards of its parts want
    # to know of the person is then read once, and they all go by the same.
    only_reads: bool = False

    objects = PersonObjects()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="people_email_is_unique_whatever_case"),
            models.CheckConstraint(
                condition=~models.Q(manager=models.F("id")), name="people_nobody_is_their_own_manager"
            ),
            models.CheckConstraint(
                condition=models.Q(left_on__isnull=True)
                | models.Q(started_on__isnull=True)
                | models.Q(left_on__gte=models.F("started_on")),
                name="people_nobody_leaves_before_starting",
            ),
        ]
        indexes = [models.Index(fields=["full_name", "id"], name="people_in_order_of_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What colleagues call this person."""
        return self.preferred_name or self.full_name

    @property
    def initials(self) -> str:
        return initials(self.full_name)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def working_days(self) -> list[str]:
        return self.work_days.split(",")

    @property
    def photo_url(self) -> str:
        """The small photo's address, another for every photo, so that it may be cached for good; "" without one."""
        return self._photo_address("small")

    @property
    def large_photo_url(self) -> str:
        return self._photo_address("large")

    def _photo_address(self, size: str) -> str:
        if not self.photo.name:
            return ""
        return reverse("people:person-photo", args=[self.pk, PurePosixPath(self.photo.name).stem, size])

    def get_absolute_url(self) -> str:
        return address_of("people:person-detail", self.pk)

    def works_on(self, day: "date") -> bool:
        return WEEKDAYS[day.weekday()] in self.working_days

    @cached_property
    def grants(self) -> list[RoleGrant]:
        """The role grants in force now, read once per request (a request loads its own Person)."""
        if not self.is_active:
            return []
        return list(RoleGrant.objects.filter(person=self).in_force(timezone.now()))

    @cached_property
    def _scopes(self) -> dict[str, Scope]:
        return {}

    def scope_of(self, role: Role) -> Scope:
        """Where this person holds the role: everywhere, in some team subtrees, or nowhere."""
        if role not in self._scopes:
            self._scopes[role] = Scope.of([grant for grant in self.grants if grant.role == role])
        return self._scopes[role]

    def holds(self, role: Role) -> bool:
        """Whether the person holds the role anywhere at all."""
        return not self.scope_of(role).nowhere

    @cached_property
    def leads_people(self) -> bool:
        """Line manager, derived: somebody active reports to this person."""
        return Person.objects.active().filter(manager=self).exists()
