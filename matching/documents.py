"""Offers as bags of terms by channel: what a segment stores. One pass over the text of an offer.

Channels: "head" (stems of title, keywords, summary, expertise of the partner, each field saturated apart),
"body" (stems by passage, so that a laboratory of many subjects is found by the one that counts), "grams"
(character 4-grams of the head), "concepts" (of the thesaurus), "topics" and "pillars" (as the
partner declares them), "starts" (days on which sessions of a course begin).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from .catalogue import KINDS, SIZES, Offer
from .concepts.recognising import Recogniser
from .index import char_ngrams
from .reading import PART_WEIGHT
from .text import LANGUAGES, Analysed, Word, analyse
from .thesaurus import Thesaurus

# What a stem said in a field counts; the title is counted apart, and twice.
HEAD_FIELDS = {"title": 2.0, "keywords": 1.5, "summary": 1.0, "expertise": 0.3}
CONCEPT_FIELDS = {"title": 2.0, "keywords": 1.5, "summary": 1.5, "body": 1.0, "expertise": 0.4}
GRAM_FIELDS = ("title", "keywords", "summary")
# Offers list their topics most important first.
TOPIC_PLACE = (1.0, 0.75, 0.55, 0.45, 0.35)
PASSAGE_WORDS = 60
MAX_PASSAGES = 24
MAX_EXPRESSIONS = 6
# The topics that an offer's words speak of, whatever its partner declared: only the clearest.
MOST_SAID = 6
# Concepts that tell for whom an offer is, or what kind of help it speaks of.
TELLING = (
    "scale-small",
    "scale-research",
    "begins-with-ai",
    *(f"wants-{kind}" for kind in ("training", "talent", "cifre", "rnd", "laboratory")),
)

Bag = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Bags:
    """Terms → frequency of one offer, before they are weighed against the catalogue's mean lengths."""

    head: Mapping[str, Bag]
    passages: Sequence[Bag]
    grams: Bag
    concepts: Bag


@dataclass(frozen=True, slots=True)
class Lengths:
    """Mean lengths of the catalogue (sums of frequencies), by head field, passage, grams and concepts."""

    means: Mapping[str, float]

    @classmethod
    def of(cls, sample: Iterable[Bags]) -> Lengths:
        totals: Counter[str] = Counter()
        counts: Counter[str] = Counter()
        for bags in sample:
            for name, bag in _lengthy(bags):
                totals[name] += sum(bag.values())
                counts[name] += 1
        return cls({name: total / counts[name] or 1.0 for name, total in totals.items() if counts[name]})


def _lengthy(bags: Bags) -> Iterable[tuple[str, Bag]]:
    yield from bags.head.items()
    yield from (("passage", passage) for passage in bags.passages)
    yield "grams", bags.grams
    yield "concepts", bags.concepts


class Analyser:
    """Reads offers with one recogniser; keeps what it read of each partner's expertise."""

    def __init__(self, recogniser: Recogniser, expertise: Mapping[str, str]) -> None:
        self._recogniser = recogniser
        self.thesaurus = recogniser.thesaurus
        self._expertise = expertise
        self._partners: dict[tuple[str, str], tuple[Bag, Bag]] = {}

    def prepare(self) -> None:
        """Compile the thesaurus for every language now, for the processes forked from this one."""
        for language in LANGUAGES:
            self._recogniser.spans(analyse("", language))

    def bags(self, offer: Offer) -> Bags:
        language = offer.language
        fields = {
            "title": analyse(offer.title, language),
            "keywords": analyse(". ".join(offer.keywords), language),
            "summary": analyse(offer.summary, language),
            "body": analyse(f"{offer.description}\n {offer.detail_text}", language),
        }
        head: dict[str, Bag] = {
            name: self._stems(fields[name].words, language) for name in HEAD_FIELDS if name in fields
        }
        concepts: Counter[str] = Counter()
        for name, analysed in fields.items():
            self._count_concepts(concepts, analysed, CONCEPT_FIELDS[name])
        head["expertise"], expertise = self._partner(offer.organisation, language)
        for concept, strength in expertise.items():
            concepts[concept] += strength
        grams = char_ngrams(word.folded for name in GRAM_FIELDS for word in fields[name].words if word.stem)
        passages = [self._stems(words, language) for words in _passages(fields["body"].words)]
        return Bags(head, passages, grams, concepts)

    def _partner(self, organisation: str, language: str) -> tuple[Bag, Bag]:
        if (organisation, language) not in self._partners:
            analysed = analyse(self._expertise.get(organisation, ""), language)
            concepts: Counter[str] = Counter()
            self._count_concepts(concepts, analysed, CONCEPT_FIELDS["expertise"])
            self._partners[organisation, language] = self._stems(analysed.words, language), concepts
        return self._partners[organisation, language]

    def _stems(self, words: Sequence[Word], language: str) -> Bag:
        bag: dict[str, float] = {}
        for word in words:
            if word.stem:
                bag[word.stem] = bag.get(word.stem, 0.0) + 1.0
                if language == "de":
                    for part in self._recogniser.compounds.parts(word.folded):
                        bag[part] = bag.get(part, 0.0) + PART_WEIGHT
        return bag

    def _count_concepts(self, concepts: Counter[str], analysed: Analysed, weight: float) -> None:
        for concept, spans in self._recogniser.spans(analysed).items():
            best = max(span[0] for span in spans)
            places = len({span[1:] for span in spans})
            concepts[concept] += weight * best * min(places, MAX_EXPRESSIONS) ** 0.5


