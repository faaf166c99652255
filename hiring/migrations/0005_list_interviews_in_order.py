from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hiring", "0004_index_lists_of_candidates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="interview",
            index=models.Index(fields=["starts_at", "id"], name="hiring_interviews_in_order"),
        ),
    ]
