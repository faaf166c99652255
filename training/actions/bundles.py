"""Modules that come with their files: all of it, as a draft, or nothing, on disk too."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import IO

from django.core.files.storage import default_storage
from django.db import transaction

from people.models import Person
from training.actions import files, modules
from training.contents import Part
from training.models import Module, ModuleVersion
from training.module_zips import Bundle


def create_module(*, bundle: Bundle, by: Person, at: datetime) -> ModuleVersion:
    """A new module with its files as its first draft. Raises Refused as modules.create_module and files.add_files
    do; then nothing of it stays."""
    with _all_or_nothing() as stored:
        version = modules.create_module(content=bundle.content, by=by, at=at)
        _bring(version, bundle, by, at, stored)
    return version


def write_draft(
    *, module: Module, bundle: Bundle, by: Person, at: datetime, seen: Sequence[Part] | None = None
) -> ModuleVersion:
    """The module's draft with this content, and these files beside or in place of those that it has. Raises Refused as
    modules.write_draft and create_module do; then nothing of it stays."""
    with _all_or_nothing() as stored:
        version = modules.write_draft(module=module, content=bundle.content, by=by, at=at, seen=seen)
        _bring(version, bundle, by, at, stored)
    return version


@contextmanager
def _all_or_nothing() -> Iterator[list[str]]:
    """A transaction, and a list for what is stored in it: files know of no transaction, so they are deleted when it
    fails. Nobody else can have come to use them, for their rows were never seen."""
    stored: list[str] = []
    try:
        with transaction.atomic():
            yield stored
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise


def _bring(version: ModuleVersion, bundle: Bundle, by: Person, at: datetime, stored: list[str]) -> None:
    if bundle.names:
        files.add_files(version=version, brought_in=_one_by_one(bundle), by=by, at=at, stored=stored)


def _one_by_one(bundle: Bundle) -> Iterator[tuple[str, IO[bytes]]]:
    """Unpacked when it is its turn, so that no more than one lies about."""
    for name in bundle.names:
        with bundle.opened(name) as upload:
            yield name, upload
