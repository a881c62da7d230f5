"""Encryption of backups to a public key, in the format of age: who makes them cannot read them.

The portal holds the recipient (``age1…``) alone; the identity (``AGE-SECRET-KEY-…``) is needed to restore and stays
with the people. Encryption and decryption run beside the rest, through a pipe: memory stays flat whatever the size.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from operations.backup.archive import BLOCK, Damaged

MAGIC = b"age-encryption.org/v1"


class BadKey(Exception):
    """A recipient or an identity that is none."""


def recipients(texts: list[str]) -> list:
    """Public keys of these texts (age1…). Raises BadKey."""
    from pyrage import RecipientError, x25519

    try:
        return [x25519.Recipient.from_str(text) for text in texts]
    except RecipientError as error:
        raise BadKey("BACKUP_RECIPIENT holds something that is no public key of age (age1…)") from error


def identities(path: Path) -> list:
    """The secret keys of a file as age-keygen writes it. Raises BadKey, OSError."""
    from pyrage import IdentityError, x25519

    lines = [line.strip() for line in path.read_text().splitlines()]
    try:
        found = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except IdentityError as error:
        raise BadKey(f"{path} holds something that is no secret key of age") from error
    if not found:
        raise BadKey(f"{path} holds no secret key of age")
    return found


def new_identity() -> tuple[str, str]:
    """(secret key, public key) of a new pair."""
    from pyrage import x25519

    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def is_sealed(path: Path) -> bool:
    with path.open("rb") as source:
        return source.read(len(MAGIC)) == MAGIC


class _Beside(threading.Thread):
    """Runs `work` and keeps what it raised; `after` runs whatever happens."""

    def __init__(self, work, after):
        super().__init__(daemon=True)
        self._work, self._after, self.error = work, after, None

    def run(self):
        try:
            self._work()
        except BaseException as error:
            self.error = error
        finally:
            self._after()


class _Remembering:
    """A file whose own errors are not lost in those of the library that writes to it."""

    def __init__(self, out: BinaryIO):
        self._out, self.error = out, None

    def write(self, content: bytes) -> int:
        try:
            return self._out.write(content)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        self._out.flush()


@contextmanager
def sealing(out: BinaryIO, keys: list) -> Iterator[BinaryIO]:
    """What is written inside the block arrives in `out`, sealed to the keys. Raises what `out` raises."""
    from pyrage import encrypt_io

    source, sink = os.pipe()
    reader, writer, target = os.fdopen(source, "rb", BLOCK), os.fdopen(sink, "wb", BLOCK), _Remembering(out)
    beside = _Beside(lambda: encrypt_io(reader, target, keys), reader.close)
    beside.start()
    try:
        yield writer
        writer.close()
    except BrokenPipeError:  # it stopped reading: its own error says why
        pass
    finally:
        with suppress(OSError):
            writer.close()
        beside.join()
    if beside.error:
        raise target.error or beside.error


@contextmanager
def opening(source: BinaryIO, keys: list) -> Iterator[BinaryIO]:
    """The stream inside an age file. Raises Damaged where it is not as it was sealed, or sealed to another key."""
    from pyrage import DecryptError, decrypt_io

    near, far = os.pipe()
    reader, writer = os.fdopen(near, "rb", BLOCK), os.fdopen(far, "wb", BLOCK)

    def close() -> None:
        with suppress(OSError):
            writer.close()

    beside = _Beside(lambda: decrypt_io(source, writer, keys), close)
    beside.start()
    try:
        yield reader
    except Damaged as damaged:
        reader.close()
        beside.join()
        raise Damaged(_why(beside.error, str(damaged))) from damaged
    finally:
        reader.close()
        beside.join()
    if isinstance(beside.error, (DecryptError, OSError, ValueError)):
        raise Damaged(_why(beside.error, ""))
    if beside.error:
        raise beside.error


def _why(error: BaseException | None, damaged: str) -> str:
    """The seal knows better than what is inside, but for the pipe that was closed on it."""
    if error is None or isinstance(error, BrokenPipeError):
        return damaged
    if "matching keys" in str(error).lower():
        return "it is sealed to another key than those of this identity file"
    return f"its seal is broken ({error})" + (f"; {damaged}" if damaged else "")
