"""The order in which offers are shown: best first, mixed lightly, some of each kind of help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from .catalogue import KINDS
from .facts import Facts
from .index import Array

REPEATED, MOST_REPEATED = 0.985, 5
ALIKE, ALIKE_BITS, ALIKE_DEPTH = 0.9, 5, 80
# Only so many best offers are put in their final order one by one.
DEPTH = 150


def ordered(scores: Array, facts: Facts, depth: int, *, diversity: bool) -> dict[int, float]:
    """Place → final score of at least the `depth` best offers that have one, best first, ties by place."""
    depth = max(DEPTH, 2 * depth)
    if depth < len(scores):
        best = np.sort(np.argpartition(-scores, depth)[:depth])
        best = best[np.argsort(-scores[best], kind="stable")]
    else:
        best = np.argsort(-scores, kind="stable")
    final = {int(i): float(scores[i]) for i in best if scores[i] > 0}
    return _mixed(final, facts) if diversity else final


def of_each_kind(scores: Array, facts: Facts, chosen: Mapping[int, float], least: int) -> dict[int, float]:
    """The best offers of the kinds of which fewer than `least` are chosen, after those already chosen."""
    worst = min(chosen.values(), default=1.0)
    counts = Counter(int(facts.kind[place]) for place in chosen)
    more: dict[int, float] = {}
    for kind in range(len(KINDS)):
        left = np.where(facts.kind == kind, scores, -1.0)
        left[list(chosen)] = -1.0
        missing = max(0, least - counts[kind])
        for place in np.argsort(-left, kind="stable")[:missing].tolist():
            if left[place] > 0:
                more[place] = min(worst, float(left[place]))
    return dict(sorted(more.items(), key=lambda item: (-item[1], item[0])))


def _mixed(final: dict[int, float], facts: Facts) -> dict[int, float]:
    """Each further offer of one organisation yields a little, a near duplicate of a better one more."""
    places = np.fromiter(final, dtype=np.int64, count=len(final))
    organisations = facts.organisation[places].tolist()
    likenesses = facts.likeness[places[:ALIKE_DEPTH]]
    apart = np.bitwise_count(likenesses[:, None] ^ likenesses[None, :])
    alike = np.tril(apart <= ALIKE_BITS, -1).any(axis=1) & (likenesses > 0)
    seen: Counter[int] = Counter()
    adjusted: dict[int, float] = {}
    for number, ((place, score), organisation) in enumerate(zip(final.items(), organisations, strict=True)):
        adjusted[place] = score * REPEATED ** min(seen[organisation], MOST_REPEATED)
        if number < len(alike) and alike[number]:
            adjusted[place] *= ALIKE
        seen[organisation] += 1
    return dict(sorted(adjusted.items(), key=lambda item: (-item[1], item[0])))
