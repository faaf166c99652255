from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0006_imports_of_completions")]
    operations = [
        migrations.AlterField(
            model_name="importrun",
            name="kind",
            field=models.CharField(
                choices=[
                    ("people", "People"),
                    ("candidates", "Candidates"),
                    ("completions", "Completions"),
                    ("praise", "Customers' words"),
                ],
                max_length=20,
            ),
        )
    ]
