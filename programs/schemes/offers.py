"""From an offer to the scheme that pays for it, with the facts that the offer itself knows."""

from typing import Any

from programs.models import Offer, OfferKind, TalentDetail

# Levels of study of an offer (programs.editing.kinds.LEVELS) → bracket of the apprentices' aid.
_DEGREES = dict.fromkeys(("L3", "M1", "M2", "engineer"), "bac3")
_YEAR = 12  # months from which a placement is counted as the aid's whole first year


def scheme_of(offer: Offer) -> tuple[str, dict[str, Any]]:
    """(code, facts) for `programs.schemes.estimate`; ("", {}) for a laboratory, with which anything may be agreed.

    Facts are JSON values; what the offer does not say is left out.
    """
    detail = offer.detail
    if offer.kind == OfferKind.CIFRE:
        return "cifre", {}
    if offer.kind == OfferKind.TRAINING:
        facts: dict[str, Any] = {}
        if detail and detail.price_eur:
            facts = {"price": f"{detail.price_eur:f}"}
            facts |= {"qualiopi": True} if detail.qualiopi else {}  # not ticked is not known, rather than no
        return "formation-continue", facts
    if offer.kind == OfferKind.RND:
        length = detail and detail.duration_months_max
        return "collaboration", {"months": length} if length else {}
    if offer.kind == OfferKind.TALENT and detail:
        if detail.form == TalentDetail.Form.INTERNSHIP:
            return "stage", {"months": detail.months} if detail.months and detail.months <= 6 else {}
        if detail.form == TalentDetail.Form.APPRENTICESHIP:
            facts = {"level": _DEGREES[detail.level]} if detail.level in _DEGREES else {}
            return "apprentissage", facts | (
                {"months": detail.months} if (detail.months or 0) >= _YEAR else {}
            )
    return "", {}
