"""`manage.py restore FILE`: put a backup in the place of what is there, and prove it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from operations.backup.archive import Damaged
from operations.backup.databases import Refused
from operations.backup.restoring import Restored, restore
from operations.backup.sealing import BadKey
from operations.running import only_one


class Command(BaseCommand):
    help = "Restore a backup here, verified to its last byte before anything is touched."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--identity", metavar="FILE", help="the secret key that the backup is sealed to")
        parser.add_argument("--replace", action="store_true", help="in the place of the portal that is here")

    def handle(self, *, file, identity, replace, **_options):
        try:
            with only_one():  # a running portal would go on with what it remembers
                done = restore(Path(file), identity and Path(identity), replace=replace)
        except (Refused, Damaged, BadKey) as error:
            raise CommandError(f"{file}: {error}") from None
        except OSError as error:
            raise CommandError(f"{file}: {error}") from None
        self.say(done)
        if done.broken:
            case, seq, wrong = done.broken[0]
            raise CommandError(
                f"restored as it was saved, but its journal does not verify in {len(done.broken)} places, "
                f"the first: {case} #{seq}: {wrong}"
            )

    def say(self, done: Restored) -> None:
        manifest = done.manifest
        self.stdout.write(
            f"Restored: version {manifest.version}, made at {manifest.made_at}; {sum(manifest.tables.values())} rows "
            f"of {len(manifest.tables)} tables and {done.files} files, each as it was saved"
            + ("" if done.broken else "; the journal verifies")
        )
        if done.migrated:
            self.stdout.write(f"{done.migrated} migrations brought it to this version.")
        if done.aside:
            self.stdout.write(
                f"Files that it does not know are in {done.aside}: remove them when you are sure."
            )
        if done.other_key:
            self.stderr.write(
                "SECRET_KEY is not the one of the backup: links already sent are void until it is back."
            )
        for name in manifest.missing:
            self.stderr.write(f"{name} was missing when the backup was made, and is missing now.")
        for case in done.erase_again:
            self.stderr.write(f"Erased since the backup, erase it again: case {case}")
