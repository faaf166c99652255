"""What other systems are told of learning, append-only; and that of all that is on record by now.

What was attended and corrected since is stated as it stands; what was revoked, with the statement that takes it back.
"""

import uuid
from itertools import chain

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from people.migrations._triggers import freeze

FROZEN = [("training_statement", verb, "1 = 1", "kept") for verb in ("UPDATE", "DELETE")]
MESSAGES = {"kept": "This record is append-only."}
BATCH = 1000


def state(apps, schema_editor):
    Statement = apps.get_model("training", "Statement")
    told = {"home": settings.PUBLIC_URL, "stored_at": timezone.now()}
    batch = []
    for one in chain(_completions(apps), _attempts(apps), _sign_offs(apps), _attendance(apps)):
        batch.append(Statement(**told | {"platform": settings.ORGANISATION_NAME} | one))
        if len(batch) >= BATCH:
            Statement.objects.bulk_create(batch)
            batch = []
    Statement.objects.bulk_create(batch)
    Statement.objects.bulk_create(Statement(**told | one) for one in list(_voided(apps)))
    if schema_editor.connection.vendor == "postgresql":
        # It changes no table on which checks still wait for the end of the transaction.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def _completions(apps):
    rows = apps.get_model("training", "Completion").objects.select_related("person").order_by("pk")
    for one in rows.iterator(BATCH):
        imported = {"platform": one.source, "language": ""} if one.source else {}
        yield {
            "verb": "completed", "fact": f"completion/{one.pk}", "person_id": one.person_id, "kind": "module",
            "module_id": one.module_id, "version_id": one.version_id, "assignment_id": one.assignment_id,
            "percent": one.percent, "language": one.person.language, "at": one.completed_at,
        } | imported  # fmt: skip


def _of_record(record):
    return {
        "person_id": record.assignment.person_id, "module_id": record.assignment.module_id,
        "version_id": record.part.version_id, "assignment_id": record.assignment_id, "part_key": record.part.key,
        "kind": record.part.kind, "language": record.assignment.person.language,
    }  # fmt: skip


def _attempts(apps):
    rows = apps.get_model("training", "Attempt").objects.filter(submitted_at__isnull=False).order_by("pk")
    for one in rows.select_related("record__part", "record__assignment__person").iterator(BATCH):
        seconds = max(int((one.submitted_at - one.started_at).total_seconds()), 0)
        told = {"fact": f"attempt/{one.pk}", "percent": one.percent, "seconds": seconds, "at": one.submitted_at}
        for verb in ("scored", "passed" if one.passed else "failed"):
            yield _of_record(one.record) | told | {"verb": verb}


def _sign_offs(apps):
    rows = apps.get_model("training", "SignOff").objects.filter(state__in=("accepted", "returned")).order_by("pk")
    for one in rows.select_related("record__part", "record__assignment__person").iterator(BATCH):
        verb = "passed" if one.state == "accepted" else "failed"
        yield _of_record(one.record) | {"fact": f"sign-off/{one.pk}", "at": one.judged_at, "verb": verb}


def _attendance(apps):
    rows = apps.get_model("training", "Booking").objects.filter(state="attended").order_by("pk")
    for one in rows.select_related("session", "assignment__person").iterator(BATCH):
        yield {
            "verb": "attended", "fact": f"booking/{one.pk}/1", "kind": "session",
            "person_id": one.person_id, "module_id": one.assignment.module_id, "part_key": one.part_key,
            "version_id": one.assignment.version_id, "assignment_id": one.assignment_id,
            "language": one.assignment.person.language, "at": one.marked_at,
            "seconds": int((one.session.ends_at - one.session.starts_at).total_seconds()),
        }  # fmt: skip


def _voided(apps):
    stated = dict(
        apps.get_model("training", "Statement").objects.filter(
            verb="completed",
            fact__in=[f"completion/{key}" for key in _revoked(apps).values_list("completion", flat=True)],
        ).values_list("fact", "uuid")
    )  # fmt: skip
    for one in _revoked(apps).select_related("completion").iterator(BATCH):
        done, uuid = one.completion, stated[f"completion/{one.completion_id}"]
        yield {
            "verb": "voided", "fact": f"statement/{uuid}", "voids": uuid, "by_id": one.by_id, "kind": "module",
            "person_id": done.person_id, "module_id": done.module_id, "version_id": done.version_id,
            "assignment_id": done.assignment_id, "at": one.at,
        }  # fmt: skip


def _revoked(apps):
    return apps.get_model("training", "Revocation").objects.order_by("pk")


def nothing(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0009_lesson_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4)),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("completed", "Completed"),
                            ("passed", "Passed"),
                            ("failed", "Failed"),
                            ("scored", "Scored"),
                            ("attended", "Attended"),
                            ("voided", "Voided"),
                        ],
                        max_length=10,
                    ),
                ),
                ("fact", models.CharField(max_length=80)),
                ("part_key", models.SlugField(blank=True, db_index=False, max_length=60)),
                ("kind", models.CharField(max_length=10)),
                ("percent", models.PositiveSmallIntegerField(null=True)),
                ("seconds", models.PositiveIntegerField(null=True)),
                ("home", models.CharField(max_length=200)),
                ("platform", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(blank=True, max_length=12)),
                ("voids", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("stored_at", models.DateTimeField()),
                (
                    "assignment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.assignment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="training.module"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.moduleversion",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["stored_at", "id"], name="training_statements_in_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("uuid",), name="training_statement_uuid_is_unique"),
                    models.UniqueConstraint(fields=("fact", "verb"), name="training_fact_is_stated_once"),
                    models.UniqueConstraint(fields=("voids",), name="training_statement_is_voided_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by__isnull", False), ("verb", "voided"), ("voids__isnull", False)),
                            models.Q(
                                models.Q(("verb", "voided"), _negated=True),
                                ("by__isnull", True),
                                ("voids__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="training_voiding_says_what_and_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent__isnull", True), ("percent__lte", 100), _connector="OR"),
                        name="training_statement_percent_is_0_to_100",
                    ),
                ],
            },
        ),
        migrations.RunPython(state, nothing),
        freeze(FROZEN, MESSAGES),
    ]
