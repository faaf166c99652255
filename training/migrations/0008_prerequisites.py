"""What has to be done before a module can be started."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0007_skills"),
    ]

    operations = [
        migrations.CreateModel(
            name="Prerequisite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="prerequisites", to="training.module"
                    ),
                ),
                (
                    "needed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="needed_by", to="training.module"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("module", "needed"), name="training_prerequisite_is_there_once"),
                    models.CheckConstraint(
                        condition=models.Q(("module", models.F("needed")), _negated=True),
                        name="training_module_does_not_need_itself",
                    ),
                ],
            },
        ),
    ]
