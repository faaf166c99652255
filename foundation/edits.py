"""Changing a row field by field."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model


def put(row: Model, changes: Mapping[str, Any], *, among: Collection[str]) -> list[str]:
    """Save those of `changes` that differ from what the row says, and answer with their names.

    Raises TypeError for a field that is not `among` those that may change. Asks the database nothing when none differs.
    """
    if unknown := set(changes) - set(among):
        raise TypeError(f"{', '.join(sorted(unknown))} of {type(row).__name__} cannot be changed this way")
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, changes[name])
    if changed:
        row.save(update_fields=changed)
    return changed
