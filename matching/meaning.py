"""What offers mean, as vectors of an optional embedder: computed when a catalogue is indexed, kept in a file of its own
beside the segments. An offer without vectors (changed since, another model) simply gets nothing from this channel.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np

from .arrays import open_arrays, save_arrays
from .catalogue import Offer
from .embedder import Embedder
from .segment import key_of
from .types import IndexUnusable
from .view import View

Array = np.ndarray

# Words of a passage, and how many passages of an offer are read at most: its title and summary, then its text.
PASSAGE_WORDS, MOST_PASSAGES = 80, 5
# Offers whose vectors are computed at once.
BLOCK = 256


class Meanings:
    """Vectors of the passages of offers, by offer. `ids`: ascending keys of offers; the passages of the i-th offer
    are rows `starts[i]` to `starts[i + 1]`; `contents`: what was read of each, as a hash."""

    def __init__(self, version: str, ids: Array, contents: Array, starts: Array, vectors: Array) -> None:
        self.version = version
        self.ids, self.contents, self.starts, self.vectors = ids, contents, starts, vectors

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, offers: Iterable[Offer], embedder: Embedder, known: Meanings | None = None) -> Meanings:
        """known: vectors made before; an offer that reads the same with the same model keeps its own."""
        reuse = known if known is not None and known.version == embedder.version else None
        rows: dict[int, tuple[int, Array]] = {}
        waiting: list[tuple[int, int, list[str]]] = []

        def encode() -> None:
            texts = [embedder.prefixes[1] + text for _key, _content, passages in waiting for text in passages]
            vectors, start = embedder.encode(texts).astype(np.float16), 0
            for key, content, passages in waiting:
                rows[key] = content, vectors[start : start + len(passages)]
                start += len(passages)
            waiting.clear()

        for offer in offers:
            key, passages = key_of("id", offer.id), passages_of(offer)
            content = int.from_bytes(blake2b("\0".join(passages).encode(), digest_size=8).digest(), "little")
            kept = reuse.of_offer(key, content) if reuse else None
            if kept is not None:
                rows[key] = content, kept
            else:
                waiting.append((key, content, passages))
            if len(waiting) >= BLOCK:
                encode()
        if waiting:
            encode()
        ordered = sorted(rows)
        vectors = [rows[key][1] for key in ordered]
        return cls(
            embedder.version,
            np.array(ordered, dtype=np.uint64),
            np.array([rows[key][0] for key in ordered], dtype=np.uint64),
            np.cumsum([0, *map(len, vectors)]).astype(np.uint32),
            np.concatenate(vectors) if vectors else np.zeros((0, 1), dtype=np.float16),
        )

    def of_offer(self, key: int, content: int) -> Array | None:
        row = int(np.searchsorted(self.ids, np.uint64(key)))
        if row == len(self.ids) or int(self.ids[row]) != key or int(self.contents[row]) != content:
            return None
        return self.vectors[self.starts[row] : self.starts[row + 1]]

    def save(self, path: Path) -> None:
        header = {"version": self.version, "dimension": int(self.vectors.shape[1])}
        arrays = {"ids": self.ids, "contents": self.contents, "starts": self.starts}
        save_arrays(path, header, {**arrays, "vectors": np.ascontiguousarray(self.vectors).reshape(-1)})

    @classmethod
    def open(cls, path: Path) -> Meanings:
        """Raises IndexUnusable."""
        header, arrays = open_arrays(path)
        try:
            vectors = arrays["vectors"].reshape(-1, int(header["dimension"]))
            if len(arrays["starts"]) != len(arrays["ids"]) + 1 or int(arrays["starts"][-1]) != len(vectors):
                raise IndexUnusable(f"{path.name}: rows are missing")
            return cls(str(header["version"]), arrays["ids"], arrays["contents"], arrays["starts"], vectors)
        except (KeyError, ValueError, TypeError) as error:
            raise IndexUnusable(f"{path.name}: cannot be read") from error


class Meaning:
    """The channel "meaning" of an engine: an embedder, and the vectors of the offers of one view."""

    def __init__(self, embedder: Embedder, meanings: Meanings, view: View, base: int | None = None) -> None:
        """base: only the first so many segments are those that the vectors were made from; others changed since."""
        if len(meanings) and meanings.version != embedder.version:
            raise IndexUnusable("vectors of another model")
        self.version = embedder.version
        self._meanings, self._size = meanings, view.size
        hashes = np.zeros(view.size, dtype=np.uint64)
        segments = view.segments if base is None else view.segments[:base]
        for segment, offset in zip(segments, view.offsets, strict=False):
            places = offset + segment.arrays["id_order"].astype(np.int64)
            hashes[places] = segment.arrays["id_hashes"]
        rows = np.searchsorted(meanings.ids, hashes)
        rows = np.minimum(rows, max(0, len(meanings) - 1))
        self._held = (meanings.ids[rows] == hashes) & (hashes > 0) if len(meanings) else hashes > 0
        self._rows = rows
        # A need is asked of several times in a row: ranked, then explained, then questions about it.
        self._encoded = lru_cache(maxsize=64)(lambda text: embedder.encode([embedder.prefixes[0] + text])[0])

    def closeness(self, text: str) -> Array:
        """How close the best passage of each offer is in meaning, float32 of shape (offers,): 0 for what offers usually
        get for this text and for offers without vectors, 1 for the closest."""
        closeness = np.zeros(self._size, dtype=np.float32)
        if not len(self._meanings) or not self._held.any():
            return closeness
        cosines = self._meanings.vectors @ self._encoded(text).astype(np.float32)
        best = np.maximum.reduceat(cosines, self._meanings.starts[:-1].astype(np.int64))
        # Cosines of one model lie close together, anywhere between 0 and 1: only their differences tell.
        usual, top = float(np.median(best)), float(best.max())
        if top - usual > 1e-4:
            scaled = np.clip((best - usual) / (top - usual), 0, 1)
            closeness[self._held] = scaled[self._rows[self._held]]
        return closeness


def passages_of(offer: Offer) -> list[str]:
    """Title and summary, then the text in runs of PASSAGE_WORDS words that each begin with the title."""
    passages = [". ".join(part for part in (offer.title, offer.summary, ", ".join(offer.keywords)) if part)]
    words = f"{offer.description} {offer.detail_text}".split()
    for start in range(0, len(words), PASSAGE_WORDS):
        passages.append(f"{offer.title}. {' '.join(words[start : start + PASSAGE_WORDS])}")
    return passages[:MOST_PASSAGES]
