"""What has to be done before a module can be started; paths, and who is on one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import foundation.text


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_imports_of_completions"),
        ("training", "0007_skills"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PathAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Under way"), ("completed", "Completed"), ("withdrawn", "Withdrawn")],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("manual", "Given by hand"),
                            ("rule", "Given by a rule"),
                            ("self", "Chosen by oneself"),
                            ("renewal", "Renewal"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, max_length=300, validators=[foundation.text.validate_line], verbose_name="why"
                    ),
                ),
                ("assigned_at", models.DateTimeField()),
                ("starts_on", models.DateField()),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due")),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PathStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("due_days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days")),
            ],
        ),
        migrations.CreateModel(
            name="Prerequisite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.AlterField(
            model_name="rule",
            name="module",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rules",
                to="training.module",
                verbose_name="module",
            ),
        ),
        migrations.CreateModel(
            name="Path",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=60, verbose_name="key")),
                (
                    "name",
                    models.CharField(max_length=120, validators=[foundation.text.validate_line], verbose_name="name"),
                ),
                (
                    "description",
                    models.TextField(
                        validators=[foundation.text.validate_text], verbose_name="what one can do after it"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        max_length=40, validators=[foundation.text.validate_line], verbose_name="language"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("in_order", models.BooleanField(default=True, verbose_name="one after the other")),
                ("created_at", models.DateTimeField()),
                ("starter_digest", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="rule",
            name="path",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rules",
                to="training.path",
                verbose_name="path",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("module__isnull", False), ("path__isnull", True)),
                    models.Q(("module__isnull", True), ("path__isnull", False)),
                    _connector="OR",
                ),
                name="training_rule_gives_a_module_or_a_path",
            ),
        ),
        migrations.AddField(
            model_name="pathassignment",
            name="assigned_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="pathassignment",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="pathassignment",
            name="path",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="training.path"
            ),
        ),
        migrations.AddField(
            model_name="pathassignment",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="path_assignments",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pathassignment",
            name="rule",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="path_assignments",
                to="training.rule",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="path",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="training.pathassignment",
            ),
        ),
        migrations.AddField(
            model_name="pathstep",
            name="module",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="path_steps", to="training.module"
            ),
        ),
        migrations.AddField(
            model_name="pathstep",
            name="path",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="training.path"
            ),
        ),
        migrations.AddField(
            model_name="prerequisite",
            name="module",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="prerequisites", to="training.module"
            ),
        ),
        migrations.AddField(
            model_name="prerequisite",
            name="needed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="needed_by", to="training.module"
            ),
        ),
        migrations.AddConstraint(
            model_name="path",
            constraint=models.UniqueConstraint(models.F("key"), name="training_path_key_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="path",
            constraint=models.UniqueConstraint(models.F("name"), name="training_path_name_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="pathassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("path", "person"),
                name="training_on_a_path_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="pathassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="training_ended_path_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="pathstep",
            constraint=models.UniqueConstraint(fields=("path", "module"), name="training_step_is_there_once"),
        ),
        migrations.AddConstraint(
            model_name="pathstep",
            constraint=models.UniqueConstraint(fields=("path", "position"), name="training_step_has_its_place"),
        ),
        migrations.AddConstraint(
            model_name="prerequisite",
            constraint=models.UniqueConstraint(fields=("module", "needed"), name="training_prerequisite_is_there_once"),
        ),
        migrations.AddConstraint(
            model_name="prerequisite",
            constraint=models.CheckConstraint(
                condition=models.Q(("module", models.F("needed")), _negated=True),
                name="training_module_does_not_need_itself",
            ),
        ),
    ]
