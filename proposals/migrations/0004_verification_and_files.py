import django.db.models.deletion
from django.db import migrations, models

import foundation.clock


class Migration(migrations.Migration):
    dependencies = [("proposals", "0003_options_and_sections")]

    operations = [
        migrations.AddField(
            model_name="proposalversion",
            name="verify_number",
            field=models.CharField(blank=True, editable=False, max_length=10, null=True, unique=True),
        ),
        migrations.CreateModel(
            name="VersionFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "variant",
                    models.CharField(
                        choices=[
                            ("archive", "archive (PDF/A-3, données jointes)"),
                            ("word", "texte à travailler (DOCX)"),
                        ],
                        max_length=10,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField(default=foundation.clock.now, editable=False)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="proposals.proposalversion",
                    ),
                ),
            ],
            options={"verbose_name": "fichier de proposition", "ordering": ["variant"]},
        ),
        migrations.AddConstraint(
            model_name="versionfile",
            constraint=models.UniqueConstraint(
                fields=("version", "variant"), name="version_file_once_per_variant"
            ),
        ),
    ]
