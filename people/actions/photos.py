"""Photos of people: made anew from what was uploaded, kept under made-up names."""

import uuid
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO

from django.core.files.storage import default_storage
from django.db import transaction

from foundation import uploads
from people.actions import audit
from people.models import Person


@transaction.atomic
def set_photo(*, person: Person, photo: IO[bytes], by: Person | None, at: datetime) -> Person:
    """Replace the photo by two square WebP pictures of it, under a made-up name; the old files go once that is sure.

    Raises Refused for what is not a photo.
    """
    pictures = uploads.reencode_photo(photo)
    person = Person.objects.select_for_update().get(pk=person.pk)
    _drop_files_later(person)
    # Names are made up, never the uploader's; each photo gets a new one, so that browsers may keep it for good.
    large = f"photos/{uuid.uuid4().hex}.webp"
    uploads.keep({large: pictures.large, small_photo_name(name=large): pictures.small})
    person.photo = large
    person.save(update_fields=["photo"])
    audit.record(by=by, did="people.photo_set", thing=person, team=person.team_id, at=at)
    return person


@transaction.atomic
def remove_photo(*, person: Person, by: Person | None, at: datetime) -> Person:
    """Go back to initials; without a photo nothing happens."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.photo.name:
        return person
    _drop_files_later(person)
    person.photo = ""
    person.save(update_fields=["photo"])
    audit.record(by=by, did="people.photo_removed", thing=person, team=person.team_id, at=at)
    return person


def small_photo_name(*, name: str) -> str:
    """Where the small picture of a photo is stored, beside the large one."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}-small{path.suffix}"))


def _drop_files_later(person: Person) -> None:
    if not (name := person.photo.name):
        return

    def drop() -> None:
        default_storage.delete(name)
        default_storage.delete(small_photo_name(name=name))

    transaction.on_commit(drop)
