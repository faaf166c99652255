"""Searching and listing must not cost more the more people there are."""

from django.db import migrations, models

from people.migrations._substrings import index_substrings


class Migration(migrations.Migration):
    dependencies = [("people", "0003_keys_of_repeated_requests")]

    operations = [
        index_substrings("people_person", "search_text"),
        # Without the column that almost everybody has alike: SQLite does not see that the index could serve.
        migrations.RemoveIndex(model_name="person", name="people_by_name"),
        migrations.AddIndex(
            model_name="person", index=models.Index(fields=["full_name", "id"], name="people_in_order_of_name")
        ),
    ]
