"""Certificates with the names of their day, revocations, and completions that were done elsewhere.

Going back drops what was imported, for which the table had no place, and forgets what was revoked.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import foundation.text
from people.migrations._triggers import freeze

MESSAGES = {"kept": "This record is append-only."}
HELD = freeze([("training_completion", verb, "1 = 1", "kept") for verb in ("UPDATE", "DELETE")], MESSAGES)
KEPT = freeze(
    [
        (table, verb, "1 = 1", "kept")
        for table in ("training_completion", "training_certificate", "training_revocation")
        for verb in ("UPDATE", "DELETE")
    ],
    MESSAGES,
)
# SQLite loses the triggers of a table that is rebuilt, so they are taken off before and put on after.
UNFREEZE = migrations.RunPython(HELD.reverse_code, HELD.code)
BATCH = 1000


def issue(apps, schema_editor):
    Completion = apps.get_model("training", "Completion")
    Certificate = apps.get_model("training", "Certificate")
    rows = Completion.objects.order_by("pk").values_list("pk", "person__full_name", "module__name", "completed_at")
    batch = []
    for key, person, module, at in rows.iterator(BATCH):
        batch.append(Certificate(completion_id=key, person_name=person, module_name=module, issued_at=at))
        if len(batch) == BATCH:
            Certificate.objects.bulk_create(batch)
            batch = []
    Certificate.objects.bulk_create(batch)
    _settle(schema_editor)


def nothing(apps, schema_editor):
    pass


def forget_imported(apps, schema_editor):
    imported = apps.get_model("training", "Completion").objects.exclude(source="")
    apps.get_model("training", "Revocation").objects.filter(completion__in=imported).delete()
    imported.delete()
    _settle(schema_editor)


def _settle(schema_editor):
    """PostgreSQL changes no table on which checks still wait for the end of the transaction."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("training", "0004_live_sessions"),
    ]
    operations = [
        UNFREEZE,
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_name", models.CharField(max_length=150)),
                ("module_name", models.CharField(max_length=120)),
                ("issued_at", models.DateTimeField()),
                (
                    "completion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper",
                        to="training.completion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(max_length=300, validators=[foundation.text.validate_line], verbose_name="reason"),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "completion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocation",
                        to="training.completion",
                    ),
                ),
            ],
        ),
        migrations.RunPython(issue, nothing),
        migrations.AddField(
            model_name="completion",
            name="source",
            field=models.CharField(
                blank=True,
                db_default="",
                max_length=200,
                validators=[foundation.text.validate_line],
                verbose_name="where it was done",
            ),
        ),
        migrations.AddField(
            model_name="completion",
            name="evidence",
            field=models.CharField(
                blank=True,
                db_default="",
                max_length=500,
                validators=[foundation.text.validate_line],
                verbose_name="evidence",
            ),
        ),
        migrations.AddField(
            model_name="completion",
            name="imported_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(model_name="completion", name="imported_at", field=models.DateTimeField(null=True)),
        migrations.AlterField(
            model_name="completion",
            name="assignment",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="completion",
                to="training.assignment",
            ),
        ),
        migrations.AlterField(
            model_name="completion",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="completions",
                to="training.moduleversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="completion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    assignment__isnull=False,
                    version__isnull=False,
                    source="",
                    evidence="",
                    imported_by__isnull=True,
                    imported_at__isnull=True,
                )
                | (
                    models.Q(
                        assignment__isnull=True,
                        version__isnull=True,
                        imported_by__isnull=False,
                        imported_at__isnull=False,
                    )
                    & ~models.Q(source="")
                ),
                name="training_completion_is_of_here_or_imported",
            ),
        ),
        migrations.RunPython(nothing, forget_imported),
        KEPT,
    ]
