"""Indexes for `foundation.substrings`, for the migrations of every app (Django loads nothing that begins with an
underscore as a migration). What stands here never changes: migrations that have run rest on it."""

from typing import Any

from django.db import migrations, transaction
from django.db.utils import DatabaseError


def index_substrings(table: str, column: str) -> migrations.RunPython:
    """Find text within the column without reading the whole table, by trigrams, on both engines.

    PostgreSQL has them in an extension of its own distribution. A role that may not create it goes without the index:
    what is found is the same.
    """
    index = f"{table}_substrings"

    def add(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for statement in _on_sqlite(index, table, column):
                schema_editor.execute(statement)
            return
        try:
            with transaction.atomic(using=schema_editor.connection.alias):
                schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DatabaseError:
            return
        schema_editor.execute(f"CREATE INDEX {index} ON {table} USING gin ({column} gin_trgm_ops)")

    def remove(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("insert", "delete", "update"):
                schema_editor.execute(f"DROP TRIGGER {index}_{verb}")
            schema_editor.execute(f"DROP TABLE {index}")
        else:
            schema_editor.execute(f"DROP INDEX IF EXISTS {index}")

    return migrations.RunPython(add, remove)


def _on_sqlite(index: str, table: str, column: str) -> list[str]:
    into = f"INSERT INTO {index}"
    put = f"{into} (rowid, {column}) VALUES (NEW.id, NEW.{column});"
    take = f"{into} ({index}, rowid, {column}) VALUES ('delete', OLD.id, OLD.{column});"
    options = f"content='{table}', content_rowid='id', tokenize='trigram', columnsize=0"
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5({column}, {options})",
        f"{into} ({index}) VALUES ('rebuild')",
        f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {put} END",
        f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {take} END",
        f"CREATE TRIGGER {index}_update AFTER UPDATE OF {column} ON {table} BEGIN {take} {put} END",
    ]
