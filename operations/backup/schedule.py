"""One backup a night, where BACKUP_DIR says where to.

It is made by a process of its own, which may take longer than a job is given: the job starts it, waits a while, and
owes another look in a minute as long as it is under way. What fails is tried again like any job, then given up, which
coordinators see.
"""

import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy

from foundation import clock
from journal import jobs
from journal.clockwork import rule
from journal.models import Job
from operations.backup import keeping
from operations.backup.making import alone

KIND = "backup.make"
WAITED = 60  # seconds, less than the time limit of a job
LOOKS = 600  # a backup that takes ten hours does not end any more
ERROR = ".last-error"
jobs.LABELS.add(KIND, gettext_lazy("sauvegarde"))


def _today() -> list[str]:
    if not settings.BACKUP_DIR or not keeping.is_due():
        return []
    key = f"{KIND}:{clock.today():%Y-%m-%d}"
    return [] if Job.objects.filter(key=key).exists() else [key]


@rule("backup.daily", title=gettext_lazy("Sauvegarde : en faire une chaque jour"), who=_today)
def owe_backup(key: str) -> None:
    jobs.submit(KIND, key, {"key": key, "look": 0})


@jobs.HANDLERS.register(KIND)
def start_or_watch(payload: dict) -> jobs.Effect | None:
    """Raises RuntimeError with what the process said when it failed."""
    folder = Path(settings.BACKUP_DIR)
    if not settings.BACKUP_DIR or not keeping.is_due():
        return None
    if payload["look"] > LOOKS:
        raise RuntimeError("the backup does not end")
    with alone(folder) as free:
        pass
    if free and _run(folder):
        return None
    return partial(_look_again, payload)


def _run(folder: Path) -> bool:
    """Whether it was done while we waited."""
    with (folder / ERROR).open("w") as said:
        process = subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "backup", "--scheduled"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        code = process.wait(WAITED)
    except subprocess.TimeoutExpired:
        return False
    if code:
        lines = (folder / ERROR).read_text(errors="replace").strip().splitlines()
        raise RuntimeError(lines[-1][:300] if lines else f"ended with code {code}")
    return True


def _look_again(payload: dict) -> None:
    look = payload["look"] + 1
    later = clock.now() + timedelta(minutes=1)
    jobs.submit(KIND, f"{payload['key']}:{look}", {**payload, "look": look}, not_before=later)
