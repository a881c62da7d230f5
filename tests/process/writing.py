"""A portal that is written to while it is backed up: python -m tests.process.writing FOLDER [RATE]

Submits RATE irritants a second, every second one with a file, until FOLDER/stop exists; each one that is committed is
a line of FOLDER/acknowledged: {"at": seconds since 1970, "case": its id, "file": its path or null, "sha256": …}.
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")


def write(folder: Path, rate: float) -> None:
    from django.conf import settings

    from files.models import FileState, StoredFile
    from files.store import keep
    from foundation.disk import write_durably
    from tests import cast as casting

    casting.vocabulary()
    number, began = 0, time.monotonic()
    with (folder / "acknowledged").open("a", buffering=1) as lines:
        while not (folder / "stop").exists():
            made = casting.irritant(email=f"charge{number}@exemple.example", company_name=f"Charge {number}")
            line = {"case": made.public_id.hex, "file": None}
            if number % 2:
                content = os.urandom(3000 + number)
                row = StoredFile(
                    case=made.public_id, name="note.txt", kind="txt", state=FileState.UNSCANNED,
                    size=len(content), sha256=hashlib.sha256(content).hexdigest(),
                )  # fmt: skip
                write_durably(row.path, [content])
                keep(row)
                line |= {"file": str(row.path.relative_to(settings.MEDIA_ROOT)), "sha256": row.sha256}
            print(json.dumps(line | {"at": time.time()}), file=lines)
            number += 1
            time.sleep(max(0, began + number / rate - time.monotonic()))


if __name__ == "__main__":
    django.setup()
    write(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 20)
