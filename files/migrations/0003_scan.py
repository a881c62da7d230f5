from django.db import migrations, models


def nothing_was_scanned(apps, schema_editor):
    """What came before there was an antivirus says so; a clock rule scans it once one is configured."""
    apps.get_model("files", "StoredFile").objects.update(state="unscanned")


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0002_subject'),
    ]

    operations = [
        migrations.AddField(
            model_name='storedfile',
            name='state',
            field=models.CharField(choices=[('pending', 'en cours d’analyse'), ('clean', 'analysé'), ('infected', 'écarté par l’antivirus'), ('unscanned', 'non analysé')], default='pending', max_length=10, verbose_name='antivirus'),
        ),
        migrations.AddField(
            model_name='storedfile',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.RunPython(nothing_was_scanned, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name='storedfile',
            index=models.Index(fields=['state', 'uploaded_at'], name='files_store_state_f1028f_idx'),
        ),
    ]
