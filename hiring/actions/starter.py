"""The starter content, from the files beside this app into the library, never over what the organisation made of it."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from foundation.text import digest_of
from hiring.actions.kits import write_draft
from hiring.kit_files import CompetencyFile, CompetencyQuestion, KitFile, parse_competency, parse_kit
from hiring.models import Competency, Kit, KitVersion, Question
from hiring.reports import kits
from people.actions import audit
from people.actions.starting import Loaded
from people.models import Person

STARTER = Path(__file__).parents[1] / "starter"


@transaction.atomic
def load_starter(*, by: Person | None, at: datetime, folder: Path = STARTER) -> Loaded:
    """Bring the library and the kits up to the starter content. Twice is once.

    A competency, question or kit that is still as an earlier loading left it takes over what the files say now (a kit
    as a new published version); one that anybody has edited or archived stays as it is. Raises FileError when a
    file is wrong, and then nothing is changed.
    """
    library = {file.key: file for file in map(parse_competency, _texts(folder / "competencies"))}
    kit_files = [parse_kit(text, library=library) for text in _texts(folder / "kits")]
    loaded = Loaded()
    _load_competencies(library.values(), loaded)
    _load_kits(kit_files, loaded, by=by, at=at)
    audit.record_many(by=by, deeds=loaded.deeds, at=at)
    return loaded


def _texts(folder: Path) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))]


def _digest(content: CompetencyFile | CompetencyQuestion | KitFile) -> str:
    """One digest for one content, whatever the YAML looks like."""
    return digest_of(asdict(content))


def _load_competencies(files: Iterable[CompetencyFile], loaded: Loaded) -> None:
    competencies = {row.key: row for row in Competency.objects.select_for_update()}
    questions = {(row.competency_id, row.key): row for row in Question.objects.select_for_update()}
    for file in files:
        competency = _load(
            competencies.get(file.key),
            file.key,
            _competency_columns(file),
            _digest(replace(file, questions=())),
            loaded,
            make=Competency,
        )
        for question in file.questions:
            _load(
                questions.get((competency.pk, question.key)),
                f"{file.key}/{question.key}",
                _question_columns(question) | {"competency": competency},
                _digest(question),
                loaded,
                make=Question,
            )


def _load(
    row: Any, name: str, columns: dict[str, Any], digest: str, loaded: Loaded, *, make: type[Competency | Question]
) -> Any:
    """Add the row, renew it if it is as it was loaded, or leave it; returns it."""
    what = make._meta.model_name
    if row is None:
        row = make.objects.create(starter_digest=digest, **columns)
        loaded.added.append(name)
        loaded.deeds.append(audit.Deed(f"hiring.{what}_created", row, changes={"key": row.key, "starter": True}))
    elif row.archived_at is not None or row.starter_digest != _digest(_content(row)):
        loaded.kept.append(name)
    elif row.starter_digest != digest:
        changed = [column for column, value in columns.items() if getattr(row, column) != value]
        for column in changed:
            setattr(row, column, columns[column])
        row.starter_digest = digest
        row.save(update_fields=[*changed, "starter_digest"])
        loaded.renewed.append(name)
        loaded.deeds.append(audit.Deed(f"hiring.{what}_edited", row, changes={"fields": changed, "starter": True}))
    return row


def _content(row: Competency | Question) -> CompetencyFile | CompetencyQuestion:
    """What the row says, as a file would say it."""
    if isinstance(row, Question):
        return CompetencyQuestion(
            key=row.key, kind=row.kind, minutes=row.minutes, text=row.text, probes=tuple(row.probes)
        )
    return CompetencyFile(
        key=row.key,
        name=row.name,
        group=row.group,
        definition=row.definition,
        why=row.why,
        anchors=tuple(text for _score, text in row.anchors),
        no_evidence=row.no_evidence,
    )


def _competency_columns(file: CompetencyFile) -> dict[str, Any]:
    return {
        "key": file.key,
        "name": file.name,
        "group": file.group,
        "definition": file.definition,
        "why": file.why,
        "no_evidence": file.no_evidence,
        **{f"anchor_{score}": anchor for score, anchor in enumerate(file.anchors, start=1)},
    }


def _question_columns(question: CompetencyQuestion) -> dict[str, Any]:
    return {
        "key": question.key,
        "kind": question.kind,
        "text": question.text,
        "probes": list(question.probes),
        "minutes": question.minutes,
    }


def _load_kits(files: Iterable[KitFile], loaded: Loaded, *, by: Person | None, at: datetime) -> None:
    present = {kit.key: kit for kit in Kit.objects.select_for_update()}
    for file in files:
        kit, digest = present.get(file.key), _digest(file)
        if kit is None:
            kit = Kit.objects.create(key=file.key, name=file.name, purpose=file.purpose, starter_digest=digest)
            loaded.added.append(file.key)
            loaded.deeds.append(audit.Deed("hiring.kit_created", kit, changes={"key": kit.key, "starter": True}))
            _publish(kit, file, loaded, by=by, at=at)
        elif not _is_as_loaded(kit):
            loaded.kept.append(file.key)
        elif kit.starter_digest != digest:
            kit.name, kit.purpose, kit.starter_digest = file.name, file.purpose, digest
            kit.save(update_fields=["name", "purpose", "starter_digest"])
            loaded.renewed.append(file.key)
            _publish(kit, file, loaded, by=by, at=at)


def _is_as_loaded(kit: Kit) -> bool:
    """Whether nobody has archived the kit, begun a draft, or published anything else in it."""
    if kit.archived_at is not None or not kit.starter_digest:
        return False
    # There is one: a kit that was loaded was published in the same transaction, and published versions stay.
    last = kits.with_content(kit.versions.all()).order_by("number").reverse()[0]
    return last.state == KitVersion.State.PUBLISHED and kit.starter_digest == _digest(kits.as_file(last))


def _publish(kit: Kit, file: KitFile, loaded: Loaded, *, by: Person | None, at: datetime) -> None:
    """Write the version as a draft, the only state in which it takes content, then publish it."""
    version = write_draft(kit=kit, content=file, by=by, at=at)
    kit.versions.filter(state=KitVersion.State.PUBLISHED).update(state=KitVersion.State.SUPERSEDED)
    kit.versions.filter(pk=version.pk).update(state=KitVersion.State.PUBLISHED, published_by=by, published_at=at)
    changes = {"number": version.number, "starter": True}
    loaded.deeds.append(audit.Deed("hiring.kit_published", version, changes=changes))
