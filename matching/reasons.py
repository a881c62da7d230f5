"""Turns what the channels and soft rules gave into reasons, for the lines that are returned only."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np

from .facts import Facts
from .memory.recollection import SILENT, Recollection
from .reading import Reading, topic_passages
from .rules import MET, RULES, UNKNOWN, UNMET, size_of
from .thesaurus import Thesaurus
from .types import Need, Passage, Reason
from .view import View

MAX_TOPICS = 3
MAX_CONCEPTS = 4
# Weaker ones among the concepts that a need leads to are not worth telling.
TOLD_CONCEPTS = 40
MAX_WORDS = 5
MAX_PASSAGES = 6

TEXTUAL = ("words", "grams", "concepts", "topics", "meaning")
# A fact is worth a word when it moves an offer so far from the others.
NOTABLE = 0.12
RELATIVE = ("sector", "kind", "territory")
# What offers usually get is told well enough by so many of them, evenly spread.
ENOUGH = 4_000

Array = np.ndarray
Card = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a reason can rest on.

    parts: name → additive score, shape (offers,). concepts, topics, terms: the weighted queries that the channels
    were asked. origins: a concept that only follows from another one → that one. sources: a topic of offers → the
    topic of the need that asks most for it. recollection: what the memory of decisions says.
    """

    need: Need
    reading: Reading
    parts: Mapping[str, Array]
    concepts: Mapping[str, float]
    topics: Mapping[str, float]
    terms: Mapping[str, float]
    origins: Mapping[str, str]
    sources: Mapping[str, str]
    recollection: Recollection = SILENT

    def shares(self, name: str, places: Array) -> Array:
        """The part's share (0 to 1) in what speaks for each of the places."""
        speaking = [np.maximum(self.parts[part][places], 0) for part in TEXTUAL if part in self.parts]
        total = np.maximum(np.sum(speaking, axis=0), 1e-9)
        return (
            np.maximum(self.parts[name][places], 0) / total if name in self.parts else np.zeros(len(places))
        )


