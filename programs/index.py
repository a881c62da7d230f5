"""The index folder: a cache of the published catalogue that any process of this machine can build again.

`<folder>/<key>/<sequence>-<stamp>/` holds one snapshot (matching/snapshot.py) of the catalogue in that state; the key
names what else it was made from (formats, thesaurus). Processes map the newest; one builds at a time, in a folder that
gets its name once it is whole. Whatever is wrong with the folder, the answer is the same: look elsewhere, build again.
"""

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import current_process
from pathlib import Path

from django.conf import settings

from matching import Catalogue, Thesaurus
from matching import Offer as EngineOffer
from matching.arrays import CHECKED_BYTES, FORMAT
from matching.catalogue import offer_from
from matching.concepts import recognising
from matching.concepts.recognising import recogniser_of
from matching.embedder import Embedder
from matching.engine import ENGINE_VERSION
from matching.meaning import Meanings
from matching.snapshot import SCHEMA_VERSION, Snapshot, sound, write
from matching.types import CatalogueError, IndexUnusable
from partners.models import Organisation
from programs import embedding
from programs.models import CatalogueState, Offer, Sector
from programs.records import as_record, for_records

log = logging.getLogger(__name__)

KEPT = 2
# Beside the snapshots: compiled thesauri (matching.concepts.recognising.shelf).
COMPILED = "compiled"
SEGMENT_OFFERS = 9_000
# A catalogue of this size takes a second or two to index: built where it is needed, by one process alone.
SMALL = 4_000
# Sectors beyond so many do not fit into a mask: an offer for one of them counts as one for any sector.
MOST_SECTORS = 64
_MAKING = ".making-"


@dataclass(frozen=True)
class Indexed:
    """A snapshot and the state of the catalogue that it shows; no folder: nobody else can map it."""

    snapshot: Snapshot
    sequence: int
    stamp: str
    folder: Path | None = None


def share_compiled() -> None:
    """Let the processes of this machine share what one of them compiled of a thesaurus."""
    recognising.shelf = settings.MATCHING_INDEX / COMPILED


def find(thesaurus: Thesaurus, since: int = -1) -> Indexed | None:
    """The newest usable snapshot for this thesaurus of a later sequence than `since`, None when there is none."""
    key = key_of(thesaurus)
    for folder in _snapshots(key):
        sequence, stamp = _state_of(folder)
        if sequence <= since:
            return None
        if not CatalogueState.has_been(sequence, stamp):
            _discard(folder)  # of a transaction that was rolled back, or from before a restored backup
            continue
        try:
            return Indexed(Snapshot.open(folder, key), sequence, stamp, folder)
        except IndexUnusable as error:
            log.warning("index %s left aside: %s", folder, error)
            _discard(folder)
    return None


def build(thesaurus: Thesaurus, processes: int | None = None) -> Indexed:
    """Index the published catalogue and leave it for the other processes. Waits for one that already does."""
    key = key_of(thesaurus)
    sequence, stamp = CatalogueState.now()
    try:
        with _alone(key) as place:
            done = find(thesaurus, since=sequence - 1)
            if done:
                return done
            sequence, stamp = CatalogueState.now()
            for left in place.glob(f"{_MAKING}*"):  # its writer was killed: we alone hold the lock
                _discard(left)
            folder = place / f"{sequence}-{stamp}"
            with _made(place, folder) as making:
                _build_into(making, thesaurus, key, processes)
            indexed = Indexed(Snapshot.open(folder, key), sequence, stamp, folder)
            _add_meanings(indexed)
            for old in _snapshots(key)[KEPT:]:
                _discard(old)
            _forget_other_keys(key)
            return indexed
    except (OSError, IndexUnusable) as error:  # disk full or not ours: this process can do without the folder
        log.warning("the index folder cannot be used, indexing for this process alone: %s", error)
    return Indexed(private(thesaurus), sequence, stamp)


def private(thesaurus: Thesaurus) -> Snapshot:
    """A snapshot of its own: for a thesaurus that is only tried, or where the folder cannot be used.

    Mapped from a temporary folder that is gone at once; without any disk, in the memory of this process.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="index-", ignore_cleanup_errors=True) as name:
            _build_into(Path(name) / "own", thesaurus, "own", processes=1)
            return Snapshot.open(Path(name) / "own", "own")
    except (OSError, IndexUnusable) as error:
        log.warning("no disk for the index, kept in memory: %s", error)
    with closing(published()) as rows:
        offers = tuple(rows)
    partners = {code: {"expertise": said} for code, said in expertise().items()}
    version = sha256(repr(offers).encode()).hexdigest()[:12]
    catalogue = Catalogue(offers, partners, {}, {code: {} for code in _sectors()}, version)
    return Snapshot.in_memory(catalogue, recogniser_of(thesaurus))


@contextmanager
def _made(place: Path, folder: Path) -> Iterator[Path]:
    """A folder to fill that takes its name when it is whole; nothing of it stays when something fails."""
    making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=place))
    try:
        yield making
        _discard(folder)
        making.rename(folder)
    finally:
        _discard(making)


def _build_into(folder: Path, thesaurus: Thesaurus, key: str, processes: int | None = None) -> None:
    if processes is None:
        processes = 1 if is_small() else min(2, os.cpu_count() or 1)
    if current_process().daemon:  # a worker of a pool may have no children
        processes = 1
    with ExitStack() as opened:  # rows are closed in order, also where building stops half-way
        write(
            folder,
            lambda: opened.enter_context(closing(published(order=("kind", "pk")))),
            # Public ids are random: the first thousand are of all kinds.
            sample=lambda: opened.enter_context(closing(published(order=("public_id",)))),
            sectors=_sectors(),
            expertise=expertise(),
            recogniser=recogniser_of(thesaurus),
            key=key,
            processes=processes,
            segment_offers=SEGMENT_OFFERS,
        )


def meanings(indexed: Indexed) -> Meanings | None:
    """The vectors of a snapshot's offers for the embedder of this process; None without one, or without vectors."""
    embedder = embedding.current()
    if embedder is None or indexed.folder is None:
        return None
    try:
        return Meanings.open(_vectors_of(indexed.folder, embedder))
    except IndexUnusable as error:
        log.warning("no vectors: %s", error)
        return None


