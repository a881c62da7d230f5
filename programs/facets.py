"""The facets of the public catalogue in words: names, values, in which order they stand, what is open at first."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programs.engine import AHEAD, FORMATS, FUNDINGS, LEVELS, PRICES, SIZES, SOON
from programs.forms import Asked
from programs.models import Offer, OfferKind
from programs.models.details import FUNDINGS as FUNDING_WORDS
from programs.places import place_label, place_order

# Lists longer than this scroll in a box of their own; those that open by themselves.
LONG, OPEN = 9, ("kind", "topic")
_IN_ORDER = {
    "kind": OfferKind.values,
    "size": SIZES,
    "format": FORMATS,
    "language": ("fr", "de", "en"),
    "start": (SOON, AHEAD),
    "price": tuple(PRICES),
    "funding": FUNDINGS,
    "trl": tuple(LEVELS),
}


@dataclass(frozen=True)
class Value:
    """One value of a facet: how many offers it leaves under the other facets."""

    code: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    values: list[Value]
    chosen: int

    @property
    def open(self) -> bool:
        return self.chosen > 0 or self.name in OPEN

    @property
    def long(self) -> bool:
        return len(self.values) > LONG


class Words:
    """Labels in the reader's language. `terms`: facet → code → label of the vocabularies that live in the database."""

    def __init__(self, terms: Mapping[str, Mapping[str, str]]):
        self._terms = terms

    def of(self, facet: str, code: str) -> str:
        if facet == "place":
            return place_label(code)
        labels = self._terms[facet] if facet in self._terms else _labels(facet)
        return capfirst(str(labels.get(code, code)))

    def facets(self, asked: Asked, counts: Mapping[str, Mapping[str, int]]) -> list[Facet]:
        """Those that have a value to choose. counts: facet → value → offers under the other facets."""
        facets = []
        for name, label in _names().items():
            chosen = getattr(asked.filters, name)
            held = {**dict.fromkeys(chosen, 0), **counts.get(name, {})}
            values = [Value(code, self.of(name, code), n, code in chosen) for code, n in held.items()]
            if name in _IN_ORDER:
                values.sort(key=lambda value: _IN_ORDER[name].index(value.code))
            elif name == "place":
                values.sort(key=lambda value: place_order(value.code))
            else:
                values.sort(key=lambda value: value.label.casefold())
            if values:
                facets.append(Facet(name, label, values, len(chosen)))
        return facets


def company_sizes(offer: Offer) -> list[str]:
    """For companies of which sizes an offer is, in words; none where it is for all."""
    labels = _labels("size")
    return [str(labels.get(size, size)) for size in SIZES if size in offer.company_sizes]


def _names() -> dict[str, str]:
    return {
        "kind": _("Nature"),
        "topic": _("Thème"),
        "place": _("Lieu"),
        "sector": _("Secteur"),
        "start": _("Dates"),
        "format": _("Sur place ou à distance"),
        "price": _("Prix d’une formation"),
        "funding": _("Qui peut payer une formation"),
        "trl": _("Maturité visée par un projet (TRL)"),
        "size": _("Ouvert à ma taille d’entreprise"),
        "pillar": _("Pilier d’ENACT"),
        "language": _("Langue"),
    }


def _labels(facet: str) -> Mapping[str, object]:
    return {
        "kind": dict(OfferKind.choices),
        "language": {"fr": _("français"), "de": _("allemand"), "en": _("anglais")},
        "size": {
            "TPE": _("très petite entreprise (moins de 10 personnes)"),
            "PME": _("PME (10 à 249 personnes)"),
            "ETI": _("entreprise de taille intermédiaire (250 à 4 999)"),
            "GE": _("grande entreprise (5 000 et plus)"),
        },
        "format": {"onsite": _("sur place"), "hybrid": _("hybride"), "remote": _("à distance")},
        "start": {SOON: _("peut commencer dans les trois mois"), AHEAD: _("une date est encore à venir")},
        "price": {
            "free": _("gratuit"),
            "1000": _("jusqu’à 1 000 €"),
            "3000": _("de 1 000 à 3 000 €"),
            "more": _("plus de 3 000 €"),
        },
        "funding": FUNDING_WORDS,
        "trl": {
            "1-3": _("TRL 1 à 3 : une preuve de principe"),
            "4-6": _("TRL 4 à 6 : un prototype"),
            "7-9": _("TRL 7 à 9 : un outil en service"),
        },
    }[facet]
