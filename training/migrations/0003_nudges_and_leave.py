"""Who had whom reminded, and when: append-only. Of a day that was moved, what it would be without leave."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from people.migrations._triggers import freeze

FROZEN = [("training_nudge", verb, "1 = 1", "kept") for verb in ("UPDATE", "DELETE")]
MESSAGES = {"kept": "This record is append-only."}


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("training", "0002_freeze_what_was_done"),
    ]
    operations = [
        migrations.CreateModel(
            name="Nudge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nudges",
                        to="training.assignment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("assignment", "on"), name="training_one_nudge_a_day")],
            },
        ),
        freeze(FROZEN, MESSAGES),
        migrations.AddField(model_name="extension", name="own_on", field=models.DateField(null=True)),
    ]
