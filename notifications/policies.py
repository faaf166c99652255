"""Who may look into the ledger as a whole and act there; who may deal with addresses that refuse mail, and webhooks."""

from notifications.kinds import closed_subjects
from notifications.models import Delivery, Suppression
from notifications.models.webhooks import teams_led_by
from people.models import Person, Role, Team


def can_view_deliveries(reader: Person) -> bool:
    """People admins and auditors of the whole organisation: a row may be of any team."""
    return reader.is_active and any(reader.scope_of(role).everywhere for role in (Role.PEOPLE_ADMIN, Role.AUDITOR))


def can_view_delivery(reader: Person, delivery: Delivery) -> bool:
    """Twin of operations.ledger_of."""
    return can_view_deliveries(reader) and delivery.subject_id not in closed_subjects(reader).get(delivery.kind, ())


def can_operate_deliveries(reader: Person) -> bool:
    """Sending again, stopping, and what becomes of what is on hold: people admins of the whole organisation."""
    return reader.is_active and reader.scope_of(Role.PEOPLE_ADMIN).everywhere


def can_preview_delivery(reader: Person, delivery: Delivery) -> bool:
    """The words of a delivery are for its reader alone; others see samples of its kind."""
    return delivery.recipient_id == reader.pk and can_view_delivery(reader, delivery)


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


def can_manage_webhooks(person: Person, team: Team) -> bool:
    """A people admin of the team; or its line manager, to whom everybody in it and below reports."""
    if not person.is_active:
        return False
    if person.scope_of(Role.PEOPLE_ADMIN).covers(team.pk):
        return True
    return person.leads_people and teams_led_by(person).filter(pk=team.pk).exists()
