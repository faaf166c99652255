"""Customers' words: the queue, the praise, the lessons; and what of it waits on whom."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.http import address_of
from foundation.work import WorkItem
from people.models import Person, Role, RoleGrant
from recognition import policies
from recognition.models import Praise

PAGE = 20
ORDER = ("-said_on", "-pk")
STATES = (Praise.State.WAITING, Praise.State.SHOWN, Praise.State.LESSON)


def listed(reader: Person, state: str) -> QuerySet[Praise]:
    """Of one state, what the reader may see, with all that a line says. One query more."""
    found = Praise.objects.visible_to(reader).filter(state=state)
    return found.select_related("site", "team", "entered_by").prefetch_related("about")


def stewards_of(praise: Praise, *, at: datetime) -> set[int]:
    """Who may check it: policies.can_check_praise, as keys of people."""
    teams = {praise.team_id, *praise.about.values_list("team", flat=True)}
    grants = RoleGrant.objects.in_force(at).covering(teams).filter(role=Role.STEWARD, person__is_active=True)
    return set(grants.values_list("person", flat=True))


def waiting_on(person: Person) -> list[WorkItem]:
    """For stewards one line for all that waits on them. One query for them, none for others."""
    if not policies.can_check_any_praise(person):
        return []
    count = Praise.objects.waiting().checkable_by(person).count()
    if not count:
        return []
    title = ngettext("%(n)d customer's words to check", "Words of %(n)d customers to check", count) % {"n": count}
    href = f"{address_of('recognition:praise-list')}?state=waiting"
    return [WorkItem("recognition.praise", title, href, _("Check"), icon="message")]
