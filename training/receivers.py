"""What follows from what happened: people are told, and what holds no longer is taken back."""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from notifications.actions import notices as telling
from notifications.actions.notices import Notice
from people import signals as people_signals
from people.models import Person, RoleGrant
from training import notices, path_notices, signals, tasks, verdicts
from training.actions import invitations, leaves, statements
from training.actions import paths as path_actions
from training.models import (
    Assignment,
    Attempt,
    Booking,
    Completion,
    PathAssignment,
    Revocation,
    Rule,
    Session,
    SignOff,
    SkillSignOff,
)
from training.standing import is_overdue

OF_RULES = {"team", "site", "job_title", "manager", "started_on"}  # what a rule may ask of a person
FEW = 1000  # of more people than that no message tells by name: rules are applied to everybody
OF_OPEN = (notices.ASSIGNED, notices.DUE, notices.LATE)


@receiver(signals.assigned)
def tell_whom_it_was_given(assignments: Sequence[Assignment], at: datetime, **_kwargs: Any) -> None:
    """Of the steps of a path the path tells."""
    others = (one for one in assignments if one.reason != Assignment.Reason.SELF and one.path_id is None)
    telling.plan(notices=(Notice(notices.ASSIGNED, one.pk, one.person_id, at) for one in others), at=at)


@receiver(signals.path_assigned)
def tell_who_is_on_a_path(paths: Sequence[PathAssignment], at: datetime, **_kwargs: Any) -> None:
    open_now = (one for one in paths if one.state == PathAssignment.State.OPEN)
    telling.plan(notices=(Notice(path_notices.PATH, one.pk, one.person_id, at) for one in open_now), at=at)


@receiver(signals.completed)
def complete_paths_with_the_last_step(completion: Completion, at: datetime, **_kwargs: Any) -> None:
    path_actions.close_done(at=at, people=[completion.person_id])


@receiver(signals.withdrawn)
def complete_paths_of_which_nothing_is_left(assignment: Assignment, at: datetime, **_kwargs: Any) -> None:
    path_actions.close_done(at=at, people=[assignment.person_id])


@receiver(signals.withdrawn)
def take_reminders_back(assignment: Assignment, **_kwargs: Any) -> None:
    telling.cancel(kinds=OF_OPEN, subject_id=assignment.pk, reason=assignment.state)


@receiver(signals.completed)
def tell_what_is_done(completion: Completion, at: datetime, **_kwargs: Any) -> None:
    """Its reminders are taken back; a manager who was told that it is late is told that it is done."""
    assignment = completion.assignment
    if assignment is None:
        return
    telling.cancel(kinds=OF_OPEN, subject_id=assignment.pk, reason="completed")
    manager = completion.person.manager_id
    if manager and is_overdue(assignment.due_on, completion.completed_on):
        telling.notify(kind=notices.LATE, subject_id=assignment.pk, to=[manager], at=at, occurrence=notices.DONE)


@receiver(signals.revoked)
def tell_whose_completion_was_revoked(revocation: Revocation, at: datetime, **_kwargs: Any) -> None:
    telling.notify(kind=verdicts.REVOKED, subject_id=revocation.pk, to=[revocation.completion.person_id], at=at)


@receiver(signals.skill_judged)
def tell_who_was_judged(sign_off: SkillSignOff, at: datetime, **_kwargs: Any) -> None:
    telling.notify(kind=verdicts.SKILL_JUDGED, subject_id=sign_off.pk, to=[sign_off.person_id], at=at)


@receiver(signals.waited_in_vain)
def tell_who_waited_in_vain(bookings: Sequence[Booking], at: datetime, **_kwargs: Any) -> None:
    telling.plan(notices=(Notice(verdicts.WAITED, one.pk, one.person_id, at) for one in bookings), at=at)


@receiver(signals.revoked)
def apply_rules_to_whose_completion_was_revoked(revocation: Revocation, **_kwargs: Any) -> None:
    """Whom a rule asks for it is asked again at once."""
    _apply_rules_to(revocation.completion.person_id)


@receiver(signals.completed)
def apply_rules_to_whose_skills_grew(completion: Completion, **_kwargs: Any) -> None:
    _apply_rules_of_skills_to([completion.person_id])


