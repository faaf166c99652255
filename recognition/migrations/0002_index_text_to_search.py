"""Search the stories by any part of a word."""

from django.db import migrations

from people.migrations._substrings import index_substrings


class Migration(migrations.Migration):
    dependencies = [("recognition", "0001_recognition"), ("people", "0004_index_text_to_search")]

    operations = [index_substrings("recognition_recognition", "search_text")]
