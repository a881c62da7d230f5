"""The file of a backup: a tar that any tool can open, with a checksum of every byte behind it.

    database.sqlite3 | database.dump     first: whatever row it has, its file is still to come
    media/…                              the files, as they lie under MEDIA_ROOT
    manifest.json                        version, migrations, rows per table, SHA-256 of each member above
    (end of the tar)
    "sha256 <64 hex digits>\\n"           of everything before

Sealed to a recipient it is an age file (https://age-encryption.org/v1): ``age -d -i key backup.age | tar x`` opens it
without this portal. Reading refuses at the first byte that is not as it was written.
"""

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

MANIFEST = "manifest.json"
MEDIA = "media/"
FORMAT = 1
BLOCK = 1024 * 1024
TRAILER = len(b"sha256 ") + 64 + 1  # bytes


class Damaged(Exception):
    """The archive is not what was written; its words name the part."""


@dataclass
class Manifest:
    """What a backup says of itself. `members`: name → [bytes, SHA-256 as hex]; `tables`: table → rows;
    `migrations`: "app.name" of each that was applied; `gone`: files erased while it was made; `missing`, `altered`:
    files that were not, or not as their row says, when it was made."""

    version: str
    made_at: str
    vendor: str
    tables: dict[str, int]
    migrations: list[str]
    key_print: str = ""
    members: dict[str, list] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    format: int = FORMAT

    def to_bytes(self) -> bytes:
        return json.dumps(self.__dict__, indent=1, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Manifest":
        """Raises Damaged."""
        try:
            values = json.loads(content)
            if values["format"] != FORMAT:
                raise Damaged(f"format {values['format']} is none that this version reads")
            return cls(**values)
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged(f"{MANIFEST} cannot be read") from error


class _Counted:
    """Passes bytes on, and knows their SHA-256."""

    def __init__(self, out: BinaryIO):
        self.out, self.digest = out, hashlib.sha256()

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        self.out.write(content)
        return len(content)


class Writer:
    """Writes members one after the other; `finish` ends the archive. `out` is only ever written to."""

    def __init__(self, out: BinaryIO):
        self._counted = _Counted(out)
        self._tar = tarfile.open(fileobj=self._counted, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.members: dict[str, list] = {}

    def add(self, name: str, content: BinaryIO, size: int) -> str:
        """Exactly `size` bytes of `content`; gives their SHA-256. Raises OSError when there are fewer."""
        read = _Read(content)
        self._tar.addfile(self._header(name, size), read)
        self.members[name] = [size, read.digest.hexdigest()]
        return self.members[name][1]

    def finish(self, manifest: Manifest) -> None:
        manifest.members = self.members
        content = manifest.to_bytes()
        self._tar.addfile(self._header(MANIFEST, len(content)), BytesIO(content))
        self._tar.close()
        self._counted.out.write(b"sha256 " + self._counted.digest.hexdigest().encode() + b"\n")

    @staticmethod
    def _header(name: str, size: int) -> tarfile.TarInfo:
        header = tarfile.TarInfo(name)
        header.size, header.mode = size, 0o600
        return header


class _Read:
    """Reads, and knows the SHA-256 of what was read."""

    def __init__(self, source: BinaryIO):
        self.source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self.source.read(size)
        self.digest.update(content)
        return content


class _Body:
    """A stream without its trailer, hashed as it is read: the last TRAILER bytes are held back."""

    def __init__(self, source: BinaryIO):
        self._source, self._held, self.digest = source, b"", hashlib.sha256()

    def read(self, size: int) -> bytes:
        while len(self._held) < size + TRAILER and (more := self._source.read(max(size, BLOCK))):
            self._held += more
        count = min(size, max(0, len(self._held) - TRAILER))
        content, self._held = self._held[:count], self._held[count:]
        self.digest.update(content)
        return content

    def is_whole(self) -> bool:
        """Reads what is left, then says whether the trailer is the checksum of all that came before it."""
        while self.read(BLOCK):
            pass
        return self._held == b"sha256 " + self.digest.hexdigest().encode() + b"\n"


Keep = Callable[[str, Iterator[bytes]], None]


def drop(_name: str, chunks: Iterator[bytes]) -> None:
    """A `keep` that only reads."""
    for _chunk in chunks:
        pass


def read(source: BinaryIO, keep: Keep = drop) -> Manifest:
    """Read an archive to its end, giving each member but the manifest to `keep`; what it says of itself.

    Raises Damaged when one byte differs, is missing or is too much. Until this returns, nothing that `keep` was given
    may be believed.
    """
    body, seen, manifest, name = _Body(source), {}, None, "its beginning"
    try:
        with tarfile.open(fileobj=body, mode="r|", bufsize=tarfile.RECORDSIZE) as tar:
            for header in tar:
                name = header.name
                content = tar.extractfile(header)
                if content is None or not _plain(name):
                    raise Damaged(f"{name!r} is no file of a backup")
                digest = hashlib.sha256()
                if name == MANIFEST:
                    manifest = content.read()
                    continue
                keep(name, _chunks(content, digest))
                seen[name] = [header.size, digest.hexdigest()]
        whole = body.is_whole()
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise Damaged(f"it is damaged at or after {name}") from error
    if manifest is None:
        raise Damaged(f"it is damaged, or cut, at or after {name}")
    return _agreed(manifest, seen, whole)


def _agreed(content: bytes, seen: dict[str, list], whole: bool) -> Manifest:
    try:
        manifest = Manifest.from_bytes(content)
        wrong = sorted(
            name
            for name in manifest.members.keys() | seen.keys()
            if manifest.members.get(name) != seen.get(name)
        )
    except (Damaged, AttributeError, TypeError):
        if whole:
            raise
        raise Damaged(f"{MANIFEST} is damaged") from None
    if wrong:
        others = f" (and {len(wrong) - 1} others)" if len(wrong) > 1 else ""
        raise Damaged(f"{wrong[0]} is not what was saved{others}")
    if not whole:
        raise Damaged("its checksum is wrong: a byte was changed, lost or added between the files")
    return manifest


def _plain(name: str) -> bool:
    """A name that can only lie below the folder it is put in."""
    parts = name.split("/")
    return (
        not name.startswith("/")
        and not {"", ".", ".."} & set(parts)
        and "\\" not in name
        and "\0" not in name
    )


def _chunks(content: BinaryIO, digest) -> Iterator[bytes]:
    while chunk := content.read(BLOCK):
        digest.update(chunk)
        yield chunk
