"""The starter modules, skills and paths, from files beside this app, never over what the organisation made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from foundation.text import digest_of, fold
from people.actions import audit
from people.actions.starting import Loaded
from training import models, signals
from training.actions import modules, paths
from training.actions.prerequisites import set_needs
from training.contents import ModuleContent
from training.models import Module, ModuleSkill, ModuleVersion, Prerequisite, Skill
from training.module_files import parse_module
from training.path_files import parse_paths
from training.reports.modules import content_of
from training.skill_files import SkillContent, parse_skills

STARTER = Path(__file__).parents[1] / "starter" / "modules"
SKILLS = STARTER.parent / "skills.yaml"
PATHS = STARTER.parent / "paths.yaml"
COLUMNS = {"name": "name", "summary": "summary", "kind": "kind", "manager_too": "manager_too",
           "valid_months": "valid_for_months"}  # fmt: skip


@transaction.atomic
def load_starter(*, at: datetime, folder: Path = STARTER) -> Loaded:
    """Bring the modules up to the starter content. Twice is once.

    A module that is still as an earlier loading left it takes over what its file says now, as a new published version;
    one that anybody has edited, drafted or archived stays. What they need is set when all are there, of what can be
    taken then. Raises FileError when a file is wrong, and then nothing is changed; Invalid when modules would wait for
    one another.
    """
    contents = _with_offered(_in_files(folder))
    known = {module.key: module for module in Module.objects.select_for_update(no_key=True)}
    loaded = Loaded()
    for content in contents:
        _load(known.get(content.key), content, loaded, at)
    new = {*loaded.added, *loaded.renewed}
    set_needs(wanted={one.key: one.needs for one in contents if one.key in new}, by=None, at=at)
    audit.record_many(by=None, deeds=loaded.deeds, at=at)
    return loaded


def _in_files(folder: Path) -> list[ModuleContent]:
    """What the files say. Each may need what another brings, or what is there."""
    texts = [file.read_bytes() for file in sorted(folder.glob("*.yaml"))]
    there = {*Module.objects.values_list("key", flat=True), *(parse_module(text).key for text in texts)}
    return [parse_module(text, offered=there) for text in texts]


def _with_offered(contents: Sequence[ModuleContent]) -> list[ModuleContent]:
    """Without what they would come to need of what the organisation offers to nobody any more."""
    closed = set(Module.objects.exclude(pk__in=Module.objects.published()).values_list("key", flat=True))
    had = set(Prerequisite.objects.values_list("module__key", "needed__key"))
    return [
        replace(one, needs=tuple(key for key in one.needs if key not in closed or (one.key, key) in had))
        for one in contents
    ]


def _load(module: Module | None, content: ModuleContent, loaded: Loaded, at: datetime) -> None:
    digest = modules.digest_of_content(content=content)
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
    return module.starter_digest == modules.digest_of_content(content=content_of(last))


@transaction.atomic
def load_skills(*, at: datetime, file: Path = SKILLS) -> Loaded:
    """Bring the skills up to the starter content, given by those of their modules that are there. Twice is once.

    A skill that is still as an earlier loading left it takes over what the file says now; one that anybody has edited,
    archived or given otherwise stays, and so does one of the same name. Raises FileError when the file is wrong.
    """
    modules = dict(Module.objects.values_list("key", "pk"))
    known = {skill.key: skill for skill in Skill.objects.select_for_update(no_key=True)}
    names = {fold(skill.name): key for key, skill in known.items()}
    given = _given()
    loaded = Loaded()
    for content in parse_skills(file.read_bytes()):
        skill = known.get(content.key)
        there = {module: level for module, level in content.modules if module in modules}
        digest = _digest(content.name, content.anchors, there)
        if names.get(fold(content.name), content.key) != content.key or (
            skill is not None and not _is_skill_as_loaded(skill, given.get(skill.pk, {}))
        ):
            loaded.kept.append(content.key)
        elif skill is None or skill.starter_digest != digest:
            _write_skill(content, digest, {modules[key]: level for key, level in there.items()}, loaded)
    audit.record_many(by=None, deeds=loaded.deeds, at=at)
    if loaded.added or loaded.renewed:
        signals.skills_changed.send(sender=Skill)
    return loaded


@transaction.atomic
def load_paths(*, at: datetime, file: Path = PATHS) -> Loaded:
    """Bring the paths up to the starter content, published, of those of their modules that can be taken. Twice is once.

    A path that is still as an earlier loading left it takes over what the file says now; one that anybody has edited or
    retired stays, and so does one of the same name. Raises FileError when the file is wrong.
    """
    offered = {module.key: module for module in Module.objects.published()}
    known = {path.key: path for path in models.Path.objects.select_for_update(no_key=True)}
    names = {fold(path.name): key for key, path in known.items()}
    loaded = Loaded()
    for content in parse_paths(file.read_bytes()):
        steps = [(offered[key], days) for key, days in content.steps if key in offered]
        fields = {name: getattr(content, name) for name in ("name", "description", "language", "in_order")}
        digest = _path_digest(fields, [(module.key, days) for module, days in steps])
        path = known.get(content.key)
        if names.get(fold(content.name), content.key) != content.key or (path and not _is_path_as_loaded(path)):
            loaded.kept.append(content.key)
        elif path is None and steps:
            path = paths.create_path(by=None, at=at, steps=steps, key=content.key, starter_digest=digest, **fields)
            paths.publish_path(path=path, by=None, at=at)
            loaded.added.append(content.key)
        elif path is not None and path.starter_digest != digest:
            paths.edit_path(path=path, by=None, at=at, steps=steps, **fields)
            models.Path.objects.filter(pk=path.pk).update(starter_digest=digest)
            loaded.renewed.append(content.key)
    return loaded


def _is_path_as_loaded(path: models.Path) -> bool:
    fields = {name: getattr(path, name) for name in ("name", "description", "language", "in_order")}
    steps = list(path.steps.order_by("position").values_list("module__key", "due_days"))
    return path.is_published and path.starter_digest == _path_digest(fields, steps)


def _path_digest(fields: Mapping[str, Any], steps: Sequence[tuple[str, int | None]]) -> str:
    return digest_of([fields, steps])


def _write_skill(content: SkillContent, digest: str, given: Mapping[int, int], loaded: Loaded) -> None:
    words = {f"level_{level}": text for level, text in enumerate(content.anchors, start=1)}
    values = {"name": content.name, "starter_digest": digest, **words}
    skill, added = Skill.objects.update_or_create(key=content.key, defaults=values)
    skill.modules.all().delete()
    ModuleSkill.objects.bulk_create(
        ModuleSkill(module_id=module, skill=skill, level=level) for module, level in given.items()
    )
    (loaded.added if added else loaded.renewed).append(content.key)
    did = "training.skill_created" if added else "training.skill_edited"
    loaded.deeds.append(audit.Deed(did, skill, changes={"starter": True}))


def _given() -> dict[int, dict[str, int]]:
    """By skill: the keys of the modules that give it, and at which level."""
    found: dict[int, dict[str, int]] = {}
    for skill, module, level in ModuleSkill.objects.values_list("skill", "module__key", "level"):
        found.setdefault(skill, {})[module] = level
    return found


def _is_skill_as_loaded(skill: Skill, given: Mapping[str, int]) -> bool:
    words = tuple(text for _level, text in skill.anchors)
    return skill.archived_at is None and skill.starter_digest == _digest(skill.name, words, given)


def _digest(name: str, anchors: tuple[str, ...], given: Mapping[str, int]) -> str:
    return digest_of([name, anchors, given])
