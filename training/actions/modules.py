"""The life of a module: written, published, superseded, archived."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from foundation.edits import put
from foundation.errors import Conflict, Invalid, Refused
from foundation.naming import free_key, refuse_taken_name
from foundation.text import digest_of, fold
from people.actions import audit
from people.models import Person
from training.actions import assignments, files, seats
from training.actions.prerequisites import set_needs
from training.contents import ModuleContent, Part, to_json
from training.models import (
    Assignment,
    Booking,
    Completion,
    Module,
    ModulePart,
    ModuleVersion,
    PartRecord,
    SignOff,
)
from training.reports.files import files_for, flaws_of
from training.reports.modules import content_of

State = ModuleVersion.State
EDITABLE = (
    "name", "summary", "kind", "manager_too", "owner", "review_on", "valid_months", "anchor", "anchor_month",
    "anchor_day", "minimum_days", "window_days",
)  # fmt: skip
UnderWay = Literal["keep", "move"]
Completed = Literal["keep", "again"]


@transaction.atomic
def create_module(*, content: ModuleContent, by: Person | None, at: datetime) -> ModuleVersion:
    """A new module with the content as its first draft, and with what it needs; its key is made free.

    Raises Invalid when another module has the name, or when it needs what nobody can take.
    """
    _refuse_taken_name(content.name)
    module = Module.objects.create(
        key=free_key(Module.objects.all(), content.key, otherwise="module"),
        name=content.name,
        summary=content.summary,
        kind=content.kind,
        manager_too=content.manager_too,
        valid_months=content.valid_for_months,
        owner=by,
    )
    version = draft_of(module=module, content=content, by=by, at=at)
    audit.record(by=by, did="training.module_created", thing=module, changes={"key": module.key}, at=at)
    if content.needs:
        set_needs(wanted={module.key: content.needs}, by=by, at=at)
    return version


@transaction.atomic
def edit_module(*, module: Module, by: Person, at: datetime, **changes: Any) -> Module:
    """Change what all versions share: name, summary, how long a completion is valid (of those to come).

    Raises Invalid when another module has the name.
    """
    module = Module.objects.select_for_update(no_key=True).get(pk=module.pk)
    if fold(changes.get("name", module.name)) != fold(module.name):
        _refuse_taken_name(changes["name"])
    if changed := put(module, changes, among=EDITABLE):
        audit.record(by=by, did="training.module_edited", thing=module, changes={"fields": changed}, at=at)
    return module


@transaction.atomic
def write_draft(
    *, module: Module, content: ModuleContent, by: Person, at: datetime, seen: Sequence[Part] | None = None
) -> ModuleVersion:
    """The module's draft with this content: a new one, or what stood in the draft before is replaced.

    Name, summary, validity and needs of the content are not looked at: they are the module's. `seen`: the parts of the
    last version as the writer knew them. Raises Conflict when they are others by now, and Refused when the module is
    archived.
    """
    module = _locked(module)
    _refuse_archived(module)
    _refuse_unseen(module, seen)
    draft = module.versions.filter(state=State.DRAFT).first()
    if draft is None:
        draft = draft_of(module=module, content=content, by=by, at=at)
        audit.record(by=by, did="training.draft_started", thing=draft, changes={"number": draft.number}, at=at)
    else:
        draft.parts.all().delete()
        _write_parts(draft, content)
        audit.record(by=by, did="training.draft_replaced", thing=draft, changes={"number": draft.number}, at=at)
    return draft


@transaction.atomic
def discard_draft(*, version: ModuleVersion, by: Person, at: datetime) -> Module | None:
    """Delete a draft. A module that has no other version goes with it: then None is returned, else the module.

    Raises Refused when it is no draft any more, or a rule or another module names the module that would go with it.
    """
    module = _locked(version.module)
    draft = module.versions.filter(pk=version.pk, state=State.DRAFT).first()
    if draft is None:
        raise Refused(_("This draft was published or discarded meanwhile."), code="not_a_draft")
    audit.record(by=by, did="training.draft_discarded", thing=draft, changes={"number": draft.number}, at=at)
    draft.delete()
    if module.versions.exists():
        return module
    if (rule := module.rules.first()) is not None:
        raise Refused(_("The rule “%(name)s” names this module. Archive the module instead.") % {"name": rule.name})
    if (other := module.needed_by.select_related("module").first()) is not None:
        raise Refused(_("“%(name)s” needs this module. Archive the module instead.") % {"name": other.module})
    audit.record(by=by, did="training.module_discarded", thing=module, at=at)
    module.delete()
    return None


@transaction.atomic
def publish_version(
    *,
    version: ModuleVersion,
    by: Person | None,
    at: datetime,
    change_note: str = "",
    under_way: UnderWay = "keep",
    completed: Completed = "keep",
    again_due_on: date | None = None,
) -> ModuleVersion:
    """Freeze the draft and let it supersede the version published before.

    Whoever has not started takes the new version. `under_way`: those who have started go on with the version they
    began ("keep"), or move to the new one, where parts that did not change stay done ("move"). `completed`: what was
    completed holds on ("keep"), or whoever holds a valid completion is given the new version, due on `again_due_on`
    ("again"). Raises Refused (code "not_a_draft") when it was published or discarded meanwhile, and Refused when a file
    that it names is missing.
    """
    module = _locked(version.module)
    _refuse_archived(module)
    if flaws := flaws_of(version):
        raise Refused(" ".join([_("Files are missing."), *flaws[:5]]), code="files")
    if completed == "again" and again_due_on is None:
        raise Invalid(_("Say by when."), errors={"again_due_on": [_("Say by when they are to take it again.")]})
    module.versions.filter(state=State.PUBLISHED).update(state=State.SUPERSEDED)
    published = module.versions.filter(pk=version.pk, state=State.DRAFT).update(
        state=State.PUBLISHED, published_at=at, published_by=by, change_note=change_note
    )
    if not published:
        raise Refused(_("This draft was published or discarded meanwhile."), code="not_a_draft")
    version.refresh_from_db()
    moved = _move_open(version, under_way, at)
    again = _give_again(version, by=by, at=at, due_on=again_due_on) if completed == "again" else 0
    changes = {"number": version.number, "moved": moved, "again": again}
    audit.record(by=by, did="training.module_published", thing=version, changes=changes, at=at)
    return version


@transaction.atomic
def archive_module(*, module: Module, by: Person, at: datetime) -> None:
    """Give it to nobody new and renew nothing; who has it goes on. Twice is once."""
    if Module.objects.filter(pk=module.pk, archived_at__isnull=True).update(archived_at=at):
        audit.record(by=by, did="training.module_archived", thing=module, at=at)


@transaction.atomic
def restore_module(*, module: Module, by: Person, at: datetime) -> None:
    """Offer it again. Twice is once."""
    if Module.objects.filter(pk=module.pk, archived_at__isnull=False).update(archived_at=None):
        audit.record(by=by, did="training.module_restored", thing=module, at=at)


def digest_of_content(*, content: ModuleContent) -> str:
    """One digest for one content, whatever the YAML looks like."""
    return digest_of(to_json(content))


def draft_of(*, module: Module, content: ModuleContent, by: Person | None, at: datetime) -> ModuleVersion:
    """The module's next version, a draft with that content. The caller holds the module's lock, has made sure that it
    has no draft, and writes the audit trail."""
    number = (module.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = ModuleVersion.objects.create(module=module, number=number, created_by=by, created_at=at)
    _write_parts(version, content)
    files.share(version=version, at=at)
    return version


def _write_parts(version: ModuleVersion, content: ModuleContent) -> None:
    ModulePart.objects.bulk_create(
        ModulePart(
            version=version,
            position=position,
            key=part.key,
            kind=part.kind,
            title=part.title,
            minutes=part.minutes,
            skipped_in_renewal=part.skipped_in_renewal,
            stored=to_json(part.content),
        )
        for position, part in enumerate(content.parts, start=1)
    )
    version.minutes, version.renewal_minutes = content.minutes, content.renewal_minutes
    version.save(update_fields=["minutes", "renewal_minutes"])


def _move_open(version: ModuleVersion, under_way: UnderWay, at: datetime) -> int:
    """Bring open assignments to the version that was just published; how many."""
    there = Assignment.objects.filter(module=version.module_id).exclude(version=version)
    moved = there.filter(state=Assignment.State.ASSIGNED).update(version=version)
    if under_way == "keep":
        return moved
    started = list(there.filter(state=Assignment.State.STARTED).select_for_update(no_key=True))
    _carry_over(version, started)
    Assignment.objects.filter(pk__in=[one.pk for one in started]).update(version=version)
    kept = version.parts.filter(kind=ModulePart.Kind.SESSION).values("key")
    seats.release(bookings=Booking.objects.filter(assignment__in=started).exclude(part_key__in=kept), at=at)
    for one in started:
        one.version = version
        assignments.complete_if_done(assignment=one, at=at)
    return moved + len(started)


def _carry_over(version: ModuleVersion, moving: Sequence[Assignment]) -> None:
    """Records of parts that the new version holds unchanged go along, with their attempts and sign-offs. About other
    parts nobody is asked any longer."""
    same = {_likeness(part): part for part in version.parts.all()}
    kept = []
    for record in PartRecord.objects.filter(assignment__in=moving).select_related("part"):
        new = same.get(_likeness(record.part))
        if new is not None:
            record.part = new
            kept.append(record)
    PartRecord.objects.bulk_update(kept, ["part"], batch_size=assignments.BATCH)
    waiting = SignOff.objects.waiting().filter(record__assignment__in=moving)
    waiting.exclude(record__part__version=version).update(state=SignOff.State.WITHDRAWN)


def _likeness(part: ModulePart) -> tuple[str, ...]:
    """With what is in the files that it names. Who was at a session was there, whatever is now written about it."""
    if part.kind == ModulePart.Kind.SESSION:
        return part.key, part.kind
    named = files_for(part.version_id, part.content)
    held = [f"{name} {named[name].medium_id}" for name in sorted(named)]
    return part.key, part.kind, json.dumps(part.stored, sort_keys=True), *held


def _give_again(version: ModuleVersion, *, by: Person | None, at: datetime, due_on: date | None) -> int:
    today = at.date() - timedelta(days=1)  # where it is still yesterday, what ends today holds
    holders = Completion.objects.latest().filter(module=version.module_id, person__is_active=True)
    people = [one.person for one in holders.select_related("person") if one.is_valid(today)]
    note = _("A new version to take.")
    try:
        # The whole of it: what is new may stand in a part that a renewal skips.
        given = assignments.assign(
            module=version.module, people=people, due_on=due_on, by=by, at=at, note=note, whole=True
        )
    except Invalid as refusal:
        raise Invalid(str(refusal), errors={"again_due_on": [str(refusal)]}) from None
    return len(given.assignments)


def _locked(module: Module) -> Module:
    return Module.objects.select_for_update(no_key=True).get(pk=module.pk)


def _refuse_archived(module: Module) -> None:
    if module.archived_at is not None:
        raise Refused(_("“%(name)s” is archived. Restore it first.") % {"name": module.name})


def _refuse_unseen(module: Module, seen: Sequence[Part] | None) -> None:
    last = module.versions.order_by("number").last()
    if seen is not None and last is not None and content_of(last).parts != tuple(seen):
        raise Conflict(_("Somebody else changed the draft at the same moment. Look at what is there now."))


def _refuse_taken_name(name: str) -> None:
    refuse_taken_name(Module.objects.all(), name, _("There is a module called “%(name)s” already.") % {"name": name})
