"""The sessions of courses month by month, as the catalogue was asked for them.

The engine says which offers are meant; dates, places left and their order are the database's. Of a month only keys are
read, then the rows of one page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np
from django.core.paginator import Page, Paginator
from django.urls import reverse

from foundation import clock
from programs.forms import Asked
from programs.models import Session

PAGE_SIZE = 40
MONTHS_AHEAD = 24
# Sessions that are looked through for the next one that is meant.
LOOKED_THROUGH = 5_000


@dataclass(frozen=True)
class Month:
    """One month. `page`: its sessions, in order; `later`: the first day of the next month that has any."""

    first: date
    asked: Asked
    page: Page
    total: int
    previous: date | None
    later: date | None

    @property
    def days(self) -> list[tuple[date, list[Session]]]:
        """The sessions of the page by the day on which they begin."""
        return [(day, list(rows)) for day, rows in groupby(self.page.object_list, lambda row: row.start)]

    @property
    def previous_url(self) -> str:
        return month_url(self.asked, self.previous) if self.previous else ""

    @property
    def later_url(self) -> str:
        return month_url(self.asked, self.later) if self.later else ""


def month_of(text: str) -> date:
    """The first day of a month written "2027-03"; that of this one for anything else, for what is past or too far."""
    today = clock.today()
    this = today.replace(day=1)
    try:
        year, month = text.split("-")
        first = date(int(year), int(month), 1)
    except ValueError:
        return this
    return first if this <= first <= moved(this, MONTHS_AHEAD) else this


def moved(first: date, months: int) -> date:
    """The first day of a month so many months on, or back."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def month_url(asked: Asked, first: date) -> str:
    query = "&".join(filter(None, [asked.query, f"mois={first:%Y-%m}"]))
    return f"{reverse('catalogue_sessions')}?{query}"


def month(asked: Asked, offers: np.ndarray, first: date, page_number: str | None) -> Month:
    """offers: keys of those that are meant."""
    today = clock.today()
    following = moved(first, 1)
    ahead = Session.objects.ahead().order_by("start", "pk")
    here = ahead.filter(start__lt=following, start__gte=first).values_list("pk", "training__offer_id")
    meant = _meant(list(here), offers)
    after = ahead.filter(start__gte=following).values_list("start", "training__offer_id")
    looked_at = LOOKED_THROUGH if asked.words or asked.chosen else 1
    later = _meant(list(after[:looked_at]), offers)
    page = Paginator(meant, PAGE_SIZE).get_page(page_number)
    page.object_list = _shown(page.object_list)
    return Month(
        first,
        asked,
        page,
        len(meant),
        moved(first, -1) if first > today.replace(day=1) else None,
        later[0].replace(day=1) if later else None,
    )


def _meant(rows: Sequence[tuple], offers: np.ndarray) -> list:
    """The first of each pair whose second is one of these offers."""
    held = np.isin(np.array([offer for _first, offer in rows], dtype=np.int64), offers)
    return [row[0] for row, kept in zip(rows, held, strict=True) if kept]


def _shown(keys: Sequence[int]) -> list[Session]:
    rows = Session.objects.ahead().select_related("training__offer__organisation").in_bulk(list(keys))
    return [rows[key] for key in keys if key in rows]
