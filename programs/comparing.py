"""What another thesaurus would change, why an offer stands where it stands, and which words no concept knows.

A simple version over whole engines: programs/engine.py may take `compare` and `explain` over with the same signatures.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from foundation import clock
from matching import ENGINE_VERSION, Engine, Need, Thesaurus
from matching import engine as matching_engine
from matching.concepts import Recogniser
from matching.reading import read
from matching.text import analyse, guess_language
from programs import engine
from programs.models import Offer, OfferStatus
from programs.thesaurus import current

_LETTERS = re.compile(r"[^\W\d_]{4,}")
_GAP = 2  # little words between the two words of a phrase: « taux de rebut »


@dataclass(frozen=True)
class Compared:
    """One need under the present thesaurus and another: the first offers (keys) and the concepts, sorted."""

    before: list[int]
    after: list[int]
    concepts_before: list[str]
    concepts_after: list[str]


@dataclass(frozen=True)
class Explained:
    """« Pourquoi pas ? »: rank from 1, None when a rule leaves the offer out; reasons and rules as JSON."""

    rank: int | None
    score: float
    reasons: list[dict] = field(default_factory=list)
    rules: list[dict] = field(default_factory=list)


def engine_version() -> str:
    return ENGINE_VERSION


def recogniser(thesaurus: Thesaurus) -> Recogniser:
    """The compiled expressions of a thesaurus, shared with the engines of this process."""
    shared = getattr(matching_engine, "recogniser_of", None) or matching_engine._recogniser_of
    return shared(thesaurus)


def compare(needs: list[dict], other: Thesaurus, limit: int = 10) -> list[Compared]:
    """What `other` would change for these needs (keyword facts of matching.Need), in their order.

    Only needs that speak of a concept that differs are ranked: nothing else can move.
    """
    before, pk_of = engine._snapshot.current()
    if before.thesaurus.version != current().version:
        before = Engine(before.catalogue, current())
    mine, theirs = recogniser(before.thesaurus), recogniser(other)
    touched = {
        concept
        for concept in before.thesaurus.entries.keys() | other.entries.keys()
        if before.thesaurus.entries.get(concept) != other.entries.get(concept)
    }
    after: Engine | None = None
    answers = []
    for facts in needs:
        need = Need(**facts, today=clock.today())
        was, now = set(read(need, mine).hits), set(read(need, theirs).hits)
        first = then = []
        if was != now or (was | now) & touched:
            after = after or Engine(before.catalogue, other)
            first = [pk_of[line.offer_id] for line in before.rank(need, limit).lines]
            then = [pk_of[line.offer_id] for line in after.rank(need, limit).lines]
        answers.append(Compared(first, then, sorted(was), sorted(now)))
    return answers


def explain(need: dict, offer_pk: int) -> Explained:
    """Why this offer stands where it stands for this need. Offer.DoesNotExist for an unknown key."""
    offer = Offer.objects.get(pk=offer_pk)
    current_engine, _pk_of = engine._snapshot.current()
    if offer.status != OfferStatus.PUBLISHED:
        unpublished = {"rule": "published", "state": "unmet", "effect_of_unknown": "drop", "excludes": True}
        return Explained(None, 0.0, [], [{**unpublished, "holds": False}])
    answer = current_engine.explain(Need(**need, today=clock.today()), str(offer.public_id)).as_json()
    return Explained(answer["rank"], answer["score"], answer["reasons"], answer["rules"])


@dataclass(frozen=True)
class Unknown:
    """A word or two that no concept recognises. `key`: its stems; `start`, `end`: where it stands in the text."""

    key: tuple[str, ...]
    surface: str
    start: int
    end: int


def unknown_phrases(text: str, thesaurus: Thesaurus | None = None) -> tuple[str, list[Unknown]]:
    """(language, words and phrases of two words of a text that the thesaurus, the current one by default, lacks)."""
    language = guess_language(text)
    analysed = analyse(text, language)
    hits = recogniser(thesaurus or current()).find(analysed)
    covered = [(passage.start, passage.end) for hit in hits.values() for passage in hit.passages]
    free: list[tuple[int, object]] = [
        (place, word)
        for place, word in enumerate(analysed.words)
        if word.stem
        and _LETTERS.fullmatch(word.folded)
        and not any(start <= word.start and word.end <= end for start, end in covered)
    ]
    found = [_unknown(text, word) for _place, word in free]
    for (place, word), (next_place, following) in pairwise(free):
        between = analysed.words[place + 1 : next_place]
        little = len(between) <= _GAP and not any(other.stem for other in between)
        if little and word.sentence == following.sentence and "," not in text[word.end : following.start]:
            found.append(_unknown(text, word, following))
    return language, found


def _unknown(text: str, *words) -> Unknown:
    start, end = words[0].start, words[-1].end
    surface = " ".join(text[start:end].split())
    return Unknown(tuple(word.stem for word in words), surface, start, end)


def concepts_of_offers(pks: Iterable[int]) -> dict[int, Counter[str]]:
    """Concepts recognised in what offers say of themselves (title, summary, keywords), with their strength."""
    known = recogniser(current())
    answer = {}
    for offer in Offer.objects.filter(pk__in=list(pks)):
        said = ". ".join(
            [offer.text("title", offer.language), offer.text("summary", offer.language), *offer.keywords]
        )
        hits = known.find_in(said, offer.language)
        answer[offer.pk] = Counter({concept: hit.strength for concept, hit in hits.items()})
    return answer
