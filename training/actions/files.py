"""Files of a draft: brought, replaced, removed; shared by later versions, and forgotten when none has them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation import media, uploads
from foundation.errors import Refused
from people.actions import audit
from people.models import Person
from training.media import tidy_name
from training.models import Medium, ModuleVersion, VersionFile

MB = 1024 * 1024
MOST_FILES = 100
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class _Brought:
    """What an upload turned out to be."""

    kind: str
    content_type: str
    extension: str
    data: IO[bytes]
    width: int = 0
    height: int = 0


@transaction.atomic
def add_file(*, version: ModuleVersion, upload: IO[bytes], name: str, by: Person | None, at: datetime) -> VersionFile:
    """A file of the draft, known by its content, under a tidy form of the name; what had that name before is replaced.

    Raises Refused for what we do not take or is too large, for too many, and when it is no draft any more.
    """
    brought = _identified(upload, name)
    version = ModuleVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    _refuse_frozen(version)
    return _put(version, upload, brought, tidy_name(name, brought.extension), by, at, [])


@transaction.atomic
def add_files(
    *,
    version: ModuleVersion,
    brought_in: Iterable[tuple[str, IO[bytes]]],
    by: Person | None,
    at: datetime,
    stored: list[str],
) -> None:
    """Several files of the draft, under just these names; what had them before is replaced. Whoever may still roll it
    back is told in `stored` what was written to disk. Raises Refused as add_file does, with the name, and for what is
    something else than its name says."""
    version = ModuleVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    _refuse_frozen(version)
    for name, upload in brought_in:
        try:
            brought = _identified(upload, name)
        except Refused as refusal:
            raise Refused(f"“{name}”: {refusal}", code=refusal.code) from None
        if (kept := tidy_name(name, brought.extension)) != name:
            wrong = _("“%(name)s” is something else than its name says: by what it holds it is %(kept)s.")
            raise Refused(wrong % {"name": name, "kept": kept}, code=uploads.UNSUPPORTED)
        _put(version, upload, brought, name, by, at, stored)


def _put(
    version: ModuleVersion,
    upload: IO[bytes],
    brought: _Brought,
    name: str,
    by: Person | None,
    at: datetime,
    stored: list[str],
) -> VersionFile:
    """The caller holds the version's lock."""
    replaced = version.files.filter(name=name).delete()[0]
    if version.files.count() >= MOST_FILES:
        raise Refused(_("A version has %(most)d files at most. Remove some first.") % {"most": MOST_FILES})
    medium = _kept(upload, brought, at, stored)
    file = version.files.create(name=name, medium=medium, added_by=by, added_at=at)
    changes = {"name": name, "digest": medium.digest, "replaced": bool(replaced)}
    audit.record(by=by, did="training.file_added", thing=version, changes=changes, at=at)
    return file


@transaction.atomic
def remove_file(*, file: VersionFile, by: Person, at: datetime) -> None:
    """Take it off the draft; other versions keep it. Raises Refused when it is no draft any more."""
    version = ModuleVersion.objects.select_for_update(no_key=True).get(pk=file.version_id)
    _refuse_frozen(version)
    file.delete()
    audit.record(by=by, did="training.file_removed", thing=version, changes={"name": file.name}, at=at)


def share(*, version: ModuleVersion, at: datetime) -> None:
    """Give a new draft the files of the version before it: the same files, not copies. The caller holds the module's
    lock."""
    before = ModuleVersion.objects.filter(module=version.module_id, number__lt=version.number)
    last = before.order_by("number").last()
    VersionFile.objects.bulk_create(
        VersionFile(
            version=version, name=file.name, medium_id=file.medium_id, added_by_id=file.added_by_id, added_at=at
        )
        for file in (last.files.order_by("pk") if last else ())
    )


def forget_unused(*, at: datetime) -> int:
    """Delete what no version has had for a day; how many."""
    unused = Medium.objects.filter(uses__isnull=True, brought_at__lt=at - FORGOTTEN_AFTER).order_by("pk")
    return sum(_forgotten(key) for key in unused.values_list("pk", flat=True))


@transaction.atomic
def _forgotten(key: int) -> bool:
    # Locked first, asked then: who brings the same file at this moment waits, and brings it anew.
    medium = Medium.objects.select_for_update().filter(pk=key).first()
    if medium is None or medium.uses.exists():
        return False
    name = medium.file.name or ""
    medium.delete()
    transaction.on_commit(lambda: default_storage.delete(name))
    return True


# --- what was brought -----------------------------------------------------------------------------------------------


def _identified(upload: IO[bytes], name: str) -> _Brought:
    """By its first bytes, then by all of it. Raises Refused."""
    upload.seek(0)
    head = upload.read(16)
    if head[4:8] == b"ftyp" or head.startswith(b"\x1a\x45\xdf\xa3"):
        kind = media.identify_video(upload, max_bytes=settings.LESSON_VIDEO_MB * MB)
        return _Brought(Medium.Kind.VIDEO, kind.value, kind.extension, upload)
    most = settings.LESSON_FILE_MB * MB
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff")) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        picture = uploads.reencode_picture(upload, max_bytes=most)
        webp = media.MediaType.WEBP
        data = ContentFile(picture.data)
        return _Brought(Medium.Kind.PICTURE, webp.value, webp.extension, data, picture.width, picture.height)
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
        upload.seek(0)
        media.check_captions(upload.read(media.LARGEST_CAPTIONS + 1))
        vtt = media.MediaType.VTT
        return _Brought(Medium.Kind.CAPTIONS, vtt.value, vtt.extension, upload)
    document = _document(upload, name, most)
    return _Brought(Medium.Kind.DOCUMENT, document.value, document.extensions[0], upload)


def _document(upload: IO[bytes], name: str, most: int) -> uploads.FileType:
    documents = uploads.ALL - {uploads.FileType.PNG, uploads.FileType.JPEG}
    try:
        return uploads.identify(upload, name=name, allowed=documents, max_bytes=most)
    except Refused as refusal:
        if refusal.code != uploads.UNSUPPORTED:
            raise
        more = _("Besides, pictures (JPEG, PNG, WebP), videos (MP4, WEBM) and captions (VTT).")
        raise Refused(f"{refusal} {more}", code=refusal.code) from None


def _kept(upload: IO[bytes], brought: _Brought, at: datetime, written: list[str]) -> Medium:
    """What was brought, kept once: who brings the same again gets what is there."""
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()  # type: ignore[arg-type]
    known = Medium.objects.select_for_update(no_key=True).filter(digest=digest).first()
    if known is not None:
        return known
    brought.data.seek(0)
    stored = f"lessons/{uploads.made_up_name(brought.extension)}"
    uploads.keep({stored: brought.data})
    written.append(stored)
    try:
        with transaction.atomic():
            return Medium.objects.create(
                digest=digest, kind=brought.kind, content_type=brought.content_type, file=stored,
                size=default_storage.size(stored), width=brought.width, height=brought.height, brought_at=at,
            )  # fmt: skip
    except BaseException as failure:
        # Without its row nobody would ever find it again.
        default_storage.delete(stored)
        if isinstance(failure, IntegrityError):  # somebody else brought the same at the same moment
            return Medium.objects.get(digest=digest)
        raise


def _refuse_frozen(version: ModuleVersion) -> None:
    if not version.is_draft:
        raise Refused(
            _("This version was published or discarded meanwhile, and never changes. Write a new one."),
            code="not_a_draft",
        )
