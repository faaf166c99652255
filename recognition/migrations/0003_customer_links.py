import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import foundation.text


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_imports_of_praise"),
        ("recognition", "0002_index_text_to_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        max_length=80, validators=[foundation.text.validate_line], verbose_name="where it hangs"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="praise",
            name="recognition_praise_keeps_no_original_once_checked",
        ),
        migrations.AddField(
            model_name="praise",
            name="whom",
            field=models.CharField(
                blank=True,
                db_default="",
                max_length=200,
                validators=[foundation.text.validate_line],
                verbose_name="whom the customer means",
            ),
        ),
        migrations.AlterField(
            model_name="praise",
            name="channel",
            field=models.CharField(
                choices=[
                    ("call", "On the phone"),
                    ("person", "In person"),
                    ("mail", "By mail or letter"),
                    ("chat", "In a chat"),
                    ("survey", "In a survey"),
                    ("online", "In a public review"),
                    ("link", "By the link at a site"),
                ],
                max_length=10,
                verbose_name="how it reached us",
            ),
        ),
        migrations.AddField(
            model_name="customerlink",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="customerlink",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.site", verbose_name="site"
            ),
        ),
        migrations.AddField(
            model_name="praise",
            name="link",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="praises",
                to="recognition.customerlink",
            ),
        ),
        migrations.AddConstraint(
            model_name="praise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "waiting"),
                    models.Q(("checked_at__isnull", False), ("customer", ""), ("original", ""), ("whom", "")),
                    _connector="OR",
                ),
                name="recognition_praise_keeps_no_original_once_checked",
            ),
        ),
        migrations.AddConstraint(
            model_name="customerlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("revoked_at__isnull", True), ("revoked_at__gte", models.F("created_at")), _connector="OR"
                ),
                name="recognition_customer_link_ends_after_it_starts",
            ),
        ),
    ]
