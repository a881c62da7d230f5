"""The database itself refuses to change or delete an event (reliability: S-22)."""
from django.db import migrations

SQLITE = [
    """CREATE TRIGGER journal_event_no_update BEFORE UPDATE ON journal_event
       BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
    """CREATE TRIGGER journal_event_no_delete BEFORE DELETE ON journal_event
       BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION journal_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$""",
    """CREATE TRIGGER journal_event_no_change BEFORE UPDATE OR DELETE ON journal_event
       FOR EACH ROW EXECUTE FUNCTION journal_event_refuse()""",
]
UNDO = {
    "sqlite": ["DROP TRIGGER journal_event_no_update", "DROP TRIGGER journal_event_no_delete"],
    "postgresql": ["DROP TRIGGER journal_event_no_change ON journal_event", "DROP FUNCTION journal_event_refuse()"],
}
DO = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def forwards(apps, schema_editor):
    for statement in DO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
