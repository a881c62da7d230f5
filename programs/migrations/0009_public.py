from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programs", "0008_api")]

    operations = [
        migrations.AddIndex(
            model_name="session", index=models.Index(fields=["start"], name="session_start")
        )
    ]
