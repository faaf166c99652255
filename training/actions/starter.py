"""The starter modules, from the files beside this app, never over what the organisation made of them."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from people.actions import audit
from training.actions import modules
from training.contents import ModuleContent
from training.models import Module, ModuleVersion
from training.module_files import parse_module
from training.reports.modules import content_of

STARTER = Path(__file__).parents[1] / "starter" / "modules"
COLUMNS = {"name": "name", "summary": "summary", "kind": "kind", "manager_too": "manager_too",
           "valid_months": "valid_for_months"}  # fmt: skip


@dataclass
class Loaded:
    """What a loading did, as keys. `kept` is what the organisation has made its own: it was left alone."""

    added: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    deeds: list[audit.Deed] = field(default_factory=list)


@transaction.atomic
def load_starter(*, at: datetime, folder: Path = STARTER) -> Loaded:
    """Bring the modules up to the starter content. Twice is once.

    A module that is still as an earlier loading left it takes over what its file says now, as a new published version;
    one that anybody has edited, drafted or archived stays. Raises FileError when a file is wrong, and then nothing is
    changed.
    """
    contents = [parse_module(file.read_bytes()) for file in sorted(folder.glob("*.yaml"))]
    known = {module.key: module for module in Module.objects.select_for_update(no_key=True)}
    loaded = Loaded()
    for content in contents:
        _load(known.get(content.key), content, loaded, at)
    audit.record_many(by=None, deeds=loaded.deeds, at=at)
    return loaded


def _load(module: Module | None, content: ModuleContent, loaded: Loaded, at: datetime) -> None:
    digest = modules.digest_of(content=content)
    columns = {column: getattr(content, name) for column, name in COLUMNS.items()}
    if module is None:
        module = Module.objects.create(key=content.key, starter_digest=digest, **columns)
        loaded.added.append(content.key)
        loaded.deeds.append(audit.Deed("training.module_created", module, changes={"starter": True}))
    elif not _is_as_loaded(module):
        loaded.kept.append(content.key)
        return
    elif module.starter_digest == digest:
        return
    else:
        Module.objects.filter(pk=module.pk).update(starter_digest=digest, **columns)
        loaded.renewed.append(content.key)
    version = modules.draft_of(module=module, content=content, by=None, at=at)
    modules.publish_version(version=version, by=None, at=at)


def _is_as_loaded(module: Module) -> bool:
    if module.archived_at is not None or not module.starter_digest:
        return False
    last = module.versions.order_by("number").last()
    if last is None or last.state != ModuleVersion.State.PUBLISHED:
        return False
    return module.starter_digest == modules.digest_of(content=content_of(last))
