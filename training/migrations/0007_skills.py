"""Skills, what gives them, who judged whom, what a job needs. What was judged is append-only."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import foundation.text
from people.migrations._triggers import freeze

FROZEN = [("training_skillsignoff", verb, "1 = 1", "kept") for verb in ("UPDATE", "DELETE")]
MESSAGES = {"kept": "This record is append-only."}


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0006_shorter_renewal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Skill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=60, verbose_name="key")),
                (
                    "name",
                    models.CharField(max_length=120, validators=[foundation.text.validate_line], verbose_name="name"),
                ),
                (
                    "level_1",
                    models.CharField(
                        max_length=300, validators=[foundation.text.validate_line], verbose_name="level 1"
                    ),
                ),
                (
                    "level_2",
                    models.CharField(
                        max_length=300, validators=[foundation.text.validate_line], verbose_name="level 2"
                    ),
                ),
                (
                    "level_3",
                    models.CharField(
                        max_length=300, validators=[foundation.text.validate_line], verbose_name="level 3"
                    ),
                ),
                (
                    "level_4",
                    models.CharField(
                        max_length=300, validators=[foundation.text.validate_line], verbose_name="level 4"
                    ),
                ),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("starter_digest", models.CharField(blank=True, editable=False, max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("key"), name="training_skill_key_is_unique"),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"), name="training_skill_name_is_unique"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="rule",
            name="skill",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rules",
                to="training.skill",
                verbose_name="skill below what the job needs",
            ),
        ),
        migrations.CreateModel(
            name="ModuleSkill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="skills", to="training.module"
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="modules", to="training.skill"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("module", "skill"), name="training_module_gives_a_skill_once"),
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 1), ("level__lte", 4)),
                        name="training_module_gives_level_1_to_4",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SkillNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "job_title",
                    models.CharField(
                        max_length=120, validators=[foundation.text.validate_line], verbose_name="job title"
                    ),
                ),
                ("title_key", models.CharField(editable=False, max_length=480)),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="needs", to="training.skill"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("title_key", "skill"), name="training_job_needs_a_skill_once"),
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 1), ("level__lte", 4)), name="training_job_needs_1_to_4"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title_key", ""), _negated=True), name="training_need_is_of_a_job"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SkillSignOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "evidence",
                    models.TextField(validators=[foundation.text.validate_text], verbose_name="what you saw, and when"),
                ),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="holds until")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="skill_sign_offs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sign_offs", to="training.skill"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "skill", "at"], name="training_skill_sign_offs_last")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__lte", 4)), name="training_skill_is_judged_0_to_4"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by", models.F("person")), _negated=True),
                        name="training_nobody_judges_their_own_skill",
                    ),
                ],
            },
        ),
        freeze(FROZEN, MESSAGES),
    ]
