"""Making a backup while the portal works: the database first, then the files, then what proves both.

Why in this order: the bytes of a file are on the disk before the row that promises them (files.store), lie under a
random name and are never written again. So a file that a row of the snapshot promises is still there when the files are
read, unless it was erased meanwhile, which is told (`gone`); and a file that came later is one too many, which harms
nothing: the sweep of orphans takes it after a restore.
"""

import fcntl
import hashlib
import hmac
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from foundation import clock
from foundation.disk import durably
from operations.backup import databases
from operations.backup.archive import MEDIA, Manifest, Writer
from operations.backup.databases import Refused
from operations.backup.sealing import recipients, sealing
from operations.version import version

LEFT_OUT = {"exports"}  # made again on demand, gone after a week
LEFTOVER = 24 * 3600  # seconds after which a half that a crash left is swept away


@dataclass(frozen=True)
class Made:
    path: Path
    manifest: Manifest
    bytes: int
    seconds: float


def make(path: Path, *, plain: bool = False) -> Made:
    """Back up into `path`, whole or not there. Raises Refused, OSError, sealing.BadKey."""
    keys = recipients(settings.BACKUP_RECIPIENT)
    if not keys and not plain:
        raise Refused(
            "BACKUP_RECIPIENT is not set: the backup would be readable by whoever finds it. "
            "Set it to a public key (manage.py backup --new-key FILE), or say --plain."
        )
    if path.exists():
        raise Refused(f"{path} is already there")
    began = time.monotonic()
    _sweep_leftovers(path.parent)
    with databases.snapshot(settings.VAR) as copy:
        manifest = Manifest(
            version=version(),
            made_at=clock.now().isoformat(timespec="seconds"),
            vendor=databases.kind(),
            tables=copy.tables,
            migrations=copy.migrations,
            key_print=key_print(),
        )
        with (
            durably(path) as partial,
            _private(partial) as out,
            nullcontext(out) if plain else sealing(out, keys) as inside,
        ):
            _write(Writer(inside), copy, manifest)
    return Made(path, manifest, path.stat().st_size, round(time.monotonic() - began, 2))


def key_print() -> str:
    """Tells one SECRET_KEY from another without telling either."""
    return hmac.new(settings.SECRET_KEY.encode(), b"backup", hashlib.sha256).hexdigest()[:16]


def media_files() -> Iterator[Path]:
    """Every file to save under MEDIA_ROOT, in the order of its name; not the halves of files being received."""
    root = Path(settings.MEDIA_ROOT)
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if Path(folder) != root or name not in LEFT_OUT)
        yield from (Path(folder) / name for name in sorted(names) if not name.endswith(".part"))


def _write(writer: Writer, copy: databases.Snapshot, manifest: Manifest) -> None:
    with copy.path.open("rb") as content:
        writer.add(databases.MEMBERS[manifest.vendor], content, copy.path.stat().st_size)
    root, owed = Path(settings.MEDIA_ROOT), dict(copy.promised)
    for path in media_files():
        name = path.relative_to(root).as_posix()
        promised = owed.pop(name, None)
        try:
            with path.open("rb") as content:  # once open it stays readable, whoever erases it
                sha256 = writer.add(MEDIA + name, content, os.fstat(content.fileno()).st_size)
        except FileNotFoundError:
            manifest.gone.append(name)
            continue
        if promised and sha256 != promised:
            manifest.altered.append(name)
    manifest.missing = sorted(owed)
    writer.finish(manifest)


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        yield out


def _sweep_leftovers(folder: Path) -> None:
    """What killed backups left: copies of the database in the data folder, halves beside the target."""
    halves = [*settings.VAR.glob(".database.*.part*"), *folder.glob("*.part")]
    for path in halves:
        ours = path.name.startswith(".database.") or ".backup." in path.name
        if ours and time.time() - path.stat().st_mtime > LEFTOVER:
            path.unlink(missing_ok=True)


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether no other backup into this folder is under way; it is ours until the block ends."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
