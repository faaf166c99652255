"""What a person may do with addresses that refuse mail."""

from notifications.models import Suppression
from people.models import Person, Role


def can_view_suppressions(reader: Person) -> bool:
    return reader.is_active and reader.holds(Role.PEOPLE_ADMIN)


def can_view_suppression(reader: Person, suppression: Suppression) -> bool:
    """Twin of Suppression.objects.visible_to: a people admin of whoever has the address."""
    if not can_view_suppressions(reader):
        return False
    scope = reader.scope_of(Role.PEOPLE_ADMIN)
    teams = Person.objects.filter(email=suppression.address).values_list("team", flat=True)
    return any(scope.covers(team) for team in teams)


def can_lift_suppression(reader: Person, suppression: Suppression) -> bool:
    return can_view_suppression(reader, suppression)