@receiver(signals.brought_in)
def apply_rules_to_whose_skills_were_brought_in(completions: Sequence[Completion], **_kwargs: Any) -> None:
    _apply_rules_of_skills_to(sorted({one.person_id for one in completions}))


@receiver(signals.skill_judged)
def apply_rules_to_who_was_judged(sign_off: SkillSignOff, **_kwargs: Any) -> None:
    _apply_rules_of_skills_to([sign_off.person_id])


@receiver(signals.skills_changed)
def apply_rules_of_skills(**_kwargs: Any) -> None:
    if Rule.objects.on().filter(skill__isnull=False).exists():
        transaction.on_commit(tasks.apply_rules.delay, robust=True)


@receiver(signals.sign_off_asked)
def ask_the_observer(sign_off: SignOff, at: datetime, **_kwargs: Any) -> None:
    telling.notify(kind=notices.TO_JUDGE, subject_id=sign_off.pk, to=[sign_off.observer_id], at=at, occurrence="asked")


@receiver(signals.sign_off_judged)
def tell_the_learner(sign_off: SignOff, at: datetime, **_kwargs: Any) -> None:
    telling.cancel(kinds=(notices.TO_JUDGE,), subject_id=sign_off.pk, reason="judged")
    telling.notify(kind=verdicts.JUDGED, subject_id=sign_off.pk, to=[sign_off.learner_id], at=at)


@receiver(signals.session_changed)
def tell_calendars(session: Session, people: Set[int], at: datetime, **_kwargs: Any) -> None:
    invitations.announce(session=session, people=people, at=at)


# --- what other systems are told: in the transaction of the fact -----------------------------------------------------


@receiver(signals.attempt_submitted)
def state_attempt(attempt: Attempt, at: datetime, **_kwargs: Any) -> None:
    statements.of_attempt(attempt=attempt, at=at)


@receiver(signals.sign_off_judged)
def state_sign_off(sign_off: SignOff, at: datetime, **_kwargs: Any) -> None:
    statements.of_sign_off(sign_off=sign_off, at=at)


@receiver(signals.attendance_marked)
def state_attendance(booking: Booking, at: datetime, **_kwargs: Any) -> None:
    statements.of_attendance(booking=booking, at=at)


@receiver(signals.completed)
def state_completion(completion: Completion, at: datetime, **_kwargs: Any) -> None:
    statements.of_completions(completions=[completion], at=at)


@receiver(signals.brought_in)
def state_completions(completions: Sequence[Completion], at: datetime, **_kwargs: Any) -> None:
    statements.of_completions(completions=completions, at=at)


@receiver(signals.revoked)
def void_statement(revocation: Revocation, at: datetime, **_kwargs: Any) -> None:
    statements.void_completion(revocation=revocation, at=at)


# --- who came, changed, went -----------------------------------------------------------------------------------------


@receiver([people_signals.person_added, people_signals.person_reactivated])
def apply_rules_to_whoever_came(person: Person, **_kwargs: Any) -> None:
    _apply_rules_to(person.pk)


@receiver(people_signals.person_changed)
def apply_rules_to_whoever_changed(person: Person, fields: Iterable[str], **_kwargs: Any) -> None:
    if OF_RULES.intersection(fields):
        _apply_rules_to(person.pk)


@receiver([people_signals.role_granted, people_signals.role_ended])
def apply_rules_to_whose_role_changed(grant: RoleGrant, **_kwargs: Any) -> None:
    _apply_rules_to(grant.person_id)


@receiver(people_signals.leave_changed)
def move_what_is_due(person: Person, by: Person | None, at: datetime, **_kwargs: Any) -> None:
    """In the same transaction: no page shows the leave without its days."""
    leaves.move_for_leave(people=[person.pk], by=by, at=at)


@receiver(people_signals.people_imported)
def apply_rules_to_everybody(**_kwargs: Any) -> None:
    transaction.on_commit(tasks.apply_rules.delay, robust=True)


def _apply_rules_of_skills_to(people: Sequence[int]) -> None:
    if people and Rule.objects.on().filter(skill__isnull=False).exists():
        _apply_rules_to(*people)


def _apply_rules_to(*people: int) -> None:
    """Once the change is safe. A lost message costs an hour: the tick applies them to everybody."""
    some = list(people) if len(people) <= FEW else None
    transaction.on_commit(partial(tasks.apply_rules.delay, people=some), robust=True)
