"""What a person may do with the webhooks of a team: the one-object twin of Webhook.objects.visible_to."""

from notifications.models.webhooks import teams_led_by
from people.models import Person, Role, Team


def can_manage_webhooks(person: Person, team: Team) -> bool:
    """A people admin of the team; or its line manager, to whom everybody in it and below reports."""
    if not person.is_active:
        return False
    if person.scope_of(Role.PEOPLE_ADMIN).covers(team.pk):
        return True
    return person.leads_people and teams_led_by(person).filter(pk=team.pk).exists()
