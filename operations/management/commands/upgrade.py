"""`manage.py upgrade`: a backup, a look at what would break the code that still runs, then the new schema."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from foundation import clock
from operations import upgrading
from operations.backup import keeping, sealing
from operations.backup.databases import Refused, is_empty
from operations.backup.making import make
from operations.version import version


class Command(BaseCommand):
    help = "Bring the data to this version while the version before still serves."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument("--backup", metavar="FILE", help="where to; default: a new name in BACKUP_DIR")
        parser.add_argument(
            "--plain", action="store_true", help="a backup that whoever has the file can read"
        )
        parser.add_argument("--no-backup", action="store_true", help="there is one already")
        parser.add_argument(
            "--stopped", action="store_true", help="nothing of the old version runs: migrations may break it"
        )

    def handle(self, *, dry_run, backup, plain, no_backup, stopped, **_options):
        migrations = upgrading.plan()
        empty = is_empty()
        wrong = [] if empty or stopped else upgrading.hazards(migrations)
        target = None if no_backup or empty else self.target(backup, plain)
        self.stdout.write(f"To version {version()}: {len(migrations)} migrations")
        for migration in migrations if dry_run else ():
            self.stdout.write(f"  {migration.app_label}.{migration.name}")
        if wrong:
            raise CommandError(
                "the version that runs would not survive this; stop it and say --stopped:\n  "
                + "\n  ".join(wrong)
            )
        if target:
            self.stdout.write(f"A backup first: {target}")
        if dry_run:
            return
        if target:
            self.save(target, plain)
        again = upgrading.migrate()
        call_command("createcachetable", verbosity=0)
        call_command("load_reference", verbosity=0)
        self.stdout.write("Done." + (f" A table was in use {again} times." if again else ""))

    def target(self, backup: str | None, plain: bool) -> Path:
        if not backup and not settings.BACKUP_DIR:
            raise CommandError(
                "no backup, no upgrade: --backup FILE or BACKUP_DIR says where to (or --no-backup)"
            )
        return Path(backup) if backup else keeping.name_for(clock.now(), plain=plain)

    def save(self, target: Path, plain: bool) -> None:
        try:
            made = make(target, plain=plain)
        except (Refused, sealing.BadKey, OSError) as error:
            raise CommandError(f"nothing was changed, the backup failed: {error}") from None
        self.stdout.write(f"{made.bytes / 1e6:.1f} MB in {made.seconds} s")
