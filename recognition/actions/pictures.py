"""Pictures of recognitions: made anew from what was uploaded; gone with their files when nobody can see them again."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import uuid4

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from foundation import uploads
from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person
from recognition.models import Case, Picture, Recognition
from recognition.models.moderation import APPEAL

SMALL = 640  # pixels, at most, of the one on the wall
LONGEST_ALT = 300
MOST = 500  # in one transaction


@dataclass(frozen=True)
class Prepared:
    """A picture that was looked at and made anew, and is not stored yet."""

    large: uploads.Picture
    small: uploads.Picture
    alt: str


def prepare_picture(*, upload: IO[bytes] | None, alt: str) -> Prepared | None:
    """What becomes of an upload; None without one. Raises Invalid for what is no picture that we take (damaged, of
    another kind, too many pixels or bytes), and without words for whoever does not see it."""
    if upload is None:
        return None
    alt = " ".join(alt.split())
    try:
        large = uploads.reencode_picture(upload)
        small = uploads.reencode_picture(io.BytesIO(large.data), size=SMALL)
    except Refused as refusal:
        raise Invalid(str(refusal), errors={"picture": [str(refusal)]}) from None
    if not alt or len(alt) > LONGEST_ALT:
        text = _("Say what is to be seen in it, for colleagues who don't see it. Then choose the picture again.")
        raise Invalid(text, errors={"picture_alt": [text]})
    return Prepared(large, small, alt)


@transaction.atomic
def put_picture(*, recognition: Recognition, prepared: Prepared, by: Person, at: datetime) -> Picture:
    """Its picture from now on; the one before goes with its files. Where there is no room for it OSError is raised, and
    nothing has changed. Raises Refused for what is not shown."""
    held = Recognition.objects.select_for_update(no_key=True, of=("self",)).get(pk=recognition.pk)
    if not held.is_shown:
        raise Refused(_("It is not shown any more."))
    _drop(Picture.objects.filter(recognition=recognition))
    row = Picture(
        recognition=recognition, file=f"recognition/{uuid4().hex}.webp", width=prepared.large.width,
        height=prepared.large.height, small_width=prepared.small.width, alt=prepared.alt, added_at=at,
    )  # fmt: skip
    large, small = row.names
    uploads.keep({large: prepared.large.data, small: prepared.small.data})
    row.save()
    audit.record(by=by, did="recognition.picture_put", thing=recognition, at=at)
    return row


@transaction.atomic
def remove_picture(*, recognition: Recognition, by: Person, at: datetime) -> None:
    """Without a picture from now on, and its files are gone. Twice is once."""
    if _drop(Picture.objects.filter(recognition=recognition)):
        audit.record(by=by, did="recognition.picture_removed", thing=recognition, at=at)


def drop_picture(*, recognition: Recognition) -> None:
    """With what it belonged to: of no recognition that nobody can see again is a picture kept. In the caller's
    transaction."""
    _drop(Picture.objects.filter(recognition=recognition))


def forget_pictures(*, at: datetime) -> int:
    """Each night: of what a steward removed, once no appeal can bring it back; how many. Twice is once."""
    case = Case.objects.filter(recognition=OuterRef("recognition"), comment=None)
    over = Q(state=Case.State.UPHELD) | Q(state=Case.State.REMOVED, decided_at__lte=at - APPEAL)
    waits = case.filter(Q(state=Case.State.APPEALED) | Q(state=Case.State.REMOVED, decided_at__gt=at - APPEAL))
    rows = Picture.objects.filter(Exists(case.filter(over)), recognition__state=Recognition.State.REMOVED)
    rows = rows.exclude(Exists(waits))
    count = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:MOST]):
        with transaction.atomic():
            count += _drop(Picture.objects.filter(pk__in=keys))
    return count


def _drop(rows: QuerySet[Picture]) -> int:
    """The files go once it is sure that the rows do."""
    pictures = list(rows)
    names = [name for picture in pictures for name in picture.names]
    rows.filter(pk__in=[picture.pk for picture in pictures]).delete()

    def drop() -> None:
        for name in names:
            default_storage.delete(name)

    transaction.on_commit(drop)
    return len(pictures)
