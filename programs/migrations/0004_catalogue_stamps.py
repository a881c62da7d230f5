from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programs', '0003_thesaurus_rows'),
    ]

    operations = [
        migrations.RenameField(model_name='cataloguestate', old_name='lineage', new_name='stamp'),
        migrations.AddField(
            model_name='cataloguechange',
            name='stamp',
            field=models.UUIDField(null=True),
        ),
    ]
