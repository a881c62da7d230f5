"""What time does to files: the antivirus comes back, orphans go."""

import uuid
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy

from files import antivirus
from files.lifecycle import FILE
from files.models import FileState, StoredFile
from files.scanning import KIND, owe_scan
from files.signatures import MAX_FILES
from foundation import clock
from foundation.failpoints import failpoint
from journal import jobs
from journal.actors import CLOCK_ACTOR
from journal.clockwork import rule
from journal.models import Job

SWEEP = "files.sweep"
jobs.LABELS.add(SWEEP, gettext_lazy("rangement des fichiers"))
jobs.PATIENCE[SWEEP] = 1
PATIENT = timedelta(minutes=1)
ORPHANS_WAIT = timedelta(days=1)
MOST_ORPHANS, MOST_SHARE = 20, 0.01


def _against_the_settings():
    source = FileState.UNSCANNED if settings.CLAMD_URL else FileState.PENDING
    return StoredFile.objects.filter(state=source).order_by("uploaded_at")


@rule(
    "files.follow_the_settings",
    title=gettext_lazy("Fichiers : suivre le réglage de l’antivirus"),
    who=_against_the_settings,
)
def follow_the_settings(row: StoredFile) -> None:
    """An antivirus was set up: what came before it is looked at, too. Given up: nothing waits for it for ever."""
    FILE.perform(row, "quarantine" if settings.CLAMD_URL else "release", actor=CLOCK_ACTOR)
    if row.state == FileState.PENDING:
        owe_scan(row)


def _postponed():
    waiting = Job.objects.filter(kind=KIND, status=Job.OWED, not_before__gt=clock.now() + PATIENT)
    return waiting if settings.CLAMD_URL else waiting.none()


@rule(
    "files.wake_scans",
    title=gettext_lazy("Fichiers : reprendre les analyses dès que l’antivirus répond"),
    who=_postponed,
    in_bulk=True,
)
def wake_scans(waiting) -> int:
    """The antivirus answers again: scans postponed for up to an hour are due now."""
    if not waiting.exists() or not antivirus.answers():
        return 0
    return waiting.update(not_before=clock.now(), sent_at=None)


class Unbelievable(Exception):
    """Rows and bytes disagree so much that a person must look: the job ends dead, which coordinators see."""


def _today() -> list[str]:
    """The key of today's sweep, which makes it one a day."""
    key = f"{SWEEP}:{clock.today():%Y-%m-%d}"
    return [] if Job.objects.filter(key=key).exists() else [key]


@rule("files.sweep", title=gettext_lazy("Fichiers : vérification du jour"), who=_today)
def owe_sweep(key: str) -> None:
    jobs.submit(SWEEP, key, {})


@jobs.HANDLERS.register(SWEEP)
def sweep(payload: dict) -> None:
    sweep_orphans()
    if lost := missing():
        raise Unbelievable(
            f"{len(lost)} files have a row and no bytes, the first is {lost[0]}: restore a backup"
        )


def sweep_orphans() -> int:
    """Remove bytes without a row, and halves of files, older than a day. Returns how many went.

    Two guards against a mistake of ours: a file is looked up once more just before it goes, and a sweep that would
    take more than 20 files or 1 % of them (five at least: what one word may carry that was cut) takes none
    (Unbelievable).
    """
    root = Path(settings.MEDIA_ROOT) / "files"
    found = [path for path in root.glob("??/*") if _is_old(path)]
    parts = Path(settings.MEDIA_ROOT).rglob("*.part")  # of documents and exports, too
    halves = [path for path in parts if path.is_file() and _is_old(path)]
    whole = {path.name: path for path in found if path.suffix == ""}
    orphans = [whole[name] for name in whole.keys() - _kept(whole)]
    for half in halves:
        half.unlink(missing_ok=True)
    if len(orphans) > MOST_ORPHANS or len(orphans) > max(MAX_FILES, MOST_SHARE * len(whole)):
        raise Unbelievable(f"{len(orphans)} files of {len(whole)} have no row: none was removed")
    gone = [path for path in orphans if not _kept([path.name])]
    for path in gone:
        failpoint("orphan.before_unlink")
        path.unlink(missing_ok=True)
    return len(halves) + len(gone)


def _is_old(path: Path) -> bool:
    try:
        changed = path.stat().st_mtime
    except FileNotFoundError:
        return False
    return clock.now() - datetime.fromtimestamp(changed, clock.now().tzinfo) > ORPHANS_WAIT


def _kept(names) -> set[str]:
    """Of these names, those whose row still promises the bytes. A name that is no id of ours counts as kept."""
    ids, strange = {}, set()
    for name in names:
        try:
            ids[uuid.UUID(hex=name)] = name
        except ValueError:
            strange.add(name)
    rows = StoredFile.objects.exclude(state=FileState.INFECTED)
    known, wanted = set(), list(ids)
    for start in range(0, len(wanted), 500):
        known |= set(rows.filter(pk__in=wanted[start : start + 500]).values_list("pk", flat=True))
    return {ids[key] for key in known} | strange


def missing() -> list[uuid.UUID]:
    """Rows that promise bytes which are not there."""
    rows = StoredFile.objects.exclude(state=FileState.INFECTED).only("pk")
    return [row.pk for row in rows.iterator() if not row.path.exists()]
