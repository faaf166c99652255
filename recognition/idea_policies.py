"""Who may read an idea, know whose it is, answer it, do it: by people and rows at hand."""

from people.models import Person, Role
from recognition.models import Idea


def may_answer_idea(person: Person, idea: Idea) -> bool:
    """As Idea.objects.answerable_by: who leads somebody of the team that it concerns, and the stewards of that team; of
    the whole organisation, its stewards. Never its author. Whatever its state."""
    if not person.is_active or idea.author_id == person.pk:
        return False
    if person.scope_of(Role.STEWARD).covers(idea.team_id):
        return True
    if idea.team_id is None:
        return False
    return Person.objects.active().filter(manager=person, team=idea.team_id).exists()


def can_view_idea(reader: Person, idea: Idea) -> bool:
    """As Idea.objects.visible_to."""
    if not reader.is_active or idea.state == Idea.State.WITHDRAWN:
        return False
    if idea.author_id == reader.pk:
        return True
    if idea.state == Idea.State.REMOVED:
        return reader.scope_of(Role.STEWARD).covers(idea.team_id)
    if idea.is_open or idea.doer_id == reader.pk or may_answer_idea(reader, idea):
        return True
    return any(person.pk == reader.pk for person in idea.doers.all())


def can_know_author(reader: Person, idea: Idea) -> bool:
    """As Idea.objects.unnamed_to, turned round: whose it is, when its author does not show it."""
    return idea.is_named or idea.author_id == reader.pk or may_answer_idea(reader, idea)


def can_answer_idea(person: Person, idea: Idea) -> bool:
    """Answer it, or amend the answer."""
    return idea.state in (Idea.State.PROPOSED, *Idea.AMENDABLE) and may_answer_idea(person, idea)


def can_do_idea(person: Person, idea: Idea) -> bool:
    """Say that it is begun or done: who is to do it, and who answers."""
    if not person.is_active or idea.state not in (Idea.State.ACCEPTED, Idea.State.DOING):
        return False
    return idea.doer_id == person.pk or may_answer_idea(person, idea)


def can_withdraw_idea(person: Person, idea: Idea) -> bool:
    """Its author, before it is answered."""
    return person.is_active and idea.is_waiting and idea.author_id == person.pk


def can_show_name(person: Person, idea: Idea) -> bool:
    """Its author, who did not until now."""
    return person.is_active and idea.author_id == person.pk and not idea.is_named and idea.state in Idea.SHOWN


def can_second_idea(person: Person, idea: Idea) -> bool:
    """Whoever sees it, but its author, until it is done."""
    open_to_it = idea.state in Idea.SHOWN and not idea.is_done
    return open_to_it and idea.author_id != person.pk and can_view_idea(person, idea)


def can_take_down_idea(person: Person, idea: Idea) -> bool:
    """A steward of the team that it concerns, who is not its author."""
    mine = idea.author_id == person.pk
    return (
        person.is_active
        and idea.state in Idea.SHOWN
        and not mine
        and person.scope_of(Role.STEWARD).covers(idea.team_id)
    )


def can_celebrate_idea(person: Person, idea: Idea) -> bool:
    """Thank people for one that is done and that everybody may read."""
    return person.is_active and idea.is_done and idea.is_open
