"""Files of lessons. Those of a version that is no draft refuse INSERT, UPDATE and DELETE."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from people.migrations._triggers import freeze

PUBLISHED = "EXISTS (SELECT 1 FROM training_moduleversion v WHERE v.id = {row}.version_id AND v.state <> 'draft')"
FROZEN = [
    ("training_versionfile", "INSERT", PUBLISHED.format(row="NEW"), "published"),
    (
        "training_versionfile",
        "UPDATE",
        f"{PUBLISHED.format(row='OLD')} OR {PUBLISHED.format(row='NEW')}",
        "published",
    ),
    ("training_versionfile", "DELETE", PUBLISHED.format(row="OLD"), "published"),
    ("training_medium", "UPDATE", "1 = 1", "kept"),
]
MESSAGES = {
    "published": "A published module version is never changed.",
    "kept": "What a file holds is never changed.",
}


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0008_prerequisites_and_paths"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Medium",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("picture", "Picture"),
                            ("video", "Video"),
                            ("captions", "Captions"),
                            ("document", "Document"),
                        ],
                        max_length=10,
                    ),
                ),
                ("content_type", models.CharField(max_length=100)),
                ("file", models.FileField(max_length=200, upload_to="lessons")),
                ("size", models.PositiveBigIntegerField()),
                ("width", models.PositiveIntegerField(default=0)),
                ("height", models.PositiveIntegerField(default=0)),
                ("brought_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("digest",), name="training_medium_is_kept_once")],
            },
        ),
        migrations.CreateModel(
            name="VersionFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "medium",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="training.medium"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="training.moduleversion"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "name"), name="training_file_name_is_there_once")
                ],
            },
        ),
        freeze(FROZEN, MESSAGES),
    ]
