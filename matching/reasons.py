"""Turns what the channels and soft rules gave into reasons, for the lines that are returned only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .affinity import Affinity
from .catalogue import Offer
from .channels import TextChannels
from .reading import Reading, topic_passages
from .rules import MET, RULES, UNKNOWN, UNMET, Facts, size_of
from .thesaurus import Thesaurus
from .types import Need, Passage, Reason

MAX_TOPICS = 3
MAX_CONCEPTS = 4
MAX_WORDS = 5
MAX_PASSAGES = 6

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a reason can rest on. `shares`: channel → part of the text score, shape (offers,), 0 to 1."""

    need: Need
    reading: Reading
    shares: Mapping[str, Array]
    topic_parts: Array
    topic_ids: Sequence[str]
    terms: Mapping[str, float]
    affinities: tuple[Affinity, ...]


class Reasoner:
    """Words the evidence as `Reason`s."""

    def __init__(
        self, offers: Sequence[Offer], channels: TextChannels, thesaurus: Thesaurus, facts: Facts
    ) -> None:
        self._offers, self._channels, self._thesaurus, self._facts = offers, channels, thesaurus, facts
        self._rules = {rule.name: rule for rule in RULES}

    def reasons(self, evidence: Evidence, places: Sequence[int]) -> dict[int, tuple[Reason, ...]]:
        """Reasons by place for the given offers; never empty for an offer that has a score."""
        ordered = np.array(sorted(places), dtype=np.int64)
        words = self._words(evidence, ordered)
        concepts = self._concepts(evidence, ordered)
        facts = self._fact_states(evidence.need)
        reasons = {}
        for column, place in enumerate(ordered.tolist()):
            textual = [*self._topics(evidence, place), *concepts[column], *words[column]]
            found = [
                *(textual or [self._similar(evidence, place)]),
                *self._soft(evidence, place),
                *self._checks(facts, evidence.need, place),
            ]
            reasons[place] = tuple(sorted(found, key=lambda reason: -reason.weight))
        return reasons

    def _topics(self, evidence: Evidence, place: int) -> list[Reason]:
        parts = evidence.topic_parts[place]
        total = float(parts.sum())
        share = float(evidence.shares["topics"][place])
        best = [int(i) for i in np.argsort(-parts, kind="stable")[:MAX_TOPICS] if parts[i] > 0]
        reasons = []
        for i in best:
            topic = evidence.topic_ids[i]
            passages = topic_passages(evidence.reading, self._thesaurus, topic)
            detail = {"topic": topic, "confirmed": topic in evidence.need.topics}
            reasons.append(Reason("topic", _round(share * float(parts[i]) / total), detail, passages))
        return reasons

    def _concepts(self, evidence: Evidence, places: Array) -> list[list[Reason]]:
        hits = evidence.reading.hits
        names = list(hits)
        table = self._channels.concepts.impacts(names, places)
        table *= np.array([[hits[name].strength] for name in names] or [[1.0]], dtype=np.float32)
        share = evidence.shares["concepts"][places]
        return [
            [
                Reason("concept", _round(weight), {"concept": name}, hits[name].passages[:MAX_PASSAGES])
                for name, weight in _best(names, table[:, column], float(share[column]), MAX_CONCEPTS)
            ]
            for column in range(len(places))
        ]

    def _words(self, evidence: Evidence, places: Array) -> list[list[Reason]]:
        names = list(evidence.terms)
        table = self._channels.word_impacts(names, places)
        table *= np.array([[evidence.terms[name]] for name in names] or [[1.0]], dtype=np.float32)
        share = evidence.shares["words"][places]
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

    def _similar(self, evidence: Evidence, place: int) -> Reason:
        return Reason("similar", _round(float(evidence.shares["grams"][place])), {})

    def _soft(self, evidence: Evidence, place: int) -> list[Reason]:
        offer, need = self._offers[place], evidence.need
        details = {
            "sector": {"sector": need.sector, "offer_sectors": list(offer.sectors)},
            "kind": {"kind": offer.kind, "size": size_of(need), "wanted": offer.kind in need.kinds},
            "territory": {"territory": need.territory, "country": offer.country, "city": offer.city},
            "freshness": {"updated_at": offer.updated_at.isoformat() if offer.updated_at else None},
            "data_readiness": {"minimum": offer.data_readiness_min, "stated": need.data_maturity},
        }
        reasons = []
        for affinity in evidence.affinities:
            factor = float(affinity.factors[place])
            if abs(factor - 1.0) > 0.01:
                detail = {**details[affinity.name], "effect": "raises" if factor > 1 else "lowers"}
                reasons.append(Reason(affinity.name, _round(abs(factor - 1.0)), detail))
        return reasons

    def _fact_states(self, need: Need) -> dict[str, Array]:
        return {
            name: self._rules[name].states(need, self._facts) for name in ("country", "company_size", "start")
        }

    def _checks(self, states: Mapping[str, Array], need: Need, place: int) -> list[Reason]:
        offer = self._offers[place]
        reasons = []
        if states["company_size"][place] == UNKNOWN or (offer.company_sizes and size_of(need)):
            detail = {"sizes": list(offer.company_sizes), "size": size_of(need)}
            reasons.append(Reason("size", 0.0, {**detail, "known": bool(size_of(need))}))
        if offer.eligible_countries:
            state = {MET: "met", UNMET: "to_check", UNKNOWN: "unknown"}[int(states["country"][place])]
            detail = {"countries": list(offer.eligible_countries), "state": state}
            reasons.append(Reason("country", 0.0, detail))
        if offer.kind == "training":
            reasons.append(
                Reason("session", 0.0, {"next": _next_session(offer, need), "known": _has_sessions(offer)})
            )
        return reasons


def _best(names: Sequence[str], column: Array, share: float, limit: int) -> list[tuple[str, float]]:
    total = float(column.sum())
    if total <= 0:
        return []
    order = np.argsort(-column, kind="stable")[:limit]
    return [(names[int(i)], share * float(column[i]) / total) for i in order if column[i] > 0]


def _has_sessions(offer: Offer) -> bool:
    return bool(offer.details.get("sessions"))


def _next_session(offer: Offer, need: Need) -> str | None:
    """Start of the first session still ahead that has seats left, ISO date."""
    today = need.today.isoformat()
    ahead = [
        str(session["start"])
        for session in offer.details.get("sessions") or ()
        if session.get("start") and str(session["start"]) >= today and session.get("seats_left") != 0
    ]
    return min(ahead, default=None)


def _round(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)
