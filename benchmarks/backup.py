"""How long a backup and a proven restore take: python -m benchmarks.backup [--cases 100000] [--megabytes 1000]

Makes a portal of its own in a temporary folder (SQLite), fills it with cases (benchmarks.queue_rows), two events for
each, and files; backs it up sealed, restores it into an empty place and proves it. Prints one JSON object, with the
ratio to copying and hashing the same bytes in the same run; exits with 1 when the restore with its proof takes more
than 60 s (reliability: G8) or one file differs.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

CEILING = 60  # seconds
EACH = 200_000  # bytes of a file
ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--cases", type=int, default=100_000)
    reader.add_argument("--megabytes", type=int, default=1000)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="enact-backup-") as name:
        folder = Path(name)
        there = _portal(folder / "there")
        _run(there, "-m", "benchmarks.queue_rows", str(asked.cases))
        _run(there, "-c", _FILL, str(asked.megabytes * 1_000_000 // EACH), str(EACH))
        with _timed() as copying:
            _copy_and_hash(folder / "there", folder / "copy")
        shutil.rmtree(folder / "copy")
        said = _manage(there, "backup", "--new-key", str(folder / "key"))
        there["BACKUP_RECIPIENT"] = said.split("BACKUP_RECIPIENT=")[1].strip()
        with _timed() as saving:
            _manage(there, "backup", str(folder / "b.age"))
        with _timed() as restoring:
            _manage(
                _portal(folder / "here"), "restore", str(folder / "b.age"), "--identity", str(folder / "key")
            )
        same = _hashes(folder / "there" / "media") == _hashes(folder / "here" / "media")
        result = {
            "cases": asked.cases,
            "files": asked.megabytes * 1_000_000 // EACH,
            "backup_bytes": (folder / "b.age").stat().st_size,
            "copy_and_hash_seconds": copying[0],
            "backup_seconds": saving[0],
            "restore_and_proof_seconds": restoring[0],
            "restore_to_copy": round(restoring[0] / copying[0], 2),
            "every_file_equal": same,
        }
    slow = restoring[0] > CEILING
    print(json.dumps(result | {"ok": same and not slow}))
    return int(not same or slow)


_FILL = """
import hashlib, os, sys
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from files.models import FileState, StoredFile
from journal.events import _digest
from intake.models import Irritant
from journal.models import ChainHead, Event
files, size = map(int, sys.argv[1:])
now = timezone.now()
ids = list(Irritant.objects.values_list("public_id", flat=True))
chained = set(ChainHead.objects.values_list("case", flat=True))
with transaction.atomic():
    for start in range(0, len(ids), 5000):
        some = [case for case in ids[start : start + 5000] if case not in chained]
        events, heads = [], []
        for case in some:
            previous = ""
            for seq, name in enumerate(("irritant.submitted", "irritant.ranked"), 1):
                event = Event(case=case, seq=seq, name=name, subject_id=case, actor="company", actor_role="company",
                              payload={"reference": "ENACT"}, at=now, previous_hash=previous)
                event.hash = previous = _digest(event)
                events.append(event)
            heads.append(ChainHead(case=case, seq=2, hash=previous))
        Event.objects.bulk_create(events)
        ChainHead.objects.bulk_create(heads)
rows = []
for number in range(files):
    content = os.urandom(size)
    row = StoredFile(case=ids[number % len(ids)], name="note.txt", kind="txt", state=FileState.UNSCANNED, size=size,
                     sha256=hashlib.sha256(content).hexdigest())
    row.path.parent.mkdir(parents=True, exist_ok=True)
    row.path.write_bytes(content)
    rows.append(row)
StoredFile.objects.bulk_create(rows, batch_size=1000)
"""


def _portal(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    settings = {"DJANGO_SETTINGS_MODULE": "enact_portal.settings", "SECRET_KEY": "benchmark" * 6}
    return kept | settings | {"ENACT_VAR": str(folder), "ENACT_DEMO": "0"}


def _run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def _manage(environment: dict[str, str], *arguments: str) -> str:
    return _run(environment, "manage.py", *arguments)


@contextmanager
def _timed():
    spent, began = [], time.monotonic()
    yield spent
    spent.append(round(time.monotonic() - began, 2))


def _copy_and_hash(there: Path, here: Path) -> None:
    shutil.copytree(there, here)
    os.sync()
    _hashes(here)


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


if __name__ == "__main__":
    sys.exit(main())
