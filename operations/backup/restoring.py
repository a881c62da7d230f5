"""Putting a backup in the place of what is there: everything is verified before anything is touched.

1. The archive is read to its end into a folder beside the data, and refused if one byte is not as it was written.
2. The files come into place. They lie under random names: to the database that is there they are one too many.
3. The database is replaced in one transaction (operations.backup.databases).
4. The files that the backup does not know are set aside.

Stopped between two of these, the portal has the old database or the new one, and all the files of either; the same
command once more completes it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.dateparse import parse_datetime

from foundation import clock
from operations.backup import databases
from operations.backup.archive import BLOCK, MEDIA, Damaged, Keep, Manifest, drop, read
from operations.backup.databases import Refused
from operations.backup.making import key_print, media_files
from operations.backup.sealing import identities, is_sealed, opening
from operations.version import applied_migrations, known_migrations, version


@dataclass
class Restored:
    """`erase_again`: cases (as hex) that were erased since the backup; `migrated`: how many migrations it lacked;
    `aside`: where the files that it does not know were put; `broken`: places where the journal does not verify."""

    manifest: Manifest
    files: int = 0
    migrated: int = 0
    aside: Path | None = None
    other_key: bool = False
    erase_again: list[str] = field(default_factory=list)
    broken: list[tuple] = field(default_factory=list)


def verify(path: Path, identity: Path | None = None, keep: Keep = drop) -> Manifest:
    """Read a backup to its end. Raises archive.Damaged, Refused, sealing.BadKey, OSError."""
    with path.open("rb") as source, _opened(path, source, identity) as inside:
        return read(inside, keep)


@contextmanager
def _opened(path: Path, source: BinaryIO, identity: Path | None) -> Iterator[BinaryIO]:
    if not is_sealed(path):
        yield source
        return
    if identity is None:
        raise Refused(f"{path} is sealed: --identity FILE names the file that holds its secret key")
    with opening(source, identities(identity)) as inside:
        yield inside


def restore(path: Path, identity: Path | None = None, *, replace: bool = False) -> Restored:
    """Restore and prove. Raises Refused, archive.Damaged, sealing.BadKey, OSError: nothing was changed then."""
    _refuse_to_overwrite(replace)
    settings.VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.VAR) as name:
        staged = Path(name)
        manifest = verify(path, identity, _into(staged))
        _refuse_what_we_cannot_run(manifest)
        _prove_files(staged, manifest)
        database = staged / databases.MEMBERS[manifest.vendor]
        done = Restored(manifest, other_key=manifest.key_print != key_print())
        done.erase_again = _erased_since(manifest)
        lacking = known_migrations() - set(manifest.migrations)
        tables = manifest.tables
        if lacking and manifest.vendor == "sqlite":  # tried on the copy: what fails there changes nothing
            done.migrated, tables = len(lacking), _migrate_copy(database)
        done.files = _bring_files(staged / MEDIA)
        databases.replace(database, tables)
    done.aside = _set_aside(manifest)
    if lacking and manifest.vendor != "sqlite":
        call_command("migrate", verbosity=0, interactive=False)
        done.migrated = len(lacking)
    done.broken = _afterwards()
    return done


def _refuse_to_overwrite(replace: bool) -> None:
    if not replace and (not databases.is_empty() or next(media_files(), None)):
        raise Refused("there is a portal here already: --replace puts the backup in its place")
    if others := databases.others_connected():
        raise Refused(f"{others} other sessions are on the database: stop the portal first")


def _refuse_what_we_cannot_run(manifest: Manifest) -> None:
    if manifest.vendor != databases.kind():
        raise Refused(f"the backup is of {manifest.vendor}, DATABASE_URL names {databases.kind()}")
    if unknown := sorted(set(manifest.migrations) & _ours(manifest) - known_migrations()):
        raise Refused(
            f"the backup was made by version {manifest.version}, which is newer than this one ({version()}): "
            f"{unknown[0]} is unknown here"
        )


def _ours(manifest: Manifest) -> set[str]:
    """Its migrations of apps that this code still has: an app that was removed leaves its own behind."""
    apps = {name.partition(".")[0] for name in known_migrations()}
    return {name for name in manifest.migrations if name.partition(".")[0] in apps}


def _into(folder: Path) -> Keep:
    def keep(name: str, chunks: Iterator[bytes]) -> None:
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.writelines(chunks)

    return keep


def _prove_files(staged: Path, manifest: Manifest) -> None:
    """What lies on the disk now is what was saved: read back, not believed. Raises Damaged."""
    if databases.MEMBERS[manifest.vendor] not in manifest.members:
        raise Damaged("it holds no database")
    os.sync()
    for name, (_size, sha256) in manifest.members.items():
        digest = hashlib.sha256()
        with (staged / name).open("rb") as content:
            while chunk := content.read(BLOCK):
                digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise Damaged(f"{name} was not written to this disk as it is in the backup")


def _migrate_copy(database: Path) -> dict[str, int]:
    """Bring the copy to the schema of this code; its rows per table then. Raises Refused."""
    done = subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--no-input", "--verbosity=0"],
        env=os.environ | {"DATABASE_URL": f"sqlite:///{database}", "ENACT_VAR": str(settings.VAR)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Refused(
            f"its migration fails, nothing was changed: {done.stderr.strip().splitlines()[-1][:300]}"
        )
    with databases.opened(database) as copy:
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return databases.count_sqlite(copy)


def _bring_files(staged: Path) -> int:
    """Each file to its place, by renaming; one that is there already is the same, or is replaced."""
    count = 0
    for path in sorted(staged.rglob("*")):
        if path.is_file():
            place = Path(settings.MEDIA_ROOT) / path.relative_to(staged)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.replace(place)
            count += 1
    os.sync()
    return count


def _set_aside(manifest: Manifest) -> Path | None:
    """Files of what was here before; None when there were none."""
    root, aside = Path(settings.MEDIA_ROOT), settings.VAR / f"replaced-{clock.now():%Y%m%d-%H%M%S}"
    others = [
        path for path in media_files() if MEDIA + path.relative_to(root).as_posix() not in manifest.members
    ]
    for path in others:
        place = aside / path.relative_to(root)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(path, place)
    return aside if others else None


def _erased_since(manifest: Manifest) -> list[str]:
    """Cases that the portal to be replaced erased after the backup was made: the backup still holds them."""
    from journal.models import Event

    if databases.is_empty() or "journal.0001_initial" not in applied_migrations():
        return []
    erased = Event.objects.filter(name="irritant.erased", at__gte=parse_datetime(manifest.made_at))
    return sorted(case.hex for case in erased.order_by().values_list("case", flat=True))


def _afterwards() -> list[tuple]:
    """Everybody signs in again: a session that was ended since the backup must not come back. Then the journal."""
    from django.contrib.sessions.models import Session

    from journal.events import broken_links

    connection.close()
    with transaction.atomic():
        Session.objects.all().delete()
    try:
        cache.clear()
    except Exception:  # a cache that is down or has no table holds nothing of before
        connection.close()
    shutil.rmtree(settings.MATCHING_INDEX, ignore_errors=True)  # a cache of rows that are others now
    return list(broken_links())
