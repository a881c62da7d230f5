"""Up to three offers side by side: what a company asks of each before it calls, in the same words and order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import clock
from programs.editing.forms import READINESS
from programs.facets import company_sizes
from programs.models import Offer

MOST = 3


@dataclass(frozen=True)
class Cell:
    """`language`: of words that its partner wrote; "" for the page's own. `url`: what it leads to, or ""."""

    text: str
    language: str = ""
    url: str = ""


@dataclass(frozen=True)
class Row:
    label: str
    cells: list[Cell]

    @property
    def compares(self) -> bool:
        """Whether two offers answer; what one alone says is told apart (a single offer is told whole)."""
        return sum(bool(cell.text) for cell in self.cells) >= min(2, len(self.cells))


def chosen(codes: Iterable[str]) -> list[Offer]:
    """The published offers of these public ids, in this order, at most MOST."""
    keys = dict.fromkeys(filter(None, map(_key, codes)))
    found = Offer.objects.published().with_details().prefetch_related(None)
    found = found.prefetch_related("topics", "training_detail__sessions")
    rows = {row.public_id: row for row in found.filter(public_id__in=list(keys)[:MOST])}
    return [rows[key] for key in keys if key in rows]


def _key(code: str) -> UUID | None:
    try:
        return UUID(code)
    except ValueError:
        return None


def address(offers: Iterable[Offer]) -> str:
    """Of the page that compares these."""
    return f"{reverse('catalogue_compare')}?{urlencode([('offre', str(one.public_id)) for one in offers])}"


def rows(offers: Sequence[Offer]) -> list[Row]:
    """What at least one of them says; "" stands where another says nothing."""
    told = [Row(label, [tell(offer) for offer in offers]) for label, tell in _questions()]
    return [row for row in told if any(cell.text for cell in row.cells)]


def _questions() -> list[tuple[str, Callable[[Offer], Cell]]]:
    return [
        (_("Nature"), lambda offer: Cell(capfirst(offer.get_kind_display()))),
        (_("Proposé par"), _partner),
        (_("Lieu"), _place),
        (_("Prix"), _price),
        (_("Financement"), lambda offer: Cell(", ".join(getattr(offer.detail, "funding_words", [])))),
        (_("Budget"), _budget),
        (_("Durée"), _length),
        (_("Prochaine date"), _next),
        (_("Niveau"), lambda offer: Cell(_shown(offer, "level") if offer.kind == "training" else "")),
        (_("Maturité (TRL)"), _maturity),
        (_("Propriété des résultats"), lambda offer: Cell(_shown(offer, "ip_regime"))),
        (_("Public"), lambda offer: _own(offer, "audience")),
        (_("Prérequis"), lambda offer: _own(offer, "prerequisites")),
        (_("Livrables"), lambda offer: _own(offer, "deliverables")),
        (_("Données nécessaires"), _data),
        (_("Taille d’entreprise"), lambda offer: Cell(", ".join(company_sizes(offer)))),
        (_("Thèmes"), lambda offer: Cell(", ".join(topic.label for topic in offer.topics.all()))),
        (_("Vérifiée le"), lambda offer: Cell(date_format(offer.verified_on))),
    ]


def _shown(offer: Offer, name: str) -> str:
    """A choice of the detail in words, "" where this kind has no such column."""
    display = getattr(offer.detail, f"get_{name}_display", None)
    return str(display()) if display else ""


def _own(offer: Offer, name: str) -> Cell:
    text = getattr(offer.detail, name, "")
    return Cell(text, offer.language if text else "")


def _partner(offer: Offer) -> Cell:
    organisation = offer.organisation
    return Cell(organisation.name, url=reverse("organisation", args=[organisation.external_id]))


def _place(offer: Offer) -> Cell:
    return Cell(
        ", ".join(filter(None, [offer.city, _("possible à distance") if offer.remote_possible else ""]))
    )


def _price(offer: Offer) -> Cell:
    if offer.kind != "training" or not offer.detail:
        return Cell("")
    price = offer.detail.price_eur
    if price is None:
        return Cell(_("à demander"))
    if not price:
        return Cell(_("gratuit"))
    cents = 0 if price == price.to_integral_value() else 2
    return Cell(_euros(_("%(amount)s €") % {"amount": number_format(price, cents, force_grouping=True)}))


def _euros(said: str) -> str:
    return said.replace(" €", "\u00a0€")


def _budget(offer: Offer) -> Cell:
    low, high = (getattr(offer.detail, f"budget_eur_{end}", None) for end in ("min", "max"))
    if low is None or high is None:
        return Cell("")
    said = {"low": number_format(low, force_grouping=True), "high": number_format(high, force_grouping=True)}
    return Cell(_euros(_("%(low)s à %(high)s €") % said))


def _length(offer: Offer) -> Cell:
    detail = offer.detail
    hours, months = getattr(detail, "duration_hours", None), getattr(detail, "months", None)
    low, high = (getattr(detail, f"duration_months_{end}", None) for end in ("min", "max"))
    if hours:
        return Cell(ngettext("%(n)s heure", "%(n)s heures", hours) % {"n": hours})
    if low and high and low != high:
        return Cell(_("%(low)s à %(high)s mois") % {"low": low, "high": high})
    months = months or low or high
    return Cell(_("%(n)s mois") % {"n": months} if months else "")


def _next(offer: Offer) -> Cell:
    """The next session of a course; the first day on which a thesis or a placement may begin."""
    today, detail = clock.today(), offer.detail
    if offer.kind == "training" and detail:
        days = [one.start for one in detail.sessions.all() if one.start >= today]
        return Cell(date_format(days[0]) if days else _("pas encore fixée"))
    day = getattr(detail, "start_from", None)
    return Cell(_("à partir du %(day)s") % {"day": date_format(day)} if day else "")


def _maturity(offer: Offer) -> Cell:
    low, high = getattr(offer.detail, "trl_min", None), getattr(offer.detail, "trl_max", None)
    return Cell(_("de %(low)s à %(high)s") % {"low": low, "high": high} if low and high else "")


def _data(offer: Offer) -> Cell:
    return Cell(str(dict(READINESS).get(offer.data_readiness_min, "")))
