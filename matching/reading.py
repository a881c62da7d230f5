"""A need as the engine reads it: language, weighted words, n-grams, concepts, topics, sector hints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass
from math import exp, log1p

from .concepts.finding import Hit
from .concepts.recognising import Recogniser
from .index import char_ngrams
from .text import LANGUAGES, Analysed, analyse, guess_language
from .thesaurus import Thesaurus
from .types import Concept, Need, Passage, TopicHit

TITLE_WEIGHT = 1.5
PART_WEIGHT = 0.7
CONFIRMED = 3.0
# A topic is told to a reader from this certainty on; below, it only colours the ranking.
TELL = 0.55


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: term → weight bags, hits by concept, and where each stem stands."""

    language: str
    terms: Mapping[str, float]
    grams: Mapping[str, float]
    hits: Mapping[str, Hit]
    topics: Mapping[str, float]
    sectors: Mapping[str, float]
    places: Mapping[str, tuple[Passage, ...]]
    surfaces: Mapping[str, str]


def read(need: Need, recogniser: Recogniser, known: Container[str] = ()) -> Reading:
    """Read a need. Never raises, whatever the text.

    known: stems that are words although the thesaurus has none of them: not to be taken for misspelt.
    """
    language = need.language if need.language in LANGUAGES else guess_language(need.title, need.text)
    title, text = (recogniser.respelt(analyse(part, language), known) for part in (need.title, need.text))
    hits = _merge(recogniser.find(title, in_title=True, longest=True), recogniser.find(text, longest=True))
    terms, places, surfaces = _terms(title, text, recogniser, need)
    words = [word.folded for part in (title, text) for word in part.words if word.stem]
    return Reading(
        language=language,
        terms=terms,
        grams={gram: 1 + log1p(count - 1) for gram, count in char_ngrams(words).items()},
        hits=hits,
        topics=_topics(hits, recogniser.thesaurus, need),
        sectors=_sectors(hits, recogniser.thesaurus),
        places=places,
        surfaces=surfaces,
    )


def _merge(title: Mapping[str, Hit], text: Mapping[str, Hit]) -> dict[str, Hit]:
    merged = dict(text)
    for concept, hit in title.items():
        other = merged.get(concept)
        strength = max(hit.strength * TITLE_WEIGHT, other.strength * TITLE_WEIGHT if other else 0)
        merged[concept] = Hit(concept, strength, hit.passages + (other.passages if other else ()))
    return merged


def _terms(
    title: Analysed, text: Analysed, recogniser: Recogniser, need: Need
) -> tuple[dict[str, float], dict[str, tuple[Passage, ...]], dict[str, str]]:
    counts: dict[str, float] = defaultdict(float)
    places: dict[str, list[Passage]] = defaultdict(list)
    surfaces: dict[str, str] = {}
    for part, source, in_title in ((title, need.title, True), (text, need.text, False)):
        weight = TITLE_WEIGHT if in_title else 1.0
        for word in part.words:
            if not word.stem:
                continue
            parts = recogniser.compounds.parts(word.folded) if part.language == "de" else ()
            for stem, share in (
                (word.stem, 1.0),
                *((item, PART_WEIGHT) for item in parts if item != word.stem),
            ):
                counts[stem] += weight * share
                places[stem].append(Passage(word.start, word.end, in_title))
                surfaces.setdefault(stem, source[word.start : word.end])
    # The tenth mention says little more than the second.
    terms = {stem: (1 + log1p(count - 1)) if count > 1 else count for stem, count in counts.items()}
    return terms, {stem: tuple(found) for stem, found in places.items()}, surfaces


def _topics(hits: Mapping[str, Hit], thesaurus: Thesaurus, need: Need) -> dict[str, float]:
    # Sister concepts recognised in the very same words say their common topic once.
    said: dict[tuple[str, tuple[Passage, ...]], float] = {}
    for concept, hit in hits.items():
        for topic, share in thesaurus.entries[concept].topics.items():
            key = topic, hit.passages
            said[key] = max(said.get(key, 0.0), hit.strength * share)
    weights: dict[str, float] = defaultdict(float)
    for (topic, _passages), weight in said.items():
        weights[topic] += weight
    for topic in need.topics:
        weights[topic] = max(weights[topic], max(weights.values(), default=0), CONFIRMED)
    for topic in need.excluded_topics:
        weights.pop(topic, None)
    return dict(weights)


def _sectors(hits: Mapping[str, Hit], thesaurus: Thesaurus) -> dict[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for concept, hit in hits.items():
        sectors = thesaurus.entries[concept].sectors
        for sector in sectors:
            weights[sector] += hit.strength / len(sectors)
    return dict(weights)


def told_topics(reading: Reading, thesaurus: Thesaurus, limit: int = 6) -> tuple[TopicHit, ...]:
    """Topics sure enough to be shown, surest first, with the words behind each."""
    told = []
    for topic, weight in sorted(reading.topics.items(), key=lambda pair: (-pair[1], pair[0])):
        certainty = 1 - exp(-weight)
        if certainty >= TELL:
            told.append(TopicHit(topic, round(certainty, 3), topic_passages(reading, thesaurus, topic)))
    return tuple(told[:limit])


def topic_passages(reading: Reading, thesaurus: Thesaurus, topic: str, limit: int = 5) -> tuple[Passage, ...]:
    """The words of the need that speak for a topic, strongest concept first."""
    speaking = [
        (hit.strength * thesaurus.entries[concept].topics[topic], concept, hit)
        for concept, hit in reading.hits.items()
        if topic in thesaurus.entries[concept].topics
    ]
    speaking.sort(key=lambda item: (-item[0], item[1]))
    passages = [passage for _, _, hit in speaking for passage in hit.passages]
    return tuple(dict.fromkeys(passages))[:limit]


def told_concepts(reading: Reading, thesaurus: Thesaurus) -> tuple[Concept, ...]:
    """All recognised concepts, strongest first."""
    ordered = sorted(reading.hits.values(), key=lambda hit: (-hit.strength, hit.concept))
    return tuple(Concept(hit.concept, _by_weight(thesaurus, hit.concept), hit.passages) for hit in ordered)


def _by_weight(thesaurus: Thesaurus, concept: str) -> tuple[str, ...]:
    topics = thesaurus.entries[concept].topics
    return tuple(sorted(topics, key=lambda topic: (-topics[topic], topic)))
