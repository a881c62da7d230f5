"""What a visitor asks of the public catalogue, as it stands in the address.

A value that makes no sense is left out, never an error; what is asked can always be written as an address again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from programs.engine import AHEAD, FACETS, FORMATS, FUNDINGS, LEVELS, PRICES, SIZES, SOON, Filters
from programs.models import OfferKind
from programs.places import is_place

MOST_CHARACTERS = 300


@dataclass(frozen=True)
class Asked:
    """`words`: what is searched, "" to browse. `exact`: no word is read as another one."""

    words: str = ""
    exact: bool = False
    filters: Filters = field(default_factory=Filters)

    @classmethod
    def of(
        cls, query: QueryDict, topics: Iterable[str], sectors: Iterable[str], pillars: Iterable[str]
    ) -> "Asked":
        known = {
            "kind": OfferKind.values,
            "topic": list(topics),
            "sector": list(sectors),
            "language": [code for code, _label in settings.LANGUAGES],
            "size": SIZES,
            "format": FORMATS,
            "start": (SOON, AHEAD),
            "pillar": list(pillars),
            "price": tuple(PRICES),
            "funding": FUNDINGS,
            "trl": tuple(LEVELS),
        }
        chosen = {}
        for facet in FACETS:
            values = dict.fromkeys(query.getlist(facet))
            chosen[facet] = tuple(
                value for value in values if (is_place(value) if facet == "place" else value in known[facet])
            )
        words = " ".join(query.get("q", "").replace("\x00", "").split())[:MOST_CHARACTERS]
        return cls(words, bool(words) and "exact" in query, Filters(**chosen))

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """(facet, value) of every filter that is set."""
        return [(facet, value) for facet in FACETS for value in getattr(self.filters, facet)]

    def searching(self, words: str, exact: bool = False) -> "Asked":
        return replace(self, words=words, exact=exact)

    def everywhere(self) -> "Asked":
        """The same words without any filter."""
        return replace(self, filters=Filters())

    def without(self, facet: str, value: str) -> "Asked":
        left = tuple(one for one in getattr(self.filters, facet) if one != value)
        return replace(self, filters=replace(self.filters, **{facet: left}))

    def only(self, facet: str, *values: str) -> "Asked":
        """The same with these values of one facet and no others of it."""
        return replace(self, filters=replace(self.filters, **{facet: values}))

    @property
    def query(self) -> str:
        """What is asked as the part of an address after its "?", "" when nothing is."""
        query = QueryDict(mutable=True)
        if self.words:
            query["q"] = self.words
        if self.exact:
            query["exact"] = "1"
        for facet in FACETS:
            if getattr(self.filters, facet):
                query.setlist(facet, getattr(self.filters, facet))
        return query.urlencode()

    def at(self, view: str) -> str:
        """The address of another view of the same offers: "catalogue", "catalogue_map", "catalogue_sessions"."""
        return reverse(view) + (f"?{self.query}" if self.query else "")

    @property
    def url(self) -> str:
        return self.at("catalogue")
