import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0005_switches_and_suppressions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(choices=[("beat", "Clock"), ("worker", "Worker")], max_length=8)),
                ("at", models.DateTimeField()),
                ("detail", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("era", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("ticked_at", models.DateTimeField()),
                ("held_since", models.DateTimeField(null=True)),
                ("hold_ended_at", models.DateTimeField(null=True)),
                (
                    "held_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("restored", "The database is older than what this installation remembers."),
                            ("another", "This is not the database that this installation served last."),
                            ("asked", "An operator asked for it."),
                        ],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="notifications_there_is_one_mark"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held_since__isnull", True), models.Q(("held_why", ""), _negated=True), _connector="OR"
                        ),
                        name="notifications_hold_says_why",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["-due_at", "-id"], name="notifications_by_due"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(condition=models.Q(("state", "sent")), fields=["sent_at"], name="notifications_sent"),
        ),
    ]
