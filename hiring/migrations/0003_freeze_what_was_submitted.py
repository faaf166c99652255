"""What was submitted or published stays as it was: triggers on both engines.

- a submitted scorecard, its ratings and its question records refuse UPDATE and DELETE (and ratings refuse INSERT);
- the content of a kit version that is no draft refuses INSERT, UPDATE and DELETE;
- later views and decisions are append-only.
"""

from django.db import migrations

from people.migrations._triggers import freeze

SUBMITTED = "EXISTS (SELECT 1 FROM hiring_scorecard s WHERE s.id = {row}.scorecard_id AND s.submitted_at IS NOT NULL)"
PUBLISHED = "EXISTS (SELECT 1 FROM hiring_kitversion v WHERE v.id = {row}.version_id AND v.state <> 'draft')"
CONTENT = (
    "number",
    "length_minutes",
    "basis",
    "opening_text",
    "opening_minutes",
    "closing_text",
    "closing_minutes",
    "guidance",
    "panel_size",
    "panel_training",
    "same_panel",
    "application_hidden",
)
REWRITTEN = "OLD.state <> 'draft' AND (" + " OR ".join(f"NEW.{column} <> OLD.{column}" for column in CONTENT) + ")"
MESSAGES = {
    "sealed": "A submitted scorecard is never changed.",
    "published": "A published kit version is never changed.",
    "kept": "This record is append-only.",
}
# (table, statement, condition on the row, message)
FROZEN = [
    ("hiring_scorecard", "UPDATE", "OLD.submitted_at IS NOT NULL", "sealed"),
    ("hiring_scorecard", "DELETE", "OLD.submitted_at IS NOT NULL", "sealed"),
    *(
        (table, verb, SUBMITTED.format(row="NEW" if verb == "INSERT" else "OLD"), "sealed")
        for table in ("hiring_rating", "hiring_questionrecord")
        for verb in ("INSERT", "UPDATE", "DELETE")
    ),
    *(
        (table, verb, PUBLISHED.format(row="NEW" if verb == "INSERT" else "OLD"), "published")
        for table in ("hiring_kitcompetency", "hiring_kitquestion")
        for verb in ("INSERT", "UPDATE", "DELETE")
    ),
    ("hiring_kitversion", "UPDATE", REWRITTEN, "published"),
    ("hiring_kitversion", "DELETE", "OLD.state <> 'draft'", "published"),
    *(
        (table, verb, "1 = 1", "kept")
        for table in ("hiring_laterview", "hiring_decision")
        for verb in ("UPDATE", "DELETE")
    ),
]


class Migration(migrations.Migration):
    dependencies = [("hiring", "0002_initial")]
    operations = [freeze(FROZEN, MESSAGES)]
