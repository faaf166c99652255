"""Evidence of what was learned elsewhere: handed in, and deleted when nobody needs it any more."""

from datetime import date, datetime, timedelta
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from foundation import uploads
from foundation.errors import Invalid, Refused
from foundation.media import MediaType
from people.actions import audit
from people.models import Person
from training.actions import sign_offs
from training.media import is_link
from training.models import Evidence, ModulePart, PartRecord


@transaction.atomic
def hand_in(
    *,
    record: PartRecord,
    observer: Person,
    title: str,
    done_on: date,
    at: datetime,
    link: str = "",
    upload: IO[bytes] | None = None,
    name: str = "",
    note: str = "",
) -> Evidence:
    """Hand in a document (PDF, or a photo, which is made anew), a link, or both, and ask the observer to judge it. From
    now on waiting is not the learner's lateness.

    Raises Invalid for neither, for a day to come, for what is no PDF and no photo; Refused as sign_offs.ask does.
    """
    if record.part.kind != ModulePart.Kind.EVIDENCE:
        raise Refused(_("Nothing is handed in for this part."))
    errors = _errors(record.assignment.person, done_on, link, upload, at)
    if errors:
        raise Invalid(_("Something is missing."), errors=errors)
    data, content_type, extension = _document(upload, name) if upload else (b"", "", "")
    sign_off = sign_offs.ask(record=record, observer=observer, note=note, at=at)
    evidence = Evidence(
        sign_off=sign_off, title=title, done_on=done_on, link=link, content_type=content_type, size=len(data)
    )
    if data:
        evidence.name = f"{uploads.safe_name(name).rpartition('.')[0][:150] or 'evidence'}{extension}"
        stored = f"evidence/{uploads.made_up_name(extension)}"
        uploads.keep({stored: data})
        evidence.file = stored
    try:
        evidence.save(force_insert=True)
        audit.record(by=record.assignment.person, did="training.evidence_handed_in", thing=sign_off, at=at)
    except BaseException:
        default_storage.delete(evidence.file.name or "")
        raise
    return evidence


def forget_outlived(*, at: datetime) -> int:
    """Delete files and links of evidence that nobody needs any more; how many. That it was handed in, and what was said
    of it, stays."""
    before = at - timedelta(days=settings.EVIDENCE_KEPT_DAYS)
    return sum(_forgotten(key, before, at) for key in Evidence.objects.outlived(before).values_list("pk", flat=True))


@transaction.atomic
def _forgotten(key: int, before: datetime, at: datetime) -> bool:
    evidence = Evidence.objects.select_for_update(of=("self",)).get(pk=key)
    name = evidence.file.name or ""
    rows = Evidence.objects.filter(pk=key, forgotten_at__isnull=True)
    if not rows.update(file="", link="", name="", content_type="", size=0, forgotten_at=at):
        return False
    audit.record(by=None, did="training.evidence_forgotten", thing=evidence.sign_off, at=at)
    if name:
        transaction.on_commit(lambda: default_storage.delete(name))
    return True


def _errors(learner: Person, done_on: date, link: str, upload: IO[bytes] | None, at: datetime) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if done_on > at.astimezone(learner.zone).date():
        errors["done_on"] = [_("This day is still to come.")]
    if not link and upload is None:
        errors["file"] = [_("Choose a document, or give a link.")]
    if link and not is_link(link):
        errors["link"] = [_("Give an address that begins with https://.")]
    return errors


def _document(upload: IO[bytes], name: str) -> tuple[bytes, str, str]:
    """What is kept of an upload, its type and extension: a PDF as it is, the pixels of a photo."""
    try:
        upload.seek(0)
        if upload.read(5) == b"%PDF-":
            kind = uploads.identify(upload, name=name, allowed={uploads.FileType.PDF})
            upload.seek(0)
            return upload.read(), kind.value, kind.extensions[0]
        return uploads.reencode_picture(upload).data, MediaType.WEBP.value, MediaType.WEBP.extension
    except Refused as refusal:
        message = _("%(why)s Hand in a PDF or a photo.") % {"why": refusal}
        raise Invalid(message, errors={"file": [message]}) from None
