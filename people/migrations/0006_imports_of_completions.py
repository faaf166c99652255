from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_leave")]
    operations = [
        migrations.AlterField(
            model_name="importrun",
            name="kind",
            field=models.CharField(
                choices=[("people", "People"), ("candidates", "Candidates"), ("completions", "Completions")],
                max_length=20,
            ),
        )
    ]
