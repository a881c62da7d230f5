"""New migrations never take anything from the code that still runs; those that would are refused."""

import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader

from operations import upgrading
from operations.management.commands import upgrade

pytestmark = pytest.mark.shows("R-14")
ROOT = Path(__file__).parent.parent.parent
RELEASES = [line.split() for line in (ROOT / "releases.txt").read_text().splitlines() if line[:1].isdigit()]
VERSION, COMMIT, _DAY = RELEASES[-1]
# Written before this rule, and landed: whoever comes from 0.1.0 stops the portal, as `upgrade` says. Its pages of
# a case ask for columns of proposals that are gone (tests/process/test_previous_release.py shows which).
STOPS = {
    "proposals.0003_options_and_sections",
    "proposals.0005_agreement_document",
    "proposals.0006_words_and_collaborations",
}


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def in_history() -> bool:
    found = subprocess.run(["git", "cat-file", "-e", f"{COMMIT}^{{commit}}"], cwd=ROOT, capture_output=True)
    return found.returncode == 0


@pytest.fixture(scope="module")
def loader():
    return MigrationLoader(None, ignore_no_migrations=True)


@pytest.mark.skipif(not in_history(), reason=f"the history does not reach back to version {VERSION}")
def test_code_of_the_last_release_survives_every_migration_since(loader):
    known = {path for path in git("ls-tree", "-r", "--name-only", COMMIT).split() if "/migrations/" in path}
    new = [
        migration
        for (app, name), migration in sorted(loader.disk_migrations.items())
        if (ROOT / app / "migrations" / f"{name}.py").exists() and f"{app}/migrations/{name}.py" not in known
    ]
    assert new, "then the list of releases is older than this"
    named = {line.split(":")[0] for line in upgrading.hazards(new, loader)}
    assert named == (STOPS if VERSION == "0.1.0" else set())


def planted(*made) -> Migration:
    migration = Migration("9999_planted", "intake")
    migration.operations = list(made)
    return migration


BAD = {
    "a column that must be filled": operations.AddField("irritant", "mood", models.CharField(max_length=9)),
    "one with a default of Python alone": operations.AddField(
        "irritant", "mood", models.IntegerField(default=3)
    ),
    "a column that goes": operations.RemoveField("irritant", "tried"),
    "a new name": operations.RenameField("irritant", "tried", "attempted"),
    "a table that goes": operations.DeleteModel("Draft"),
    "a shorter text": operations.AlterField("irritant", "reference", models.CharField(max_length=3)),
    "another type": operations.AlterField("irritant", "reference", models.IntegerField()),
    "hidden in a pair": operations.SeparateDatabaseAndState(
        [operations.RemoveField("irritant", "tried")], []
    ),
}
GOOD = {
    "a nullable column": operations.AddField("irritant", "mood", models.IntegerField(null=True)),
    "a default in the database": operations.AddField("irritant", "mood", models.IntegerField(db_default=3)),
    "a new table": operations.CreateModel("Mood", [("id", models.BigAutoField(primary_key=True))]),
}


class Planted:
    """A loader that knows one more migration, the last."""

    def __init__(self, loader):
        self.loader = loader

    def project_state(self, _nodes, at_end=True):
        return self.loader.project_state()


@pytest.mark.parametrize("name", BAD)
def test_what_the_old_code_would_not_survive_is_named(loader, name):
    [line] = upgrading.hazards([planted(BAD[name])], Planted(loader))
    assert line.startswith("intake.9999_planted: ")


@pytest.mark.parametrize("name", GOOD)
def test_what_it_survives_passes(loader, name):
    assert upgrading.hazards([planted(GOOD[name])], Planted(loader)) == []


@pytest.mark.django_db
def test_an_upgrade_says_what_it_would_do_and_stops_where_it_must(monkeypatch, settings, tmp_path):
    out = StringIO()
    monkeypatch.setattr(upgrade, "is_empty", lambda: False)  # a database in memory has no file
    with pytest.raises(CommandError, match="no backup, no upgrade"):
        call_command("upgrade", stdout=out)
    call_command("upgrade", "--dry-run", "--backup", str(tmp_path / "b"), stdout=out)
    assert "0 migrations" in out.getvalue() and "A backup first" in out.getvalue()
    assert list(tmp_path.glob("b")) == []
    monkeypatch.setattr(upgrading, "plan", lambda: [planted(BAD["a column that goes"])])
    monkeypatch.setattr(upgrading, "hazards", lambda _plan: ["intake.9999_planted: Remove field tried"])
    with pytest.raises(CommandError, match="would not survive"):
        call_command("upgrade", "--no-backup", stdout=out)
    call_command("upgrade", "--no-backup", "--dry-run", "--stopped", stdout=out)
    assert "intake.9999_planted" in out.getvalue()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one lock for all")
def test_a_table_in_use_holds_nobody_up_for_a_second(monkeypatch):
    """Somebody reads a table for long: the migration lets go within a second each time, and succeeds afterwards."""
    import time

    reader, waited = connection.copy(), []
    with reader.cursor() as cursor:
        cursor.execute("BEGIN; SELECT 1 FROM intake_irritant LIMIT 1")

    def migrate(*_args, **_options):
        began = time.monotonic()
        try:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE intake_irritant ADD COLUMN planted integer NULL")
                cursor.execute("ALTER TABLE intake_irritant DROP COLUMN planted")
        finally:
            waited.append(time.monotonic() - began)
            if len(waited) == 2:
                reader.close()

    monkeypatch.setattr(upgrading, "call_command", migrate)
    assert upgrading.migrate() == 2
    assert max(waited) < 1.2
