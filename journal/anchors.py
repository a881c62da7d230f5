"""The ends of all chains, kept outside the database: who rewrites a chain to its very end cannot rewrite this as well.

A chain proves what lies before its last link; that the last links were not cut off, or the whole chain made anew, is
proven by remembering where it ended (S-22 of the reliability catalogue: the head is exported). One text file,
`$ENACT_VAR/audit/ends`: a line per case, `case seq hash`. Copy it to another machine: docs/operations.md.
"""

import os
from pathlib import Path
from uuid import UUID

from django.conf import settings

from journal.models import ChainHead

Ends = dict[UUID, tuple[int, str]]  # case → rank and hash of its last event


def where() -> Path:
    return Path(settings.VAR) / "audit" / "ends"


def read(path: Path | None = None) -> Ends:
    """What was kept; {} when nothing was yet. Raises ValueError for a file that is none of ours, OSError for a given
    path that cannot be read."""
    chosen = path or where()
    if path is None and not chosen.exists():
        return {}
    found = {}
    for line in chosen.read_text("ascii").splitlines():
        case, seq, digest = line.split()
        found[UUID(case)] = (int(seq), digest)
    return found


def keep(path: Path | None = None) -> int:
    """Write the ends as they are now, whole or not at all; how many. To be called when every chain verifies."""
    chosen = path or where()
    chosen.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = chosen.with_suffix(".part")
    count = 0
    with part.open("w", encoding="ascii") as file:
        rows = ChainHead.objects.exclude(seq=0).order_by("case").values_list("case", "seq", "hash")
        for case, seq, digest in rows.iterator():
            file.write(f"{case} {seq} {digest}\n")
            count += 1
        file.flush()
        os.fsync(file.fileno())
    part.replace(chosen)
    return count
