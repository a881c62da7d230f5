"""A synthetic catalogue of any size, made from the texts of the demonstration catalogue by a seeded generator.

Sentences of offers of one language are shuffled into new offers; some words are replaced by new ones whose number
grows with the catalogue as in natural text (a Pitman–Yor process: a few frequent, many rare; Heaps' exponent 0.6).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from matching import KINDS, Catalogue, Offer

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[^\W\d_]{6,}")
DISCOUNT, STRENGTH = 0.6, 50.0
REPLACED = 0.08


class _NewWords:
    """Pitman–Yor: an old word again in proportion to its use, or a new one."""

    def __init__(self, rng: random.Random, syllables: list[str]) -> None:
        self._rng, self._syllables = rng, syllables
        self._uses: list[str] = []
        self._distinct = 0

    def draw(self) -> str:
        rng, total = self._rng, len(self._uses)
        if rng.random() * (total + STRENGTH) < STRENGTH + DISCOUNT * self._distinct:
            word = "".join(rng.choice(self._syllables) for _ in range(rng.randint(2, 4)))
            self._distinct += 1
        else:
            word = self._uses[rng.randrange(total)]
        self._uses.append(word)
        return word


def offers(catalogue: Catalogue, count: int, seed: int = 1) -> Iterator[Offer]:
    """`count` offers, the same for the same seed; ids "syn-000001"…; every offer published and current."""
    rng = random.Random(seed)
    by_language: dict[str, list[Offer]] = {}
    for offer in catalogue.offers:
        by_language.setdefault(offer.language, []).append(offer)
    sentences = {
        language: [s for offer in group for s in _SENTENCE.split(offer.description) if s]
        for language, group in by_language.items()
    }
    syllables = sorted(
        {
            word[i : i + 3].lower()
            for o in catalogue.offers
            for word in _WORD.findall(o.summary)
            for i in (0, 3)
        }
    )
    new = {language: _NewWords(rng, syllables) for language in by_language}
    bases = [offer for offer in catalogue.offers if offer.status == "published"]
    # Kind after kind, as the portal hands its offers to the index.
    kinds = sorted(rng.choice(bases).kind for _ in range(count))
    of_kind = {kind: [offer for offer in bases if offer.kind == kind] for kind in KINDS}

    def varied(text: str, language: str) -> str:
        return _WORD.sub(lambda m: new[language].draw() if rng.random() < REPLACED else m.group(), text)

    for number, kind in enumerate(kinds, 1):
        base, other = rng.choice(of_kind[kind]), rng.choice(bases)
        language = base.language
        body = " ".join(rng.choice(sentences[language]) for _ in range(rng.randint(4, 7)))
        updated = base.updated_at and base.updated_at + timedelta(days=rng.randint(-60, 60))
        yield replace(
            base,
            id=f"syn-{number:06}",
            organisation=f"{base.organisation}-{rng.randrange(1 + count // 40)}",
            title=varied(base.title, language),
            summary=varied(base.summary, language),
            description=varied(body, language),
            keywords=(*rng.sample(base.keywords, min(3, len(base.keywords))), new[language].draw()),
            topics=tuple(dict.fromkeys(base.topics[:2] + other.topics[:1])),
            sectors=other.sectors if rng.random() < 0.3 else base.sectors,
            valid_until=None,
            updated_at=updated,
            reference=number,
        )
