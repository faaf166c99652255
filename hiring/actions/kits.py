"""The life of a kit: made, drafted, published, superseded, archived. Drafts are edited in kit_drafts."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max, ProtectedError
from django.utils.translation import gettext as _

from foundation.edits import put
from foundation.errors import Conflict, Invalid, Refused
from foundation.naming import free_key, named
from foundation.text import fold
from hiring.kit_files import KitFile
from hiring.models import Kit, KitCompetency, KitQuestion, KitVersion
from hiring.reports import kits as reports
from hiring.reports.kit_gaps import gaps
from people.actions import audit
from people.models import Person

State = KitVersion.State
EDITABLE = ("name", "purpose")


@transaction.atomic
def create_kit(
    *, name: str, by: Person, at: datetime, purpose: str = "", key: str = "", copy_of: KitVersion | None = None
) -> KitVersion:
    """A new kit; returns its first draft, blank or with the content of another kit's version.

    Without `key` one is made from the name. Raises Invalid when the name or the key is taken.
    """
    _refuse_taken_name(name)
    kit = _inserted_kit(name=name, purpose=purpose, key=key)
    content = reports.as_file(reports.load(copy_of.pk)) if copy_of is not None else None
    version = write_draft(kit=kit, content=content, by=by, at=at)
    audit.record(by=by, did="hiring.kit_created", thing=kit, changes={"key": kit.key}, at=at)
    return version


@transaction.atomic
def edit_kit(*, kit: Kit, by: Person, at: datetime, **changes: str) -> Kit:
    """Change name or purpose, which all versions share. Raises Invalid when another kit has the name."""
    kit = Kit.objects.select_for_update(no_key=True).get(pk=kit.pk)
    if fold(changes.get("name", kit.name)) != fold(kit.name):
        _refuse_taken_name(changes["name"])
    if changed := put(kit, changes, among=EDITABLE):
        audit.record(by=by, did="hiring.kit_edited", thing=kit, changes={"fields": changed}, at=at)
    return kit


@transaction.atomic
def start_draft(*, kit: Kit, by: Person, at: datetime, copy_of: KitVersion | None = None) -> KitVersion:
    """The kit's next version as a draft, with the content of `copy_of` (any version), by default of the published one.

    Raises Refused (code "draft_exists") when there is a draft already, and when the kit is archived.
    """
    kit = _locked(kit)
    _refuse_archived(kit)
    if kit.versions.filter(state=State.DRAFT).exists():
        raise Refused(_("This kit has a draft already. Go on with it, or discard it first."), code="draft_exists")
    source = copy_of or kit.versions.filter(state=State.PUBLISHED).first()
    content = reports.as_file(reports.load(source.pk)) if source is not None else None
    version = write_draft(kit=kit, content=content, by=by, at=at)
    audit.record(
        by=by,
        did="hiring.kit_draft_started",
        thing=version,
        changes={"number": version.number, "from": source.number if source else None},
        at=at,
    )
    return version


@transaction.atomic
def publish_version(
    *, version: KitVersion, revision: int, by: Person, at: datetime, change_note: str = ""
) -> KitVersion:
    """Freeze the draft and let it supersede the version published before, which stays with those who use it.

    `revision` is that of the draft the publisher read: raises Conflict when it was changed since. Raises Invalid with
    all that is missing, and Refused (code "not_a_draft") when it was published or discarded meanwhile.
    """
    kit = _locked(version.kit)
    _refuse_archived(kit)
    draft = kit.versions.filter(pk=version.pk, state=State.DRAFT).first()
    if draft is None:
        raise Refused(_("This draft was published or discarded meanwhile."), code="not_a_draft")
    if draft.revision != revision:
        raise Conflict(_("This draft was changed since you opened the page. Read it again, then publish it."))
    missing = [gap.message for gap in gaps(reports.sheet_of(reports.load(draft.pk)))]
    if missing:
        raise Invalid(_("This draft can't be published yet."), errors={"": missing}, code="incomplete")
    # The old one steps down first: a kit never has two published versions, and the table says so.
    kit.versions.filter(state=State.PUBLISHED).update(state=State.SUPERSEDED)
    published = kit.versions.filter(pk=draft.pk, state=State.DRAFT, revision=revision).update(
        state=State.PUBLISHED,
        published_at=at,
        published_by=by,
        change_note=change_note,
        revision=F("revision") + 1,
    )
    if not published:
        raise Conflict(_("This draft was changed since you opened the page. Read it again, then publish it."))
    audit.record(by=by, did="hiring.kit_published", thing=draft, changes={"number": draft.number}, at=at)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def discard_draft(*, version: KitVersion, by: Person, at: datetime) -> Kit | None:
    """Delete a draft and all that was typed into it. A kit that has no other version goes with it: then None is
    returned, else the kit. Raises Refused when it is no draft any more, or something uses it."""
    kit = _locked(version.kit)
    draft = kit.versions.filter(pk=version.pk, state=State.DRAFT).first()
    if draft is None:
        raise Refused(_("This draft was published or discarded meanwhile."), code="not_a_draft")
    audit.record(by=by, did="hiring.kit_draft_discarded", thing=draft, changes={"number": draft.number}, at=at)
    try:
        with transaction.atomic():
            draft.delete()
    except ProtectedError:
        raise Refused(_("An opening uses this draft. Give its stage another version first.")) from None
    if kit.versions.exists():
        return kit
    audit.record(by=by, did="hiring.kit_discarded", thing=kit, at=at)
    kit.delete()
    return None


@transaction.atomic
def archive_kit(*, kit: Kit, by: Person, at: datetime) -> None:
    """Offer it to no new opening; openings that use it go on. Twice is once."""
    if Kit.objects.filter(pk=kit.pk, archived_at__isnull=True).update(archived_at=at):
        audit.record(by=by, did="hiring.kit_archived", thing=kit, at=at)


@transaction.atomic
def restore_kit(*, kit: Kit, by: Person, at: datetime) -> None:
    """Offer it to openings again. Twice is once."""
    if Kit.objects.filter(pk=kit.pk, archived_at__isnull=False).update(archived_at=None):
        audit.record(by=by, did="hiring.kit_restored", thing=kit, at=at)


def write_draft(*, kit: Kit, content: KitFile | None, by: Person | None, at: datetime) -> KitVersion:
    """The kit's next version, a draft with that content; name, key and purpose of `content` are not looked at.

    The caller holds the kit's lock, has made sure that it has no draft, and writes the audit trail.
    """
    number = (kit.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = KitVersion(kit=kit, number=number, created_by=by, created_at=at)
    if content is None:
        version.save(force_insert=True)
        return version
    for name in reports.DETAILS:
        setattr(version, name, getattr(content, name))
    version.save(force_insert=True)
    competencies = KitCompetency.objects.bulk_create(
        KitCompetency(
            version=version,
            position=position,
            key=one.key,
            name=one.name,
            group=one.group,
            definition=one.definition,
            no_evidence=one.no_evidence,
            weight=one.weight,
            minimum=one.minimum,
            **{f"anchor_{score}": text for score, text in enumerate(one.anchors, start=1)},
        )
        for position, one in enumerate(content.competencies, start=1)
    )
    by_key = {competency.key: competency for competency in competencies}
    KitQuestion.objects.bulk_create(
        KitQuestion(
            version=version,
            competency=by_key[one.competency],
            position=position,
            key=one.key,
            kind=one.kind,
            text=one.text,
            probes=list(one.probes),
            minutes=one.minutes,
        )
        for position, one in enumerate(content.questions, start=1)
    )
    return version


def _locked(kit: Kit) -> Kit:
    """Queues whoever else starts, publishes or discards a version of this kit.

    A lock that leaves the key alone: whoever saves a version only needs the kit to stay, and would otherwise wait here
    while holding what we are about to wait for.
    """
    return Kit.objects.select_for_update(no_key=True).get(pk=kit.pk)


def _refuse_archived(kit: Kit) -> None:
    if kit.archived_at is not None:
        raise Refused(_("“%(name)s” is archived. Restore it first.") % {"name": kit.name}, code="archived")


def _refuse_taken_name(name: str) -> None:
    if taken := named(Kit.objects.all(), name):
        remedy = _("Restore it") if taken.archived_at else _("Start a draft of that one")
        message = _("There is a kit “%(name)s” already. %(remedy)s, or choose another name.")
        text = message % {"name": taken.name, "remedy": remedy}
        raise Invalid(text, errors={"name": [text]})


def _inserted_kit(*, name: str, purpose: str, key: str) -> Kit:
    kit = Kit(name=name, purpose=purpose, key=key or free_key(Kit.objects.all(), name, otherwise="kit"))
    try:
        with transaction.atomic():
            kit.save(force_insert=True)
    except IntegrityError:
        text = _("The key “%(key)s” is taken: somebody may just have added the same kit.") % {"key": kit.key}
        raise Invalid(text, errors={"key": [text]}) from None
    return kit
