"""Searching must not cost more the more people there are."""

from django.db import migrations

from people.migrations._substrings import index_substrings


class Migration(migrations.Migration):
    dependencies = [("hiring", "0005_list_interviews_in_order")]

    operations = [index_substrings("hiring_candidate", "search_text")]