class Reasoner:
    """Words the evidence as `Reason`s."""

    def __init__(self, view: View, thesaurus: Thesaurus, facts: Facts) -> None:
        self._view, self._thesaurus, self._facts = view, thesaurus, facts
        self._rules = {rule.name: rule for rule in RULES}

    def reasons(self, evidence: Evidence, places: Sequence[int]) -> dict[int, tuple[Reason, ...]]:
        """Reasons by place for the given offers; never empty for an offer that has a score."""
        ordered = np.array(sorted(places), dtype=np.int64)
        topics = self._topics(evidence, ordered)
        words = self._words(evidence, ordered)
        concepts = self._concepts(evidence, ordered)
        facts = self._fact_states(evidence.need)
        # Sector and kind of help are told against what offers of this catalogue usually get for this need.
        usual = {
            name: float(np.median(part[:: 1 + len(part) // ENOUGH]))
            if name in RELATIVE and len(part)
            else 0.0
            for name, part in evidence.parts.items()
        }
        reasons = {}
        for column, place in enumerate(ordered.tolist()):
            card = self._view.card(place)
            textual = [*topics[column], *concepts[column], *words[column], *self._meant(evidence, place)]
            found = [
                *(textual or [self._similar(evidence, place)]),
                *self._soft(evidence, place, card, usual),
                *self._checks(facts, evidence.need, place, card),
            ]
            outer = self._view.outer(place)
            remembered = evidence.recollection.reason(outer, abs(evidence.recollection.value(outer)))
            if remembered:
                found.append(remembered)
            reasons[place] = tuple(sorted(found, key=lambda reason: -reason.weight))
        return reasons

    def _topics(self, evidence: Evidence, places: Array) -> list[list[Reason]]:
        names = list(evidence.topics)
        table = self._view.impacts("topics", evidence.topics, places, by_rarity=False)
        share = evidence.shares("topics", places)
        result = []
        for column in range(len(places)):
            reasons = []
            best = _best(names, table[:, column], float(share[column]), MAX_TOPICS)
            # What the need itself speaks of comes before what usually helps with it.
            for topic, weight in sorted(best, key=lambda item: item[0] not in evidence.reading.topics):
                source = topic if topic in evidence.reading.topics else evidence.sources.get(topic, topic)
                passages = topic_passages(evidence.reading, self._thesaurus, source)
                detail = {"topic": topic, "confirmed": topic in evidence.need.topics}
                if source != topic:
                    detail["from"] = source
                reasons.append(Reason("topic", _round(weight), detail, passages))
            result.append(reasons)
        return result

    def _concepts(self, evidence: Evidence, places: Array) -> list[list[Reason]]:
        hits = evidence.reading.hits
        names = heapq.nlargest(TOLD_CONCEPTS, evidence.concepts, key=lambda name: evidence.concepts[name])
        asked = {name: evidence.concepts[name] for name in names}
        table = self._view.impacts("concepts", asked, places)
        share = evidence.shares("concepts", places)
        result = []
        for column in range(len(places)):
            reasons = []
            for name, weight in _best(names, table[:, column], float(share[column]), MAX_CONCEPTS):
                said = name if name in hits else evidence.origins.get(name, "")
                detail = {"concept": name} if said == name else {"concept": name, "from": said}
                passages = hits[said].passages[:MAX_PASSAGES] if said in hits else ()
                reasons.append(Reason("concept", _round(weight), detail, passages))
            result.append(reasons)
        return result

    def _words(self, evidence: Evidence, places: Array) -> list[list[Reason]]:
        names = list(evidence.terms)
        table = self._view.impacts("head", evidence.terms, places)
        table += self._view.impacts("body", evidence.terms, places, by_passage=True)
        share = evidence.shares("words", places)
        result = []
        for column in range(len(places)):
            best = _best(names, table[:, column], float(share[column]), MAX_WORDS)
            passages: list[Passage] = []
            for name, _ in best:
                passages.extend(evidence.reading.places.get(name, ()))
            weight = _round(sum(weight for _, weight in best))
            surfaces = [evidence.reading.surfaces.get(name, name) for name, _ in best]
            shown = tuple(sorted(set(passages), key=lambda p: (not p.in_title, p.start)))[:MAX_PASSAGES]
            result.append([Reason("words", weight, {"words": surfaces}, shown)] if best else [])
        return result

    def _meant(self, evidence: Evidence, place: int) -> list[Reason]:
        """Close in meaning whatever the words: worth telling when it is a notable part of what speaks."""
        if "meaning" not in evidence.parts:
            return []
        share = float(evidence.shares("meaning", np.array([place]))[0])
        return [Reason("meaning", _round(share), {})] if share >= NOTABLE else []

    def _similar(self, evidence: Evidence, place: int) -> Reason:
        return Reason("similar", _round(float(evidence.shares("grams", np.array([place]))[0])), {})

    def _soft(self, evidence: Evidence, place: int, card: Card, usual: Mapping[str, float]) -> list[Reason]:
        need = evidence.need
        details = {
            "sector": {"sector": need.sector, "offer_sectors": card["sectors"]},
            "kind": {"kind": card["kind"], "size": size_of(need), "wanted": card["kind"] in need.kinds},
            "territory": {
                "territory": need.territory,
                "country": card["country"],
                "city": card["city"],
                "same_department": self._facts.department[place].decode() == need.territory.upper()[:3],
            },
            "freshness": {"updated_at": card["updated"]},
            "capacity": {"percent": int(self._facts.capacity[place])},
            "responsiveness": {},
            "seats": {"left": 0},
            "data_readiness": {"minimum": card["readiness"], "stated": need.data_maturity},
        }
        reasons = []
        for name, detail in details.items():
            moved = float(evidence.parts[name][place]) - usual[name] if name in evidence.parts else 0.0
            if abs(moved) > (NOTABLE if name in RELATIVE else 0.01):
                effect = "raises" if moved > 0 else "lowers"
                reasons.append(Reason(name, _round(1 - exp(-abs(moved) / 4)), {**detail, "effect": effect}))
        return reasons

    def _fact_states(self, need: Need) -> dict[str, Array]:
        return {
            name: self._rules[name].states(need, self._facts) for name in ("country", "company_size", "start")
        }

    def _checks(self, states: Mapping[str, Array], need: Need, place: int, card: Card) -> list[Reason]:
        reasons = []
        if states["company_size"][place] == UNKNOWN or (card["sizes"] and size_of(need)):
            detail = {"sizes": card["sizes"], "size": size_of(need)}
            reasons.append(Reason("size", 0.0, {**detail, "known": bool(size_of(need))}))
        if card["countries"]:
            state = {MET: "met", UNMET: "to_check", UNKNOWN: "unknown"}[int(states["country"][place])]
            detail = {"countries": card["countries"], "state": state}
            reasons.append(Reason("country", 0.0, detail))
        if "sessions" in card:
            detail = {"next": _next_session(card["sessions"], need), "known": bool(card["sessions"])}
            reasons.append(Reason("session", 0.0, detail))
        return reasons


def _best(names: Sequence[str], column: Array, share: float, limit: int) -> list[tuple[str, float]]:
    total = float(column.sum())
    if total <= 0:
        return []
    order = np.argsort(-column, kind="stable")[:limit]
    return [(names[int(i)], share * float(column[i]) / total) for i in order if column[i] > 0]


def _next_session(sessions: Sequence[Sequence[Any]], need: Need) -> str | None:
    """Start of the first session still ahead that has seats left, ISO date."""
    today = need.today.isoformat()
    return min((start for start, left in sessions if start >= today and left != 0), default=None)


def _round(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)
