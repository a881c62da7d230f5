"""The only adapter to the matching engine: rows in, rows out. Each process keeps one snapshot of the catalogue
and rebuilds it when the catalogue's sequence has moved (no lock, no shared disk, same on SQLite and PostgreSQL)."""

import threading
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import transaction

from foundation import clock
from matching import Catalogue, Engine, Need, Thesaurus
from partners.models import Organisation
from programs.models import CatalogueState, Offer, OfferKind, Sector, Topic


@dataclass(frozen=True)
class RankedLine:
    offer_pk: int
    score: float
    reasons: list[dict]


@dataclass(frozen=True)
class Ranked:
    """An answer of the engine in JSON-able parts, ready to be stored."""

    verdict: str
    verdict_reasons: list[dict]
    concepts: list[dict]
    language: str
    engine_version: str
    data_version: str
    lines: list[RankedLine] = field(default_factory=list)


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    return Thesaurus.load()


class _Snapshot:
    """The engine over the published catalogue as of one sequence number."""

    def __init__(self):
        self._lock = threading.Lock()
        self._sequence: int | None = None
        self._engine: Engine | None = None
        self._pk_of: dict[str, int] = {}

    def current(self) -> tuple[Engine, dict[str, int]]:
        sequence = CatalogueState.current()
        with self._lock:
            if sequence != self._sequence:
                self._rebuild()
                self._sequence = sequence
            return self._engine, self._pk_of

    def _rebuild(self):
        with transaction.atomic():
            offers = list(_published())
            self._pk_of = {str(offer.public_id): offer.pk for offer in offers}
            catalogue = Catalogue.from_records(
                [as_record(offer) for offer in offers],
                [_organisation_record(row) for row in Organisation.objects.all()],
                [_term_record(row) for row in Topic.objects.all()],
                [_term_record(row) for row in Sector.objects.all()],
            )
        self._engine = Engine(catalogue, thesaurus())


_snapshot = _Snapshot()


@lru_cache(maxsize=1)
def _recogniser() -> Engine:
    """An engine without offers: recognising subjects needs the thesaurus alone."""
    return Engine(
        Catalogue.from_records(
            [],
            [],
            [_term_record(row) for row in Topic.objects.all()],
            [_term_record(row) for row in Sector.objects.all()],
        ),
        thesaurus(),
    )


def recognise(text: str, language: str = "") -> list[str]:
    """Topic codes recognised in a text, surest first: for « ce que nous avons compris »."""
    return [hit.topic for hit in _recogniser().recognise(text, language=language)]


def rank(need: dict, limit: int) -> Ranked:
    """The engine's answer for a need given as keyword facts of matching.Need (`today` is added here)."""
    engine, pk_of = _snapshot.current()
    ranking = engine.rank(Need(**need, today=clock.today()), limit=limit)
    answer = ranking.as_json()
    return Ranked(
        verdict=ranking.verdict,
        verdict_reasons=answer["verdict_reasons"],
        concepts=answer["concepts"],
        language=ranking.language,
        engine_version=ranking.engine_version,
        data_version=ranking.data_version,
        lines=[
            RankedLine(pk_of[line.offer_id], line.score, [reason.as_json() for reason in line.reasons])
            for line in ranking.lines
        ],
    )


def search(query: str, kinds: tuple[str, ...] = (), limit: int = 100) -> list[int]:
    """Primary keys of published offers for a catalogue search, best first."""
    engine, pk_of = _snapshot.current()
    return [pk_of[offer_id] for offer_id, _score in engine.search(query, kinds=kinds, limit=limit)]


def _published():
    return (
        Offer.objects.published()
        .with_texts()
        .select_related("laboratory_detail", "training_detail", "cifre_detail", "rnd_detail", "talent_detail")
        .prefetch_related("training_detail__sessions")
    )


def _term_record(term) -> dict:
    return {"id": term.code, "label": {"fr": term.label_fr, "de": term.label_de, "en": term.label_en}}


def _organisation_record(organisation: Organisation) -> dict:
    return {
        "id": organisation.external_id,
        "name": organisation.name,
        "acronym": organisation.acronym,
        "kind": organisation.kind,
        "city": organisation.city,
        "postcode": organisation.postcode,
        "country": organisation.country,
        "expertise": organisation.expertise,
        "founding_member": organisation.founding_member,
    }


def _iso(day) -> str | None:
    return day.isoformat() if day else None


def as_record(offer: Offer) -> dict:
    """One offer in the catalogue format (docs/catalogue-format.md), source language; ids are public ids."""
    return {
        "id": str(offer.public_id),
        "kind": offer.kind,
        "organisation": offer.organisation.external_id,
        "language": offer.language,
        "title": getattr(offer, f"title_{offer.language}"),
        "summary": getattr(offer, f"summary_{offer.language}"),
        "description": getattr(offer, f"description_{offer.language}"),
        "topics": [topic.code for topic in offer.topics.all()],
        "pillars": [pillar.code for pillar in offer.pillars.all()],
        "sectors": [sector.code for sector in offer.sectors.all()],
        "keywords": offer.keywords,
        "city": offer.city,
        "postcode": offer.postcode,
        "country": offer.country,
        "remote_possible": offer.remote_possible,
        "company_sizes": offer.company_sizes,
        "eligible_countries": offer.eligible_countries,
        "data_readiness_min": offer.data_readiness_min,
        "valid_until": _iso(offer.valid_until),
        "updated_at": offer.content_updated_on.isoformat(),
        "status": offer.status,
        "details": _DETAILS[offer.kind](offer.detail) if offer.detail else {},
    }


_DETAILS = {
    OfferKind.LABORATORY: lambda detail: {
        "platforms": detail.platforms,
        "collaboration_modes": detail.collaboration_modes,
        "headcount_range": detail.headcount_range,
    },
    OfferKind.TRAINING: lambda detail: {
        "duration_hours": detail.duration_hours,
        "modality": detail.modality,
        "level": detail.level,
        "audience": detail.audience,
        "prerequisites": detail.prerequisites,
        "certification": detail.certification or None,
        "price_eur": float(detail.price_eur) if detail.price_eur is not None else None,
        "sessions": [
            {
                "start": session.start.isoformat(),
                "end": session.end.isoformat(),
                "seats": session.seats,
                "seats_left": session.seats_left,
                "city": session.city,
            }
            for session in detail.sessions.all()
        ],
    },
    OfferKind.CIFRE: lambda detail: {
        "research_question": detail.research_question,
        "doctoral_school": detail.doctoral_school or None,
        "host_team": detail.host_team or None,
        "start_from": _iso(detail.start_from),
        "start_until": _iso(detail.start_until),
        "profile": detail.profile,
    },
    OfferKind.RND: lambda detail: {
        "trl_min": detail.trl_min,
        "trl_max": detail.trl_max,
        "duration_months_min": detail.duration_months_min,
        "duration_months_max": detail.duration_months_max,
        "budget_eur_min": detail.budget_eur_min,
        "budget_eur_max": detail.budget_eur_max,
        "ip_regime": detail.ip_regime,
        "deliverables": detail.deliverables,
    },
    OfferKind.TALENT: lambda detail: {
        "form": detail.form,
        "level": detail.level,
        "diploma": detail.diploma,
        "months": detail.months,
        "start_from": _iso(detail.start_from),
        "positions": detail.positions,
        "rhythm": detail.rhythm,
    },
}
