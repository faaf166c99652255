import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import foundation.text


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_imports_of_praise"),
        ("recognition", "0004_forget_originals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Screen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(max_length=80, validators=[foundation.text.validate_line], verbose_name="name"),
                ),
                ("digest", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.site",
                        verbose_name="site",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("digest"), name="recognition_screen_digest_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("site__isnull", True), ("team__isnull", True), _connector="OR"),
                        name="recognition_screen_is_of_a_site_or_a_team",
                    ),
                ],
            },
        ),
    ]
