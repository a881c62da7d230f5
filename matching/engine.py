"""The engine: a need in, ranked offers with reasons out.

normalise → concepts → hard rules (mask) → per-field BM25 with word bridge + character n-grams + concepts →
learned affinities (topics, sector, kind of help) → declared terms (freshness, seats…) → near duplicates and light
diversity → reasons. Parts are added; the score shown is e to the power of the sum, relative to the best offer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from datetime import date
from functools import cached_property

import numpy as np

from .affinity import Affinities
from .catalogue import KINDS, Catalogue
from .facets import Filters
from .meaning import Meaning
from .memory.remembering import Memory
from .mixing import of_each_kind, ordered
from .questions import questions
from .reading import read, told_concepts, told_topics
from .reasons import Reasoner
from .rules import active_rules, outcomes
from .scoring import Scorer, Settings
from .searching import Found, Searcher
from .snapshot import Snapshot
from .thesaurus import Thesaurus
from .titles import CatalogueTitles
from .types import Explanation, Line, Need, Question, Ranking, Reason, TopicHit
from .view import Narrowed

ENGINE_VERSION = "2.0"


class Engine(Scorer):
    """Ranks the offers of one immutable snapshot of a catalogue. Build once, share between threads."""

    def __init__(
        self, catalogue: Catalogue | Snapshot, thesaurus: Thesaurus | None = None, **options
    ) -> None:
        """options: those of Scorer."""
        super().__init__(catalogue, thesaurus, **options)
        self._reasoner = Reasoner(self._view, self.thesaurus, self._facts)
        self.searcher = Searcher(self._view, self._facts, self.snapshot.vocabulary, lambda: self.recogniser)

    def configured(self, settings: Settings | None = None, *, apply_status_rules: bool = True) -> Engine:
        """Another engine on the same indexes, at no cost: to compare settings or rank unpublished offers."""
        other = copy(self)
        other.settings = settings or self.settings
        other._rules = active_rules(apply_status_rules) if other.settings.hard_rules else ()
        return other

    def remembering(self, memory: Memory | None) -> Engine:
        """Another engine on the same indexes that learns from these decisions."""
        other = copy(self)
        other.memory = memory
        return other

    def engaged(self, capacity: Mapping[str, float], slow: Collection[str] = ()) -> Engine:
        """Another engine on the same indexes that knows what partners can take on at this moment, and how they answer.

        capacity: organisation → 0 (away, or full) to 1 (free); those that are not named keep what their offers say.
        slow: those that answer late or seldom.
        """
        if not capacity and not slow:
            return self
        other = copy(self)
        other._facts = self._facts.engaged(capacity, slow)
        other._affinities = self._affinities.engaged(other._facts)
        other._reasoner = Reasoner(other._view, self.thesaurus, other._facts)
        return other

    def narrowed(self, filters: Filters, today: date) -> Engine:
        """Another engine over the offers that pass these filters: to rank them it reads nothing of the others."""
        places = np.flatnonzero(self.searcher.facets.passing(self._view.live, filters, today))
        other = copy(self)
        other._view = Narrowed(self._view, places)
        other._facts = self._facts.at(places)
        other._affinities = Affinities(other._view, other._facts)
        other._reasoner = Reasoner(other._view, self.thesaurus, other._facts)
        return other

    def understanding(self, meaning: Meaning | None) -> Engine:
        """Another engine on the same indexes that also compares what is meant (matching/meaning.py)."""
        other = copy(self)
        other.meaning = meaning
        return other

    @cached_property
    def titles(self) -> CatalogueTitles:
        """The background of a memory."""
        return CatalogueTitles(self._view)

    @property
    def data_version(self) -> str:
        """Changes with any offer, vocabulary or thesaurus entry."""
        version = f"{self.snapshot.version}.{self.thesaurus.version}"
        return f"{version}.{self.meaning.version}" if self.meaning else version

    def rank(
        self, need: Need, limit: int = 50, without: Collection[str] = (), *, each_kind: int = 0
    ) -> Ranking:
        """The offers that fit best, best first, at most `limit`, with the verdict on the need.

        without: keys of decisions that must not be remembered, such as the need's own. each_kind: at least so many
        offers of each kind of help, beyond `limit` where need be.
        """
        reading, assessment = self._read(need)
        scored = self._score(need, reading, assessment.verdict, without)
        order = ordered(scored.scores, self._facts, max(0, limit), diversity=self.settings.diversity)
        chosen = dict(list(order.items())[: max(0, limit)])
        if each_kind:
            chosen |= of_each_kind(scored.scores, self._facts, chosen, each_kind)
        reasons = self._reasoner.reasons(scored.evidence, list(chosen))
        lines = tuple(self._line(place, score, reasons[place]) for place, score in chosen.items())
        concepts = told_concepts(reading, self.thesaurus)
        return Ranking(
            assessment.verdict,
            assessment.reasons,
            lines,
            concepts,
            reading.language,
            ENGINE_VERSION,
            self.data_version,
        )

    def explain(self, need: Need, offer_id: str, without: Collection[str] = ()) -> Explanation:
        """Why an offer stands where it stands, or which rule leaves it out. KeyError for an unknown offer."""
        place = self._view.place_of(offer_id)
        if place is None:
            raise KeyError(offer_id)
        reading, assessment = self._read(need)
        scored = self._score(need, reading, assessment.verdict, without)
        order = ordered(scored.scores, self._facts, self._view.size, diversity=self.settings.diversity)
        rank = list(order).index(place) + 1 if place in order else None
        reasons = self._reasoner.reasons(scored.evidence, [place])[place]
        rules = outcomes(need, self._facts, self._rules, place)
        kind = KINDS[int(self._facts.kind[place])]
        return Explanation(offer_id, kind, rank, round(order.get(place, 0.0), 4), reasons, rules)

    def questions(self, need: Need, most: int = 3, without: Collection[str] = ()) -> tuple[Question, ...]:
        """Which missing answers would change the result most (matching/questions.py); at most `most`."""
        return questions(self, need, most, without)

    def recognise(self, text: str, title: str = "", language: str = "") -> tuple[TopicHit, ...]:
        """« Ce que nous avons compris »: topics sure enough to show, surest first; () rather than a guess."""
        return told_topics(read(Need(text, title, language), self.recogniser), self.thesaurus)

    def search(
        self,
        query: str,
        filters: Filters | None = None,
        *,
        language: str = "",
        today: date | None = None,
        topics: Sequence[str] = (),
        pillars: Sequence[str] = (),
        literal: bool = False,
        limit: int = 50,
    ) -> Found:
        """Catalogue search box: prefix and typo tolerant, across languages, with facets (searching.Searcher).

        language: the reader's. topics, pillars: the codes to count.
        limit: of `lines`; `references` has all that is found.
        """
        rules = tuple(rule for rule in self._rules if rule.catalogue_state)
        return self.searcher.search(
            query,
            rules,
            filters or Filters(),
            language=language,
            today=today or Need("").today,
            topics=topics,
            pillars=pillars,
            literal=literal,
            limit=limit,
        )

    def browse(
        self,
        filters: Filters | None = None,
        *,
        today: date | None = None,
        topics: Sequence[str] = (),
        pillars: Sequence[str] = (),
    ) -> Found:
        """What is published and passes the filters, freshest first, with the same facets as a search."""
        rules = tuple(rule for rule in self._rules if rule.name == "published")
        day = today or Need("").today
        return self.searcher.browse(rules, filters or Filters(), today=day, topics=topics, pillars=pillars)

    def reference(self, offer_id: str) -> int:
        """The caller's own number of a live offer. KeyError for an unknown one."""
        place = self._view.place_of(offer_id)
        if place is None:
            raise KeyError(offer_id)
        return int(self._facts.reference[place])

    def _line(self, place: int, score: float, reasons: tuple[Reason, ...]) -> Line:
        kind = KINDS[int(self._facts.kind[place])]
        return Line(self._view.offer_id(place), kind, round(score, 4), reasons)