def _passages(words: Sequence[Word]) -> list[Sequence[Word]]:
    """Runs of whole sentences of about PASSAGE_WORDS words; at least one, at most MAX_PASSAGES."""
    passages, start = [], 0
    for position in range(1, len(words)):
        if position - start >= PASSAGE_WORDS and words[position].sentence != words[position - 1].sentence:
            passages.append(words[start:position])
            start = position
    if len(words) - start < PASSAGE_WORDS / 3 and passages:
        start -= len(passages.pop())
    passages.append(words[start:])
    return passages[:MAX_PASSAGES]


def weighed(
    bags: Bags, offer: Offer, lengths: Lengths, thesaurus: Thesaurus
) -> tuple[dict[str, Bag], dict[str, Sequence[Bag]]]:
    """Channels and passages of a segment: each frequency saturated and set against the mean length (BM25)."""
    means = lengths.means
    head: dict[str, float] = {}
    for name, bag in bags.head.items():
        for term, weight in saturated(bag, means.get(name, 1.0)).items():
            head[term] = head.get(term, 0.0) + HEAD_FIELDS[name] * weight
    channels: dict[str, Bag] = {
        "head": head,
        "grams": saturated(bags.grams, means.get("grams", 1.0), k1=1.0, b=0.5),
        "concepts": saturated(bags.concepts, means.get("concepts", 1.0), k1=1.5, b=0.4),
        "topics": declared_topics(offer),
        "pillars": dict.fromkeys(offer.pillars, 1.0),
        "starts": dict.fromkeys(session_days(offer), 1.0),
        "said": said_topics(bags.concepts, thesaurus),
    }
    return channels, {"body": [saturated(bag, means.get("passage", 1.0)) for bag in bags.passages]}


def declared_topics(offer: Offer) -> dict[str, float]:
    """Topics as the partner declares them, the first most; 0 to 1."""
    return {topic: TOPIC_PLACE[min(rank, len(TOPIC_PLACE) - 1)] for rank, topic in enumerate(offer.topics)}


def session_days(offer: Offer) -> list[str]:
    """ISO days on which sessions of a course begin."""
    sessions = offer.details.get("sessions") or () if offer.kind == "training" else ()
    return [str(session["start"])[:10] for session in sessions if session.get("start")]


def said_topics(concepts: Bag, thesaurus: Thesaurus) -> dict[str, float]:
    """The topics that the words of an offer speak of most clearly; 0 to 1."""
    totals: dict[str, float] = {}
    for concept, weight in concepts.items():
        for topic, share in thesaurus.entries[concept].topics.items():
            totals[topic] = totals.get(topic, 0.0) + weight * share
    clearest = sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:MOST_SAID]
    return {topic: 1 - exp(-total / 4) for topic, total in clearest}


def profile_of(offer: Offer, concepts: Bag) -> tuple[str, ...]:
    """What sort of help an offer is, as names out of PROFILE."""
    details = offer.details
    names = [f"kind:{offer.kind}", f"language:{offer.language}", f"country:{offer.country}"]
    if offer.kind == "training":
        long = (details.get("duration_hours") or 0) > LONG_HOURS
        names += [f"level:{details.get('level')}", f"modality:{details.get('modality')}"]
        names.append("training:long" if long else "training:short")
    elif offer.kind == "talent":
        names.append(f"talent:{details.get('form')}")
    elif offer.kind == "rnd":
        least = details.get("budget_eur_min")
        size = (
            "middle"
            if least is None
            else "small"
            if least < SMALL_BUDGET
            else "large"
            if least >= LARGE_BUDGET
            else "middle"
        )
        names.append(f"budget:{size}")
    elif offer.kind == "laboratory" and "test-before-invest" in (details.get("collaboration_modes") or ()):
        names.append("laboratory:tests")
    names += [f"says:{concept}" for concept in TELLING if concepts.get(concept, 0.0) >= CLEARLY]
    names += [f"size:{size}" for size in offer.company_sizes]
    names.append(
        "sectors:any" if not offer.sectors else "sectors:few" if len(offer.sectors) <= 2 else "sectors:many"
    )
    names.append(f"topics:{min(4, max(1, len(offer.topics)))}")
    if offer.remote_possible:
        names.append("remote")
    return tuple(name for name in names if name in PROFILE)


LONG_HOURS, SMALL_BUDGET, LARGE_BUDGET, CLEARLY = 100, 30_000, 80_000, 0.9
# The order is that of the bits of the column "profile".
PROFILE = (
    *(f"kind:{kind}" for kind in KINDS),
    *(f"language:{language}" for language in LANGUAGES),
    *(f"country:{country}" for country in ("FR", "DE", "LU", "BE", "CH")),
    *(f"level:{level}" for level in ("awareness", "practitioner", "expert")),
    *(f"modality:{modality}" for modality in ("onsite", "remote", "hybrid")),
    "training:long",
    "training:short",
    "talent:internship",
    "talent:apprenticeship",
    "budget:small",
    "budget:middle",
    "budget:large",
    "laboratory:tests",
    *(f"says:{concept}" for concept in TELLING),
    *(f"size:{size}" for size in SIZES),
    "sectors:any",
    "sectors:few",
    "sectors:many",
    *(f"topics:{count}" for count in (1, 2, 3, 4)),
    "remote",
)


def saturated(bag: Bag, mean: float, *, k1: float = 1.2, b: float = 0.75) -> dict[str, float]:
    """BM25's part of a term in a document: the tenth mention says little more than the second; long is diluted."""
    length = k1 * (1 - b + b * sum(bag.values()) / (mean or 1.0))
    return {term: frequency * (k1 + 1) / (frequency + length) for term, frequency in bag.items()}
