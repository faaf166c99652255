"""Candidates, their applications, files and notes, and moves along the pipeline."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from foundation import uploads
from foundation.errors import Conflict, Invalid, Refused
from foundation.text import clean_line, clean_text, fold
from hiring.models import (
    Application,
    ApplicationFile,
    ApplicationNote,
    Candidate,
    Opening,
    Stage,
    StageMove,
)
from people.actions import audit
from people.models import Person

CONTACT = ("full_name", "email", "phone", "time_zone")


def search_text(candidate: Candidate) -> str:
    """What a search for the candidate looks in."""
    return fold(f"{candidate.full_name} {candidate.email} {candidate.phone}")


def find_candidate(*, email: str, phone: str, full_name: str) -> Candidate | None:
    """The candidate this is, if we know them: the same address, or the same phone and name."""
    if email:
        found = Candidate.objects.filter(email__iexact=email).first()
        if found:
            return found
    if phone:
        same_phone = Candidate.objects.filter(phone=phone).order_by("pk")
        return next((each for each in same_phone if fold(each.full_name) == fold(full_name)), None)
    return None


@transaction.atomic
def add_application(
    *,
    opening: Opening,
    full_name: str,
    by: Person | None,
    at: datetime,
    email: str = "",
    phone: str = "",
    source: str = Application.Source.OTHER,
    applied_on: date | None = None,
    stage: Stage | None = None,
    note: str = "",
) -> Application:
    """Add somebody's application at the opening's first stage (or the one given). Whoever applied before, here or
    elsewhere, is the same candidate; applying twice for one opening is refused."""
    opening = Opening.objects.select_for_update().get(pk=opening.pk)
    if opening.state == Opening.State.CLOSED:
        raise Refused(_("This opening is closed, so it takes no applications."))
    full_name, email, phone = clean_line(full_name), clean_line(email).lower(), clean_line(phone)
    if not email and not phone:
        raise Invalid(
            _("Give an e-mail address or a phone number."), errors={"email": [_("Give an e-mail address or a phone.")]}
        )
    candidate = find_candidate(email=email, phone=phone, full_name=full_name)
    if candidate is None:
        candidate = Candidate(full_name=full_name, email=email, phone=phone, created_at=at)
        candidate.search_text = search_text(candidate)
        candidate.save()
    elif opening.applications.filter(candidate=candidate).exists():
        raise Conflict(_("%(name)s has applied for this opening already.") % {"name": full_name})
    Opening.objects.filter(pk=opening.pk).update(applications_numbered=F("applications_numbered") + 1)
    opening.refresh_from_db(fields=["applications_numbered"])
    application = Application.objects.create(
        candidate=candidate,
        opening=opening,
        number=opening.applications_numbered,
        stage=stage or first_stage(opening),
        source=source,
        applied_on=applied_on or at.date(),
        entered_stage_at=at,
    )
    if note.strip():
        ApplicationNote.objects.create(application=application, author=by, text=clean_text(note), written_at=at)
    audit.record(by=by, did="hiring.application_added", thing=application, team=opening.team_id, at=at)
    return application


@transaction.atomic
def edit_candidate(*, candidate: Candidate, by: Person, at: datetime, **changes: str) -> Candidate:
    """Correct a candidate's name or contact."""
    candidate = Candidate.objects.select_for_update().get(pk=candidate.pk)
    if set(changes) - set(CONTACT):
        raise TypeError("edit_candidate takes a name and contact only")
    if "email" in changes:
        changes["email"] = clean_line(changes["email"]).lower()
        taken = Candidate.objects.exclude(pk=candidate.pk).filter(email__iexact=changes["email"])
        if changes["email"] and taken.exists():
            message = _("Another candidate has this address. The same human is one candidate.")
            raise Invalid(message, errors={"email": [message]})
    changed = [name for name, value in changes.items() if getattr(candidate, name) != value]
    for name in changed:
        setattr(candidate, name, changes[name])
    if not candidate.email and not candidate.phone:
        message = _("Give an e-mail address or a phone number.")
        raise Invalid(message, errors={"email": [message]})
    candidate.search_text = search_text(candidate)
    candidate.save(update_fields=[*changed, "search_text"])
    audit.record(by=by, did="hiring.candidate_edited", thing=candidate, changes={"fields": changed}, at=at)
    return candidate


@transaction.atomic
def add_note(*, application: Application, text: str, by: Person, at: datetime) -> ApplicationNote:
    """Write a note on the application; panels never see notes."""
    if not text.strip():
        raise Invalid(_("Write the note first."), errors={"text": [_("Write the note.")]})
    note = ApplicationNote.objects.create(application=application, author=by, text=text, written_at=at)
    audit.record(by=by, did="hiring.note_added", thing=application, team=application.opening.team_id, at=at)
    return note


