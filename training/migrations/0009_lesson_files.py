"""Files of lessons, and evidence. Files of a version that is no draft refuse INSERT, UPDATE and DELETE; evidence is
changed only to forget what was uploaded."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import foundation.text
from people.migrations._triggers import freeze

PUBLISHED = "EXISTS (SELECT 1 FROM training_moduleversion v WHERE v.id = {row}.version_id AND v.state <> 'draft')"
REWRITTEN = (
    "OLD.forgotten_at IS NOT NULL OR NEW.forgotten_at IS NULL OR NEW.sign_off_id <> OLD.sign_off_id"
    " OR NEW.title <> OLD.title OR NEW.done_on <> OLD.done_on"
)
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
    ("training_evidence", "UPDATE", REWRITTEN, "handed"),
    ("training_evidence", "DELETE", "1 = 1", "handed"),
]
MESSAGES = {
    "published": "A published module version is never changed.",
    "handed": "What was handed in is never changed.",
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
        migrations.AlterField(
            model_name="modulepart",
            name="kind",
            field=models.CharField(
                choices=[
                    ("lesson", "Lesson"),
                    ("quiz", "Quiz"),
                    ("scenario", "Conversation"),
                    ("writing", "Writing"),
                    ("practice", "Practice"),
                    ("session", "Live session"),
                    ("evidence", "Evidence"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "title",
                    models.CharField(
                        max_length=160, validators=[foundation.text.validate_line], verbose_name="what you learned"
                    ),
                ),
                ("done_on", models.DateField(verbose_name="done on")),
                ("link", models.CharField(blank=True, max_length=500, verbose_name="link")),
                ("file", models.FileField(blank=True, max_length=200, upload_to="evidence", verbose_name="file")),
                ("name", models.CharField(blank=True, max_length=200, validators=[foundation.text.validate_line])),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("size", models.PositiveIntegerField(default=0)),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "sign_off",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="training.signoff"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("forgotten_at__isnull", True),
                                models.Q(
                                    models.Q(("file", ""), _negated=True),
                                    models.Q(("link", ""), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(("file", ""), ("forgotten_at__isnull", False), ("link", ""), ("name", "")),
                            _connector="OR",
                        ),
                        name="training_evidence_shows_something_until_it_is_forgotten",
                    )
                ],
            },
        ),
        freeze(FROZEN, MESSAGES),
    ]
