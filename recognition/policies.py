"""Who may do what. Each `can_view_…` has its row-level twin in a QuerySet's `visible_to`."""

from datetime import datetime

from people.models import Person, Role
from recognition.models import Reach, Recognition


def can_view_recognition(reader: Person, recognition: Recognition) -> bool:
    """As Recognition.objects.visible_to. Give the rows of a page with their recipients and these people at hand."""
    if not reader.is_active or not recognition.is_shown:
        return False
    if recognition.reach == Reach.EVERYONE or recognition.giver_id == reader.pk:
        return True
    thanked = [one.person for one in recognition.recipients.all()]
    if reader in thanked:
        return True
    here = [person for person in thanked if person.is_active]
    if recognition.reach <= Reach.MANAGER and any(person.manager_id == reader.pk for person in here):
        return True
    same = reader.team_id is not None and any(person.team_id == reader.team_id for person in here)
    return recognition.reach == Reach.TEAM and same


def can_edit_recognition(person: Person, recognition: Recognition, at: datetime) -> bool:
    """Its giver, while it stands and for a short time."""
    return can_withdraw_recognition(person, recognition) and at < recognition.edit_ends_at


def can_withdraw_recognition(person: Person, recognition: Recognition) -> bool:
    """Its giver, whenever."""
    return person.is_active and recognition.is_shown and recognition.giver_id == person.pk


def can_keep_to_oneself(person: Person, recognition: Recognition) -> bool:
    """Whoever was thanked takes it off the wall, or puts it back."""
    thanked = any(one.person_id == person.pk for one in recognition.recipients.all())
    return person.is_active and recognition.is_shown and thanked


def can_edit_values(person: Person) -> bool:
    return person.is_active and person.holds(Role.STEWARD)
