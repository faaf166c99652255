"""Statements as their readers get them."""

from people.models import Person
from training.models import Statement
from training.models.statements import StatementQuerySet
from training.xapi import Said


def readable(reader: Person) -> StatementQuerySet:
    """What stands, of those whose training the reader sees, with what `said_of` needs."""
    return Statement.objects.visible_to(reader).standing().select_related("module", "version")


def said_of(statement: Statement, reader: Person) -> Said:
    """What it says to this reader: by how much somebody passed is their own."""
    version = statement.version
    return Said(
        uuid=statement.uuid,
        verb=statement.verb,
        home=statement.home,
        actor=statement.by_id or statement.person_id,
        at=statement.at,
        stored_at=statement.stored_at,
        module_key=statement.module.key,
        module_name=statement.module.name,
        number=version.number if version else None,
        part=statement.part_key,
        kind=statement.kind,
        registration=statement.registration,
        percent=statement.percent if statement.person_id == reader.pk else None,
        seconds=statement.seconds,
        platform=statement.platform,
        language=statement.language,
        voids=statement.voids,
    )
