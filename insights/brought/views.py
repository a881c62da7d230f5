"""The tab « Ce que cela a apporté » and its table as a file."""

from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation import clock
from foundation.identifiers import GRAND_EST
from foundation.spreadsheets import write_csv
from insights.brought import unserved
from insights.brought.counting import ENOUGH_OFFERS, MEASURES, brought_by, labels, middles, offers_of
from partners.space import READERS, of_partner, space_page
from programs.models import OfferKind, Sector, Topic

TAB = "brought:page"
CHARTS = ("views", "kept", "asked")


@of_partner(*READERS)
@require_safe
def brought(request, membership):
    organisation = membership.organisation
    label = labels()
    found = brought_by(organisation)
    offers = offers_of(organisation, found)
    middle = middles(row.kind for row in offers)
    kinds = [
        {
            "label": capfirst(OfferKind(kind).label),
            "middle": middle[kind],
            "medians": [(label[name], middle[kind].values[name]) for name in MEASURES]
            if middle[kind].values
            else None,
            "rows": [
                (row, [(label[name], found.by_offer[row.pk][name]) for name in MEASURES]) for row in rows
            ],
        }
        for kind, rows in groupby(offers, key=lambda row: row.kind)
    ]
    context = {
        "tallies": [(words % found.total[name], found.total[name]) for name, words in MEASURES.items()],
        "labels": list(label.values()),
        "charts": [
            (name, capfirst(label[name]), [(m, found.by_month[m][name]) for m in found.months])
            for name in CHARTS
        ],
        "months": [(m, [(label[name], found.by_month[m][name]) for name in MEASURES]) for m in found.months],
        "kinds": kinds,
        "enough": ENOUGH_OFFERS,
        "gaps": _named(unserved.gaps(organisation), organisation),
        "together": unserved.TOGETHER,
    }
    return space_page(request, membership, "insights/brought/page.html", context, tab=TAB)


def _named(gaps: list[unserved.Gap], organisation) -> list[dict]:
    topics = {row.code: row.label for row in Topic.objects.filter(code__in={gap.topic for gap in gaps})}
    sectors = {
        row.code: row.label
        for row in Sector.objects.filter(code__in={gap.sector for gap in gaps if gap.sector})
    }
    return [
        {
            "topic": topics.get(gap.topic, gap.topic),
            "sector": sectors.get(gap.sector, _("non précisé")) if gap.sector is not None else "",
            "department": GRAND_EST.get(gap.department, _("non précisé"))
            if gap.department is not None
            else "",
            "count": gap.count,
            "url": unserved.offer_form(organisation, gap.topic),
        }
        for gap in gaps
    ]


@of_partner(*READERS)
@require_safe
def brought_csv(request, membership):
    """One line for each offer and month in which something happened, and the months of the partner as a whole."""
    organisation = membership.organisation
    found = brought_by(organisation)
    offers = {row.pk: row for row in offers_of(organisation, found)}
    head = [_("mois"), _("identifiant"), _("offre"), _("nature"), *labels().values()]
    lines = [
        [
            f"{month:%Y-%m}",
            offers[pk].external_id,
            offers[pk].title,
            offers[pk].get_kind_display(),
            *_cells(cell),
        ]
        for (pk, month), cell in sorted(found.cells.items(), key=lambda one: (one[0][1], one[0][0]))
    ]
    whole = [[f"{m:%Y-%m}", "", _("toutes les offres"), "", *_cells(found.by_month[m])] for m in found.months]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "brought.csv"
        write_csv(path, head, [*whole, *lines])
        response = HttpResponse(path.read_bytes(), content_type="text/csv; charset=utf-8")
    name = f"enact-{organisation.external_id}-{clock.today():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cells(counted) -> list[int]:
    return [counted[name] for name in MEASURES]
