"""Runs files.judge on one file in a process of its own, bounded in memory, processor, output and time.

A child process and not the decoders' own limits alone: a picture or a PDF may crash the C code that reads it, and
must not take a web process, its connections and its secrets along. It costs some 0.2 s for each file received.
"""

import logging
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

from files.signatures import FileKind, Rejected

log = logging.getLogger(__name__)
_JUDGE = str(Path(__file__).with_name("judge"))
_REFUSED = 3
_SECONDS = 20


def examine(kind: FileKind, raw: BinaryIO, clean: BinaryIO) -> bool:
    """Raise Rejected, or say whether `clean` now holds what is to be kept instead of `raw` (both real files)."""
    if kind.code in ("csv", "text"):
        return False  # files.signatures has read them whole
    raw.seek(0)
    try:
        done = subprocess.run(
            [sys.executable, "-I", _JUDGE, kind.code],
            stdin=raw,
            stdout=clean,
            stderr=subprocess.PIPE,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Rejected("bomb") from error
    except OSError as error:  # no memory or process left for the check: nothing unchecked comes in
        log.error("file check could not start: %s", error)
        raise Rejected("disk") from error
    finally:
        raw.seek(0)
    if done.returncode == _REFUSED:
        raise Rejected(done.stderr.decode("ascii", "replace"))
    if done.returncode < 0:  # killed by a limit, or by the file
        raise Rejected("bomb")
    if done.returncode:
        log.error("file check failed: %s", done.stderr.decode("utf-8", "replace")[-500:])
        raise Rejected("damaged")
    return clean.seek(0, 2) > 0
