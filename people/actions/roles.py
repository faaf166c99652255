"""Roles: granted with a scope and a time, ended, never deleted."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from foundation.text import clean_line
from people import signals
from people.actions import audit
from people.actions.leavers import is_last_admin
from people.actions.people import hold_organisation
from people.models import Person, Role, RoleGrant, Team


@transaction.atomic
def grant_role(
    *,
    person: Person,
    role: str,
    by: Person | None,
    at: datetime,
    team: Team | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    reason: str = "",
) -> RoleGrant:
    """Let the person hold the role in the team and below (None: in the whole organisation), from now unless told.

    Raises Refused for oneself (unless nobody else could grant it: setting up), for somebody who has left, and for a
    role held there already; Invalid for an end before the start or in the past.
    """
    hold_organisation()
    person = Person.objects.get(pk=person.pk)
    starts_at = starts_at or at
    _check_times(starts_at, ends_at, at)
    if role not in Role.values:
        raise Invalid(_("Choose a role."), errors={"role": [_("Choose a role.")]})
    if not person.is_active:
        raise Refused(_("%(name)s has left. Reactivate them first.") % {"name": person.name})
    if by is not None and by.pk == person.pk and _others_could_grant(person, at):
        raise Refused(_("Ask another people admin: nobody grants a role to themselves."))
    running = Q(ends_at__isnull=True) | Q(ends_at__gt=starts_at)
    held = RoleGrant.objects.filter(running, person=person, role=role, team=team)
    if held.filter(Q(starts_at__lt=ends_at) if ends_at else Q()).exists():
        raise Refused(_("%(name)s holds this role there already.") % {"name": person.name})
    grant = RoleGrant(
        person=person,
        role=role,
        team=team,
        starts_at=starts_at,
        ends_at=ends_at,
        granted_by=by,
        granted_at=at,
        reason=clean_line(reason)[:200],
    )
    grant.save(force_insert=True)
    audit.record(by=by, did="people.role_granted", thing=grant, changes=_scope(grant), team=team, at=at)
    signals.role_granted.send(sender=RoleGrant, grant=grant, at=at)
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, by: Person | None, at: datetime, reason: str = "") -> RoleGrant:
    """End the grant now; one that has not begun never will. Raises Refused when it is over, or when nobody would be
    left as people admin of the whole organisation."""
    hold_organisation()
    grant = RoleGrant.objects.select_related("person").get(pk=grant.pk)
    if grant.ends_at is not None and grant.ends_at <= at:
        raise Refused(_("This role has ended already."))
    if _is_last_admin_grant(grant, at):
        raise Refused(_("This is the last people admin of the whole organisation. Give somebody else the role first."))
    grant.ends_at = max(at, grant.starts_at)
    grant.save(update_fields=["ends_at"])
    audit.record(
        by=by, did="people.role_ended", thing=grant, changes=_scope(grant), reason=reason, team=grant.team_id, at=at
    )
    signals.role_ended.send(sender=RoleGrant, grant=grant, at=at)
    return grant


def _scope(grant: RoleGrant) -> dict[str, object]:
    return {"person": grant.person_id, "role": str(grant.role), "team": grant.team_id}


def _check_times(starts_at: datetime, ends_at: datetime | None, at: datetime) -> None:
    if ends_at is None:
        return
    if ends_at <= starts_at:
        reason = _("The end must come after the start.")
    elif ends_at <= at:
        reason = _("The end lies in the past.")
    else:
        return
    raise Invalid(reason, errors={"ends_at": [reason]})


def _others_could_grant(person: Person, at: datetime) -> bool:
    admins = RoleGrant.objects.in_force(at).filter(role=Role.PEOPLE_ADMIN, team=None, person__is_active=True)
    return admins.exclude(person=person).exists()


def _is_last_admin_grant(grant: RoleGrant, at: datetime) -> bool:
    if grant.role != Role.PEOPLE_ADMIN or grant.team_id is not None or not is_last_admin(person=grant.person, at=at):
        return False
    mine = RoleGrant.objects.in_force(at).filter(role=Role.PEOPLE_ADMIN, team=None, person=grant.person)
    return not mine.filter(ends_at__isnull=True).exclude(pk=grant.pk).exists()
