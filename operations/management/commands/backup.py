"""`manage.py backup FILE`: one file with the database, the files and what proves them, while the portal works."""

import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation import clock
from operations.backup import keeping, sealing
from operations.backup.archive import Damaged
from operations.backup.databases import Refused
from operations.backup.making import Made, alone, make
from operations.backup.restoring import verify

FULL = {28, 122}  # ENOSPC, EDQUOT


class Command(BaseCommand):
    help = "Back up the database and the files into one file, sealed to BACKUP_RECIPIENT, while the portal works."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", help="where to; default: a new name in BACKUP_DIR")
        parser.add_argument("--plain", action="store_true", help="readable by whoever has the file")
        parser.add_argument(
            "--scheduled", action="store_true", help="into BACKUP_DIR, of which BACKUP_KEEP stay"
        )
        parser.add_argument(
            "--verify", metavar="FILE", help="only read a backup to its end and say what it holds"
        )
        parser.add_argument(
            "--identity", metavar="FILE", help="with --verify: the secret key of a sealed backup"
        )
        parser.add_argument(
            "--new-key", metavar="FILE", help="only make a secret key in FILE and say its public key"
        )

    def handle(self, *, file, plain, scheduled, verify, identity, new_key, **_options):
        try:
            if new_key:
                return self.make_key(Path(new_key))
            if verify:
                return self.say_what_it_holds(Path(verify), identity and Path(identity))
            if scheduled:
                return self.make_tonights()
            self.say(make(self.target(file, plain), plain=plain))
        except (Refused, Damaged, sealing.BadKey) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            if error.errno in FULL:
                raise CommandError(f"the disk is full: nothing was left behind ({error})") from None
            raise CommandError(str(error)) from None

    def target(self, file: str | None, plain: bool) -> Path:
        if file:
            return Path(file)
        if not settings.BACKUP_DIR:
            raise CommandError("say where to, or set BACKUP_DIR")
        return keeping.name_for(clock.now(), plain=plain)

    def make_tonights(self) -> None:
        with alone(Path(settings.BACKUP_DIR)) as ours:
            if not ours:
                raise CommandError("another backup is under way")
            self.say(make(keeping.name_for(clock.now())))
            keeping.thin_out()

    def make_key(self, path: Path) -> None:
        secret, public = sealing.new_identity()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(f"# public key: {public}\n{secret}\n")
        self.stdout.write(f"The secret key is in {path}: keep it away from this machine, twice.")
        self.stdout.write(f"BACKUP_RECIPIENT={public}")

    def say(self, made: Made) -> None:
        manifest, files = made.manifest, len(made.manifest.members) - 1
        self.stdout.write(
            f"{made.path}: {sum(manifest.tables.values())} rows of {len(manifest.tables)} tables, {files} files, "
            f"{made.bytes / 1e6:.1f} MB, version {manifest.version}, {made.seconds} s"
        )
        for names, what in (
            (manifest.gone, "erased while the backup was made"),
            (manifest.missing, "promised by a row and not on the disk"),
            (manifest.altered, "not what was received: its SHA-256 differs"),
        ):
            for name in names:
                self.stderr.write(f"{name}: {what}")

    def say_what_it_holds(self, path: Path, identity: Path | None) -> None:
        manifest = verify(path, identity)
        self.stdout.write(
            f"{path} is whole: {manifest.vendor}, version {manifest.version}, made at {manifest.made_at}, "
            f"{sum(manifest.tables.values())} rows of {len(manifest.tables)} tables, {len(manifest.members) - 1} files"
        )
