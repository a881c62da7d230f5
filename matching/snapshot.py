"""Snapshots: a catalogue as segments, built in parallel, saved in a folder, mapped by every process, and amended
by small segments of what changed since. The folder is a cache: whatever is wrong with it, build it again.

A folder holds `segment-N.idx`, `vocabulary.idx` and, written last, `manifest.json`.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from .arrays import CHECKED_BYTES
from .catalogue import Catalogue, Offer
from .concepts.recognising import Recogniser
from .documents import Analyser, Bags, Lengths, weighed
from .facts import COLUMNS, Schema, card_of, facts_of
from .segment import MAX_OFFERS, Segment, SegmentBuilder
from .types import IndexUnusable
from .view import View
from .vocabulary import Vocabulary

SCHEMA_VERSION = 3
SAMPLE = 1_000
# Offers sent to an indexing process at a time.
HANDFUL = 100
# Beyond so many distinct words, those that stand in a single offer are left out of the vocabulary.
MANY_WORDS = 50_000
_MANIFEST = "manifest.json"


class Segmenter:
    """Makes segments of offers one by one, so that no more than the open segment is in memory.

    words: those of all offers so far, with how many hold them.
    """

    def __init__(self, analyser: Analyser, schema: Schema, size: int = MAX_OFFERS) -> None:
        self._analyser, self._schema, self._size = analyser, schema, size
        self._builder = SegmentBuilder()
        self.words: Counter[str] = Counter()

    def add(self, offer: Offer, bags: Bags | None = None) -> Segment | None:
        """The segment that this offer completes, None when there is room for more."""
        bags = bags or self._analyser.bags(offer)
        channels, passages = weighed(bags, offer, self._schema.lengths, self._analyser.thesaurus)
        facts = facts_of(offer, self._schema, bags, channels["head"])
        self._builder.add(offer.id, channels, passages, facts, card_of(offer))
        self.words.update({*channels["head"], *(term for bag in bags.passages for term in bag)})
        full = self._builder.full or len(self._builder) >= self._size
        return self.close() if full else None

    def close(self) -> Segment | None:
        """The segment of what came since the last one, None when nothing did."""
        builder, self._builder = self._builder, SegmentBuilder()
        return builder.build(COLUMNS) if len(builder) else None

    def all(self, analysed: Iterable[tuple[Offer, Bags | None]]) -> Iterator[Segment]:
        for offer, bags in analysed:
            segment = self.add(offer, bags)
            if segment:
                yield segment
        last = self.close()
        if last:
            yield last


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

    @classmethod
    def in_memory(cls, catalogue: Catalogue, recogniser: Recogniser) -> Snapshot:
        """The whole catalogue without any file."""
        expertise = expertise_of(catalogue)
        analyser = Analyser(recogniser, expertise)
        bags = [analyser.bags(offer) for offer in catalogue.offers]
        schema = Schema(sectors_of(catalogue), Lengths.of(bags))
        segmenter = Segmenter(analyser, schema)
        segments = list(segmenter.all(zip(catalogue.offers, bags, strict=True)))
        return cls(segments, schema, Vocabulary.of(segmenter.words), catalogue.version)

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
        added = list(Segmenter(analyser, self.schema).all((offer, None) for offer in offers))
        live = np.append(live, np.ones(sum(segment.size for segment in added), dtype=bool))
        return Snapshot([*self.view.segments, *added], self.schema, self.vocabulary, version, live)

    @classmethod
    def open(cls, folder: Path, key: str, *, checked: bool | None = None) -> Snapshot:
        """Map a saved snapshot. key: what it must have been built from (thesaurus version…).

        checked: read all of it to compare it with its checksums; when not given, only what is small as a whole
        (a large one is opened in milliseconds, and checked by `matching.snapshot.sound` when there is time).

        Raises IndexUnusable when it is missing, damaged, of another schema or built from something else.
        """
        try:
            manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
            if manifest.pop("checksum") != _checksum(manifest):
                raise IndexUnusable(f"{folder.name}: damaged {_MANIFEST}")
            if manifest["schema"] != SCHEMA_VERSION or manifest["key"] != key:
                raise IndexUnusable(f"{folder.name}: built from something else")
            names = [*manifest["segments"], manifest["vocabulary"]]
            if checked is None:
                checked = sum((folder / name).stat().st_size for name in names) <= CHECKED_BYTES
            segments = [Segment.open(folder / name, checked=checked) for name in manifest["segments"]]
            vocabulary = Vocabulary.open(folder / manifest["vocabulary"], checked=checked)
            schema = Schema(tuple(manifest["sectors"]), Lengths(manifest["lengths"]))
            missing = [name for s in segments for name in COLUMNS if f"fact:{name}" not in s.arrays]
            if missing:
                raise IndexUnusable(f"{folder.name}: columns are missing: {missing}")
        except IndexUnusable:
            raise
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexUnusable(f"{folder.name}: cannot be read") from error
        return cls(segments, schema, vocabulary, manifest["version"])


def sound(folder: Path, key: str) -> bool:
    """Whether every byte of a saved snapshot is what was written."""
    try:
        Snapshot.open(folder, key, checked=True)
    except IndexUnusable:
        return False
    return True


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
    sample: Callable[[], Iterator[Offer]] | None = None,
) -> None:
    """Build a snapshot into an empty folder.

    Offers of one kind had better follow each other: segments without a kind are left unread by a ranking of that
    kind. sample: some offers in another order, for mean lengths; without it `offers` is called twice. version: what
    the snapshot is called (a hash of the offers when empty). processes: segments built at once.
    """
    analyser = Analyser(recogniser, expertise)
    lengths = Lengths.of(analyser.bags(offer) for offer in islice((sample or offers)(), SAMPLE))
    schema = Schema(tuple(sectors), lengths)
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()

    def read() -> Iterator[Offer]:
        for offer in offers():
            digest.update(repr(offer).encode())
            yield offer

    names, words = _segments(folder, read(), analyser, schema, processes, segment_offers)
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


def _checksum(manifest: Mapping[str, Any]) -> int:
    return crc32(json.dumps(manifest, sort_keys=True).encode())


Written = tuple[list[str], Counter[str]]


def _segments(
    folder: Path, offers: Iterator[Offer], analyser: Analyser, schema: Schema, processes: int, size: int
) -> Written:
    """Names of the segments written, and the words of their offers."""
    if processes <= 1:
        return _save(folder, offers, Segmenter(analyser, schema, size), 0, 1)
    # Forked: the compiled thesaurus is shared, not sent. Offers go out in small handfuls, in turn.
    context = get_context("fork")
    analyser.prepare()
    pipes: list[Connection] = []
    workers = []
    gc.collect()
    gc.freeze()  # a collection in a child would copy every page that it looks at
    try:
        for number in range(processes):
            ours, theirs = context.Pipe()
            segmenter = Segmenter(analyser, schema, size)
            arguments = (folder, theirs, [*pipes, ours], segmenter, number, processes)
            workers.append(context.Process(target=_save_in_worker, args=arguments, daemon=True))
            workers[-1].start()
            theirs.close()
            pipes.append(ours)
        for number, handful in enumerate(iter(lambda: list(islice(offers, HANDFUL)), [])):
            pipes[number % processes].send(handful)
        return _gathered(pipes)
    except (EOFError, ConnectionError) as error:
        raise OSError("a process that indexes ended early") from error
    finally:
        gc.unfreeze()
        for pipe in pipes:
            pipe.close()  # those that still wait for offers end
        for worker in workers:
            worker.join()


def _gathered(pipes: Sequence[Connection]) -> Written:
    names, words = [], Counter[str]()
    for pipe in pipes:
        pipe.send(None)
    for pipe in pipes:
        answer = pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        names += answer[0]
        words.update(answer[1])
    return sorted(names, key=lambda name: (len(name), name)), words


def _save_in_worker(
    folder: Path, pipe: Connection, others: Sequence[Connection], segmenter: Segmenter, first: int, step: int
) -> None:
    gc.disable()  # nothing here makes cycles, and looking for them takes a twentieth of the time
    for other in others:  # inherited: while they are open here, nobody notices that the parent ended
        other.close()
    try:
        received = (offer for handful in iter(pipe.recv, None) for offer in handful)
        pipe.send(_save(folder, received, segmenter, first, step))
    except EOFError:
        return
    except Exception as error:
        # Taken all the same: the parent, still sending, would wait for ever.
        with suppress(EOFError):
            while pipe.recv() is not None:
                pass
            pipe.send(error)


def _save(folder: Path, offers: Iterable[Offer], segmenter: Segmenter, first: int, step: int) -> Written:
    names = []
    for segment in segmenter.all((offer, None) for offer in offers):
        names.append(f"segment-{first + step * len(names)}.idx")
        segment.save(folder / names[-1])
    return names, segmenter.words


def expertise_of(catalogue: Catalogue) -> dict[str, str]:
    return {code: str(row.get("expertise") or "") for code, row in catalogue.organisations.items()}


def sectors_of(catalogue: Catalogue) -> tuple[str, ...]:
    """Sector codes in the order of the masks; at most 64."""
    return tuple(sorted({*catalogue.sectors, *(s for offer in catalogue.offers for s in offer.sectors)}))
