"""The index folder: a cache of the published catalogue that any process of this machine can build again.

`<folder>/<key>/<sequence>/` holds one snapshot (matching/snapshot.py) of the catalogue as of that sequence; the key
names what else it was made from (engine format, thesaurus). Processes map the newest; one builds at a time.
"""

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction

from matching import Offer as EngineOffer
from matching import Thesaurus, concepts
from matching.catalogue import offer_from
from matching.engine import ENGINE_VERSION, recogniser_of
from matching.snapshot import Snapshot, sound, write
from matching.types import IndexUnusable
from partners.models import Organisation
from programs.models import CatalogueState, Offer, Sector
from programs.records import as_record, for_records

log = logging.getLogger(__name__)

KEPT = 2
# Beside the snapshots: compiled thesauri (matching.concepts.shelf).
COMPILED = "compiled"
SEGMENT_OFFERS = 12_500
# A catalogue of this size takes a second or two to index: built where it is needed, by one process alone.
SMALL = 4_000


@dataclass(frozen=True)
class Indexed:
    """A snapshot, the sequence of the catalogue that it shows, and where it lies (None: nowhere any more)."""

    snapshot: Snapshot
    sequence: int
    folder: Path | None = None

    def is_sound(self) -> bool:
        """Read all of it, which opening a large one does not; a damaged one is set aside."""
        if self.folder is None or sound(self.folder, self.folder.parent.name) or not self.folder.exists():
            return True
        log.warning("index %s is damaged: left aside", self.folder)
        _discard(self.folder)
        return False


def share_compiled() -> None:
    """Let the processes of this machine share what one of them compiled of a thesaurus."""
    concepts.shelf = settings.MATCHING_INDEX / COMPILED


def find(thesaurus: Thesaurus, since: int = -1) -> Indexed | None:
    """The newest usable snapshot for this thesaurus of a later sequence than `since`, None when there is none."""
    key = key_of(thesaurus)
    for folder in _snapshots(key):
        if int(folder.name) <= since:
            return None
        if int(folder.name) > CatalogueState.current():  # of a transaction that was rolled back
            _discard(folder)
            continue
        try:
            return Indexed(Snapshot.open(folder, key), int(folder.name), folder)
        except IndexUnusable as error:
            log.warning("index %s left aside: %s", folder, error)
            _discard(folder)
    return None


def build(thesaurus: Thesaurus) -> Indexed:
    """Index the published catalogue and leave it for the other processes. Waits for one that already does."""
    key = key_of(thesaurus)
    sequence = CatalogueState.current()
    try:
        with _alone(key):
            done = find(thesaurus, since=sequence - 1)
            if done:
                return done
            sequence = CatalogueState.current()
            folder = settings.MATCHING_INDEX / key / str(sequence)
            _build_into(folder, thesaurus, key)
            for old in _snapshots(key)[KEPT:]:
                _discard(old)
            _forget_other_keys(key)
            return Indexed(Snapshot.open(folder, key), sequence, folder)
    except OSError as error:  # disk full or not ours: this process can do without the folder
        log.warning("the index folder cannot be used, indexing for this process alone: %s", error)
        return Indexed(private(thesaurus), sequence)


def private(thesaurus: Thesaurus) -> Snapshot:
    """A snapshot of its own for a thesaurus that is only tried: nothing of it stays on disk."""
    with tempfile.TemporaryDirectory(prefix="index-") as name:
        _build_into(Path(name) / "own", thesaurus, "own")
        return Snapshot.open(Path(name) / "own", "own")


def _build_into(folder: Path, thesaurus: Thesaurus, key: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # a half-written one has no manifest
    processes = 1 if is_small() else min(2, os.cpu_count() or 1)
    write(
        folder,
        published,
        sectors=list(Sector.objects.order_by("code").values_list("code", flat=True)),
        expertise=expertise(),
        recogniser=recogniser_of(thesaurus),
        key=key,
        processes=processes,
        segment_offers=SEGMENT_OFFERS,
    )


def key_of(thesaurus: Thesaurus) -> str:
    """What a snapshot is made from beside the offers: sectors too, since their order is that of the masks."""
    lineage = CatalogueState.objects.filter(pk=1).values_list("lineage", flat=True).first()
    parts = [str(lineage), *Sector.objects.order_by("code").values_list("code", flat=True)]
    return f"{ENGINE_VERSION}-{thesaurus.version}-{sha256(','.join(parts).encode()).hexdigest()[:8]}"


def published(pks: list[int] | None = None) -> Iterator[EngineOffer]:
    """The published offers as the engine reads them, all or those of these keys, a thousand rows at a time."""
    rows = for_records(Offer.objects.published())
    if pks is not None:
        rows = rows.filter(pk__in=pks)
    with transaction.atomic():
        for row in rows.order_by("pk").iterator(chunk_size=1_000):
            yield offer_from(as_record(row))


def expertise(codes: Iterable[str] | None = None) -> dict[str, str]:
    """What partners say of themselves, by their code."""
    rows = Organisation.objects.all() if codes is None else Organisation.objects.filter(external_id__in=codes)
    return dict(rows.values_list("external_id", "expertise"))


def is_small() -> bool:
    """Whether indexing takes so little that a request can wait for it."""
    return not Offer.objects.published()[SMALL:].exists()


def _snapshots(key: str) -> list[Path]:
    """Folders of snapshots, newest first."""
    folder = settings.MATCHING_INDEX / key
    found = [path for path in folder.glob("*") if path.name.isdigit() and (path / "manifest.json").exists()]
    return sorted(found, key=lambda path: -int(path.name))


@contextmanager
def _alone(key: str):
    folder = settings.MATCHING_INDEX / key
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def discard() -> None:
    """Forget every snapshot on this machine."""
    for folder in settings.MATCHING_INDEX.glob("*"):
        _discard(folder)


def _discard(folder: Path) -> None:
    """Gone for those who look for it; processes that mapped it keep what they mapped."""
    shutil.rmtree(folder, ignore_errors=True)


def _forget_other_keys(key: str) -> None:
    kept = (key, COMPILED)
    others = [path for path in settings.MATCHING_INDEX.glob("*") if path.is_dir() and path.name not in kept]
    for path in sorted(others, key=lambda path: -path.stat().st_mtime)[KEPT:]:
        _discard(path)
