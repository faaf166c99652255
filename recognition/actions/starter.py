"""The starter values, from the file beside this app, never over what the organisation made of them."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.db import transaction

from foundation.text import digest_of, fold
from people.actions import audit
from people.actions.starting import Loaded
from recognition.models import Value
from recognition.value_files import ValueContent, parse_values

VALUES = Path(__file__).parents[1] / "starter" / "values.yaml"


@transaction.atomic
def load_values(*, at: datetime, file: Path = VALUES) -> Loaded:
    """Bring the values up to the starter content. Twice is once.

    A value that is still as an earlier loading left it takes over what the file says now; one that anybody has edited
    or archived stays, and so does one of the same name. Raises FileError when the file is wrong.
    """
    known = {value.key: value for value in Value.objects.select_for_update(no_key=True)}
    names = {fold(value.name): key for key, value in known.items()}
    loaded = Loaded()
    for position, content in enumerate(parse_values(file.read_bytes()), start=1):
        value, digest = known.get(content.key), _digest(content)
        if names.get(fold(content.name), content.key) != content.key or (value and not _is_as_loaded(value)):
            loaded.kept.append(content.key)
        elif value is None or value.starter_digest != digest:
            fields = asdict(content) | {"starter_digest": digest, "position": position}
            row, added = Value.objects.update_or_create(
                key=fields.pop("key"), defaults=fields, create_defaults=fields | {"created_at": at}
            )
            (loaded.added if added else loaded.renewed).append(content.key)
            did = "recognition.value_created" if added else "recognition.value_edited"
            loaded.deeds.append(audit.Deed(did, row, changes={"starter": True}))
    audit.record_many(by=None, deeds=loaded.deeds, at=at)
    return loaded


def _is_as_loaded(value: Value) -> bool:
    now = ValueContent(value.key, value.name, value.description, value.examples)
    return value.archived_at is None and value.starter_digest == _digest(now)


def _digest(content: ValueContent) -> str:
    return digest_of(asdict(content))
