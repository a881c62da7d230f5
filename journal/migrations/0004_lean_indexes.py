from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_message_texts")]

    operations = [
        # By hand: changing the field would make SQLite write the whole table anew, and without its triggers.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("event", "case", models.UUIDField(verbose_name="dossier")),
            ],
            database_operations=[
                migrations.RunSQL(
                    'DROP INDEX "journal_event_case_25ddfc84"',
                    'CREATE INDEX "journal_event_case_25ddfc84" ON "journal_event" ("case")',
                ),
            ],
        ),
        migrations.RemoveIndex("job", "journal_job_status_b477df_idx"),
        migrations.AddIndex(
            "job",
            models.Index(
                fields=["lease_until"], name="job_running", condition=models.Q(("status", "running"))
            ),
        ),
    ]
