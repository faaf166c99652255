"""The library: competencies and questions. Kits hold copies, so nothing here changes a kit."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.errors import Conflict, Invalid, Refused
from foundation.naming import free_key, named
from foundation.text import fold
from hiring.models import Competency, Question
from hiring.reports.library import COMPETENCY_FIELDS, QUESTION_FIELDS, fingerprint
from people.actions import audit
from people.models import Person

Record = TypeVar("Record", Competency, Question)


@transaction.atomic
def create_competency(*, by: Person, at: datetime, key: str = "", **content: Any) -> Competency:
    """Add a competency; `content` holds COMPETENCY_FIELDS, of which name, group and definition must be there.

    Without `key` one is made from the name. Raises Invalid when the name or the key is taken.
    """
    _only(content, COMPETENCY_FIELDS)
    _refuse_taken_name(content["name"])
    key = key or free_key(Competency.objects.all(), content["name"], otherwise="competency")
    competency = _inserted(Competency(key=key, **content))
    audit.record(by=by, did="hiring.competency_created", thing=competency, changes={"key": competency.key}, at=at)
    return competency


@transaction.atomic
def edit_competency(*, competency: Competency, by: Person, at: datetime, seen: str = "", **changes: Any) -> Competency:
    """Change what the library says of a competency; its key stays, as kits know it by that.

    `seen` is the fingerprint of what the editor saw: raises Conflict when that is not what is there any more.
    """
    _only(changes, COMPETENCY_FIELDS)
    competency = _locked(competency, seen)
    if fold(changes.get("name", competency.name)) != fold(competency.name):
        _refuse_taken_name(changes["name"])
    _change(competency, changes, did="hiring.competency_edited", by=by, at=at)
    return competency


@transaction.atomic
def archive_competency(*, competency: Competency, by: Person, at: datetime) -> None:
    """Take it out of what kits are offered. Twice is once."""
    if Competency.objects.filter(pk=competency.pk, archived_at__isnull=True).update(archived_at=at):
        audit.record(by=by, did="hiring.competency_archived", thing=competency, at=at)


@transaction.atomic
def restore_competency(*, competency: Competency, by: Person, at: datetime) -> None:
    """Offer it to kits again. Twice is once."""
    if Competency.objects.filter(pk=competency.pk, archived_at__isnull=False).update(archived_at=None):
        audit.record(by=by, did="hiring.competency_restored", thing=competency, at=at)


@transaction.atomic
def create_question(*, competency: Competency, by: Person, at: datetime, key: str = "", **content: Any) -> Question:
    """Add a question to a competency; `content` holds QUESTION_FIELDS, of which kind and text must be there.

    Raises Invalid when the competency has this question already, Refused when it is archived.
    """
    _only(content, QUESTION_FIELDS)
    competency = Competency.objects.select_for_update(no_key=True).get(pk=competency.pk)
    if competency.archived_at is not None:
        raise Refused(_("“%(name)s” is archived. Restore it before you add a question.") % {"name": competency.name})
    same = fold(content["text"])
    if any(fold(text) == same for text in competency.questions.values_list("text", flat=True)):
        raise Invalid(
            _("“%(name)s” has this question already.") % {"name": competency.name},
            errors={"text": [_("This question is there already, perhaps archived.")]},
        )
    start = " ".join(content["text"].split()[:8])
    key = key or free_key(competency.questions.all(), start, otherwise=competency.key, length=80)
    question = _inserted(Question(competency=competency, key=key, **content))
    audit.record(by=by, did="hiring.question_created", thing=question, changes={"key": key}, at=at)
    return question


@transaction.atomic
def edit_question(*, question: Question, by: Person, at: datetime, seen: str = "", **changes: Any) -> Question:
    """Change a question of the library. Raises Conflict as edit_competency does."""
    _only(changes, QUESTION_FIELDS)
    question = _locked(question, seen)
    _change(question, changes, did="hiring.question_edited", by=by, at=at)
    return question


@transaction.atomic
def archive_question(*, question: Question, by: Person, at: datetime) -> None:
    """Take it out of what kits are offered. Twice is once."""
    if Question.objects.filter(pk=question.pk, archived_at__isnull=True).update(archived_at=at):
        audit.record(by=by, did="hiring.question_archived", thing=question, at=at)


@transaction.atomic
def restore_question(*, question: Question, by: Person, at: datetime) -> None:
    """Offer it to kits again. Twice is once."""
    if Question.objects.filter(pk=question.pk, archived_at__isnull=False).update(archived_at=None):
        audit.record(by=by, did="hiring.question_restored", thing=question, at=at)


def _only(given: dict[str, Any], known: tuple[str, ...]) -> None:
    if unknown := set(given) - set(known):
        raise TypeError(f"not a field of the library: {', '.join(sorted(unknown))}")


def _locked(record: Record, seen: str) -> Record:
    found = type(record)._default_manager.select_for_update(no_key=True).get(pk=record.pk)
    if seen and seen != fingerprint(found):
        raise Conflict(
            _(
                "Somebody changed this since you opened it. What you typed is still here: compare it with what the "
                "library says now, then save again."
            )
        )
    return found


def _change(record: Competency | Question, changes: dict[str, Any], *, did: str, by: Person, at: datetime) -> None:
    changed = [name for name, value in changes.items() if getattr(record, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(record, name, changes[name])
    record.save(update_fields=changed)
    audit.record(by=by, did=did, thing=record, changes={"fields": changed}, at=at)


def _refuse_taken_name(name: str) -> None:
    if taken := named(Competency.objects.all(), name):
        remedy = _("Restore it") if taken.archived_at else _("Edit that one")
        message = _("The library has “%(name)s” already. %(remedy)s, or choose another name.")
        text = message % {"name": taken.name, "remedy": remedy}
        raise Invalid(text, errors={"name": [text]})


def _inserted(record: Record) -> Record:
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError:
        message = _("The key “%(key)s” is taken: somebody may just have added the same. Look at the library first.")
        text = message % {"key": record.key}
        raise Invalid(text, errors={"key": [text]}) from None
    return record
