from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_imports_of_praise"),
        ("recognition", "0003_customer_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="praise",
            name="forgotten_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="praise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("forgotten_at__isnull", True),
                    models.Q(("customer", ""), ("original", ""), ("whom", "")),
                    _connector="OR",
                ),
                name="recognition_praise_forgets_what_waited_too_long",
            ),
        ),
    ]
