"""Rows that the database itself keeps as they are, for the migrations of every app (Django loads nothing that begins
with an underscore as a migration). What stands here never changes: migrations that have run rest on it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import migrations

Frozen = tuple[str, str, str, str]  # table, statement, condition on the row, key of the message


def freeze(frozen: Iterable[Frozen], messages: Mapping[str, str]) -> migrations.RunPython:
    """Refuse each statement on the rows of its table for which the condition holds, on both engines. Conditions name
    the row as OLD or NEW; the keys of the messages say what the refusal says."""
    rows = list(frozen)

    def add(apps: Any, schema_editor: Any) -> None:
        for table, verb, condition, message in rows:
            for statement in _statements(schema_editor, table, verb, condition, messages[message]):
                schema_editor.execute(statement)

    def remove(apps: Any, schema_editor: Any) -> None:
        on_sqlite = schema_editor.connection.vendor == "sqlite"
        for table, verb, _condition, _message in rows:
            schema_editor.execute(f"DROP TRIGGER {_name(table, verb)}" + ("" if on_sqlite else f" ON {table}"))
            if not on_sqlite:
                schema_editor.execute(f"DROP FUNCTION {_name(table, verb)}")

    return migrations.RunPython(add, remove)


def _statements(schema_editor: Any, table: str, verb: str, condition: str, text: str) -> list[str]:
    name = _name(table, verb)
    if schema_editor.connection.vendor == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{text}'); END"
        ]
    row = "OLD" if verb == "DELETE" else "NEW"
    refuse = f"RAISE EXCEPTION '{text}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {condition} THEN {refuse}; END IF; RETURN {row}; END"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _name(table: str, verb: str) -> str:
    return f"{table}_refuses_{verb.lower()}"
