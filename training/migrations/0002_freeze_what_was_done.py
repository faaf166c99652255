"""What was published, submitted or completed stays as it was: triggers on both engines.

- the content of a module version that is no draft refuses INSERT, UPDATE and DELETE;
- a submitted attempt and a judged sign-off refuse UPDATE and DELETE;
- completions, extensions and waivers are append-only.
"""

from django.db import migrations

from people.migrations._triggers import freeze

PUBLISHED = "EXISTS (SELECT 1 FROM training_moduleversion v WHERE v.id = {row}.version_id AND v.state <> 'draft')"
# A part may neither leave a published version nor be slipped into one.
HELD = {
    "INSERT": PUBLISHED.format(row="NEW"),
    "UPDATE": f"{PUBLISHED.format(row='OLD')} OR {PUBLISHED.format(row='NEW')}",
    "DELETE": PUBLISHED.format(row="OLD"),
}
REWRITTEN = (
    "OLD.state <> 'draft' AND (NEW.module_id <> OLD.module_id OR NEW.number <> OLD.number OR NEW.minutes <> OLD.minutes"
    " OR NEW.published_at <> OLD.published_at OR NEW.state = 'draft')"
)
MESSAGES = {
    "published": "A published module version is never changed.",
    "submitted": "A submitted attempt is never changed.",
    "judged": "A judged practice is never changed.",
    "kept": "This record is append-only.",
}
# (table, statement, condition on the row, message)
FROZEN = [
    *(("training_modulepart", verb, condition, "published") for verb, condition in HELD.items()),
    ("training_moduleversion", "UPDATE", REWRITTEN, "published"),
    ("training_moduleversion", "DELETE", "OLD.state <> 'draft'", "published"),
    ("training_attempt", "UPDATE", "OLD.submitted_at IS NOT NULL", "submitted"),
    ("training_attempt", "DELETE", "OLD.submitted_at IS NOT NULL", "submitted"),
    ("training_signoff", "UPDATE", "OLD.state <> 'waiting'", "judged"),
    ("training_signoff", "DELETE", "OLD.state <> 'waiting'", "judged"),
    *(
        (table, verb, "1 = 1", "kept")
        for table in ("training_completion", "training_extension", "training_waiver")
        for verb in ("UPDATE", "DELETE")
    ),
]


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]
    operations = [freeze(FROZEN, MESSAGES)]
