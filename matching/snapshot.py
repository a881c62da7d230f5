"""Snapshots: a catalogue as segments, built in parallel, saved in a folder, mapped by every process, and amended
by small segments of what changed since. The folder is a cache: whatever is wrong with it, build it again.

A folder holds `segment-N.idx`, `vocabulary.idx` and, written last, `manifest.json`.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from .arrays import open_arrays
from .catalogue import Catalogue, Offer
from .concepts import Recogniser
from .documents import Analyser, Bags, Lengths, weighed
from .facts import COLUMNS, Schema, card_of, facts_of
from .segment import MAX_OFFERS, Segment, SegmentBuilder
from .thesaurus import Thesaurus
from .types import IndexUnusable
from .view import View
from .vocabulary import Vocabulary

SCHEMA_VERSION = 2
SAMPLE = 1_000
# Beyond so many distinct words, those that stand in a single offer are left out of the vocabulary.
MANY_WORDS = 50_000
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """A segment just built, and the words of its offers with how many hold them."""

    segment: Segment
    words: Counter[str]


class Snapshot:
    """An immutable catalogue as the engine reads it. `version` changes with its content."""

    def __init__(
        self,
        segments: Sequence[Segment],
        schema: Schema,
        vocabulary: Vocabulary,
        version: str,
        live: np.ndarray | None = None,
    ) -> None:
        self.view = View(segments, live)
        self.schema = schema
        self.vocabulary = vocabulary
        self.version = version

    @property
    def bridge(self) -> Vocabulary:
        return self.vocabulary

    @classmethod
    def in_memory(cls, catalogue: Catalogue, recogniser: Recogniser) -> Snapshot:
        """The whole catalogue without any file."""
        expertise = expertise_of(catalogue)
        analyser = Analyser(recogniser, expertise)
        bags = [analyser.bags(offer) for offer in catalogue.offers]
        schema = Schema(sectors_of(catalogue), Lengths.of(bags))
        parts = []
        for start in range(0, max(1, len(bags)), MAX_OFFERS):
            offers = catalogue.offers[start : start + MAX_OFFERS]
            parts.append(_part(zip(offers, bags[start:], strict=False), schema, recogniser.thesaurus))
        words = sum((part.words for part in parts), Counter())
        return cls([part.segment for part in parts], schema, Vocabulary.of(words), catalogue.version)

    def amended(
        self, offers: Iterable[Offer], removed: Iterable[str], analyser: Analyser, version: str
    ) -> Snapshot:
        """This snapshot with some offers replaced or added and others removed, by identifier.

        The words of added offers are found exactly; only the vocabulary for misspelt words waits for a rebuild.
        """
        offers = list(offers)
        live = self.view.live.copy()
        for identifier in [*removed, *(offer.id for offer in offers)]:
            place = self.view.place_of(identifier)
            if place is not None:
                live[place] = False
        if not offers:
            return Snapshot(self.view.segments, self.schema, self.vocabulary, version, live)
        part = _part(((offer, analyser.bags(offer)) for offer in offers), self.schema, analyser.thesaurus)
        live = np.append(live, np.ones(part.segment.size, dtype=bool))
        return Snapshot([*self.view.segments, part.segment], self.schema, self.vocabulary, version, live)

    @classmethod
    def open(cls, folder: Path, key: str) -> Snapshot:
        """Map a saved snapshot. key: what it must have been built from (thesaurus version…).

        Raises IndexUnusable when it is missing, damaged, of another schema or built from something else.
        """
        try:
            manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
            if manifest.pop("checksum") != _checksum(manifest):
                raise IndexUnusable(f"{folder.name}: damaged {_MANIFEST}")
            if manifest["schema"] != SCHEMA_VERSION or manifest["key"] != key:
                raise IndexUnusable(f"{folder.name}: built from something else")
            segments = [Segment.open(folder / name) for name in manifest["segments"]]
            vocabulary = Vocabulary.open(folder / manifest["vocabulary"])
            schema = Schema(tuple(manifest["sectors"]), Lengths(manifest["lengths"]))
            missing = [name for s in segments for name in COLUMNS if f"fact:{name}" not in s.arrays]
            if missing:
                raise IndexUnusable(f"{folder.name}: columns are missing: {missing}")
        except IndexUnusable:
            raise
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexUnusable(f"{folder.name}: cannot be read") from error
        return cls(segments, schema, vocabulary, manifest["version"])


def write(
    folder: Path,
    offers: Callable[[], Iterator[Offer]],
    *,
    sectors: Sequence[str],
    expertise: Mapping[str, str],
    recogniser: Recogniser,
    key: str,
    version: str = "",
    processes: int = 1,
    segment_offers: int = MAX_OFFERS,
) -> None:
    """Build a snapshot into an empty folder. `offers` is called twice: for a sample of lengths, then for all.

    version: what the snapshot is called (a hash of the offers when empty). processes: segments built at once.
    """
    analyser = Analyser(recogniser, expertise)
    lengths = Lengths.of(analyser.bags(offer) for offer in islice(offers(), SAMPLE))
    schema = Schema(tuple(sectors), lengths)
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    words: Counter[str] = Counter()
    names = []
    for name, found, fingerprint in _segments(folder, offers(), analyser, schema, processes, segment_offers):
        names.append(name)
        words.update(found)
        digest.update(fingerprint)
    if len(words) > MANY_WORDS:
        words = Counter({word: count for word, count in words.items() if count > 1})
    Vocabulary.of(words).save(folder / "vocabulary.idx")
    manifest = {
        "schema": SCHEMA_VERSION,
        "key": key,
        "version": version or digest.hexdigest()[:12],
        "segments": names,
        "vocabulary": "vocabulary.idx",
        "sectors": list(sectors),
        "lengths": dict(lengths.means),
    }
    temporary = folder / f"{_MANIFEST}.new"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump({**manifest, "checksum": _checksum(manifest)}, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / _MANIFEST)


def check(folder: Path) -> None:
    """Compare every byte of a saved snapshot with its checksums, also of files too large to be read when opened.

    Raises IndexUnusable.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if manifest.pop("checksum") != _checksum(manifest):
            raise IndexUnusable(f"{folder.name}: damaged {_MANIFEST}")
        for name in [*manifest["segments"], manifest["vocabulary"]]:
            open_arrays(folder / name, checked=True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexUnusable(f"{folder.name}: {error}") from error


def _checksum(manifest: Mapping[str, Any]) -> int:
    return crc32(json.dumps(manifest, sort_keys=True).encode())


def _segments(
    folder: Path, offers: Iterator[Offer], analyser: Analyser, schema: Schema, processes: int, size: int
) -> Iterator[tuple[str, Counter[str], bytes]]:
    blocks = iter(lambda: list(islice(offers, size)), [])
    named = ((folder / f"segment-{number}.idx", block) for number, block in enumerate(blocks))
    if processes <= 1:
        for path, block in named:
            yield _save_part(path, block, analyser, schema)
        return
    # Forked: the compiled thesaurus is shared, not sent. Blocks are handed out only as fast as they are built.
    _worker_state.update(analyser=analyser, schema=schema)
    with ProcessPoolExecutor(
        processes, mp_context=get_context("fork"), initializer=_end_with, initargs=(os.getpid(),)
    ) as pool:
        waiting = []
        for path, block in named:
            waiting.append(pool.submit(_save_in_worker, path, block))
            del block
            if len(waiting) >= processes:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


_worker_state: dict[str, Any] = {}


def _end_with(parent: int) -> None:
    """A worker whose parent is killed ends too: waiting for work for ever, it would keep what the parent had locked."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _save_in_worker(path: Path, offers: list[Offer]) -> tuple[str, Counter[str], bytes]:
    return _save_part(path, offers, _worker_state["analyser"], _worker_state["schema"])


def _save_part(
    path: Path, offers: list[Offer], analyser: Analyser, schema: Schema
) -> tuple[str, Counter[str], bytes]:
    part = _part(((offer, analyser.bags(offer)) for offer in offers), schema, analyser.thesaurus)
    part.segment.save(path)
    fingerprint = hashlib.sha256(repr(offers).encode()).digest()
    return path.name, part.words, fingerprint


def _part(analysed: Iterable[tuple[Offer, Bags]], schema: Schema, thesaurus: Thesaurus) -> Part:
    builder, words = SegmentBuilder(), Counter[str]()
    for offer, bags in analysed:
        channels, passages = weighed(bags, offer, schema.lengths, thesaurus)
        facts = facts_of(offer, schema, bags, channels["head"])
        builder.add(offer.id, channels, passages, facts, card_of(offer))
        words.update({*channels["head"], *(term for bag in bags.passages for term in bag)})
    return Part(builder.build(COLUMNS), words)


def expertise_of(catalogue: Catalogue) -> dict[str, str]:
    return {code: str(row.get("expertise") or "") for code, row in catalogue.organisations.items()}


def sectors_of(catalogue: Catalogue) -> tuple[str, ...]:
    """Sector codes in the order of the masks; at most 64."""
    return tuple(sorted({*catalogue.sectors, *(s for offer in catalogue.offers for s in offer.sectors)}))
