"""The audit trail refuses UPDATE and DELETE, whoever asks, on both engines."""

from typing import Any

from django.db import migrations

SQLITE = [
    f"""
    CREATE TRIGGER people_audit_refuses_{verb} BEFORE {verb} ON people_auditentry
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """
    CREATE FUNCTION people_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'The audit trail is append-only.' USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
    """
    CREATE TRIGGER people_audit_refuses_change BEFORE UPDATE OR DELETE ON people_auditentry
    FOR EACH ROW EXECUTE FUNCTION people_audit_is_append_only()
    """,
]


def add(apps: Any, schema_editor: Any) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def remove(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(f"DROP TRIGGER people_audit_refuses_{verb}")
    else:
        schema_editor.execute("DROP TRIGGER people_audit_refuses_change ON people_auditentry")
        schema_editor.execute("DROP FUNCTION people_audit_is_append_only")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
