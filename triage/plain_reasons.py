"""Why an offer was thought of, told to its partner: codes and vocabulary, never a word of the company's."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from programs.models import Offer, Sector, Topic
from triage.models import Match


@dataclass(frozen=True)
class Why:
    offer: Offer
    reasons: list[str]


def why_them(matches: Iterable[Match]) -> list[Why]:
    """Each offer with at most four sentences. Reasons quoting the need ("words", "concept") are left out."""
    matches = list(matches)
    topics = _labels(Topic, matches, "topic", "topic")
    sectors = _labels(Sector, matches, "sector", "sector")
    return [Why(match.offer, _sentences(match.reasons, topics, sectors)[:4]) for match in matches]


def _labels(model, matches: list[Match], code: str, key: str) -> dict[str, str]:
    wanted = {
        reason["detail"].get(key) for match in matches for reason in match.reasons if reason["code"] == code
    }
    return {row.code: row.label for row in model.objects.filter(code__in=wanted - {None, ""})}


def _sentences(reasons: list[dict], topics: dict[str, str], sectors: dict[str, str]) -> list[str]:
    told = []
    about = [
        topics[r["detail"]["topic"]]
        for r in reasons
        if r["code"] == "topic" and r["detail"]["topic"] in topics
    ]
    if about:
        told.append(_("Vos thèmes : %(topics)s.") % {"topics": " · ".join(about)})
    for reason in reasons:
        detail = reason["detail"]
        raises = detail.get("effect") == "raises"
        if reason["code"] == "sector" and raises and detail.get("sector") in sectors:
            told.append(_("Vous connaissez le secteur : %(sector)s.") % {"sector": sectors[detail["sector"]]})
        elif reason["code"] == "territory" and raises and detail.get("same_department"):
            told.append(_("Vous êtes dans le même département que l’entreprise."))
        elif reason["code"] == "session" and detail.get("next"):
            day = date_format(parse_date(detail["next"]), "DATE_FORMAT")
            told.append(_("Prochaine session le %(day)s") % {"day": day} + ".")
        elif reason["code"] == "kind" and detail.get("wanted"):
            told.append(_("L’entreprise souhaite ce genre d’aide."))
    return told
