"""Files that are whole or not there, whatever stops the process."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex


@contextmanager
def durably(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to: at `path`, and on the disk, once the block ends; gone when it raises."""
    partial = path.with_suffix(f".{token_hex(4)}.part")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield partial
        _to_the_disk(partial)
        partial.rename(path)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):  # a name is on the disk once its folder is
        _to_the_disk(folder)


def write_durably(path: Path, chunks: Iterable[bytes]) -> None:
    """The whole file or nothing under this name, and on the disk when this returns. Raises OSError."""
    with durably(path) as partial, partial.open("wb") as out:
        out.writelines(chunks)


def _to_the_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
