"""Statements for other systems, written in the transaction of the fact that they state. The fact itself is what the
audit trail has."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from people.models import Person
from training.models import Assignment, Attempt, Booking, Completion, ModulePart, Revocation, SignOff, Statement
from training.xapi import MODULE

Verb = Statement.Verb
BATCH = 1000


def of_attempt(*, attempt: Attempt, at: datetime) -> None:
    """A quiz or a conversation that was handed in: its score, and whether it is passed."""
    record = attempt.record
    seconds = int((at - attempt.started_at).total_seconds())
    told = _of_part(record.assignment, record.part, f"attempt/{attempt.pk}", at)
    told |= {"percent": attempt.percent, "seconds": max(seconds, 0)}
    verbs = (Verb.SCORED, Verb.PASSED if attempt.passed else Verb.FAILED)
    Statement.objects.bulk_create(Statement(verb=verb, **told) for verb in verbs)


def of_sign_off(*, sign_off: SignOff, at: datetime) -> None:
    """A practice that was judged. At which levels is for the two, so it has no score."""
    record = sign_off.record
    verb = Verb.PASSED if sign_off.state == SignOff.State.ACCEPTED else Verb.FAILED
    Statement.objects.create(verb=verb, **_of_part(record.assignment, record.part, f"sign-off/{sign_off.pk}", at))


def of_attendance(*, booking: Booking, at: datetime) -> None:
    """Somebody was there; or it is said now that they were not, and the statement is taken back."""
    name = f"booking/{booking.pk}/"
    before = Statement.objects.standing().filter(verb=Verb.ATTENDED, fact__startswith=name).first()
    was_there = booking.state == Booking.State.ATTENDED
    if was_there and before is None:
        session = booking.session
        seconds = int((session.ends_at - session.starts_at).total_seconds())
        part = ModulePart(key=booking.part_key, kind=ModulePart.Kind.SESSION)
        times = Statement.objects.filter(verb=Verb.ATTENDED, fact__startswith=name).count()  # said, and taken back
        told = _of_part(booking.assignment, part, f"{name}{times + 1}", at)
        Statement.objects.create(verb=Verb.ATTENDED, seconds=seconds, **told)
    elif not was_there and before is not None and booking.marked_by is not None:
        _void(before, booking.marked_by, at)


def of_completions(*, completions: Sequence[Completion], at: datetime) -> None:
    """Completed here, or brought in from elsewhere: then where it was done is the platform. Set-based."""
    rows = [
        Statement(
            verb=Verb.COMPLETED,
            fact=f"completion/{one.pk}",
            person_id=one.person_id,
            module_id=one.module_id,
            version_id=one.version_id,
            assignment_id=one.assignment_id,
            kind=MODULE,
            percent=one.percent,
            platform=one.source or settings.ORGANISATION_NAME,
            language="" if one.is_imported else one.person.language,
            home=settings.PUBLIC_URL,
            at=one.completed_at,
            stored_at=at,
        )
        for one in completions
    ]
    Statement.objects.bulk_create(rows, batch_size=BATCH)


def void_completion(*, revocation: Revocation, at: datetime) -> None:
    """What was stated of a completion that is revoked holds no more."""
    stated = Statement.objects.filter(verb=Verb.COMPLETED, fact=f"completion/{revocation.completion_id}").first()
    if stated is not None:
        _void(stated, revocation.by, at)


def _void(stated: Statement, by: Person, at: datetime) -> None:
    Statement.objects.create(
        verb=Verb.VOIDED,
        fact=f"statement/{stated.uuid}",
        voids=stated.uuid,
        by=by,
        person_id=stated.person_id,
        module_id=stated.module_id,
        version_id=stated.version_id,
        assignment_id=stated.assignment_id,
        part_key=stated.part_key,
        kind=stated.kind,
        home=settings.PUBLIC_URL,
        at=at,
        stored_at=at,
    )


def _of_part(assignment: Assignment, part: ModulePart, fact: str, at: datetime) -> dict[str, Any]:
    """What a statement about a part of an assignment says beside its verb."""
    return {
        "fact": fact,
        "person_id": assignment.person_id,
        "module_id": assignment.module_id,
        "version_id": part.version_id or assignment.version_id,
        "assignment_id": assignment.pk,
        "part_key": part.key,
        "kind": part.kind,
        "platform": settings.ORGANISATION_NAME,
        "language": assignment.person.language,
        "home": settings.PUBLIC_URL,
        "at": at,
        "stored_at": at,
    }
