"""Scanning is owed work: after the upload, by a worker, again until the scanner has spoken."""

from django.conf import settings
from django.utils.translation import gettext_lazy

from files import antivirus
from files.lifecycle import FILE
from files.models import FileState, StoredFile
from foundation.failpoints import failpoint
from journal import jobs
from journal.actors import SYSTEM_ACTOR

KIND = "file.scan"
jobs.LABELS.add(KIND, gettext_lazy("analyse d’un fichier par l’antivirus"))
jobs.PATIENCE[KIND] = 56  # about 48 hours; files.rules wakes it as soon as the scanner answers


def first_state() -> str:
    return FileState.PENDING if settings.CLAMD_URL else FileState.UNSCANNED


def owe_scan(row: StoredFile) -> None:
    """In the transaction that makes the row, or puts it back into quarantine."""
    jobs.submit(KIND, f"{KIND}:{row.pk}:{row.version}", {"file": str(row.pk)})


@jobs.HANDLERS.register(KIND)
def scan(payload: dict):
    """Ask the antivirus, then make the move in the finishing transaction."""
    row = StoredFile.objects.filter(pk=payload["file"], state=FileState.PENDING).first()
    if (
        row is None or not settings.CLAMD_URL
    ):  # taken back, already judged, or no antivirus any more (files.rules)
        return None
    found = antivirus.scan(row.path)
    failpoint("scan.answered")
    return lambda: FILE.perform(row, "condemn" if found else "clear", actor=SYSTEM_ACTOR)
