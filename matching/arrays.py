"""Named arrays in one file that is mapped, not read: magic, format, header in JSON, then aligned blocks."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .types import IndexUnusable

Array = np.ndarray

FORMAT = 1
_MAGIC = b"ENACTIDX"
_HEAD = 20
_ALIGNMENT = 64
# Up to this size a whole file is checked when it is opened; a larger one by its header and length.
CHECKED_BYTES = 32 * 1024 * 1024


def save_arrays(path: Path, header: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write to a new file, on disk before it has its name: a killed writer leaves no half file under it."""
    described, offset = {}, 0
    blocks = {name: np.ascontiguousarray(values) for name, values in arrays.items()}
    for name, values in blocks.items():
        described[name] = [values.dtype.str, len(values), offset, zlib.crc32(values.view(np.uint8))]
        offset += _aligned(values.nbytes)
    text = json.dumps({"header": header, "arrays": described, "bytes": offset}).encode()
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    with temporary.open("wb") as file:
        file.write(_MAGIC + FORMAT.to_bytes(4, "little"))
        file.write(len(text).to_bytes(4, "little") + zlib.crc32(text).to_bytes(4, "little"))
        file.write(text.ljust(_aligned(_HEAD + len(text)) - _HEAD, b"\0"))
        for values in blocks.values():
            file.write(values.data)
            file.write(bytes(_aligned(values.nbytes) - values.nbytes))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def open_arrays(path: Path, *, checked: bool | None = None) -> tuple[dict[str, Any], dict[str, Array]]:
    """Header and mapped arrays. Raises IndexUnusable for anything that is not exactly what was written.

    checked: compare every block with its checksum, or none; by the size of the file when not given.
    """
    try:
        mapped = np.memmap(path, dtype=np.uint8, mode="r")
        head = bytes(mapped[:_HEAD])
        length, checksum = int.from_bytes(head[12:16], "little"), int.from_bytes(head[16:20], "little")
        text = bytes(mapped[_HEAD : _HEAD + length])
        if head[:8] != _MAGIC or int.from_bytes(head[8:12], "little") != FORMAT:
            raise IndexUnusable(f"{path.name}: not an index file of format {FORMAT}")
        if zlib.crc32(text) != checksum:
            raise IndexUnusable(f"{path.name}: damaged header")
        described = json.loads(text)
        start = _aligned(_HEAD + length)
        if len(mapped) != start + described["bytes"]:
            raise IndexUnusable(f"{path.name}: wrong length")
        checked = len(mapped) <= CHECKED_BYTES if checked is None else checked
        arrays = {}
        for name, (kind, count, offset, crc) in described["arrays"].items():
            dtype = np.dtype(kind)
            block = np.asarray(mapped[start + offset : start + offset + count * dtype.itemsize])
            if checked and zlib.crc32(block) != crc:
                raise IndexUnusable(f"{path.name}: damaged {name}")
            arrays[name] = block.view(dtype)
    except IndexUnusable:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexUnusable(f"{path.name}: cannot be read") from error
    return described["header"], arrays


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT
