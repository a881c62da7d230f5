"""Files that are whole or not there, whatever stops the process."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from django.conf import settings

from foundation.failpoints import failpoint


@contextmanager
def durably(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to: at `path`, and on the disk, once the block ends; gone when it raises."""
    partial = path.with_suffix(f".{token_hex(4)}.part")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield partial
        _to_the_disk(partial)
        failpoint("disk.half_written")
        partial.rename(path)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    failpoint("disk.renamed")
    for folder in (path.parent, path.parent.parent):  # a name is on the disk once its folder is
        _to_the_disk(folder)


def write_durably(path: Path, chunks: Iterable[bytes]) -> None:
    """The whole file or nothing under this name, and on the disk when this returns. Raises OSError."""
    with durably(path) as partial, partial.open("wb") as out:
        out.writelines(chunks)


def has_room(size: int) -> bool:
    """Whether this many bytes may still come, in the data folder and where uploads lie until they are checked."""
    folders = (settings.VAR, settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir())
    return all(shutil.disk_usage(folder).free > size + settings.LEAST_ROOM for folder in folders)


def _to_the_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
