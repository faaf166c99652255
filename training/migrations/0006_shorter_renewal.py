"""Parts that a renewal skips, and assignments that ask for the rest alone. SQLite builds the table of parts anew, which
loses its triggers: they are taken off before and put on again after, on both engines."""

from django.db import migrations, models

from people.migrations._triggers import freeze

PUBLISHED = "EXISTS (SELECT 1 FROM training_moduleversion v WHERE v.id = {row}.version_id AND v.state <> 'draft')"
HELD = {
    "INSERT": PUBLISHED.format(row="NEW"),
    "UPDATE": f"{PUBLISHED.format(row='OLD')} OR {PUBLISHED.format(row='NEW')}",
    "DELETE": PUBLISHED.format(row="OLD"),
}
CHANGED = (
    "NEW.module_id <> OLD.module_id OR NEW.number <> OLD.number OR NEW.minutes <> OLD.minutes"
    " OR NEW.published_at <> OLD.published_at OR NEW.state = 'draft'"
)
SHORTER = "COALESCE(NEW.renewal_minutes, -1) <> COALESCE(OLD.renewal_minutes, -1)"
MESSAGES = {"published": "A published module version is never changed."}
PARTS = [("training_modulepart", verb, condition, "published") for verb, condition in HELD.items()]
BEFORE = freeze(
    [*PARTS, ("training_moduleversion", "UPDATE", f"OLD.state <> 'draft' AND ({CHANGED})", "published")], MESSAGES
)
AFTER = freeze(
    [*PARTS, ("training_moduleversion", "UPDATE", f"OLD.state <> 'draft' AND ({CHANGED} OR {SHORTER})", "published")],
    MESSAGES,
)


class Migration(migrations.Migration):
    dependencies = [("training", "0005_certificates")]
    operations = [
        migrations.RunPython(BEFORE.reverse_code, BEFORE.code),
        migrations.AddField(
            model_name="modulepart",
            name="skipped_in_renewal",
            field=models.BooleanField(default=False, db_default=False, verbose_name="skipped in a renewal"),
        ),
        migrations.AddField(
            model_name="moduleversion",
            name="renewal_minutes",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="minutes of a renewal"),
        ),
        migrations.AddField(
            model_name="assignment",
            name="is_whole",
            field=models.BooleanField(default=True, db_default=True, verbose_name="asks for every part"),
        ),
        AFTER,
    ]
