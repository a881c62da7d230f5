"""Rows of the catalogue in the engine's format (docs/catalogue-format.md)."""

from django.db.models import QuerySet

from programs.models import Offer, OfferKind


def for_records(offers: QuerySet) -> QuerySet:
    """With all that `as_record` reads, in a fixed number of queries."""
    return (
        offers.with_texts()
        .select_related("laboratory_detail", "training_detail", "cifre_detail", "rnd_detail", "talent_detail")
        .prefetch_related("training_detail__sessions")
    )


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
        "updated_at": offer.verified_on.isoformat(),
        "status": offer.status,
        "reference": offer.pk,
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
        "vat": detail.vat or None,
        "certification_code": detail.certification_code or None,
        "certification_until": _iso(detail.certification_until),
        "qualiopi": detail.qualiopi,
        "fundings": detail.fundings,
        "accessibility": detail.accessibility,
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
        "certification_code": detail.certification_code or None,
        "certification_until": _iso(detail.certification_until),
        "months": detail.months,
        "start_from": _iso(detail.start_from),
        "positions": detail.positions,
        "rhythm": detail.rhythm,
    },
}