@transaction.atomic
def add_file(
    *, application: Application, content: bytes, name: str, content_type: str, suffix: str, by: Person, at: datetime
) -> ApplicationFile:
    """Keep a file whose type foundation.uploads found out by its content; stored under a made-up name."""
    digest = hashlib.sha256(content).hexdigest()
    if application.files.filter(digest=digest).exists():
        raise Conflict(_("This file is here already."))
    stored = f"candidates/{uuid.uuid4().hex}{suffix}"
    uploads.keep({stored: content})
    kept = ApplicationFile(
        application=application,
        file=stored,
        name=name,
        content_type=content_type,
        size=len(content),
        digest=digest,
        uploaded_by=by,
        uploaded_at=at,
    )
    kept.save()
    audit.record(by=by, did="hiring.file_added", thing=application, team=application.opening.team_id, at=at)
    return kept


@transaction.atomic
def remove_file(*, file: ApplicationFile, by: Person, at: datetime) -> None:
    """Remove a file from the application and, once that is certain, from the disk."""
    application, stored, storage = file.application, file.file.name, file.file.storage
    file.delete()
    audit.record(by=by, did="hiring.file_removed", thing=application, team=application.opening.team_id, at=at)
    transaction.on_commit(lambda: storage.delete(stored or ""))


@transaction.atomic
def move_applications(
    *, applications: Iterable[Application], to_stage: Stage, by: Person, at: datetime
) -> tuple[uuid.UUID, int]:
    """Move applications of one opening to a stage, all or none; answers the batch (for undo) and how many moved.

    Leaving an interview stage forwards is a decision, which needs reasons (hiring.actions.decisions), so it is refused.
    """
    ids = [application.pk for application in applications]
    locked = list(
        Application.objects.select_for_update(of=("self",)).select_related("stage").filter(pk__in=ids).order_by("pk")
    )
    batch, moves = uuid.uuid4(), []
    for application in locked:
        _check_move(application, to_stage)
        if application.stage_id == to_stage.pk:
            continue
        moves.append(
            StageMove(
                application=application,
                from_stage=application.stage,
                to_stage=to_stage,
                entered_from_stage_at=application.entered_stage_at,
                by=by,
                at=at,
                batch=batch,
            )
        )
    StageMove.objects.bulk_create(moves)
    moved = [move.application_id for move in moves]
    Application.objects.filter(pk__in=moved).update(stage=to_stage, entered_stage_at=at, revision=F("revision") + 1)
    audit.record(
        by=by,
        did="hiring.applications_moved",
        thing=to_stage.opening,
        team=to_stage.opening.team_id,
        changes={"applications": moved, "to_stage": to_stage.pk},
        at=at,
    )
    return batch, len(moved)


@transaction.atomic
def undo_moves(*, batch: uuid.UUID, opening: Opening, by: Person, at: datetime) -> int:
    """Put back what a batch moved and answer how many; an application that has moved on since stays where it is."""
    moves = list(
        StageMove.objects.select_for_update(of=("self",))
        .filter(batch=batch, application__opening=opening, undone_at__isnull=True, from_stage__isnull=False)
        .order_by("application_id")
    )
    back = 0
    for move in moves:
        back += Application.objects.filter(
            pk=move.application_id, stage=move.to_stage_id, entered_stage_at=move.at
        ).update(
            stage=move.from_stage_id,
            entered_stage_at=move.entered_from_stage_at or at,
            revision=F("revision") + 1,
        )
    StageMove.objects.filter(pk__in=[move.pk for move in moves]).update(undone_at=at)
    audit.record(
        by=by,
        did="hiring.moves_undone",
        thing=opening,
        team=opening.team_id,
        changes={"applications": [move.application_id for move in moves]},
        at=at,
    )
    return back


def first_stage(opening: Opening) -> Stage:
    """Where applications begin."""
    stage = opening.stages.order_by("position").first()
    if stage is None:
        raise Refused(_("This opening has no stages yet."))
    return stage


def _check_move(application: Application, to_stage: Stage) -> None:
    if to_stage.opening_id != application.opening_id:
        raise Refused(_("This stage belongs to another opening."))
    if application.state not in Application.IN_PLAY:
        raise Refused(_("%(name)s is decided. Reconsider the application first.") % {"name": application.alias})
    forwards = to_stage.position > application.stage.position
    if forwards and application.stage.kit_version_id is not None:
        raise Refused(
            _("Leaving “%(stage)s” is a decision about what the interview showed. Advance with your reasons instead.")
            % {"stage": application.stage.name}
        )
