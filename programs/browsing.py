"""Reading the public catalogue: which offers, in which order, a page at a time without a query per line.

The engine knows every filter as columns: it counts and orders without loading an offer, and only those of the page
are read from the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programs import engine
from programs.engine import Correction, Found
from programs.facets import Facet, Words
from programs.forms import Asked
from programs.models import Offer, Pillar, Sector, Topic
from programs.terms import known

PAGE_SIZE = 20
# So many words rather tell a problem than name a thing.
A_STORY = 8
# Nearby searches that are tried when nothing is found, those that are shown, those without one filter, and subjects.
MOST_NEARBY, MOST_SHOWN, MOST_CHIPS, MOST_SUBJECTS = 12, 6, 6, 2


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
    views: list[dict]
    meant: str
    elsewhere: list[Link]
    story: bool

    @property
    def via(self) -> str:
        """Where somebody comes from who tells its problem now: a subject it chose, or the catalogue."""
        topics = self.asked.filters.topic
        return f"theme-{topics[0]}" if len(topics) == 1 else "catalogue"

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
        terms = {"topic": Topic, "sector": Sector, "pillar": Pillar}
        self._terms = {
            facet: {term.code: term.label for term in known(model)} for facet, model in terms.items()
        }
        self.words = Words(self._terms)
        self.asked = self._read(query)

    def _read(self, query: QueryDict) -> Asked:
        return Asked.of(query, *(self._terms[facet] for facet in ("topic", "sector", "pillar")))

    def before(self, address: str | None) -> Asked:
        """What the page was asked that a script now asks again; other words are no longer asked to the letter."""
        before = self._read(QueryDict(urlsplit(address or "").query))
        if self.asked.exact and self.asked.words != before.words:
            self.asked = self.asked.searching(self.asked.words)
        return before

    def catalogue(self, page_number: str | None) -> Catalogue:
        """Published offers: best first for words, freshest first without."""
        asked = self.asked
        found = self.found(asked)
        page = paged(found.references, page_number)
        if asked.words:
            _mark(page.object_list, found)
        return Catalogue(
            asked=asked,
            page=page,
            total=found.total,
            facets=self.words.facets(asked, found.facets),
            chips=self.chips("catalogue"),
            views=self.views("catalogue"),
            meant=_meant(asked.words, found.corrections, page.object_list),
            elsewhere=[] if found.total else self._elsewhere(),
            story=len(asked.words.split()) >= A_STORY,
        )

    def found(self, asked: Asked) -> Found:
        """Every published offer that answers, with the counts of the facets."""
        counted = {"topics": tuple(self._terms["topic"]), "pillars": tuple(self._terms["pillar"])}
        if not asked.words:
            return engine.browse(asked.filters, **counted)
        language = get_language() or ""
        return engine.search(asked.words, asked.filters, language=language, literal=asked.exact, **counted)

    def _elsewhere(self) -> list[Link]:
        """Searches nearby that find something: without a filter, without any, each word by itself."""
        asked, nearby = self.asked, []
        if len(asked.chosen) > 1:
            for facet, value in asked.chosen:
                without = _("Sans le filtre « {label} »").format(label=self.words.of(facet, value))
                nearby.append((without, asked.without(facet, value)))
            nearby = nearby[:MOST_CHIPS]
        if asked.chosen:
            nearby.append((_("Sans les filtres"), asked.everywhere()))
        for one in engine.recognise(asked.words)[:MOST_SUBJECTS] if asked.words else ():
            label = _("Tout le thème « {label} »").format(label=self.words.of("topic", one.topic))
            nearby.append((label, asked.searching("").everywhere().only("topic", one.topic)))
        words = list(dict.fromkeys(word for word in asked.words.split() if len(word) > 2))
        if len(words) > 1:
            nearby += [(f"« {word} »", asked.searching(word)) for word in words]
        links = (Link(label, other.url, self.found(other).total) for label, other in nearby[:MOST_NEARBY])
        return [link for link in links if link.count][:MOST_SHOWN]

    def chips(self, view: str) -> list[Link]:
        """One link for each chosen value, to the same page without it."""
        return [
            Link(self.words.of(facet, value), self.asked.without(facet, value).at(view), facet=facet)
            for facet, value in self.asked.chosen
        ]

    def views(self, view: str) -> list[dict]:
        """The ways to see what is asked, as tabs (components/tabs.html)."""
        labels = {"catalogue": _("Liste"), "catalogue_map": _("Carte"), "catalogue_sessions": _("Sessions")}
        return [
            {"label": label, "url": self.asked.at(name), "count": None, "current": name == view}
            for name, label in labels.items()
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
    """A page of the offers with these keys (a list or an array), in this order, as cards show them."""
    page = Paginator(pks, PAGE_SIZE).get_page(page_number)
    page.object_list = _shown([int(pk) for pk in page.object_list])
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
