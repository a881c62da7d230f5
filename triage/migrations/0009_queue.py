"""The queue's own lines, what a search looks in, and saved views."""

import django.db.models.deletion
import foundation.clock
import uuid
from django.conf import settings
from django.db import migrations, models


# As triage.fulltext reads it. Outside Django's models: neither kind of table is one.
WORDS = {
    'sqlite': [
        "CREATE VIRTUAL TABLE triage_words USING fts5(words, detail=none, columnsize=0, "
        "tokenize='unicode61 remove_diacritics 0', prefix='3 5')"
    ],
    'postgresql': [
        'CREATE TABLE triage_words (irritant_id bigint PRIMARY KEY, words tsvector NOT NULL)',
        'CREATE INDEX triage_words_words ON triage_words USING gin (words)',
    ],
}


def make_words(apps, schema_editor):
    for statement in WORDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_words(apps, schema_editor):
    schema_editor.execute('DROP TABLE triage_words')


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0009_entry'),
        ('triage', '0008_entry'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(make_words, drop_words),
        migrations.CreateModel(
            name='QueueEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, max_length=70)),
                ('bucket', models.CharField(max_length=10)),
                ('at', models.DateTimeField()),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('awake_on', models.DateField(blank=True, null=True)),
                ('irritant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='intake.irritant')),
            ],
            options={
                'indexes': [models.Index(fields=['code', 'bucket', 'at', 'irritant', 'awake_on'], name='queue_entry_waiting'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['code', 'due_at', 'irritant', 'awake_on'], name='queue_entry_due'), models.Index(condition=models.Q(('awake_on__isnull', False)), fields=['code', 'awake_on', 'irritant'], name='queue_entry_asleep')],
                'constraints': [models.UniqueConstraint(fields=('irritant', 'code'), name='queue_entry_once')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=40, verbose_name='nom')),
                ('query', models.CharField(max_length=600)),
                ('shared', models.BooleanField(default=False, verbose_name='partagée')),
                ('created_at', models.DateTimeField(default=foundation.clock.now, editable=False)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'vue enregistrée',
                'verbose_name_plural': 'vues enregistrées',
                'ordering': ['name', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='saved_view_name_once', violation_error_message='Vous avez déjà une vue de ce nom.')],
            },
        ),
    ]
