"""The process: its limits, what it reads, what it says."""

import sys
import warnings

from .office import office
from .pdf import pdf
from .pictures import picture
from .refusing import Refused

REFUSED = 3


def judge(kind: str, data: bytes) -> bytes | None:
    """Refused, or the bytes to keep (None: as they came). `kind`: a code of files.signatures.KINDS."""
    if kind in ("png", "jpeg"):
        return picture(kind, data)
    return pdf(data) if kind == "pdf" else office(kind, data)


def confine() -> None:
    """Limits that hold before the first hostile byte is read (POSIX): memory, processor, output, no child."""
    import resource

    for name, most in (
        (
            "RLIMIT_AS",
            512 * 1024 * 1024,
        ),  # what a progressive JPEG of 40 million pixels needs, and the interpreter
        ("RLIMIT_CPU", 10),
        ("RLIMIT_FSIZE", 12 * 1024 * 1024),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NPROC", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (OSError, ValueError):  # a Mac refuses some of them; where we serve, all of them hold
            if sys.platform == "linux":
                raise


def main(kind: str) -> int:
    warnings.simplefilter("error")
    confine()
    try:
        kept = judge(kind, sys.stdin.buffer.read())
    except Refused as refused:
        code = refused.args[0]
    except MemoryError:
        code = "bomb"
    except ImportError:
        raise
    except Exception:  # what a decoder says of a broken file
        code = "damaged"
    else:
        if kept is not None:
            sys.stdout.buffer.write(kept)
            sys.stdout.buffer.flush()
        return 0
    sys.stderr.write(code)
    return REFUSED