def _add_meanings(indexed: Indexed) -> None:
    """Vectors beside the segments; those of the snapshot before are taken over for what reads the same."""
    embedder = embedding.current()
    if embedder is None:
        return
    known = None
    earlier = [path for path in settings.MATCHING_INDEX.glob("*/*-*") if path != indexed.folder]
    for folder in sorted(earlier, key=lambda path: path.stat().st_mtime, reverse=True):
        with suppress(IndexUnusable):
            known = Meanings.open(_vectors_of(folder, embedder))
            break
    try:
        with closing(published()) as rows:
            Meanings.of(rows, embedder, known).save(_vectors_of(indexed.folder, embedder))
    except Exception:  # whatever a model raises: the index is whole without
        log.exception("no vectors for this index")


def _vectors_of(folder: Path, embedder: Embedder) -> Path:
    return folder / f"meaning-{embedder.version}.idx"


def intact(indexed: Indexed) -> bool:
    """Whether every file of a snapshot still is what was written. Reads all of it, as opening a large one does not."""
    folder = indexed.folder
    if folder is None or sound(folder, folder.parent.name):
        return True
    log.warning("index %s is damaged", folder)
    return False


def drop(indexed: Indexed) -> None:
    """Nobody should map this one any more."""
    if indexed.folder is not None:
        _discard(indexed.folder)


def is_unchecked(indexed: Indexed) -> bool:
    """Whether it was too large to be read through when it was opened."""
    try:
        return (
            indexed.folder is not None
            and sum(path.stat().st_size for path in indexed.folder.iterdir()) > CHECKED_BYTES
        )
    except OSError:
        return True


def key_of(thesaurus: Thesaurus) -> str:
    """What a snapshot is made from beside the offers: sectors too, since their order is that of the masks."""
    embedder = embedding.current()
    parts = [str(FORMAT), str(SCHEMA_VERSION), embedder.version if embedder else "", *_sectors()]
    return f"{ENGINE_VERSION}-{thesaurus.version}-{sha256(','.join(parts).encode()).hexdigest()[:8]}"


def _sectors() -> list[str]:
    return list(Sector.objects.order_by("code").values_list("code", flat=True)[:MOST_SECTORS])


def published(pks: list[int] | None = None, order: Sequence[str] = ("pk",)) -> Iterator[EngineOffer]:
    """The published offers as the engine reads them, all or those of these keys, a thousand rows at a time."""
    rows = for_records(Offer.objects.published())
    if pks is not None:
        rows = rows.filter(pk__in=pks)
    # No transaction: on SQLite it would hold the only pen for as long as whoever reads takes, a whole indexing.
    for row in rows.order_by(*order).iterator(chunk_size=1_000):
        try:
            yield offer_from(as_record(row))
        except CatalogueError as error:  # one offer that cannot be read must not take the others with it
            log.error("left out of the index: %s", error)


def expertise(codes: Iterable[str] | None = None) -> dict[str, str]:
    """What partners say of themselves, by their code."""
    rows = Organisation.objects.all() if codes is None else Organisation.objects.filter(external_id__in=codes)
    return dict(rows.values_list("external_id", "expertise"))


def is_small() -> bool:
    """Whether indexing takes so little that a request can wait for it."""
    return not Offer.objects.published()[SMALL:].exists()


def _snapshots(key: str) -> list[Path]:
    """Folders of snapshots, newest first; none where the folder cannot be read."""
    try:
        found = [path for path in (settings.MATCHING_INDEX / key).iterdir() if _state_of(path)]
    except OSError:
        return []
    return sorted(found, key=_state_of, reverse=True)


def _state_of(folder: Path) -> tuple[int, str] | None:
    """Sequence and stamp of a snapshot by the name of its folder."""
    sequence, dash, stamp = folder.name.partition("-")
    return (int(sequence), stamp) if dash and sequence.isdecimal() else None


@contextmanager
def _alone(key: str) -> Iterator[Path]:
    place = settings.MATCHING_INDEX / key
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def _discard(folder: Path) -> None:
    """Gone for those who look for it; processes that mapped it keep what they mapped."""
    shutil.rmtree(folder, ignore_errors=True)


def _forget_other_keys(key: str) -> None:
    """Old thesauri and formats; also what earlier versions of the portal left there."""
    kept = (key, COMPILED)
    others = [path for path in settings.MATCHING_INDEX.glob("*") if path.is_dir() and path.name not in kept]
    for path in sorted(others, key=lambda path: -path.stat().st_mtime)[KEPT:]:
        _discard(path)
