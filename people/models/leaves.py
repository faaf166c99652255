"""Leave: from when to when somebody is away. No reason is asked for, and none is kept."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.person import Person
from people.models.roles import Role


class LeaveQuerySet(models.QuerySet["Leave"]):
    def standing(self) -> Self:
        """Those that nobody took back."""
        return self.filter(cancelled_at__isnull=True)

    def touching(self, first: date, last: date) -> Self:
        """Those with at least one day between the two, both counted."""
        return self.standing().filter(from_on__lte=last, until_on__gte=first)

    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_leave_of: one's own, those of one's reporting line, those in the scope of
        a people admin or auditor."""
        if not reader.is_active:
            return self.none()
        seen = models.Q(person=reader) | models.Q(person__in=Person.objects.in_reporting_line_of(reader))
        for role in (Role.PEOPLE_ADMIN, Role.AUDITOR):
            scope = reader.scope_of(role)
            if scope.everywhere:
                return self
            seen |= scope.rows("person__team")
        return self.filter(seen)

    def away(self, people: Collection[int], at: datetime) -> set[int]:
        """Who of these is on leave now, where they are. One query."""
        day = at.date()
        near = self.touching(day - timedelta(days=1), day + timedelta(days=1)).filter(person__in=people)
        return {one.person_id for one in near.select_related("person") if one.covers(at)}


class Leave(models.Model):
    """Somebody is away from one day to another, both counted, in their own zone. Two of the same person never overlap:
    the actions see to that. What was taken back stays, with the moment."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="leaves")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_on__gte=models.F("from_on")), name="people_leave_ends_after_it_begins"
            )
        ]
        indexes = [models.Index(fields=["until_on", "from_on"], name="people_leaves_by_end")]

    def __str__(self) -> str:
        return f"{self.person}: {self.from_on} to {self.until_on}"

    def covers(self, at: datetime) -> bool:
        """Whether the person is away at that moment, where they are."""
        return self.cancelled_at is None and self.from_on <= at.astimezone(self.person.zone).date() <= self.until_on
