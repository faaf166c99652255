"""Leaving and coming back. Nobody is deleted: leavers lose their access and keep their history."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people import signals
from people.actions import audit
from people.actions.people import hold_organisation
from people.models import ApiToken, Person, Role, RoleGrant


@transaction.atomic
def deactivate_person(*, person: Person, left_on: date, by: Person | None, at: datetime, reason: str = "") -> Person:
    """End the person's access at once: sign-in, sessions, tokens, roles. What waits on them stays for reassigning.

    Raises Refused for oneself, the last people admin of the whole organisation, or a day that is still to come
    (plan that with edit_person).
    """
    hold_organisation()
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise Refused(_("%(name)s has left already.") % {"name": person.name})
    if by is not None and by.pk == person.pk:
        raise Refused(_("Ask another people admin: nobody deactivates themselves."))
    if is_last_admin(person=person, at=at):
        raise Refused(_("This is the last people admin of the whole organisation. Give somebody else the role first."))
    if left_on > at.astimezone(person.zone).date():
        raise Refused(_("This day is still to come. Until then the person works here."))
    if person.started_on and left_on < person.started_on:
        raise Invalid(_("Nobody leaves before they started."), errors={"left_on": [_("This is before the first day.")]})
    person.left_on, person.is_active = left_on, False
    person.save(update_fields=["left_on", "is_active"])
    end_access(people=[person.pk], at=at)
    audit.record(by=by, did="people.person_deactivated", thing=person, reason=reason, team=person.team_id, at=at)
    signals.person_deactivated.send(sender=Person, person=person, at=at)
    return person


@transaction.atomic
def reactivate_person(*, person: Person, by: Person | None, at: datetime) -> Person:
    """Take somebody back. Roles, sessions and tokens do not come back; roles are granted anew."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.is_active:
        raise Refused(_("%(name)s is active already.") % {"name": person.name})
    person.left_on, person.is_active = None, True
    person.save(update_fields=["left_on", "is_active"])
    audit.record(by=by, did="people.person_reactivated", thing=person, team=person.team_id, at=at)
    signals.person_reactivated.send(sender=Person, person=person, at=at)
    return person


def deactivate_due_leavers(*, at: datetime) -> int:
    """Deactivate everyone whose planned day has come where they work; says how many. Safe to run at any time, twice."""
    count = 0
    # A day begins up to 14 hours before it does in UTC; each person's own zone decides below.
    tomorrow = at.date() + timedelta(days=1)
    for person in Person.objects.active().filter(left_on__lte=tomorrow).order_by("pk"):
        if person.left_on is not None and person.left_on <= at.astimezone(person.zone).date():
            try:
                deactivate_person(person=person, left_on=person.left_on, by=None, at=at)
            except Refused:
                # The last people admin, or somebody deactivated a moment ago: a person has to look at it.
                continue
            count += 1
    return count


def end_access(*, people: Iterable[int], at: datetime) -> None:
    """Sessions, tokens and role grants of these people end at `at`. Set-based; the caller writes the trail."""
    ids = list(people)
    Session.objects.filter(session_key__in=_session_keys(ids)).delete()
    ApiToken.objects.filter(person__in=ids, revoked_at__isnull=True).update(revoked_at=at)
    running = RoleGrant.objects.filter(person__in=ids).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    running.filter(starts_at__gt=at).update(ends_at=F("starts_at"))
    running.filter(starts_at__lte=at).update(ends_at=at)


def _session_keys(people: list[int]) -> list[str]:
    from allauth.usersessions.models import UserSession

    sessions = UserSession.objects.filter(user__in=people)
    keys = list(sessions.values_list("session_key", flat=True))
    sessions.delete()
    return keys


def is_last_admin(*, person: Person, at: datetime) -> bool:
    """Whether nobody but this person is people admin of the whole organisation, without an end."""
    admins = RoleGrant.objects.in_force(at).filter(role=Role.PEOPLE_ADMIN, team=None, person__is_active=True)
    others = admins.exclude(person=person).filter(ends_at__isnull=True)
    return admins.filter(person=person).exists() and not others.exists()
