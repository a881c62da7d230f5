"""Reading the public catalogue: which offers, in which order, a page at a time without a query per line.

The engine knows every filter as columns: it counts and orders without loading an offer, and only those of the page
are read from the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programs import engine
from programs.engine import AHEAD, FORMATS, SIZES, Correction, Found
from programs.forms import Asked
from programs.models import Offer, OfferKind, Sector, Topic
from programs.places import place_label, place_order
from programs.terms import known

PAGE_SIZE = 20
# Lists longer than this scroll in a box of their own; those that open by themselves.
LONG, OPEN = 9, ("kind", "topic")
# So many words rather tell a problem than name a thing.
A_STORY = 8
# Nearby searches that are tried when nothing is found, those that are shown, and those without one filter.
MOST_NEARBY, MOST_SHOWN, MOST_CHIPS = 12, 5, 6


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


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    count: int | None = None
    facet: str = ""


@dataclass(frozen=True)
class Catalogue:
    """A page of the catalogue, ready to be shown.

    meant: the words that were searched instead of misspelt ones, "" when none was. elsewhere: where to look when
    nothing was found (fewer words, no filters). story: so many words that they rather tell a problem.
    """

    asked: Asked
    page: Page
    total: int
    facets: list[Facet]
    chips: list[Link]
    meant: str
    elsewhere: list[Link]
    story: bool

    @property
    def corrected(self) -> bool:
        return self.meant != self.asked.words

    @property
    def meant_url(self) -> str:
        return self.asked.searching(self.meant).url

    @property
    def literal_url(self) -> str:
        return self.asked.searching(self.asked.words, exact=True).url

    @property
    def tolerant_url(self) -> str:
        return self.asked.searching(self.asked.words).url

    @property
    def cleared_url(self) -> str:
        return self.asked.everywhere().url


class Browser:
    """The vocabulary of one request and what it asks."""

    def __init__(self, query):
        self.topics = {topic.code: topic.label for topic in known(Topic)}
        self.sectors = {sector.code: sector.label for sector in known(Sector)}
        self.asked = Asked.of(query, self.topics, self.sectors)

    def before(self, address: str | None) -> Asked:
        """What the page was asked that a script now asks again; other words are no longer asked to the letter."""
        before = Asked.of(QueryDict(urlsplit(address or "").query), self.topics, self.sectors)
        if self.asked.exact and self.asked.words != before.words:
            self.asked = self.asked.searching(self.asked.words)
        return before

    def catalogue(self, page_number: str | None) -> Catalogue:
        """Published offers: best first for words, freshest first without."""
        asked = self.asked
        found = self._found(asked)
        page = paged(found.references.tolist(), page_number)
        if asked.words:
            _mark(page.object_list, found)
        return Catalogue(
            asked=asked,
            page=page,
            total=found.total,
            facets=self._facets(found.facets),
            chips=self._chips(),
            meant=_meant(asked.words, found.corrections, page.object_list),
            elsewhere=[] if found.total else self._elsewhere(),
            story=len(asked.words.split()) >= A_STORY,
        )

    def _found(self, asked: Asked) -> Found:
        topics = tuple(self.topics)
        if not asked.words:
            return engine.browse(asked.filters, topics=topics)
        language = get_language() or ""
        return engine.search(
            asked.words, asked.filters, topics=topics, language=language, literal=asked.exact
        )

    def _elsewhere(self) -> list[Link]:
        """Searches nearby that find something: without a filter, without any, each word by itself."""
        asked, nearby = self.asked, []
        if len(asked.chosen) > 1:
            for facet, value in asked.chosen:
                without = _("Sans le filtre « {label} »").format(label=self._label(facet, value))
                nearby.append((without, asked.without(facet, value)))
            nearby = nearby[:MOST_CHIPS]
        if asked.chosen:
            nearby.append((_("Sans les filtres"), asked.everywhere()))
        words = list(dict.fromkeys(word for word in asked.words.split() if len(word) > 2))
        if len(words) > 1:
            nearby += [(f"« {word} »", asked.searching(word)) for word in words]
        links = (Link(label, other.url, self._found(other).total) for label, other in nearby[:MOST_NEARBY])
        return [link for link in links if link.count][:MOST_SHOWN]

    def _label(self, facet: str, code: str) -> str:
        if facet == "place":
            return place_label(code)
        labels = {
            "kind": dict(OfferKind.choices),
            "topic": self.topics,
            "sector": self.sectors,
            "language": {"fr": _("français"), "de": _("allemand"), "en": _("anglais")},
            "size": {
                "TPE": _("très petite entreprise (moins de 10 personnes)"),
                "PME": _("PME (10 à 249 personnes)"),
                "ETI": _("entreprise de taille intermédiaire (250 à 4 999)"),
                "GE": _("grande entreprise (5 000 et plus)"),
            },
            "format": {"onsite": _("sur place"), "hybrid": _("hybride"), "remote": _("à distance")},
            "start": {AHEAD: _("une date est encore à venir")},
        }
        return capfirst(str(labels[facet].get(code, code)))

    def _facets(self, counts) -> list[Facet]:
        labels = {
            "kind": _("Nature"),
            "topic": _("Thème"),
            "sector": _("Secteur"),
            "place": _("Lieu"),
            "size": _("Ouvert à ma taille d’entreprise"),
            "language": _("Langue"),
            "format": _("Sur place ou à distance"),
            "start": _("Dates"),
        }
        orders = {"kind": OfferKind.values, "size": SIZES, "format": FORMATS, "language": ("fr", "de", "en")}
        facets = []
        for name, label in labels.items():
            chosen = getattr(self.asked.filters, name)
            held = {**dict.fromkeys(chosen, 0), **counts.get(name, {})}
            values = [Value(code, self._label(name, code), n, code in chosen) for code, n in held.items()]
            if name in orders:
                values.sort(key=lambda value: orders[name].index(value.code))
            elif name == "place":
                values.sort(key=lambda value: place_order(value.code))
            else:
                values.sort(key=lambda value: value.label.casefold())
            if values:
                facets.append(Facet(name, label, values, len(chosen)))
        return facets

    def _chips(self) -> list[Link]:
        """One link for each chosen value, to the same page without it."""
        return [
            Link(self._label(facet, value), self.asked.without(facet, value).url, facet=facet)
            for facet, value in self.asked.chosen
        ]


def _meant(words: str, corrections: Sequence[Correction], offers: Sequence[Offer]) -> str:
    """The words with the misspelt ones replaced, as the thesaurus or else the offers found write them."""
    for correction in reversed(corrections):
        meant = correction.meant or _as_written(correction.stems, offers)
        if meant:
            words = words[: correction.start] + meant + words[correction.end :]
    return words


def _as_written(stems: Sequence[str], offers: Sequence[Offer]) -> str:
    """The commonest spelling of these stems in the offers, "" when none holds them."""
    fields = ("title", "summary", "description")
    return engine.written(
        stems, [(offer.text(field), offer.language_shown(field)) for offer in offers for field in fields]
    )


def _mark(offers: Sequence[Offer], found: Found) -> None:
    """Title, summary and passage of each offer with the words that answered marked, as `offer.shown`."""
    highlighter, fields = engine.highlighter(), ("title", "summary", "description")
    for offer in offers:
        title, summary, description = (offer.text(field) for field in fields)
        languages = [offer.language_shown(field) for field in fields]
        rest = " · ".join([description, *offer.keywords])
        offer.shown = highlighter.highlighted(found, title, summary, rest, languages)


def paged(pks: Sequence[int], page_number: str | None) -> Page:
    """A page of the offers with these keys (a list or a lazy query), in this order, as cards show them."""
    page = Paginator(pks, PAGE_SIZE).get_page(page_number)
    page.object_list = _shown(list(page.object_list))
    return page


def _shown(pks: list[int]) -> list[Offer]:
    rows = (
        Offer.objects.published()  # an index that is a moment late shows nothing that was withdrawn
        .filter(pk__in=pks)
        .select_related("organisation", "training_detail")
        .prefetch_related("topics", "training_detail__sessions")
        .in_bulk()
    )
    shown = [rows[pk] for pk in pks if pk in rows]
    for row in shown:
        row.shown = None
    return shown
